"""Experts' reviews: a draft saved at every change, its gate signed first, sealed when it is submitted, never changed after (a
trigger holds it). A review that is reopened is kept as it was sealed, and goes on as a draft."""

import json
from typing import Any

from station.store import search
from station.store.connection import Store, storable, to_json, utc_now


def of(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """All reviews of a submission, drafts too; who may see which is decided in `station.desk`."""
    rows = store.rows("SELECT * FROM reviews WHERE submission_id = ? ORDER BY submitted_at, person", (submission_id,))
    for row in rows:
        for name in ("gate", "scores", "timed"):
            row[name] = json.loads(row[name])
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
    timed: list[dict[str, Any]],
    total: float | None,
    sign: bool = False,
) -> int:
    """Write a draft in the open transaction, with its gate signed where `sign`; its new revision (1 for the first)."""
    now = utc_now()
    store.execute(
        "INSERT INTO reviews(submission_id, person, state, gate, scores, notes, timed, total, revision, updated_at, "
        "gate_signed_at) VALUES(?, ?, 'draft', ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT(submission_id, person) DO UPDATE SET "
        "gate = excluded.gate, scores = excluded.scores, notes = excluded.notes, timed = excluded.timed, "
        "total = excluded.total, revision = revision + 1, updated_at = excluded.updated_at, "
        "gate_signed_at = ifnull(gate_signed_at, excluded.gate_signed_at)",
        (submission_id, storable(person), to_json(gate), to_json(scores), storable(notes), to_json(timed), total, now,
         now if sign else None),
    )  # fmt: skip
    told = "\n".join([notes, *(note["text"] for note in timed)]).strip()
    search.put_note(store, submission_id, storable(person), storable(told), gate)
    row = own(store, submission_id, person)
    return int(row["revision"]) if row else 0


def sign_gate(store: Store, submission_id: str, person: str) -> int:
    """Fix the draft's answers at the gate in the open transaction; the new revision."""
    now = utc_now()
    store.execute(
        "UPDATE reviews SET gate_signed_at = ?, revision = revision + 1, updated_at = ? WHERE submission_id = ? AND person = ?",
        (now, now, submission_id, storable(person)),
    )
    row = own(store, submission_id, person)
    return int(row["revision"]) if row else 0


def reopen(store: Store, submission_id: str, person: str, *, by: str, reason: str) -> int:
    """Keep a sealed review and make a draft of it, its gate open, in the open transaction; the draft's revision."""
    now, of_one = utc_now(), (submission_id, storable(person))
    store.execute(
        "INSERT INTO kept_reviews SELECT submission_id, person, revision, gate, scores, notes, timed, attestation, total, "
        "submitted_at, ?, ?, ? FROM reviews WHERE submission_id = ? AND person = ? AND state = 'submitted'",
        (storable(by), storable(reason), now, *of_one),
    )
    store.execute(
        "UPDATE reviews SET state = 'draft', attestation = '', gate_signed_at = NULL, submitted_at = NULL, updated_at = ?, "
        "revision = revision + 1 WHERE submission_id = ? AND person = ?",
        (now, *of_one),
    )
    row = own(store, submission_id, person)
    return int(row["revision"]) if row else 0


def kept(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The sealed reviews that were reopened, as they were, oldest first."""
    rows = store.rows(
        "SELECT * FROM kept_reviews WHERE submission_id = ? ORDER BY reopened_at, person", (submission_id,)
    )
    for row in rows:
        for name in ("gate", "scores", "timed"):
            row[name] = json.loads(row[name])
    return rows


def seal(store: Store, submission_id: str, person: str, *, attestation: str = "") -> int:
    """Submit the draft in the open transaction, with the words that were attested; its last revision."""
    now = utc_now()
    store.execute(
        "UPDATE reviews SET state = 'submitted', revision = revision + 1, attestation = ?, updated_at = ?, submitted_at = ? "
        "WHERE submission_id = ? AND person = ? AND state = 'draft'",
        (storable(attestation), now, now, submission_id, storable(person)),
    )
    row = own(store, submission_id, person)
    return int(row["revision"]) if row else 0


def submitted(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The sealed reviews alone: what counts for a decision."""
    return [row for row in of(store, submission_id) if row["state"] == "submitted"]
