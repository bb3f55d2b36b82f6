"""The key bar: one line that always fits. What does not fit falls out by priority, and `+N ?` says how much."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget


@dataclass(frozen=True)
class Hint:
    """One key with its label. Lower priority stays longer."""

    action: str
    key: str
    label: str
    priority: int
    enabled: bool

    @property
    def cells(self) -> int:
        """Its width with one blank before and one between key and label."""
        return cell_len(self.key) + cell_len(self.label) + 2


def choose(hints: Sequence[Hint], width: int) -> tuple[list[Hint], int]:
    """The hints that fit `width` cells in their own order, and how many were left out (their sign needs room too)."""
    if sum(h.cells for h in hints) <= width:
        return list(hints), 0
    room = width - len(" +00 ?")
    kept: set[int] = set()
    for index in sorted(range(len(hints)), key=lambda i: (hints[i].priority, i)):
        if hints[index].cells > room:
            break
        kept.add(index)
        room -= hints[index].cells
    return [h for i, h in enumerate(hints) if i in kept], len(hints) - len(kept)


class KeyBar(Widget):
    """Shows the hints that `hints_of()` gives at the moment of painting."""

    DEFAULT_CSS = "KeyBar { height: 1; dock: bottom; }"

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, hints_of: Callable[[], Sequence[Hint]], styles_of: Callable[[], dict[str, Style]]) -> None:
        super().__init__()
        self._hints_of, self._styles_of = hints_of, styles_of
        self._places: list[tuple[int, int, str]] = []
        self._shown: Sequence[Hint] = ()

    def renew(self) -> None:
        """Paint anew where the hints have changed."""
        if list(self._hints_of()) != list(self._shown):
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        look, width = self._styles_of(), self.size.width
        base = look["panel"]
        self._shown = self._hints_of()
        shown, left_out = choose(self._shown, width)
        segments: list[Segment] = []
        self._places = []
        x = 0
        for hint in shown:
            label = look["text"] if hint.enabled else look["dim"]
            key = look["key"] if hint.enabled else look["dim"]
            segments += [
                Segment(" ", base),
                Segment(hint.key, base + key),
                Segment(" ", base),
                Segment(hint.label, base + label),
            ]
            self._places.append((x, x + hint.cells, hint.action))
            x += hint.cells
        if left_out:
            segments.append(Segment(f" +{left_out} ?", base + look["dim"]))
            self._places.append((x, width, "help"))
        return Strip(segments).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """A click on a hint is its key."""
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))
