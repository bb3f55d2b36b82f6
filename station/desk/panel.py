"""The experts' panel at the desk: reviews, assignments, the gate's stops, reopening, discussions. Roles, recusal and workflow as
everywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from station.desk import assigning, panel_reading, scoring
from station.desk.guards import Case
from station.desk.panel_guards import may_decide, spread_stands
from station.desk.panel_views import BatchRow, Candidate, Decided, PanelView
from station.desk.sitting import Act, Sitting
from station.errors import Conflict, NotAllowed, NotFound, UsageError
from station.store import assignments, gate_stops, panel, reviews, submissions
from station.workflow import Transition


class PanelDesk(Sitting):
    """What experts, and those who look after them, see and do."""

    def panel(self, submission_id: str) -> PanelView:
        """The experts of a submission, their result, stops and discussions; an expert sees nothing of the others before the own
        review is sealed. Raises NotFound, NotAllowed."""
        with self.store.snapshot():
            return panel_reading.panel_view(self.store, self.config, self.person, self._find(submission_id))

    def candidates(self, submission_id: str) -> tuple[Candidate, ...]:
        """Every expert of the station, those first who would be assigned first. For operators and the office."""
        with self.store.snapshot():
            row = self._find(submission_id)
            if not self.person.roles & {"operator", "office"}:
                raise NotAllowed("guard.role.office")
            return assigning.candidates(self.store, self.config, row)

    def batch(self) -> list[BatchRow]:
        """What waits for this person's decision: the office's audit and its own approval of the experts' result, the
        coordination group's decision. Longest waiting first; nothing in which the person has another part."""
        self._require_role()
        with self.store.snapshot():
            return panel_reading.batch_rows(self.store, self.config, self.person, self._closed)

    # ------------------------------------------------------------------- experts

    def save_draft(
        self,
        submission_id: str,
        *,
        gate: Mapping[str, Mapping[str, Any]],
        scores: Mapping[str, float],
        notes: str,
        seen: int,
        timed: Sequence[Mapping[str, Any]] | None = None,
    ) -> int:
        """Keep an unfinished review; the review's new revision. `seen` is the revision of one's own review (0: none yet),
        not the submission's: other people's work does not stand in the way of a draft.

        `gate`: point → {"pass": True | False | None, "reason": str}; `scores`: line → 0…its maximum, once the gate is signed
        (scores with a gate of nothing but yes sign it); `timed`: notes {"lesson": ordinal, "at": seconds, "text": str}, None
        leaves them. Only the first draft is logged, without its content. Raises NotFound, NotAllowed, Conflict, UsageError.
        """
        with self._acting(submission_id, "score", None) as act:
            saved = scoring.save(self._form(act), scoring.Draft(gate, scores, notes, timed), seen=seen)
            if not saved.before:
                self._log(act, "score", "review", {}, {})
            if saved.signed is not None:
                self._log(act, "sign-gate", "review", {}, saved.signed)
            return saved.revision

    def sign_gate(self, submission_id: str, *, seen: int) -> int:
        """Fix one's answers at the political gate; the review's new revision. A no stops the scoring for everybody until a second
        person has spoken and the office has decided. Raises NotFound, NotAllowed, Conflict, UsageError."""
        with self._acting(submission_id, "sign-gate", None) as act:
            content, revision = scoring.sign(self._form(act), seen=seen)
            if "stop" in content:
                submissions.touch(self.store, act.row["id"])
            self._log(act, "sign-gate", "review", {}, content)
            return revision

    def submit_review(self, submission_id: str, *, seen: int) -> int:
        """Attest (the rubric's words) and seal one's review: the gate signed, every line scored. Only the office can reopen it.
        `seen` and the answer are the review's revision, as for `save_draft`.

        Raises NotFound, NotAllowed, Conflict, UsageError (what is still open).
        """
        with self._acting(submission_id, "submit-review", None) as act:
            content, revision = scoring.submit(self._form(act), seen=seen)
            submissions.touch(self.store, act.row["id"])
            self._log(act, "submit-review", "review", {}, content)
            return revision

    def recuse(self, submission_id: str, reason: str) -> None:
        """Declare a conflict with the work: every version of it is closed to oneself from now on. Raises NotFound, NotAllowed,
        UsageError."""
        account = self.person.account
        with self._acting(submission_id, "recuse", None, reason) as act:
            assignments.end(self.store, act.row["id"], account, by=account, reason=reason.strip())
            assignments.declare(self.store, act.row["work_id"], account, reason.strip())
            submissions.touch(self.store, act.row["id"])
            entered = assignments.recusal(self.store, act.row["work_id"], account)
            self._log(act, "recuse", f"expert:{account}", {}, {"reason": reason.strip(), "recusal": entered})

    # ------------------------------------------------------------------ the gate

    def second_gate(self, submission_id: str, stop: int, *, agrees: bool, reason: str, seen: int) -> int:
        """Say, as a second person, whether a no at the gate is right; the submission's new revision."""
        with self._acting(submission_id, "second-gate", seen, reason) as act:
            found = self._stop(act, stop)
            if found["second_person"] is not None:
                raise NotAllowed("guard.no-stop")
            if found["person"] == self.person.account:
                raise NotAllowed("guard.own-stop")
            gate_stops.second(self.store, stop, self.person.account, agrees=agrees, reason=reason.strip())
            revision = submissions.touch(self.store, act.row["id"])
            self._log(act, "second-gate", f"gate:{stop}", {}, {"agrees": agrees, "reason": reason.strip()})
            return revision

    def decide_gate(self, submission_id: str, stop: int, *, lift: bool, reason: str, seen: int) -> int:
        """Decide on a no that a second person has looked at: lifted, the scoring goes on; upheld, the submission can only be
        returned or withdrawn. The submission's new revision."""
        with self._acting(submission_id, "decide-gate", seen, reason) as act:
            found = self._stop(act, stop)
            if found["decision"] is not None:
                raise NotAllowed("guard.no-stop")
            if found["second_person"] is None:
                raise NotAllowed("guard.no-second")
            if not may_decide(self._case(act), found):
                raise NotAllowed("guard.own-word")
            decision = "lifted" if lift else "upheld"
            gate_stops.decide(self.store, stop, self.person.account, decision=decision, reason=reason.strip())
            revision = submissions.touch(self.store, act.row["id"])
            self._log(act, "decide-gate", f"gate:{stop}", {}, {"decision": decision, "reason": reason.strip()})
            return revision

    # ----------------------------------------------------------------- the office

    def assign(self, submission_id: str, account: str, *, seen: int) -> int:
        """Assign one expert by hand; the submission's new revision. Raises NotFound (no such expert), NotAllowed (回避, another
        part in the work, assigned already), Conflict."""
        with self._acting(submission_id, "assign", seen) as act:
            chosen = next(
                (c for c in assigning.candidates(self.store, self.config, act.row) if c.account == account), None
            )
            if chosen is None:
                raise NotFound("desk.no-such-expert", account=account)
            if chosen.why_not is not None:
                raise NotAllowed(chosen.why_not[0], **chosen.why_not[1])
            return self._assign(act, [account], "hand")

    def assign_automatically(self, submission_id: str, *, seen: int) -> tuple[str, ...]:
        """Assign as many experts as are wanted: those of the topic's area first, then those with the least to do. Their
        accounts; empty: enough are assigned. Raises NotFound, NotAllowed, Conflict, UsageError (not enough may be assigned)."""
        with self._acting(submission_id, "assign", seen) as act:
            further = spread_stands(self._case(act)) is not None
            there = len(assignments.standing(self.store, act.row["id"]))
            wanted = 1 if further else max(0, self.config.review.experts - there)
            free = [c.account for c in assigning.candidates(self.store, self.config, act.row) if c.why_not is None]
            if len(free) < wanted:
                raise UsageError("desk.too-few-experts", there=len(free), wanted=wanted)
            if wanted:
                self._assign(act, free[:wanted], "automatic")
            return tuple(free[:wanted])

    def unassign(self, submission_id: str, account: str, reason: str, *, seen: int) -> int:
        """Relieve an expert who has not submitted; the submission's new revision. The draft is kept."""
        with self._acting(submission_id, "unassign", seen, reason) as act:
            own = reviews.own(self.store, act.row["id"], account)
            if own is not None and own["state"] == "submitted":
                raise NotAllowed("desk.submitted-stays", person=account)
            if not assignments.end(self.store, act.row["id"], account, by=self.person.account, reason=reason.strip()):
                raise NotFound("desk.not-assigned-one", account=account)
            revision = submissions.touch(self.store, act.row["id"])
            self._log(act, "unassign", f"expert:{account}", {}, {"reason": reason.strip()})
            return revision

    def reopen_review(self, submission_id: str, account: str, reason: str, *, seen: int) -> int:
        """Give a sealed review back to its expert as a draft; what was sealed is kept beside. The submission's new revision."""
        with self._acting(submission_id, "reopen-review", seen, reason) as act:
            own = reviews.own(self.store, act.row["id"], account)
            if own is None or own["state"] != "submitted":
                raise NotFound("desk.no-sealed-review", person=account)
            reviews.reopen(self.store, act.row["id"], account, by=self.person.account, reason=reason.strip())
            after = {"revision": own["revision"], "reason": reason.strip()}
            revision = submissions.touch(self.store, act.row["id"])
            self._log(act, "reopen-review", f"review:{account}", {}, after)
            return revision

    def discuss(self, submission_id: str, text: str, *, seen: int) -> int:
        """Record what the experts said to each other about a large spread; the submission's new revision."""
        with self._acting(submission_id, "discuss", seen, text) as act:
            panel.discuss(self.store, act.row["id"], self.person.account, text.strip())
            revision = submissions.touch(self.store, act.row["id"])
            self._log(act, "discuss", "submission", {}, {"reason": text.strip()})
            return revision

    def decide_all(self, items: Sequence[tuple[str, int]], action: str, *, reason: str = "") -> list[Decided]:
        """Approve or return several submissions, each (id, revision seen) for itself: what can't be done to one holds up none of
        the others. Raises UsageError for another action."""
        if action not in {"approve", "return"}:
            raise UsageError("desk.no-such-action", action=action)
        return [self._decide_one(id_, seen, action, reason) for id_, seen in items]

    def _decide_one(self, submission_id: str, seen: int, action: str, reason: str) -> Decided:
        try:
            with self._acting(submission_id, action, seen, reason) as act:
                step = self._step(act, action)
                self._take(act, step, action, reason)
        except (NotFound, NotAllowed, Conflict, UsageError) as error:
            return Decided(submission_id, None, (error.message, error.params))
        return Decided(submission_id, step.target, None)

    # ------------------------------------------------------------------- private

    @staticmethod
    def _step(act: Act, action: str) -> Transition:
        if not isinstance(act.decision.step, Transition):
            raise UsageError("desk.no-such-action", action=action)
        return act.decision.step

    def _take(self, act: Act, step: Transition, action: str, reason: str) -> int:
        """Take a step of the workflow in the open transaction; the new revision."""
        revision = submissions.move(self.store, act.row["id"], step.target)
        before = {"state": act.row["state"], "revision": act.row["revision"], "verdict": act.row["verdict"]}
        after = {"state": step.target.value, "revision": revision}
        self._log(act, action, "submission", before, after | ({"reason": reason.strip()} if reason.strip() else {}))
        return revision

    def _assign(self, act: Act, accounts: Sequence[str], how: str) -> int:
        kind = "further" if spread_stands(self._case(act)) is not None else how
        for account in accounts:
            assignments.add(self.store, act.row["id"], account, how=kind, by=self.person.account)
        revision = submissions.touch(self.store, act.row["id"])
        for account in accounts:
            self._log(act, "assign", f"expert:{account}", {}, {"how": kind})
        return revision

    def _case(self, act: Act) -> Case:
        return Case(self.store, self.config, self.person, act.row, act.decision.role)

    def _form(self, act: Act) -> scoring.Form:
        lessons = frozenset(lesson["ordinal"] for lesson in submissions.lessons(self.store, act.row["id"]))
        return scoring.Form(self.store, act.row["id"], self.person.account, self.rubric, lessons)

    def _stop(self, act: Act, stop: int) -> dict[str, Any]:
        found = next((row for row in gate_stops.of(self.store, act.row["id"]) if row["id"] == stop), None)
        if found is None:
            raise NotFound("desk.no-such-stop", stop=stop)
        return found
