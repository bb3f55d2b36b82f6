"""The review procedure as tables: the steps that change a state, the judgements that do not, and what can be taken back. No
other code changes a state.

A transition is (action, from, to, role, guards). Guards are names; `station.desk.guards` evaluates them against the store
and says why one does not hold.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a submission stands."""

    RECEIVED = "received"
    WAITING_PAPERS = "waiting-papers"
    QUEUED = "queued"
    MEASURING = "measuring"
    TRIAGE = "triage"
    EXPERT_REVIEW = "expert-review"
    OFFICE_AUDIT = "office-audit"
    GROUP_DECISION = "group-decision"
    CATALOGUED = "catalogued"
    PUBLISHED = "published"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


MACHINE = "machine"
"""The role of the daemon: no person holds it."""


@dataclass(frozen=True)
class Transition:
    """One allowed step."""

    action: str
    source: State
    target: State
    role: str
    guards: tuple[str, ...] = ()
    reason: bool = False
    """Whether a reason must be given."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Who may take the step, as `Judgement.roles`."""
        return (self.role,)


@dataclass(frozen=True)
class Judgement:
    """Something a person may decide while a submission stands in certain states, without moving it."""

    action: str
    states: frozenset[State]
    roles: tuple[str, ...]
    guards: tuple[str, ...]
    reason: bool = False
    """Whether a reason must be given."""


@dataclass(frozen=True)
class Undo:
    """A step that its person may take back, until the next person has acted."""

    action: str
    state: State
    """Where the submission stands after the step."""
    back: State
    """Where it stood before."""


S = State
_APART = ("not-applicant", "one-role-only")
"""Of everything a person does: not on their own unit's work (回避), not in a second role on one work."""
TRANSITIONS: tuple[Transition, ...] = (
    Transition("accept", S.RECEIVED, S.QUEUED, MACHINE),
    Transition("await-papers", S.RECEIVED, S.WAITING_PAPERS, MACHINE),
    Transition("accept", S.WAITING_PAPERS, S.QUEUED, "operator", _APART),
    Transition("start", S.QUEUED, S.MEASURING, MACHINE),
    Transition("requeue", S.MEASURING, S.QUEUED, MACHINE),
    Transition("measured", S.MEASURING, S.TRIAGE, MACHINE),
    Transition("remeasure", S.TRIAGE, S.QUEUED, "operator", _APART),
    Transition("approve", S.TRIAGE, S.EXPERT_REVIEW, "operator", (*_APART, "all-measured", "no-standing-fault")),
    Transition("approve", S.EXPERT_REVIEW, S.OFFICE_AUDIT, "office",
               (*_APART, "enough-scores", "political-gate-passed", "spread-settled")),
    Transition("approve", S.OFFICE_AUDIT, S.GROUP_DECISION, "office", (*_APART, "another-person", "spread-settled"),
               reason=True),
    Transition("approve", S.GROUP_DECISION, S.CATALOGUED, "group", _APART, reason=True),
    Transition("publish", S.CATALOGUED, S.PUBLISHED, "office", (*_APART, "renditions-good")),
    *(Transition("return", state, S.RETURNED, role, _APART, reason=True) for state, role in (
        (S.WAITING_PAPERS, "operator"), (S.TRIAGE, "operator"), (S.EXPERT_REVIEW, "office"), (S.OFFICE_AUDIT, "office"),
        (S.GROUP_DECISION, "group"))),
    *(Transition("withdraw", state, S.WITHDRAWN, "operator", _APART, reason=True) for state in (
        S.RECEIVED, S.WAITING_PAPERS, S.QUEUED, S.TRIAGE, S.EXPERT_REVIEW, S.OFFICE_AUDIT, S.GROUP_DECISION, S.RETURNED)),
)  # fmt: skip
JUDGEMENTS: tuple[Judgement, ...] = (
    Judgement("waive", frozenset({S.TRIAGE}), ("operator", "office"), _APART, reason=True),
    Judgement("second-waiver", frozenset({S.TRIAGE}), ("operator", "office"), _APART),
    Judgement("end-waiver", frozenset({S.TRIAGE}), ("operator", "office"), _APART),
    Judgement("add-papers", frozenset({S.WAITING_PAPERS, S.QUEUED, S.MEASURING, S.TRIAGE}), ("operator",), _APART),
    Judgement("undo", frozenset(S) - {S.CATALOGUED, S.PUBLISHED}, ("operator", "office"), (*_APART, "own-last-step")),
    Judgement("hand-over", frozenset(S) - {S.CATALOGUED, S.PUBLISHED, S.WITHDRAWN}, ("operator",), _APART),
    Judgement("score", frozenset({S.EXPERT_REVIEW}), ("expert",), (*_APART, "assigned", "not-sealed")),
    Judgement(
        "sign-gate", frozenset({S.EXPERT_REVIEW}), ("expert",), (*_APART, "assigned", "not-sealed", "gate-unsigned")
    ),
    Judgement(
        "submit-review", frozenset({S.EXPERT_REVIEW}), ("expert",), (*_APART, "assigned", "not-sealed", "not-stopped")
    ),
    Judgement("recuse", frozenset({S.EXPERT_REVIEW}), ("expert",), (*_APART, "assigned", "not-sealed"), reason=True),
    Judgement(
        "second-gate", frozenset({S.EXPERT_REVIEW}), ("expert", "office"), (*_APART, "stop-for-second"), reason=True
    ),
    Judgement("decide-gate", frozenset({S.EXPERT_REVIEW}), ("office",), (*_APART, "stop-for-decision"), reason=True),
    Judgement("assign", frozenset({S.EXPERT_REVIEW}), ("operator", "office"), _APART),
    Judgement(
        "unassign", frozenset({S.EXPERT_REVIEW}), ("operator", "office"), (*_APART, "some-assigned"), reason=True
    ),
    Judgement("reopen-review", frozenset({S.EXPERT_REVIEW}), ("office",), (*_APART, "some-submitted"), reason=True),
    Judgement("discuss", frozenset({S.EXPERT_REVIEW}), ("office",), (*_APART, "spread-open"), reason=True),
)

