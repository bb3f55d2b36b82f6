"""The desk for topics: import, first check, voting list, votes, choice. Roles, recusal and order are enforced here; the lists
stand in `station.desk.topics_lists`.

Reached as `desk.topics`. The rules stand in `station.topics.rules`; every act is logged under `topics:ROUND[:NUMBER]`,
`votes:ROUND:IMPORT` or `link:WORK` in the transaction that does it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from station.days import months_after
from station.desk import topics_reading as reading
from station.desk.guards import WhyNot
from station.desk.topic_links import judge_again
from station.desk.topics_guards import TopicCase, own_units, why_not_act
from station.desk.topics_lists import ON_LIST, TopicLists
from station.errors import Conflict, NotAllowed, NotFound, UsageError
from station.papers.types import PaperProblem
from station.store import audit, submissions, topics, votes
from station.store.connection import storable
from station.store.names import shown
from station.text import Phrase
from station.topics import forms
from station.topics.ballot import write_list
from station.topics.ranking import Ranking, Standing, decide
from station.topics.rules import TopicAct, find_act
from station.topics.sheets import read_lines
from station.topics.types import (
    ImportedForm,
    TopicState,
    VoteImport,
    VotingList,
)  # fmt: skip
from station.topics.votes import Candidate, Count, count, told

Row = dict[str, Any]


class Topics(TopicLists):
    """The topics of one round, as one person may act on them."""

    # ------------------------------------------------------------------- acting

    def why_not(self, action: str, number: int | None = None) -> WhyNot | None:
        """Why this person can't do `action` (of topic `number`) now, as a text id and its places; None: they can."""
        with self.store.snapshot():
            return why_not_act(self._case(find_act(action), None if number is None else self._row(number)))

    def import_forms(
        self, paths: Sequence[Path], received: date, *, replace: bool = False, observe: Callable[[ImportedForm], None] = lambda _: None,
    ) -> list[ImportedForm]:  # fmt: skip
        """Take in the 附件1 forms in files and folders, one file after the other; a bad one does not stop the rest.

        A topic that is there already (same unit and title) is left as it is; with `replace` a corrected form exchanges
        what it said, as long as it is not accepted. Raises NotAllowed, UsageError (a path that is not there).
        """
        act = find_act("topic-import")
        self._allow(act)
        done = []
        for path in list(forms.forms_in(paths)):
            read = forms.read_one(path)
            if read.form is None:
                one = ImportedForm(read.file, refused=read.refused)
            else:
                with self.store.transaction():
                    self._allow(act)
                    one = self._take(act, read, received, replace=replace)
            observe(one)
            done.append(one)
        with self.store.transaction():
            refused = [one.file for one in done if one.refused is not None]
            self._log(
                act,
                f"topics:{self.round.id}",
                {},
                {"files": len(done), "refused": refused, "new": sum(len(one.new) for one in done)},
            )
        return done

    def _take(self, act: TopicAct, read: forms.ReadForm, received: date, *, replace: bool) -> ImportedForm:
        form = read.form
        assert form is not None
        sorts: dict[str, list[int]] = {"new": [], "replaced": [], "same": [], "differing": []}
        problems: list[PaperProblem] = []
        for place in range(1, len(form.topics) + 1):
            found = forms.problems_of(form, place, received, self.round)
            problems += [problem for problem in found if problem not in problems]
            topic = reading.new_topic(form, place, found, received)
            known = topics.same(self.store, self.round.id, topic.keys)
            sort, number = self._enter(act, topic, known, replace=replace)
            sorts[sort].append(number)
        new, replaced, same, differing = (tuple(sorts[sort]) for sort in ("new", "replaced", "same", "differing"))
        return ImportedForm(read.file, new, replaced, same, differing, tuple(problems))

    def _enter(self, act: TopicAct, new: topics.NewTopic, known: Row | None, *, replace: bool) -> tuple[str, int]:
        after = {
            "content": topics.digest_of(new.content),
            "title": new.content["title"],
            "file": storable(new.file),
            "received_on": new.received_on,
            **_standing("collected"),
        }
        if known is None:
            row = topics.add(self.store, self.round.id, new)
            self._log(act, _object(row), {}, after)
            return "new", row["number"]
        if _said(known) == _said(new.content):
            return "same", known["number"]
        if not replace or known["state"] not in {TopicState.COLLECTED, TopicState.REJECTED}:
            return "differing", known["number"]
        before = {name: known[name] for name in topics.CONTENT if known[name] != new.content[name]} | {
            "state": known["state"]
        }
        topics.replace_content(self.store, known["id"], new)
        self._log(act, _object(known), before, after)
        return "replaced", known["number"]

    def check(
        self, numbers: Sequence[int], *, accept: bool, reason: str = "", seen: Mapping[int, int] | None = None
    ) -> None:
        """The first check of topics: all of them, or none. A reason is needed to reject, to accept what was rejected, and
        to accept a topic whose form has problems. `seen`: number → the revision the person looked at.

        Raises NotFound, NotAllowed, Conflict, UsageError.
        """
        act = find_act("topic-accept" if accept else "topic-reject")
        with self.store.transaction():
            for number in dict.fromkeys(numbers):
                row = self._row(number)
                if seen is not None and seen.get(number) != row["revision"]:
                    raise Conflict("topic.error.changed", number=number)
                self._allow(act, row)
                if (act.reason or row["state"] == TopicState.REJECTED or topics.problems(row)) and not reason.strip():
                    raise UsageError("topic.error.reason", number=number, problems=len(topics.problems(row)))
                self._set(act, row, act.target or TopicState.ACCEPTED, reason.strip())

    def uncheck(self, numbers: Sequence[int], *, reason: str = "", seen: Mapping[int, int] | None = None) -> None:
        """Take the first check of topics back, until votes count: all of them wait for it again, or none of them. `seen` as in
        `check`. Raises NotFound, NotAllowed, Conflict."""
        act = find_act("topic-uncheck")
        with self.store.transaction():
            for number in dict.fromkeys(numbers):
                row = self._row(number)
                if seen is not None and seen.get(number) != row["revision"]:
                    raise Conflict("topic.error.changed", number=number)
                self._allow(act, row)
                self._set(act, row, TopicState.COLLECTED, reason.strip())

    def unproblematic(self) -> list[int]:
        """Topics that wait for the first check and whose forms have no problem; those of one's own unit left out."""
        rows = self._rows([TopicState.COLLECTED])
        return [row["number"] for row in rows if not topics.problems(row) and own_units(self.person, [row]) is None]

    def voting_list(self, path: Path, language: str) -> VotingList:
        """Write the accepted topics as the list that is voted on, .xlsx or .csv. Raises NotAllowed, UsageError."""
        act = find_act("topic-ballot")
        with self.store.transaction():
            self._allow(act)
            listed = [reading.topic_view(row) for row in topics.rows(self.store, self.round.id, states=ON_LIST)]
            write_list(path, listed, self.round, language)
            self._log(
                act,
                f"topics:{self.round.id}",
                {},
                {"file": shown(path.name), "numbers": [topic.number for topic in listed]},
            )
        return VotingList(path, len(listed))

    def count_votes(self, path: Path, *, source: str = "") -> VoteImport:
        """Count what came back from the vote (`station.topics.votes`): the whole file, or nothing of it. The same votes from
        the same `source` are counted once. Raises NotAllowed, UsageError (with lines), BadPaper, Conflict."""
        act = find_act("topic-votes")
        self._allow(act)
        file, candidates = shown(path.name), self._candidates()
        counted = count(read_lines(path), candidates, file)
        with self.store.transaction():
            self._allow(act)
            if self._candidates() != candidates:
                raise Conflict("topic.error.list-changed")
            return self._count(act, file, source, counted)

    def _count(self, act: TopicAct, file: str, source: str, counted: Count) -> VoteImport:
        digest = counted.digest(source)
        if (before := votes.counted_already(self.store, self.round.id, digest)) is not None:
            raise UsageError("topic.votes.again", file=file, id=before["id"], first=before["file"])
        if twice := votes.known_ballots(self.store, self.round.id, counted.ballots):
            lines = sorted((counted.ballots[ballot], ballot) for ballot in twice)
            problems = [Phrase("topic.votes.line.counted", {"line": line, "ballot": ballot}) for line, ballot in lines]
            raise UsageError("topic.votes.wrong", file=file, problems=told(problems))
        ids = {row["number"]: row["id"] for row in topics.rows(self.store, self.round.id)}
        given = {ids[number]: amount for number, amount in counted.votes.items()}
        new = votes.NewVotes(file, source.strip(), counted.kind, digest, given, frozenset(counted.ballots))
        number = votes.add(self.store, self.round.id, new, self.person.account)
        self._log(act, f"votes:{self.round.id}:{number}", {}, votes.told(self.store, number))
        return next(one for one in self.imports() if one.id == number)

    def take_back(self, import_id: int, reason: str) -> None:
        """Take votes back: they no longer count, and their ballots may come again. Raises NotFound, NotAllowed, UsageError."""
        act = find_act("topic-votes-back")
        with self.store.transaction():
            self._allow(act)
            if import_id not in {one.id for one in self.imports() if one.ended_by is None}:
                raise NotFound("topic.error.no-import", id=import_id)
            if not reason.strip():
                raise UsageError("desk.reason-needed")
            votes.end(self.store, self.round.id, import_id, person=self.person.account, reason=reason.strip())
            after = {
                name: votes.told(self.store, import_id)[name] for name in ("ended_by", "ended_at", "reason", "ballots")
            }
            self._log(act, f"votes:{self.round.id}:{import_id}", {"ended_by": None}, after)

    def choose(
        self, picked: Collection[int], on: date, *, reason: str = "", seen: Ranking | None = None
    ) -> tuple[int, ...]:
        """Choose the topics with most votes; the numbers. Where some tie at the border, `picked` says which of them get the
        open places, with a reason. Chosen ones get their due date, counted from `on`; the rest is passed over.

        `seen` is the ranking the person looked at. Raises NotAllowed, Conflict, UsageError.
        """
        act = find_act("topic-choose")
        with self.store.transaction():
            self._allow(act)
            ranking = self.ranking()
            if seen is not None and seen != ranking:
                raise Conflict("topic.error.list-changed")
            rows = {row["number"]: row for row in topics.rows(self.store, self.round.id, states=[TopicState.ACCEPTED])}
            chosen = decide(ranking, picked)
            tied = ranking.standing(Standing.TIED)
            if why_not := own_units(self.person, [rows[number] for number in tied]):
                raise NotAllowed(why_not[0], **why_not[1])
            if tied and not reason.strip():
                raise UsageError("desk.reason-needed")
            due = months_after(on, self.round.months)
            for number, row in rows.items():
                why = reason.strip() if number in tied else ""
                if number in chosen:
                    self._set(act, row, TopicState.CHOSEN, why, chosen_on=on.isoformat(), due_on=due.isoformat())
                else:
                    self._set(act, row, TopicState.PASSED_OVER, why)
        return chosen

    def unchoose(self, reason: str) -> int:
        """Take the choice back, until anything has come for a chosen topic: all stand on the voting list again, with their
        votes. Not for somebody whose unit is among them. How many were chosen. Raises NotAllowed, UsageError (no reason)."""
        act = find_act("topic-unchoose")
        with self.store.transaction():
            self._allow(act)
            if not reason.strip():
                raise UsageError("desk.reason-needed")
            states = [TopicState.CHOSEN, TopicState.PASSED_OVER]
            rows = topics.rows(self.store, self.round.id, states=states)
            if why_not := own_units(self.person, rows):
                raise NotAllowed(why_not[0], **why_not[1])
            for row in rows:
                self._set(act, row, TopicState.ACCEPTED, reason.strip())
        return sum(row["state"] == TopicState.CHOSEN for row in rows)

    def link(self, submission_id: str, number: int | None, reason: str) -> None:
        """Say by hand that a submission was made for the chosen topic `number`, or (None) is existing courseware. Whether it
        came in time is judged anew.

        Raises NotFound, NotAllowed, UsageError.
        """
        act = find_act("topic-link")
        with self.store.transaction():
            row = self._find(submission_id)
            topic = None if number is None else self._row(number)
            self._allow(act)
            if why_not := own_units(self.person, [row]) or self._other_role(row):
                raise NotAllowed(why_not[0], **why_not[1])
            if topic is not None and topic["state"] != TopicState.CHOSEN:
                raise NotAllowed("topic.guard.state", number=number, state=Phrase(f"topic.state.{topic['state']}"))
            if not reason.strip():
                raise UsageError("desk.reason-needed")
            audit.compare(self.store, row["id"])
            known = topics.linked(self.store, row["work_id"]) or {}
            topic_id = topic["id"] if topic else None
            topics.link(self.store, row["work_id"], topic_id, reason=reason.strip(), person=self.person.account)
            submissions.touch(self.store, row["id"])
            judge_again(self.store, self.profile, row)
            at = topics.linked_at(self.store, row["work_id"])
            after = {"topic": topic_id, "reason": reason.strip(), "by": self.person.account, "at": at}
            self._log(act, f"link:{row['work_id']}", {"topic": known.get("id")}, after, submission_id=row["id"])

    # ------------------------------------------------------------------ private

    def _candidates(self) -> list[Candidate]:
        rows = topics.rows(self.store, self.round.id)
        return [Candidate(row["number"], row["title"], row["state"] == TopicState.ACCEPTED, row["id"]) for row in rows]

    def _case(self, act: TopicAct, row: Row | None = None) -> TopicCase:
        return TopicCase(self.store, self.config, self.person, self.round.id, act, row)

    def _allow(self, act: TopicAct, row: Row | None = None) -> None:
        if (why_not := why_not_act(self._case(act, row))) is not None:
            raise NotAllowed(why_not[0], **why_not[1])

    def _other_role(self, row: Row) -> WhyNot | None:
        if not self.config.review.separate_roles:
            return None
        others = audit.roles_of(self.store, row["work_id"], self.person.account) - {"operator"}
        return (f"guard.one-role-only.{min(others)}", {}) if others else None

    def _set(self, act: TopicAct, row: Row, state: TopicState, reason: str, **days: str) -> None:
        topics.set_state(self.store, row["id"], state, reason=reason, **days)
        before = {"state": row["state"], "votes": row["votes"]}
        after = {**_standing(state), "reason": reason, **days, "content": topics.digest_of(row)}
        self._log(act, _object(row), before, after)

    def _log(self, act: TopicAct, what: str, before: Row, after: Row, *, submission_id: str | None = None) -> None:
        audit.append(
            self.store, person=self.person.account, role=act.role, origin=self.person.origin, action=act.action,
            submission_id=submission_id, object=what, before=before, after=after,
        )  # fmt: skip


def _standing(state: str) -> Row:
    return {"state": str(state), "reason": "", "chosen_on": None, "due_on": None}


def _object(row: Row) -> str:
    return f"topics:{row['round']}:{row['number']}"


def _said(content: Row) -> Row:
    """What the form said, without what was found wrong in it: that names the file, which may have another name."""
    return {name: content[name] for name in topics.CONTENT if name != "problems"}
