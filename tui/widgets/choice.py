"""Yes, no, or not answered yet: three keys and a click."""

from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.words import fit

SIGNS = {None: ("[ ]", "dim"), True: ("[+]", "good"), False: ("[x]", "fault")}


class Choice(Widget, can_focus=True):
    """`y` is yes, `n` is no, space goes round."""

    DEFAULT_CSS = "Choice { height: 1; width: 10; }"
    BINDINGS: ClassVar[list[BindingType]] = []

    class Changed(Message):
        """Answered."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> "Choice":
            """The widget."""
            return self.choice

    def __init__(
        self,
        styles_of: Callable[[], dict[str, Style]],
        word_of: Callable[[bool | None], str],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ) -> None:
        super().__init__(id=id)
        self._styles_of, self._word_of = styles_of, word_of
        self.answer: bool | None = None

    def put(self, answer: bool | None) -> None:
        """Show an answer without telling anybody."""
        self.answer = answer
        self.refresh()

    def _set(self, answer: bool | None) -> None:
        if answer is not self.answer and not self.disabled:
            self.put(answer)
            self.post_message(self.Changed(self))

    def on_key(self, event: events.Key) -> None:
        """Answer."""
        answers = {"y": True, "n": False, "backspace": None, "delete": None}
        if event.key in answers:
            event.stop()
            self._set(answers[event.key])
        elif event.key in {"space", "enter"}:
            event.stop()
            self._set(self.answer is not True)

    def on_click(self) -> None:
        """Go round."""
        self._set(self.answer is not True)

    def on_focus(self) -> None:
        """The colours change."""
        self.refresh()

    def on_blur(self) -> None:
        """The colours change."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Sign and word."""
        look, width = self._styles_of(), self.size.width
        sign, style = SIGNS[self.answer]
        base = look["cursor"] if self.has_focus else look["ground"] + look[style]
        return Strip([Segment(fit(f"{sign} {self._word_of(self.answer)}", width), base)], width)
