"""The desk: what one person can see and do. Every way in checks the role, the recusal and the workflow here."""

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.desk import reading, waiving
from station.desk.asof import AsOf, as_of
from station.desk.guards import WhyNot, why_closed
from station.desk.panel import PanelDesk
from station.desk.queueing import QueueDesk
from station.desk.records import Records
from station.desk.views import AuditRow, Consequence, DropView, JobView, SubmissionView
from station.errors import NotAllowed, NotFound
from station.store import audit, heartbeat, outcomes, queue, submissions
from station.store.backup import BackupReport, backup
from station.workflow import Transition

if TYPE_CHECKING:
    from station.desk.topics import Topics
    from station.kept import KeptLesson


class Desk(QueueDesk, Records, PanelDesk):
    """One person's desk. Belongs to the thread of its store."""

    @cached_property
    def topics(self) -> "Topics":
        """The topics of the configured round. Raises UsageError where the round can't be read."""
        from station.desk.topics import Topics  # noqa: PLC0415 - readers of forms load only where they are wanted

        return Topics(self.store, self.person, self.config, self.profile, self._find)

    # ------------------------------------------------------------------ reading

    def submission(self, id_or_prefix: str) -> SubmissionView:
        """One submission, whole. Its id may be cut to an unambiguous beginning, or ending of at least 4 signs.

        Raises NotFound, and NotAllowed for a recused expert.
        """
        with self.store.snapshot():
            row = self._find(id_or_prefix)
            versions = tuple(
                (other["version"], other["id"])
                for other in submissions.versions(self.store, row["work_id"])
                if why_closed(self.store, self.config, self.person, other) is None
            )
            return reading.submission_view(self.store, self.config.root, self.person, row, versions)

    def kept(self, submission_id: str, ordinal: int) -> "KeptLesson":
        """What is kept of a measured lesson, with its context. Raises NotFound, and NotAllowed for a recused expert."""
        from station.around import context_for  # noqa: PLC0415 - arrays load only where a lesson is judged
        from station.kept import copies_in, kept_lessons  # noqa: PLC0415

        with self.store.snapshot():
            row = self._find(submission_id)
            lessons = kept_lessons(self.store, self.config.root, row["id"])
        for lesson in lessons:
            if lesson.ordinal == ordinal:
                known = copies_in(lesson.folder)
                return replace(lesson, context=context_for(self.store, lesson.id, self.config, copies=known))
        raise NotFound("why.error.not-measured", id=f"{row['id']}:{ordinal}")

    def log(self, submission_id: str) -> list[AuditRow]:
        """Everything that was done to the submission, oldest first. What others scored is left out while it is sealed."""
        with self.store.snapshot():
            return reading.log_rows(self.store, self._find(submission_id)["id"], self.person)

    def as_of(self, submission_id: str, moment: str) -> AsOf:
        """The submission as it stood at `moment` (ISO 8601, or `#SEQ` of the log), and what can't be known any more.

        Raises NotFound (also: it was not there yet), NotAllowed for a recused expert, UsageError (no moment).
        """
        with self.store.snapshot():
            view = self.submission(submission_id)
            return as_of(self.store, self.person, view, self.log(view.id), moment)

    def why_not(self, submission_id: str, action: str) -> WhyNot | None:
        """Why this person can't do `action` now, as a text id and its places; None: they can."""
        with self.store.snapshot():
            return self._decide(self._find(submission_id), action).why_not

    def consequence(self, submission_id: str, action: str) -> Consequence:
        """What `action` would do, to be restated before it is done."""
        with self.store.snapshot():
            row = self._find(submission_id)
            decision = self._decide(row, action)
            findings = outcomes.finding_rows(self.store, row["id"])
            step = decision.step
            return Consequence(
                action=action, allowed=decision.why_not is None, why_not=decision.why_not,
                target=step.target if isinstance(step, Transition) else None,
                standing_faults=row["faults"], standing_warnings=row["warnings"],
                waived=sum(bool(finding["waived"]) for finding in findings), needs_reason=bool(step and step.reason),
            )  # fmt: skip

    def daemon(self) -> dict[str, Any] | None:
        """What the daemon says of itself (`station.store.heartbeat.read`), or None where none ever ran."""
        return heartbeat.read(self.store)

    def jobs(self) -> list[JobView]:
        """Every job that is not done: running, then queued in their order, then failed. Recused ones are left out."""
        self._require_role()
        return [reading.job_view(row) for row in queue.job_rows(self.store, self._closed)]

    def drops(self) -> list[DropView]:
        """What was dropped and is no submission: still being copied in, refused, or the same once more; the newest first.

        Nobody knows yet whose they are, so who may have to stand aside (an expert) is told nothing of them.
        """
        self._require_role()
        if not self.person.roles - {"expert"}:
            return []
        return reading.drop_views(self.store, (self.daemon() or {}).get("waiting") or ())

    # ------------------------------------------------------------------- acting

    def move(self, submission_id: str, action: str, *, seen: int, reason: str = "") -> int:
        """Take a step of the workflow (approve, return, withdraw, publish, remeasure, accept); the new revision.

        `seen` is the revision the person looked at. Raises NotFound, NotAllowed, Conflict, and UsageError where a reason
        is missing.
        """
        with self._acting(submission_id, action, seen, reason) as act:
            return self._take(act, self._step(act, action), action, reason)

    def waive(self, submission_id: str, finding_id: int, reason: str, *, seen: int) -> int:
        """Let a finding pass for a reason; the new revision. One that needs two people waits for the second.

        Raises NotFound, NotAllowed (also: not waivable, waived already), Conflict, UsageError (no reason).
        """
        with self._acting(submission_id, "waive", seen, reason) as act:
            logged = waiving.waive(self.store, act.row, finding_id, reason.strip(), self.person.account)
            self._log(act, "waive", *logged)
            return logged.revision

    def second_waiver(self, submission_id: str, finding_id: int, *, seen: int) -> int:
        """Agree, as a second and different person, to a waiver that needs two; the new revision."""
        with self._acting(submission_id, "second-waiver", seen) as act:
            logged = waiving.second(self.store, act.row, finding_id, self.person.account)
            self._log(act, "second-waiver", *logged)
            return logged.revision

    def end_waiver(self, submission_id: str, finding_id: int, *, seen: int) -> int:
        """End a waiver, so that the finding counts again; its row is kept. The new revision."""
        with self._acting(submission_id, "end-waiver", seen) as act:
            logged = waiving.end(self.store, act.row, finding_id, self.person.account)
            self._log(act, "end-waiver", *logged)
            return logged.revision

    # --------------------------------------------------------------- the records

    def verify(self, *, expected: str | None = None) -> audit.AuditReport:
        """Check the whole audit log (`station.store.audit.verify`). For anybody with a role."""
        self._require_role()
        return audit.verify(self.store, expected=expected)

    def backup(self, target: Path) -> BackupReport:
        """Copy the database (`station.store.backup`). For administrators: the copy holds sealed reviews too."""
        if not self.person.has("admin"):
            raise NotAllowed("desk.needs-admin")
        return backup(self.store, target)
