"""The queue for a screen that looks again and again: what has not changed is not read anew, and what fits the screen comes first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station.desk import reading
from station.desk.views import QueueRow
from station.store import Store, queue
from station.workflow import State


@dataclass(frozen=True)
class QueueLook:
    """The queue as it stood at one moment."""

    rows: Sequence[QueueRow]
    wanted: Mapping[str, Any]
    """What was asked for: of another question nothing can be kept."""
    submissions: tuple[Any, ...]
    jobs: tuple[Any, ...]
    """`station.store.queue.stamps` of the moment."""
    counts: Mapping[State, int]
    """How many rows of the whole queue stand in each state."""
    whole: bool = True
    """Whether `rows` are all; else they are the first."""


def look(store: Store, before: QueueLook | None, wanted: Mapping[str, Any], first: int | None = None) -> QueueLook:
    """The queue now; `before` itself where nothing has changed since. Rows that have not changed are those of `before`.
    Where nothing was read before, `first` rows at most (None: all)."""
    with store.snapshot():
        submissions, jobs = queue.stamps(store)
        if before is None and first is not None:
            rows = reading.queue_rows(store, limit=first, **wanted)
            told = counts(store, wanted)
            return QueueLook(rows, wanted, submissions, jobs, told, whole=len(rows) == sum(told.values()))
        if before is None or before.wanted != wanted or not before.whole:
            return _whole(reading.queue_rows(store, **wanted), wanted, submissions, jobs)
        if (before.submissions, before.jobs) == (submissions, jobs):
            return before
        same = before.submissions == submissions
        order = [(row.id, row.updated_at) for row in before.rows] if same else queue.order(store, **wanted)
        return _whole(_renewed(store, before.rows, order), wanted, submissions, jobs)


def counts(store: Store, wanted: Mapping[str, Any]) -> dict[State, int]:
    """How many of what is wanted stand in each state."""
    return {State(state): count for state, count in queue.counts(store, **wanted).items()}


def _whole(
    rows: Sequence[QueueRow], wanted: Mapping[str, Any], submissions: tuple[Any, ...], jobs: tuple[Any, ...]
) -> QueueLook:
    return QueueLook(rows, wanted, submissions, jobs, Counter(row.state for row in rows))


def _renewed(store: Store, before: Sequence[QueueRow], order: Sequence[tuple[str, str]]) -> list[QueueRow]:
    unfinished = queue.unfinished(store)
    kept = {row.id: row for row in before if row.id not in unfinished and not _moving(row)}
    stale = [id_ for id_, changed_at in order if id_ not in kept or kept[id_].updated_at != changed_at]
    kept |= {row[0]: reading.queue_row(row, unfinished) for row in queue.rows(store, only=stale)}
    return [kept[id_] for id_, _ in order]


def _moving(row: QueueRow) -> bool:
    """Whether jobs may change the row while its submission stays as it is."""
    return row.state is State.MEASURING or row.failed_jobs > 0
