"""Shown when the terminal is too small: how many columns and rows are missing."""

from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from tui.app import ReviewApp


class SmallScreen(ModalScreen[None]):
    """Covers everything until the terminal has grown."""

    def __init__(self, smallest: tuple[int, int]) -> None:
        super().__init__()
        self._smallest = smallest

    def compose(self) -> ComposeResult:
        """One text in the middle."""
        yield Static(id="small")

    def on_mount(self) -> None:
        """Say it."""
        self._say()

    def on_resize(self) -> None:
        """Say it anew."""
        self._say()

    def _say(self) -> None:
        columns, rows = self.app.size
        text = cast("ReviewApp", self.app).words(
            "tui.small.text",
            columns=max(0, self._smallest[0] - columns),
            rows=max(0, self._smallest[1] - rows),
            width=self._smallest[0],
            height=self._smallest[1],
        )
        self.query_one("#small", Static).update(Text(text, justify="center"))
