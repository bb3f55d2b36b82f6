"""The evidence on the full screen, down to native pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tui.actions import Moment
from tui.screens.base import StationScreen
from tui.screens.detail import place
from tui.screens.phrases import severity_word
from tui.widgets.frame import TILES, ZOOM_STEP, Frame

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui.screens.submission import SubmissionScreen

PAN = 0.25
"""Share of the view that one key moves."""


class StillScreen(StationScreen):
    """Shows what the submission screen below has chosen, and moves its choice."""

    scope = "still"

    def __init__(self, below: SubmissionScreen) -> None:
        super().__init__()
        self._below = below
        self._panned = False
        """Whether the person has moved the view: from then on zooming keeps its middle."""

    def body(self) -> ComposeResult:
        """One frame."""
        yield Frame(self.look, id="still", few_colours=self.station.low_bandwidth)

    def begin(self) -> None:
        """The stills may still be on their way: look again until they are there."""
        self.retext()
        self.set_interval(0.1, self._show)

    def moment(self) -> Moment:
        """As below."""
        return self._below.moment()

    def headline(self) -> Text:
        """The finding in a line."""
        finding, words, look = self._below.finding, self.words, self.look()
        if finding is None:
            return Text()
        text = Text().append(severity_word(words, finding.severity), look[str(finding.severity).replace("note", "dim")])
        text.append("  " + words.outside(finding.message, finding.params), look["text"])
        text.append("  " + place(words, finding), look["dim"])
        return text

    def write(self) -> None:
        """Head line and picture."""
        super().write()
        self._show()

    def _show(self) -> None:
        finding, which = self._below.finding, self._below.evidence.which
        frame = self.query_one(Frame)
        caption = self.words(f"tui.submission.{which}")
        if frame.zoom > 1:
            caption += f"  {frame.zoom:.1f}x"
        picture = self._below.evidence.pictures.get(which)
        if picture is None:
            caption += "  " + self.words("tui.submission.no-picture")
        frame.show(picture, caption, tiles=finding.tiles if finding and which == "at" else None)

    def _zoom(self, factor: float) -> None:
        frame, finding = self.query_one(Frame), self._below.finding
        if not self._panned and finding is not None and finding.tiles is not None:  # straight to where it was found
            top, left, bottom, right = finding.tiles
            frame.centre = ((left + right) / 2 / TILES[1], (top + bottom) / 2 / TILES[0])
        frame.look_at(zoom=frame.zoom * factor)
        self._show()

    def _pan(self, x: float, y: float) -> None:
        self._panned = True
        self.query_one(Frame).look_at(by=(x * PAN, y * PAN))

    def do_zoom_in(self) -> None:
        """Larger."""
        self._zoom(ZOOM_STEP)

    def do_zoom_out(self) -> None:
        """Smaller."""
        self._zoom(1 / ZOOM_STEP)

    def do_whole(self) -> None:
        """The whole picture."""
        self._panned = False
        self._zoom(0)

    def do_pan_left(self) -> None:
        """Left."""
        self._pan(-1, 0)

    def do_pan_right(self) -> None:
        """Right."""
        self._pan(1, 0)

    def do_pan_up(self) -> None:
        """Up."""
        self._pan(0, -1)

    def do_pan_down(self) -> None:
        """Down."""
        self._pan(0, 1)

    def do_before(self) -> None:
        """The picture before it."""
        self._pick("before")

    def do_at(self) -> None:
        """The picture when it happened."""
        self._pick("at")

    def do_after(self) -> None:
        """The picture after it."""
        self._pick("after")

    def _pick(self, which: str) -> None:
        self._below.evidence.pick(which)
        self._show()

    def do_next_finding(self) -> None:
        """One finding on."""
        self._below.do_next_finding()
        self.retext()

    def do_previous_finding(self) -> None:
        """One finding back."""
        self._below.do_previous_finding()
        self.retext()
