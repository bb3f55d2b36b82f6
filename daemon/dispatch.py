"""Jobs from the store to the workers and back: claim, watch, record; move the submission on when its last job is over.

A job whose worker dies is tried once more, then failed with its reason. A worker that somebody killed from outside is no
sign against the file: such a job goes back to the queue. One that the nanny or the system killed for its memory is.
"""

import math
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from daemon import job as jobwork
from daemon import record
from daemon.causes import OUTSIDE, of_death, of_error, oom_kills
from daemon.engine import Died, Ended, Engine, Event, Lost, Progressed, Raised
from daemon.errors import DISK_FULL
from daemon.job import JobResult, JobSpec
from daemon.log import EventLog
from daemon.places import Places
from daemon.settling import PREFIX, ContextOf, Settled, Settling, submission_of
from station.config import Config
from station.desk.machine import machine_move
from station.errors import StationError
from station.profile import Profile
from station.store import jobs, submissions
from station.store.connection import Store
from station.store.drops import Reason
from station.store.jobs import Job
from station.store.names import restored
from station.workflow import State

MOST_ATTEMPTS = 2
MOST_OUTSIDE_KILLS = 50
"""How often a worker may be killed from outside under one job before the job is blamed after all."""
LEAST_FREE = 256 << 20
"""Bytes that must be free on the station's disk before a job is begun."""
CORES_PER_JOB = 2
"""Processor seconds allowed per second of the time limit: decoder and encoder keep a helper thread each."""


@dataclass
class _Running:
    job: Job
    folder: Path
    since: float
    oom_kills: int
    """How often the system had killed for want of memory when the job began."""
    share: float = 0.0
    until: float = math.inf
    """When it is likely to end, on the same clock."""


