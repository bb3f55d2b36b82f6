"""The engine: worker processes under Dask, embedded or a cluster elsewhere. One job a worker at a time.

Dask blames every task that was on a worker when it dies. With one job in flight on each, and each job bound to its
worker, only the job that ran there is asked why.
"""

import logging
import os
import queue
import signal
import tempfile
import time
from asyncio import CancelledError
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, Future, LocalCluster, Nanny
from distributed.scheduler import KilledWorker

from daemon import worker as preload
from station.config import EngineSection

LOST_SECONDS = 3.0
"""A job whose worker has been gone for so long without a word will not end any more."""
JOIN_SECONDS = 5
"""How long a scheduler elsewhere may take to answer."""
HEAL_SECONDS = 15.0
"""Workers that are missing for so long do not come back: Dask gives up on one that is killed while it starts."""
START_TRIES = 40
EXIT_CODE_SECONDS = 2.0
"""How long the exit code of a dead worker is waited for."""
RESULT_SECONDS = 10.0
"""How long a finished job's result may be on its way."""
SETTINGS = {
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.worker-ttl": "15 minutes",  # decoding may keep a worker's own loop waiting
    "distributed.worker.memory.target": False,  # nothing to spill: results are small
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "1h",
    "distributed.scheduler.http.routes": [],  # no pages: the station's screens show what there is to see
    "distributed.worker.http.routes": [],
}


@dataclass(frozen=True)
class Progressed:
    """A job said how far it is."""

    job: str
    message: dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """A job gave its result."""

    job: str
    result: Any


@dataclass(frozen=True)
class Raised:
    """A job raised."""

    job: str
    error: BaseException


@dataclass(frozen=True)
class Died:
    """The worker of a job died under it. `code`: its exit code (negative: a signal), None where it is not known.
    `memory`: it was ended for taking too much."""

    job: str
    code: int | None
    memory: bool = False


@dataclass(frozen=True)
class Lost:
    """A job will not run although nobody is to blame: its worker was gone before it began, or the cluster was."""

    job: str


Event = Progressed | Ended | Raised | Died | Lost


@dataclass
class _Flight:
    job: str
    worker: str
    future: "Future[Any]"
    pid: int | None = None
    """The worker's process, once the job has begun."""
    missing_since: float | None = None


