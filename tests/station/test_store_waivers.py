"""Waivers: who may, for what, how long they live."""

import sqlite3
from pathlib import Path

import pytest

from station.errors import Conflict, NotAllowed, NotFound, UsageError
from station.findings import Verdict
from station.store import waivers
from tests.station.room import Room, finding


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_a_waiver_turns_the_verdict_at_once_and_ending_it_turns_it_back(room: Room) -> None:
    id_ = room.triage(finding())
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    chosen = view.lessons[0].findings[0]
    revision = desk.waive(id_, chosen.id, " 示例理由 ", seen=view.revision)
    after = desk.submission(id_)
    assert (after.revision, after.verdict, after.lessons[0].verdict) == (revision, Verdict.PASS, Verdict.PASS)
    waiver = after.lessons[0].findings[0].waiver
    assert waiver is not None
    assert (waiver.reason, waiver.person, waiver.complete) == ("示例理由", "op", True)
    desk.end_waiver(id_, chosen.id, seen=revision)
    ended = desk.submission(id_)
    assert (ended.verdict, ended.lessons[0].findings[0].waiver) == (Verdict.FAIL, None)
    kept = waivers.history(room.store, ended.work_id)
    assert [(row["reason"], row["ended_by"]) for row in kept] == [("示例理由", "op")]


def test_a_reason_is_required(room: Room) -> None:
    id_ = room.triage(finding())
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    for reason in ("", "  \n"):
        with pytest.raises(UsageError, match=r"desk\.reason-needed"):
            desk.waive(id_, view.lessons[0].findings[0].id, reason, seen=view.revision)


def test_what_is_not_waivable_is_not_waived(room: Room) -> None:
    id_ = room.triage(finding("video-codec", None, waivable=False))
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    with pytest.raises(NotAllowed, match=r"desk\.not-waivable"):
        desk.waive(id_, view.lessons[0].findings[0].id, "示例", seen=view.revision)


def test_a_finding_of_another_submission_is_not_found(room: Room) -> None:
    one, two = room.triage(finding()), room.triage(finding(), title="另一课")
    desk = room.desk("op", "operator")
    foreign = desk.submission(two).lessons[0].findings[0].id
    for act in (desk.second_waiver, desk.end_waiver):
        with pytest.raises(NotFound):
            act(one, foreign, seen=desk.submission(one).revision)
    with pytest.raises(NotFound):
        desk.waive(one, foreign, "示例", seen=desk.submission(one).revision)


def test_two_people_are_two_people(room: Room) -> None:
    id_ = room.triage(finding("flicker", people=2))
    desk, other = room.desk("op", "operator"), room.desk("of", "office")
    chosen = desk.submission(id_).lessons[0].findings[0].id
    with pytest.raises(NotAllowed, match=r"desk\.not-waived"):
        other.second_waiver(id_, chosen, seen=desk.submission(id_).revision)
    revision = desk.waive(id_, chosen, "示例", seen=desk.submission(id_).revision)
    view = desk.submission(id_)
    assert view.verdict is Verdict.FAIL, "one is not enough"
    waiver = view.lessons[0].findings[0].waiver
    assert waiver is not None
    assert not waiver.complete
    with pytest.raises(NotAllowed, match=r"desk\.same-person"):
        desk.second_waiver(id_, chosen, seen=revision)
    with pytest.raises(NotAllowed, match=r"desk\.waived-already"):
        other.waive(id_, chosen, "示例", seen=revision)
    revision = other.second_waiver(id_, chosen, seen=revision)
    assert desk.submission(id_).verdict is Verdict.PASS
    with pytest.raises(NotAllowed, match=r"desk\.waiver-complete"):
        room.desk("op3", "operator").second_waiver(id_, chosen, seen=revision)


def test_a_waiver_survives_a_re_run_and_a_resubmission(room: Room) -> None:
    found = finding("black", 3.0, picture="abc")
    first = room.triage(found, lessons=2)
    desk = room.desk("op", "operator")
    view = desk.submission(first)
    desk.waive(first, view.lessons[0].findings[0].id, "示例", seen=view.revision)
    room.judged(first, 1, found, finding("freeze", 9.0))
    standing = [f.check for f in desk.submission(first).lessons[0].findings if f.standing]
    assert standing == ["freeze"]
    room.judged(first, 2, found)
    assert desk.submission(first).lessons[1].findings[0].standing, "another lesson is another matter"
    room.move(first, "return", desk, "示例")
    second = room.triage(found, lessons=2)
    assert desk.submission(second).verdict is Verdict.PASS
    moved = room.triage(finding("black", 30.0, picture="5" * 64), title="示例课")
    assert desk.submission(moved).verdict is Verdict.FAIL, "another place is another finding"