@dataclass
class Dispatcher:
    """One thread's own, like its store."""

    store: Store
    places: Places
    config: Config
    engine: Engine
    log: EventLog
    profile: Profile
    profile_path: str
    owner: str
    context_of: ContextOf
    clock: Callable[[], float] = time.monotonic
    work: Callable[[JobSpec, str], JobResult] = jobwork.run
    """What a worker runs."""
    failed: int = 0
    """Jobs that failed for good since the start."""
    paused: bool = False
    """No job is given out, since the disk is nearly full."""
    _running: dict[str, _Running] = field(default_factory=dict)
    _kills: dict[str, int] = field(default_factory=dict)
    _postponed: list[Event] = field(default_factory=list)
    """What could not be written down yet: the database was busy, or the disk full."""
    _told: list[Event] = field(default_factory=list)
    """Of those, what was told already."""

    def __post_init__(self) -> None:
        self.settings = self.config.engine
        self.settling = Settling(
            self.store, self.config, self.engine, self.profile_path, self.context_of, clock=self.clock
        )

    def recover(self) -> None:
        """Take over what a daemon that died left behind."""
        if count := jobs.requeue_others(self.store, self.owner):
            self.log.warning("daemon.log.recovered", count=count)
        self._hand_submissions_back()
        self._reconcile()

    def step(self, claiming: bool) -> None:
        """Handle what happened, end what takes too long, and give idle workers work if `claiming`."""
        self._told, self._postponed = self._postponed, []
        events = [*self._told, *self.engine.events()]
        for event in events:
            self._handle(event)
        self._end_late_ones()
        self._take_strays_back()
        self._reconcile()
        if claiming and not self._disk_is_low():
            self.settling.prepare()
            for worker in self.engine.idle_workers():
                if not self._settle(worker) and not self._give(worker):
                    break

    def _disk_is_low(self) -> bool:
        low = shutil.disk_usage(self.places.root).free < LEAST_FREE
        if low and not self.paused:
            self.log.warning("daemon.log.disk-low", mebibytes=LEAST_FREE >> 20)
        self.paused = low
        return low

    @property
    def running(self) -> int:
        """Jobs that are being worked on, and submissions that are being settled."""
        return len(self._running) + self.settling.running

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        counts = jobs.counts(self.store)
        open_ones = self._running or counts["queued"] or counts["running"]
        return not open_ones and not jobs.submissions_measured(self.store)

    def hand_back(self) -> None:
        """Put every running job back into the queue, unblamed. The engine must be ended after."""
        for name in list(self._running):
            self._back(name, blamed=False)
        self._hand_submissions_back()

    def worth_waiting(self, seconds: float) -> bool:
        """Whether a running job is likely to end within so many seconds."""
        return any(running.until - self.clock() < seconds for running in self._running.values())

    def _settle(self, worker: str) -> bool:
        try:
            return self.settling.give(worker)
        except OSError:  # the cluster is gone: the service starts the engine anew
            return False

    def _give(self, worker: str) -> bool:
        with self.store.transaction():
            job = jobs.claim(self.store, self.owner, worker)
            if job is None:
                return False
            row = submissions.header(self.store, job.submission_id)
            if row is not None and row["state"] == State.QUEUED:
                machine_move(self.store, job.submission_id, "start")
        self._send(worker, job, row["papers"] if row else "")
        return True

    def _send(self, worker: str, job: Job, papers: str) -> None:
        folder = self.places.lesson(job.submission_id, job.ordinal)
        scratch = folder.with_name(f".{job.ordinal}.work-{self.owner.rpartition(':')[2]}-{time.time_ns():x}")
        for stale in folder.parent.glob(f".{job.ordinal}.work-*"):
            _discard(stale)
        spec = JobSpec(
            job=job.id,
            lesson=str(self.places.root / restored(job.file)),
            folder=str(scratch),
            ordinal=job.ordinal,
            papers=papers,
            profile=self.profile_path,
            device=self.settings.device,
            rendition=self.settings.rendition,
            cpu_seconds=int(self.settings.job_minutes * 60 * CORES_PER_JOB) + 1,
            readers=self.config.readers,
            speech_model=str(self.config.beside(self.config.readers.speech_model) or ""),
            context=self.context_of(self.store, job.lesson_id, False),
        )
        self._running[job.id] = _Running(job, scratch, self.clock(), oom_kills())
        try:
            self.engine.submit(job.id, worker, self.work, spec, self.engine.topic)
        except OSError:  # the cluster is gone: the service starts the engine anew
            self._back(job.id, blamed=False)
            return
        except Exception:
            self._back(job.id, blamed=False)
            raise
        self.log.info("daemon.log.job-started", id=job.submission_id, lesson=job.ordinal, attempt=job.attempts)

    def _handle(self, event: Event) -> None:
        if (submission_id := submission_of(event.job)) is not None:
            self._handle_settled(submission_id, event)
            return
        running = self._running.get(event.job)
        if running is None:
            return
        try:
            self._take_note(running, event)
        except (StationError, OSError) as error:
            self._postpone(event, error)
        except Exception as error:  # noqa: BLE001 - a result that cannot be recorded must not end the daemon
            self.log.failure("daemon.log.not-recorded", error, id=running.job.submission_id)
            self._give_up(running, event, error)

    def _handle_settled(self, submission_id: str, event: Event) -> None:
        if isinstance(event, Progressed):
            return
        try:
            if isinstance(event, Ended):
                self._complete(submission_id, event.result)
                return
        except (StationError, OSError) as error:
            self._postpone(event, error)
            return
        except Exception as error:  # noqa: BLE001 - a judgement that cannot be recorded must not end the daemon
            event = Raised(event.job, error)
        self._settle_again(submission_id, event)

    def _settle_again(self, submission_id: str, event: Event) -> None:
        outside = isinstance(event, Died) and event.code in OUTSIDE and not event.memory
        if isinstance(event, Raised):
            self.log.failure("daemon.log.not-settled", event.error, id=submission_id)
        elif isinstance(event, Died):
            self.log.warning("daemon.log.settling-died", id=submission_id, code=str(event.code))
        self.settling.again(submission_id, blamed=not outside and not isinstance(event, Lost))

    def _give_up(self, running: _Running, event: Event, error: Exception) -> None:
        try:
            self._again_or_fail(running, of_error(error))
        except (StationError, OSError) as second:
            self._postpone(event, second)

    def _take_note(self, running: _Running, event: Event) -> None:
        if isinstance(event, Progressed):
            self._progress(running, event.message)
        elif isinstance(event, Ended):
            self._ended(running, event.result)
        elif isinstance(event, Raised):
            self._raised(running, event.error)
        elif isinstance(event, Died):
            self._died(running, event)
        else:
            self._back(event.job, blamed=False)

    def _postpone(self, event: Event, error: Exception) -> None:
        if isinstance(event, Progressed):
            return
        if not any(event is told for told in self._told):
            self.log.failure("daemon.log.not-written", error, id=event.job)
        self._postponed.append(event)

    def _progress(self, running: _Running, message: dict[str, Any]) -> None:
        frames, total, rate = message.get("frames", 0), message.get("total"), message.get("rate")
        if total:
            running.share = min(frames / total, 0.99)
        eta = (total - frames) / rate if total and rate and total > frames else None
        stage = str(message.get("stage", ""))[:40]
        if eta is not None or stage == "evidence":
            running.until = self.clock() + (eta or 0.0)
        jobs.progress(
            self.store, running.job.id, self.owner, stage=stage, share=running.share, per_second=rate, eta=eta
        )

    def _ended(self, running: _Running, result: JobResult) -> None:
        job = running.job
        if result.judgement is None:
            self._fail(running, result.unreadable or Reason("job.failed.error", {"detail": ""}))
            return
        final = self.places.lesson(job.submission_id, job.ordinal)
        if not running.folder.exists() and not final.exists():  # a worker elsewhere that does not see our disk
            self._again_or_fail(running, Reason("job.failed.no-result", {"folder": str(running.folder)}))
            return
        record.put_in_place(running.folder, final)
        with self.store.transaction():
            if jobs.finish(self.store, job.id, self.owner):
                record.measured(self.store, self.places, job, result)
        self._forget(running)
        self.log.info("daemon.log.job-done", id=job.submission_id, lesson=job.ordinal, seconds=self._seconds(running))

    def _raised(self, running: _Running, error: BaseException) -> None:
        if (isinstance(error, OSError) and error.errno in DISK_FULL) or "No space left" in str(error):
            self._back(running.job.id, blamed=False)
        else:
            self._again_or_fail(running, of_error(error))

    def _died(self, running: _Running, death: Died) -> None:
        kills = self._kills.get(running.job.id, 0) + 1
        self.log.warning(
            "daemon.log.worker-died", id=running.job.submission_id, lesson=running.job.ordinal, code=str(death.code)
        )
        if death.code == -signal.SIGKILL and oom_kills() > running.oom_kills:
            death = replace(death, memory=True)
        if death.code in OUTSIDE and not death.memory and kills <= MOST_OUTSIDE_KILLS:
            self._kills[running.job.id] = kills
            self._back(running.job.id, blamed=False)
        else:
            self._again_or_fail(running, of_death(death))

    def _again_or_fail(self, running: _Running, reason: Reason) -> None:
        if running.job.attempts < MOST_ATTEMPTS:
            self._back(running.job.id, blamed=True)
            self.log.warning("daemon.log.job-again", id=running.job.submission_id, lesson=running.job.ordinal,
                             reason=self.log.text(reason.message, **reason.params))  # fmt: skip
        else:
            self._fail(running, reason)

    def _fail(self, running: _Running, reason: Reason) -> None:
        job = running.job
        with self.store.transaction():
            if jobs.fail(self.store, job.id, self.owner, reason):
                record.not_measured(self.store, job, reason, self.profile)
        self._forget(running)
        self.failed += 1
        self.log.warning("daemon.log.job-failed", id=job.submission_id, lesson=job.ordinal,
                         reason=self.log.text(reason.message, **reason.params))  # fmt: skip

    def _back(self, name: str, *, blamed: bool) -> None:
        jobs.requeue(
            self.store, name, self.owner, blamed=blamed
        )  # may fail: the job then stays ours, and is told again
        running = self._running.pop(name)
        _discard(running.folder)

    def _forget(self, running: _Running) -> None:
        """The job is over for good."""
        self._running.pop(running.job.id, None)
        self._kills.pop(running.job.id, None)
        _discard(running.folder)

    def _take_strays_back(self) -> None:
        """Jobs on which no worker works and of which no news waits to be written down: what failed half-way."""
        told = {event.job for event in self._postponed}
        for name in self._running.keys() - self.engine.in_flight() - told:
            self._back(name, blamed=False)
        for submission_id in self.settling.strays(told):
            self.settling.again(submission_id, blamed=False)

    def _end_late_ones(self) -> None:
        limit = self.settings.job_minutes * 60
        for name, running in list(self._running.items()):
            if self.clock() - running.since > limit:
                self.engine.end_worker(name)
                self._fail(running, Reason("job.failed.time", {"minutes": self.settings.job_minutes}))
        for submission_id in self.settling.late(limit):
            self.engine.end_worker(PREFIX + submission_id)
            self.settling.again(submission_id, blamed=True)

    def _reconcile(self) -> None:
        """What the store says must go on, whoever left it so: a dead daemon, or a person who asked to measure again."""
        for submission_id in jobs.submissions_to_measure_again(self.store):
            with self.store.transaction():
                if submission_id in jobs.submissions_to_measure_again(self.store):  # else withdrawn at this moment
                    jobs.reset(self.store, submission_id)
        measured = jobs.submissions_measured(self.store)
        self.settling.keep(set(measured))
        for submission_id in measured:
            if not self.settling.want(submission_id):
                self._complete(submission_id, None)

    def _hand_submissions_back(self) -> None:
        for submission_id in jobs.submissions_handed_back(self.store):
            machine_move(self.store, submission_id, "requeue")

    def _complete(self, submission_id: str, settled: Settled | None) -> None:
        """The lessons' judgement in the light of each other (None: as they are), the papers', and on to triage."""
        with self.store.transaction():
            if submission_id in jobs.submissions_measured(self.store):  # else withdrawn at this moment
                if settled is not None:
                    record.settled(self.store, submission_id, settled)
                record.papers(self.store, submission_id, self.profile, self.log)
                machine_move(self.store, submission_id, "measured")
                self.log.info("daemon.log.measured", id=submission_id)
        self.settling.forget(submission_id)

    def _seconds(self, running: _Running) -> float:
        return round(self.clock() - running.since, 1)


def _discard(scratch: Path) -> None:
    """Remove what a worker wrote; what cannot be removed is in nobody's way, since every job has a folder of its own."""
    shutil.rmtree(scratch, ignore_errors=True)
