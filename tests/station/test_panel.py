"""The experts' panel: assignment and 回避, the gate before the scores, stops, notes at timecodes, reopening, spread, batches."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from station.config import Config, ReviewSection
from station.desk import Desk
from station.errors import Conflict, NotAllowed, NotFound, StationError, UsageError
from station.people import person_of
from station.profile import Profile
from station.rubric import default_rubric
from station.store import audit
from station.workflow import State
from tests.station.room import RECOMMENDER, UNIT, Room

PEOPLE: dict[str, dict[str, Any]] = {
    "op": {"roles": ["operator"]}, "office1": {"roles": ["office"]}, "office2": {"roles": ["office"]},
    "office3": {"roles": ["office"]}, "group1": {"roles": ["group"]},
    "e1": {"roles": ["expert"], "unit": "示例院校一", "areas": ["网络安全"]}, "e2": {"roles": ["expert"], "unit": "示例院校二"},
    "e3": {"roles": ["expert"], "unit": "示例院校三"}, "e4": {"roles": ["expert"], "unit": "示例院校四"},
    "own": {"roles": ["expert"], "unit": UNIT}, "recommender": {"roles": ["expert"], "unit": RECOMMENDER},
    "tied": {"roles": ["expert"], "unit": "示例院校五", "conflicts": ["示例教师"]},
    "tied-unit": {"roles": ["expert"], "unit": "示例院校六", "conflicts": [UNIT]},
    "both": {"roles": ["expert", "operator"], "unit": "示例院校七"},
}  # fmt: skip
CLOSED = ("own", "recommender", "tied", "tied-unit")


class Panel(Room):
    """A room whose people stand in the configuration, so that experts are assigned."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.config = Config(
            path=self.root / "config.toml", people=PEOPLE, review=ReviewSection(experts=self.experts, spread_limit=15.0)
        )

    def sit(self, account: str) -> Desk:
        person = person_of(self.config, account, "test")
        return Desk(self.store, person, self.config, Profile("t", "测试", "test", {}, {}), default_rubric())

    def seen(self, id_: str) -> int:
        return int(self.raw(id_, "revision"))

    def waiting(self, **more: Any) -> str:
        """A submission that waits for its experts."""
        id_ = self.triage(**more)
        self.move(id_, "approve", self.sit("op"))
        return id_

    def assign(self, id_: str, *accounts: str) -> None:
        for account in accounts:
            self.sit("office1").assign(id_, account, seen=self.seen(id_))

    def review(self, id_: str, account: str, share: float = 0.9) -> None:
        desk = self.sit(account)
        own = next((r for r in desk.submission(id_).reviews if r.person == account), None)
        desk.submit_review(id_, seen=desk.save_draft(id_, **self.filled(share=share), seen=own.revision if own else 0))

    def refuse(self, id_: str, account: str) -> int:
        """A signed no; the stop's number."""
        desk = self.sit(account)
        content = self.filled() | {"scores": {}}
        content["gate"]["territory"] = {"pass": False, "reason": "示例：地图有误"}
        desk.sign_gate(id_, seen=desk.save_draft(id_, **content, seen=0))
        return desk.panel(id_).stops[-1].id


@pytest.fixture
def room(tmp_path: Path) -> Panel:
    return Panel(tmp_path, experts=3)


# Assignment.


def test_only_assigned_experts_open_and_score(room: Panel) -> None:
    id_ = room.waiting()
    desk = room.sit("e1")
    for read in (desk.submission, desk.log, desk.panel, lambda i: desk.why_not(i, "score"), lambda i: desk.kept(i, 1)):
        with pytest.raises(NotAllowed, match=r"desk\.not-assigned"):
            read(id_)
    assert desk.queue() == [] == desk.queue(mine=True) == desk.queue(text="示例")
    room.assign(id_, "e1")
    assert [row.id for row in desk.queue(mine=True)] == [id_]
    room.review(id_, "e1")
    assert desk.queue(mine=True) == []
    assert [row.id for row in desk.queue()] == [id_]


