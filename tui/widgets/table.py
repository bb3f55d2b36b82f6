"""A virtual table on the line API: only the lines in view are made, so ten thousand rows cost what twenty do."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.words import fit

JUMP_SIGNS = "abcdefghijklmnopqrstuvwxyz0123456789"
Row = TypeVar("Row")
Cell = tuple[str, str]
"""Text (outside text is welcome: it is cleaned and cut here) and the name of a style."""


@dataclass(frozen=True)
class Column:
    """One column. `width` in cells; 0 takes its share of what is left over."""

    title: str
    width: int = 0
    right: bool = False
    share: int = 1


def widths(columns: Sequence[Column], total: int) -> list[int]:
    """Cells of each column: one blank between two; what the fixed ones leave goes to the flexible ones by their shares."""
    room = total - sum(c.width for c in columns) - max(0, len(columns) - 1)
    shares = sum(c.share for c in columns if c.width == 0)
    result, given = [], 0
    for column in columns:
        if column.width:
            result.append(column.width)
            continue
        given += column.share
        before = given - column.share
        result.append(max(0, room * given // shares - room * before // shares))
    return result


class VirtualTable(ScrollView, Generic[Row], can_focus=True):
    """Rows of values, painted by `paint(row) -> cells`; the cursor stays on its row when the rows are exchanged."""

    DEFAULT_CSS = "VirtualTable { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"

    class Highlighted(Message):
        """The cursor stands on another row."""

        def __init__(self, table: "VirtualTable[Any]") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "VirtualTable[Any]":
            """The table."""
            return self.table

    class Chosen(Highlighted):
        """A row was clicked twice."""

    def __init__(
        self,
        *,
        key: Callable[[Row], Hashable],
        paint: Callable[[Row], Sequence[Cell]],
        styles_of: Callable[[], dict[str, Style]],
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        head: bool = True,
        empty: Callable[[], str] = str,
    ) -> None:
        super().__init__(id=id)
        self._key, self._paint, self._styles_of, self._empty = key, paint, styles_of, empty
        self._head = head
        self._painted: dict[int, Strip] = {}
        self.columns: Sequence[Column] = ()
        self.rows: Sequence[Row] = ()
        self.cursor = 0
        self.marked: frozenset[Hashable] = frozenset()
        """Keys of rows to mark as changed."""
        self.jumping = False
        """Whether the rows in view carry letters to jump by."""

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def show(
        self, rows: Sequence[Row], columns: Sequence[Column] | None = None, marked: frozenset[Hashable] = frozenset()
    ) -> None:
        """Exchange the rows. The cursor stays on the row with the same key, and that row at the same height; where it has
        gone, the cursor stays at its place in the list. Only lines that come out differently are painted."""
        held = self._key(self.current) if self.current is not None else None
        height = self.cursor - self.scroll_offset.y
        self.rows = rows
        self.columns = self.columns if columns is None else columns
        self.marked = marked
        place = next((i for i, row in enumerate(rows) if self._key(row) == held), None) if held is not None else None
        moved = place is not None and place != self.cursor
        self.cursor = place if place is not None else max(0, min(self.cursor, len(rows) - 1))
        self.virtual_size = Size(self.size.width, len(rows) + self._head_lines)
        if moved:
            self.scroll_to(y=self.cursor - height, animate=False)
        self._renew()

    def _renew(self) -> None:
        """Paint the lines that would come out differently."""
        for y in range(self.size.height):
            before = self._painted.get(y)
            if before is None or before != self._compose_line(y):
                self.refresh(Region(0, y, self.size.width, 1))

    @property
    def _head_lines(self) -> int:
        return 1 if self._head else 0

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, as near as there is one, and bring it into view."""
        target = max(0, min(index, len(self.rows) - 1))
        changed = target != self.cursor
        self.cursor = target
        height = max(1, self.size.height - self._head_lines)
        top = self.scroll_offset.y
        if target < top:
            self.scroll_to(y=target, animate=False)
        elif target >= top + height:
            self.scroll_to(y=target - height + 1, animate=False)
        self._renew()
        if changed:
            self.post_message(self.Highlighted(self))

    def move_by(self, step: int) -> None:
        """Move the cursor by rows."""
        self.move_to(self.cursor + step)

    @property
    def page(self) -> int:
        """Rows in view."""
        return max(1, self.size.height - self._head_lines)

    def start_jump(self) -> None:
        """Put letters before the rows in view."""
        self.jumping = bool(self.rows)
        self._renew()

    def jump(self, sign: str) -> None:
        """Take the letters away, and go to the row that had this one."""
        self.jumping = False
        place = JUMP_SIGNS.find(sign) if sign else -1
        if 0 <= place < min(self.page, len(self.rows) - self.scroll_offset.y):
            self.move_to(self.scroll_offset.y + place)
        self._renew()

    def _lead(self, index: int, *, marked: bool) -> tuple[str, str]:
        """The sign before a row, and its style."""
        place = index - self.scroll_offset.y
        if self.jumping and place < len(JUMP_SIGNS):
            return JUMP_SIGNS[place], "key"
        return ("*", "changed") if marked else (" ", "text")

    def on_resize(self) -> None:
        """The virtual size hangs on the width."""
        self.virtual_size = Size(self.size.width, len(self.rows) + self._head_lines)
        self.call_after_refresh(lambda: self.move_to(self.cursor))

    def on_focus(self) -> None:
        """The cursor's line changes its colour."""
        self._renew()

    def on_blur(self) -> None:
        """The cursor's line changes its colour."""
        self._renew()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one chooses."""
        if event.y < self._head_lines or not self.rows:
            return
        self.move_to(self.scroll_offset.y + event.y - self._head_lines)
        if event.chain > 1:
            self.post_message(self.Chosen(self))

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        self._painted[y] = self._compose_line(y)
        return self._painted[y]

    def _compose_line(self, y: int) -> Strip:
        look = self._styles_of()
        width = self.size.width
        if self._head and y == 0:
            return self._line([(c.title, "head") for c in self.columns], look["head"], width, look)
        index = self.scroll_offset.y + y - self._head_lines
        if not self.rows and y == self._head_lines + 1:
            return Strip([Segment(fit("  " + self._empty(), width), look["ground"] + look["dim"])], width)
        if index >= len(self.rows):
            return Strip.blank(width, look["ground"])
        row = self.rows[index]
        base = look["ground"]
        if index == self.cursor:
            base = look["cursor"] if self.has_focus else look["blurred"]
        lead = self._lead(index, marked=self._key(row) in self.marked)
        return self._line(self._paint(row), base, width, look, lead)

    def _line(
        self,
        cells: Sequence[Cell],
        base: Style,
        width: int,
        look: dict[str, Style],
        lead: tuple[str, str] = (" ", "text"),
    ) -> Strip:
        segments: list[Segment] = [Segment(lead[0], base + look[lead[1]])]
        plain = base is look["cursor"]
        for number, ((text, style), column, room) in enumerate(
            zip(cells, self.columns, widths(self.columns, width - 2), strict=False)
        ):
            if number:
                segments.append(Segment(" ", base))
            segments.append(
                Segment(fit(text, room, right=column.right), base if plain or style == "head" else base + look[style])
            )
        used = sum(cell_len(s.text) for s in segments)
        segments.append(Segment(" " * max(0, width - used), base))
        return Strip(segments, max(width, used)).adjust_cell_length(width, base)
