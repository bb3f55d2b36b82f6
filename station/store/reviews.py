"""Experts' reviews: a draft saved at every change, sealed when it is submitted, never changed after (a trigger holds it)."""

import json
from typing import Any

from station.store import search
from station.store.connection import Store, storable, to_json, utc_now


def of(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """All reviews of a submission, drafts too; who may see which is decided in `station.desk`."""
    rows = store.rows("SELECT * FROM reviews WHERE submission_id = ? ORDER BY submitted_at, person", (submission_id,))
    for row in rows:
        row["gate"], row["scores"] = json.loads(row["gate"]), json.loads(row["scores"])
    return rows


def own(store: Store, submission_id: str, person: str) -> dict[str, Any] | None:
    """The review of one person, or None."""
    return next((row for row in of(store, submission_id) if row["person"] == storable(person)), None)


def save(
    store: Store,
    submission_id: str,
    person: str,
    *,
    gate: dict[str, Any],
    scores: dict[str, float],
    notes: str,
    total: float | None,
) -> int:
    """Write a draft in the open transaction; its new revision (1 for the first)."""
    store.execute(
        "INSERT INTO reviews(submission_id, person, state, gate, scores, notes, total, revision, updated_at) "
        "VALUES(?, ?, 'draft', ?, ?, ?, ?, 1, ?) ON CONFLICT(submission_id, person) DO UPDATE SET gate = excluded.gate, "
        "scores = excluded.scores, notes = excluded.notes, total = excluded.total, revision = revision + 1, "
        "updated_at = excluded.updated_at",
        (submission_id, storable(person), to_json(gate), to_json(scores), storable(notes), total, utc_now()),
    )
    search.put_note(store, submission_id, storable(person), storable(notes), gate)
    row = own(store, submission_id, person)
    return int(row["revision"]) if row else 0


def seal(store: Store, submission_id: str, person: str) -> int:
    """Submit the draft in the open transaction; its last revision."""
    now = utc_now()
    store.execute(
        "UPDATE reviews SET state = 'submitted', revision = revision + 1, updated_at = ?, submitted_at = ? "
        "WHERE submission_id = ? AND person = ? AND state = 'draft'",
        (now, now, submission_id, storable(person)),
    )
    row = own(store, submission_id, person)
    return int(row["revision"]) if row else 0


def submitted(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The sealed reviews alone: what counts for a decision."""
    return [row for row in of(store, submission_id) if row["state"] == "submitted"]
