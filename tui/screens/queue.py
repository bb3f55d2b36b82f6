"""The queue: every submission, live; what to do next at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from station.findings import Verdict
from station.text import clean
from station.workflow import State
from tui.actions import Moment, find_action
from tui.screens.exporting import ExportingScreen
from tui.screens.phrases import VERDICTS, daemon_word, roles_word
from tui.widgets.keybar import KeyBar
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import clock, timecode

if TYPE_CHECKING:
    from station.desk.live import QueueLook
    from station.desk.views import QueueRow

GROUPS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("all", ()),
    ("incoming", (State.RECEIVED, State.WAITING_PAPERS, State.QUEUED, State.MEASURING)),
    ("triage", (State.TRIAGE,)),
    ("experts", (State.EXPERT_REVIEW,)),
    ("decision", (State.OFFICE_AUDIT, State.GROUP_DECISION)),
    ("done", (State.CATALOGUED, State.PUBLISHED)),
    ("back", (State.RETURNED, State.WITHDRAWN)),
)
"""The filters by state, in the order of the procedure."""
SORTS = ("received", "changed", "faults", "title", "unit")
"""Names of `station.store.queue_order.ORDERS`, in the order in which a key goes through them."""
WIDE = 110
HEAD_SECONDS = 2.0
FIRST = 200
"""Rows that stand on the screen before the rest is read."""
STANDING = 19
"""Cells of the verdict with two counts of two digits each."""


class QueueScreen(ExportingScreen):
    """All submissions, newest first or in another order."""

    scope = "queue"

    def __init__(self) -> None:
        super().__init__()
        self._seen: QueueLook | None = None
        self._group = 0
        self._sort = 0
        self._mine = False
        self._paused = False
        self._text = ""
        self._changed: frozenset[str] = frozenset()
        self._daemon: dict[str, object] | None = None

    def body(self) -> ComposeResult:
        """Counts by state, the table, the filter line."""
        yield Static(id="counts")
        yield VirtualTable(
            key=lambda row: row.id, paint=self._paint, styles_of=self.look, id="queue", empty=self._empty
        )
        yield Input(id="filter", select_on_focus=False)

    def begin(self) -> None:
        """The table has the keys; the filter line is hidden until asked for."""
        field = self.query_one("#filter", Input)
        field.display = False
        field.cursor_blink = False
        self.table.focus()
        self.retext()
        self.set_interval(HEAD_SECONDS, self._show_head)
        if self.station.ready:
            self.start(self.reload())

    @property
    def table(self) -> VirtualTable[QueueRow]:
        """The rows."""
        return self.query_one("#queue", VirtualTable)

    def moment(self) -> Moment:
        """The chosen row is what actions touch."""
        return Moment(
            self.scope, self.station.person, self.station.ready, self.station.readonly, row=self.table.current
        )

    def chosen(self) -> str | None:
        """The row under the cursor."""
        row = self.table.current
        return row.id if row else None

    def headline(self) -> Text:
        """Title, the daemon's word, who I am."""
        words, look = self.words, self.look()
        line = Text().append(words("tui.app.title"), look["key"])
        for flag, text in ((self._mine, "tui.queue.mine"), (self._paused, "tui.queue.paused")):
            if flag:
                line.append(f"  {words(text)}", look["warning"])
        if self.station.readonly:
            line.append(f"  {words('tui.app.readonly')}", look["warning"])
        if self._sort:
            line.append(f"  {words(f'tui.queue.sort.{SORTS[self._sort]}')}", look["accent"])
        if self._text:
            line.append(f"  /{clean(self._text)}", look["accent"])
        line.append("  " + daemon_word(words, self._daemon), look["dim"])
        line.append(f"  {clean(self.station.person.shown)} {roles_word(words, self.station.person)}", look["dim"])
        return line

    def _show_head(self) -> None:
        """A daemon that died says nothing more: its age is looked at without waiting for a change."""
        self.put("#head", self.headline())

    def write(self) -> None:
        """Texts that hang on language and counts."""
        super().write()
        self.put("#counts", self._counts())
        self.query_one("#filter", Input).placeholder = self.words("tui.queue.filter")
        self.table.show(self._visible(), self._columns(), self._changed)

    def on_resize(self) -> None:
        """Columns hang on the width."""
        if self.composed:
            self.retext()

    async def reload(self) -> None:
        """Read what has changed, and mark it. Of a long list the first rows come at once; keys that act on rows or move to them
        are kept until the rest is there."""
        await self._read()
        if self._seen is not None and not self._seen.whole:
            self._ahead = []
            await self._read_first(self._read())

    async def _read(self) -> None:
        mine, before = self._mine, self._seen
        held = self._paused and before is not None and before.whole
        seen, self._daemon = await self.station.desk.call(
            lambda desk: (before if held else desk.look(before, mine=mine, first=FIRST), desk.daemon())
        )
        if seen is None or seen is before or mine != self._mine:
            self._show_head()
            return
        if before is None or seen.submissions != before.submissions:
            self._changed = self._marks(before, seen)
        self._seen = seen
        self.retext()

    def _marks(self, before: QueueLook | None, seen: QueueLook) -> frozenset[str]:
        """Ids of the rows that have changed since the last look, or earlier and were not visited since."""
        stamps = {row.id: row.updated_at for row in seen.rows}
        known = {row.id: row.updated_at for row in before.rows} if before else stamps
        whole = before is not None and before.whole
        fresh = {i for i, stamp in stamps.items() if known.get(i, None if whole else stamp) != stamp}
        return (self._changed | fresh) & stamps.keys()

    @property
    def _all(self) -> Sequence[QueueRow]:
        return self._seen.rows if self._seen else ()

    def _visible(self) -> Sequence[QueueRow]:
        states = GROUPS[self._group][1]
        rows: Sequence[QueueRow] = [r for r in self._all if r.state in states] if states else self._all
        if words := self._text.casefold().split():
            rows = [r for r in rows if all(w in f"{r.title} {r.applicant_unit} {r.id}".casefold() for w in words)]
        return self._sorted(rows) if self._sort else rows

    def _sorted(self, rows: Sequence[QueueRow]) -> Sequence[QueueRow]:
        from station.store.queue_order import ORDERS  # noqa: PLC0415 - opens the way to SQLite: not before the first paint

        order = ORDERS[SORTS[self._sort]]
        return sorted(rows, key=attrgetter(*order.columns), reverse=order.descending)

    def _counts(self) -> Text:
        look, counts = self.look(), self._seen.counts if self._seen else {}
        line = Text()
        for index, (name, states) in enumerate(GROUPS):
            amount = sum(count for state, count in counts.items() if not states or state in states)
            chosen = index == self._group
            line.append(f" {self.words(f'tui.queue.group.{name}')} {amount} ", look["bar"] if chosen else look["dim"])
        return line

    def _columns(self) -> list[Column]:
        words = self.words
        wide = self.size.width >= WIDE
        columns = [
            Column(words("tui.queue.column.state"), 10),
            Column(words("tui.queue.column.verdict"), STANDING),
            Column(words("tui.queue.column.title"), share=2),
        ]
        if wide:
            columns += [
                Column(words("tui.queue.column.unit")),
                Column(words("tui.queue.column.lessons"), 4, right=True),
                Column(words("tui.queue.column.version"), 4, right=True),
            ]
        return [*columns, Column(words("tui.queue.column.received"), 11)]

    def _paint(self, row: QueueRow) -> list[Cell]:
        words = self.words
        cells = [
            (words(f"tui.state.{row.state}"), "accent" if row.state is State.MEASURING else "text"),
            self._standing(row),
            (row.title, "text"),
        ]
        if self.size.width >= WIDE:
            cells += [(row.applicant_unit, "dim"), (str(row.lessons), "dim"), (f"v{row.version}", "dim")]
        return [*cells, (clock(row.received_at), "dim")]

    def _standing(self, row: QueueRow) -> Cell:
        """The verdict with what stands; while it is being measured, how far that is."""
        if row.failed_jobs:
            return self.words("tui.queue.failed", count=row.failed_jobs), "fault"
        if row.state is State.MEASURING:
            text = f"{row.progress:4.0%}"
            text += f" {row.frames_per_second:.0f}fps" if row.frames_per_second else ""
            text += f" {timecode(row.eta_seconds)[:-2]}" if row.eta_seconds else ""
            return text, "accent"
        sign, style = VERDICTS[row.verdict]
        if row.verdict is None:
            return sign, style
        kind = "fail-alone" if row.verdict is Verdict.FAIL and not row.warnings else row.verdict
        told = self.words(f"tui.queue.{kind}", faults=row.faults, warnings=row.warnings)
        return f"{sign} {told}", style

    def _empty(self) -> str:
        if not self.station.ready:
            return self.words("tui.app.opening")
        if self._all:
            return self.words("tui.queue.none-match")
        return self.words("tui.queue.empty", inbox=str(self.station.config.inbox))

    @on(VirtualTable.Highlighted)
    def _highlighted(self) -> None:
        row = self.table.current
        if row is not None and row.id in self._changed:
            self._changed -= {row.id}
            self.table.marked = self._changed
        self.query_one(KeyBar).renew()

    @on(VirtualTable.Chosen)
    def do_open(self) -> None:
        """Open the chosen submission."""
        from tui.screens.submission import SubmissionScreen  # noqa: PLC0415 - keeps the first paint quick

        if self._ahead:  # a move before it waits for the rest of the rows
            self._keep(find_action("open"), self._ahead)
            return
        if (row := self.table.current) is not None:
            self.app.push_screen(SubmissionScreen(row.id))

    def do_search(self) -> None:
        """Words anywhere."""
        from tui.screens.search import SearchScreen  # noqa: PLC0415 - keeps the first paint quick

        self.app.push_screen(SearchScreen())

    def do_approvals(self) -> None:
        """What waits for this person's decision."""
        from tui.screens.approvals import ApprovalsScreen  # noqa: PLC0415 - opened rarely

        self.app.push_screen(ApprovalsScreen())

    def do_station_log(self) -> None:
        """What was done on the whole station."""
        from tui.screens.station_log import StationLogScreen  # noqa: PLC0415 - opened rarely

        self.app.push_screen(StationLogScreen())

    def do_filter(self) -> None:
        """Show the filter line."""
        field = self.query_one("#filter", Input)
        field.display = True
        self.call_after_refresh(field.focus)

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self._text = event.value
        self.table.show(self._visible(), marked=self._changed)
        self._show_head()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.set_focus(self.table)  # at once: the next key may be on its way already
        self.query_one("#filter", Input).display = False

    def key_escape(self) -> None:
        """Out of the filter: the whole queue again."""
        field = self.query_one("#filter", Input)
        field.value = ""
        self._filter_done()

    def do_state_filter(self) -> None:
        """The next group of states."""
        self._group = (self._group + 1) % len(GROUPS)
        self.retext()

    def do_sort(self) -> None:
        """The next order."""
        self._sort = (self._sort + 1) % len(SORTS)
        self.retext()

    async def do_mine(self) -> None:
        """Only what waits for my role, or all."""
        self._mine = not self._mine
        self._seen = None
        await self.reload()

    async def do_pause(self) -> None:
        """Hold the rows still, or let them live again."""
        self._paused = not self._paused
        self.retext()
        if not self._paused:
            await self.reload()

    async def do_reload(self) -> None:
        """Read anew, and forget the marks."""
        self._changed = frozenset()
        await self.reload()
