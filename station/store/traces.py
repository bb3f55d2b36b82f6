"""Traces of lessons in the store: which are in the index of landmarks, what a lesson has in common with the others.

The trace itself is a file beside the lesson's measurements. New lessons' landmarks wait in rows; `settle` moves them into mapped
files (`traces/` in the station's folder) and merges those, so that a search reads few and large ones. All of it can be made
again from the measurements.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from station import traces
from station.alike import Stretch
from station.context import Copy
from station.kept import MEASUREMENTS, TRACE
from station.lookup import SHORTEST_S, Lines, Postings, candidates, confirmed, copy_of, is_expected
from station.prints import Ends
from station.store import segments
from station.store.connection import Store
from station.store.names import restored
from station.store.submissions import new_id
from station.traces import TICK_HZ, Trace, landmarks, questions

FOLDER = "traces"
WAITING = 64
"""So many lessons wait in rows before they are written into a segment."""
BATCH = 8
"""Other works whose heads and tails are compared with a lesson's."""
COMMON_WORKS, COMMON_S = 4, 60.0
"""A stretch that so many other works have too is a template where it is no longer than that, and less than half a lesson."""


def enter(store: Store, lesson_id: str) -> Trace | None:
    """Put a measured lesson into the index, once for each of its measurements; its trace. None: it was not measured, or its
    measurements can't be read."""
    row = _lesson(store, lesson_id)
    path = _trace_path(store, row) if row else None
    trace = trace_at(path) if path else None
    if trace is None or path is None:
        return None
    stamp = path.stat().st_mtime_ns
    known = store.row("SELECT stamp FROM traces WHERE lesson_id = ?", (lesson_id,))
    if known is None or known["stamp"] != stamp:
        add(store, lesson_id, trace, stamp=stamp)
        settle(store)
    return trace


def trace_at(path: Path, *, ends: bool = True) -> Trace | None:
    """The trace in a lesson's folder; made from the measurements beside it where there is none. None where both fail."""
    from gpu import keeping  # noqa: PLC0415 - only a lesson that was measured before traces were kept needs it

    try:
        return traces.load(path, ends=ends)
    except (OSError, ValueError):
        pass
    try:
        made = traces.trace_of(keeping.load(path.parent / MEASUREMENTS), path.parent.name)
        traces.save(made, path)
    except (OSError, ValueError):
        return None
    return made


def add(store: Store, lesson_id: str, trace: Trace, *, stamp: int = 0) -> None:
    """Enter a lesson's landmarks in place of earlier ones. Part of the open transaction, or its own."""
    marks = landmarks(trace)
    order = np.argsort(marks.keys, kind="stable")
    blob = marks.keys[order].astype("<u4").tobytes() + marks.ticks[order].astype("<u4").tobytes()
    with store.transaction():
        remove(store, lesson_id)
        last = store.row("SELECT ifnull(max(base + ticks), 0) AS free FROM traces")
        ticks = int(trace.duration * TICK_HZ) + TICK_HZ
        store.execute(
            "INSERT INTO traces(base, ticks, lesson_id, landmarks, stamp) VALUES(?, ?, ?, ?, ?)",
            (last["free"] if last else 0, ticks, lesson_id, blob, stamp),
        )


def remove(store: Store, lesson_id: str) -> None:
    """Forget a lesson. Its place on the line stays taken: landmarks in segments still point there."""
    with store.transaction():
        store.execute("UPDATE traces SET lesson_id = NULL, landmarks = NULL WHERE lesson_id = ?", (lesson_id,))


def search(store: Store, lesson_id: str, own: Trace, *, shortest: float = SHORTEST_S) -> tuple[Copy, ...]:
    """What other lessons have in common with this one, by time: other lessons of its submission, and the last version of
    every other work. Unified heads and tails are left out."""
    for attempt in (1, 2):
        rows, waiting, names = _index(store, lesson_id)
        try:
            postings = [segments.mapped(_folder(store), name) for name in names]
            break
        except OSError:  # merged meanwhile into another one
            if attempt == 2:
                raise
    lines = Lines(np.array([r["base"] for r in rows], np.int64), np.array([r["ticks"] for r in rows], np.int64))
    proposed = candidates(questions(own), [*postings, _waiting(waiting)], lines)
    found = confirmed(own, proposed, lambda index: _opened(store, rows[index]), shortest)
    found = [(i, one) for i, one in found if not _is_expected(one, own, rows[i])]
    return tuple(
        copy_of(one, rows[index]["lesson_id"], _title(rows[index]))
        for index, one in found
        if not _is_template(one, own.duration, [(rows[i]["work_id"], other) for i, other in found])
    )


def _is_expected(one: Stretch, own: Trace, row: dict[str, Any]) -> bool:
    return is_expected(one, own.duration, row["ticks"] / TICK_HZ, kin=bool(row["kin"]))


def _is_template(one: Stretch, duration: float, found: Iterable[tuple[str, Stretch]]) -> bool:
    """Whether a short part of a lesson stands in many other works."""
    length = one.end - one.start
    if length > min(COMMON_S, duration / 2):
        return False
    works = {work for work, other in found if min(one.end, other.end) - max(one.start, other.start) > length / 2}
    return len(works) >= COMMON_WORKS


