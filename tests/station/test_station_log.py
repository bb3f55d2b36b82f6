"""The whole station's log: by pages, by filters, and as far as each person may see it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest

from station.desk.station_log import LogAsked
from station.errors import NotAllowed, NotFound, UsageError
from station.store import audit, audit_pages
from station.workflow import State
from tests.station.keyboard import keyboard
from tests.station.room import UNIT, Room

ROWS = 100_000


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_pages_hold_every_row_once_newest_first(room: Room) -> None:
    room.at(State.OFFICE_AUDIT)
    room.triage(title="另一课")
    desk = room.desk("ad", "admin")
    seen, after = [], None
    while True:
        page = desk.station_log(after=after, limit=3)
        seen += [row.seq for row in page.rows]
        if page.after is None:
            break
        after = int(page.after[0])
    assert seen == [row["seq"] for row in room.store.rows("SELECT seq FROM audit ORDER BY seq DESC")]
    assert {row.title for row in desk.station_log(limit=1000).rows if row.submission_id} == {"示例课", "另一课"}


def test_filters(room: Room) -> None:
    first, second = room.at(State.OFFICE_AUDIT), room.triage(title="另一课")
    desk = room.desk("ad", "admin")

    def rows(**asked: str) -> list[tuple[str, str, str]]:
        return [(row.submission_id, row.person, row.action) for row in desk.station_log(LogAsked(**asked)).rows]

    whole = rows()
    approver = next(person for _, person, action in whole if action == "approve")
    assert rows(submission=second[-6:]) == [row for row in whole if row[0] == second]
    assert rows(action="approve") == [row for row in whole if row[2] == "approve"] != []
    assert rows(person=approver, action="approve") == [row for row in whole if row[1:] == (approver, "approve")]
    assert rows(person=approver, submission=first, since="2000-01-01")
    assert rows(person="nobody") == rows(since="2999-01-01T00:00") == []
    middle = desk.station_log().rows[4]
    assert [row.seq for row in desk.station_log(LogAsked(since=middle.at)).rows][-1] == middle.seq
    for wrong in ({"since": "gestern"}, {"since": "0001-01-01T00:00+23:00"}):
        with pytest.raises(UsageError):
            rows(**wrong)
    with pytest.raises(NotFound):
        rows(submission="NOSUCH")


def test_an_expert_is_told_nothing_of_what_is_closed(room: Room) -> None:
    own, other = room.at(State.TRIAGE), room.triage(title="另一课", unit="示例学院")
    audit.append(room.store, person="op", role="operator", origin="", action="topic-accept", submission_id=None,
                 object="topics:2022:1", before={}, after={"title": "示例选题"})  # fmt: skip
    for roles in (("expert",), ("expert", "operator")):
        desk = room.desk("e", *roles, unit=UNIT)
        assert {row.submission_id for row in desk.station_log().rows} == {other}
        assert desk.station_log(LogAsked(action="topic-accept")).rows == ()
        with pytest.raises(NotAllowed):
            desk.station_log(LogAsked(submission=own))
    assert {row.submission_id for row in room.desk("of", "office").station_log().rows} == {own, other, ""}
    with pytest.raises(NotAllowed):
        room.desk("nobody").station_log()
    room.config = replace(room.config, people={"e2": {"roles": ["expert"]}})
    assert room.desk("e2", "expert").station_log().rows == (), "nothing is assigned to them"


def test_an_assigned_expert_sees_the_assigned_alone(room: Room) -> None:
    first, _ = room.at(State.EXPERT_REVIEW), room.triage(title="另一课")
    room.config = replace(room.config, people={"e2": {"roles": ["expert"]}})
    operator = room.desk("op9", "office")
    operator.assign(first, "e2", seen=operator.submission(first).revision)
    assert {row.submission_id for row in room.desk("e2", "expert").station_log().rows} == {first}


def test_sealed_reviews_of_others_stay_closed(room: Room) -> None:
    id_ = room.at(State.EXPERT_REVIEW)
    room.score(id_, "expert-a")
    asked = LogAsked(person="expert-a", submission=id_, action="submit-review")

    def told(account: str, *roles: str) -> set[bool]:
        return {bool(row.after) for row in room.desk(account, *roles).station_log(asked).rows}

    assert told("expert-b", "expert") == {False}
    assert told("expert-a", "expert") == told("of", "office") == {True}
    room.score(id_, "expert-b")
    assert told("expert-b", "expert") == {True}
    own = [(row.seq, row.before, row.after) for row in room.desk("expert-b", "expert").log(id_)]
    assert own[::-1] == [
        (row.seq, row.before, row.after) for row in room.desk("expert-b", "expert").station_log(LogAsked(id_)).rows
    ]


def test_on_the_command_line(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    id_ = room.at(State.OFFICE_AUDIT)
    run = keyboard(room, monkeypatch, capsys)
    told = run("op", "log", "--limit", 2, "--json").json
    assert [row["seq"] for row in told["log"]] == [told["after"] + 1, told["after"]]
    said = run("op", "log", "--submission", id_, "--action", "approve", lang="zh")
    assert "专家评审 -> 办公室审核" in said.out
    assert "更早的记录" not in said.out
    assert run("op", "log", "--limit", 1, lang="zh").out.count("--after") == 1
    assert run("own", "log", "--json").json["log"] == []
    assert run("own", "log", "--submission", id_).code == 3
    assert run("stranger", "log").code == 3


def test_every_filter_is_answered_from_an_index(room: Room) -> None:
    """Whatever the log's length: no statement walks the whole log but for the rows of its page."""
    id_ = room.at(State.TRIAGE)
    row = room.store.rows("SELECT * FROM audit WHERE submission_id = ? ORDER BY seq DESC LIMIT 1", (id_,))[0]
    last = room.store.rows("SELECT max(seq) AS seq FROM audit")[0]["seq"]
    filler = {
        **row,
        "submission_id": None,
        "person": "filler",
        "action": "export",
        "rows": None,
        "object": "document:catalogue",
    }
    names = [name for name in row if name != "seq"]
    room.store.execute(
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})"
        f" INSERT INTO audit(seq, {', '.join(names)}) SELECT {last} + i, {', '.join(f':{name}' for name in names)} FROM n",
        {name: filler[name] for name in names},
    )
    steps = [0]

    def count() -> None:
        steps[0] += 1

    room.store.db.conn.set_progress_handler(count, 1000)
    try:
        for wanted in ({}, {"person": row["person"]}, {"action": row["action"]}, {"submission_id": id_}, {"after": 5},
                       {"person": "filler", "action": row["action"]}, {"person": "filler"}, {"action": "export"},
                       {"since": datetime.now(UTC).isoformat()}):  # fmt: skip
            steps[0], began = 0, perf_counter()
            audit_pages.page(room.store, limit=200, **wanted)  # type: ignore[arg-type]
            assert steps[0] <= 40, (wanted, steps[0], perf_counter() - began)
    finally:
        room.store.db.conn.set_progress_handler(None, 0)