class WatchedNanny(Nanny):
    """A nanny that tells with which exit code its worker ended."""

    def __init__(self, *arguments: Any, told: Callable[[str, int], None], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._told = told

    def _on_worker_exit_sync(self, exitcode: int) -> None:
        if self.worker_address:
            self._told(self.worker_address, exitcode)
        super()._on_worker_exit_sync(exitcode)  # type: ignore[no-untyped-call]


@dataclass
class Engine:
    """Workers, and what they say. All methods but the callbacks belong to one thread."""

    section: EngineSection
    workers: int
    """Worker processes of the embedded cluster."""
    wake: Callable[[], None]
    """Called, from another thread, when there is an event."""
    clock: Callable[[], float] = time.monotonic
    topic: str = field(default_factory=lambda: f"station-{uuid4().hex}")
    _events: "queue.SimpleQueue[Progressed]" = field(default_factory=queue.SimpleQueue)
    _flights: dict[str, _Flight] = field(default_factory=dict)
    _exit_codes: dict[str, int] = field(default_factory=dict)
    _swollen: set[str] = field(default_factory=set)
    """Workers that took too much memory."""
    _ending: set[str] = field(default_factory=set)
    """Workers that were killed and are still listed."""
    _lost: list[Lost] = field(default_factory=list)
    """Jobs that were in flight when the engine was started anew."""
    _short_since: float | None = None
    """Since when workers have been missing."""
    _cluster: LocalCluster | None = None
    _client: Client | None = None

    def start(self) -> None:
        """Start or join the cluster. Raises OSError when a cluster elsewhere does not answer."""
        dask.config.set(SETTINGS)
        for name in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if self.section.scheduler:
            self._client = Client(self.section.scheduler, timeout=JOIN_SECONDS, set_as_default=False)
        else:
            self._cluster = self._embedded()
            self._client = Client(self._cluster, set_as_default=False)
        self._short_since = None
        self._client.subscribe_topic(self.topic, self._heard)
        self._client.subscribe_topic("worker-restart-memory", self._heard_of_memory)

    def _embedded(self) -> LocalCluster:
        for _ in range(START_TRIES):
            try:
                return self._local_cluster()
            except RuntimeError as error:  # a worker was killed while it started
                trouble = error
        raise OSError(str(trouble))

    def _local_cluster(self) -> LocalCluster:
        return LocalCluster(
            n_workers=self.workers,
            threads_per_worker=1,
            processes=True,
            worker_class=WatchedNanny,
            told=self._exit_codes.__setitem__,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            memory_limit=int(self.section.memory_gib * (1 << 30)),
            local_directory=str(Path(tempfile.gettempdir()) / f"review-station-{os.getuid()}"),
            silence_logs=logging.CRITICAL,
            preload=[preload.__name__],
        )

    def idle_workers(self) -> list[str]:
        """Addresses of workers that have nothing to do."""
        busy = {flight.worker for flight in self._flights.values()}
        there = self._addresses()
        if self._is_short(there):
            return []
        self._ending &= there
        return sorted(there - busy - self._ending)

    def submit(self, job: str, worker: str, work: Callable[..., Any], *arguments: Any) -> None:
        """Run `work(*arguments)` on `worker`; what becomes of it comes as events of `job`."""
        assert self._client is not None
        future = self._client.submit(
            work, *arguments, key=f"{job}-{uuid4().hex}", workers=[worker], allow_other_workers=False, pure=False
        )
        self._flights[job] = _Flight(job, worker, future)
        future.add_done_callback(lambda _future: self.wake())

    def in_flight(self) -> frozenset[str]:
        """Jobs that were submitted and have not ended."""
        return frozenset(self._flights)

    def events(self) -> list[Event]:
        """What happened since the last call. Jobs that ended are in flight no more."""
        happened: list[Event] = [*self._lost]
        self._lost = []
        while not self._events.empty():
            event = self._events.get()
            if flight := self._flights.get(event.job):
                flight.pid = event.message.get("pid", flight.pid)
                happened.append(event)
        for flight in list(self._flights.values()):
            if (end := self._end(flight)) is not None:
                del self._flights[flight.job]
                happened.append(end)
        return happened

    def _heard(self, event: tuple[float, Any]) -> None:
        message = event[1]
        if isinstance(message, dict) and isinstance(message.get("job"), str):
            self._events.put(Progressed(message["job"], message))
            self.wake()

    def _heard_of_memory(self, event: tuple[float, Any]) -> None:
        self._swollen.add(str(event[1].get("worker")))

    def _died(self, flight: _Flight, code: int | None) -> Died:
        return Died(flight.job, code, flight.worker in self._swollen)

    def _end(self, flight: _Flight) -> Event | None:
        if not flight.future.done():
            return self._missing(flight)
        if flight.future.status == "finished":
            return self._ended(flight)
        if flight.future.status != "error":
            return self._gone(flight)
        error = flight.future.exception()
        if isinstance(error, KilledWorker):
            return self._died(flight, self._exit_code(flight.worker))
        return Raised(flight.job, error)

    def _ended(self, flight: _Flight) -> Event:
        """The result is fetched from its worker, which may die at this very moment; then nobody would ever answer."""
        try:
            return Ended(flight.job, flight.future.result(timeout=RESULT_SECONDS))
        except (Exception, CancelledError):  # noqa: BLE001 - lost on the way, or not to be read
            return self._gone(flight)

    def _missing(self, flight: _Flight) -> Event | None:
        if flight.worker in self._addresses():
            flight.missing_since = None
            return None
        flight.missing_since = flight.missing_since or self.clock()
        if self.clock() - flight.missing_since < LOST_SECONDS:
            return None
        flight.future.cancel(force=True)
        return self._gone(flight)

    def _gone(self, flight: _Flight) -> Event:
        return self._died(flight, self._exit_codes.get(flight.worker)) if flight.pid else Lost(flight.job)

    def _exit_code(self, worker: str) -> int | None:
        if self._cluster is None:
            return None
        end = time.monotonic() + EXIT_CODE_SECONDS
        while worker not in self._exit_codes and time.monotonic() < end:
            time.sleep(0.01)
        return self._exit_codes.get(worker)

    def _addresses(self) -> set[str]:
        if self._cluster is not None:
            return set(getattr(self._cluster.scheduler, "workers", ()))
        if self._client is None or self._client.status != "running":
            return set()
        try:
            return set(self._client.scheduler_info()["workers"])
        except OSError:
            return set()

    def alive(self) -> bool:
        """Whether the scheduler can be spoken to, and no worker is missing for good while nothing is in flight."""
        reachable = self._client is not None and self._client.status in ("running", "connecting")
        return reachable and not (self._cluster is not None and not self._flights and self._is_short(self._addresses()))

    def _is_short(self, there: set[str]) -> bool:
        """Whether workers of the embedded cluster have been missing for too long. The others then end their jobs, get no
        more, and the engine is started anew."""
        if self._cluster is None or len(there) >= self.workers:
            self._short_since = None
            return False
        self._short_since = self._short_since or self.clock()
        return self.clock() - self._short_since > HEAL_SECONDS

    def revive(self) -> None:
        """Start anew; what was in flight is lost without blame. Raises OSError."""
        self._lost += [Lost(name) for name in self._flights]
        self.stop()
        self.start()

    def end_worker(self, job: str) -> None:
        """Kill the worker on which `job` runs; its nanny starts another. The job is forgotten, without an event."""
        flight = self._flights.pop(job, None)
        if flight is None or self._client is None:
            return
        flight.future.cancel(force=True)
        if self._cluster is None:
            self._ending.add(flight.worker)
            self._client.restart_workers([flight.worker], timeout=30, raise_for_error=False)
        elif flight.pid:  # one that has not begun has no process to kill, and its worker stays good for others
            self._ending.add(flight.worker)
            with suppress(ProcessLookupError):
                os.kill(flight.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End everything that runs, at once."""
        for flight in self._flights.values():
            flight.future.release()
        self._flights.clear()
        if self._client is not None:
            self._client.close(timeout=2)
        if self._cluster is not None:
            self._cluster.close(timeout=10)
        self._client = self._cluster = None
