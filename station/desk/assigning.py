"""Who may be assigned to a submission, and in which order: area first, then load. 回避: unit, declared conflicts, another part in
the work."""

from typing import Any

from station.config import Config
from station.desk.guards import WhyNot, recused
from station.desk.panel_views import Candidate
from station.papers import codec
from station.people import Person, name_key, person_of
from station.store import Store, assignments, panel, topics

Row = dict[str, Any]


def candidates(store: Store, config: Config, row: Row) -> tuple[Candidate, ...]:
    """Every account with the role of an expert; those first who may be assigned, of them those who fit, then the least loaded."""
    people = [person_of(config, account) for account in config.people]
    experts = [person for person in people if person.has("expert")]
    accounts = [person.account for person in experts]
    load, area = assignments.loads(store), area_of(store, row)
    assigned = {held["person"] for held in assignments.standing(store, row["id"])}
    declared = assignments.recused_of(store, row["work_id"], accounts)
    roles = panel.roles_on(store, row["work_id"])
    found = []
    for person in experts:
        others = roles.get(person.account, set()) - {"expert"} if config.review.separate_roles else set()
        why_not = _why_not(person, row, assigned, declared, others)
        fits = bool(area) and area in {name_key(one) for one in person.areas}
        found.append(Candidate(
            person.account, person.shown, person.unit, person.areas, load.get(person.account, 0), fits, why_not
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda c: (c.why_not is not None, not c.fits, c.load, c.account)))


def _why_not(person: Person, row: Row, assigned: set[str], declared: set[str], others: set[str]) -> WhyNot | None:
    if person.account in assigned:
        return "desk.assigned-already", {"person": person.account}
    if recused(person, row) or person.account in declared:
        return "desk.expert-recused", {"person": person.account}
    return (f"guard.one-role-only.{min(others)}", {}) if others else None


def area_of(store: Store, row: Row) -> str:
    """The key of the topic area that the form names for the submission, else that of its topic; empty where neither does."""
    form = codec.from_json(row["papers"]).form
    told = form.topics if form else ()
    named = [topic.area for topic in told if name_key(topic.title) == name_key(row["title"])]
    named += [topic.area for topic in told if len(told) == 1]
    linked = topics.linked(store, row["work_id"]) or {}
    return next((key for key in map(name_key, [*named, linked.get("area") or ""]) if key), "")
