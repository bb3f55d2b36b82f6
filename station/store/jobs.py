"""Jobs: one a lesson. A running job belongs to its owner, one daemon process; a dead owner's jobs go back to the queue.

Every change names the owner, so that what a dead daemon's worker still reports changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.store.connection import Store, utc_now
from station.store.drops import Reason


@dataclass(frozen=True)
class Job:
    """A claimed job: what a worker must know."""

    id: str
    lesson_id: str
    submission_id: str
    ordinal: int
    file: str
    """As stored: `station.store.names.restored` gives the path, relative to the station's folder."""
    attempts: int
    """This one included."""


_RESET = (
    "state = 'queued', stage = '', progress = 0, frames_per_second = NULL, eta_seconds = NULL, owner = NULL,"
    " worker = NULL, started_at = NULL, finished_at = NULL"
)


def enqueue(store: Store, submission_id: str, lesson_ids: Sequence[str]) -> None:
    """One job for every lesson; a lesson that has one already keeps it."""
    now = utc_now()
    with store.transaction() as db:
        for lesson_id in lesson_ids:
            db.conn.execute(
                "INSERT OR IGNORE INTO jobs(id, lesson_id, submission_id, state, created_at, updated_at)"
                " VALUES (?, ?, ?, 'queued', ?, ?)",
                (lesson_id, lesson_id, submission_id, now, now),
            )


def reset(store: Store, submission_id: str) -> None:
    """All jobs of a submission once more, from the start: it is to be measured again."""
    with store.transaction() as db:
        db.conn.execute(
            f"UPDATE jobs SET {_RESET}, attempts = 0, reason = NULL, updated_at = ? WHERE submission_id = ?",  # noqa: S608 - a constant
            (utc_now(), submission_id),
        )


def claim(store: Store, owner: str, worker: str) -> Job | None:
    """Take the next job of a submission that waits to be measured, or None."""
    with store.transaction() as db:
        rows = store.rows(
            "SELECT j.id, j.lesson_id, j.submission_id, l.ordinal, l.file, j.attempts + 1 AS attempts"
            " FROM jobs j JOIN lessons l ON l.id = j.lesson_id JOIN submissions s ON s.id = j.submission_id"
            " WHERE j.state = 'queued' AND s.state IN ('queued', 'measuring')"
            " ORDER BY j.priority DESC, s.received_at, l.ordinal LIMIT 1"
        )
        if not rows:
            return None
        now = utc_now()
        db.conn.execute(
            "UPDATE jobs SET state = 'running', owner = ?, worker = ?, attempts = ?, stage = '', progress = 0,"
            " started_at = ?, updated_at = ? WHERE id = ?",
            (owner, worker, rows[0]["attempts"], now, now, rows[0]["id"]),
        )
        return Job(**rows[0])


def progress(
    store: Store, job_id: str, owner: str, *, stage: str, share: float, per_second: float | None, eta: float | None
) -> None:
    """How far a job has come: share 0–1, frames per second, seconds left."""
    with store.transaction() as db:
        db.conn.execute(
            "UPDATE jobs SET stage = ?, progress = ?, frames_per_second = ?, eta_seconds = ?, updated_at = ?"
            " WHERE id = ? AND owner = ? AND state = 'running'",
            (stage, min(max(share, 0.0), 1.0), per_second, eta, utc_now(), job_id, owner),
        )


def finish(store: Store, job_id: str, owner: str) -> bool:
    """The job is done. False: it is not this owner's any more, so its result must not count."""
    return _end(store, job_id, owner, "done", None)


def fail(store: Store, job_id: str, owner: str, reason: Reason) -> bool:
    """The job has failed for good, and why. False: it is not this owner's any more."""
    return _end(store, job_id, owner, "failed", reason.to_json())


def _end(store: Store, job_id: str, owner: str, state: str, reason: str | None) -> bool:
    now = utc_now()
    with store.transaction() as db:
        done = db.conn.execute(
            "UPDATE jobs SET state = ?, reason = ?, progress = CASE ? WHEN 'done' THEN 1 ELSE progress END, stage = '',"
            " eta_seconds = NULL, finished_at = ?, updated_at = ? WHERE id = ? AND owner = ? AND state = 'running'",
            (state, reason, state, now, now, job_id, owner),
        )
        return bool(done.rowcount == 1)


def requeue(store: Store, job_id: str, owner: str, *, blamed: bool) -> None:
    """Hand a running job back. `blamed`: the attempt counts against it."""
    with store.transaction() as db:
        db.conn.execute(
            f"UPDATE jobs SET {_RESET}, attempts = max(attempts - ?, 0), reason = NULL, updated_at = ?"  # noqa: S608 - a constant
            " WHERE id = ? AND owner = ? AND state = 'running'",
            (0 if blamed else 1, utc_now(), job_id, owner),
        )


def requeue_others(store: Store, owner: str) -> int:
    """Hand back what other owners were running when they died; no attempt counts. Returns how many."""
    with store.transaction() as db:
        done = db.conn.execute(
            f"UPDATE jobs SET {_RESET}, attempts = max(attempts - 1, 0), updated_at = ?"  # noqa: S608 - a constant
            " WHERE state = 'running' AND owner IS NOT ?",
            (utc_now(), owner),
        )
        return int(done.rowcount)


def counts(store: Store) -> dict[str, int]:
    """How many jobs are in each state; queued ones only where they may run."""
    rows = store.rows(
        "SELECT j.state, count(*) AS n FROM jobs j JOIN submissions s ON s.id = j.submission_id"
        " WHERE j.state <> 'queued' OR s.state IN ('queued', 'measuring') GROUP BY j.state"
    )
    return {"queued": 0, "running": 0, "done": 0, "failed": 0} | {row["state"]: row["n"] for row in rows}


def submissions_measured(store: Store) -> list[str]:
    """Submissions in `measuring` of which no job is open: they can go on."""
    return _ids(
        store,
        "SELECT id FROM submissions s WHERE state = 'measuring' AND NOT EXISTS"
        " (SELECT 1 FROM jobs WHERE submission_id = s.id AND state IN ('queued', 'running'))",
    )


def submissions_to_measure_again(store: Store) -> list[str]:
    """Submissions in `queued` all of whose jobs are over: a person asked to measure them again."""
    return _ids(
        store,
        "SELECT id FROM submissions s WHERE state = 'queued' AND NOT EXISTS"
        " (SELECT 1 FROM jobs WHERE submission_id = s.id AND state IN ('queued', 'running'))",
    )


def submissions_handed_back(store: Store) -> list[str]:
    """Submissions in `measuring` of which jobs wait and none runs."""
    return _ids(
        store,
        "SELECT id FROM submissions s WHERE state = 'measuring'"
        " AND EXISTS (SELECT 1 FROM jobs WHERE submission_id = s.id AND state = 'queued')"
        " AND NOT EXISTS (SELECT 1 FROM jobs WHERE submission_id = s.id AND state = 'running')",
    )


def submission_state(store: Store, submission_id: str) -> str | None:
    """Where the submission of a job stands."""
    rows = store.rows("SELECT state FROM submissions WHERE id = ?", (submission_id,))
    return rows[0]["state"] if rows else None


def lessons_of(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """Its lessons in order: id, ordinal, file, duration."""
    return store.rows(
        "SELECT id, ordinal, file, duration FROM lessons WHERE submission_id = ? ORDER BY ordinal", (submission_id,)
    )


def _ids(store: Store, sql: str) -> list[str]:
    return [row["id"] for row in store.rows(sql)]
