"""Topics of the rounds: entering them from forms, their states, and which submission was made for which of them."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.people import Closed, name_key
from station.store.connection import Store, storable, to_json, utc_now
from station.store.queue import open_to
from station.store.queue_order import ORDERS, RECEIVED, Place

Row = dict[str, Any]
CONTENT = (
    "title", "summary", "hours", "lecturer", "lecturer_unit", "lecturer_title", "applicant_unit", "national_base", "area",
    "recommending_unit", "filled_on", "contact", "telephone", "problems",
)  # fmt: skip
"""The columns that come from the form."""
HEAD = (
    "id, number, title, applicant_unit, recommending_unit, lecturer, hours, state, votes, json_array_length(problems) AS problems,"
    " reason, chosen_on, due_on, updated_at, revision"
)
"""What a list shows of a topic."""
LINKED = """
SELECT w.id AS work_id, CASE WHEN l.work_id IS NULL THEN (
    SELECT t.id FROM topics t WHERE t.applicant_key = w.applicant_key AND t.title_key = w.title_key AND t.state = 'chosen'
      AND w.applicant_key <> '' AND w.title_key <> '' ORDER BY t.chosen_on DESC, t.id DESC LIMIT 1)
  ELSE l.topic_id END AS topic_id, l.person AS by_hand, l.reason AS link_reason
FROM works w LEFT JOIN topic_links l ON l.work_id = w.id
"""
"""Every work and its topic: the one linked by hand, else the chosen one of the same unit and title."""

_MADE_FOR_CHOSEN = """
SELECT w.id FROM topics t JOIN works w ON w.applicant_key = t.applicant_key AND w.title_key = t.title_key
WHERE t.round = :round AND t.state = 'chosen' AND w.applicant_key <> '' AND w.title_key <> ''
UNION SELECT work_id FROM topic_links WHERE topic_id IS NOT NULL
"""
"""Works that may count for a chosen topic of a round: `LINKED` says whether they do."""


@dataclass(frozen=True)
class NewTopic:
    """A topic as a form says it; `content` holds the columns of `CONTENT`."""

    content: Row
    file: str
    received_on: str
    """ISO 8601 date."""

    @property
    def keys(self) -> tuple[str, str]:
        """Applicant unit and title as they are compared."""
        return name_key(self.content["applicant_unit"]), name_key(self.content["title"])


def digest_of(row: Row) -> str:
    """SHA-256 of what the form said: of a row, or of a new topic's content."""
    return hashlib.sha256(to_json({name: row[name] for name in CONTENT}).encode()).hexdigest()


def safe_content(content: Row) -> Row:
    """The columns of `CONTENT` as the database holds them."""
    return {name: storable(value) if isinstance(value, str) else value for name, value in content.items()}


def add(store: Store, round_id: str, new: NewTopic) -> Row:
    """Enter a topic as `collected` under the round's next number, in the open transaction; its row."""
    last = store.row("SELECT max(number) AS last FROM topics WHERE round = ?", (round_id,))
    number = int((last or {}).get("last") or 0) + 1
    row = {
        "id": f"{round_id}-{number:04}", "round": round_id, "number": number, "state": "collected",
        **new.content, **_keys(new.content), "file": storable(new.file), "received_on": new.received_on,
        "updated_at": utc_now(),
    }  # fmt: skip
    places = ", ".join(f":{name}" for name in row)
    store.execute(f"INSERT INTO topics({', '.join(row)}) VALUES({places})", row)
    return row


def replace_content(store: Store, topic_id: str, new: NewTopic) -> None:
    """Exchange what the form said, in the open transaction; the topic waits for its first check again."""
    row = {**new.content, **_keys(new.content), "file": storable(new.file), "received_on": new.received_on}
    sets = ", ".join(f"{name} = :{name}" for name in row)
    store.execute(
        f"UPDATE topics SET {sets}, state = 'collected', reason = '', revision = revision + 1, updated_at = :now"  # noqa: S608 - names of columns
        " WHERE id = :id",
        {**row, "id": topic_id, "now": utc_now()},
    )


