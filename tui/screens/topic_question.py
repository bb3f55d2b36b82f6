"""The question before an act on topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from tui.screens.modals import Question

if TYPE_CHECKING:
    from tui.app import ReviewApp


class TopicQuestion(Question):
    """An act on topics restated; asks for a reason, another `field` (path, import, submission), or only for a yes."""

    def __init__(self, station: ReviewApp, act: str, lines: str, *, reason: bool, field: str = "") -> None:
        self._act, self._lines = act, lines
        self.needs_reason = reason
        if field:
            self.field, self.missing = f"tui.topics.field.{field}", f"tui.topics.missing.{field}"
        super().__init__(station)

    def text(self) -> Text:
        """The act's name, and what it is about."""
        look = self.look()
        text = Text().append(self.station.words(f"action.{self._act}") + "\n\n", look["key"])
        return text.append(self._lines, look["text"])
