"""Waivers as people make them: which finding may be waived, by how many, and what the log keeps of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from station.errors import NotAllowed, NotFound
from station.store import Store, outcomes, waivers

Row = dict[str, Any]


@dataclass(frozen=True)
class Logged:
    """What goes into the log, in the order of `Desk._log`, and the submission's new revision."""

    thing: str
    before: dict[str, Any]
    after: dict[str, Any]
    revision: int

    def __iter__(self) -> Iterator[Any]:
        return iter((self.thing, self.before, self.after))


def waive(store: Store, submission: Row, finding_id: int, reason: str, person: str) -> Logged:
    """Enter a waiver. Raises NotFound, NotAllowed."""
    finding = _finding(store, submission, finding_id)
    if not finding["waivable"]:
        raise NotAllowed("desk.not-waivable", check=finding["check_id"])
    if finding["waiver_id"] is not None:
        raise NotAllowed("desk.waived-already", person=finding["waiver_person"])
    waiver = waivers.add(store, submission, finding, reason=reason, person=person)
    return _logged(store, submission, finding, {}, waiver)


def second(store: Store, submission: Row, finding_id: int, person: str) -> Logged:
    """Enter the second person of a waiver. Raises NotFound, NotAllowed."""
    finding = _finding(store, submission, finding_id)
    if finding["waiver_id"] is None:
        raise NotAllowed("desk.not-waived")
    if finding["waived"]:
        raise NotAllowed("desk.waiver-complete")
    if finding["waiver_person"] == person:
        raise NotAllowed("desk.same-person")
    before = waivers.told(store, finding["waiver_id"])
    waivers.second(store, finding["waiver_id"], person)
    return _logged(store, submission, finding, before, finding["waiver_id"])


def end(store: Store, submission: Row, finding_id: int, person: str) -> Logged:
    """End a waiver; its row stays. Raises NotFound, NotAllowed."""
    finding = _finding(store, submission, finding_id)
    if finding["waiver_id"] is None:
        raise NotAllowed("desk.not-waived")
    before = waivers.told(store, finding["waiver_id"])
    waivers.end(store, finding["waiver_id"], person)
    return _logged(store, submission, finding, before, finding["waiver_id"])


def _finding(store: Store, submission: Row, finding_id: int) -> Row:
    for row in outcomes.finding_rows(store, submission["id"]):
        if row["id"] == finding_id:
            return row
    raise NotFound("desk.no-such-finding", id=str(finding_id))


def _logged(store: Store, submission: Row, finding: Row, before: dict[str, Any], waiver: int) -> Logged:
    revision = waivers.settle(store, submission)
    after = waivers.told(store, waiver) | {"check": finding["check_id"], "start": finding["start"]}
    return Logged(f"finding:{finding['key']}", before, after, revision)