def _keys(content: Row) -> Row:
    return {
        "title_key": name_key(content["title"]), "applicant_key": name_key(content["applicant_unit"]),
        "recommending_key": name_key(content["recommending_unit"]),
    }  # fmt: skip


def same(store: Store, round_id: str, keys: tuple[str, str]) -> Row | None:
    """The topic of the same unit and title in the round, or None; a form without one of them is always a new topic."""
    if not all(keys):
        return None
    return store.row("SELECT * FROM topics WHERE round = ? AND applicant_key = ? AND title_key = ?", (round_id, *keys))


def rows(store: Store, round_id: str, *, states: Sequence[str] = (), hidden: Sequence[str] = ()) -> list[Row]:
    """The topics of a round by number, those in `states` (all where empty); `hidden`: keys of units that are left out."""
    return _read(store, "*", round_id, states, hidden)


def heads(store: Store, round_id: str, *, states: Sequence[str] = (), hidden: Sequence[str] = ()) -> list[Row]:
    """As `rows`, but only what a list shows; `problems` is their number."""
    return _read(store, HEAD, round_id, states, hidden)


def tally(store: Store, round_id: str, *, states: Sequence[str]) -> list[tuple[int, int]]:
    """Number and votes of the topics of a round in `states`, by number."""
    return store.tuples(
        "SELECT number, votes FROM topics WHERE round = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY number",
        (round_id, to_json(list(states))),
    )


def _read(store: Store, columns: str, round_id: str, states: Sequence[str], hidden: Sequence[str]) -> list[Row]:
    return store.rows(
        f"SELECT {columns} FROM topics WHERE round = :round AND (:states = '[]' OR state IN (SELECT value FROM json_each(:states)))"  # noqa: S608 - constants
        " AND applicant_key NOT IN (SELECT value FROM json_each(:hidden))"
        " AND recommending_key NOT IN (SELECT value FROM json_each(:hidden)) ORDER BY number",
        {"round": round_id, "states": to_json(list(states)), "hidden": to_json(list(hidden))},
    )


def by_number(store: Store, round_id: str, number: int) -> Row | None:
    """One topic of a round, or None."""
    return store.row("SELECT * FROM topics WHERE round = ? AND number = ?", (round_id, number))


def stamp(store: Store, round_id: str) -> tuple[Any, ...]:
    """A value that differs once a topic of the round has changed."""
    row = store.row(
        "SELECT count(*) AS n, total(revision) AS r, total(votes) AS v, max(updated_at) AS at FROM topics WHERE round = ?",
        (round_id,),
    )
    return tuple((row or {}).values())


def set_state(
    store: Store, topic_id: str, state: str, *, reason: str, chosen_on: str | None = None, due_on: str | None = None
) -> None:
    """Move a topic in the open transaction."""
    store.execute(
        "UPDATE topics SET state = ?, reason = ?, chosen_on = ?, due_on = ?, revision = revision + 1, updated_at = ?"
        " WHERE id = ?",
        (state, storable(reason), chosen_on, due_on, utc_now(), topic_id),
    )


def problems(row: Row) -> list[Row]:
    """What is wrong with a topic's form: [{message, params}]."""
    found: list[Row] = json.loads(row["problems"])
    return found


def link(store: Store, work_id: str, topic_id: str | None, *, reason: str, person: str) -> None:
    """Say by hand for which topic a work was made (None: existing courseware), in the open transaction."""
    store.execute(
        "INSERT INTO topic_links(work_id, topic_id, reason, person, at) VALUES(?, ?, ?, ?, ?) ON CONFLICT(work_id) DO"
        " UPDATE SET topic_id = excluded.topic_id, reason = excluded.reason, person = excluded.person, at = excluded.at",
        (work_id, topic_id, storable(reason), storable(person), utc_now()),
    )


def linked_at(store: Store, work_id: str) -> str | None:
    """When a work was last linked by hand (ISO 8601, UTC), or None."""
    row = store.row("SELECT at FROM topic_links WHERE work_id = ?", (work_id,))
    return row["at"] if row else None


