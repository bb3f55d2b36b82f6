"""The whole archive under a changed profile: judged from what is kept, without a video, in several processes; then compared with
what stands, and only then, if somebody wants it, written.

What a submission would become is found by writing it inside a transaction that is taken back, so that the comparison and the
writing are one code. Judgements wait in a temporary file between the two: memory holds those of one submission at a time.
"""

import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import IO, Any

from station.around import context_for, dates_of
from station.config import Config
from station.context import Context
from station.errors import NotFound
from station.findings import Severity, Verdict
from station.judge import Judgement, judge_papers
from station.kept import KeptLesson, copies_in, judge_again, kept_lessons
from station.papers import codec
from station.people import Closed, Person
from station.profile import Profile, profile_at
from station.store import outcomes, queue, submissions
from station.store.connection import Store
from station.workflow import State

IN_HAND = frozenset({State.RECEIVED, State.WAITING_PAPERS, State.QUEUED, State.MEASURING})
"""The daemon is about to judge these itself."""
AHEAD = 2
"""Lessons that wait for each process."""
LESSONS_A_PROCESS = 50
"""A process that judged so many makes way for a new one: what libraries keep does not add up."""
Row = dict[str, Any]


@dataclass(frozen=True)
class FindingChange:
    """A finding that came, went or changed its weight."""

    ordinal: int | None
    """None: about the papers."""
    check: str
    message: str
    params: Row
    start: float | None
    before: Severity | None
    after: Severity | None


