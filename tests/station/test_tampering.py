"""Tampering: any byte of any audited row that changes is found; so is what the command writes down and compares."""

import json
import random
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.cli import root
from station.store import audit, outcomes
from station.store.audit import verify
from station.topics.types import TopicState
from station.workflow import State
from tests.station.room import Room, finding, judgement
from tests.station.test_panel import Panel
from tests.station.test_topics import CHOSEN_ON, at, collected, few_places, tally

UNAUDITED = {
    "_sqlite_migrations": "which migrations have run: the program's own, no act of a person",
    "daemon": "the daemon's heartbeat, written every few seconds",
    "drops": "how far the daemon is with a drop; what came in is told with its submission",
    "jobs": "the daemon's queue; what a job found is told with its submission",
    "traces": "index made from the measurements, which can be made again",
    "trace_segments": "names of the files of that index",
    "search_pages": "index made from what the log tells, and from notes",
}
"""Every other table is audited: a new one is either told by the log (`station.store.row_digest`, `cross_check`, `topics_check`)
and holds a row in `room`, or stands here with its reason."""
DERIVED = ("search_", "sqlite_")
"""Of tables that the full-text search and SQLite keep for themselves."""
UNTOLD = {
    "submissions": {"revision", "updated_at"},  # counters of what somebody has seen
    "topics": {"revision", "updated_at"},  # the same
    "lessons": {"submission_id"},  # its foreign key: told by the lessons' list of both submissions
}
DRAFT = {"submission_id", "person", "gate", "gate_signed_at"}
"""Of a review that is not submitted only the signed gate is told; the rest changes with every key."""
LOOSE = {"works", "audit_head"}
"""`audit_head` holds one row; a work without a submission is shown to nobody."""

Place = tuple[str, dict[str, Any]]
"""A row: its table, and the columns that name it."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """A year's acts, with every trigger and check of the database out of the way."""
    made = Panel(tmp_path_factory.mktemp("tampering"), experts=2)
    id_ = made.triage(
        finding("black"), finding("freeze", 5.0, people=2), lessons=2, papers=(finding("form-field", None),)
    )
    one, two = made.sit("op"), made.sit("both")
    for found in (*one.submission(id_).lessons[0].findings, *one.submission(id_).findings):
        one.waive(id_, found.id, "示例理由", seen=made.seen(id_))
    two.second_waiver(id_, one.submission(id_).lessons[0].findings[1].id, seen=made.seen(id_))
    one.hand_over(id_, "both", seen=made.seen(id_))
    made.move(id_, "approve", two)
    judged(made, id_)
    counted(made)
    for row in made.store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        made.store.execute(f"DROP TRIGGER {row['name']}")
    made.store.execute("PRAGMA foreign_keys = OFF")
    made.store.execute("PRAGMA ignore_check_constraints = ON")
    assert verify(made.store).problems == ()
    return made


def judged(made: Panel, id_: str) -> None:
    """Four experts: one is relieved, one stands aside, one is reopened, one says no at the gate and is lifted."""
    office, other = made.sit("office1"), made.sit("office2")
    made.assign(id_, "e1", "e2", "e3", "e4")
    office.unassign(id_, "e4", "示例", seen=made.seen(id_))
    made.sit("e3").recuse(id_, "示例")
    made.review(id_, "e1")
    stop = made.refuse(id_, "e2")
    office.second_gate(id_, stop, agrees=True, reason="示例", seen=made.seen(id_))
    other.decide_gate(id_, stop, lift=True, reason="示例", seen=made.seen(id_))
    expert = made.sit("e2")
    own = next(review for review in expert.submission(id_).reviews if review.person == "e2")
    expert.submit_review(
        id_, seen=expert.save_draft(id_, **{**made.filled(share=0.2), "gate": own.gate}, seen=own.revision)
    )
    office.discuss(id_, "示例", seen=made.seen(id_))
    office.reopen_review(id_, "e1", "示例", seen=made.seen(id_))
    signing = made.waiting(title="示例：在评")
    made.assign(signing, "e4")
    made.refuse(signing, "e4")


