"""Every role, every action, every state: one table of what is allowed, written out by hand, against what the desk says."""

from itertools import product
from pathlib import Path

import pytest

from station.config import ROLES
from station.errors import NotAllowed
from station.text import catalogue
from station.workflow import ACTIONS, MACHINE, TRANSITIONS, State, find_judgement, find_transition
from tests.station.room import UNIT, Room, finding

S = State
ALLOWED: dict[str, dict[str, set[State]]] = {
    "operator": {
        "accept": {S.WAITING_PAPERS},
        "approve": {S.TRIAGE},
        "remeasure": {S.TRIAGE},
        "return": {S.WAITING_PAPERS, S.TRIAGE},
        "withdraw": {S.RECEIVED, S.WAITING_PAPERS, S.QUEUED, S.TRIAGE, S.EXPERT_REVIEW, S.OFFICE_AUDIT,
                     S.GROUP_DECISION, S.RETURNED},
        "waive": {S.TRIAGE}, "second-waiver": {S.TRIAGE}, "end-waiver": {S.TRIAGE},
        "assign": {S.EXPERT_REVIEW},
        "add-papers": {S.WAITING_PAPERS, S.QUEUED, S.MEASURING, S.TRIAGE},
        "hand-over": set(S) - {S.CATALOGUED, S.PUBLISHED, S.WITHDRAWN},
    },
    "expert": {action: {S.EXPERT_REVIEW} for action in ("score", "sign-gate", "submit-review", "recuse")},
    "office": {
        "approve": {S.EXPERT_REVIEW, S.OFFICE_AUDIT},
        "return": {S.EXPERT_REVIEW, S.OFFICE_AUDIT},
        "publish": {S.CATALOGUED}, "assign": {S.EXPERT_REVIEW}, "reopen-review": {S.EXPERT_REVIEW},
        "waive": {S.TRIAGE}, "second-waiver": {S.TRIAGE}, "end-waiver": {S.TRIAGE},
    },
    "group": {"approve": {S.GROUP_DECISION}, "return": {S.GROUP_DECISION}},
    "admin": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Room, dict[State, str]]:
    """One submission in every state, two reviews where one may be decided on."""
    room = Room(tmp_path_factory.mktemp("house"))
    ids = {state: room.at(state) for state in State}
    for state, id_ in ids.items():
        assert room.raw(id_, "state") == state
    for account in ("expert-a", "expert-b"):
        room.score(ids[State.EXPERT_REVIEW], account)
    return room, ids


@pytest.mark.parametrize("role", ROLES)
def test_the_whole_matrix(house: tuple[Room, dict[State, str]], role: str) -> None:
    room, ids = house
    desk = room.desk(f"fresh-{role}", role)
    wrong = []
    for action, state in product(ACTIONS, State):
        why_not = desk.why_not(ids[state], action)
        expected = state in ALLOWED[role].get(action, set())
        if (why_not is None) != expected:
            wrong.append((action, state.value, why_not))
        if why_not is not None:
            for language in ("zh", "en"):
                assert catalogue(language)[why_not[0]].format(**why_not[1])
        assert desk.consequence(ids[state], action).allowed == expected
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_allowed_is_refused_and_changes_nothing(house: tuple[Room, dict[State, str]], role: str) -> None:
    room, ids = house
    desk = room.desk(f"fresh-{role}", role)
    before = room.store.rows("SELECT id, state, revision FROM submissions"), len(room.store.rows("SELECT * FROM audit"))
    filled = room.filled()
    for state, id_ in ids.items():
        seen = room.raw(id_, "revision")
        acts = {
            "waive": lambda id_=id_, seen=seen: desk.waive(id_, 1, "示例", seen=seen),
            "second-waiver": lambda id_=id_, seen=seen: desk.second_waiver(id_, 1, seen=seen),
            "end-waiver": lambda id_=id_, seen=seen: desk.end_waiver(id_, 1, seen=seen),
            "score": lambda id_=id_: desk.save_draft(id_, **filled, seen=0),
            "submit-review": lambda id_=id_: desk.submit_review(id_, seen=0),
            "sign-gate": lambda id_=id_: desk.sign_gate(id_, seen=0),
            "add-papers": lambda id_=id_, seen=seen: desk.add_papers(id_, [Path("x")], seen=seen),
            "recuse": lambda id_=id_: desk.recuse(id_, "示例"),
            "second-gate": lambda id_=id_, seen=seen: desk.second_gate(id_, 1, agrees=True, reason="示例", seen=seen),
            "decide-gate": lambda id_=id_, seen=seen: desk.decide_gate(id_, 1, lift=True, reason="示例", seen=seen),
            "assign": lambda id_=id_, seen=seen: desk.assign(id_, "示例", seen=seen),
            "unassign": lambda id_=id_, seen=seen: desk.unassign(id_, "示例", "示例", seen=seen),
            "reopen-review": lambda id_=id_, seen=seen: desk.reopen_review(id_, "expert-a", "示例", seen=seen),
            "discuss": lambda id_=id_, seen=seen: desk.discuss(id_, "示例", seen=seen),
        }
        for action in ACTIONS:
            if state in ALLOWED[role].get(action, set()):
                continue
            act = acts.get(
                action, lambda id_=id_, seen=seen, action=action: desk.move(id_, action, seen=seen, reason="示")
            )
            with pytest.raises(NotAllowed):
                act()
    after = room.store.rows("SELECT id, state, revision FROM submissions"), len(room.store.rows("SELECT * FROM audit"))
    assert after == before


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
def test_nobody_acts_on_their_own_units_work(house: tuple[Room, dict[State, str]], role: str) -> None:
    room, ids = house
    desk = room.desk("own", role, unit=UNIT)
    for action, states in ALLOWED[role].items():
        for state in states:
            if role == "expert":
                with pytest.raises(NotAllowed, match=r"desk\.recused"):
                    desk.why_not(ids[state], action)
            else:
                assert (desk.why_not(ids[state], action) or ("",))[0] == "guard.not-applicant"


