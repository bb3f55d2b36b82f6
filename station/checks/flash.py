"""Foreign frames (夹帧), clause 2.2.4: one to five frames of something else between two that are alike."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements
from station.checks import check
from station.checks._changes import apart, changed_shares, distances
from station.checks._common import Span, at_frames, concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

QUIET_FACTOR = 2.5
"""A foreign frame differs so many times more than the frames around it do from one another."""
USUAL = 0.6
"""The frames around move by so much, as a quantile: up to two fifths of them may be foreign themselves."""
AROUND_S = 0.5
"""What lies around: so many seconds on either side."""
MERGE_S = 1.0
"""Foreign frames this close are one finding: a flashing stretch."""
FAINT_CODES, FAINT_AREA = 4, 0.5
"""A white frame over a light page moves its tiles by little, but nearly all of them."""
STANDING_AREA, STANDING_ROWS, REST_AREA = 0.08, 9, 0.005
"""Where nothing else moves (but for this share), a page whose text is gone for some frames: so much of the picture, in so many rows."""
VIOLENT_CODES, VIOLENT_BACK, ALIKE_CODES = 20.0, 0.4, 1.0
"""Where all moves, foreign frames lie so many codes away (mean over the tiles); what returns lies within this share of that, and no
further than so many codes and twice what the frames around would have moved."""
SAME = 0.1
"""What returns lies no further from what was there than this share of what the foreign frames do, where nothing else moves."""
FLAT_CODES = 4.0
"""A picture whose tiles spread no wider than this (standard deviation, codes) is one colour."""


@dataclass(frozen=True)
class Foreign:
    """One foreign stretch: its frames, and the share of the picture that it changes."""

    span: Span
    area: float


@dataclass(frozen=True)
class _Sense:
    """What counts as changed: tiles that moved by `codes` in a share `area` of the picture; `standing`: only where all else rests."""

    codes: int
    area: float
    standing: bool = False


@check("flash")
def flash(subject: Subject, spec: CheckSpec) -> Outcome:
    """A picture that leaves and returns within five frames; a slide change does not return, a fade does not leave at once."""
    pictures = subject.measurements.pictures
    if pictures is None:
        return not_applicable(spec, "no-picture")
    if len(pictures.pts) < 3:
        return not_measurable(spec, "too-few-frames", frames=len(pictures.pts))
    foreign = foreign_frames(subject.measurements, spec)
    groups: list[list[Foreign]] = []
    reach = MERGE_S / subject.measurements.frame_seconds()
    for one in foreign:
        if groups and one.span[0] - groups[-1][-1].span[1] <= reach:
            groups[-1].append(one)
        else:
            groups.append([one])
    return concluded(spec, [_judged(subject.measurements, spec, group) for group in groups], places=len(foreign))


def foreign_frames(measurements: Measurements, spec: CheckSpec) -> list[Foreign]:
    """Every stretch of at most `frames` frames that differs from both neighbours, which are alike; in order, none within another."""
    assert measurements.pictures is not None
    tiles = measurements.pictures.tile_mean.reshape(len(measurements.pictures.pts), -1)
    codes, area = int(spec.limits["tile_codes"]), spec.limits["area_share"]
    found: list[Foreign] = []
    for sense in (_Sense(codes, area), _Sense(FAINT_CODES, FAINT_AREA), _Sense(codes, STANDING_AREA, standing=True)):
        for one in _sensed(tiles, sense, spec, max(1, round(AROUND_S / measurements.frame_seconds()))):
            if not any(one.span[0] < other.span[1] and other.span[0] < one.span[1] for other in found):
                found.append(one)
    for one in _violent(tiles, spec, max(1, round(AROUND_S / measurements.frame_seconds()))):
        if not any(one.span[0] < other.span[1] and other.span[0] < one.span[1] for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.span)


def _sensed(tiles: Array, sense: _Sense, spec: CheckSpec, around: int) -> Iterator[Foreign]:
    step = changed_shares(tiles, sense.codes)
    limits = (sense.codes, sense.area, spec.limits["back_share"], int(spec.limits["frames"]))
    far = distances(tiles)
    free = 1
    for first in np.flatnonzero(step >= sense.area).tolist():
        if first < free:
            continue
        one = _returns(tiles, step, first, limits)
        if (
            one is not None
            and _stands_out(step, one, around)
            and _same(tiles, far, one, around)
            and (not sense.standing or _blinks(tiles, step, one, around))
        ):
            yield one
            free = one.span[1] + 1


def _violent(tiles: Array, spec: CheckSpec, around: int) -> Iterator[Foreign]:
    """Foreign frames where everything moves anyway, a zoom or a walk: by how far the tiles move, not by how many."""
    step = distances(tiles)
    most, codes = int(spec.limits["frames"]), int(spec.limits["tile_codes"])
    free = 1
    for first in np.flatnonzero(step >= VIOLENT_CODES).tolist():
        if first < free:
            continue
        before, left, usual = tiles[first - 1], float(step[first]), _usual(step, (first, first + most), around)
        for after in range(first + 1, min(first + most + 1, len(tiles))):
            near = min(VIOLENT_BACK * left, ALIKE_CODES + 2 * (after - first + 1) * usual)
            back = float(apart(tiles[after], before).mean()) <= near and step[after] >= 0.5 * left
            if back and _stands_out(step, Foreign((first, after), left), around):
                yield Foreign((first, after), float((apart(tiles[first], before) >= codes).mean()))
                free = after + 1
            if back:
                break


def _same(tiles: Array, far: Array, one: Foreign, around: int) -> bool:
    """Whether what returns is what was there: two light slides about a dark one are alike in every tile, and still two."""
    first, last = one.span
    near = ALIKE_CODES + 2 * (last - first + 1) * _usual(far, one.span, around)
    return float(apart(tiles[last], tiles[first - 1]).mean()) <= max(near, SAME * float(far[first]))


def _blinks(tiles: Array, step: Array, one: Foreign, around: int) -> bool:
    """Whether all around it the picture stands still, and it changes title and text alike: the page was gone, no menu came up."""
    first, last = one.span
    rest = np.concatenate((step[max(1, first - around) : first], step[last + 1 : last + 1 + around]))
    changed = apart(tiles[first], tiles[first - 1]).reshape(TILE_ROWS, TILE_COLS) >= FAINT_CODES
    return bool(len(rest) and rest.max() <= REST_AREA and changed.any(axis=1).sum() >= STANDING_ROWS)


def _returns(tiles: Array, step: Array, first: int, limits: tuple[int, float, float, int]) -> Foreign | None:
    """The foreign stretch that begins at `first`, if the picture before it is back within the limit of frames."""
    codes, area, back, most = limits
    before = tiles[first - 1]
    left = float(step[first])
    for after in range(first + 1, min(first + most + 1, len(tiles))):
        away = float((apart(tiles[after], before) >= codes).mean())
        if away <= back * left:
            return Foreign((first, after), left) if step[after] >= area * 0.8 else None
        if away < area * 0.6:
            return None
    return None


def _stands_out(step: Array, one: Foreign, around: int) -> bool:
    """Whether the frames around move far less than the foreign one does: strobing film and fast pans are no foreign frames."""
    return one.area >= QUIET_FACTOR * _usual(step, one.span, around)


def _usual(step: Array, span: Span, around: int) -> float:
    """How far the frames around a span move."""
    first, last = span
    sides = np.concatenate((step[max(1, first - around) : first], step[last + 1 : last + 1 + around]))
    return float(np.quantile(sides, USUAL)) if len(sides) else 0.0


def _judged(measurements: Measurements, spec: CheckSpec, group: list[Foreign]) -> Finding:
    frames = sum(one.span[1] - one.span[0] for one in group)
    span = (group[0].span[0], group[-1].span[1])
    kind = "repeated" if len(group) > 1 else _kind(measurements, group[0])
    made = finding(
        spec,
        Severity.FAULT,
        f"finding.flash.{kind}",
        {
            "frames": frames,
            "times": len(group),
            "share": round(100 * max(one.area for one in group)),
            "limit": spec.limits["frames"],
        },
        value=frames,
        limit=0,
        unit="frames",
        tiles=_box(measurements, group[0]),
    )
    return at_frames(made, measurements, span)


def _kind(measurements: Measurements, one: Foreign) -> str:
    """`white`, `black` or `picture`: what the foreign frame shows."""
    assert measurements.pictures is not None
    tiles = measurements.pictures.tile_mean[one.span[0]]
    if float(tiles.std()) <= FLAT_CODES and float(tiles.mean()) >= 200:
        return "white"
    if float(tiles.std()) <= FLAT_CODES and float(tiles.mean()) <= 28:
        return "black"
    return "picture"


def _box(measurements: Measurements, one: Foreign) -> tuple[int, int, int, int]:
    assert measurements.pictures is not None
    tiles = measurements.pictures.tile_mean
    rows, cols = np.nonzero(apart(tiles[one.span[0]], tiles[one.span[0] - 1]) >= FAINT_CODES)
    return int(rows.min()), int(cols.min()), int(rows.max()) + 1, int(cols.max()) + 1
