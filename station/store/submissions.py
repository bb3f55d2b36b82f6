"""Submissions, their works and lessons: registering a drop, finding one by its id, moving its state.

A state moves through `move` alone, and `station.desk` alone calls that, after the workflow table has agreed.
"""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station.papers import codec
from station.papers.types import Papers
from station.people import name_key
from station.store import audit, search
from station.store.connection import Store, storable, utc_now
from station.store.names import stored
from station.workflow import MACHINE, State

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH = 26
SAID = ("title", "applicant_unit", "recommending_unit", "lecturer", "hours")
"""What a form says of a submission."""
MIN_ENDING = 4
"""A submission may be named by so many of its last characters: the first ones are the time, alike for a whole day."""


@dataclass(frozen=True)
class NewLesson:
    """One lesson of a drop. `file` is relative to the station's root."""

    ordinal: int
    title: str
    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class NewSubmission:
    """A drop that was taken in. `folder` is relative to the station's root."""

    title: str
    applicant_unit: str
    recommending_unit: str
    lecturer: str
    hours: float | None
    folder: str
    papers: Papers
    lessons: tuple[NewLesson, ...]


def new_id() -> str:
    """An identifier that sorts by time: 48 bits of milliseconds, 80 random ones, 26 signs of Crockford's base 32."""
    number = (time.time_ns() // 1_000_000 << 80) | int.from_bytes(os.urandom(10), "big")
    signs = []
    for _ in range(ID_LENGTH):
        number, digit = divmod(number, 32)
        signs.append(_ALPHABET[digit])
    return "".join(reversed(signs))


def register(store: Store, new: NewSubmission, *, drop_id: str, submission_id: str) -> str:
    """Enter a submission in state `received`, with its lessons, as the next version of its work; the submission's id.

    The same applicant unit and title make the same work; where one of them is unknown the work is always a new one. Part
    of the open transaction, or its own. Registering the same `submission_id` again changes nothing.
    """
    with store.transaction():
        if header(store, submission_id) is not None:
            return submission_id
        now = utc_now()
        work_id = _work(store, new, now)
        row = {
            "id": submission_id, "work_id": work_id, "version": _next_version(store, work_id), "drop_id": drop_id,
            "title": storable(new.title), "applicant_unit": storable(new.applicant_unit),
            "recommending_unit": storable(new.recommending_unit), "lecturer": storable(new.lecturer),
            "applicant_key": name_key(storable(new.applicant_unit)),
            "recommending_key": name_key(storable(new.recommending_unit)),
            "state": State.RECEIVED.value, "folder": stored(new.folder), "papers": codec.to_json(new.papers),
            "hours": new.hours, "received_at": now, "updated_at": now,
        }  # fmt: skip
        _insert(store, "submissions", row)
        for lesson in new.lessons:
            _insert(store, "lessons", {
                "id": f"{submission_id}-{lesson.ordinal:02}", "submission_id": submission_id, "ordinal": lesson.ordinal,
                "title": storable(lesson.title), "file": stored(lesson.file), "sha256": lesson.sha256,
                "bytes": lesson.bytes,
            })  # fmt: skip
        search.put_head(store, submission_id)
        audit.append(
            store, person=MACHINE, role=MACHINE, origin="", action="register", submission_id=submission_id,
            object=f"drop:{drop_id}", before={},
            after={"state": row["state"], "version": row["version"], "lessons": [lesson.sha256 for lesson in new.lessons]},
        )  # fmt: skip
        return submission_id


def _work(store: Store, new: NewSubmission, now: str) -> str:
    title, unit = storable(new.title), storable(new.applicant_unit)
    keys = (name_key(unit), name_key(title))
    if all(keys):
        known = store.row("SELECT id FROM works WHERE applicant_key = ? AND title_key = ?", keys)
        if known:
            return str(known["id"])
    work_id = new_id()
    _insert(store, "works", {
        "id": work_id, "title": title, "applicant_unit": unit, "applicant_key": keys[0], "title_key": keys[1],
        "created_at": now,
    })  # fmt: skip
    return work_id


def _next_version(store: Store, work_id: str) -> int:
    row = store.row("SELECT max(version) AS last FROM submissions WHERE work_id = ?", (work_id,))
    return int((row or {}).get("last") or 0) + 1


def _insert(store: Store, table: str, row: dict[str, Any]) -> None:
    places = ", ".join(f":{name}" for name in row)
    store.execute(f"INSERT INTO {table}({', '.join(row)}) VALUES({places})", row)


def header(store: Store, submission_id: str) -> dict[str, Any] | None:
    """The row of one submission, or None."""
    return store.row("SELECT * FROM submissions WHERE id = ?", (submission_id,))


def header_of_lesson(store: Store, lesson_id: str) -> dict[str, Any] | None:
    """The row of the submission that a lesson belongs to, or None."""
    return store.row(
        "SELECT s.* FROM submissions s JOIN lessons l ON l.submission_id = s.id WHERE l.id = ?", (lesson_id,)
    )


def ids_in(store: Store, states: Sequence[str]) -> list[str]:
    """Ids of the submissions that stand in one of these states, oldest first."""
    places = ", ".join("?" for _ in states)
    rows = store.rows(f"SELECT id FROM submissions WHERE state IN ({places}) ORDER BY received_at, id", list(states))  # noqa: S608 - places alone
    return [row["id"] for row in rows]


def find(store: Store, text: str) -> list[dict[str, Any]]:
    """Rows whose id is `text`, or begins with it, or ends with it (at least 4 signs); the exact one alone where there is
    one. At most 20."""
    if exact := header(store, storable(text)):
        return [exact]
    text = text.strip().upper()
    if not text or not text.isalnum() or len(text) > ID_LENGTH:
        return []
    found = store.rows(
        "SELECT * FROM submissions WHERE id >= ? AND id < ? ORDER BY id LIMIT 20", (text, text + "\uffff")
    )
    if not found and len(text) >= MIN_ENDING:
        found = store.rows("SELECT * FROM submissions WHERE id LIKE '%' || ? LIMIT 20", (text,))
    return found


def lessons(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The lessons in order, each with what its job says (`job_*`, None where there is no job)."""
    rows = store.rows(
        "SELECT l.*, j.state AS job_state, j.stage AS job_stage, j.progress AS job_progress, j.reason AS job_reason "
        "FROM lessons l LEFT JOIN jobs j ON j.lesson_id = l.id WHERE l.submission_id = ? ORDER BY l.ordinal",
        (submission_id,),
    )
    for row in rows:
        row["facts"] = json.loads(row["facts"])
        row["job_reason"] = json.loads(row["job_reason"]) if row["job_reason"] else None
    return rows


def versions(store: Store, work_id: str) -> list[dict[str, Any]]:
    """All submissions of one work, by version."""
    return store.rows("SELECT * FROM submissions WHERE work_id = ? ORDER BY version", (work_id,))


def newest_of(store: Store, applicant_unit: str, title: str) -> str | None:
    """Id of the newest version of the work with that unit and title, however they are written; None where there is none."""
    row = store.row(
        "SELECT s.id FROM submissions s JOIN works w ON w.id = s.work_id WHERE w.applicant_key = ? AND w.title_key = ? "
        "AND w.applicant_key <> '' AND w.title_key <> '' ORDER BY s.version DESC LIMIT 1",
        (name_key(storable(applicant_unit)), name_key(storable(title))),
    )
    return str(row["id"]) if row else None


def supplement(store: Store, submission_id: str, papers: Papers, said: Mapping[str, Any]) -> int:
    """Put papers that came later in the place of those held, with what their form says (`title`, `applicant_unit`,
    `recommending_unit`, `lecturer`, `hours`), in the open transaction; the new revision. The work gets the name too where this is
    its one version and no other work has that name and unit: versions are told apart when they come, not afterwards."""
    row = header(store, submission_id)
    assert row is not None
    now = {name: row[name] for name in SAID} | {
        name: storable(value) if isinstance(value, str) else value for name, value in said.items() if name in SAID
    }
    keys = {"applicant_key": name_key(now["applicant_unit"]), "recommending_key": name_key(now["recommending_unit"])}
    store.execute(
        "UPDATE submissions SET papers = :papers, title = :title, applicant_unit = :applicant_unit, lecturer = :lecturer, "
        "recommending_unit = :recommending_unit, hours = :hours, applicant_key = :applicant_key, "
        "recommending_key = :recommending_key WHERE id = :id",
        {**now, **keys, "papers": codec.to_json(papers), "id": submission_id},
    )
    store.execute(
        "UPDATE works SET title = :title, applicant_unit = :applicant_unit, applicant_key = :applicant_key, title_key = :title_key "
        "WHERE id = :work AND (SELECT count(*) FROM submissions WHERE work_id = :work) = 1 AND NOT EXISTS(SELECT 1 FROM works o "
        "WHERE o.id <> :work AND o.applicant_key = :applicant_key AND o.title_key = :title_key AND o.applicant_key <> '')",
        {"title": now["title"], "applicant_unit": now["applicant_unit"], "applicant_key": keys["applicant_key"],
         "title_key": name_key(now["title"]), "work": row["work_id"]},
    )  # fmt: skip
    search.put_head(store, submission_id)
    return touch(store, submission_id)


def move(store: Store, submission_id: str, target: State) -> int:
    """Set the state in the open transaction; the new revision."""
    store.execute("UPDATE submissions SET state = ? WHERE id = ?", (target.value, submission_id))
    return touch(store, submission_id)


def touch(store: Store, submission_id: str) -> int:
    """Count the revision up in the open transaction: what somebody saw before no longer holds."""
    store.execute(
        "UPDATE submissions SET revision = revision + 1, updated_at = ? WHERE id = ?", (utc_now(), submission_id)
    )
    row = header(store, submission_id)
    return int(row["revision"]) if row else 0
