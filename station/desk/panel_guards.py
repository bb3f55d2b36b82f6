"""The guards of the experts' panel: who is assigned, the political gate and its stops, enough reviews, their spread.

Every answer is a text id with its places; None means yes. `station.desk.guards` puts them among the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from station.store import assignments, gate_stops, panel, reviews

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.desk.guards import Case

WhyNot = tuple[str, dict[str, Any]]


def result(case: Case) -> panel.Result:
    """What the sealed reviews come to."""
    return panel.result_of([row["total"] or 0.0 for row in reviews.submitted(case.store, case.row["id"])])


def signed(review: dict[str, Any] | None) -> bool:
    """Whether an expert's answers at the gate are fixed."""
    return review is not None and (review["gate_signed_at"] is not None or review["state"] == "submitted")


def _assigned(case: Case) -> WhyNot | None:
    if not case.config.assigned_only or assignments.holds(case.store, case.row["id"], case.person.account):
        return None
    return "desk.not-assigned", {}


def _not_sealed(case: Case) -> WhyNot | None:
    own = reviews.own(case.store, case.row["id"], case.person.account)
    return ("guard.not-sealed", {}) if own and own["state"] == "submitted" else None


def _gate_unsigned(case: Case) -> WhyNot | None:
    own = reviews.own(case.store, case.row["id"], case.person.account)
    return ("guard.gate-unsigned", {}) if signed(own) else None


def _not_stopped(case: Case) -> WhyNot | None:
    stops = gate_stops.unresolved(case.store, case.row["id"])
    return ("guard.not-stopped", {}) if stops else None


def _stop_for_second(case: Case) -> WhyNot | None:
    """A stop without a second person, by somebody else. An expert says yes or no only after their own answers are fixed: before
    that they may not even see another's."""
    waiting = [stop for stop in gate_stops.of(case.store, case.row["id"]) if stop["second_person"] is None]
    if case.role == "expert":
        if (why_not := _assigned(case)) is not None:
            return why_not
        if not signed(reviews.own(case.store, case.row["id"], case.person.account)):
            return "guard.own-gate-first", {}
    if not waiting:
        return "guard.no-stop", {}
    others = [stop for stop in waiting if stop["person"] != case.person.account]
    return None if others else ("guard.own-stop", {})


def _stop_for_decision(case: Case) -> WhyNot | None:
    """A stop with a second person, that is not decided. Who decides is neither the one who said no nor the second."""
    undecided = [stop for stop in gate_stops.of(case.store, case.row["id"]) if stop["decision"] is None]
    if not undecided:
        return "guard.no-stop", {}
    seconded = [stop for stop in undecided if stop["second_person"] is not None]
    if not seconded:
        return "guard.no-second", {}
    return None if any(may_decide(case, stop) for stop in seconded) else ("guard.own-word", {})


def may_decide(case: Case, stop: dict[str, Any]) -> bool:
    """Whether the person is a third one, beside who said no and the second."""
    if stop["person"] == case.person.account:
        return False
    return not case.config.review.separate_roles or stop["second_person"] != case.person.account


def _some_assigned(case: Case) -> WhyNot | None:
    return None if assignments.standing(case.store, case.row["id"]) else ("guard.some-assigned", {})


def _some_submitted(case: Case) -> WhyNot | None:
    return None if reviews.submitted(case.store, case.row["id"]) else ("guard.some-submitted", {})


def _enough_scores(case: Case) -> WhyNot | None:
    """As many as the configuration wants, and one of everybody who is assigned."""
    there = {row["person"] for row in reviews.submitted(case.store, case.row["id"])}
    assigned = {row["person"] for row in assignments.standing(case.store, case.row["id"])}
    wanted = max(case.config.review.experts, len(assigned | there))
    return ("guard.enough-scores", {"there": len(there), "wanted": wanted}) if len(there) < wanted else None


def _political_gate_passed(case: Case) -> WhyNot | None:
    stops = gate_stops.of(case.store, case.row["id"])
    lifted = {stop["person"] for stop in stops if stop["decision"] == "lifted"}
    noes = {
        review["person"]
        for review in reviews.submitted(case.store, case.row["id"])
        if any(not answer["pass"] for answer in review["gate"].values())
    }
    stands = any(stop["decision"] != "lifted" for stop in stops) or noes - lifted
    return ("guard.political-gate-passed", {}) if stands else None


def spread_stands(case: Case) -> float | None:
    """The spread in points where it is over the limit and nothing was done about it."""
    spread = result(case).spread
    if spread is None or spread <= case.config.review.spread_limit or panel.settled(case.store, case.row["id"]):
        return None
    return spread


def _spread_settled(case: Case) -> WhyNot | None:
    spread = spread_stands(case)
    if spread is None:
        return None
    return "guard.spread-settled", {"spread": f"{spread:g}", "limit": f"{case.config.review.spread_limit:g}"}


def _spread_open(case: Case) -> WhyNot | None:
    return ("guard.spread-open", {}) if spread_stands(case) is None else None


PANEL_GUARDS: dict[str, Callable[[Case], WhyNot | None]] = {
    "assigned": _assigned,
    "not-sealed": _not_sealed,
    "gate-unsigned": _gate_unsigned,
    "not-stopped": _not_stopped,
    "stop-for-second": _stop_for_second,
    "stop-for-decision": _stop_for_decision,
    "some-assigned": _some_assigned,
    "some-submitted": _some_submitted,
    "enough-scores": _enough_scores,
    "political-gate-passed": _political_gate_passed,
    "spread-settled": _spread_settled,
    "spread-open": _spread_open,
}