def test_a_waiver_follows_its_stretch_into_the_next_version_and_covers_nothing_else(room: Room) -> None:
    dark, other = "0" * 64, "5" * 64
    desk = room.desk("op", "operator")
    first = room.triage(finding(start=10.0, picture=dark))
    desk.waive(first, desk.submission(first).lessons[0].findings[0].id, "示例", seen=desk.submission(first).revision)
    recut = room.triage(finding(start=4.0, picture=dark))
    assert desk.submission(recut).verdict is Verdict.PASS
    assert desk.submission(recut).lessons[0].findings[0].evidence, "its evidence came along under the earlier key"
    changed = room.triage(finding(start=4.0, picture=other))
    assert desk.submission(changed).verdict is Verdict.FAIL, "something else stands where the waived stretch stood"
    room.judged(changed, 1, finding(start=4.0, picture=other))
    assert desk.submission(changed).verdict is Verdict.FAIL, "nor does measuring again bring the waiver back"


def test_ending_a_waiver_in_one_version_counts_in_the_others(room: Room) -> None:
    found = finding()
    first = room.triage(found)
    desk = room.desk("op", "operator")
    desk.waive(first, desk.submission(first).lessons[0].findings[0].id, "示例", seen=desk.submission(first).revision)
    second = room.triage(found)
    before = desk.submission(first)
    desk.end_waiver(second, desk.submission(second).lessons[0].findings[0].id, seen=desk.submission(second).revision)
    after = desk.submission(first)
    assert (before.verdict, after.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert after.revision == before.revision + 1
    with pytest.raises(Conflict):
        desk.move(first, "approve", seen=before.revision)


def test_a_check_that_became_unwaivable_counts_again(room: Room) -> None:
    id_ = room.triage(finding())
    desk = room.desk("op", "operator")
    desk.waive(id_, desk.submission(id_).lessons[0].findings[0].id, "示例", seen=desk.submission(id_).revision)
    room.judged(id_, 1, finding(waivable=False))
    view = desk.submission(id_)
    assert (view.verdict, view.lessons[0].findings[0].waiver) == (Verdict.FAIL, None)


def test_a_check_that_came_to_need_two_waits_for_the_second(room: Room) -> None:
    id_ = room.triage(finding())
    desk = room.desk("op", "operator")
    desk.waive(id_, desk.submission(id_).lessons[0].findings[0].id, "示例", seen=desk.submission(id_).revision)
    room.judged(id_, 1, finding(people=2))
    view = desk.submission(id_)
    assert view.verdict is Verdict.FAIL
    room.desk("op2", "operator").second_waiver(id_, view.lessons[0].findings[0].id, seen=view.revision)
    assert desk.submission(id_).verdict is Verdict.PASS


def test_papers_can_be_waived_too(room: Room) -> None:
    id_ = room.triage(papers=(finding("quiz-count", None),))
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    desk.waive(id_, view.findings[0].id, "示例", seen=view.revision)
    assert desk.submission(id_).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM waivers", "UPDATE waivers SET reason = 'x'", "UPDATE waivers SET person = 'x'",
        "UPDATE waivers SET at = 'x'", "UPDATE waivers SET key = 'x'", "UPDATE waivers SET ordinal = 7",
    ],
)  # fmt: skip
def test_the_database_keeps_waivers_for_ever(room: Room, sql: str) -> None:
    id_ = room.triage(finding())
    desk = room.desk("op", "operator")
    desk.waive(id_, desk.submission(id_).lessons[0].findings[0].id, "示例", seen=desk.submission(id_).revision)
    with pytest.raises(sqlite3.IntegrityError, match="kept"):
        room.store.execute(sql)


def test_an_ended_waiver_is_closed(room: Room) -> None:
    id_ = room.triage(finding())
    desk = room.desk("op", "operator")
    chosen = desk.submission(id_).lessons[0].findings[0].id
    revision = desk.end_waiver(id_, chosen, seen=desk.waive(id_, chosen, "示例", seen=desk.submission(id_).revision))
    with pytest.raises(sqlite3.IntegrityError, match="kept"):
        room.store.execute("UPDATE waivers SET ended_at = NULL, ended_by = NULL")
    with pytest.raises(NotAllowed, match=r"desk\.not-waived"):
        desk.end_waiver(id_, chosen, seen=revision)
    desk.waive(id_, chosen, "再次", seen=revision)
    assert len(waivers.history(room.store, desk.submission(id_).work_id)) == 2
