"""One lesson measured, judged and rendered in a worker: a function of paths and values. It opens no database."""

import json
import os
import resource
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.config import ReadersSection
from station.context import Context
from station.judge import Judgement
from station.kept import EVIDENCE, MEASUREMENTS, OVERVIEW, READINGS, RENDITION, TRACE
from station.store.drops import Reason

REPORTS_PER_SECOND = 4

Report = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class JobSpec:
    """What a worker needs to know."""

    job: str
    lesson: str
    """Absolute path of the sender's file."""
    folder: str
    """Absolute path of a folder that is not there yet; the daemon puts it in its place afterwards."""
    ordinal: int
    papers: str
    """As `station.papers.codec` writes them."""
    profile: str
    """Path of a profile file; empty: the one that is shipped."""
    device: str
    rendition: bool
    cpu_seconds: int
    """More processor time than this ends the worker."""
    readers: ReadersSection | None = None
    """None: no reader runs."""
    speech_model: str = ""
    """Absolute path of the speech model's folder; empty: none."""
    context: Context = field(default_factory=Context)
    """As far as it is known before the other lessons of the submission are."""


@dataclass(frozen=True)
class JobResult:
    """What the daemon records. Paths are names inside the lesson's folder."""

    judgement: Judgement | None = None
    """None: the file cannot be measured, and `unreadable` says why."""
    duration: float = 0.0
    device: str = ""
    rendition: bool = False
    evidence: dict[str, dict[str, str]] = field(default_factory=dict)
    unreadable: Reason | None = None


def run(spec: JobSpec, topic: str) -> JobResult:
    """Do the job in a Dask worker; how far it is goes out as events of `topic`. Raises what is not the file's doing."""
    from distributed import get_worker  # noqa: PLC0415 - the same function runs without an engine in the tests

    worker = get_worker()
    return work(spec, lambda message: worker.log_event(topic, message))


def work(spec: JobSpec, report: Report) -> JobResult:
    """Do the job. A file that cannot be measured is a result. Raises OSError, EncodeError, DeviceError …, which are not."""
    limit_process(spec.cpu_seconds)
    report({"job": spec.job, "pid": os.getpid(), "stage": "start", "frames": 0})
    folder = Path(spec.folder)
    folder.mkdir(parents=True)
    try:
        return _examined(spec, folder, Pace(spec.job, report))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _examined(spec: JobSpec, folder: Path, pace: "Pace") -> JobResult:
    from gpu import device, keeping  # noqa: PLC0415 - FFmpeg and arrays are loaded in workers alone
    from gpu.errors import NoPicture, UnreadableMedia  # noqa: PLC0415
    from station import evidence, traces  # noqa: PLC0415
    from station.examine import examine  # noqa: PLC0415
    from station.papers import codec  # noqa: PLC0415
    from station.profile import profile_at  # noqa: PLC0415
    from station.readings import to_json  # noqa: PLC0415

    lesson = Path(spec.lesson)
    try:
        done = examine(
            lesson,
            profile=profile_at(spec.profile),
            device=device.choose(spec.device),
            rendition=folder / RENDITION if spec.rendition else None,
            papers=codec.from_json(spec.papers),
            ordinal=spec.ordinal,
            readers=spec.readers,
            speech_model=Path(spec.speech_model) if spec.speech_model else None,
            context=spec.context,
            threads=1,
            observe=pace.observe,
        )
    except (UnreadableMedia, NoPicture) as error:
        shutil.rmtree(folder)
        return JobResult(unreadable=Reason("job.failed.unreadable", {"detail": error.detail}))
    pace.stage("evidence")
    keeping.save(done.measurements, folder / MEASUREMENTS)
    traces.save(traces.trace_of(done.measurements, lesson.name), folder / TRACE)
    (folder / READINGS).write_text(to_json(done.readings), encoding="utf-8", errors="replace")
    (folder / EVIDENCE).mkdir()
    gathered = evidence.gather(lesson, done.measurements, done.judgement.findings, folder / EVIDENCE)
    (folder / OVERVIEW).write_text(json.dumps(evidence.overview(done.measurements)), encoding="utf-8")
    return JobResult(
        judgement=done.judgement,
        duration=done.measurements.duration(),
        device=done.measurements.device,
        rendition=(folder / RENDITION).exists(),
        evidence=gathered,
    )


def limit_process(cpu_seconds: int) -> None:
    """No core files, and no more than so much processor time from now on. Memory is the nanny's to watch."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(used.ru_utime + used.ru_stime) + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard == resource.RLIM_INFINITY else min(until, hard), hard))


class Pace:
    """Says how far a job is, not too often: stage, frames of how many, frames per second."""

    def __init__(self, job: str, report: Report, clock: Callable[[], float] = time.monotonic) -> None:
        self._job, self._report, self._clock = job, report, clock
        self._start = self._last = clock()
        self._stage = ""

    def observe(self, progress: Any) -> None:
        """Take a `gpu.measure.Progress`; another stage is always told."""
        now = self._clock()
        if now - self._last < 1 / REPORTS_PER_SECOND and progress.stage == self._stage:
            return
        self._last, self._stage = now, progress.stage
        rate = progress.frames / max(now - self._start, 1e-6)
        self._report(
            {
                "job": self._job,
                "stage": progress.stage,
                "frames": progress.frames,
                "total": progress.total,
                "rate": round(rate, 2),
            }
        )

    def stage(self, name: str) -> None:
        """The job goes over to something else."""
        self._report({"job": self._job, "stage": name, "frames": 0})
