"""What waits for this person's decision: the office's audit, the coordination group's decision. Several at once, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import Static

from station.text import clean
from tui.actions import Moment
from tui.screens.lists import ListScreen
from tui.screens.phrases import VERDICTS
from tui.widgets.table import Cell, Column, VirtualTable

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from station.desk.panel_views import BatchRow, Decided


class ApprovalsScreen(ListScreen):
    """The longest waiting on top. Space marks; a step takes the marked ones, or the chosen one where none is."""

    scope = "approvals"

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[BatchRow] = []
        self._marked: set[str] = set()

    def body(self) -> ComposeResult:
        """The rows, and the chosen one's counts."""
        yield VirtualTable(
            key=lambda row: row.id, paint=self._paint, styles_of=self.look, id="approvals",
            empty=lambda: self.words("tui.approvals.empty"),
        )  # fmt: skip
        yield Static(id="approvaldetail")

    def begin(self) -> None:
        """Read."""
        self.table.focus()
        self.read_first(self.reload())

    def moment(self) -> Moment:
        """The chosen row."""
        s = self.station
        return Moment(self.scope, s.person, s.ready, s.readonly, row=self.table.current if self.composed else None)

    def headline(self) -> Text:
        """How many wait, and how many are marked."""
        words = self.words
        return Text(
            words("tui.approvals.title", count=len(self._rows), marked=len(self._marked)), style=self.look()["key"]
        )

    async def reload(self) -> None:
        """Read anew; what is gone is no longer marked."""
        self._rows = await self.station.desk.call(lambda desk: desk.batch())
        self._marked &= {row.id for row in self._rows}
        self.retext()

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        words = self.words
        columns = [
            Column("", 1), Column(words("tui.queue.column.state"), 10), Column(words("tui.approvals.mean"), 6, right=True),
            Column(words("tui.approvals.spread"), 6, right=True), Column(words("tui.approvals.faults"), 6, right=True),
            Column(words("tui.approvals.waivers"), 4, right=True), Column(words("tui.queue.column.title"), share=2),
        ]  # fmt: skip
        self.table.show(self._rows, columns)
        self._show_row()

    def _paint(self, row: BatchRow) -> list[Cell]:
        mean = "" if row.mean is None else f"{row.mean:.1f}"
        spread = "" if row.spread is None else f"{row.spread:.1f}"
        wide = row.spread is not None and row.spread > self.station.config.review.spread_limit
        return [
            ("+" if row.id in self._marked else "", "accent"), (self.words(f"tui.state.{row.state}"), "text"),
            (mean, "good" if row.proposed else "warning"), (spread, "warning" if wide else "text"),
            (f"{row.faults}/{row.warnings}", "fault" if row.faults else "dim"), (str(row.waivers), "dim"), (row.title, "text"),
        ]  # fmt: skip

    @on(VirtualTable.Highlighted)
    def _show_row(self) -> None:
        row, words = self.table.current, self.words
        text = ""
        if row is not None:
            text = words(
                "tui.approvals.detail", unit=clean(row.applicant_unit), verdict=VERDICTS[row.verdict][0], faults=row.faults,
                warnings=row.warnings, waivers=row.waivers, submitted=row.submitted, wanted=row.wanted,
            )  # fmt: skip
            text += f"  {words('tui.approvals.stops', count=row.stops)}" if row.stops else ""
        self.query_one("#approvaldetail", Static).update(Text(text, style=self.look()["dim"]))

    def do_mark(self) -> None:
        """Mark the chosen row, or take the mark away; on to the next."""
        if (row := self.table.current) is not None:
            self._marked ^= {row.id}
            self.retext()
            self.table.move_by(1)

    @on(VirtualTable.Chosen)
    def do_look(self) -> None:
        """Open the chosen submission."""
        from tui.screens.submission import SubmissionScreen  # noqa: PLC0415 - opened rarely

        if (row := self.table.current) is not None:
            self.app.push_screen(SubmissionScreen(row.id))

    def do_panel(self) -> None:
        """The experts of the chosen submission."""
        from tui.screens.panel import PanelScreen  # noqa: PLC0415 - opened rarely

        if (row := self.table.current) is not None:
            self.app.push_screen(PanelScreen(row.id))

    def do_batch_approve(self) -> None:
        """Approve them."""
        self.start(self._decide("approve"))

    def do_batch_return(self) -> None:
        """Return them for correction."""
        self.start(self._decide("return"))

    async def _decide(self, action: str) -> None:
        from tui.screens.asking import AskScreen  # noqa: PLC0415 - opened rarely

        current = self.table.current
        rows = [row for row in self._rows if row.id in self._marked] or ([current] if current else [])
        if not rows:
            return
        words = self.words
        titles = "\n".join(clean(row.title) for row in rows[:8]) + ("\n..." if len(rows) > 8 else "")
        title = words(f"tui.modal.batch-{action}", count=len(rows))
        reason = await self.app.push_screen_wait(AskScreen(self.station, title, titles, optional=action == "approve"))
        if reason is None:
            return
        given, items = reason, [(row.id, row.revision) for row in rows]
        done = await self.station.desk.call(lambda desk: desk.decide_all(items, action, reason=given))
        self._tell(action, done)
        self._marked.clear()
        await self.station.refresh_screens()

    def _tell(self, action: str, done: list[Decided]) -> None:
        taken = sum(one.state is not None for one in done)
        if taken:
            self.station.tell(f"tui.done.batch-{action}", count=taken)
        for one in [one for one in done if one.why_not is not None][:3]:
            message, params = one.why_not or ("", {})
            self.station.tell(message, severity="warning", **self.station.readable(params))
