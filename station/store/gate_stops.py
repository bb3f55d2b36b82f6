"""Stops of the political gate: who said no and why, what a second person says to it, and what was decided. Kept for ever.

Who may do what is decided in `station.desk`.
"""

import json
from typing import Any

from station.store.connection import Store, storable, to_json, utc_now

Row = dict[str, Any]


def of(store: Store, submission_id: str) -> list[Row]:
    """Every stop of a submission, oldest first; `points` is point → reason."""
    rows = store.rows("SELECT * FROM gate_stops WHERE submission_id = ? ORDER BY id", (submission_id,))
    for row in rows:
        row["points"] = json.loads(row["points"])
    return rows


def unresolved(store: Store, submission_id: str) -> list[Row]:
    """The stops that still hold: not decided, or upheld."""
    return [row for row in of(store, submission_id) if row["decision"] != "lifted"]


def add(store: Store, submission_id: str, person: str, points: dict[str, str]) -> int:
    """Enter a stop in the open transaction; its id."""
    store.execute(
        "INSERT INTO gate_stops(submission_id, person, points, at) VALUES(?, ?, ?, ?)",
        (submission_id, storable(person), to_json(points), utc_now()),
    )
    row = store.row("SELECT last_insert_rowid() AS id")
    return int(row["id"]) if row else 0


def second(store: Store, stop: int, person: str, *, agrees: bool, reason: str) -> None:
    """Enter the second person's word in the open transaction."""
    store.execute(
        "UPDATE gate_stops SET second_person = ?, second_agrees = ?, second_reason = ?, second_at = ? WHERE id = ?",
        (storable(person), int(agrees), storable(reason), utc_now(), stop),
    )


def decide(store: Store, stop: int, person: str, *, decision: str, reason: str) -> None:
    """Enter the decision (`upheld` or `lifted`) in the open transaction."""
    store.execute(
        "UPDATE gate_stops SET decision = ?, decided_by = ?, decided_reason = ?, decided_at = ? WHERE id = ?",
        (decision, storable(person), storable(reason), utc_now(), stop),
    )
