"""The log of one submission, newest on top."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.widgets import Static

from station.text import clean
from station.workflow import MACHINE
from tui.screens.lists import ListScreen
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import clock, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from station.desk.views import AuditRow


class LogScreen(ListScreen):
    """Who did what and when."""

    scope = "log"

    def __init__(self, submission: str) -> None:
        super().__init__()
        self._submission = submission
        self._rows: Sequence[AuditRow] = []

    def body(self) -> ComposeResult:
        """The rows, and the chosen one whole."""
        yield VirtualTable(
            key=lambda row: row.seq, paint=self.paint, styles_of=self.look, id="log",
            empty=lambda: self.words("tui.log.empty"),
        )  # fmt: skip
        yield Static(id="logdetail")

    def begin(self) -> None:
        """Read."""
        self.table.focus()
        self.read_first(self.reload())

    def headline(self) -> Text:
        """Which submission."""
        return Text(self.words("tui.log.title", id=self._submission), style=self.look()["key"])

    async def reload(self) -> None:
        """Read anew."""
        rows = await self.station.desk.call(lambda desk: desk.log(self._submission))
        self._rows = list(reversed(rows))
        self.retext()

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        self.table.show(self._rows, self.columns())
        self._show_row()

    def columns(self) -> list[Column]:
        """The table's head."""
        words = self.words
        return [
            Column(words("tui.log.at"), 11),
            Column(words("tui.log.person"), 11),
            Column(words("tui.log.role"), 11),
            Column(words("tui.log.action"), 17),
            Column(words("tui.log.what")),
        ]

    def paint(self, row: AuditRow) -> list[Cell]:
        """One row's cells."""
        role = self.words.outside(f"role.{row.role}", {})
        action = self.action_word(row.action)
        return [
            (clock(row.at), "dim"),
            ("" if row.role == MACHINE else row.person, "text"),
            (role, "dim"),
            (action, "accent"),
            (self.what(row), "text"),
        ]

    def action_word(self, action: str) -> str:
        """In words; its name where it has none."""
        known = self.words.outside(f"action.{action}", {})
        return action if known == f"action.{action}" else known

    def what(self, row: AuditRow) -> str:
        """From which state to which, or what was acted on; and the reason."""
        before, after = row.before.get("state"), row.after.get("state")
        if after and before != after:
            states = [self._state(str(s)) if s else "-" for s in (before, after)]
            told = f"{states[0]} > {states[1]}"
        else:
            told = self._object(row.object)
        reason = row.after.get("reason")
        return f"{told}  {reason}" if isinstance(reason, str) and reason else told

    def _state(self, state: str) -> str:
        """A submission's, or a topic's."""
        head = next((head for head in ("state", "topic.state") if self.words.knows(f"{head}.{state}")), "state")
        return self.words.outside(f"{head}.{state}", {})

    def _object(self, name: str) -> str:
        kind, _, rest = name.partition(":")
        told = self.words.outside(f"tui.log.objects.{kind}", {})
        return name if told.startswith("tui.log.objects") else f"{told} {rest}".strip()

    @on(VirtualTable.Highlighted)
    def _show_row(self) -> None:
        row = self.table.current
        if row is None:
            return
        lines = [f"#{row.seq}  {clean(row.at)}  {clean(row.origin)}  {clean(row.object)}"]
        for name, values in (("tui.log.before", row.before), ("tui.log.after", row.after)):
            lines += wrap(f"{self.words(name)} {_told(values)}", max(20, self.size.width - 4))[:3]
        self.query_one("#logdetail", Static).update(Text("\n".join(lines), style=self.look()["dim"]))


def _told(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True) if values else "-"
