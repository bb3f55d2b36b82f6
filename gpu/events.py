"""Collecting events with a bound: a broken file must not fill the memory with complaints."""

from dataclasses import replace
from fractions import Fraction

from gpu.logs import plain
from gpu.measurements import Event

MOST = 500
"""Events kept of one kind and stream; the last one gathers the amounts of all that follow."""


class EventLog:
    """Events of one pass, with their times counted from `origin`."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], list[Event]] = {}

    def add(self, time: Fraction | float, stream: str, kind: str, amount: float = 1.0, detail: str = "") -> None:
        """Note one event at `time`, in seconds of the file's own clock."""
        events = self._events.setdefault((stream, kind), [])
        if len(events) < MOST:
            events.append(Event(float(time), stream, kind, float(amount), plain(detail)))
        else:
            events[-1] = replace(events[-1], amount=events[-1].amount + amount)

    def finish(self, origin: float) -> tuple[Event, ...]:
        """All events by time, in seconds from `origin`."""
        every = [replace(e, time=e.time - origin) for events in self._events.values() for e in events]
        return tuple(sorted(every, key=lambda e: (e.time, e.stream, e.kind, e.detail)))