def linked(store: Store, work_id: str) -> Row | None:
    """The topic of a work with `by_hand` and `link_reason`; `id` None: existing courseware. None: no such work."""
    return store.row(
        f"SELECT k.by_hand, k.link_reason, t.* FROM ({LINKED} WHERE w.id = ?) k LEFT JOIN topics t ON t.id = k.topic_id",  # noqa: S608 - a constant
        (work_id,),
    )


def links(
    store: Store, closed: Closed | None = None, *, after: Place | None = None, limit: int | None = None
) -> list[Row]:
    """The newest submission of every work with its topic (`number` None: existing courseware), newest first; without what
    is `closed` to an expert. Those `after` a place in that order, `limit` at most."""
    order = ORDERS[RECEIVED]
    wheres = ["s.version = (SELECT max(version) FROM submissions WHERE work_id = s.work_id)"]
    params: dict[str, Any] = {"limit": -1 if limit is None else limit}
    for condition, named in ([open_to(closed)] if closed else []) + ([order.after(after)] if after else []):
        wheres.append(condition)
        params |= named
    return store.rows(
        "SELECT s.id AS submission_id, s.title, s.received_at, k.by_hand, k.link_reason, t.number, t.due_on"  # noqa: S608 - constants
        f" FROM submissions s JOIN ({LINKED}) k ON k.work_id = s.work_id LEFT JOIN topics t ON t.id = k.topic_id"
        f" WHERE {' AND '.join(wheres)} {order.sql} LIMIT :limit",
        params,
    )


def first_came(store: Store, work_id: str) -> str | None:
    """When the first version of a work came in (ISO 8601, UTC), or None."""
    row = store.row("SELECT min(received_at) AS at FROM submissions WHERE work_id = ?", (work_id,))
    return row["at"] if row else None


def chosen_with_arrivals(store: Store, round_id: str) -> list[Row]:
    """The chosen topics by number, each with the submission that came for it first and was not withdrawn
    (`submission_id`, `arrived_at`; None: nothing has come)."""
    found = store.rows("SELECT * FROM topics WHERE round = ? AND state = 'chosen' ORDER BY number", (round_id,))
    arrived: dict[str, Row] = {}
    for row in store.rows(
        f"SELECT k.topic_id, s.id, s.received_at FROM ({LINKED}) k JOIN submissions s ON s.work_id = k.work_id"  # noqa: S608 - constants
        f" WHERE k.work_id IN ({_MADE_FOR_CHOSEN}) AND k.topic_id IS NOT NULL AND s.state <> 'withdrawn'"
        " ORDER BY s.received_at, s.id",
        {"round": round_id},
    ):
        arrived.setdefault(row["topic_id"], row)
    for row in found:
        came = arrived.get(row["id"])
        row["submission_id"], row["arrived_at"] = (came["id"], came["received_at"]) if came else (None, None)
    return found


def numbers_with_works(store: Store, round_id: str) -> list[int]:
    """The chosen topics of a round for which anything has come, be it withdrawn, or that were linked by hand."""
    found = store.tuples(
        f"SELECT DISTINCT t.number FROM ({LINKED}) k JOIN topics t ON t.id = k.topic_id"  # noqa: S608 - constants
        f" WHERE k.work_id IN ({_MADE_FOR_CHOSEN}) AND t.round = :round AND t.state = 'chosen' ORDER BY t.number",
        {"round": round_id},
    )
    return [number for (number,) in found]


def roles_in(store: Store, round_id: str, person: str) -> set[str]:
    """The roles in which `person` has acted on the topics of a round."""
    found = store.rows(
        "SELECT DISTINCT role FROM audit WHERE submission_id IS NULL AND person = :person AND role <> 'machine' AND (object ="
        " :whole OR substr(object, 1, length(:parts)) = :parts OR substr(object, 1, length(:votes)) = :votes)",
        {
            "person": storable(person), "whole": f"topics:{round_id}", "parts": f"topics:{round_id}:",
            "votes": f"votes:{round_id}:",
        },
    )  # fmt: skip
    return {row["role"] for row in found}
