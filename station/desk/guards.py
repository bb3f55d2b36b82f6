"""Whether a person may do something now, and why not: role, recusal, state and the guards that the workflow names.

Every answer is a text id with its places; None means yes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from station.config import Config
from station.desk.panel_guards import PANEL_GUARDS
from station.desk.undoing import last_step
from station.errors import UsageError
from station.people import Person, lecturer_keys, name_key
from station.store import Store, assignments, audit, outcomes, submissions
from station.store.connection import storable
from station.workflow import ACTIONS, Judgement, State, Transition, find_judgement, find_transition

WhyNot = tuple[str, dict[str, Any]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One person about to act on one submission in one role."""

    store: Store
    config: Config
    person: Person
    row: Row
    """The submission's row."""
    role: str


@dataclass(frozen=True)
class Decision:
    """The step an action means in the submission's state, the role it is taken in, and why it can't be taken."""

    step: Transition | Judgement | None
    role: str
    why_not: WhyNot | None


def recused(person: Person, row: Row) -> bool:
    """Whether the submission's units or lecturers close it to the person (回避): an expert of the applicant's or the recommending
    unit, or with a conflict in the configuration. `why_closed` knows the conflicts that were declared at the desk too."""
    if not person.has("expert"):
        return False
    declared = {key for key in map(name_key, person.conflicts) if key}
    units = {name_key(row["applicant_unit"]), name_key(row["recommending_unit"])}
    own = person.belongs_to(row["applicant_unit"], row["recommending_unit"])
    return own or not declared.isdisjoint(units | lecturer_keys(row["lecturer"]))


def why_closed(store: Store, config: Config, person: Person, row: Row) -> WhyNot | None:
    """Why the submission can't even be opened: an expert stands aside from some (回避), and opens, where experts are assigned,
    nothing else. Agrees with `station.store.queue.open_to`."""
    if recused(person, row):
        return "desk.recused", {"unit": person.unit}
    if not person.has("expert"):
        return None
    if assignments.recused(store, row["work_id"], person.account):
        return "desk.recused-declared", {}
    alone = config.assigned_only and person.roles == {"expert"}
    return ("desk.not-assigned", {}) if alone and not assignments.holds(store, row["id"], person.account) else None


def decide(store: Store, config: Config, person: Person, row: Row, action: str) -> Decision:
    """What `action` means now. Raises UsageError for an action that does not exist."""
    if action not in ACTIONS:
        raise UsageError("desk.no-such-action", action=action)
    state = State(row["state"])
    step = find_transition(action, state) or find_judgement(action, state)
    if step is None:
        return Decision(None, "", (f"guard.state.{state.value}", {}))
    held = [role for role in step.roles if person.has(role)]
    if not held:
        return Decision(step, "", (f"guard.role.{step.roles[0]}", {}))
    acted = audit.roles_of(store, row["work_id"], person.account)
    role = next((role for role in held if role in acted), held[0])
    case = Case(store, config, person, row, role)
    for guard in step.guards:
        if (why_not := GUARDS[guard](case)) is not None:
            return Decision(step, role, why_not)
    return Decision(step, role, None)


def _not_applicant(case: Case) -> WhyNot | None:
    if case.person.belongs_to(case.row["applicant_unit"], case.row["recommending_unit"]):
        return "guard.not-applicant", {"unit": case.person.unit}
    return None


def _one_role_only(case: Case) -> WhyNot | None:
    if not case.config.review.separate_roles:
        return None
    others = audit.roles_of(case.store, case.row["work_id"], case.person.account) - {case.role}
    return (f"guard.one-role-only.{min(others)}", {}) if others else None


def _another_person(case: Case) -> WhyNot | None:
    if not case.config.review.separate_roles:
        return None
    approved = audit.actors_of(case.store, case.row["id"], "approve")
    return ("guard.another-person", {}) if case.person.account in approved else None


def _all_measured(case: Case) -> WhyNot | None:
    lessons = submissions.lessons(case.store, case.row["id"])
    open_ones = [lesson["ordinal"] for lesson in lessons if not lesson["measurements"]]
    if not lessons:
        return "guard.no-lessons", {}
    return ("guard.all-measured", {"lessons": ", ".join(map(str, open_ones))}) if open_ones else None


def _no_standing_fault(case: Case) -> WhyNot | None:
    faults = case.row["faults"]
    return ("guard.no-standing-fault", {"faults": faults}) if faults else None


def _renditions_good(case: Case) -> WhyNot | None:
    checked = {
        row["lesson_id"]
        for row in outcomes.outcome_rows(case.store, case.row["id"])
        if row["check_id"] == "rendition" and row["kind"] in {"ok", "findings"}
    }
    faulty = {
        row["lesson_id"]
        for row in outcomes.finding_rows(case.store, case.row["id"])
        if row["check_id"] == "rendition" and row["severity"] == "fault" and not row["waived"]
    }
    lessons = submissions.lessons(case.store, case.row["id"])
    good = checked - faulty
    bad = [row["ordinal"] for row in lessons if not row["rendition"] or row["id"] not in good]
    return ("guard.renditions-good", {"lessons": ", ".join(map(str, bad))}) if bad or not lessons else None


def _own_last_step(case: Case) -> WhyNot | None:
    step = last_step(case.store, case.row)
    if step is None:
        return "guard.own-last-step.nothing", {}
    if step.person != storable(case.person.account):
        return "guard.own-last-step.another", {}
    if step.undo is None:
        return "guard.own-last-step.signed", {}
    newer = submissions.versions(case.store, case.row["work_id"])[-1]["version"] > case.row["version"]
    return ("guard.own-last-step.newer", {}) if newer else None


GUARDS: dict[str, Callable[[Case], WhyNot | None]] = {
    **PANEL_GUARDS,
    "not-applicant": _not_applicant,
    "one-role-only": _one_role_only,
    "another-person": _another_person,
    "all-measured": _all_measured,
    "no-standing-fault": _no_standing_fault,
    "renditions-good": _renditions_good,
    "own-last-step": _own_last_step,
}
"""Every guard that the workflow names."""
