"""The audit chain: any change, gap, reorder or cut is found; station verify says so."""

import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.errors import UsageError
from station.store import Store, audit, open_store
from station.store.audit import COLUMNS, append, head, row_hash, verify
from station.workflow import State
from tests.station.room import Room, finding
from tests.station.test_topics import collected

ALL = (*COLUMNS, "rows", "previous_hash", "hash")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def busy(room: Room) -> str:
    """A log with every kind of row in it."""
    id_ = room.triage(finding("black"), finding("freeze", 5.0, people=2))
    one, two = room.desk("op", "operator"), room.desk("op2", "operator")
    black, freeze = one.submission(id_).lessons[0].findings
    revision = one.waive(id_, black.id, "示例理由", seen=one.submission(id_).revision)
    revision = one.waive(id_, freeze.id, "示例理由", seen=revision)
    revision = two.second_waiver(id_, freeze.id, seen=revision)
    revision = one.end_waiver(id_, black.id, seen=revision)
    revision = one.waive(id_, black.id, "示例理由二", seen=revision)
    one.move(id_, "approve", seen=revision)
    room.score(id_, "e1")
    room.score(id_, "e2")
    return id_


def behind_the_back(room: Room) -> sqlite3.Connection:
    """A raw connection with every trigger dropped: what somebody with the file could do."""
    raw = sqlite3.connect(room.config.database, isolation_level=None)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    return raw


def test_a_full_day_verifies(room: Room) -> None:
    busy(room)
    report = verify(room.store)
    assert report.problems == ()
    assert report.rows == len(room.store.rows("SELECT seq FROM audit")) > 10
    assert report.head == head(room.store)
    assert verify(room.store, expected=report.head).sound


def test_an_empty_log_is_sound(room: Room) -> None:
    report = verify(room.store)
    assert (report.rows, report.sound, report.head) == (0, True, f"0:{audit.GENESIS}")
    assert verify(room.store, expected=report.head).sound


def test_the_hash_is_what_the_docstring_says(room: Room) -> None:
    room.received()
    row = room.store.rows("SELECT * FROM audit")[0]
    assert row["rows"]
    told = json.dumps({name: row[name] for name in (*COLUMNS, "rows")}, sort_keys=True, separators=(",", ":"))
    assert row["hash"] == hashlib.sha256(f"{'0' * 64}\n{told}".encode()).hexdigest() == row_hash("0" * 64, row)


def test_the_database_itself_refuses_changes_of_the_log(room: Room) -> None:
    room.received()
    for sql in ("UPDATE audit SET person = 'x'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            room.store.execute(sql)


def test_any_single_column_of_any_row_that_changes_is_found(room: Room) -> None:
    busy(room)
    raw = behind_the_back(room)
    rows = room.store.rows("SELECT * FROM audit")
    for row in rows:
        for column in ALL:
            value = row[column]
            other: Any = value + 1000 if column == "seq" else f"{value}x"
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute(f'UPDATE audit SET "{column}" = ? WHERE seq = ?', (other, row["seq"]))
            assert not verify(room.store).sound, (row["seq"], column)
            changed = other if column == "seq" else row["seq"]
            raw.execute(f'UPDATE audit SET "{column}" = ? WHERE seq = ?', (value, changed))
    assert verify(room.store).sound, "all was put back"


def test_the_problem_names_the_row(room: Room) -> None:
    busy(room)
    behind_the_back(room).execute("UPDATE audit SET after = replace(after, '}', ' }') WHERE seq = 3")
    assert [(p.seq, p.message) for p in verify(room.store).problems] == [(3, "audit.changed")]


def test_missing_rows_are_named(room: Room) -> None:
    busy(room)
    behind_the_back(room).execute("DELETE FROM audit WHERE seq IN (5, 6)")
    problems = verify(room.store).problems
    assert [(p.seq, p.message) for p in problems][:2] == [(7, "audit.gap"), (7, "audit.broken-link")]
    assert problems[0].params == {"seq": 7, "expected": 5}


def test_a_recomputed_hash_breaks_the_next_link(room: Room) -> None:
    busy(room)
    raw = behind_the_back(room)
    row = room.store.rows("SELECT * FROM audit WHERE seq = 4")[0] | {"person": "forger"}
    raw.execute("UPDATE audit SET person = ?, hash = ? WHERE seq = 4", ("forger", row_hash(row["previous_hash"], row)))
    assert [(p.seq, p.message) for p in verify(room.store).problems] == [(5, "audit.broken-link")]


def test_a_wholly_rewritten_log_disagrees_with_a_head_written_down_before(room: Room) -> None:
    busy(room)
    kept = head(room.store)
    raw = behind_the_back(room)
    previous = audit.GENESIS
    for row in room.store.rows("SELECT * FROM audit ORDER BY seq"):
        row["origin"] = "elsewhere"
        hashed = row_hash(previous, row)
        raw.execute("UPDATE audit SET origin = 'elsewhere', previous_hash = ?, hash = ? WHERE seq = ?",
                    (previous, hashed, row["seq"]))  # fmt: skip
        previous = hashed
    raw.execute("UPDATE audit_head SET hash = ?", (previous,))
    assert verify(room.store).sound, "nothing inside the file can tell"
    assert [p.message for p in verify(room.store, expected=kept).problems] == ["audit.head-differs"]


@pytest.mark.parametrize("wrong", ["", "x", "5", "5:abc", f"-1:{'0' * 64}", f"1:{'g' * 64}", f"{'9' * 30}:{'0' * 64}"])
def test_a_head_that_is_none_is_told(room: Room, wrong: str) -> None:
    """A slip of the keyboard says nothing about the log: no problem of the chain, no exit code of one."""
    with pytest.raises(UsageError, match=r"audit\.head-form"):
        verify(room.store, expected=wrong)


def filled(path: Path, count: int = 6) -> Store:
    store = open_store(path)
    for number in range(count):
        append(store, person=f"p{number}", role="operator", origin="o", action="a", submission_id=None, object="x",
               before={"n": number}, after={"n": number + 1})  # fmt: skip
    return store


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(1, 7)), st.sets(st.integers(1, 6)))
def test_any_reorder_or_removal_is_found(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], kept: set[int]
) -> None:
    store = filled(tmp_path_factory.mktemp("chain") / "station.db")
    for trigger in ("audit_no_update", "audit_no_delete"):
        store.execute(f"DROP TRIGGER {trigger}")
    for old, new in enumerate(order, 1):
        store.execute("UPDATE audit SET seq = ? WHERE seq = ?", (-new, old))
    store.execute("UPDATE audit SET seq = -seq")
    store.execute("DELETE FROM audit WHERE seq NOT IN (SELECT value FROM json_each(?))", (json.dumps(sorted(kept)),))
    untouched = order == sorted(order) and kept == set(range(1, 7))
    assert verify(store).sound == untouched
    store.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=20), st.text(max_size=20),
    st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5), max_size=3),
)  # fmt: skip
def test_any_text_makes_a_sound_row(room: Room, person: str, origin: str, content: dict[str, Any]) -> None:
    content.pop("state", None)
    content.pop("waiver", None)
    append(room.store, person=person, role="admin", origin=origin, action="a", submission_id=None, object=person,
           before=content, after=content)  # fmt: skip
    assert verify(room.store).sound
    assert json.loads(room.store.rows("SELECT after FROM audit ORDER BY seq DESC LIMIT 1")[0]["after"]) == content


