"""What tests of the screens share: waiting for a condition, and reading the screen."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from textual.pilot import Pilot

from tui.app import ReviewApp

DEADLINE = 20.0
Open = Callable[..., AbstractAsyncContextManager[tuple[ReviewApp, Pilot[None]]]]


async def until(pilot: Pilot[None], condition: Callable[[], Any], what: str = "") -> Any:
    """Wait for a condition, as long as a slow machine may need; its value."""
    end = asyncio.get_running_loop().time() + DEADLINE
    while not (value := condition()):
        assert asyncio.get_running_loop().time() < end, f"never came true: {what or condition}"
        await pilot.pause(0.02)
    return value


def screen_text(app: ReviewApp) -> str:
    """What stands on the screen, as text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
