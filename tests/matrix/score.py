"""Comparing what was planted with what was seen."""

from collections.abc import Sequence

from matrix.plan import Case, Material, Planted, Row, Score, Seen


def scored(row: Row, material: Material) -> Score:
    """The score of one case."""
    if row.measure is not None:
        made = row.measure(material)
        made.cases = 1
        return made
    seen, case = row.seen(material), material.case
    frame = row.edge_s or material.measurements.frame_seconds()
    length = material.measurements.duration()
    return compared(row, case, seen, frame=frame, length=length)


def compared(row: Row, case: Case, seen: Sequence[Seen], *, frame: float, length: float) -> Score:
    """Planted against seen. `frame` and `length` in seconds."""
    made = Score(cases=1, planted=len(case.planted))
    pairs = _moments(case.planted, seen, row.reach) if row.instants else _overlaps(case.planted, seen, row.reach)
    used: set[int] = set()
    for index, planted in enumerate(case.planted):
        mine = pairs.get(index, [])
        used.update(mine)
        if not mine:
            made.missed.append(f"{case.name} {planted.note} {planted.start:.2f}–{planted.end:.2f} s".replace("  ", " "))
            continue
        made.found += 1
        starts = [value for i in mine if (value := seen[i].start) is not None]
        ends = [value for i in mine if (value := seen[i].end) is not None]
        if starts:
            made.edges.append(round((min(starts) - planted.start) / frame, 2))
        if ends and not row.instants:
            made.edges.append(round((max(ends) - planted.end) / frame, 2))
    for index, one in enumerate(seen):
        if index in used:
            made.true_events += 1
        elif not any(_touch(place, one, row.reach) for place in case.either):
            made.false_events += 1
            where = "" if one.start is None or one.end is None else f" {one.start:.2f}–{one.end:.2f} s"
            made.alarms.append(f"{case.name}: {one.what}{where}")
    if not case.planted:
        made.clean_events, made.clean_seconds = made.false_events, length
    return made


def _touch(planted: Planted, seen: Seen, reach: float) -> bool:
    if seen.start is None or seen.end is None:
        return True
    return seen.start < planted.end + reach and planted.start - reach < max(seen.end, seen.start + 1e-6)


def _overlaps(planted: Sequence[Planted], seen: Sequence[Seen], reach: float) -> dict[int, list[int]]:
    """For each planted one all that touches it."""
    return {
        index: mine
        for index, one in enumerate(planted)
        if (mine := [i for i, event in enumerate(seen) if _touch(one, event, reach)])
    }


def _moments(planted: Sequence[Planted], seen: Sequence[Seen], reach: float) -> dict[int, list[int]]:
    """One to one, nearest first."""
    near = sorted(
        (abs((event.start or 0.0) - one.start), index, i)
        for index, one in enumerate(planted)
        for i, event in enumerate(seen)
        if abs((event.start or 0.0) - one.start) <= reach
    )
    made: dict[int, list[int]] = {}
    taken: set[int] = set()
    for _, index, i in near:
        if index not in made and i not in taken:
            made[index] = [i]
            taken.add(i)
    return made
