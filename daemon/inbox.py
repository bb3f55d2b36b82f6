"""The inbox at work: look at every drop, take in what is whole, carry on what was begun, say why the rest waits."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from daemon import intake, names
from daemon.errors import NotNow
from daemon.intake import Bench
from daemon.look import why_unfinished
from daemon.settle import Standing, Tracker
from daemon.snapshot import take_snapshot
from station.store import drops
from station.store.drops import Reason
from station.store.names import shown

FEWEST_SECONDS, MOST_SECONDS = 0.05, 2.0
"""How often a drop that is on its way is looked at."""
PATIENT_TRIES = 3
"""After so many, trying again is not expected to help by itself."""
RETRY_SECONDS = 15.0
"""At most so long until a drop that could not go on is tried again."""


@dataclass(frozen=True)
class Waiting:
    """A drop that is not taken in, and why."""

    name: str
    reason: Reason
    patient: bool
    """Whether waiting will end by itself."""


@dataclass
class Tally:
    """How many drops ended how since the start."""

    registered: int = 0
    refused: int = 0
    duplicate: int = 0
    gone: int = 0


@dataclass
class _Retry:
    at: float
    tries: int
    reason: Reason


@dataclass
class Inbox:
    """Scans; one thread's own."""

    bench: Bench
    clock: Callable[[], float] = time.monotonic
    busy_with: Callable[[str], None] = lambda _name: None
    """Told the name of each drop before it is worked on, and an empty name after."""
    tally: Tally = field(default_factory=Tally)
    waiting: tuple[Waiting, ...] = ()
    _retries: dict[str, _Retry] = field(default_factory=dict)
    _said: dict[str, Reason] = field(default_factory=dict)
    _inbox_there: bool = True

    def __post_init__(self) -> None:
        self._tracker = Tracker(self.bench.config.watch.settle_seconds)

    def scan(self) -> None:
        """Look once at everything, and take in what is whole. Raises only what is an error of this program or the disk."""
        waiting = self._carry_on()
        found = self._names()
        self._tracker.keep(found)
        self._forget_retries(found)
        for name in found:
            if self.bench.stopped():
                break
            if held := self._consider(name):
                waiting.append(held)
        self.waiting = tuple(waiting)
        self._say_why()

    def next_look(self) -> float:
        """Seconds until something may have changed although no event came."""
        settle, rescan = self.bench.config.watch.settle_seconds, self.bench.config.watch.rescan_seconds
        if any(held.patient for held in self.waiting):
            return min(max(settle / 5, FEWEST_SECONDS), MOST_SECONDS)
        return min(rescan, self._retry_pause()) if self.waiting else rescan

    @property
    def settled(self) -> bool:
        """Whether nothing here will go on by itself."""
        return not any(held.patient for held in self.waiting)

    def _names(self) -> list[str]:
        try:
            listed = os.listdir(self.bench.places.inbox)  # noqa: PTH208 - names of any bytes
        except OSError as error:
            if self._inbox_there:
                self.bench.log.failure("daemon.log.inbox-unreadable", error, name=str(self.bench.places.inbox))
            self._inbox_there = False
            return []
        self._inbox_there = True
        return sorted((name for name in listed if not names.is_litter(name)), key=os.fsencode)

    def _consider(self, name: str) -> Waiting | None:
        path = self.bench.places.inbox / name
        snapshot = take_snapshot(path)
        if snapshot is None:
            return None
        standing = self._tracker.step(name, snapshot, self.clock(), partial(why_unfinished, path, snapshot))
        if standing.waits_for is None and name.startswith("."):
            standing = Standing(Reason("intake.wait.hidden"), patient=False)
        if standing.waits_for is not None:
            return Waiting(shown(name), standing.waits_for, standing.patient)
        return self._attempt(os.fspath(path), shown(name), partial(intake.take_in, self.bench, path))

    def _carry_on(self) -> list[Waiting]:
        """Drops that were begun: those in our hands, and those whose source has gone. The others settle in the inbox."""
        tried = []
        for drop in drops.unfinished(self.bench.store):
            moved = drop.state == "taken" or os.path.lexists(self.bench.places.root / drop.target)
            if not self.bench.stopped() and (moved or not os.path.lexists(drop.source)):
                tried.append(self._attempt(drop.id, drop.name, partial(intake.carry_on, self.bench, drop)))
        return [held for held in tried if held is not None]

    def _attempt(self, key: str, name: str, work: Callable[[], str]) -> Waiting | None:
        before = self._retries.get(key)
        if before and self.clock() < before.at:
            return Waiting(name, before.reason, patient=before.tries < PATIENT_TRIES)
        self.busy_with(name)
        try:
            end = work()
        except NotNow as held:
            return self._later(key, name, held.reason)
        except Exception as error:  # noqa: BLE001 - whatever one drop does, the others are taken in
            self.bench.log.failure("daemon.log.intake-failed", error, name=name)
            return self._later(key, name, Reason("intake.wait.system", {"file": "", "detail": str(error)}))
        finally:
            self.busy_with("")
        self._retries.pop(key, None)
        setattr(self.tally, end, getattr(self.tally, end) + 1)
        return None

    def _later(self, key: str, name: str, reason: Reason) -> Waiting:
        tries = self._retries[key].tries + 1 if key in self._retries else 1
        self._retries[key] = _Retry(self.clock() + self._retry_pause(), tries, reason)
        return Waiting(name, reason, patient=tries < PATIENT_TRIES)

    def _forget_retries(self, found: list[str]) -> None:
        there = {os.fspath(self.bench.places.inbox / name) for name in found}
        there |= {drop.id for drop in drops.unfinished(self.bench.store)} if self._retries else set()
        self._retries = {key: retry for key, retry in self._retries.items() if key in there}

    def _retry_pause(self) -> float:
        return min(max(self.bench.config.watch.settle_seconds, FEWEST_SECONDS), RETRY_SECONDS)

    def _say_why(self) -> None:
        now = {held.name: held.reason for held in self.waiting}
        for name, reason in now.items():
            if self._said.get(name) != reason:
                self.bench.log.info("daemon.log.waits", name=name, reason=self._words(reason))
        self._said = now

    def _words(self, reason: Reason) -> str:
        return self.bench.log.text(reason.message, **reason.params)
