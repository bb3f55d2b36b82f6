"""The whole station's log, newest on top: a line for filters, pages that follow as the cursor goes down, the submission's own
log behind enter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import Input

from station.desk.station_log import MOST, PAGE, LogAsked
from station.errors import StationError
from station.text import catalogue, clean
from station.workflow import MACHINE
from tui.screens.log import LogScreen
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from textual.app import ComposeResult

    from station.desk import Desk
    from station.desk.views import AuditRow, LogRow, Page

WIDE = 110


def asked_of(text: str, actions: Mapping[str, str]) -> LogAsked | None:
    """What a filter line asks for: `@account`, `#submission`, a day or a time, and an action by its name or by its word
    (`actions`: word → name). None: a word is none of these."""
    asked, rest = LogAsked(), []
    for word in text.split():
        if word.startswith("@"):
            asked = replace(asked, person=word[1:])
        elif word.startswith("#"):
            asked = replace(asked, submission=word[1:])
        elif word[:4].isascii() and word[:4].isdigit():
            asked = replace(asked, since=word)
        else:
            rest.append(word)
    if not rest:
        return asked
    name = actions.get(" ".join(rest).casefold())
    return None if name is None else replace(asked, action=name)


class StationLogScreen(LogScreen):
    """Who did what, when, from where and to what."""

    scope = "station-log"

    def __init__(self) -> None:
        super().__init__("")
        self._asked = LogAsked()
        self._after: int | None = None

    def body(self) -> ComposeResult:
        """The line, the rows, the chosen one whole."""
        yield Input(id="asked", select_on_focus=False)
        yield from super().body()

    def headline(self) -> Text:
        """How many rows are read, and whether more follow."""
        key = "more" if self._after else "all"
        return Text(self.words(f"tui.station-log.{key}", count=len(self._rows)), style=self.look()["key"])

    async def reload(self) -> None:
        """Read anew as far as was read."""
        asked, limit = self._asked, min(MOST, max(PAGE, len(self._rows)))
        page = await self.station.desk.call(lambda desk: desk.station_log(asked, limit=limit))
        if asked is self._asked:
            self._rows = []
            self._take(page)
            self._near_the_end()

    async def _more(self) -> None:
        asked, after = self._asked, self._after
        page = await self.station.desk.call(lambda desk: desk.station_log(asked, after=after))
        if asked is self._asked and after == self._after:
            self._take(page)

    def _take(self, page: Page[LogRow]) -> None:
        self._rows = [*self._rows, *page.rows]
        self._after = int(page.after[0]) if page.after else None
        self.retext()

    def columns(self) -> list[Column]:
        """As the width allows."""
        words = self.words
        made = [
            Column(words("tui.log.at"), 11), Column(words("tui.log.person"), 11), Column(words("tui.station-log.origin"), 10),
            Column(words("tui.log.action"), 14),
        ]  # fmt: skip
        if self.size.width >= WIDE:
            made.append(Column(words("tui.station-log.subject"), 28))
        return [*made, Column(words("tui.log.what"))]

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        self.query_one("#asked", Input).placeholder = self.words("tui.station-log.hint")

    def paint(self, row: AuditRow) -> list[Cell]:
        """One row's cells."""
        cells: list[Cell] = [
            (clock(row.at), "dim"), ("" if row.role == MACHINE else row.person, "text"), (row.origin, "dim"),
            (self.action_word(row.action), "accent"),
        ]  # fmt: skip
        title = getattr(row, "title", "")
        if self.size.width >= WIDE:
            return [*cells, (title, "text"), (self.what(row), "text")]
        return [*cells, (f"{self.what(row)}  {title}".strip(), "text")]

    @on(VirtualTable.Highlighted)
    def _near_the_end(self) -> None:
        """The next page, before the cursor gets there."""
        table = self.table
        if self._after and table.cursor + 2 * table.page >= len(self._rows):
            self.start(self._more())

    @on(Input.Submitted, "#asked")
    async def _ask(self, event: Input.Submitted) -> None:
        named = {name.removeprefix("action.") for name in catalogue("en") if name.startswith("action.")}
        words = {self.words(f"action.{name}").casefold(): name for name in named} | {name: name for name in named}
        asked = asked_of(event.value, words)
        if asked is None:
            self.station.tell("tui.station-log.unknown", severity="warning", text=clean(event.value))
            return
        before, self._asked, self._rows = (self._asked, self._rows), asked, []
        self.set_focus(self.table)
        try:
            await self.reload()
        except StationError as error:
            self._asked, self._rows = before
            await self.station.failed(error, None)
        self.table.move_to(0)

    def do_filter(self) -> None:
        """To the line."""
        self.query_one("#asked", Input).focus()

    @on(VirtualTable.Chosen)
    def do_submission_log(self) -> None:
        """The log of the chosen row's submission."""
        id_ = getattr(self.table.current, "submission_id", "")
        if id_:
            self.app.push_screen(LogScreen(id_))
        else:
            self.station.tell("tui.station-log.no-submission", severity="warning")

    def do_export_head(self) -> None:
        """Check the whole log, then write its head."""
        self.start(self._export_head())

    async def _export_head(self) -> None:
        from tui.aside import aside  # noqa: PLC0415 - wanted rarely

        self.station.tell("tui.station-log.checking")
        path = await aside(self.station, _write_head)
        self.station.tell("audit.head-written", path=str(path))


def _write_head(desk: Desk) -> Path:
    from station.documents.shelf import shelve_head  # noqa: PLC0415 - Office libraries load only here

    return shelve_head(desk)
