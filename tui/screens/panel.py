"""The experts of one submission: who is assigned, who may be, their result, the gate's stops, reopening and discussions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Static

from station.desk.panel_views import Candidate
from station.text import clean
from tui.actions import Moment
from tui.screens.lists import ListScreen
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import clock, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from station.desk import Desk
    from station.desk.panel_views import ExpertView, PanelView, StopView

    Row = ExpertView | Candidate

DETAIL_LINES = 9
"""Of the panel's result, at 80 × 24."""


class PanelScreen(ListScreen):
    """Above, who is assigned; below, who may be. A key acts on the chosen person."""

    scope = "panel"

    def __init__(self, submission: str) -> None:
        super().__init__()
        self._submission = submission
        self.view: PanelView | None = None
        self._candidates: tuple[Candidate, ...] = ()

    def body(self) -> ComposeResult:
        """The people, and what they came to."""
        yield VirtualTable(
            key=lambda row: row.account, paint=self._paint, styles_of=self.look, id="panel",
            empty=lambda: self.words("tui.panel.empty"),
        )  # fmt: skip
        yield Static(id="paneldetail")

    def begin(self) -> None:
        """Read."""
        self.table.focus()
        self.read_first(self.reload())

    def moment(self) -> Moment:
        """The submission that an act would touch."""
        s = self.station
        return Moment(self.scope, s.person, s.ready, s.readonly, row=self.view)

    def headline(self) -> Text:
        """Title, and how many reviews are there."""
        words, look = self.words, self.look()
        if self.view is None:
            return Text(words("tui.app.opening"), style=look["dim"])
        text = Text().append(clean(self.view.title), look["key"])
        text.append("  " + words(f"state.{self.view.state}"), look["dim"])
        told = words("tui.panel.count", submitted=self.view.submitted, wanted=self.view.wanted)
        return text.append("  " + told, look["accent"])

    async def reload(self) -> None:
        """Read anew."""
        may = bool(self.station.person.roles & {"operator", "office"})

        def read(desk: Desk) -> tuple[PanelView, tuple[Candidate, ...]]:
            """The panel, and who could join it."""
            return desk.panel(self._submission), desk.candidates(self._submission) if may else ()

        self.view, self._candidates = await self.station.desk.call(read)
        self.retext()

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        words = self.words
        columns = [
            Column(words("tui.panel.person"), 12), Column(words("tui.panel.unit")), Column(words("tui.panel.standing"), 14),
            Column(words("tui.panel.total"), 6, right=True), Column(words("tui.panel.bias"), 12, right=True),
        ]  # fmt: skip
        view = self.view
        held = {expert.account for expert in view.experts} if view else set()
        others = [one for one in self._candidates if one.account not in held]
        self.table.show([*(view.experts if view else ()), *others], columns)
        self.query_one("#paneldetail", Static).update(self._result())

    def _paint(self, row: Row) -> list[Cell]:
        words = self.words
        if isinstance(row, Candidate):
            told = words("tui.panel.aside") if row.why_not else words("tui.panel.free", load=row.load)
            style = "dim" if row.why_not else "text"
            return [(row.name, style), (row.unit, "dim"), (told, style), ("", "dim"), ("", "dim")]
        total = "" if row.total is None else f"{row.total:g}"
        bias = "" if row.bias is None else f"{row.bias:+.1f} ({row.reviews})"
        standing = words(f"tui.panel.review.{row.review}")
        if row.how == "further":
            standing = f"+ {standing}"
        return [(row.name, "key"), (row.unit, "text"), (standing, "accent"), (total, "text"), (bias, "dim")]

    def _result(self) -> Text:
        words, look, view = self.words, self.look(), self.view
        text = Text()
        if view is None:
            return text
        if view.mean is not None:
            spread = "-" if view.spread is None else f"{view.spread:.1f}"
            told = words("tui.panel.result", mean=f"{view.mean:.1f}", spread=spread, limit=f"{view.limit:g}")
            text.append(told + "\n", look["text"])
        if not view.settled:
            text.append(words("tui.panel.unsettled") + "\n", look["warning"])
        lines = [line for stop in view.stops for line in self._stop_lines(stop)]
        lines += [words("tui.panel.discussed", person=p, at=clock(at), text=said) for p, said, at in view.discussions]
        lines += [words("tui.panel.kept", person=k.person, total=k.total or 0, reason=k.reason) for k in view.kept]
        room = max(20, self.size.width - 4)
        folded = [part for line in lines for part in wrap(line, room)]
        return text.append("\n".join(folded[-DETAIL_LINES:]), look["dim"])

    def _stop_lines(self, stop: StopView) -> list[str]:
        words = self.words
        points = "; ".join(f"{self._point(point)}: {reason}" for point, reason in stop.points.items())
        lines = [words("tui.panel.stop", id=stop.id, person=stop.person, points=points)]
        if stop.second_person is not None:
            verdict = words("tui.panel.agrees" if stop.second_agrees else "tui.panel.differs")
            lines.append(
                words("tui.panel.second", person=stop.second_person, verdict=verdict, reason=stop.second_reason)
            )
        if stop.decision is not None:
            decision = words(f"tui.panel.{stop.decision}")
            lines.append(
                words("tui.panel.decided", person=stop.decided_by, decision=decision, reason=stop.decided_reason)
            )
        return lines

    def _point(self, point: str) -> str:
        found = next((p for p in self.station.rubric.gate if p.id == point), None)
        return self.words.either(found.zh, found.en) if found else point

    # acting

    def _act(self, work: Callable[[Desk, str, int], object], done: str, *, ask: str = "") -> None:
        """Ask for a reason where `ask` names an action, do it, say so, read anew."""
        if self.view is not None:
            self.start(self._acted(work, done, ask))

    async def _acted(self, work: Callable[[Desk, str, int], object], done: str, ask: str) -> None:
        from tui.screens.asking import AskScreen  # noqa: PLC0415 - opened rarely

        reason: str | None = ""
        if ask:
            words = self.words
            question = AskScreen(self.station, words(f"tui.action.{ask}.label"), words(f"tui.action.{ask}.help"))
            reason = await self.app.push_screen_wait(question)
        if reason is None or self.view is None:
            return
        given, seen = reason, self.view.revision
        await self.station.desk.call(lambda desk: work(desk, given, seen))
        self.station.tell(f"tui.done.{done}")
        await self.station.refresh_screens()

    @property
    def _chosen(self) -> str:
        row = self.table.current
        return row.account if row is not None else ""

    def do_assign(self) -> None:
        """Assign the chosen person."""
        account, id_ = self._chosen, self._submission
        self._act(lambda desk, _, seen: desk.assign(id_, account, seen=seen), "assign")

    def do_assign_automatically(self) -> None:
        """As many as are wanted."""
        id_ = self._submission
        self._act(lambda desk, _, seen: desk.assign_automatically(id_, seen=seen), "assign-automatically")

    def do_unassign(self) -> None:
        """Relieve the chosen person."""
        account, id_ = self._chosen, self._submission
        self._act(lambda desk, why, seen: desk.unassign(id_, account, why, seen=seen), "unassign", ask="unassign")

    def do_reopen_review(self) -> None:
        """Give the chosen person's review back."""
        account, id_ = self._chosen, self._submission
        self._act(
            lambda desk, why, seen: desk.reopen_review(id_, account, why, seen=seen),
            "reopen-review",
            ask="reopen-review",
        )

    def do_discuss(self) -> None:
        """Record a discussion."""
        id_ = self._submission
        self._act(lambda desk, text, seen: desk.discuss(id_, text, seen=seen), "discuss", ask="discuss")

    def _stop(self, *, seconded: bool) -> int:
        """The first stop that waits for a second person, or for the decision; 0: none."""
        stops = self.view.stops if self.view else ()
        waiting = (s.id for s in stops if s.decision is None and (s.second_person is not None) == seconded)
        return next(waiting, 0)

    def do_second_gate(self) -> None:
        """The no is right."""
        self._second(agrees=True, action="second-gate")

    def do_second_gate_no(self) -> None:
        """The no is not right."""
        self._second(agrees=False, action="second-gate-no")

    def _second(self, *, agrees: bool, action: str) -> None:
        id_, stop = self._submission, self._stop(seconded=False)
        self._act(
            lambda desk, why, seen: desk.second_gate(id_, stop, agrees=agrees, reason=why, seen=seen),
            action,
            ask=action,
        )

    def do_decide_gate(self) -> None:
        """The no stands."""
        self._decide(lift=False, action="decide-gate")

    def do_lift_gate(self) -> None:
        """The scoring goes on."""
        self._decide(lift=True, action="lift-gate")

    def _decide(self, *, lift: bool, action: str) -> None:
        id_, stop = self._submission, self._stop(seconded=True)
        self._act(
            lambda desk, why, seen: desk.decide_gate(id_, stop, lift=lift, reason=why, seen=seen), action, ask=action
        )
