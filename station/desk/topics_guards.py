"""Whether a person may do something with topics now, and why not: role, the topic's state, and the guards of the rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from station.config import Config
from station.desk.guards import WhyNot
from station.people import Person
from station.store import Store, topics, votes
from station.text import Phrase
from station.topics.rules import TopicAct
from station.topics.types import TopicState

Row = dict[str, Any]


@dataclass(frozen=True)
class TopicCase:
    """One person about to act on a round's topics."""

    store: Store
    config: Config
    person: Person
    round: str
    act: TopicAct
    row: Row | None = None
    """The topic's row, where the act is about one."""


def why_not_act(case: TopicCase) -> WhyNot | None:
    """Why the act can't be done, as a text id and its places; None: it can."""
    if not case.person.has(case.act.role):
        return f"guard.role.{case.act.role}", {}
    if case.row is not None and case.act.states is not None and TopicState(case.row["state"]) not in case.act.states:
        state = Phrase(f"topic.state.{case.row['state']}")
        return "topic.guard.state", {"number": case.row["number"], "state": state}
    for guard in case.act.guards:
        if (why_not := GUARDS[guard](case)) is not None:
            return why_not
    return None


def own_units(person: Person, rows: list[Row]) -> WhyNot | None:
    """Why the person must stand aside from what is about these topics (回避)."""
    if any(person.belongs_to(row["applicant_unit"], row["recommending_unit"]) for row in rows):
        return "topic.guard.not-applicant", {"unit": person.unit}
    return None


def _one_role(case: TopicCase) -> WhyNot | None:
    if not case.config.review.separate_roles:
        return None
    others = topics.roles_in(case.store, case.round, case.person.account) - {case.act.role}
    return ("topic.guard.one-role", {"role": Phrase(f"role.{min(others)}")}) if others else None


def _not_applicant(case: TopicCase) -> WhyNot | None:
    return own_units(case.person, [case.row]) if case.row is not None else None


def _nameable(case: TopicCase) -> WhyNot | None:
    row = case.row
    return (
        ("topic.guard.nameable", {"number": row["number"]})
        if row and not (row["title"] and row["applicant_unit"])
        else None
    )


def _counted(case: TopicCase) -> bool:
    return any(row["ended_at"] is None for row in votes.imports(case.store, case.round))


def _no_votes_yet(case: TopicCase) -> WhyNot | None:
    return ("topic.guard.no-votes-yet", {}) if _counted(case) else None


def _votes_there(case: TopicCase) -> WhyNot | None:
    return None if _counted(case) else ("topic.guard.votes-there", {})


def _not_chosen_yet(case: TopicCase) -> WhyNot | None:
    chosen = topics.rows(case.store, case.round, states=[TopicState.CHOSEN])
    return ("topic.guard.not-chosen-yet", {}) if chosen else None


def _chosen_there(case: TopicCase) -> WhyNot | None:
    return ("topic.guard.chosen-there", {}) if _not_chosen_yet(case) is None else None


def _none_came(case: TopicCase) -> WhyNot | None:
    came = topics.numbers_with_works(case.store, case.round)
    return ("topic.guard.none-came", {"numbers": ", ".join(map(str, came[:10]))}) if came else None


def _list_there(case: TopicCase) -> WhyNot | None:
    listed = topics.rows(
        case.store, case.round, states=[TopicState.ACCEPTED, TopicState.CHOSEN, TopicState.PASSED_OVER]
    )
    return None if listed else ("topic.guard.list-there", {})


def _all_checked(case: TopicCase) -> WhyNot | None:
    waiting = len(topics.rows(case.store, case.round, states=[TopicState.COLLECTED]))
    return ("topic.guard.all-checked", {"count": waiting}) if waiting else None


GUARDS: dict[str, Callable[[TopicCase], WhyNot | None]] = {
    "one-role": _one_role,
    "not-applicant": _not_applicant,
    "nameable": _nameable,
    "no-votes-yet": _no_votes_yet,
    "votes-there": _votes_there,
    "not-chosen-yet": _not_chosen_yet,
    "chosen-there": _chosen_there,
    "none-came": _none_came,
    "list-there": _list_there,
    "all-checked": _all_checked,
}
"""Every guard that the rules name."""
