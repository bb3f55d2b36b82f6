"""Long work on a desk of its own: copying, checking the whole log. The screens' desk stays free, and so does the screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.desk import Desk
    from tui.app import ReviewApp

T = TypeVar("T")


async def aside(station: ReviewApp, work: Callable[[Desk], T]) -> T:
    """Run `work` in a thread of its own, at a second desk of the same person. Raises what it raises."""

    def run() -> T:
        """The desk belongs to this thread, and is closed after."""
        from station.desk import open_desk  # noqa: PLC0415 - the imports cost more than the first paint may

        desk = open_desk(station.config, station.person)
        try:
            return work(desk)
        finally:
            desk.store.close()

    return await asyncio.to_thread(run)
