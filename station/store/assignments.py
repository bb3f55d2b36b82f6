"""Which expert is assigned to which submission, and who stands aside from which work (回避). Rows are ended, never deleted.

Who may be assigned is decided in `station.desk`.
"""

import json
from typing import Any

from station.store.connection import Store, storable, utc_now

Row = dict[str, Any]


def standing(store: Store, submission_id: str) -> list[Row]:
    """The assignments that hold, oldest first: id, person, how, by_person, at."""
    return store.rows(
        "SELECT id, person, how, by_person, at FROM assignments WHERE submission_id = ? AND ended_at IS NULL ORDER BY id",
        (submission_id,),
    )


def history(store: Store, submission_id: str) -> list[Row]:
    """Every assignment there ever was, oldest first."""
    return store.rows("SELECT * FROM assignments WHERE submission_id = ? ORDER BY id", (submission_id,))


def holds(store: Store, submission_id: str, person: str) -> bool:
    """Whether the person is assigned."""
    sql = "SELECT 1 FROM assignments WHERE submission_id = ? AND person = ? AND ended_at IS NULL"
    return store.row(sql, (submission_id, storable(person))) is not None


def add(store: Store, submission_id: str, person: str, *, how: str, by: str) -> int:
    """Assign in the open transaction; the row's id. `how`: hand, automatic or further."""
    store.execute(
        "INSERT INTO assignments(submission_id, person, how, by_person, at) VALUES(?, ?, ?, ?, ?)",
        (submission_id, storable(person), how, storable(by), utc_now()),
    )
    row = store.row("SELECT last_insert_rowid() AS id")
    return int(row["id"]) if row else 0


def end(store: Store, submission_id: str, person: str, *, by: str, reason: str) -> bool:
    """End an assignment in the open transaction; whether there was one."""
    return bool(store.execute(
        "UPDATE assignments SET ended_by = ?, ended_reason = ?, ended_at = ? "
        "WHERE submission_id = ? AND person = ? AND ended_at IS NULL",
        (storable(by), storable(reason), utc_now(), submission_id, storable(person)),
    ))  # fmt: skip


def loads(store: Store) -> dict[str, int]:
    """By person: assignments that still wait for their review."""
    rows = store.rows(
        "SELECT a.person, count(*) AS waiting FROM assignments a JOIN submissions s ON s.id = a.submission_id "
        "WHERE a.ended_at IS NULL AND s.state = 'expert-review' AND NOT EXISTS (SELECT 1 FROM reviews r "
        "WHERE r.submission_id = a.submission_id AND r.person = a.person AND r.state = 'submitted') GROUP BY a.person"
    )
    return {row["person"]: row["waiting"] for row in rows}


def declare(store: Store, work_id: str, person: str, reason: str) -> None:
    """Enter in the open transaction that the person stands aside from the work, whatever its version."""
    store.execute(
        "INSERT INTO recusals(work_id, person, reason, at) VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (work_id, storable(person), storable(reason), utc_now()),
    )


def recusals(store: Store) -> list[dict[str, Any]]:
    """Every declared conflict: work_id, person, reason, at (ISO 8601, UTC)."""
    return store.rows("SELECT work_id, person, reason, at FROM recusals ORDER BY work_id, person")


def recusal(store: Store, work_id: str, person: str) -> dict[str, Any] | None:
    """One declared conflict as `recusals` tells it, or None."""
    return store.row(
        "SELECT work_id, person, reason, at FROM recusals WHERE person = ? AND work_id = ?", (storable(person), work_id)
    )


def recused(store: Store, work_id: str, person: str) -> bool:
    """Whether the person has declared a conflict with the work."""
    sql = "SELECT 1 FROM recusals WHERE person = ? AND work_id = ?"
    return store.row(sql, (storable(person), work_id)) is not None


def recused_of(store: Store, work_id: str, persons: list[str]) -> set[str]:
    """Of `persons` those who have declared a conflict with the work."""
    rows = store.rows(
        "SELECT person FROM recusals WHERE work_id = ? AND person IN (SELECT value FROM json_each(?))",
        (work_id, json.dumps([storable(person) for person in persons])),
    )
    return {row["person"] for row in rows}
