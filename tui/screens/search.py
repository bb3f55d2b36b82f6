"""Search: a line for words, and every place where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import Input

from station.text import clean
from tui.screens.lists import ListScreen
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import timecode

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from station.desk.searching import SearchHit


class SearchScreen(ListScreen):
    """Words first; enter looks, and then opens what is chosen."""

    scope = "search"

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._hits: list[SearchHit] = []

    def body(self) -> ComposeResult:
        """The line, the places."""
        yield Input(id="words", select_on_focus=False)
        yield VirtualTable(
            key=lambda hit: (hit.submission.id, hit.field, hit.ordinal, hit.start, hit.person, hit.excerpt),
            paint=self._paint, styles_of=self.look, id="hits", empty=self._empty,
        )  # fmt: skip

    def begin(self) -> None:
        """The line has the keys."""
        field = self.query_one("#words", Input)
        field.cursor_blink = False
        field.focus()
        self.retext()

    def headline(self) -> Text:
        """What was looked for, and how often it was found."""
        words, look = self.words, self.look()
        line = Text().append(words("tui.search.title"), look["key"])
        if self._text:
            line.append(f"  {clean(self._text)}  {words('tui.search.count', count=len(self._hits))}", look["accent"])
        return line

    async def reload(self) -> None:
        """Look again."""
        text = self._text
        hits = await self.station.desk.call(lambda desk: desk.search(text))
        if text == self._text:
            self._hits = hits
            self.retext()

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        words = self.words
        self.query_one("#words", Input).placeholder = words("tui.search.words")
        self.table.show(
            self._hits,
            [
                Column(words("tui.search.submission"), 24),
                Column(words("tui.search.field"), 18),
                Column(words("tui.search.time"), 9),
                Column(words("tui.search.excerpt")),
            ],
        )

    def _paint(self, hit: SearchHit) -> list[Cell]:
        place = [self.words("search.lesson", ordinal=hit.ordinal)] if hit.ordinal is not None else []
        place += [self.words(f"search.field.{hit.field}"), clean(hit.person)]
        time = "" if hit.start is None else timecode(hit.start)
        return [
            (hit.submission.title, "text"), (" ".join(place).strip(), "dim"), (time, "dim"), (hit.excerpt, "accent"),
        ]  # fmt: skip

    def _empty(self) -> str:
        return self.words("search.none") if self._text else self.words("tui.search.hint")

    @on(Input.Submitted, "#words")
    async def _look(self, event: Input.Submitted) -> None:
        self._text = event.value.strip()
        self.set_focus(self.table)
        await self.reload()

    def do_filter(self) -> None:
        """Back to the line."""
        self.query_one("#words", Input).focus()

    @on(VirtualTable.Chosen)
    def do_open(self) -> None:
        """Open the submission of the chosen place."""
        from tui.screens.submission import SubmissionScreen  # noqa: PLC0415 - keeps the first paint quick

        if (hit := self.table.current) is not None:
            self.app.push_screen(SubmissionScreen(hit.submission.id))
