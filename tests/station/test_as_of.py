"""A submission as it stood: states, waivers, owners, reviews and findings of an earlier moment; what can't be known is said."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import root
from station.desk import Desk
from station.desk.asof import AsOf
from station.errors import NotAllowed, NotFound, UsageError
from station.findings import Verdict
from station.text import catalogue
from station.workflow import State
from tests.station.room import UNIT, Room, finding, loads


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def seqs(desk: Desk, id_: str) -> dict[str, int]:
    """The last row of each action."""
    return {row.action: row.seq for row in desk.log(id_)}


def then(desk: Desk, id_: str, action: str) -> AsOf:
    return desk.as_of(id_, f"#{seqs(desk, id_)[action]}")


def worked(room: Room) -> str:
    """Two faults, one waived by two, the other ended again and fixed by no one; approved after."""
    id_ = room.triage(finding("black"), finding("freeze", 5.0, people=2))
    one, two = room.desk("op", "operator"), room.desk("op2", "operator")
    black, freeze = (found.id for found in one.submission(id_).lessons[0].findings)
    revision = one.waive(id_, black, "一", seen=one.submission(id_).revision)
    revision = one.end_waiver(id_, black, seen=revision)
    revision = one.waive(id_, freeze, "二", seen=revision)
    revision = two.second_waiver(id_, freeze, seen=revision)
    one.waive(id_, black, "三", seen=revision)
    room.move(id_, "approve", one)
    return id_


def reasons(told: AsOf) -> list[str | None]:
    return [found.waiver.reason if found.waiver else None for found in told.view.lessons[0].findings]


def test_waivers_and_verdicts_of_each_moment(room: Room) -> None:
    id_ = worked(room)
    desk = room.desk("op", "operator")
    rows = desk.log(id_)
    first_waive = next(row.seq for row in rows if row.action == "waive")
    moments = [desk.as_of(id_, f"#{seq}") for seq in range(first_waive - 1, rows[-1].seq + 1)]
    assert [reasons(told) for told in moments] == [
        [None, None], ["一", None], [None, None], [None, "二"], [None, "二"], ["三", "二"], ["三", "二"],
    ]  # fmt: skip
    complete = [found.standing for found in moments[3].view.lessons[0].findings]
    assert complete == [True, True], "the second person was still to come"
    assert [told.view.verdict for told in moments] == [Verdict.FAIL] * 5 + [Verdict.PASS] * 2
    assert [told.view.state for told in moments] == [State.TRIAGE] * 6 + [State.EXPERT_REVIEW]
    now = desk.submission(id_)
    assert (moments[-1].view.verdict, moments[-1].view.lessons, moments[-1].missing) == (now.verdict, now.lessons, ())


def test_reviews_are_there_from_their_sealing_on_and_stay_sealed(room: Room) -> None:
    id_ = worked(room)
    room.score(id_, "e1")
    room.score(id_, "e2")
    office, other = room.desk("of", "office"), room.desk("e3", "expert")
    sealed = [row.seq for row in office.log(id_) if row.action == "submit-review"]
    counts = [len(office.as_of(id_, f"#{seq}").view.reviews) for seq in (sealed[0] - 1, sealed[0], sealed[1])]
    assert counts == [0, 1, 2]
    assert other.as_of(id_, f"#{sealed[1]}").view.reviews == ()
    assert other.as_of(id_, f"#{sealed[1]}").log[-1].after == {}


def test_what_was_judged_anew_is_said_to_be_gone(room: Room) -> None:
    id_ = worked(room)
    desk = room.desk("op", "operator")
    before = seqs(desk, id_)["approve"]
    room.judged(id_, 1)
    told = desk.as_of(id_, f"#{before}")
    assert [message for message, _ in told.missing] == ["desk.as-of.findings", "desk.as-of.drafts", "desk.as-of.files"]
    assert told.view.lessons[0].findings == ()
    assert told.view.verdict is Verdict.FAIL, "as it was judged, waivers apart"
    for message, params in told.missing:
        assert all(catalogue(language)[message].format(**params) for language in ("zh", "en"))


def test_a_state_that_was_taken_back_was_there_meanwhile(room: Room) -> None:
    id_ = worked(room)
    desk = room.desk("op", "operator")
    desk.undo(id_, seen=desk.submission(id_).revision)
    assert then(desk, id_, "approve").view.state is State.EXPERT_REVIEW
    assert then(desk, id_, "undo").view.state is State.TRIAGE


def test_a_moment_is_a_time_a_day_or_a_row(room: Room) -> None:
    id_ = worked(room)
    desk = room.desk("op", "operator")
    last = desk.log(id_)[-1]
    assert desk.as_of(id_, last.at).seq == last.seq
    assert desk.as_of(id_, "2999-01-01").seq == last.seq
    for wrong in ("", "yesterday", "2022-13-01", "0001-01-01T00:00"):
        with pytest.raises((UsageError, NotFound)):
            desk.as_of(id_, wrong)
    for wrong, message in (("#999", "desk.no-such-row"), ("2000-01-01", "desk.not-there-yet")):
        with pytest.raises(NotFound, match=message):
            desk.as_of(id_, wrong)


def test_what_is_closed_stays_closed(room: Room) -> None:
    id_ = worked(room)
    with pytest.raises(NotAllowed):
        room.desk("e", "expert", unit=UNIT).as_of(id_, "#1")


def test_the_command(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = worked(room)
    config = room.root / "config.toml"
    config.write_text("[review]\nexperts = 2\n", encoding="utf-8")
    monkeypatch.setenv("STATION_CONFIG", str(config))
    at = seqs(room.desk("op", "operator"), id_)["measured"]
    told = loads(CliRunner().invoke(root, ["show", id_, "--as-of", f"#{at}", "--json"]).output)["as_of"]
    assert (told["view"]["state"], told["view"]["verdict"]) == ("triage", "fail")
    for language, word in (("zh", "初检"), ("en", "As of")):
        shown = CliRunner().invoke(root, ["--lang", language, "show", id_, "--as-of", f"#{at}", "--log"]).output
        assert word in shown
