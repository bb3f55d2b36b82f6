"""Every action by name: type a part of it, in Chinese, English or by first letters of its reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.actions import Action, in_scope, why_not
from tui.keys import shown
from tui.pinyin import matches
from tui.widgets.table import Cell, Column, VirtualTable

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui.screens.base import StationScreen


class PaletteScreen(ModalScreen["str | None"]):
    """Gives the id of the chosen action, or None."""

    def __init__(self, below: StationScreen) -> None:
        super().__init__()
        self._below = below
        self._moment = below.moment()
        skipped = {"palette"}
        self._actions = [a for a in in_scope(below.scope) if a.group != "move" and a.id not in skipped]

    def compose(self) -> ComposeResult:
        """Field and list."""
        words = self._below.words
        with Vertical(id="box", classes="palette"):
            field = Input(placeholder=words("tui.palette.find"), id="find")
            field.cursor_blink = False
            yield field
            yield VirtualTable(
                key=lambda action: action.id, paint=self._paint, styles_of=self._below.look, id="found", head=False,
                empty=lambda: words("tui.palette.nothing"),
            )  # fmt: skip

    def on_mount(self) -> None:
        """Everything at first."""
        self._show("")
        self.call_after_refresh(self.query_one(Input).focus)

    @property
    def _table(self) -> VirtualTable[Action]:
        return self.query_one(VirtualTable)

    def _show(self, query: str) -> None:
        words = self._below.words
        found = [a for a in self._actions if matches(query, f"{words(a.label)} {words(a.help)} {a.id}")]
        found.sort(key=lambda a: not matches(query, words(a.label)))
        self._table.cursor = 0
        self._table.show(found, [Column("", 14), Column("", 6), Column("")])

    def _paint(self, action: Action) -> list[Cell]:
        station, words = self._below.station, self._below.words
        reason = why_not(action, self._moment)
        told = words(action.help) if reason is None else words.outside(reason[0], station.readable(reason[1]))
        style = "dim" if reason else "text"
        return [(words(action.label), style), (shown(station.keymap.keys(action.id)[0]), "key"), (told, "dim")]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._show(event.value)

    @on(Input.Submitted)
    @on(VirtualTable.Chosen)
    def _picked(self) -> None:
        row = self._table.current
        self.dismiss(row.id if row else None)

    def on_key(self, event: events.Key) -> None:
        """The list is moved while the field keeps the keys."""
        steps = {"up": -1, "down": 1, "pageup": -self._table.page, "pagedown": self._table.page}
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in steps:
            event.stop()
            self._table.move_by(steps[event.key])