def test_an_append_is_part_of_the_change_it_tells(room: Room) -> None:
    room.received()

    def fails_after_writing() -> None:
        with room.store.transaction():
            append(room.store, person="p", role="r", origin="", action="a", submission_id=None, object="", before={},
                   after={})  # fmt: skip
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_after_writing()
    assert len(room.store.rows("SELECT * FROM audit")) == 1
    assert verify(room.store).sound


BEHIND = [
    ("UPDATE submissions SET state = 'published'", "audit.state-differs"),
    ("UPDATE reviews SET total = 100 WHERE person = 'e1'", "audit.review-differs"),
    ("UPDATE reviews SET scores = '{}' WHERE person = 'e1'", "audit.review-differs"),
    ("UPDATE reviews SET gate = 'x' WHERE person = 'e1'", "audit.review-differs"),
    ("UPDATE reviews SET state = 'draft' WHERE person = 'e1'", "audit.review-differs"),
    ("DELETE FROM reviews WHERE person = 'e1'", "audit.review-differs"),
    ("UPDATE waivers SET reason = 'x' WHERE id = 2", "audit.waiver-differs"),
    ("UPDATE waivers SET second_person = NULL WHERE id = 2", "audit.waiver-differs"),
    ("UPDATE waivers SET ended_by = NULL, ended_at = NULL, key = 'z' WHERE id = 1", "audit.waiver-differs"),
    ("DELETE FROM waivers WHERE id = 1", "audit.waiver-differs"),
]


@pytest.mark.parametrize(("sql", "message"), BEHIND)
def test_a_table_changed_without_the_log_is_found(room: Room, sql: str, message: str) -> None:
    busy(room)
    behind_the_back(room).execute(sql)
    assert message in [problem.message for problem in verify(room.store).problems]


def test_an_entered_row_that_nobody_logged_is_found(room: Room) -> None:
    id_ = room.triage(finding())
    raw = behind_the_back(room)
    raw.execute(
        "INSERT INTO waivers(work_id, submission_id, key, reason, person, at) SELECT work_id, id, 'k', 'r', 'p', '' "
        "FROM submissions"
    )
    raw.execute(
        "INSERT INTO reviews(submission_id, person, state, gate, scores, notes, updated_at) "
        "VALUES(?, 'p', 'submitted', '{}', '{}', '', '')", (id_,)
    )  # fmt: skip
    told = {p.message for p in verify(room.store).problems}
    assert told >= {"audit.waiver-differs", "audit.review-differs", "audit.rows-differ"}


def test_the_log_tells_every_state_the_submission_had(room: Room) -> None:
    id_ = room.at(State.PUBLISHED)
    states = [row.after["state"] for row in room.desk("op", "operator").log(id_) if "state" in row.after]
    assert states == [
        "received", "queued", "measuring", "triage", "expert-review", "office-audit", "group-decision", "catalogued",
        "published",
    ]  # fmt: skip
    assert verify(room.store).sound


@pytest.mark.parametrize("column", ["id", "title_key", "applicant_key", "recommending_key"])
def test_what_follows_from_a_topics_form_is_compared(room: Room, column: str) -> None:
    collected(room, 2)
    assert verify(room.store).sound
    with room.store.rehearsal():
        room.store.execute(f"UPDATE topics SET {column} = {column} || 'x' WHERE number = 1")
        assert "audit.topic-differs" in [problem.message for problem in verify(room.store).problems]
