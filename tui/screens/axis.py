"""The lesson on one axis: findings as marks, measured rows, the sound. The overview's file is read by a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Vertical
from textual.message import Message
from textual.worker import get_current_worker

from tui.overview import Overview, read_overview
from tui.screens.phrases import SEVERITIES
from tui.widgets.timeline import Mark, Timeline, Track
from tui.widgets.wave import Wave

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from textual.app import ComposeResult

    from station.desk.views import FindingView, LessonView
    from tui.words import Words

HOLES = frozenset({"alive", "loudness"})
"""Rows of which the lowest value of a cell is shown: a hole is what matters."""
NARROW_ROWS = 3


@dataclass
class Came(Message):
    """The overview of one lesson, as a worker read it."""

    lesson: str
    overview: Overview | None


class Axis(Vertical):
    """Timeline and wave of one lesson; nothing for the papers."""

    def __init__(self, words: Words, styles_of: Callable[[], dict[str, Style]]) -> None:
        super().__init__(id="axis")
        self._words, self._styles_of = words, styles_of
        self._overviews: dict[tuple[str, str | None], Overview | None] = {}
        self._lesson: LessonView | None = None
        self._finding: FindingView | None = None
        self.wide = False

    def compose(self) -> ComposeResult:
        """Both."""
        yield Timeline(self._styles_of, id="timeline")
        yield Wave(self._styles_of, id="wave")

    def show(self, lesson: LessonView | None, finding: FindingView | None) -> None:
        """Another lesson or another finding."""
        self._lesson, self._finding = lesson, finding
        self.display = lesson is not None
        if lesson is None:
            return
        key = (lesson.id, lesson.overview)
        if key not in self._overviews:
            self._overviews[key] = None
            self._read(lesson.id, lesson.overview)
        self.paint()

    def paint(self) -> None:
        """Bring both up to date."""
        lesson, words = self._lesson, self._words
        if lesson is None:
            return
        overview = self._overviews.get((lesson.id, lesson.overview))
        duration = lesson.duration or (overview.duration if overview else 0.0)
        labels = (words("tui.timeline.findings"), words("tui.timeline.time"))
        self.query_one(Timeline).show(duration, self._marks(lesson), self._tracks(overview), labels)
        names = [words("tui.timeline.channel", number=n) for n in (1, 2)]
        channels: Sequence[Sequence[float]] = overview.channels if overview else ()
        self.query_one(Wave).show(channels, names, words("tui.timeline.no-sound"))

    def _marks(self, lesson: LessonView) -> list[Mark]:
        marks = []
        for f in lesson.findings:
            if f.start is not None:
                sign, style = SEVERITIES[f.severity]
                current = self._finding is not None and f.id == self._finding.id
                marks.append(Mark(f.start, f.end or f.start, sign, style if f.standing else "dim", current))
        return marks

    def _tracks(self, overview: Overview | None) -> list[Track]:
        if overview is None:
            return []
        rows = {
            "alive": overview.alive,
            "luma": overview.luma,
            "loudness": overview.loudness,
            "bit-rate": overview.bit_rate,
        }
        tracks = [Track(self._words(f"tui.timeline.{n}"), v, lowest=n in HOLES) for n, v in rows.items() if v]
        return tracks if self.wide else tracks[:NARROW_ROWS]

    @work(thread=True, group="overview", exit_on_error=False)
    def _read(self, lesson: str, path: str | None) -> None:
        overview = read_overview(path)
        if not get_current_worker().is_cancelled:
            self.post_message(Came(lesson, overview))

    @on(Came)
    def _came(self, message: Came) -> None:
        message.stop()
        for key in self._overviews:
            if key[0] == message.lesson:
                self._overviews[key] = message.overview
        self.paint()
