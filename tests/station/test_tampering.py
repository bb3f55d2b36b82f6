"""Tampering: any byte of any audited row that changes is found; so is what the command writes down and compares."""

import json
import random
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.cli import root
from station.store.audit import verify
from tests.station.room import Room, finding

UNTOLD = {
    "submissions": {"revision", "updated_at"},  # counters of what somebody has seen
    "lessons": {"submission_id"},  # its foreign key: told by the lessons' list of both submissions
}
TABLES = (
    "audit",
    "audit_head",
    "submissions",
    "works",
    "lessons",
    "outcomes",
    "findings",
    "waivers",
    "reviews",
    "owners",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A day's work, with every trigger and check of the database out of the way."""
    made = Room(tmp_path_factory.mktemp("tampering"))
    made.config.people.update({"op": {"roles": ["operator"]}, "op2": {"roles": ["operator"]}})  # type: ignore[attr-defined]
    id_ = made.triage(
        finding("black"), finding("freeze", 5.0, people=2), lessons=2, papers=(finding("form-field", None),)
    )
    one, two = made.desk("op", "operator"), made.desk("op2", "operator")
    for row in (*one.submission(id_).lessons[0].findings, *one.submission(id_).findings):
        one.waive(id_, row.id, "示例理由", seen=one.submission(id_).revision)
    freeze = one.submission(id_).lessons[0].findings[1].id
    revision = two.second_waiver(id_, freeze, seen=one.submission(id_).revision)
    revision = one.hand_over(id_, "op2", seen=revision)
    two.move(id_, "approve", seen=revision)
    made.config.people.clear()  # type: ignore[attr-defined]
    for number in range(made.experts):
        made.score(id_, f"e{number}")
    made.triage(title="另一课")
    for row in made.store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        made.store.execute(f"DROP TRIGGER {row['name']}")
    made.store.execute("PRAGMA foreign_keys = OFF")
    made.store.execute("PRAGMA ignore_check_constraints = ON")
    assert verify(made.store).problems == ()
    return made


def places(room: Room) -> list[tuple[str, int, str]]:
    """Every stored value: table, row, column."""
    found = []
    for table in TABLES:
        rows = room.store.rows(f"SELECT rowid AS place, * FROM {table}")
        assert rows, table
        names = set(rows[0]) - {"place"} - UNTOLD.get(table, set())
        found += [(table, row["place"], name) for row in rows for name in sorted(names) if row[name] not in (None, "")]
    return found


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


def tampered(room: Room, place: tuple[str, int, str], at: float, mask: int) -> bool:
    """Whether the database took the change; asserts that it is found."""
    table, row, column = place
    with room.store.rehearsal():
        value = room.store.row(f'SELECT "{column}" AS value FROM {table} WHERE rowid = ?', (row,))["value"]  # type: ignore[index]
        sql, other = flipped(value, at, mask)
        try:
            room.store.execute(f'UPDATE {table} SET "{column}" = {sql} WHERE rowid = ?', (other, row))
        except sqlite3.IntegrityError:
            return False
        assert not verify(room.store).sound, (place, value, other)
    return True


def test_one_byte_of_every_value_of_every_audited_row(room: Room) -> None:
    dice = random.Random(1)
    taken = [tampered(room, place, dice.random(), 1 << dice.randrange(8)) for place in places(room)]
    assert sum(taken) > 0.9 * len(taken) > 300
    assert verify(room.store).problems == ()


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data(), st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_any_change_of_any_byte(room: Room, data: st.DataObject, at: float, mask: int) -> None:
    tampered(room, data.draw(st.sampled_from(places(room))), at, mask)


@pytest.mark.parametrize("table", [name for name in TABLES if name not in {"audit_head", "works"}])
def test_a_row_that_is_gone_is_missed(room: Room, table: str) -> None:
    with room.store.rehearsal():
        room.store.execute(f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")
        assert not verify(room.store).sound


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