def _index(store: Store, lesson_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    """Lessons to be found, by base; rows whose landmarks wait; names of segments."""
    with store.snapshot():
        rows = store.rows(
            """SELECT t.base, t.ticks, t.lesson_id, l.title AS lesson, l.measurements, s.title, s.work_id,
              s.id = (SELECT submission_id FROM lessons WHERE id = :lesson) AS kin
            FROM traces t JOIN lessons l ON l.id = t.lesson_id JOIN submissions s ON s.id = l.submission_id
            WHERE t.lesson_id <> :lesson AND (s.id = (SELECT submission_id FROM lessons WHERE id = :lesson) OR (
              s.work_id <> (SELECT o.work_id FROM submissions o JOIN lessons k ON k.submission_id = o.id WHERE k.id = :lesson)
              AND s.version = (SELECT max(version) FROM submissions WHERE work_id = s.work_id)))
            ORDER BY t.base""",
            {"lesson": lesson_id},
        )
        waiting = store.rows("SELECT base, landmarks FROM traces WHERE landmarks IS NOT NULL ORDER BY base")
        names = store.rows("SELECT name FROM trace_segments ORDER BY id")
    return rows, waiting, [row["name"] for row in names]


def _waiting(rows: list[dict[str, Any]]) -> Postings:
    keys, places = [np.zeros(0, np.uint32)], [np.zeros(0, np.uint32)]
    for row in rows:
        both = np.frombuffer(row["landmarks"], "<u4").reshape(2, -1)
        keys.append(both[0])
        places.append((both[1] + np.uint32(row["base"])).astype(np.uint32))
    together = np.concatenate(keys)
    order = np.argsort(together, kind="stable")
    return Postings(together[order], np.concatenate(places)[order])


def settle(store: Store, *, waiting: int = WAITING) -> bool:
    """Write the waiting landmarks into a segment once there are `waiting` lessons of them, and merge segments of its size.
    False: there was nothing to do, or somebody else did it. Raises OSError."""
    rows = store.rows("SELECT base, landmarks FROM traces WHERE landmarks IS NOT NULL ORDER BY base")
    if len(rows) < waiting:
        return False
    parts = [_waiting(rows)]
    held = len(parts[0].keys)
    old = []
    for row in store.rows("SELECT id, name, entries FROM trace_segments ORDER BY id DESC"):
        if row["entries"] > 2 * held:
            break
        old.append(row)
        held += row["entries"]
        parts.append(segments.mapped(_folder(store), row["name"]))
    name = new_id()
    entries = segments.write(_folder(store), name, parts)
    if not _exchange(store, name, entries, [row["base"] for row in rows], old):
        segments.remove(_folder(store), name)
        return False
    for row in old:
        segments.remove(_folder(store), row["name"])
    return True


def _exchange(store: Store, name: str, entries: int, bases: list[int], old: list[dict[str, Any]]) -> bool:
    """Put the new segment in the place of what went into it. False: somebody else did that meanwhile."""
    span = {"first": bases[0], "last": bases[-1]}
    with store.transaction():
        there = {row["id"] for row in store.rows("SELECT id FROM trace_segments")}
        moved = store.row(
            "SELECT 1 FROM traces WHERE base BETWEEN :first AND :last AND landmarks IS NULL AND lesson_id IS NOT NULL",
            span,
        )
        if moved or not {row["id"] for row in old} <= there:
            return False
        store.execute("INSERT INTO trace_segments(name, entries) VALUES(?, ?)", (name, entries))
        for row in old:
            store.execute("DELETE FROM trace_segments WHERE id = ?", (row["id"],))
        store.execute("UPDATE traces SET landmarks = NULL WHERE base BETWEEN :first AND :last", span)
    return True


def siblings(store: Store, lesson_id: str, *, batch: int = BATCH) -> tuple[Ends, ...]:
    """Heads and tails of the other measured lessons of the submission, and of one lesson of each of the works that came in
    last."""
    rows = store.rows(
        """SELECT l.id, l.measurements, l.title AS lesson, s.title FROM lessons l JOIN submissions s ON s.id = l.submission_id
        WHERE l.submission_id = (SELECT submission_id FROM lessons WHERE id = :lesson) AND l.id <> :lesson
        ORDER BY l.ordinal""",
        {"lesson": lesson_id},
    )
    rows += store.rows(
        """SELECT min(l.id) AS id, l.measurements, l.title AS lesson, s.title
        FROM submissions s JOIN lessons l ON l.submission_id = s.id
        WHERE l.measurements <> '' AND s.version = (SELECT max(version) FROM submissions WHERE work_id = s.work_id)
          AND s.work_id <> (SELECT o.work_id FROM submissions o JOIN lessons k ON k.submission_id = o.id WHERE k.id = :lesson)
        GROUP BY s.work_id ORDER BY max(s.received_at) DESC LIMIT :batch""",
        {"lesson": lesson_id, "batch": batch},
    )
    ends = (
        traces.named_ends(path, _title(row)) for row in rows if (path := _trace_path(store, row)) and trace_ready(path)
    )
    return tuple(one for one in ends if one is not None)


def trace_ready(path: Path) -> bool:
    """Whether there is a trace, made now where it can be."""
    return path.exists() or trace_at(path) is not None


def _lesson(store: Store, lesson_id: str) -> dict[str, Any] | None:
    return store.row("SELECT id, measurements FROM lessons WHERE id = ?", (lesson_id,))


def _opened(store: Store, row: dict[str, Any]) -> Trace | None:
    path = _trace_path(store, row)
    return trace_at(path, ends=False) if path else None


def _trace_path(store: Store, row: dict[str, Any]) -> Path | None:
    return (store.path.parent / restored(row["measurements"])).parent / TRACE if row["measurements"] else None


def _folder(store: Store) -> Path:
    return store.path.parent / FOLDER


def _title(row: dict[str, Any]) -> str:
    return f"{row['title']} / {row['lesson']}"
