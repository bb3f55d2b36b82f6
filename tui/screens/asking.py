"""Plain questions: a text, and a field for a reason where one is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tui.screens.modals import Question

if TYPE_CHECKING:
    from textual.widgets import Input

    from tui.app import ReviewApp


class AskScreen(Question):
    """A title, a text, and a field. Gives what was written, or None: let it be."""

    def __init__(
        self, station: ReviewApp, title: str, text: str = "", *, reason: bool = True, optional: bool = False
    ) -> None:
        self._title, self._text, self._optional = title, text, optional
        self.needs_reason = reason
        super().__init__(station)

    def text(self) -> Text:
        """Title and text."""
        look = self.look()
        made = Text().append(self._title, look["key"])
        return made.append("\n\n" + self._text, look["text"]) if self._text else made

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter confirms; an optional reason may stay empty. Else the base's handler, which is called by itself, asks for it."""
        if self._optional:
            event.stop()
            event.prevent_default()
            self.dismiss(event.value.strip())
