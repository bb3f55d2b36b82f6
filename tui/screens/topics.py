"""Topics of the round: where each stands, its votes, its due date; first check, voting list, votes, the choice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.widgets import Static

from station.text import clean
from station.topics.ranking import Ranked, Ranking, Standing
from station.topics.types import TopicRow, TopicState, TopicView
from tui.actions import Moment
from tui.screens.topic_acts import TopicActs, today
from tui.widgets.keybar import KeyBar
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import folded

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from station.desk import Desk

GROUPS: tuple[TopicState | None, ...] = (None, *TopicState)
"""The filters by state; None: all. Behind them stands what is overdue."""
STYLES = {
    TopicState.COLLECTED: "warning", TopicState.ACCEPTED: "accent", TopicState.REJECTED: "dim", TopicState.CHOSEN: "good",
    TopicState.PASSED_OVER: "dim",
}  # fmt: skip
SIGNS = {Standing.IN: ("+", "good"), Standing.TIED: ("=", "warning"), Standing.OUT: ("-", "dim")}
WIDE = 110


class TopicsScreen(TopicActs):
    """All topics; what lies behind each act is asked and restated first."""

    scope = "topics"

    def __init__(self) -> None:
        super().__init__()
        self._stamp: tuple[Any, ...] | None = None
        self._rows: list[TopicRow] = []
        self._ranking = Ranking((), 0)
        self._ranked: dict[int, Ranked] = {}
        self._late: dict[int, int] = {}
        """Number → days late."""
        self._group = 0
        self._by_votes = False
        self._picked: set[int] = set()
        """Tied topics that a person has marked to get the open places."""
        self._view: TopicView | None = None

    def body(self) -> ComposeResult:
        """Counts by state, the topics, the chosen one's form."""
        yield Static(id="counts")
        yield VirtualTable(
            key=lambda row: row.number, paint=self._paint, styles_of=self.look, id="topics",
            empty=lambda: self.words("tui.topics.empty" if self.station.ready else "tui.app.opening"),
        )  # fmt: skip
        yield Static(id="topicdetail")

    def begin(self) -> None:
        """Read."""
        self.table.focus()
        self.retext()
        if self.station.ready:
            self.read_first(self.reload())

    def moment(self) -> Moment:
        """The chosen topic is what actions touch."""
        station = self.station
        return Moment(self.scope, station.person, station.ready, station.readonly, topic=self.table.current)

    async def reload(self) -> None:
        """Read anew where something has changed."""
        stamp = self._stamp

        def read(desk: Desk) -> tuple[Any, ...]:
            """The stamp alone where nothing has changed."""
            topics, now = desk.topics, desk.topics.stamp()
            if now == stamp:
                return (now,)
            return now, topics.rows(), topics.ranking(), topics.overdue(today())

        self._stamp, *fresh = await self.station.desk.call(read)
        if fresh:
            self._rows, self._ranking, late = fresh
            self._ranked = {row.number: row for row in self._ranking.rows}
            self._late = {one.number: one.days for one in late}
            self._picked &= set(self._ranking.standing(Standing.TIED))
            self._view = None
        self.retext()
        self._look_at()

    async def do_reload(self) -> None:
        """Read anew, whether or not it seems to have changed."""
        self._stamp = None
        await self.reload()

    # ------------------------------------------------------------------ painting

    def headline(self) -> Text:
        """The pane's name, and how many places the vote still leaves open."""
        words, look = self.words, self.look()
        line = Text().append(words("tui.topics.title"), look["key"])
        if tied := self._ranking.standing(Standing.TIED) if not self._decided else ():
            told = words("tui.topics.tie", tied=len(tied), places=self._ranking.open_places, picked=len(self._picked))
            line.append(f"  {told}", look["warning"])
        if self._late:
            line.append(f"  {words('tui.topics.late', count=len(self._late))}", look["fault"])
        return line

    @property
    def _decided(self) -> bool:
        return any(row.state is TopicState.CHOSEN for row in self._rows)

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        self.put("#counts", self._counts())
        self.table.show(self._visible(), self._columns(), frozenset(self._picked))
        self._show_detail()

    def on_resize(self) -> None:
        """Columns hang on the width."""
        self.retext()

    def _counts(self) -> Text:
        look, counts, line = self.look(), Counter(row.state for row in self._rows), Text()
        shown = [
            (self.words(f"tui.topics.group.{group or 'all'}"), counts[group] if group else len(self._rows)) for group in GROUPS
        ] + [(self.words("tui.topics.group.late"), len(self._late))]  # fmt: skip
        for index, (name, amount) in enumerate(shown):
            line.append(f" {name} {amount} ", look["bar"] if index == self._group else look["dim"])
        return line

    def _visible(self) -> list[TopicRow]:
        rows = self._rows
        if self._group == len(GROUPS):
            rows = [row for row in rows if row.number in self._late]
        elif (state := GROUPS[self._group]) is not None:
            rows = [row for row in rows if row.state is state]
        return sorted(rows, key=lambda row: (-row.votes, row.number)) if self._by_votes else rows

    def _columns(self) -> list[Column]:
        words = self.words
        columns = [
            Column(words("topic.column.number"), 4, right=True), Column(words("topic.column.state"), 10),
            Column(words("topic.column.votes"), 6, right=True), Column(words("topic.column.rank"), 6, right=True),
            Column(words("topic.column.title"), share=2),
        ]  # fmt: skip
        if self.size.width >= WIDE:
            columns += [
                Column(words("topic.column.applicant")), Column(words("topic.column.lecturer"), 14),
                Column(words("topic.column.hours"), 5, right=True),
            ]  # fmt: skip
        return [*columns, Column(words("topic.column.problems"), 8, right=True), Column(words("topic.column.due"), 10)]

    def _paint(self, row: TopicRow) -> list[Cell]:
        ranked = self._ranked.get(row.number)
        sign, style = SIGNS[ranked.standing] if ranked and ranked.votes else ("", "dim")
        cells: list[Cell] = [
            (str(row.number), "dim"), (self.words(f"topic.state.{row.state}"), STYLES[row.state]), (str(row.votes), "text"),
            (f"{sign} {ranked.rank}" if ranked and sign else "", style), (row.title, "text"),
        ]  # fmt: skip
        if self.size.width >= WIDE:
            hours = "" if row.hours is None else f"{row.hours:g}"
            cells += [(row.applicant_unit, "dim"), (row.lecturer, "dim"), (hours, "dim")]
        problems = f"! {row.problems}" if row.problems else ""
        return [*cells, (problems, "warning"), (str(row.due_on or ""), "fault" if row.number in self._late else "dim")]

    @on(VirtualTable.Highlighted)
    def _look_at(self) -> None:
        """Read the topic under the cursor whole."""
        self.query_one(KeyBar).renew()
        row = self.table.current
        if row is not None and (self._view is None or self._view.number != row.number):
            self.run_worker(self._read(row.number), group="detail", exclusive=True)

    async def _read(self, number: int) -> None:
        self._view = await self.station.desk.call(lambda desk: desk.topics.topic(number))
        self.retext()

    def _show_detail(self) -> None:
        view, row = self._view, self.table.current
        text, look, words = Text(), self.look(), self.words
        if view is not None and row is not None and view.number == row.number:
            text.append(clean(view.title), look["key"])
            if view.number in self._late:
                text.append(f"  {words('tui.topics.days', days=self._late[view.number])}", look["fault"])
            people = f"{view.applicant_unit}  {view.lecturer} {view.lecturer_title}  {view.contact} {view.telephone}"
            text.append("\n" + clean(people), look["text"])
            if view.reason:
                text.append("\n" + words("tui.topics.reason", reason=view.reason), look["accent"])
            for problem in view.listed:
                text.append("\n! " + words.outside(problem.message, problem.params), look["warning"])
            text.append("\n" + clean(view.summary), look["dim"])
        self.put("#topicdetail", folded(text, self.size.width - 2))

    # -------------------------------------------------------------------- acting

    def do_state_filter(self) -> None:
        """The next group."""
        self._group = (self._group + 1) % (len(GROUPS) + 1)
        self.retext()
        self._look_at()

    def do_topic_order(self) -> None:
        """By number, or by votes."""
        self._by_votes = not self._by_votes
        self.retext()

    def do_topic_mark(self) -> None:
        """Mark a tied topic for one of the open places, or take the mark away; on to the next."""
        row = self.table.current
        if row is None or self._decided or row.number not in self._ranking.standing(Standing.TIED):
            self.station.tell("tui.topics.no-tie", severity="warning")
            return
        self._picked ^= {row.number}
        self.retext()
        self.table.move_by(1)

    def do_topic_choose(self) -> None:
        """Choose the topics with most votes."""
        self.start(self._choose())

    async def _choose(self) -> None:
        ranking, picked = self._ranking, sorted(self._picked)
        tied = ranking.standing(Standing.TIED)
        if len(picked) != ranking.open_places:
            places: dict[str, Any] = {"places": ranking.open_places, "of": len(tied), "picked": len(picked)}
            self.station.tell("tui.topics.mark-first", severity="warning", **places)
            return
        lines = self.words("tui.topics.choose", sure=len(ranking.standing(Standing.IN)), picked=len(picked))
        if picked:
            lines += "\n" + self.words("tui.topics.choose-tied", numbers=", ".join(map(str, picked)))
        if (reason := await self.ask("topic-choose", lines, reason=bool(tied))) is None:
            return
        await self.do_act(lambda desk: desk.topics.choose(picked, today(), reason=reason, seen=ranking), "topic-choose")
