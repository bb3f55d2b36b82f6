"""The two tables, and the state machine driven at random: nothing outside the table is ever reached."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from station.desk import Desk
from station.desk.guards import GUARDS
from station.desk.machine import machine_move
from station.errors import Conflict, NotAllowed, StationError, UsageError
from station.store import audit
from station.workflow import (
    JUDGEMENTS,
    MACHINE,
    OVER,
    TRANSITIONS,
    State,
    find_judgement,
    find_transition,
    find_undo,
    transitions_from,
)
from tests.station.room import RECOMMENDER, UNIT, Room, finding

PEOPLE = {
    "op1": ({"operator"}, ""), "op2": ({"operator", "office"}, ""), "ex1": ({"expert"}, ""), "ex2": ({"expert", "operator"}, ""),
    "ex3": ({"expert"}, UNIT), "of1": ({"office"}, ""), "of2": ({"office", "group"}, ""), "of3": ({"office"}, RECOMMENDER),
    "gr1": ({"group", "expert"}, ""), "ad1": ({"admin"}, ""),
}  # fmt: skip
MOVES = ("approve", "return", "withdraw", "publish", "remeasure", "accept")


def test_every_guard_is_written_and_used() -> None:
    named = {guard for step in (*TRANSITIONS, *JUDGEMENTS) for guard in step.guards}
    assert named == set(GUARDS)


def test_one_step_for_one_action_in_one_state() -> None:
    pairs = [(t.action, t.source) for t in TRANSITIONS]
    assert len(pairs) == len(set(pairs))
    for action, state in pairs:
        assert find_judgement(action, state) is None
        assert find_transition(action, state) in transitions_from(state)


def test_every_state_can_be_reached_and_only_the_ended_ones_are_left_by_nobody() -> None:
    reached = {State.RECEIVED}
    while more := {t.target for t in TRANSITIONS if t.source in reached} - reached:
        reached |= more
    assert reached == set(State)
    assert {state for state in State if not transitions_from(state)} == {State.WITHDRAWN, State.PUBLISHED}
    assert {t.target for t in TRANSITIONS if t.source in OVER} <= {State.WITHDRAWN}


def test_nobody_skips_a_stage() -> None:
    onward = {t.source: t.target for t in TRANSITIONS if t.action in {"approve", "publish"}}
    way, state = [State.TRIAGE], State.TRIAGE
    while state in onward:
        way.append(state := onward[state])
    assert way == [
        State.TRIAGE, State.EXPERT_REVIEW, State.OFFICE_AUDIT, State.GROUP_DECISION, State.CATALOGUED, State.PUBLISHED,
    ]  # fmt: skip


@pytest.mark.parametrize("state", list(State))
def test_the_machine_takes_its_own_steps_alone(tmp_path: Path, state: State) -> None:
    room = Room(tmp_path)
    id_ = room.at(state)
    for action in {t.action for t in TRANSITIONS}:
        step = find_transition(action, state)
        if step is None or step.role != MACHINE:
            with pytest.raises(Conflict):
                machine_move(room.store, id_, action)
    assert room.raw(id_, "state") == state


def test_a_machine_step_keeps_its_reason(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.received()
    assert machine_move(room.store, id_, "await-papers", {"message": "m", "params": {"n": 1}}) is State.WAITING_PAPERS
    row = room.desk("op", "operator").log(id_)[-1]
    assert (row.role, row.after["reason"]) == (MACHINE, {"message": "m", "params": {"n": 1}})


class ReviewRoom(RuleBasedStateMachine):
    """Ten people and the machine do whatever comes to mind on two versions of one work."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.room = Room(Path(self.folder.name))
        self.ids = [self.room.triage(finding("black", 1.0), finding("freeze", 5.0, people=2))]
        self.states = {self.ids[0]: State.TRIAGE}
        self.sealed: dict[tuple[str, str], Any] = {}
        self.kept: list[dict[str, Any]] = []

    def desk(self, who: str) -> Desk:
        roles, unit = PEOPLE[who]
        return self.room.desk(who, *roles, unit=unit)

    def teardown(self) -> None:
        self.room.store.close()
        self.folder.cleanup()

    def seen(self, id_: str) -> int:
        return int(self.room.raw(id_, "revision"))

    @rule(who=st.sampled_from(sorted(PEOPLE)), action=st.sampled_from(MOVES), n=st.integers(0, 1), stale=st.booleans())
    def move(self, who: str, action: str, n: int, stale: bool) -> None:
        id_ = self.ids[n % len(self.ids)]
        before, revision = State(self.room.raw(id_, "state")), self.seen(id_)
        try:
            answer = self.desk(who).move(id_, action, seen=revision - stale, reason="示例理由")
        except StationError:
            assert (self.room.raw(id_, "state"), self.seen(id_)) == (before, revision)
            return
        assert not stale
        assert answer == self.seen(id_) == revision + 1
        step = find_transition(action, before)
        assert step is not None
        assert self.room.raw(id_, "state") == step.target
        assert step.role in PEOPLE[who][0]
        self.states[id_] = step.target

    @rule(who=st.sampled_from(sorted(PEOPLE)), n=st.integers(0, 1))
    def take_back(self, who: str, n: int) -> None:
        id_ = self.ids[n % len(self.ids)]
        before, revision, log = State(self.room.raw(id_, "state")), self.seen(id_), audit.latest(self.room.store, id_)
        try:
            answer = self.desk(who).undo(id_, seen=revision)
        except StationError:
            assert (self.room.raw(id_, "state"), self.seen(id_)) == (before, revision)
            return
        assert answer == self.seen(id_) > revision
        told = audit.latest(self.room.store, id_)
        assert told[1:] == log, "nothing is deleted"
        after = json.loads(told[0]["after"])
        undone = next(row for row in log if row["seq"] == after["undid"])
        assert undone["person"] == who
        self.states[id_] = State(self.room.raw(id_, "state"))
        assert find_undo(undone["action"], self.states[id_], before) is not None

    @rule(
        who=st.sampled_from(sorted(PEOPLE)),
        share=st.sampled_from([0.0, 0.5, 1.0]),
        gate=st.sampled_from([True, True, False]),
    )
    def score(self, who: str, share: float, gate: bool) -> None:
        id_ = self.ids[-1]
        own = self.own(who, id_)
        filled = self.room.filled(share=share, gate=gate)
        if not gate:
            filled["scores"] = {}
        try:
            revision = self.desk(who).save_draft(id_, **filled, seen=own["revision"] if own else 0)
        except NotAllowed:
            return
        assert self.states[id_] is State.EXPERT_REVIEW
        if not gate and own is not None and own["gate_signed_at"] is not None:
            with pytest.raises(NotAllowed):  # the same no again: a gate is signed once
                self.desk(who).sign_gate(id_, seen=revision)
        elif not gate:
            self.desk(who).sign_gate(id_, seen=revision)
            assert self.stops(id_)
        elif share:
            try:
                self.desk(who).submit_review(id_, seen=revision)
            except (NotAllowed, UsageError):  # stopped meanwhile, or the same scores as a reopened review's
                assert self.own(who, id_)["state"] == "draft"  # type: ignore[index]
                return
            assert not self.stops(id_), "nobody's scores go in while the gate stops the work"
            self.sealed[id_, who] = self.own(who, id_)

    def stops(self, id_: str) -> list[dict[str, Any]]:
        sql = "SELECT * FROM gate_stops WHERE submission_id = ? AND decision IS NOT 'lifted'"
        return self.room.store.rows(sql, (id_,))

    @rule(who=st.sampled_from(sorted(PEOPLE)), what=st.sampled_from(["second", "lift", "uphold"]))
    def look_at_the_gate(self, who: str, what: str) -> None:
        id_ = self.ids[-1]
        for stop in self.stops(id_):
            desk, seen = self.desk(who), self.seen(id_)
            try:
                if what == "second":
                    desk.second_gate(id_, stop["id"], agrees=True, reason="示例理由", seen=seen)
                else:
                    desk.decide_gate(id_, stop["id"], lift=what == "lift", reason="示例理由", seen=seen)
            except NotAllowed:
                assert self.seen(id_) == seen
            else:
                assert self.states[id_] is State.EXPERT_REVIEW
                assert who not in {stop["person"], stop["second_person"]}

    @rule(who=st.sampled_from(sorted(PEOPLE)), whose=st.sampled_from(["ex1", "ex2", "gr1"]))
    def reopen(self, who: str, whose: str) -> None:
        id_ = self.ids[-1]
        try:
            self.desk(who).reopen_review(id_, whose, "示例理由", seen=self.seen(id_))
        except StationError:
            return
        assert self.states[id_] is State.EXPERT_REVIEW
        assert "office" in PEOPLE[who][0]
        self.kept.append(self.sealed.pop((id_, whose)))

    @rule(who=st.sampled_from(sorted(PEOPLE)))
    def discuss(self, who: str) -> None:
        id_ = self.ids[-1]
        totals = [row["total"] for (sid, _), row in self.sealed.items() if sid == id_]
        try:
            self.desk(who).discuss(id_, "示例讨论", seen=self.seen(id_))
        except NotAllowed:
            return
        assert max(totals) - min(totals) > self.room.config.review.spread_limit

    @rule(who=st.sampled_from(["ex1", "ex2", "gr1"]))
    def stand_aside(self, who: str) -> None:
        id_ = self.ids[-1]
        if len(self.ids) == 2 and self.desk_allows(who, "recuse") and not self.aside:
            self.desk(who).recuse(id_, "示例理由")
            self.aside = who

    aside = ""

    @invariant()
    def what_was_reopened_is_kept_as_it_was(self) -> None:
        held = self.room.store.rows("SELECT * FROM kept_reviews ORDER BY reopened_at")
        names = (
            "submission_id",
            "person",
            "revision",
            "gate",
            "scores",
            "notes",
            "timed",
            "attestation",
            "total",
            "submitted_at",
        )
        assert [[row[n] for n in names] for row in held] == [[row[n] for n in names] for row in self.kept]

    @invariant()
    def the_panel_shows_no_sealed_score(self) -> None:
        for id_ in self.ids:
            submitted = {who for (sid, who) in self.sealed if sid == id_}
            for who in {"ex1", "ex2", "gr1"} - {self.aside}:
                panel = self.desk(who).panel(id_)
                others = {e.account for e in panel.experts if e.account != who}
                assert who in submitted or (others, panel.mean, panel.spread) == (set(), None, None)
                assert all(e.bias is None for e in panel.experts)

    @invariant()
    def who_stands_aside_opens_nothing(self) -> None:
        if self.aside:
            desk = self.desk(self.aside)
            assert not {row.id for row in desk.queue()} & set(self.ids)
            for read in (desk.submission, desk.log, desk.panel):
                for id_ in self.ids:
                    with pytest.raises(NotAllowed):
                        read(id_)  # type: ignore[operator]

    def own(self, who: str, id_: str) -> dict[str, Any] | None:
        return self.room.store.row("SELECT * FROM reviews WHERE submission_id = ? AND person = ?", (id_, who))

    @rule(who=st.sampled_from(sorted(PEOPLE)), what=st.sampled_from(["waive", "second", "end"]), n=st.integers(0, 1))
    def waive(self, who: str, what: str, n: int) -> None:
        id_ = self.ids[-1]
        rows = self.room.store.rows("SELECT id FROM findings WHERE submission_id = ? ORDER BY id", (id_,))
        desk, seen, chosen = self.desk(who), self.seen(id_), rows[n]["id"]
        try:
            if what == "waive":
                desk.waive(id_, chosen, "示例理由", seen=seen)
            elif what == "second":
                desk.second_waiver(id_, chosen, seen=seen)
            else:
                desk.end_waiver(id_, chosen, seen=seen)
        except NotAllowed:
            assert self.seen(id_) == seen
            return
        assert self.states[id_] is State.TRIAGE

    @rule(action=st.sampled_from(["approve", "approve", "approve", "publish", "return"]))
    def somebody_moves(self, action: str) -> None:
        """Random people seldom come far: whoever may take the step takes it."""
        for who in PEOPLE:
            if self.desk_allows(who, action):
                self.move(who, action, len(self.ids) - 1, stale=False)
                return

    def desk_allows(self, who: str, action: str) -> bool:
        try:
            return self.desk(who).why_not(self.ids[-1], action) is None
        except NotAllowed:
            return False

    @precondition(lambda self: self.states[self.ids[-1]] is State.TRIAGE)
    @rule()
    def all_is_waived(self) -> None:
        for n in (0, 1):
            self.waive("op1", "waive", n)
            self.waive("of1", "second", n)

    @precondition(lambda self: self.states[self.ids[-1]] is State.EXPERT_REVIEW)
    @rule(share=st.sampled_from([0.5, 1.0]))
    def all_score(self, share: float) -> None:
        for who in ("ex1", "ex2", "gr1"):
            self.score(who, share, gate=True)

    @precondition(lambda self: self.states[self.ids[-1]] in {State.QUEUED, State.MEASURING})
    @rule()
    def machine(self) -> None:
        id_ = self.ids[-1]
        action = "start" if self.states[id_] is State.QUEUED else "measured"
        if action == "measured":
            self.room.judged(id_, 1, finding("black", 1.0), finding("freeze", 5.0, people=2))
        self.states[id_] = machine_move(self.room.store, id_, action)

    @precondition(lambda self: len(self.ids) == 1 and self.states[self.ids[0]] is State.RETURNED)
    @rule()
    def resubmit(self) -> None:
        self.ids.append(self.room.triage(finding("black", 1.0), finding("freeze", 5.0, people=2)))
        self.states[self.ids[-1]] = State.TRIAGE

    @invariant()
    def states_are_the_tables(self) -> None:
        assert {
            row["id"]: row["state"] for row in self.room.store.rows("SELECT id, state FROM submissions")
        } == self.states

    @invariant()
    def nobody_acts_in_two_roles(self) -> None:
        rows = self.room.store.rows("SELECT DISTINCT person, role FROM audit")
        assert len(rows) == len({row["person"] for row in rows})
        assert not {"ex3", "of3"} & {row["person"] for row in rows}, "their unit's work"

    @invariant()
    def sealed_reviews_never_change_and_stay_closed(self) -> None:
        for (id_, who), row in self.sealed.items():
            assert self.own(who, id_) == row
        for id_ in self.ids:
            submitted = {who for (sid, who) in self.sealed if sid == id_}
            for who in {"ex1", "ex2", "gr1"} - {self.aside}:
                seen = {review.person for review in self.desk(who).submission(id_).reviews}
                assert seen - {who} == (submitted - {who} if who in submitted else set())
                told = {row.person for row in self.desk(who).log(id_) if row.action == "submit-review" and row.after}
                assert told - {who} >= (submitted - {who} if who in submitted else set())
                assert who in submitted or not told - {who}

    @invariant()
    def the_summary_is_the_detail(self) -> None:
        for row in self.desk("ad1").queue():
            view = self.desk("ad1").submission(row.id)
            standing = [f.severity.value for lesson in view.lessons for f in lesson.findings if f.standing]
            assert (row.faults, row.warnings, row.verdict) == (
                standing.count("fault"), standing.count("warning"), view.verdict,
            )  # fmt: skip
            assert (view.verdict == "fail") == ("fault" in standing)

    @invariant()
    def the_chain_holds(self) -> None:
        assert audit.verify(self.room.store).sound


TestReviewRoom = ReviewRoom.TestCase
TestReviewRoom.settings = settings(
    max_examples=40, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
