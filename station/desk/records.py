"""The part of the desk that looks into the records and keeps them in order: search, taking back, handing over, papers that come later."""

from collections.abc import Sequence
from pathlib import Path

from station.desk import searching, supplementing, topic_links, undoing
from station.desk.searching import SearchHit
from station.desk.sitting import Sitting
from station.desk.station_log import PAGE, LogAsked, log_page
from station.desk.statistics import Statistics, gathered
from station.desk.views import LogRow, Page
from station.errors import NotAllowed, UsageError
from station.papers import codec
from station.people import closed_to, person_of
from station.store import submissions
from station.text import clean

EVERYTHING = LogAsked()
HITS = 100
"""Places that a search tells at most, where nobody asks for another number."""


class Records(Sitting):
    """What one person can find, take back and hand over."""

    def search(self, text: str, *, limit: int = HITS) -> list[SearchHit]:
        """Where the words of `text` stand in anything that this person may see: titles, units, lecturers, slides, speech,
        findings, reasons and notes; in submissions that hold all of them, what was written last first. Sealed notes and
        submissions that are closed to the person are left out, as if they were not there."""
        self._require_role()
        return searching.hits(
            self.store, text, viewer=self.person.account, unsealed=not self.person.has("expert"),
            closed=closed_to(self.config, self.person), limit=limit,
        )  # fmt: skip

    def station_log(self, asked: LogAsked = EVERYTHING, *, after: int | None = None, limit: int = PAGE) -> Page[LogRow]:
        """Who did what on the whole station, newest first: `limit` (1–10 000) rows, with numbers below `after`. An expert is
        told nothing of what is closed to them (回避), and nothing that is in others' reviews while those are closed.

        Raises NotFound, NotAllowed (the submission asked for), UsageError (no moment).
        """
        self._require_role()
        chosen = self._find(asked.submission)["id"] if asked.submission else None
        closed = closed_to(self.config, self.person)
        return log_page(self.store, self.person, closed, asked, submission_id=chosen, after=after, limit=limit)

    def statistics(self) -> Statistics:
        """What is found, waived and fixed, and how long the stages take. Not for who is an expert alone, since it tells of all
        units' work; who is an expert besides is told nothing of what is closed to them (回避). Raises NotAllowed."""
        if not self.person.roles - {"expert"}:
            raise NotAllowed("desk.needs-office")
        return gathered(self.store, self.config.statistics, closed_to(self.config, self.person))

    def add_papers(self, submission_id: str, files: Sequence[Path], *, seen: int) -> int:
        """Add papers that were missing or wrong: files, or folders of files, are copied beside the drop and read; each takes the
        place of what was held of its kind, the form says title, units, lecturer and hours, and what is in triage is judged
        anew. The new revision. Raises NotFound, NotAllowed, Conflict, UsageError (what can't be copied or is no paper)."""
        with self.store.snapshot():
            row = self._find(submission_id)
            if (why_not := self._decide(row, "add-papers").why_not) is not None:
                raise NotAllowed(why_not[0], **why_not[1])
        made = supplementing.copied((self.config.root / row["folder"]).parent, files)
        try:
            with self._acting(row["id"], "add-papers", seen) as act:
                from station.papers.read import supplemented  # noqa: PLC0415 - loaded by what was read

                papers = supplemented(codec.from_json(act.row["papers"]), made.papers)
                said = supplementing.said_by(made.papers, act.row["title"])
                topic_links.judge_again(self.store, self.profile, act.row | said | {"papers": codec.to_json(papers)})
                before = {name: act.row[name] for name in said if act.row[name] != said[name]}
                revision = submissions.supplement(self.store, act.row["id"], papers, said)
                after = {name: said[name] for name in before} | {"files": list(made.files)}
                self._log(act, "add-papers", "papers", before, after)
                made.keep()
                return revision
        except BaseException:
            made.drop()
            raise

    def undo(self, submission_id: str, *, seen: int) -> int:
        """Take one's own last step back, as long as nobody has acted after it and it was not signed; the new revision.

        Nothing is deleted: the log keeps the step and its taking back. Raises NotFound, NotAllowed, Conflict.
        """
        with self._acting(submission_id, "undo", seen) as act:
            step = undoing.last_step(self.store, act.row)
            if step is None:
                raise NotAllowed("guard.own-last-step.nothing")
            after = undoing.take_back(self.store, act.row, step, self.person.account)
            self._log(act, "undo", f"step:{step.seq}", step.after, after)
            return int((submissions.header(self.store, act.row["id"]) or act.row)["revision"])

    def hand_over(self, submission_id: str, to: str, *, seen: int) -> int:
        """Give the submission to another operator, whose own queue it then stands in; the new revision.

        Raises NotFound, NotAllowed (also: `to` is of the applicant's or the recommending unit), Conflict, UsageError (`to`
        is no operator).
        """
        with self._acting(submission_id, "hand-over", seen) as act:
            receiver = person_of(self.config, to)
            if to not in self.config.people or not receiver.has("operator"):
                raise UsageError("desk.no-such-operator", account=clean(to))
            if receiver.belongs_to(act.row["applicant_unit"], act.row["recommending_unit"]):
                raise NotAllowed("desk.hand-over-recused", account=to, unit=receiver.unit)
            before, after, revision = undoing.hand_over(self.store, act.row, to)
            self._log(act, "hand-over", "submission", before, after)
            return revision
