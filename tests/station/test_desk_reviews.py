"""Experts' reviews: drafts, the gate, sealing, secrecy."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from station.desk import Desk
from station.errors import Conflict, NotAllowed, UsageError
from station.workflow import State
from tests.station.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def scoring(room: Room) -> str:
    return room.at(State.EXPERT_REVIEW)


def save(desk: Desk, id_: str, seen: int, **changes: Any) -> int:
    content: dict[str, Any] = {"gate": {}, "scores": {}, "notes": ""}
    return desk.save_draft(id_, **{**content, **changes}, seen=seen)


def test_a_draft_is_kept_at_every_change_and_logged_once(room: Room, scoring: str) -> None:
    desk = room.desk("e1", "expert")
    assert save(desk, scoring, 0, notes="一") == 1
    assert save(desk, scoring, 1, notes="二") == 2
    assert save(desk, scoring, 2, gate={"direction": {"pass": None}}) == 3
    review = desk.submission(scoring).reviews[0]
    assert (review.state, review.scores, review.notes, review.revision) == ("draft", {}, "", 3)
    assert [(row.action, row.after) for row in desk.log(scoring) if row.person == "e1"] == [("score", {})]


def test_a_draft_is_not_overwritten_from_another_window(room: Room, scoring: str) -> None:
    desk = room.desk("e1", "expert")
    save(desk, scoring, 0)
    save(desk, scoring, 1, notes="新")
    for stale in (0, 1, 3):
        with pytest.raises(Conflict, match=r"desk\.draft-changed"):
            save(desk, scoring, stale, notes="旧")
    with pytest.raises(Conflict):
        desk.submit_review(scoring, seen=1)
    assert desk.submission(scoring).reviews[0].notes == "新"


def test_others_work_does_not_stand_in_the_way_of_a_draft(room: Room, scoring: str) -> None:
    desk = room.desk("e1", "expert")
    save(desk, scoring, 0)
    room.score(scoring, "e2")
    assert save(desk, scoring, 1) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"scores": {"accuracy": 16}}, "desk.score-range"), ({"scores": {"nothing": 1}}, "desk.no-such-line"),
        ({"gate": {"nothing": {"pass": True}}}, "desk.no-such-point"),
        ({"gate": {"direction": {"pass": "no"}}}, "desk.gate-answer"),
    ],
)  # fmt: skip
def test_a_wrong_draft_is_told_and_not_kept(room: Room, scoring: str, changes: Any, message: str) -> None:
    desk = room.desk("e1", "expert")
    with pytest.raises(UsageError, match=message):
        save(desk, scoring, 0, **changes)
    assert desk.submission(scoring).reviews == ()


def test_only_a_whole_review_is_submitted(room: Room, scoring: str) -> None:
    desk = room.desk("e1", "expert")
    whole = room.filled()
    with pytest.raises(UsageError, match=r"desk\.no-draft"):
        desk.submit_review(scoring, seen=0)
    with pytest.raises(UsageError, match=r"desk\.gate-first"):
        desk.save_draft(scoring, **whole | {"gate": {}}, seen=0)
    revision = desk.save_draft(scoring, **whole | {"gate": {}, "scores": {}}, seen=0)
    for act in (desk.submit_review, desk.sign_gate):
        with pytest.raises(UsageError, match=r"desk\.gate-open"):
            act(scoring, seen=revision)
    no_reason = whole["gate"] | {"territory": {"pass": False, "reason": " "}}
    revision = desk.save_draft(scoring, **whole | {"gate": no_reason, "scores": {}}, seen=revision)
    for act in (desk.submit_review, desk.sign_gate):
        with pytest.raises(UsageError, match=r"desk\.gate-reason"):
            act(scoring, seen=revision)
    revision = desk.save_draft(scoring, **whole | {"scores": {"accuracy": 1}}, seen=revision)
    with pytest.raises(UsageError, match=r"desk\.line-open"):
        desk.submit_review(scoring, seen=revision)
    revision = desk.save_draft(scoring, **whole, seen=revision)
    assert desk.submit_review(scoring, seen=revision) == revision + 1
    review = desk.submission(scoring).reviews[0]
    assert (review.state, review.total) == ("submitted", 90.0)
    assert review.submitted_at is not None


def test_a_submitted_review_is_sealed_for_ever(room: Room, scoring: str) -> None:
    room.score(scoring, "e1")
    desk = room.desk("e1", "expert")
    revision = desk.submission(scoring).reviews[0].revision
    with pytest.raises(NotAllowed, match=r"guard\.not-sealed"):
        save(desk, scoring, revision)
    with pytest.raises(NotAllowed, match=r"guard\.not-sealed"):
        desk.submit_review(scoring, seen=revision)
    for sql in ("UPDATE reviews SET total = 1", "DELETE FROM reviews", "UPDATE reviews SET state = 'draft'"):
        with pytest.raises(sqlite3.IntegrityError):
            room.store.execute(sql)


def test_experts_see_others_only_after_their_own_and_nobody_sees_a_draft(room: Room, scoring: str) -> None:
    room.score(scoring, "e1", share=0.5)
    save(room.desk("e3", "expert"), scoring, 0, notes="草稿")

    def seen(desk: Desk) -> set[str]:
        return {review.person for review in desk.submission(scoring).reviews}

    def told(desk: Desk) -> set[str]:
        return {row.person for row in desk.log(scoring) if "scores" in row.after}

    second = room.desk("e2", "expert")
    assert seen(second) == told(second) == set()
    assert seen(room.desk("e2", "expert", "office", "admin")) == set(), "another role opens nothing"
    assert seen(room.desk("e3", "expert")) == {"e3"}
    assert seen(room.desk("of", "office")) == told(room.desk("of", "office")) == {"e1"}
    room.score(scoring, "e2")
    assert seen(second) == told(second) == {"e1", "e2"}


def test_a_submitted_review_makes_what_the_office_saw_stale(room: Room, scoring: str) -> None:
    room.score(scoring, "e1")
    room.score(scoring, "e2")
    office = room.desk("of", "office")
    seen = office.submission(scoring).revision
    room.score(scoring, "e3")
    with pytest.raises(Conflict, match=r"desk\.changed-meanwhile"):
        office.move(scoring, "approve", seen=seen)


def test_one_no_at_the_gate_stops_the_way_on(room: Room, scoring: str) -> None:
    office = room.desk("of", "office")
    room.score(scoring, "e1")
    assert office.why_not(scoring, "approve") == ("guard.enough-scores", {"there": 1, "wanted": 2})
    started = room.desk("e3", "expert").save_draft(scoring, **room.filled(), seen=0)
    room.score(scoring, "e4")
    room.score(scoring, "e2", gate=False)
    assert office.why_not(scoring, "approve") == ("guard.political-gate-passed", {})
    with pytest.raises(NotAllowed, match=r"guard\.not-stopped"):
        room.desk("e3", "expert").submit_review(scoring, seen=started)
    with pytest.raises(NotAllowed, match=r"guard\.not-stopped"):
        room.score(scoring, "e5")
    assert office.why_not(scoring, "approve") == ("guard.political-gate-passed", {}), "more voices do not outvote it"
    assert office.why_not(scoring, "return") is None


def test_scoring_ends_with_the_state(room: Room, scoring: str) -> None:
    desk = room.desk("e9", "expert")
    save(desk, scoring, 0)
    room.score(scoring, "e1")
    room.score(scoring, "e2")
    room.move(scoring, "approve", room.desk("of", "office"))
    with pytest.raises(NotAllowed, match=r"guard\.state\.office-audit"):
        save(desk, scoring, 1)
