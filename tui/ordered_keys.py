"""Keys in the order in which they were typed, each where it was meant to go."""

from __future__ import annotations

import asyncio
from collections import deque

from textual import events
from textual.app import App
from textual.dom import DOMNode

LOOK_S = 0.05
"""Between two looks whether the widget is still there."""
PATIENCE_S = 2.0
"""A widget that is busy for longer does not hold the keys back."""
ROUNDS = 2
"""What a key does, and what the messages that it has caused do (an Enter in a field: the field's word that it is filled in)."""


class OrderedKeys(App[None]):
    """An app that hands out a key only when the one before has had its effect.

    Textual gives each key to whatever has the focus when it is read. Over a slow line several come in one bundle: the number, the
    Tab and the next number would all go to the first field.
    """

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key] = deque()
        self._handing_out = False

    async def on_event(self, event: events.Event) -> None:
        """Keys from the terminal wait for their turn."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._handing_out:
            self._typed.append(event)
        else:
            await self._hand_out(event)

    async def _hand_out(self, key: events.Key) -> None:
        """Give a key to what has the focus now."""
        self._handing_out = True
        target: DOMNode = self.focused or self.screen
        await super().on_event(key)
        self.run_worker(self._settle(target), group="keys")

    async def _settle(self, target: DOMNode) -> None:
        """Wait until the key has gone through all queues from its widget up to the app, then hand out the next one."""
        try:
            for _ in range(ROUNDS):
                for node in target.ancestors_with_self:
                    await _passed(node)
        finally:
            if self._typed:
                self.call_later(self._hand_out, self._typed.popleft())
            else:
                self._handing_out = False


async def _passed(node: DOMNode) -> None:
    """Until `node` has worked through what is in its queue now, or is gone."""
    done = asyncio.Event()
    if not node.call_later(done.set):
        return
    for _ in range(round(PATIENCE_S / LOOK_S)):
        try:
            await asyncio.wait_for(done.wait(), LOOK_S)
        except TimeoutError:
            if not node.is_running:
                return
        else:
            return