@dataclass(frozen=True)
class Change:
    """What judging again does to one submission."""

    id: str
    title: str
    version: int
    state: State
    revision: int
    before: Verdict | None
    after: Verdict | None
    lessons: tuple[tuple[int, Verdict | None, Verdict | None], ...]
    """Ordinal, verdict before and after, of lessons whose verdict changes."""
    findings: tuple[FindingChange, ...]
    failed: tuple[tuple[int, str], ...] = ()
    """Ordinal and the words of what went wrong, of lessons that could not be judged: they stay as they are."""

    @property
    def differs(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after or bool(self.lessons or self.findings)


@dataclass(frozen=True)
class Again:
    """New judgements of one submission."""

    id: str
    revision: int
    lessons: dict[str, Judgement]
    papers: Judgement | None
    failed: tuple[tuple[int, str], ...] = ()


@dataclass
class Archive:
    """The archive being judged again. One thread's own, as its store is."""

    store: Store
    config: Config
    profile: Profile
    profile_path: str
    """Path of the profile for other processes; empty: the shipped one."""
    workers: int = 0
    """Processes; 0: one a core."""
    states: frozenset[State] = frozenset()
    """Only these; empty: all that the daemon has not in hand."""
    observe: Callable[[int, int], None] | None = None
    """Told how many submissions of how many are done."""
    closed_to: Closed | None = None
    """What is left out because the person has to stand aside (回避)."""

    def run(self, spool: IO[bytes]) -> Iterator[Change]:
        """Judge, and tell what would change, submission by submission; the new judgements go into `spool`."""
        ids = self._ids()
        for done, again in enumerate(self._judged(ids), 1):
            pickle.dump(again, spool)
            if (change := self._change(again)) is not None:
                yield change
            if self.observe is not None:
                self.observe(done, len(ids))

    def write(self, spool: IO[bytes], person: Person, told: Mapping[str, Any]) -> tuple[int, tuple[str, ...]]:
        """Write what `run` put into `spool`: how many, and the ids of submissions that changed meanwhile and stay as they are."""
        written, skipped = 0, []
        spool.seek(0)
        with suppress(EOFError):
            while True:
                again: Again = pickle.load(spool)  # noqa: S301 - our own file, made a moment ago, without a name
                with self.store.transaction():
                    row = submissions.header(self.store, again.id)
                    if row is None or row["revision"] != again.revision:
                        skipped.append(again.id)
                        continue
                    self._record(again, person, told)
                    written += 1
        return written, tuple(skipped)

    def _ids(self) -> list[str]:
        wanted = self.states or frozenset(State) - IN_HAND
        states = [state.value for state in wanted - IN_HAND]
        found = submissions.ids_in(self.store, states)
        if self.closed_to is None:
            return found
        open_ones = {id_ for id_, _ in queue.order(self.store, states=states, closed=self.closed_to)}
        return [id_ for id_ in found if id_ in open_ones]

    def _record(self, again: Again, person: Person, told: Mapping[str, Any]) -> None:
        outcomes.record_again(
            self.store, again.id, again.lessons, again.papers, person=person.account, role="admin", origin=person.origin,
            told=told,
        )  # fmt: skip

    def _judged(self, ids: Sequence[str]) -> Iterator[Again]:
        """In order; each process has at most AHEAD lessons waiting."""
        workers = self.workers or len(os.sched_getaffinity(0))
        with ProcessPoolExecutor(
            workers, mp_context=get_context("spawn"), max_tasks_per_child=LESSONS_A_PROCESS
        ) as pool:
            line: list[tuple[_Open, dict[str, Future[Judgement | str]]]] = []
            for id_ in ids:
                opened = self._open(id_)
                futures: dict[str, Future[Judgement | str]] = {}
                for kept in opened.lessons:
                    _hold_back(
                        [f for _, waiting in line for f in waiting.values()] + [*futures.values()], workers * AHEAD
                    )
                    with_context = replace(kept, context=self._context(kept))
                    futures[kept.id] = pool.submit(_judge, with_context, self.profile_path)
                line.append((opened, futures))
                while line and (len(line) > workers * AHEAD or all(f.done() for f in line[0][1].values())):
                    yield self._closed(*line.pop(0))
            for opened, futures in line:
                yield self._closed(opened, futures)

    def _context(self, kept: KeptLesson) -> Context:
        return context_for(self.store, kept.id, self.config, copies=copies_in(kept.folder))

    def _open(self, id_: str) -> "_Open":
        with self.store.snapshot():
            row = submissions.header(self.store, id_)
            if row is None:
                raise NotFound("desk.no-such-submission", id=id_)
            return _Open(row, tuple(kept_lessons(self.store, self.config.root, id_)))

    def _closed(self, opened: "_Open", futures: Mapping[str, "Future[Judgement | str]"]) -> Again:
        lessons: dict[str, Judgement] = {}
        failed = []
        for kept in opened.lessons:
            try:
                made = futures[kept.id].result()
            except Exception as error:  # noqa: BLE001 - a process that died, or a check that breaks down on one lesson
                made = f"{type(error).__name__}: {error}"
            if isinstance(made, Judgement):
                lessons[kept.id] = made
            else:
                failed.append((kept.ordinal, made))
        return Again(opened.row["id"], opened.row["revision"], lessons, self._papers(opened), tuple(failed))

    def _papers(self, opened: "_Open") -> Judgement | None:
        """None where a check breaks down on them: they stay as they are."""
        seconds = [row["duration"] for row in submissions.lessons(self.store, opened.row["id"]) if row["duration"]]
        try:
            return judge_papers(
                codec.from_json(opened.row["papers"]), seconds, self.profile, dates_of(self.store, opened.row)
            )
        except Exception:  # noqa: BLE001 - strangers' papers; the daemon told of it when they came
            return None

    def _change(self, again: Again) -> Change | None:
        """What recording it would do. None: the submission is gone, or somebody changed it meanwhile."""
        with self.store.rehearsal():
            before = _standing(self.store, again.id)
            if before is None or before["revision"] != again.revision:
                return None
            self._record(again, Person("", frozenset()), {})
            return _compared(before, _standing(self.store, again.id) or before, again.failed)


@dataclass(frozen=True)
class _Open:
    row: Row
    lessons: tuple[KeptLesson, ...]


def _hold_back(futures: Sequence["Future[Any]"], most: int) -> None:
    """Wait until fewer than `most` are open."""
    while len(open_ones := [future for future in futures if not future.done()]) >= most:
        wait(open_ones, return_when=FIRST_COMPLETED)


def _judge(kept: KeptLesson, profile_path: str) -> Judgement | str:
    """In a process of its own: the judgement, or why there is none."""
    try:
        return judge_again(kept, profile_at(profile_path))
    except (OSError, ValueError) as error:
        return str(error)


def _standing(store: Store, submission_id: str) -> Row | None:
    """Verdicts and findings as they stand."""
    row = submissions.header(store, submission_id)
    if row is None:
        return None
    lessons = {lesson["ordinal"]: lesson["verdict"] for lesson in submissions.lessons(store, submission_id)}
    return row | {"lessons": lessons, "findings": outcomes.finding_rows(store, submission_id)}


def _compared(before: Row, after: Row, failed: tuple[tuple[int, str], ...]) -> Change:
    lessons = tuple(
        (ordinal, _verdict(before["lessons"][ordinal]), _verdict(verdict))
        for ordinal, verdict in after["lessons"].items()
        if verdict != before["lessons"][ordinal]
    )
    return Change(
        before["id"], before["title"], before["version"], State(before["state"]), before["revision"],
        _verdict(before["verdict"]), _verdict(after["verdict"]), lessons, _finding_changes(before, after), failed,
    )  # fmt: skip


def _verdict(text: str | None) -> Verdict | None:
    return Verdict(text) if text else None


def _finding_changes(before: Row, after: Row) -> tuple[FindingChange, ...]:
    def keyed(rows: Sequence[Row]) -> dict[tuple[Any, ...], Row]:
        return {(row["ordinal"], row["check_id"], row["key"]): row for row in rows}

    old, new = keyed(before["findings"]), keyed(after["findings"])
    changes = []
    for key in [*old, *(key for key in new if key not in old)]:
        was, is_ = old.get(key), new.get(key)
        shown = is_ or was
        assert shown is not None
        severities = tuple(Severity(row["severity"]) if row else None for row in (was, is_))
        if severities[0] != severities[1]:
            changes.append(
                FindingChange(
                    shown["ordinal"], shown["check_id"], shown["message"], shown["params"], shown["start"], *severities
                )
            )
    return tuple(changes)
