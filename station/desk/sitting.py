"""Who sits at a desk, and the one way in to every act: the submission is found, the recusal, the role and the workflow
are checked, and what was done is logged, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from station.config import Config
from station.desk.guards import Decision, Row, decide, why_closed
from station.errors import Conflict, NotAllowed, NotFound, UsageError
from station.people import Closed, Person, closed_to
from station.profile import Profile
from station.rubric import Rubric
from station.store import Store, audit, submissions


@dataclass(frozen=True)
class Act:
    """An allowed action about to be written, inside its transaction."""

    row: Row
    decision: Decision


class Sitting:
    """One person on one station: what they may find, and the frame of everything they do."""

    def __init__(self, store: Store, person: Person, config: Config, profile: Profile, rubric: Rubric) -> None:
        self.store = store
        self.person = person
        self.config = config
        self.profile = profile
        self.rubric = rubric

    @property
    def _closed(self) -> Closed | None:
        return closed_to(self.config, self.person)

    def _require_role(self) -> None:
        if not self.person.roles:
            raise NotAllowed("desk.no-role", account=self.person.account)

    def _find(self, text: str) -> Row:
        self._require_role()
        found = submissions.find(self.store, text)
        if not found:
            raise NotFound("desk.no-such-submission", id=text)
        reasons = [why_closed(self.store, self.config, self.person, row) for row in found]
        visible = [row for row, reason in zip(found, reasons, strict=True) if reason is None]
        if not visible:
            message, params = next(reason for reason in reasons if reason is not None)
            raise NotAllowed(message, **params)
        if len(visible) > 1:
            raise NotFound("desk.ambiguous", id=text, found=", ".join(row["id"] for row in visible[:5]))
        return visible[0]

    def _decide(self, row: Row, action: str) -> Decision:
        return decide(self.store, self.config, self.person, row, action)

    @contextmanager
    def _acting(self, submission_id: str, action: str, seen: int | None, reason: str = "") -> Iterator[Act]:
        with self.store.transaction():
            row = self._find(submission_id)
            if seen is not None and row["revision"] != seen:
                raise Conflict("desk.changed-meanwhile", id=row["id"])
            decision = self._decide(row, action)
            if decision.why_not is not None:
                message, params = decision.why_not
                raise NotAllowed(message, **params)
            if decision.step is not None and decision.step.reason and not reason.strip():
                raise UsageError("desk.reason-needed")
            audit.compare(self.store, row["id"])
            yield Act(row, decision)

    def _log(self, act: Act, action: str, thing: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        audit.append(
            self.store, person=self.person.account, role=act.decision.role, origin=self.person.origin, action=action,
            submission_id=act.row["id"], object=thing, before=before, after=after,
        )  # fmt: skip