UNDOS: tuple[Undo, ...] = (
    *(Undo(t.action, t.target, t.source) for t in TRANSITIONS
      if t.action in {"approve", "return", "withdraw"} and t.role in {"operator", "office"}),
    *(Undo(action, S.TRIAGE, S.TRIAGE) for action in ("waive", "end-waiver")),
    *(Undo("hand-over", state, state) for j in JUDGEMENTS if j.action == "hand-over" for state in sorted(j.states)),
)  # fmt: skip
"""What can be undone. Not among them: the coordination group's decision and a publication, which are signed; a second person's
agreement; a sealed review."""

OVER = frozenset({State.RETURNED, State.WITHDRAWN, State.PUBLISHED})
"""States in which nothing more is asked of anybody on this version."""


def transitions_from(state: State) -> tuple[Transition, ...]:
    """What can happen next."""
    return tuple(t for t in TRANSITIONS if t.source is state)


def find_transition(action: str, state: State) -> Transition | None:
    """The transition of `action` in `state`, or None where the table has none."""
    return next((t for t in TRANSITIONS if t.action == action and t.source is state), None)


def find_judgement(action: str, state: State) -> Judgement | None:
    """The judgement `action` in `state`, or None where it can't be made."""
    return next((j for j in JUDGEMENTS if j.action == action and state in j.states), None)


def find_undo(action: str, before: State, after: State) -> Undo | None:
    """The way back from a step that led from `before` to `after`, or None where there is none."""
    return next((u for u in UNDOS if (u.action, u.back, u.state) == (action, before, after)), None)


ACTIONS: tuple[str, ...] = tuple(dict.fromkeys([t.action for t in TRANSITIONS] + [j.action for j in JUDGEMENTS]))
"""Every action there is, the machine's too."""
