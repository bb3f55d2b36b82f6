"""Waivers: who let which finding pass, why and when, kept for ever.

A waiver hangs on the work, the lesson's number and the finding's key, so it survives a re-run and a resubmission.
Whether it was allowed is decided in `station.desk`.
"""

from typing import Any

from station.store import outcomes, submissions
from station.store.connection import Store, storable, utc_now
from station.store.cross_check import TOLD


def add(store: Store, submission: dict[str, Any], finding: dict[str, Any], *, reason: str, person: str) -> int:
    """Enter a waiver in the open transaction; its id."""
    store.execute(
        "INSERT INTO waivers(work_id, submission_id, ordinal, key, reason, person, at) VALUES(?, ?, ?, ?, ?, ?, ?)",
        (submission["work_id"], submission["id"], finding["ordinal"], finding["key"], storable(reason),
         storable(person), utc_now()),
    )  # fmt: skip
    row = store.row("SELECT last_insert_rowid() AS id")
    return int(row["id"]) if row else 0


def second(store: Store, waiver_id: int, person: str) -> None:
    """Enter the second person in the open transaction."""
    store.execute(
        "UPDATE waivers SET second_person = ?, second_at = ? WHERE id = ?", (storable(person), utc_now(), waiver_id)
    )


def end(store: Store, waiver_id: int, person: str) -> None:
    """End a waiver in the open transaction; the row stays."""
    store.execute(
        "UPDATE waivers SET ended_by = ?, ended_at = ? WHERE id = ?", (storable(person), utc_now(), waiver_id)
    )


def settle(store: Store, submission: dict[str, Any]) -> int:
    """Recompute the verdicts of every version of the work in the open transaction; the submission's new revision.

    Another version whose counts changed gets a new revision too: somebody may be looking at it.
    """
    for version in submissions.versions(store, submission["work_id"]):
        outcomes.recount(store, version["id"])
        if version["id"] != submission["id"] and _changed(store, version):
            submissions.touch(store, version["id"])
    return submissions.touch(store, submission["id"])


def _changed(store: Store, before: dict[str, Any]) -> bool:
    after = submissions.header(store, before["id"]) or {}
    return any(before[name] != after[name] for name in ("verdict", "faults", "warnings"))


def told(store: Store, waiver_id: int) -> dict[str, Any]:
    """A waiver as the log keeps it."""
    row = store.row("SELECT * FROM waivers WHERE id = ?", (waiver_id,)) or {}
    return {"waiver": waiver_id} | {name: row[name] for name in TOLD}


def history(store: Store, work_id: str) -> list[dict[str, Any]]:
    """Every waiver of a work, ended ones too, oldest first."""
    return store.rows("SELECT * FROM waivers WHERE work_id = ? ORDER BY id", (work_id,))
