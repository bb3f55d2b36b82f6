"""One axis for everything that happens in a lesson: findings as marks, measured curves as rows, the sound under them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.braille import Values, bars
from tui.words import fit, timecode

GUTTER = 10
"""Cells at the left for the names of the rows; the wave beside it keeps the same."""


@dataclass(frozen=True)
class Mark:
    """A finding on the axis. Seconds; `end` is exclusive."""

    start: float
    end: float
    sign: str
    style: str
    current: bool = False


@dataclass(frozen=True)
class Track:
    """A measured row. `values` as shares 0–1, evenly over the lesson; None where nothing was measured."""

    label: str
    values: Values
    style: str = "dim"
    lowest: bool = False
    """Whether holes matter (life, loudness) rather than peaks."""


def column(seconds: float, duration: float, width: int) -> int:
    """The cell of a moment."""
    return min(width - 1, max(0, int(seconds / duration * width))) if duration > 0 else 0


def ticks(duration: float, width: int) -> str:
    """The axis: times every so often, as many as fit."""
    places = [" "] * width
    room = 12
    count = max(1, width // room)
    for number in range(count):
        seconds = duration * number / count
        text = "|" + timecode(seconds)[:-2]
        start = column(seconds, duration, width)
        if start + len(text) <= width:
            places[start : start + len(text)] = text
    return "".join(places)


class Timeline(Widget):
    """Line 0: marks; line 1: the axis; then the tracks, `rows` lines each."""

    class Picked(Message):
        """A place was clicked."""

        def __init__(self, seconds: float) -> None:
            super().__init__()
            self.seconds = seconds

    def __init__(self, styles_of: Callable[[], dict[str, Style]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._styles_of = styles_of
        self._duration = 0.0
        self._marks: Sequence[Mark] = ()
        self._tracks: Sequence[Track] = ()
        self._labels = ("", "")
        self._drawn: dict[int, tuple[str, list[str], str]] = {}

    def show(self, duration: float, marks: Sequence[Mark], tracks: Sequence[Track], labels: tuple[str, str]) -> None:
        """Exchange everything. `labels` name the marks' line and the axis."""
        self._duration, self._marks, self._tracks, self._labels = duration, marks, tracks, labels
        self._drawn = {}
        self.refresh()

    def on_resize(self) -> None:
        """Another grid."""
        self._drawn = {}

    def on_click(self, event: events.Click) -> None:
        """A click is a moment of the lesson."""
        width = self.size.width - GUTTER
        if event.x >= GUTTER and self._duration > 0 and width > 0:
            self.post_message(self.Picked((event.x - GUTTER) / width * self._duration))

    def render_line(self, y: int) -> Strip:
        """One line."""
        look, width = self._styles_of(), max(1, self.size.width - GUTTER)
        ground = look["ground"]
        current = next((column(m.start, self._duration, width) for m in self._marks if m.current), None)
        if y == 0:
            return Strip([Segment(fit(self._labels[0], GUTTER), ground + look["dim"]), *self._mark_line(width, look)])
        if y == 1:
            label, text, style = self._labels[1], ticks(self._duration, width), "dim"
        else:
            label, text, style = self._track_line(y - 2, width)
        segments = [Segment(fit(label, GUTTER), ground + look["dim"])]
        if current is None:
            return Strip([*segments, Segment(text, ground + look[style])])
        parts = (text[:current], text[current], text[current + 1 :])
        segments += [
            Segment(part, look["bar"] if place == 1 else ground + look[style])
            for place, part in enumerate(parts)
            if part
        ]
        return Strip(segments)

    def _track_line(self, line: int, width: int) -> tuple[str, str, str]:
        if not self._tracks:
            return "", " " * width, "dim"
        rows = max(1, (self.size.height - 2) // len(self._tracks))
        index, part = divmod(line, rows)
        if index >= len(self._tracks):
            return "", " " * width, "dim"
        if index not in self._drawn:
            track = self._tracks[index]
            self._drawn[index] = (track.label, bars(track.values, width, rows, lowest=track.lowest), track.style)
        label, lines, style = self._drawn[index]
        return label if part == 0 else "", lines[part], style

    def _mark_line(self, width: int, look: dict[str, Style]) -> list[Segment]:
        """Ranges as `-`, beginnings as their sign; the current one reversed and on top."""
        ground = look["ground"]
        cells: list[tuple[str, Style]] = [(".", ground + look["dim"])] * width
        for mark in sorted(self._marks, key=lambda m: m.current):
            first, last = (column(t, self._duration, width) for t in (mark.start, mark.end))
            style = look["bar"] if mark.current else ground + look[mark.style]
            for place in range(first, max(first, last) + 1):
                cells[place] = (mark.sign if place == first else "-", style)
        return [Segment(sign, style) for sign, style in cells]
