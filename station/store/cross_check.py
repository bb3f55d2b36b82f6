"""What the tables must hold if the audit log is true: states, submitted reviews, waivers, declared conflicts.

Apart from the chain itself, because a row of a table can be changed behind the program's back without touching the log.
"""

import json
from typing import Any

from station.store import assignments, row_digest
from station.store.connection import Store
from station.store.topics_check import TopicsCheck

Told = tuple[str, dict[str, Any]]
TOLD = (
    "key", "ordinal", "reason", "person", "second_person", "ended_by", "work_id", "submission_id", "at", "second_at", "ended_at",
)  # fmt: skip
"""Of a waiver's row the log keeps all."""
RECUSAL = ("work_id", "person", "reason", "at")


class CrossCheck:
    """Takes the log row by row, then compares what it told with the tables."""

    def __init__(self) -> None:
        self._states: dict[str, str] = {}
        self._reviews: dict[tuple[str, str], dict[str, Any]] = {}
        self._reopened: dict[tuple[str, str, int], dict[str, Any]] = {}
        self._waivers: dict[int, dict[str, Any]] = {}
        self._recusals: list[tuple[str, ...]] = []
        self._rows: dict[str, str | None] = {}
        self._changed: list[Told] = []
        self._topics = TopicsCheck()

    def take(self, row: dict[str, Any]) -> None:
        """Remember what one row of the log says. A row that is no JSON is told by the chain already."""
        if row["submission_id"]:
            self._rows[row["submission_id"]] = row["rows"]
        try:
            after = json.loads(row["after"])
        except ValueError:
            return
        if not isinstance(after, dict):
            return
        self._topics.take(row["object"], after)
        if "state" in after and row["submission_id"]:
            self._states[row["submission_id"]] = after["state"]
        if row["action"] == "rows-differ":
            self._changed.append(
                ("audit.rows-differed", {"id": row["submission_id"], "seq": row["seq"], "at": row["at"]})
            )
        if row["action"] == "submit-review":
            self._reviews[row["submission_id"], row["person"]] = {"timed": [], "attestation": ""} | after
        if row["action"] == "reopen-review" and row["object"].startswith("review:"):
            person = row["object"].removeprefix("review:")
            sealed = self._reviews.pop((row["submission_id"], person), {})
            self._reopened[row["submission_id"], person, after.get("revision", 0)] = sealed
        if row["action"] == "recuse" and isinstance(after.get("recusal"), dict):
            self._recusals.append(tuple(str(after["recusal"].get(name)) for name in RECUSAL))
        if isinstance(after.get("waiver"), int):
            self._waivers.setdefault(after["waiver"], {}).update(after)

    def problems(self, store: Store) -> list[Told]:
        """Every row of a table that the log does not tell of, or tells otherwise."""
        return [
            *self._state_problems(store),
            *self._review_problems(store),
            *self._waiver_problems(store),
            *self._recusal_problems(store),
            *self._row_problems(store),
            *self._changed,
            *_orphans(store),
            *self._topics.problems(store),
        ]

    def _state_problems(self, store: Store) -> list[Told]:
        held = {row["id"]: row["state"] for row in store.rows("SELECT id, state FROM submissions")}
        return [
            ("audit.state-differs", {"id": id_, "state": held.get(id_, "-"), "logged": self._states.get(id_, "-")})
            for id_ in sorted(held.keys() | self._states.keys())
            if held.get(id_) != self._states.get(id_)
        ]

    def _review_problems(self, store: Store) -> list[Told]:
        held = {}
        for row in store.rows("SELECT * FROM reviews WHERE state = 'submitted'"):
            held[row["submission_id"], row["person"]] = _content(row)
        kept = {
            (row["submission_id"], row["person"], row["revision"]): _content(row)
            for row in store.rows("SELECT * FROM kept_reviews")
        }
        differing = [key for key in held.keys() | self._reviews.keys() if held.get(key) != self._reviews.get(key)]
        differing += [
            (key[0], key[1]) for key in kept.keys() | self._reopened.keys() if kept.get(key) != self._reopened.get(key)
        ]
        return [("audit.review-differs", {"id": key[0], "person": key[1]}) for key in sorted(set(differing))]

    def _waiver_problems(self, store: Store) -> list[Told]:
        held = {row["id"]: {name: row[name] for name in TOLD} for row in store.rows("SELECT * FROM waivers")}
        logged = {
            id_: {name: told.get(name, held.get(id_, {}).get(name) if name in TOLD[6:] else None) for name in TOLD}
            for id_, told in self._waivers.items()
        }
        return [
            ("audit.waiver-differs", {"waiver": id_})
            for id_ in sorted(held.keys() | logged.keys())
            if held.get(id_) != logged.get(id_)
        ]

    def _recusal_problems(self, store: Store) -> list[Told]:
        held = {tuple(row[name] for name in RECUSAL) for row in assignments.recusals(store)}
        differing = held.symmetric_difference(self._recusals)
        return [("audit.recusal-differs", {"work": work, "person": person}) for work, person, *_ in sorted(differing)]

    def _row_problems(self, store: Store) -> list[Told]:
        """Rows of a submission against the digest of the last act on it, and what follows from them."""
        known = {id_: kept for id_, kept in self._rows.items() if (kept or "").startswith(row_digest.VERSION)}
        differing = [id_ for id_, kept in sorted(known.items()) if row_digest.digest(store, id_) != kept]
        return [
            *(("audit.rows-differ", {"id": id_}) for id_ in differing),
            *(("audit.counts-differ", {"id": id_}) for id_ in row_digest.recounted(store) if id_ not in differing),
        ]


def _orphans(store: Store) -> list[Told]:
    """Rows that belong to something that is not there: the comparisons by what a row belongs to never meet them."""
    found = {(row["table"], row["parent"]) for row in store.rows("PRAGMA foreign_key_check")}
    return [("audit.orphan", {"table": table, "parent": parent}) for table, parent in sorted(found)]


def _content(row: dict[str, Any]) -> dict[str, Any]:
    """What a sealed review holds, as the log tells it."""
    told = {name: _loaded(row[name]) for name in ("gate", "scores", "timed")}
    return told | {name: row[name] for name in ("notes", "total", "attestation")}


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
