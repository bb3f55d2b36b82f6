"""Steps and their guards, conflicts between people, what is restated before a step."""

import multiprocessing
import random
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from station.config import Config
from station.desk import Desk, open_desk
from station.desk.machine import machine_move
from station.errors import Conflict, NotAllowed, StationError, Unavailable, UsageError
from station.findings import Severity
from station.people import Person
from station.store import audit
from station.workflow import State
from tests.station.room import Room, finding


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_the_way_from_drop_to_platform(room: Room) -> None:
    id_ = room.at(State.PUBLISHED)
    log = room.desk("a", "admin").log(id_)
    assert [(row.person, row.role, row.action) for row in log if row.role not in {"machine", "expert"}] == [
        ("op", "operator", "approve"), ("office1", "office", "approve"), ("office2", "office", "approve"),
        ("group1", "group", "approve"), ("office2", "office", "publish"),
    ]  # fmt: skip
    assert log[-1].origin == "test"
    assert audit.verify(room.store).sound


def test_two_people_on_one_submission_nothing_is_overwritten(room: Room) -> None:
    id_ = room.triage(finding())
    one, two = room.desk("op1", "operator"), room.desk("op2", "operator", store=room.another_store())
    seen = one.submission(id_).revision
    assert two.submission(id_).revision == seen
    chosen = two.submission(id_).lessons[0].findings[0].id
    two.waive(id_, chosen, "示例", seen=seen)
    with pytest.raises(Conflict) as caught:
        one.move(id_, "return", seen=seen, reason="示例")
    assert caught.value.message == "desk.changed-meanwhile"
    assert one.submission(id_).state is State.TRIAGE
    one.move(id_, "return", seen=one.submission(id_).revision, reason="示例")
    assert two.submission(id_).state is State.RETURNED


def test_measuring_anew_makes_what_was_seen_stale(room: Room) -> None:
    id_ = room.triage()
    desk = room.desk("op", "operator")
    seen = desk.submission(id_).revision
    room.judged(id_, 1, finding())
    with pytest.raises(Conflict):
        desk.move(id_, "approve", seen=seen)


def test_a_step_that_needs_a_reason_needs_one(room: Room) -> None:
    id_ = room.triage()
    desk = room.desk("op", "operator")
    for action in ("return", "withdraw"):
        assert desk.consequence(id_, action).needs_reason
        with pytest.raises(UsageError, match=r"desk\.reason-needed"):
            desk.move(id_, action, seen=desk.submission(id_).revision, reason=" ")
    desk.move(id_, "return", seen=desk.submission(id_).revision, reason=" 补字幕 ")
    assert desk.log(id_)[-1].after["reason"] == "补字幕"


@pytest.mark.parametrize("action", ["fly", "", "waive", "score", "register"])
def test_an_action_that_is_no_step_is_refused(room: Room, action: str) -> None:
    id_ = room.triage()
    with pytest.raises((UsageError, NotAllowed)):
        room.desk("op", "operator").move(id_, action, seen=room.raw(id_, "revision"), reason="示例")
    assert room.raw(id_, "state") == "triage"


def test_a_standing_fault_holds_a_submission_back(room: Room) -> None:
    id_ = room.triage(finding("black"), finding("freeze", 5.0), finding("hum", None, severity=Severity.WARNING))
    desk = room.desk("op", "operator")
    told = desk.consequence(id_, "approve")
    assert (told.allowed, told.why_not) == (False, ("guard.no-standing-fault", {"faults": 2}))
    assert (told.standing_faults, told.standing_warnings, told.waived, told.target) == (2, 1, 0, State.EXPERT_REVIEW)
    for found in desk.submission(id_).lessons[0].findings:
        if found.severity is Severity.FAULT:
            desk.waive(id_, found.id, "示例", seen=desk.submission(id_).revision)
    told = desk.consequence(id_, "approve")
    assert (told.allowed, told.standing_faults, told.standing_warnings, told.waived) == (True, 0, 1, 2)


def test_a_lesson_that_was_never_measured_holds_a_submission_back(room: Room) -> None:
    id_ = room.received(lessons=3)
    machine_move(room.store, id_, "accept")
    machine_move(room.store, id_, "start")
    room.judged(id_, 2)
    machine_move(room.store, id_, "measured")
    desk = room.desk("op", "operator")
    assert desk.why_not(id_, "approve") == ("guard.all-measured", {"lessons": "1, 3"})
    assert room.move(id_, "remeasure", desk) is State.QUEUED


def test_the_office_audit_needs_another_person_than_the_step_before(room: Room) -> None:
    id_ = room.at(State.OFFICE_AUDIT)
    assert room.desk("office1", "office").why_not(id_, "approve") == ("guard.another-person", {})
    assert room.desk("office1", "office").why_not(id_, "return") is None
    assert room.desk("office3", "office").why_not(id_, "approve") is None


