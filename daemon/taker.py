"""The thread that takes drops in: woken by events, it looks, takes in, and waits. Nothing a drop does ends it."""

import threading
from collections.abc import Callable

from daemon.inbox import Inbox, Tally, Waiting
from daemon.intake import Bench
from daemon.log import EventLog
from daemon.places import Places
from daemon.watch import Watch
from station.config import Config
from station.store import open_store

RESTART_SECONDS = 5.0


class Taker:
    """Owns the inbox, a store connection, and the watch."""

    def __init__(self, config: Config, places: Places, log: EventLog, changed: Callable[[], None]) -> None:
        self._config, self._places, self._log, self._changed = config, places, log, changed
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, name="intake", daemon=True)
        self.tally = Tally()
        self.waiting: tuple[Waiting, ...] = ()
        self.busy_with = ""
        """The drop that is being worked on; empty while there is none."""
        self.scans = 0
        self.settled = False
        """Whether the last look left nothing that will go on by itself."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    def stop(self, seconds: float) -> bool:
        """End at the next safe place, within so many seconds. Whether it did."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is None:  # never started
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _live(self) -> None:
        while not self._stop.is_set():
            try:
                self._work()
            except Exception as error:  # noqa: BLE001 - the inbox must be looked at again, whatever it was
                self._log.failure("daemon.log.intake-failed", error, name="")
                self._stop.wait(RESTART_SECONDS)

    def _work(self) -> None:
        store = open_store(self._config.database)
        watch = Watch(self._places.inbox, self._config.watch.events, self.wake)
        if (trouble := watch.start()) is not None:
            self._log.warning("daemon.log.polling-instead", detail=str(trouble))
        self._log.info(
            "daemon.log.watching-polling" if watch.polling else "daemon.log.watching", inbox=str(self._places.inbox)
        )
        try:
            bench = Bench(store, self._places, self._config, self._log, self._stop.is_set)
            inbox = Inbox(bench, busy_with=self._set_busy, tally=self.tally)
            while not self._stop.is_set():
                self._look(inbox)
                if not watch.alive():  # the inbox was away: watch the one that came back
                    watch.stop()
                    watch.start()
        finally:
            watch.stop()
            store.close()

    def _look(self, inbox: Inbox) -> None:
        self._wake.clear()
        inbox.scan()
        self.waiting, self.settled = inbox.waiting, inbox.settled
        self.scans += 1
        self._changed()
        pause = inbox.next_look()
        if self._wake.wait(pause):
            self._stop.wait(min(0.1, pause))  # a copy makes thousands of events: look once for many

    def _set_busy(self, name: str) -> None:
        self.busy_with = name
        self._changed()