def test_another_role_opens_but_scores_only_when_assigned(room: Panel) -> None:
    id_ = room.waiting()
    both = room.sit("both")
    assert both.submission(id_).id == id_
    assert both.why_not(id_, "score") == ("desk.not-assigned", {})
    assert both.queue(mine=True) == []
    room.assign(id_, "both")
    assert both.why_not(id_, "score") is None
    assert [row.id for row in both.queue(mine=True)] == [id_]


def test_who_knows_the_area_of_the_submissions_topic_comes_first(room: Panel) -> None:
    id_ = room.waiting(title="示例选题")
    office = room.sit("office1")
    assert not any(one.fits for one in office.candidates(id_))
    values: dict[str, Any] = {
        "id": "2022-0001", "round": "2022", "number": 1, "state": "chosen", "title": "示例选题", "area": "网络安全", "problems": "[]",
        "title_key": "示例选题", "applicant_key": UNIT, "file": "", "received_on": "2022-02-01", "updated_at": "",
    } | dict.fromkeys(("summary", "lecturer", "lecturer_unit", "lecturer_title", "applicant_unit", "recommending_unit",
                       "recommending_key", "contact", "telephone"), "")  # fmt: skip
    room.store.execute(
        f"INSERT INTO topics({', '.join(values)}) VALUES({', '.join(f':{name}' for name in values)})", values
    )
    assert [(one.account, one.fits) for one in office.candidates(id_)][:2] == [("e1", True), ("both", False)]


@pytest.mark.parametrize("account", CLOSED)
def test_who_stands_aside_is_never_assigned_and_opens_nothing_by_any_path(room: Panel, account: str) -> None:
    id_ = room.waiting()
    room.store.execute(
        "INSERT INTO jobs(id, lesson_id, submission_id, state, created_at, updated_at) VALUES('j', ?, ?, 'queued', '', '')",
        (f"{id_}-01", id_),
    )
    with pytest.raises(NotAllowed, match=r"desk\.expert-recused"):
        room.assign(id_, account)
    room.store.execute(  # somebody assigned them before the conflict was declared
        "INSERT INTO assignments(submission_id, person, how, by_person, at) VALUES(?, ?, 'hand', 'x', '')",
        (id_, account),
    )
    desk = room.sit(account)
    assert desk.queue() == [] == desk.queue(text="示例课") == desk.queue(mine=True) == desk.jobs() == desk.batch()
    assert not desk.look().rows
    for name in (id_, id_[-6:], id_[:20]):
        for read in (desk.submission, desk.log, desk.panel, desk.candidates, lambda i: desk.why_not(i, "score"),
                     lambda i: desk.consequence(i, "score"), lambda i: desk.kept(i, 1), lambda i: desk.recuse(i, "示例"),
                     lambda i: desk.save_draft(i, **room.filled(), seen=0), lambda i: desk.sign_gate(i, seen=0)):  # fmt: skip
            with pytest.raises(NotAllowed, match=r"desk\.recused"):
                read(name)
    found = [hit.submission.id for hit in desk.search("示例")]
    assert id_ not in found


