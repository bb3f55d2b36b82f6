"""The desk on a thread of its own: the screen never waits for SQLite, a lock or a slow disk.

One connection belongs to one thread, so all calls run there one after the other, in the order they were made.
"""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from station.desk import Desk

T = TypeVar("T")
OpenDesk = Callable[[], "Desk"]
Job = tuple[Callable[["Desk"], Any], "asyncio.Future[Any]"]


class Deskside:
    """Runs calls on the desk and gives their answers back to the event loop."""

    def __init__(self, open_desk: OpenDesk) -> None:
        self._open = open_desk
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._seen = -1
        self._loop = asyncio.get_running_loop()
        # A daemon thread: SQLite may wait for a lock for many seconds, and leaving must not. An open transaction rolls back.
        self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
        self._thread.start()

    async def call(self, work: Callable[["Desk"], T]) -> T:
        """Run `work(desk)` on the desk's thread. Raises what it raises (StationError among it)."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._jobs.put((work, future))
        return await future

    async def changed(self) -> bool:
        """Whether another connection has committed since the last question."""
        version = await self.call(lambda desk: desk.store.data_version())
        changed = version != self._seen
        self._seen = version
        return changed

    def close(self, *, wait: float = 2.0) -> None:
        """End the thread after the calls already made, waiting at most `wait` seconds."""
        self._jobs.put(None)
        self._thread.join(wait)

    def _work(self) -> None:
        desk: Desk | None = None
        while (job := self._jobs.get()) is not None:
            work, future = job
            try:
                if desk is None:
                    desk = self._open()
                answer = work(desk)
            except Exception as error:  # noqa: BLE001 - every failure belongs to the caller that awaits it
                self._answer(_fail, future, error)
            else:
                self._answer(_succeed, future, answer)
        if desk is not None:
            desk.store.close()

    def _answer(self, how: Callable[..., None], future: "asyncio.Future[Any]", value: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(how, future, value)
        except RuntimeError:  # the loop ended while the call ran: nobody waits any more
            return


def _succeed(future: "asyncio.Future[Any]", value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _fail(future: "asyncio.Future[Any]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