def test_publishing_needs_good_renditions(room: Room) -> None:
    id_ = room.at(State.CATALOGUED)
    office = room.desk("office2", "office")
    room.judged(id_, 1, finding("rendition", None, waivable=False))
    assert office.why_not(id_, "publish") == ("guard.renditions-good", {"lessons": "1"})
    room.judged(id_, 1, finding("rendition", None, severity=Severity.NOTE))
    assert office.why_not(id_, "publish") is None
    room.judged(id_, 1, rendition=None)
    assert office.why_not(id_, "publish") == ("guard.renditions-good", {"lessons": "1"})


def test_an_observer_with_another_role_reads_only(room: Room) -> None:
    id_ = room.triage()
    admin = room.desk("a", "admin")
    assert admin.queue()[0].id == id_
    with pytest.raises(NotAllowed, match=r"guard\.role\.operator"):
        admin.move(id_, "approve", seen=admin.submission(id_).revision)


def test_the_desk_opens_from_a_configuration(tmp_path: Path) -> None:
    config = Config(path=tmp_path / "config.toml")
    with pytest.raises(Unavailable, match=r"error\.database-missing"):
        open_desk(config)
    room = Room(tmp_path)
    id_ = room.received()
    desk = open_desk(room.config, Person("x", frozenset({"admin"})))
    assert desk.submission(id_).id == id_
    assert desk.daemon() is None
    assert asdict(desk.queue()[0])["state"] == "received"
    desk.store.close()


OPERATIONS = 60
CAST = {
    "op1": "operator", "op2": "operator", "of1": "office", "of2": "office", "ex1": "expert", "ex2": "expert", "ex3": "expert",
    "gr1": "group",
}  # fmt: skip


def _act(room: Room, desk: Desk, role: str, chance: random.Random) -> None:
    """Something this role does, on what was just read."""
    view = desk.submission(chance.choice(desk.queue()).id)
    found = chance.choice(view.lessons[0].findings).id
    own = next((review.revision for review in view.reviews if review.person == desk.person.account), 0)
    what = chance.choice({
        "operator": [*["waive", "end"] * 6, "approve"], "expert": ["draft", "submit"], "office": ["approve", "waive"],
        "group": ["approve"],
    }[role])  # fmt: skip
    if what == "waive":
        desk.waive(view.id, found, "示例", seen=view.revision)
    elif what == "end":
        desk.end_waiver(view.id, found, seen=view.revision)
    elif what == "approve":
        desk.move(view.id, "approve", seen=view.revision)
    elif what == "draft":
        desk.save_draft(view.id, **room.filled(), seen=own)
    else:
        desk.submit_review(view.id, seen=own)


def _work(job: tuple[str, int]) -> dict[str, int]:
    """One process: random desk actions by random people."""
    root, seed = job
    room = Room(Path(root))
    chance = random.Random(seed)
    done = {"written": 0, "conflict": 0, "refused": 0}
    for _ in range(OPERATIONS):
        account = chance.choice(sorted(CAST))
        try:
            _act(room, room.desk(account, CAST[account]), CAST[account], chance)
            done["written"] += 1
        except Conflict:
            done["conflict"] += 1
        except (NotAllowed, UsageError):
            done["refused"] += 1
    room.store.close()
    return done


def test_four_processes_at_one_database_lose_nothing(tmp_path: Path) -> None:
    room = Room(tmp_path)
    ids = [room.triage(finding("black", 1.0), finding("freeze", 5.0), title=f"课{n}") for n in range(6)]
    before = audit.verify(room.store).rows
    revisions = sum(room.raw(id_, "revision") for id_ in ids)
    room.store.close()
    with multiprocessing.get_context("fork").Pool(4) as pool:
        done = pool.map(_work, [(str(tmp_path), seed) for seed in range(4)], chunksize=1)
    room = Room(tmp_path)
    report = audit.verify(room.store)
    assert report.sound, report.problems
    written = sum(each["written"] for each in done)
    redrafts = sum(row["revision"] - 1 for row in room.store.rows("SELECT revision FROM reviews WHERE state = 'draft'"))
    redrafts += sum(
        row["revision"] - 2 for row in room.store.rows("SELECT revision FROM reviews WHERE state = 'submitted'")
    )
    signed = len(room.store.rows("SELECT seq FROM audit WHERE action = 'sign-gate' AND seq > ?", (before,)))
    assert report.rows - before == written - redrafts + signed, "every write is in the log, but for drafts saved again"
    drafts = len(room.store.rows("SELECT seq FROM audit WHERE action = 'score'"))
    assert sum(room.raw(id_, "revision") for id_ in ids) - revisions == written - redrafts - drafts
    assert written > 20


def test_every_error_a_person_can_meet_is_ours(room: Room) -> None:
    id_ = room.triage(finding())
    desk = room.desk("op", "operator")
    for act in (
        lambda: desk.waive(id_, 10**18, "示例", seen=desk.submission(id_).revision),
        lambda: desk.waive("'; DROP TABLE audit; --", 1, "示例", seen=1),
        lambda: desk.move(id_, "approve", seen=-1),
        lambda: desk.submission("\0"),
    ):
        with pytest.raises(StationError):
            act()


def test_the_views_load_without_sqlite() -> None:
    code = "import sys, station.desk.views, station.workflow, station.rubric, station.people\nprint('sqlite3' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