def test_a_conflict_declared_at_the_desk_closes_every_version(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1", "e2")
    with pytest.raises(UsageError, match=r"desk\.reason-needed"):
        room.sit("e1").recuse(id_, " ")
    room.sit("e1").recuse(id_, "示例：共同承担项目")
    with pytest.raises(NotAllowed, match=r"desk\.recused-declared"):
        room.sit("e1").submission(id_)
    with pytest.raises(NotAllowed, match=r"desk\.expert-recused"):
        room.assign(id_, "e1")
    room.move(id_, "return", room.sit("office1"), "示例")
    again = room.triage()
    room.move(again, "approve", room.sit("op"))
    assert room.raw(again, "work_id") == room.raw(id_, "work_id")
    with pytest.raises(NotAllowed):
        room.assign(again, "e1")
    assert [view.account for view in room.sit("office1").panel(id_).experts] == ["e2"]
    assert audit.verify(room.store).sound


def test_automatic_assignment_goes_by_load_and_leaves_out_who_stands_aside(room: Panel) -> None:
    busy = room.waiting(title="示例甲")
    room.assign(busy, "e1", "e2")
    id_ = room.waiting(title="示例乙")
    order = [c.account for c in room.sit("office1").candidates(id_) if c.why_not is None]
    assert order == ["both", "e3", "e4", "e1", "e2"]
    assert {c.account for c in room.sit("office1").candidates(id_) if c.why_not} == set(CLOSED)
    assert room.sit("office1").assign_automatically(id_, seen=room.seen(id_)) == ("both", "e3", "e4")
    assert room.sit("office1").assign_automatically(id_, seen=room.seen(id_)) == (), "three are wanted, three are there"
    assert {view.how for view in room.sit("office1").panel(id_).experts} == {"automatic"}


def test_too_few_experts_are_told_and_nobody_is_assigned(tmp_path: Path) -> None:
    room = Panel(tmp_path, experts=6)
    id_ = room.waiting()
    with pytest.raises(UsageError, match=r"desk\.too-few-experts"):
        room.sit("office1").assign_automatically(id_, seen=room.seen(id_))
    assert room.sit("office1").panel(id_).experts == ()


def test_assignments_end_with_a_reason_and_are_kept(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1", "e2")
    office = room.sit("office1")
    for wrong, error in (("e9", NotFound), ("op", NotFound), ("e1", NotAllowed)):
        with pytest.raises(error):
            office.assign(id_, wrong, seen=room.seen(id_))
    with pytest.raises(Conflict):
        office.assign(id_, "e3", seen=room.seen(id_) - 1)
    room.review(id_, "e2")
    with pytest.raises(NotAllowed, match=r"desk\.submitted-stays"):
        office.unassign(id_, "e2", "示例", seen=room.seen(id_))
    office.unassign(id_, "e1", "示例：出差", seen=room.seen(id_))
    with pytest.raises(NotAllowed, match=r"desk\.not-assigned"):
        room.sit("e1").submission(id_)
    for sql in (
        "UPDATE assignments SET ended_at = NULL",
        "DELETE FROM assignments",
        "UPDATE assignments SET person = 'x'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            room.store.execute(sql)


def test_everybody_who_is_assigned_is_waited_for(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1", "e2", "e3", "e4")
    for account in ("e1", "e2", "e3"):
        room.review(id_, account)
    assert room.sit("office1").why_not(id_, "approve") == ("guard.enough-scores", {"there": 3, "wanted": 4})


# The gate.


def test_no_score_before_the_gate_is_signed(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1")
    desk = room.sit("e1")
    whole = room.filled()
    for gate in ({}, {"direction": {"pass": True}}, whole["gate"] | {"territory": {"pass": None, "reason": ""}}):
        with pytest.raises(UsageError, match=r"desk\.gate-first"):
            desk.save_draft(id_, **whole | {"gate": gate}, seen=0)
    revision = desk.save_draft(id_, **whole | {"scores": {}}, seen=0)
    revision = desk.sign_gate(id_, seen=revision)
    assert desk.submission(id_).reviews[0].gate_signed
    changed = whole["gate"] | {"territory": {"pass": False, "reason": "示例"}}
    with pytest.raises(NotAllowed, match=r"desk\.gate-signed"):
        desk.save_draft(id_, **whole | {"gate": changed}, seen=revision)
    with pytest.raises(NotAllowed, match=r"guard\.gate-unsigned"):
        desk.sign_gate(id_, seen=revision)
    with pytest.raises(sqlite3.IntegrityError):
        room.store.execute("UPDATE reviews SET gate = '{}'")
    desk.submit_review(id_, seen=desk.save_draft(id_, **whole, seen=revision))


def test_a_no_stops_everybody_until_a_second_person_and_a_decision(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1", "e2", "e3")
    started = room.sit("e2").save_draft(id_, **room.filled(), seen=0)
    stop = room.refuse(id_, "e1")
    with pytest.raises(NotAllowed, match=r"guard\.not-stopped"):
        room.sit("e2").submit_review(id_, seen=started)
    with pytest.raises(NotAllowed, match=r"guard\.not-stopped"):
        room.sit("e3").save_draft(id_, **room.filled(), seen=0)
    assert room.sit("e3").panel(id_).stops == (), "nobody sees another's no before their own gate is signed"
    second: dict[str, Any] = {"agrees": False, "reason": "示例：地图无误"}
    for who, message in (("e1", "guard.own-stop"), ("e3", "guard.own-gate-first"), ("op", "guard.role.expert")):
        with pytest.raises(NotAllowed, match=message.replace(".", r"\.")):
            room.sit(who).second_gate(id_, stop, **second, seen=room.seen(id_))
    office = room.sit("office2")
    with pytest.raises(NotAllowed, match=r"guard\.no-second"):
        office.decide_gate(id_, stop, lift=True, reason="示例", seen=room.seen(id_))
    room.sit("e2").second_gate(id_, stop, **second, seen=room.seen(id_))
    with pytest.raises(UsageError, match=r"desk\.reason-needed"):
        office.decide_gate(id_, stop, lift=True, reason="", seen=room.seen(id_))
    office.decide_gate(id_, stop, lift=True, reason="示例：核对标准地图，无误", seen=room.seen(id_))
    with pytest.raises(NotAllowed, match=r"guard\.no-stop"):
        office.decide_gate(id_, stop, lift=False, reason="示例", seen=room.seen(id_))
    room.sit("e2").submit_review(id_, seen=started)
    room.review(id_, "e3")
    desk = room.sit("e1")
    own = next(r for r in desk.submission(id_).reviews if r.person == "e1")
    scored = room.filled() | {"gate": {}}
    desk.submit_review(id_, seen=desk.save_draft(id_, **scored, seen=own.revision))
    assert room.sit("office1").why_not(id_, "approve") is None
    for sql in (
        "UPDATE gate_stops SET decision = 'upheld'",
        "DELETE FROM gate_stops",
        "UPDATE gate_stops SET points = '{}'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            room.store.execute(sql)


def test_an_upheld_no_can_only_be_returned(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1", "e2", "e3")
    stop = room.refuse(id_, "e1")
    office = room.sit("office2")
    office.second_gate(id_, stop, agrees=True, reason="示例：属实", seen=room.seen(id_))
    with pytest.raises(NotAllowed, match=r"guard\.own-word"):
        office.decide_gate(id_, stop, lift=False, reason="示例", seen=room.seen(id_))
    room.sit("office3").decide_gate(id_, stop, lift=False, reason="示例：维持", seen=room.seen(id_))
    with pytest.raises(NotAllowed, match=r"guard\.not-stopped"):
        room.review(id_, "e2")
    assert room.move(id_, "return", room.sit("office1"), "示例：地图") is State.RETURNED


# Notes, attestation, reopening.


def test_notes_stand_at_timecodes_and_the_attestation_is_kept(room: Panel) -> None:
    id_ = room.waiting(lessons=2)
    room.assign(id_, "e1")
    desk = room.sit("e1")
    for wrong in ([{"lesson": 3, "at": 1, "text": "x"}], [{"lesson": 1, "at": -1, "text": "x"}], [{"lesson": 1, "at": 1}],
                  [{"lesson": 1, "at": float("nan"), "text": "x"}], [{"lesson": 1, "at": 1, "text": " "}], ["x"]):  # fmt: skip
        with pytest.raises(UsageError, match=r"desk\.timed-"):
            desk.save_draft(id_, **room.filled(), seen=0, timed=wrong)  # type: ignore[arg-type]
    note = {"lesson": 2, "at": 754.2, "text": "示例：术语有误"}
    revision = desk.save_draft(id_, **room.filled(), seen=0, timed=[note])
    revision = desk.save_draft(id_, **room.filled(), seen=revision)
    desk.submit_review(id_, seen=revision)
    own = desk.submission(id_).reviews[0]
    assert own.timed == (note,)
    assert own.attestation == room.rubric.attestation.zh
    sealed = next(row.after for row in desk.log(id_) if row.action == "submit-review")
    assert (sealed["timed"], sealed["attestation"]) == ([note], own.attestation)


def test_only_the_office_reopens_and_the_sealed_one_is_kept(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1", "e2")
    room.review(id_, "e1", share=0.9)
    room.review(id_, "e2", share=0.9)
    for who in ("e2", "op"):
        with pytest.raises(NotAllowed):
            room.sit(who).reopen_review(id_, "e1", "示例", seen=room.seen(id_))
    office = room.sit("office1")
    with pytest.raises(NotFound):
        office.reopen_review(id_, "e3", "示例", seen=room.seen(id_))
    office.reopen_review(id_, "e1", "示例：分数填反", seen=room.seen(id_))
    assert audit.verify(room.store).sound
    desk = room.sit("e1")
    own = desk.submission(id_).reviews
    assert [(r.person, r.state, r.gate_signed) for r in own] == [("e1", "draft", False)], "others are closed again"
    assert office.panel(id_).submitted == 1
    room.review(id_, "e1", share=0.8)
    kept = office.panel(id_).kept
    assert [(k.person, k.total, k.reason) for k in kept] == [("e1", 90.0, "示例：分数填反")]
    assert next(r.total for r in office.submission(id_).reviews if r.person == "e1") == 80.0
    assert next(view.revisions for view in office.panel(id_).experts if view.account == "e1") == 1
    for sql in ("UPDATE kept_reviews SET total = 1", "DELETE FROM kept_reviews", "UPDATE reviews SET state = 'draft'"):
        with pytest.raises(sqlite3.IntegrityError):
            room.store.execute(sql)
    assert audit.verify(room.store).sound


# The result.


def test_mean_spread_and_bias_are_shown_beside_and_never_applied(room: Panel) -> None:
    first, second = room.waiting(title="示例甲"), room.waiting(title="示例乙")
    for id_ in (first, second):
        room.assign(id_, "e1", "e2", "e3")
    for id_, shares in ((first, (0.9, 0.8, 0.7)), (second, (0.8, 0.6, 0.7))):
        for account, share in zip(("e1", "e2", "e3"), shares, strict=True):
            room.review(id_, account, share)
    panel = room.sit("office1").panel(first)
    assert panel.mean == pytest.approx(80)
    assert panel.spread == pytest.approx(20)
    assert {e.account: e.total for e in panel.experts} == pytest.approx({"e1": 90, "e2": 80, "e3": 70})
    assert {e.account: e.bias for e in panel.experts} == pytest.approx({"e1": 10, "e2": -5, "e3": -5})
    assert {e.reviews for e in panel.experts} == {2}
    assert {e.bias for e in room.sit("e1").panel(first).experts} == {None}, "experts are not told of each other's"


def test_a_large_spread_asks_for_a_further_expert_or_a_discussion(room: Panel) -> None:
    ids = [room.waiting(title=title) for title in ("示例甲", "示例乙")]
    office = room.sit("office1")
    for id_ in ids:
        room.assign(id_, "e1", "e2", "e3")
        with pytest.raises(NotAllowed, match=r"guard\.spread-open"):
            office.discuss(id_, "示例", seen=room.seen(id_))
        for account, share in (("e1", 0.9), ("e2", 0.8), ("e3", 0.6)):
            room.review(id_, account, share)
        assert office.why_not(id_, "approve") == ("guard.spread-settled", {"spread": "30", "limit": "15"})
    office.discuss(ids[0], "示例：三位专家讨论后各自维持", seen=room.seen(ids[0]))
    assert office.why_not(ids[0], "approve") is None
    assert office.assign_automatically(ids[1], seen=room.seen(ids[1])) == ("both",)
    assert next(e.how for e in office.panel(ids[1]).experts if e.account == "both") == "further"
    assert office.why_not(ids[1], "approve") == ("guard.enough-scores", {"there": 3, "wanted": 4})
    room.review(ids[1], "both", 0.8)
    assert office.why_not(ids[1], "approve") is None


def test_a_discussion_does_not_cover_a_later_review(room: Panel) -> None:
    id_ = room.waiting()
    room.assign(id_, "e1", "e2", "e3")
    for account, share in (("e1", 0.9), ("e2", 0.8), ("e3", 0.6)):
        room.review(id_, account, share)
    office = room.sit("office1")
    office.discuss(id_, "示例讨论", seen=room.seen(id_))
    office.reopen_review(id_, "e3", "示例", seen=room.seen(id_))
    room.review(id_, "e3", 0.5)
    assert (office.why_not(id_, "approve") or ("",))[0] == "guard.spread-settled"


# Decisions.


def scored(room: Panel, title: str) -> str:
    id_ = room.waiting(title=title)
    room.assign(id_, "e1", "e2", "e3")
    for account in ("e1", "e2", "e3"):
        room.review(id_, account)
    return id_


def test_the_batch_holds_what_waits_for_the_person_and_two_people_decide(room: Panel) -> None:
    ids = [scored(room, title) for title in ("示例甲", "示例乙")]
    room.waiting(title="示例丙")
    one, two, group = room.sit("office1"), room.sit("office2"), room.sit("group1")
    assert [row.id for row in one.batch()] == ids
    row = one.batch()[0]
    assert (row.mean, row.spread, row.submitted, row.wanted, row.proposed) == (90.0, 0.0, 3, 3, True)
    assert two.batch()
    assert group.batch() == [] == room.sit("e1").batch() == room.sit("op").batch()
    stale = [(ids[0], row.revision), (ids[1], 1)]
    done = one.decide_all(stale, "approve", reason="示例：同意")
    assert [(d.state, d.why_not and d.why_not[0]) for d in done] == [
        (State.OFFICE_AUDIT, None), (None, "desk.changed-meanwhile"),
    ]  # fmt: skip
    assert [row.id for row in one.batch()] == [ids[1]], "who approved the step before does not audit"
    again = one.decide_all([(ids[0], room.seen(ids[0]))], "approve", reason="示例：同意")
    assert again[0].why_not == ("guard.another-person", {})
    assert two.decide_all([(ids[0], room.seen(ids[0]))], "approve")[0].why_not == ("desk.reason-needed", {})
    two.decide_all([(ids[0], room.seen(ids[0]))], "approve", reason="示例：审核通过")
    assert [row.state for row in group.batch()] == [State.GROUP_DECISION]
    assert (
        group.decide_all([(ids[0], room.seen(ids[0]))], "approve", reason="示例：同意列入")[0].state is State.CATALOGUED
    )
    told = [row.after.get("reason") for row in one.log(ids[0]) if row.action == "approve"]
    assert told == ["示例理由", "示例：同意", "示例：审核通过", "示例：同意列入"]
    assert one.decide_all([(ids[1], room.seen(ids[1]))], "return")[0].why_not == ("desk.reason-needed", {})
    with pytest.raises(UsageError):
        one.decide_all([], "publish")


def test_the_batch_is_quick_with_ten_thousand_submissions(room: Panel) -> None:
    id_ = room.waiting()
    room.store.db.conn.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
        "INSERT INTO submissions SELECT 'S' || i, work_id, i + 10, drop_id, title, applicant_unit, recommending_unit, lecturer, "
        "applicant_key, recommending_key, CASE WHEN i % 10 = 0 THEN 'office-audit' ELSE 'catalogued' END, verdict, faults, "
        "warnings, revision, folder, hours, received_at, updated_at, papers FROM n, submissions WHERE id = ?", (id_,),
    )  # fmt: skip
    room.store.db.conn.execute(
        "INSERT INTO reviews(submission_id, person, state, gate, scores, notes, total, updated_at, submitted_at) SELECT s.id, "
        "e.value, 'submitted', '{}', '{}', '', 80 + length(s.id), '', '' FROM submissions s, json_each('[\"e1\",\"e2\",\"e3\"]') e"
    )
    office = room.sit("office2")
    best = []
    for _ in range(3):
        start = time.perf_counter()
        assert len(office.batch()) == 1001
        best.append(time.perf_counter() - start)
    assert min(best) < 0.1
    best = []
    for _ in range(3):
        start = time.perf_counter()
        assert office.panel("S10").submitted == 3
        best.append(time.perf_counter() - start)
    assert min(best) < 0.1


def test_every_refusal_of_the_panel_has_its_words(room: Panel) -> None:
    from station.text import LANGUAGES, say  # noqa: PLC0415

    id_ = room.waiting()
    told: set[str] = set()
    for who in PEOPLE:
        for action in ("score", "sign-gate", "submit-review", "recuse", "second-gate", "decide-gate", "assign", "unassign",
                       "reopen-review", "discuss", "approve"):  # fmt: skip
            try:
                why_not = room.sit(who).why_not(id_, action)
            except StationError as error:
                why_not = (error.message, error.params)
            if why_not:
                told.add(why_not[0])
                assert all(say(why_not[0], language, **why_not[1]) for language in LANGUAGES)
    assert len(told) > 8
