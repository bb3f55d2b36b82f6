"""The daemon's life: start, take in and measure until told to stop, hand back what is not done.

Two threads and the engine's processes: this one gives out jobs, records results and beats; `daemon.taker` takes drops in.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from daemon.dispatch import Dispatcher
from daemon.engine import Engine
from daemon.lock import only_daemon, owner_name
from daemon.log import EventLog, close_log, open_log
from daemon.notify import notify, watched
from daemon.places import Places, places_of
from daemon.side import SideDied, run_aside
from daemon.taker import Taker
from station.around import context_before, context_for
from station.config import Config
from station.context import Context
from station.devices import device_phrase
from station.errors import ExitCode, StationError, Unavailable, system_words
from station.profile import Profile, default_profile, load_profile
from station.store import heartbeat, open_store
from station.store.connection import Store, utc_now
from station.store.heartbeat import Beat

TICK_SECONDS = 0.25
BEAT_SECONDS = 1.0
MOST_WAITING = 50
"""So many waiting drops are told in the heartbeat; all of them are in the log."""
GRACE_SECONDS = 10.0
"""When told to stop, a job that is about to end may end within so many seconds; the others are handed back."""
TAKER_SECONDS = 20.0
"""How long the intake may take to reach a safe place."""
DEVICE_SECONDS = 60.0
DEVICE_MEMORY = 1 << 40
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Service:
    """One run of the daemon. `stop()` may be called from a signal handler or another thread."""

    def __init__(self, config: Config, *, once: bool = False, workers: int | None = None) -> None:
        self._config, self._once = config, once
        wanted = config.engine.workers if workers is None else workers
        self._workers = wanted or len(os.sched_getaffinity(0))
        self._stop, self._wake = threading.Event(), threading.Event()
        self._started = utc_now()
        self._beat_at = 0.0
        self._status = ""
        self._told_of_context = ""

    def stop(self) -> None:
        """Ask for the end."""
        self._stop.set()
        self._wake.set()

    def run(self) -> ExitCode:
        """Live. Raises StationError where it cannot start: another daemon runs, the database or the profile is not usable."""
        places = places_of(self._config)
        try:
            places.make()
        except OSError as error:
            raise Unavailable("daemon.error.folders", path=str(error.filename), detail=system_words(error)) from error
        with only_daemon(places.lock), self._signals():
            log = open_log(places.logs, self._config.station.language)
            try:
                return self._run(places, log)
            finally:
                close_log()

    def _run(self, places: Places, log: EventLog) -> ExitCode:
        path = self._config.profile_path
        profile = load_profile(path) if path else default_profile()
        self._device = device_label(self._config.engine.device)
        store = open_store(self._config.database)
        self._store, self._log, self._places = store, log, places
        self._taker = Taker(self._config, places, log, self._wake.set)
        engine = self._engine = Engine(self._config.engine, self._workers, self._wake.set)
        self._jobs = self._dispatcher(store, engine, profile, str(path or ""))
        try:
            self._beat("starting", force=True)
            self._jobs.recover()
            self._join(engine)
            self._taker.start()
            log.info(
                "daemon.log.started", root=str(places.root), workers=self._workers, device=device_phrase(self._device)
            )
            notify(READY="1")
            self._live()
            return self._outcome()
        finally:
            self._end(engine)
            store.close()

    def _dispatcher(self, store: Store, engine: Engine, profile: Profile, profile_path: str) -> Dispatcher:
        return Dispatcher(
            store,
            self._places,
            self._config,
            engine,
            self._log,
            profile,
            profile_path,
            owner_name(),
            self._context,
        )

    def _context(self, store: Store, lesson_id: str, measured: bool) -> Context:
        """What can't be had (a template that was removed, an index that can't be written) costs its checks, not the lesson."""
        try:
            return (context_for if measured else context_before)(store, lesson_id, self._config)
        except Exception as error:  # noqa: BLE001 - a broken index must not hold the lessons
            if (told := repr(error)) != self._told_of_context:
                self._told_of_context = told
                self._log.failure("daemon.log.no-context", error, id=lesson_id)
            return Context()

    def _join(self, engine: Engine) -> None:
        try:
            engine.start()
        except OSError as error:
            address = self._config.engine.scheduler or "127.0.0.1"
            raise Unavailable("daemon.error.engine", address=address, detail=str(error)) from error

    def _live(self) -> None:
        while not self._stop.is_set():
            self._turn()
            if self._once and self._all_done():
                self._log.info("daemon.log.once-done", **vars(self._taker.tally), failed=self._jobs.failed)
                return
            self._wake.wait(TICK_SECONDS)
            self._wake.clear()

    def _turn(self, claiming: bool = True) -> None:
        try:
            self._jobs.step(claiming)
            self._beat(self._state())
            if not self._engine.alive():
                self._revive()
        except Exception as error:  # noqa: BLE001 - database busy, disk full, or worse: the next turn tries again
            self._log.failure("daemon.log.not-written", error, id="")
            self._stop.wait(BEAT_SECONDS)

    def _revive(self) -> None:
        """Start the engine anew, or join the cluster again."""
        self._log.warning("daemon.log.engine-failed")
        try:
            self._engine.revive()
        except OSError:
            self._stop.wait(BEAT_SECONDS)

    def _all_done(self) -> bool:
        quiet = self._taker.scans > 0 and self._taker.settled and not self._taker.busy_with
        return quiet and (self._jobs.idle or (self._jobs.paused and not self._jobs.running))

    def _outcome(self) -> ExitCode:
        tally = self._taker.tally
        trouble = tally.refused or tally.duplicate or self._taker.waiting or self._jobs.failed or self._jobs.paused
        return ExitCode.FAULT if self._once and trouble else ExitCode.PASS

    def _state(self) -> str:
        if self._stop.is_set():
            return "stopping"
        if self._jobs.running:
            return "measuring"
        return "taking" if self._taker.busy_with else "idle"

    def _beat(self, state: str, *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._beat_at < BEAT_SECONDS:
            return
        self._beat_at = now
        waiting = [
            {"name": held.name, "message": held.reason.message, "params": held.reason.params}
            for held in self._taker.waiting[:MOST_WAITING]
        ]
        heartbeat.beat(
            self._store, Beat(os.getpid(), socket.gethostname(), self._device, state, self._started, waiting)
        )
        if watched():
            notify(WATCHDOG="1")
        if state != self._status:
            self._status = state
            notify(STATUS=self._log.text(f"daemon.state.{state}"))

    def _end(self, engine: Engine) -> None:
        self._stop.set()
        notify(STOPPING="1")
        self._log.info("daemon.log.stopping", running=self._jobs.running)
        end = time.monotonic() + GRACE_SECONDS
        while self._jobs.running and self._jobs.worth_waiting(end - time.monotonic()):
            self._turn(claiming=False)
            time.sleep(TICK_SECONDS / 5)
        if not self._taker.stop(TAKER_SECONDS):
            self._log.warning("daemon.log.intake-slow")
        engine.stop()
        try:
            self._jobs.hand_back()
            self._beat("stopped", force=True)
        except StationError as error:  # the next start hands them back
            self._log.failure("daemon.log.not-written", error, id="")
        self._log.info("daemon.log.stopped")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM, SIGINT and SIGHUP stop; a second one ends at once, as `kill -9` would."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handle(number: int, _frame: object) -> None:
            if self._stop.is_set():
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)
            self.stop()

        before = {number: signal.signal(number, handle) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def device_label(wanted: str) -> str:
    """What will measure, and why; asked in a process of its own, since a driver may do what it likes to it.

    Raises Unavailable when the device that is asked for by name is not there.
    """
    try:
        label, problem = run_aside(_device, wanted, seconds=DEVICE_SECONDS, memory=DEVICE_MEMORY)
    except SideDied as died:
        label, problem = "", f"exit {died.code}"
    if problem:
        raise Unavailable("daemon.error.device", device=wanted, detail=problem)
    return str(label)


def _device(wanted: str) -> tuple[str, str]:
    from gpu.device import choose  # noqa: PLC0415 - only in the process that asks
    from gpu.errors import DeviceError  # noqa: PLC0415

    try:
        return choose(wanted).label, ""
    except DeviceError as error:
        return "", str(error)
