"""What leaves the station on paper: who may export what, the values that the documents are written from, and its audit row.

Exports are no steps of the workflow: they move nothing and judge nothing. Every one is logged before its content leaves.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from station.desk import gathering, reading
from station.desk.guards import GUARDS, Case, Row, WhyNot, why_closed
from station.desk.sitting import Sitting
from station.documents.settings import Settings, load_settings
from station.documents.values import BundleWork, Catalogue, Entry, Opinion, ReturnLetter
from station.errors import NotAllowed, NotFound
from station.rounds import load_round
from station.store import assignments, audit, catalogued, reviews
from station.workflow import State

S = State
ROLES = ("operator", "office")
"""Who exports anything; experts never."""
_APART = ("not-applicant", "one-role-only")


@dataclass(frozen=True)
class Export:
    """One kind of document about one submission."""

    name: str
    states: frozenset[State]
    guards: tuple[str, ...] = _APART
    sealed: bool = False
    """Whether it shows reviews: only once all are sealed, and to nobody who may still write one."""


EXPORTS = {
    "letter": Export("letter", frozenset({
        S.WAITING_PAPERS, S.TRIAGE, S.EXPERT_REVIEW, S.OFFICE_AUDIT, S.GROUP_DECISION, S.RETURNED})),
    "opinion": Export("opinion", frozenset({
        S.EXPERT_REVIEW, S.OFFICE_AUDIT, S.GROUP_DECISION, S.CATALOGUED, S.PUBLISHED, S.RETURNED}),
        (*_APART, "enough-scores"), sealed=True),
}  # fmt: skip


class ExportDesk(Sitting):
    """One person who takes documents out. Every way in checks the role and the recusal, and logs."""

    @cached_property
    def settings(self) -> Settings:
        """The data of the documents. Raises UsageError where the configured file is wrong."""
        return load_settings(self.config.beside(self.config.round.documents))

    @classmethod
    def of(cls, desk: Sitting) -> "ExportDesk":
        """The same person on the same station."""
        return cls(desk.store, desk.person, desk.config, desk.profile, desk.rubric)

    def why_not(self, submission_id: str, name: str) -> WhyNot | None:
        """Why the person can't export `name` (`letter`, `opinion`) of a submission, as a text id and its places; None:
        they can. Raises NotFound, and NotAllowed for a recused expert."""
        with self.store.snapshot():
            return self._why_not(self._find(submission_id), EXPORTS[name])[0]

    def letter(self, submission_id: str, *, days: int | None = None) -> ReturnLetter:
        """What a return letter says; `days`: the deadline, where it is not that of the settings. Raises NotFound, NotAllowed."""
        with self.store.transaction():
            row, role = self._allowed(submission_id, EXPORTS["letter"])
            view = reading.submission_view(self.store, self.config.root, self.person, row, ())
            log = reading.log_rows(self.store, row["id"], self.person)
            left = days or self.settings.return_days
            made = gathering.return_letter(view, log, self.settings.day_of, now=_now(), within=timedelta(days=left))
            self._record(
                "letter", role, row["id"], {"deadline": made.deadline.isoformat(), "findings": len(made.faults)}
            )
            return made

    def opinion(self, submission_id: str) -> Opinion:
        """What the experts' opinion says. Raises NotFound, NotAllowed (also while a review is open)."""
        with self.store.transaction():
            row, role = self._allowed(submission_id, EXPORTS["opinion"])
            sealed = reviews.submitted(self.store, row["id"])
            log = reading.log_rows(self.store, row["id"], self.person)
            mark = self.config.review.pass_mark
            made = gathering.opinion(row, sealed, log, self.settings.day_of, pass_mark=mark, now=_now())
            self._record("opinion", role, row["id"], {"experts": len(made.experts)})
            return made

    def catalogue(self, name: str = "catalogue") -> Catalogue:
        """The catalogue of catalogued and published works, logged as an export of `name`. Raises NotAllowed."""
        with self.store.transaction():
            role = self._role()
            made = self._catalogue()
            self._record(name, role, None, {"entries": len(made.entries)})
            return made

    def look(self) -> Catalogue:
        """The catalogue on a screen: for anybody with a role, and no export. Raises NotAllowed."""
        self._require_role()
        with self.store.snapshot():
            return self._catalogue()

    def marks(self, entries: Iterable[Entry]) -> dict[str, float]:
        """Experts' mean marks (of 100) of catalogued works, by submission. Raises NotAllowed."""
        self._role()
        return catalogued.marks(self.store, [entry.id for entry in entries])

    def bundle(self, ids: Iterable[str] = ()) -> tuple[Catalogue, tuple[BundleWork, ...]]:
        """The catalogue, and its works with their renditions and quizzes: those named, or all. Not logged yet: the
        copying takes long, so `bundled` is called before the bag gets its name. Raises NotFound, NotAllowed."""
        self._role()
        with self.store.snapshot():
            catalogue = self._catalogue()
            wanted = {self._find(id_)["id"] for id_ in ids}
            known = {entry.id: entry for entry in catalogue.entries}
            if missing := sorted(wanted - known.keys()):
                raise NotFound("documents.error.not-catalogued", id=missing[0])
            works = [
                gathering.bundle_work(self._view(entry.id), entry)
                for entry in catalogue.entries
                if not wanted or entry.id in wanted
            ]
        return catalogue, tuple(works)

    def bundled(self, works: Iterable[BundleWork], payload: bytes) -> None:
        """Log a bundle before it gets its name; `payload`: its manifest, of which the log keeps the SHA-256."""
        digest = hashlib.sha256(payload).hexdigest()
        with self.store.transaction():
            for work in works:
                self._record("bundle", self._role(), work.entry.id, {"manifest": digest})

    # ------------------------------------------------------------------ private

    def _view(self, id_: str) -> Any:
        return reading.submission_view(self.store, self.config.root, self.person, self._find(id_), ())

    def _catalogue(self) -> Catalogue:
        rows = catalogued.entered(self.store)
        entries = gathering.entries(rows, self.settings)
        hidden = {row["id"] for row in rows if why_closed(self.store, self.config, self.person, row)}
        seen = tuple(entry for entry in entries if entry.id not in hidden)
        return Catalogue(seen, len(entries) - len(seen), load_round(self.config.round_path).goal_hours)

    def _role(self) -> str:
        """The role in which the person exports. Raises NotAllowed."""
        self._require_role()
        role = next((role for role in ROLES if self.person.has(role)), None)
        if role is None:
            raise NotAllowed("documents.guard.role")
        return role

    def _allowed(self, submission_id: str, export: Export) -> tuple[Row, str]:
        row = self._find(submission_id)
        why_not, role = self._why_not(row, export)
        if why_not is not None:
            raise NotAllowed(why_not[0], **why_not[1])
        return row, role

    def _why_not(self, row: Row, export: Export) -> tuple[WhyNot | None, str]:
        held = [role for role in ROLES if self.person.has(role)]
        if not held:
            return ("documents.guard.role", {}), ""
        if State(row["state"]) not in export.states:
            return (f"documents.guard.{export.name}-state", {}), ""
        acted = audit.roles_of(self.store, row["work_id"], self.person.account)
        role = next((role for role in held if role in acted), held[0])
        case = Case(self.store, self.config, self.person, row, role)
        for guard in export.guards:
            if (why_not := GUARDS[guard](case)) is not None:
                return why_not, role
        return self._unsealed(row) if export.sealed else None, role

    def _unsealed(self, row: Row) -> WhyNot | None:
        if not reading.opened(self.store, row["id"], self.person):
            return "documents.guard.own-review", {}
        if row["state"] != S.EXPERT_REVIEW:
            return None
        there = reviews.of(self.store, row["id"])
        waiting = {one["person"] for one in assignments.standing(self.store, row["id"])}
        waiting |= {review["person"] for review in there if review["state"] == "draft"}
        waiting -= {review["person"] for review in there if review["state"] == "submitted"}
        return ("documents.guard.drafts", {"count": len(waiting)}) if waiting else None

    def _record(self, name: str, role: str, submission_id: str | None, after: dict[str, Any]) -> None:
        if submission_id:
            audit.compare(self.store, submission_id)
        audit.append(
            self.store, person=self.person.account, role=role, origin=self.person.origin, action="export",
            submission_id=submission_id, object=f"document:{name}", before={}, after=after,
        )  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).isoformat()
