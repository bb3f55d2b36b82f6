"""From rows to the values of the panel; what is sealed to the viewer is left out here."""

from typing import Any

from station.config import Config
from station.desk.guards import Case
from station.desk.panel_guards import signed, spread_stands
from station.desk.panel_views import BatchRow, ExpertView, KeptView, PanelView, StopView
from station.desk.reading import opened
from station.findings import Verdict
from station.people import Closed, Person, name_key, person_of
from station.store import Store, assignments, gate_stops, panel, reviews
from station.workflow import State

Row = dict[str, Any]


def panel_view(store: Store, config: Config, person: Person, row: Row) -> PanelView:
    """The panel as `person` may see it: an expert sees themself alone until their own review is sealed, and the stops once the own
    gate is signed."""
    others = opened(store, row["id"], person)
    written = {review["person"]: review for review in reviews.of(store, row["id"])}
    held = {assigned["person"]: assigned for assigned in assignments.standing(store, row["id"])}
    accounts = [*held, *(account for account in written if account not in held)]
    shown = [account for account in accounts if others or account == person.account]
    biases = panel.biases(store, shown) if not person.has("expert") else {}
    kept = reviews.kept(store, row["id"])
    result = panel.result_of([r["total"] or 0.0 for r in written.values() if r["state"] == "submitted"])
    case = Case(store, config, person, row, "")
    own = written.get(person.account)
    stops = gate_stops.of(store, row["id"]) if not person.has("expert") or signed(own) else []
    return PanelView(
        id=row["id"], title=row["title"], state=State(row["state"]), revision=row["revision"],
        wanted=max(config.review.experts, len(held)), submitted=result.submitted if others else 0,
        mean=result.mean if others else None, spread=result.spread if others else None,
        limit=config.review.spread_limit, settled=not others or spread_stands(case) is None,
        experts=tuple(
            _expert(config, held.get(account), written.get(account), biases.get(account), kept, account=account)
            for account in shown
        ),
        stops=tuple(_stop(stop) for stop in stops),
        discussions=tuple((d["person"], d["text"], d["at"]) for d in panel.discussions(store, row["id"])) if others else (),
        kept=tuple(_kept(k) for k in kept if others or k["person"] == person.account),
    )  # fmt: skip


def _expert(
    config: Config,
    held: Row | None,
    review: Row | None,
    bias: tuple[float, int] | None,
    kept: list[Row],
    *,
    account: str,
) -> ExpertView:
    person = person_of(config, account) if config.people else Person(account, frozenset())
    state = review["state"] if review else "none"
    return ExpertView(
        account, person.shown, person.unit, held["how"] if held else "", held["at"] if held else "", state,
        review["total"] if review and state == "submitted" else None, bias[0] if bias else None, bias[1] if bias else 0,
        sum(row["person"] == account for row in kept),
    )  # fmt: skip


def _stop(row: Row) -> StopView:
    agrees = None if row["second_agrees"] is None else bool(row["second_agrees"])
    return StopView(
        row["id"], row["person"], row["points"], row["at"], row["second_person"], agrees, row["second_reason"],
        row["decision"], row["decided_by"], row["decided_reason"],
    )  # fmt: skip


def _kept(row: Row) -> KeptView:
    return KeptView(
        row["person"], row["revision"], row["gate"], row["scores"], row["notes"], row["timed"], row["total"],
        row["submitted_at"], row["reopened_by"], row["reason"], row["reopened_at"],
    )  # fmt: skip


def batch_rows(store: Store, config: Config, person: Person, closed: Closed | None) -> list[BatchRow]:
    """What waits for the person's decision, without asking for each one: role, recusal, another part in the work, the step
    before, enough reviews."""
    states = [s.value for s in dict.fromkeys(s for role, s in _DECIDERS if person.has(role))]
    separate = config.review.separate_roles
    acted = panel.acted(store, person.account, states) if separate else {}
    approved = panel.approved(store, person.account) if separate else set()
    unit = name_key(person.unit)
    found = []
    for row in panel.waiting(store, states, closed):
        state = State(row["state"])
        roles = {role for role, s in _DECIDERS if s is state and person.has(role)}
        wanted = max(config.review.experts, row["assigned"])
        if acted.get(row["work_id"], set()) - roles or (state is State.OFFICE_AUDIT and row["id"] in approved):
            continue
        if unit and unit in {name_key(row["applicant_unit"]), name_key(row["recommending_unit"])}:
            continue
        if state is not State.EXPERT_REVIEW or row["submitted"] >= wanted or row["stops"]:
            found.append(_batch(row, state, wanted, config.review.pass_mark))
    return found


_DECIDERS = (
    ("office", State.EXPERT_REVIEW),
    ("office", State.OFFICE_AUDIT),
    ("group", State.GROUP_DECISION),
)
"""Who decides where."""


def _batch(row: Row, state: State, wanted: int, mark: float) -> BatchRow:
    verdict = Verdict(row["verdict"]) if row["verdict"] else None
    mean = row["mean"]
    return BatchRow(
        id=row["id"], title=row["title"], applicant_unit=row["applicant_unit"], version=row["version"], state=state,
        verdict=verdict, faults=row["faults"], warnings=row["warnings"], waivers=row["waivers"],
        submitted=row["submitted"], wanted=wanted, mean=mean,
        spread=row["spread"] if row["submitted"] > 1 else None, proposed=mean is not None and mean >= mark,
        stops=row["stops"], revision=row["revision"], updated_at=row["updated_at"],
    )  # fmt: skip