def counted(made: Panel) -> None:
    """Topics, ballots, votes that are taken back, a choice, a link by hand."""
    few_places(made, 1)
    desk = collected(made, 3)
    desk.check([1, 2], accept=True)
    desk.check([3], accept=False, reason="示例")
    office = at(made, "off", "office")
    ballots = made.root / "ballots.csv"
    ballots.write_text("选票,编号\n" + "\n".join(f"b{n},{1 + n % 2}" for n in range(5)), encoding="utf-8")
    office.count_votes(ballots)
    office.count_votes(tally(made, 5, 3))
    office.take_back(office.count_votes(tally(made, 7, 1, name="second.csv"), source="示例").id, "示例")
    at(made, "gr", "group").choose([], CHOSEN_ON)
    clerk = at(made, "clerk", "operator")
    clerk.link(
        made.triage(title="另一课"), next(row.number for row in clerk.rows() if row.state == TopicState.CHOSEN), "示例"
    )


def tables(room: Room) -> list[str]:
    """Every audited table of the schema."""
    named = [
        row["name"] for row in room.store.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    assert UNAUDITED.keys() <= set(named)
    return [name for name in named if name not in UNAUDITED and not name.startswith(DERIVED)]


def told_rows(room: Room, table: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The columns that name each row of which the log tells, and the columns of it that the log tells."""
    columns = room.store.rows(f"PRAGMA table_info({table})")
    keys = [column["name"] for column in columns if column["pk"]] or ["rowid"]
    found = []
    for row in room.store.rows(f"SELECT {', '.join(keys)}, * FROM {table}"):
        told = {name: value for name, value in row.items() if name not in UNTOLD.get(table, {"rowid"})}
        if table == "reviews" and row["state"] != "submitted":
            told = {name: row[name] for name in DRAFT if row["gate_signed_at"]}
        if told:
            found.append(({key: row[key] for key in keys}, told))
    return found


def places(room: Room) -> list[tuple[Place, str]]:
    """Every stored value that the log tells."""
    return [
        ((table, key), name)
        for table in tables(room)
        for key, told in told_rows(room, table)
        for name in sorted(told)
        if told[name] not in (None, "")
    ]


def where(key: dict[str, Any]) -> str:
    return " AND ".join(f'"{name}" = ?' for name in key)


def flipped(value: Any, at: float, mask: int) -> tuple[str, Any]:
    """The value with one byte changed: the SQL that writes it, and its parameter."""
    if isinstance(value, str):
        raw = bytearray(value.encode("utf-8", "surrogateescape"))
        raw[int(at * len(raw))] ^= mask
        return "CAST(? AS TEXT)", bytes(raw)
    code = ">d" if isinstance(value, float) else ">q"
    packed = bytearray(struct.pack(code, value))
    packed[int(at * 8)] ^= mask
    return "?", struct.unpack(code, bytes(packed))[0]


def tampered(room: Room, place: Place, column: str, at: float, mask: int) -> bool:
    """Whether the database took the change; asserts that it is found."""
    table, key = place
    with room.store.rehearsal():
        row = room.store.row(f'SELECT "{column}" AS value FROM {table} WHERE {where(key)}', tuple(key.values()))
        assert row is not None
        sql, other = flipped(row["value"], at, mask)
        try:
            room.store.execute(f'UPDATE {table} SET "{column}" = {sql} WHERE {where(key)}', (other, *key.values()))
        except sqlite3.IntegrityError:
            return False
        assert not verify(room.store).sound, (place, column, row["value"], other)
    return True


def test_every_audited_table_holds_something_that_is_told(room: Panel) -> None:
    assert [table for table in tables(room) if not told_rows(room, table)] == []
    told = {(table, name) for (table, _), name in places(room)}
    always_empty = {("findings", "start_frame"), ("findings", "end_frame"), ("findings", "picture")}
    written = {
        (table, column["name"])
        for table in tables(room)
        for column in room.store.rows(f"PRAGMA table_info({table})")
        if column["notnull"] and column["name"] not in UNTOLD.get(table, set())
    }
    assert written - told <= always_empty | {("topics", "area")}


def test_one_byte_of_every_value_of_every_audited_row(room: Panel) -> None:
    dice = random.Random(1)
    taken = [tampered(room, place, name, dice.random(), 1 << dice.randrange(8)) for place, name in places(room)]
    assert sum(taken) > 0.9 * len(taken) > 1000
    assert verify(room.store).problems == ()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_any_change_of_any_byte(room: Panel, data: st.DataObject, at: float, mask: int) -> None:
    place, name = data.draw(st.sampled_from(places(room)))
    tampered(room, place, name, at, mask)


def test_every_row_that_is_gone_is_missed(room: Panel) -> None:
    for table in tables(room):
        for key, _ in told_rows(room, table):
            with room.store.rehearsal():
                room.store.execute(f"DELETE FROM {table} WHERE {where(key)}", tuple(key.values()))
                assert not verify(room.store).sound, (table, key)


def test_an_added_row_is_found(room: Panel) -> None:
    for table in sorted(set(tables(room)) - LOOSE):
        key, _ = told_rows(room, table)[-1]
        last = list(key)[-1]
        changed = {last: key[last] + 1000 if isinstance(key[last], int) else f"{key[last]}x"}
        changed |= {"lessons": {"ordinal": 99}, "topics": {"number": 99}, "submissions": {"version": 99}}.get(table, {})
        names = [column["name"] for column in room.store.rows(f"PRAGMA table_info({table})")]
        picked = ", ".join("?" if name in changed else f'"{name}"' for name in names)
        given = [changed[name] for name in names if name in changed]
        with room.store.rehearsal():
            for row in room.store.rows("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%UNIQUE%'"):
                room.store.execute(f"DROP INDEX {row['name']}")
            room.store.execute(
                f"INSERT INTO {table} SELECT {picked} FROM {table} WHERE {where(key)}", (*given, *key.values())
            )
            assert not verify(room.store).sound, (table, key)


def test_a_head_is_written_down_and_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Room(tmp_path)
    own.received()
    config = tmp_path / "config.toml"
    config.write_text("[review]\nexperts = 2\n", encoding="utf-8")
    monkeypatch.setenv("STATION_CONFIG", str(config))
    kept = tmp_path / "head"
    call = CliRunner().invoke
    assert call(root, ["verify", "--head-out", str(kept)]).exit_code == 0
    own.received("另一课")
    assert call(root, ["verify", "--expect", str(kept)]).exit_code == 0, "what was added since is no change"
    kept.write_text(f"1:{'0' * 64}\n", encoding="ascii")
    told = json.loads(call(root, ["verify", "--expect", str(kept), "--json"]).output)
    assert (told["sound"], [p["message"] for p in told["problems"]]) == (False, ["audit.head-differs"])
    for wrong, message in (
        (["--expect", str(tmp_path / "none")], "audit.head-unreadable"),
        (["--expect", str(kept), "--head", "1:a"], "audit.one-head"),
        (["--head-out", str(tmp_path / "no" / "head")], "audit.head-unwritable"),
    ):
        assert call(root, ["verify", *wrong]).exception.message == message  # type: ignore[union-attr]


def test_a_row_forged_before_a_later_act_is_found(tmp_path: Path) -> None:
    """The act goes through, and its digest is of the forged row: the log has said so before."""
    acts: dict[str, Callable[[Panel, str], object]] = {
        "a person's": lambda made, id_: made.sit("op").undo(id_, seen=made.seen(id_)),
        "a draft": lambda made, id_: made.sit("e1").save_draft(id_, **made.filled(), seen=0),
        "the machine's": lambda made, id_: made.judged(id_, 1, finding("freeze", 7.0)),
        "judging again": lambda made, id_: outcomes.record_papers(made.store, id_, judgement()),
    }
    for name, act in acts.items():
        made = Panel(tmp_path / name, experts=1)
        id_ = made.waiting()
        if name == "a draft":
            made.assign(id_, "e1")
        made.store.execute("UPDATE submissions SET lecturer = '示例：另一人', hours = 9 WHERE id = ?", (id_,))
        act(made, id_)
        assert [p.message for p in verify(made.store).problems] == ["audit.rows-differed"], name
        before = [row.action for row in made.sit("op").log(id_)]
        made.move(id_, "withdraw", made.sit("op"))
        assert [row.action for row in made.sit("op").log(id_)] == [*before, "withdraw"], "told once"


def test_who_took_the_last_step_takes_it_back_where_a_row_was_forged(tmp_path: Path) -> None:
    made = Panel(tmp_path, experts=1)
    id_ = made.waiting()
    made.store.execute("UPDATE submissions SET hours = 9 WHERE id = ?", (id_,))
    made.sit("op").undo(id_, seen=made.seen(id_))
    assert made.raw(id_, "state") == State.TRIAGE
    assert [row.action for row in made.sit("op").log(id_)][-2:] == [audit.ROWS_DIFFER, "undo"]
