"""The review procedure as one table. No other code changes a state.

A transition is (action, from, to, role, guards). Guards are names; `station.desk` evaluates them against the store and
says why one does not hold (`why_not`).
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


S = State
TRANSITIONS: tuple[Transition, ...] = (
    Transition("accept", S.RECEIVED, S.QUEUED, MACHINE),
    Transition("await-papers", S.RECEIVED, S.WAITING_PAPERS, MACHINE),
    Transition("accept", S.WAITING_PAPERS, S.QUEUED, "operator"),
    Transition("start", S.QUEUED, S.MEASURING, MACHINE),
    Transition("requeue", S.MEASURING, S.QUEUED, MACHINE),
    Transition("measured", S.MEASURING, S.TRIAGE, MACHINE),
    Transition("remeasure", S.TRIAGE, S.QUEUED, "operator"),
    Transition("approve", S.TRIAGE, S.EXPERT_REVIEW, "operator", ("no-standing-fault", "not-applicant")),
    Transition("approve", S.EXPERT_REVIEW, S.OFFICE_AUDIT, "office",
               ("enough-scores", "political-gate-passed", "not-applicant", "one-role-only")),
    Transition("approve", S.OFFICE_AUDIT, S.GROUP_DECISION, "office", ("not-applicant", "one-role-only", "another-person")),
    Transition("approve", S.GROUP_DECISION, S.CATALOGUED, "group", ("not-applicant", "one-role-only")),
    Transition("publish", S.CATALOGUED, S.PUBLISHED, "office", ("renditions-good",)),
    *(Transition("return", state, S.RETURNED, role, ("not-applicant", "one-role-only"), reason=True) for state, role in (
        (S.WAITING_PAPERS, "operator"), (S.TRIAGE, "operator"), (S.EXPERT_REVIEW, "office"), (S.OFFICE_AUDIT, "office"),
        (S.GROUP_DECISION, "group"))),
    *(Transition("withdraw", state, S.WITHDRAWN, "operator", reason=True) for state in (
        S.RECEIVED, S.WAITING_PAPERS, S.QUEUED, S.TRIAGE, S.EXPERT_REVIEW, S.OFFICE_AUDIT, S.GROUP_DECISION, S.RETURNED)),
)  # fmt: skip

OVER = frozenset({State.RETURNED, State.WITHDRAWN, State.PUBLISHED})
"""States in which nothing more is asked of anybody on this version."""


def transitions_from(state: State) -> tuple[Transition, ...]:
    """What can happen next."""
    return tuple(t for t in TRANSITIONS if t.source is state)


def find_transition(action: str, state: State) -> Transition | None:
    """The transition of `action` in `state`, or None where the table has none."""
    return next((t for t in TRANSITIONS if t.action == action and t.source is state), None)
