"""Taking back one's own last step, and handing a submission over."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import root
from station.desk import Desk
from station.errors import Conflict, NotAllowed, UsageError
from station.store import audit, owners, waivers
from station.workflow import UNDOS, State, find_transition
from tests.station.room import UNIT, Room, finding


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def undo(desk: Desk, id_: str) -> State:
    desk.undo(id_, seen=desk.submission(id_).revision)
    return desk.submission(id_).state


def test_a_step_is_taken_back_and_both_stay_in_the_log(room: Room) -> None:
    id_ = room.triage()
    desk = room.desk("op", "operator")
    for action in ("approve", "return", "withdraw"):
        room.move(id_, action, desk, "示例")
        assert undo(desk, id_) is State.TRIAGE
    acts = [row.action for row in desk.log(id_)][-6:]
    assert acts == ["approve", "undo", "return", "undo", "withdraw", "undo"]
    assert audit.verify(room.store).sound


def test_steps_are_taken_back_one_after_the_other(room: Room) -> None:
    id_ = room.triage(finding("black"), finding("freeze", 5.0))
    desk = room.desk("op", "operator")
    for row in desk.submission(id_).lessons[0].findings:
        desk.waive(id_, row.id, "示例", seen=desk.submission(id_).revision)
    assert room.raw(id_, "faults") == 0
    undo(desk, id_)
    assert room.raw(id_, "faults") == 1
    undo(desk, id_)
    assert room.raw(id_, "faults") == 2
    assert desk.why_not(id_, "undo") == ("guard.own-last-step.another", {}), "the machine's step came before"
    assert audit.verify(room.store).sound


def test_an_ended_waiver_holds_again(room: Room) -> None:
    id_ = room.triage(finding("black"))
    desk = room.desk("op", "operator")
    chosen = desk.submission(id_).lessons[0].findings[0].id
    revision = desk.waive(id_, chosen, "示例理由", seen=desk.submission(id_).revision)
    desk.end_waiver(id_, chosen, seen=revision)
    undo(desk, id_)
    waiver = desk.submission(id_).lessons[0].findings[0].waiver
    assert waiver is not None
    assert (waiver.reason, waiver.person) == ("示例理由", "op")
    assert audit.verify(room.store).sound


def test_not_once_somebody_else_has_acted(room: Room) -> None:
    id_ = room.triage()
    desk = room.desk("op", "operator")
    room.move(id_, "approve", desk)
    room.desk("e1", "expert").save_draft(id_, **room.filled(), seen=0)
    seen = desk.submission(id_).revision
    with pytest.raises(NotAllowed, match=r"own-last-step\.another"):
        desk.undo(id_, seen=seen)
    assert room.desk("op2", "operator").why_not(id_, "undo") == ("guard.own-last-step.another", {})


@pytest.mark.parametrize("state", [State.CATALOGUED, State.PUBLISHED])
def test_not_what_is_signed(room: Room, state: State) -> None:
    id_ = room.at(state)
    for account, role in (("group1", "group"), ("office2", "office"), ("op", "operator")):
        assert room.desk(account, role).why_not(id_, "undo") is not None


def test_not_a_sealed_review(room: Room) -> None:
    id_ = room.triage()
    room.move(id_, "approve", room.desk("op", "operator"))
    room.score(id_, "e1")
    assert room.desk("e1", "expert").why_not(id_, "undo") == ("guard.role.operator", {})


def test_not_a_return_that_was_answered(room: Room) -> None:
    id_ = room.triage()
    desk = room.desk("op", "operator")
    room.move(id_, "return", desk, "示例")
    assert desk.why_not(id_, "undo") is None
    room.received()
    assert desk.why_not(id_, "undo") == ("guard.own-last-step.newer", {})


def test_not_what_somebody_changed_meanwhile(room: Room) -> None:
    id_ = room.triage()
    desk = room.desk("op", "operator")
    room.move(id_, "approve", desk)
    with pytest.raises(Conflict):
        desk.undo(id_, seen=desk.submission(id_).revision - 1)


def test_an_approval_that_was_taken_back_does_not_count(room: Room) -> None:
    id_ = room.at(State.OFFICE_AUDIT)
    second, third = room.desk("office2", "office"), room.desk("office3", "office")
    room.move(id_, "approve", second)
    undo(second, id_)
    assert audit.actors_of(room.store, id_, "approve") == ["op", "office1"]
    assert room.move(id_, "approve", third) is State.GROUP_DECISION


def test_every_way_back_is_a_step_forward_reversed() -> None:
    for way in UNDOS:
        if way.back is not way.state:
            step = find_transition(way.action, way.back)
            assert step is not None
            assert step.target is way.state


def people(room: Room) -> None:
    room.config.people.update({  # type: ignore[attr-defined]
        "op": {"roles": ["operator"]}, "op2": {"roles": ["operator"]}, "of": {"roles": ["office"]},
        "near": {"roles": ["operator"], "unit": UNIT},
    })  # fmt: skip


@pytest.mark.parametrize("other", ["op", "op2"])
def test_a_waiver_ended_and_made_again_is_taken_back_too(room: Room, other: str) -> None:
    id_ = room.triage(finding("black"))
    one, two = room.desk("op", "operator"), room.desk(other, "operator")
    chosen = one.submission(id_).lessons[0].findings[0].id
    one.waive(id_, chosen, "示例", seen=one.submission(id_).revision)
    two.end_waiver(id_, chosen, seen=one.submission(id_).revision)
    undo(two, id_)
    assert room.raw(id_, "faults") == 0
    undo(one, id_)
    assert room.raw(id_, "faults") == 1
    assert [row["ended_by"] for row in waivers.history(room.store, one.submission(id_).work_id)] == [other, "op"]
    assert audit.verify(room.store).sound


def test_a_submission_is_handed_over_and_mine_follows(room: Room) -> None:
    people(room)
    id_ = room.triage()
    one, two = room.desk("op", "operator"), room.desk("op2", "operator")
    assert [row.id for row in one.queue(mine=True)] == [row.id for row in two.queue(mine=True)] == [id_]
    one.hand_over(id_, "op2", seen=one.submission(id_).revision)
    assert (one.queue(mine=True), [row.id for row in two.queue(mine=True)]) == ([], [id_])
    assert one.submission(id_).owner == "op2"
    assert [row.id for row in one.queue()] == [id_], "all still see it"
    undo(one, id_)
    assert owners.owner(room.store, id_) == ""
    assert audit.verify(room.store).sound


@pytest.mark.parametrize(
    ("to", "error"), [("of", UsageError), ("nobody", UsageError), ("", UsageError), ("near", NotAllowed)]
)
def test_not_to_whoever_may_not_have_it(room: Room, to: str, error: type[Exception]) -> None:
    people(room)
    id_ = room.triage()
    desk = room.desk("op", "operator")
    with pytest.raises(error):
        desk.hand_over(id_, to, seen=desk.submission(id_).revision)
    assert owners.owner(room.store, id_) == ""


def test_the_commands(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    config = room.root / "config.toml"
    config.write_text("[review]\nexperts = 2\n", encoding="utf-8")
    monkeypatch.setenv("STATION_CONFIG", str(config))
    id_ = room.triage()
    done = CliRunner().invoke(root, ["approve", id_, "--yes"])
    assert done.exit_code == 0, done.output
    assert "初检" in CliRunner().invoke(root, ["undo", id_]).output
    assert CliRunner().invoke(root, ["undo", id_]).exception.message == "guard.own-last-step.another"
    refused = CliRunner().invoke(root, ["hand-over", id_, "--to", "x"])
    assert refused.exception.message == "desk.no-such-operator"
