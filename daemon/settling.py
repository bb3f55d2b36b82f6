"""When the last lesson of a submission is measured, all of them are judged once more, each in the light of the others.

No video is decoded for that, but for pictures of what came to light only now. Nothing about it is kept in the store: a
submission in `measuring` without an open job is what still has to be settled, whoever left it so, and doing it twice does no harm.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from daemon.engine import Engine
from daemon.job import limit_process
from station.config import Config
from station.context import Context
from station.judge import Judgement
from station.kept import EVIDENCE, KeptLesson, kept_lessons
from station.store import outcomes
from station.store.connection import Store

PREFIX = "settle:"
"""Of the engine's name for such a piece of work; the submission's id follows."""
MOST_ATTEMPTS = 2
MOST_FREE = 50
"""How often an attempt may come to nothing without counting before it counts after all."""
Evidence = dict[str, dict[str, str]]
ContextOf = Callable[[Store, str, bool], Context]
"""The context of a lesson, by its id; False: as it is known before the lesson is measured."""


@dataclass(frozen=True)
class SettleSpec:
    """What a worker needs to know."""

    job: str
    lessons: tuple[KeptLesson, ...]
    seen: Mapping[str, frozenset[str]]
    """Lesson id → keys of findings that are known already, with their evidence."""
    profile: str
    """As for a `daemon.job.JobSpec`."""
    cpu_seconds: int


@dataclass(frozen=True)
class Settled:
    """By lesson id."""

    judgements: dict[str, Judgement]
    evidence: dict[str, Evidence]


def run(spec: SettleSpec, topic: str) -> Settled:
    """Judge in a Dask worker. Raises what is not the file's doing."""
    from distributed import get_worker  # noqa: PLC0415 - the same function runs without an engine in the tests

    worker = get_worker()
    return work(spec, lambda message: worker.log_event(topic, message))


def work(spec: SettleSpec, report: Callable[[dict[str, Any]], None]) -> Settled:
    """Judge every lesson again, and gather evidence of what was not found before. Raises OSError, ValueError (damaged)."""
    from station import evidence  # noqa: PLC0415 - FFmpeg and arrays are loaded in workers alone
    from station.judge import judge  # noqa: PLC0415
    from station.kept import keep_copies, subject_of  # noqa: PLC0415
    from station.profile import profile_at  # noqa: PLC0415

    limit_process(spec.cpu_seconds)
    report({"job": spec.job, "pid": os.getpid(), "stage": "settle", "frames": 0})
    profile = profile_at(spec.profile)
    made = Settled({}, {})
    for kept in spec.lessons:
        keep_copies(kept.folder, kept.context.copies)
        subject = subject_of(kept)
        judgement = judge(subject, profile)
        fresh = [found for found in judgement.findings if found.key not in spec.seen.get(kept.id, ())]
        made.judgements[kept.id] = judgement
        made.evidence[kept.id] = evidence.gather(Path(kept.file), subject.measurements, fresh, kept.folder / EVIDENCE)
    return made


@dataclass
class _Case:
    """A submission that is to be settled."""

    waiting: list[KeptLesson]
    """Lessons whose context is not there yet."""
    ready: list[KeptLesson] = field(default_factory=list)
    attempts: int = 0
    free: int = 0
    """Attempts that did not count."""
    since: float | None = None
    """When a worker began, on the clock."""


@dataclass
class Settling:
    """The dispatcher's side; one thread's own."""

    store: Store
    config: Config
    engine: Engine
    profile_path: str
    context_of: ContextOf
    clock: Callable[[], float] = time.monotonic
    work: Callable[[SettleSpec, str], Settled] = run
    _cases: dict[str, _Case] = field(default_factory=dict)

    @property
    def running(self) -> int:
        """How many a worker is at."""
        return sum(case.since is not None for case in self._cases.values())

    def want(self, submission_id: str) -> bool:
        """Take a submission on. False: there is nothing to judge again, or it failed too often; it goes on as it is."""
        case = self._cases.get(submission_id)
        if case is None:
            case = self._cases[submission_id] = _Case(kept_lessons(self.store, self.config.root, submission_id))
        lessons = bool(case.waiting or case.ready)
        return lessons and (case.attempts < MOST_ATTEMPTS or case.since is not None)

    def prepare(self) -> None:
        """Make the context of one lesson: one a step, since each may take seconds in a large archive."""
        for case in self._cases.values():
            if case.waiting:
                if not case.ready:
                    self._enter(case)
                lesson = case.waiting[0]
                case.ready.append(replace(lesson, context=self.context_of(self.store, lesson.id, True)))
                case.waiting.pop(0)
                return

    def _enter(self, case: _Case) -> None:
        """All of its lessons go into the index before the first of them looks around, so that each finds the others."""
        from station.store import traces  # noqa: PLC0415 - arrays load only where lessons are compared

        for lesson in case.waiting:
            try:
                traces.enter(self.store, lesson.id)
            except Exception:  # noqa: BLE001 - making the context runs into it again, and tells of it
                return

    def give(self, worker: str) -> bool:
        """Put `worker` on the next case. False: none is ready."""
        for submission_id, case in self._cases.items():
            if case.since is None and not case.waiting and case.ready and case.attempts < MOST_ATTEMPTS:
                case.since = self.clock()
                case.attempts += 1
                try:
                    self.engine.submit(
                        PREFIX + submission_id, worker, self.work, self._spec(submission_id, case), self.engine.topic
                    )
                except BaseException:
                    self.again(submission_id, blamed=False)
                    raise
                return True
        return False

    def again(self, submission_id: str, *, blamed: bool) -> None:
        """It did not come to an end; it is given out once more. `blamed`: the attempt counts."""
        if (case := self._cases.get(submission_id)) is not None and case.since is not None:
            case.since = None
            if not blamed and case.free < MOST_FREE:
                case.free += 1
                case.attempts -= 1

    def forget(self, submission_id: str) -> None:
        """It is over, or not to be done any more."""
        self._cases.pop(submission_id, None)

    def keep(self, wanted: set[str]) -> None:
        """Forget what is wanted no more: withdrawn meanwhile, or to be measured again."""
        for submission_id in self._cases.keys() - wanted:
            if self._cases[submission_id].since is not None:
                self.engine.end_worker(PREFIX + submission_id)
            self.forget(submission_id)

    def strays(self, told: set[str]) -> list[str]:
        """Submissions of which no worker works and no news (`told`: names of work) waits to be written down."""
        busy = self.engine.in_flight() | told
        return [name for name, case in self._cases.items() if case.since is not None and PREFIX + name not in busy]

    def late(self, seconds: float) -> list[str]:
        """Submissions on which a worker has been for longer than that."""
        now = self.clock()
        return [name for name, case in self._cases.items() if case.since is not None and now - case.since > seconds]

    def _spec(self, submission_id: str, case: _Case) -> SettleSpec:
        seen: dict[str, set[str]] = {}
        for row in outcomes.finding_rows(self.store, submission_id):
            seen.setdefault(row["lesson_id"], set()).add(row["key"])
        return SettleSpec(
            PREFIX + submission_id,
            tuple(case.ready),
            {lesson: frozenset(keys) for lesson, keys in seen.items() if lesson},
            self.profile_path,
            int(self.config.engine.job_minutes * 60) + 1,
        )


def submission_of(job: str) -> str | None:
    """The submission that a piece of work settles; None: it is something else."""
    return job.removeprefix(PREFIX) if job.startswith(PREFIX) else None