def test_a_person_with_every_role_still_acts_in_one_on_one_work(tmp_path: Path) -> None:
    room = Room(tmp_path, experts=1)
    id_ = room.triage()
    desk = room.desk("all", *ROLES)
    room.move(id_, "approve", desk)
    for action in ("score", "approve", "return", "submit-review"):
        assert desk.why_not(id_, action) == ("guard.one-role-only.operator", {})
    assert desk.why_not(id_, "withdraw") is None


def test_trying_the_station_out_alone_is_possible_where_the_configuration_says_so(tmp_path: Path) -> None:
    room = Room(tmp_path, experts=1, separate_roles=False)
    id_ = room.triage()
    desk = room.desk("all", *ROLES)
    room.move(id_, "approve", desk)
    desk.submit_review(id_, seen=desk.save_draft(id_, **room.filled(), seen=0))
    for state in (State.OFFICE_AUDIT, State.GROUP_DECISION, State.CATALOGUED):
        assert room.move(id_, "approve", desk) is state
    assert room.move(id_, "publish", desk) is State.PUBLISHED


def test_a_role_taken_in_an_earlier_version_counts(tmp_path: Path) -> None:
    room = Room(tmp_path)
    first = room.at(State.EXPERT_REVIEW)
    room.score(first, "both")
    room.move(first, "withdraw", room.desk("op", "operator"), "示例")
    second = room.triage()
    assert room.raw(second, "work_id") == room.raw(first, "work_id")
    assert room.desk("both", "operator", "expert").why_not(second, "approve") == ("guard.one-role-only.expert", {})
    elsewhere = room.triage(title="另一课")
    assert room.desk("both", "operator", "expert").why_not(elsewhere, "approve") is None


def test_who_may_act_in_two_roles_stays_in_the_one_they_took(tmp_path: Path) -> None:
    room = Room(tmp_path)
    first = room.at(State.OFFICE_AUDIT)
    both = room.desk("both", "operator", "office")
    both.move(first, "return", seen=both.submission(first).revision, reason="示例")
    second = room.triage(finding())
    chosen = both.submission(second).lessons[0].findings[0].id
    both.waive(second, chosen, "示例", seen=both.submission(second).revision)
    assert [row.role for row in both.log(second) if row.action == "waive"] == ["office"]
    assert both.why_not(second, "approve") == ("guard.one-role-only.office", {})
    fresh = room.triage(finding(), title="另一课")
    both.waive(fresh, both.submission(fresh).lessons[0].findings[0].id, "示例", seen=both.submission(fresh).revision)
    assert both.log(fresh)[-1].role == "operator"


def test_the_table_and_the_words_fit() -> None:
    for role, actions in ALLOWED.items():
        for action, states in actions.items():
            for state in states:
                step = find_transition(action, state) or find_judgement(action, state)
                assert step is not None
                assert role in step.roles
    assert {t.role for t in TRANSITIONS} <= {*ROLES, MACHINE}
    for language in ("zh", "en"):
        texts = catalogue(language)
        wanted = [f"state.{s}" for s in State] + [f"guard.state.{s}" for s in State] + [f"action.{a}" for a in ACTIONS]
        wanted += [f"{head}.{r}" for head in ("role", "guard.role") for r in (*ROLES, MACHINE)]
        wanted += [f"guard.one-role-only.{role}" for role in ROLES]
        assert [id_ for id_ in wanted if id_ not in texts] == []
