"""The sound's envelope in braille: channel 1 rises from the middle, channel 2 hangs from it; levels in decibels."""

import math
from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.braille import bars
from tui.widgets.timeline import GUTTER
from tui.words import fit

FLOOR_DB = -40.0
"""What stands at the middle line; full scale is the edge."""


def share(peak: float) -> float:
    """A peak 0–1 as its share of the scale from FLOOR_DB to full scale."""
    return 0.0 if peak <= 0 else max(0.0, 1 - 20 * math.log10(min(1.0, peak)) / FLOOR_DB)


class Wave(Widget):
    """Shows up to two channels; one alone is drawn on both sides."""

    def __init__(self, styles_of: Callable[[], dict[str, Style]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._styles_of = styles_of
        self._channels: Sequence[Sequence[float]] = ()
        self._labels: Sequence[str] = ()
        self._nothing = ""
        self._lines: list[str] = []

    def show(self, channels: Sequence[Sequence[float]], labels: Sequence[str], nothing: str) -> None:
        """Exchange the sound: peaks 0–1 per channel, evenly over the lesson. `nothing` is said where there is none."""
        self._channels = [[share(peak) for peak in channel] for channel in channels[:2]]
        self._labels, self._nothing = labels, nothing
        self._draw()

    def on_resize(self) -> None:
        """Another grid."""
        self._draw()

    def _draw(self) -> None:
        width, upper = max(1, self.size.width - GUTTER), self.size.height // 2
        self._lines = []
        if self._channels and self._channels[0] and upper:
            lower = self._channels[1] if len(self._channels) > 1 else self._channels[0]
            self._lines = bars(self._channels[0], width, upper) + bars(lower, width, upper, hanging=True)
        self.refresh()

    def _label(self, y: int) -> str:
        """A channel's name stands where its half begins."""
        channel = {0: 0, self.size.height // 2: 1}.get(y)
        known = channel is not None and channel < min(len(self._channels), len(self._labels))
        return self._labels[channel] if self._lines and known and channel is not None else ""

    def render_line(self, y: int) -> Strip:
        """One line."""
        look, width = self._styles_of(), max(1, self.size.width - GUTTER)
        ground = look["ground"]
        label = self._label(y)
        if not self._lines:
            text = fit(self._nothing if y == 0 else "", width)
        else:
            text = self._lines[y] if y < len(self._lines) else " " * width
        return Strip(
            [
                Segment(fit(label, GUTTER), ground + look["dim"]),
                Segment(text, ground + look["accent" if self._lines else "dim"]),
            ]
        )
