"""A line of tabs that keeps the chosen one in view."""

from collections.abc import Callable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.words import fit

WIDEST = 26


class TabLine(Widget):
    """Labels with a style each; a click chooses."""

    DEFAULT_CSS = "TabLine { height: 1; }"

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, styles_of: Callable[[], dict[str, Style]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._styles_of = styles_of
        self._tabs: Sequence[tuple[str, str]] = ()
        self._chosen = 0
        self._places: list[tuple[int, int, int]] = []

    def show(self, tabs: Sequence[tuple[str, str]], chosen: int) -> None:
        """Exchange the tabs: (text, style)."""
        self._tabs, self._chosen = tabs, chosen
        self.refresh()

    def first_in_view(self, width: int) -> int:
        """The first tab to paint so that the chosen one is seen whole."""
        first = 0
        while first < self._chosen and sum(self._cells(i) for i in range(first, self._chosen + 1)) > width:
            first += 1
        return first

    def _cells(self, index: int) -> int:
        return min(WIDEST, cell_len(self._tabs[index][0])) + 3

    def render_line(self, y: int) -> Strip:
        """The line."""
        look, width = self._styles_of(), self.size.width
        base = look["ground"]
        segments: list[Segment] = []
        self._places = []
        x = 0
        for index in range(self.first_in_view(width - 2), len(self._tabs)):
            text, style = self._tabs[index]
            piece = " " + fit(text, min(WIDEST, cell_len(text))) + " "
            segments += [
                Segment(piece, look["bar"] if index == self._chosen else base + look[style]),
                Segment(" ", base),
            ]
            self._places.append((x, x + cell_len(piece), index))
            x += cell_len(piece) + 1
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the pointer."""
        for start, end, index in self._places:
            if start <= event.x < end:
                self.post_message(self.Picked(index))
