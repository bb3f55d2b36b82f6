"""One submission: its lessons, what was found in each, the evidence, and the timeline that holds it all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.containers import Container
from textual.widgets import Static

from station.desk.views import FindingView, LessonView, OutcomeView, SubmissionView
from station.errors import StationError
from station.findings import OutcomeKind
from tui.actions import Moment, find_action
from tui.screens.axis import Axis
from tui.screens.detail import check_name, finding_text, outcome_text, papers_text
from tui.screens.evidence import Evidence, has_pictures
from tui.screens.exporting import ExportingScreen
from tui.screens.phrases import KINDS, SEVERITIES, severity_word, verdict_word
from tui.widgets.keybar import KeyBar
from tui.widgets.table import Cell, Column, VirtualTable
from tui.widgets.tabs import TabLine
from tui.widgets.timeline import Timeline
from tui.words import folded, timecode

if TYPE_CHECKING:
    from textual.app import ComposeResult

WIDE = (120, 36)
"""Columns and rows from which three pictures stand side by side."""
Row = FindingView | OutcomeView


class SubmissionScreen(ExportingScreen):
    """Everything about one submission. Tab 0 is the papers, the lessons follow."""

    scope = "submission"

    def __init__(self, submission: str) -> None:
        super().__init__()
        self._submission = submission
        self.view: SubmissionView | None = None
        self.tab = 0
        self._outcomes = False

    def body(self) -> ComposeResult:
        """Tabs; pictures, list and detail in a grid that the width arranges; timeline and wave."""
        yield TabLine(self.look, id="lessons")
        with Container(id="middle"):
            yield VirtualTable(
                key=_key, paint=self._paint, styles_of=self.look, id="findings", empty=self._empty, head=False
            )
            yield Evidence(self.words, self.look, few_colours=self.station.low_bandwidth)
            yield Static(id="papers")
            yield Static(id="detail")
        yield Axis(self.words, self.look)

    def begin(self) -> None:
        """Read, and give the list the keys."""
        self.table.focus()
        self._arrange()
        self.read_first(self._first())

    async def _first(self) -> None:
        try:
            await self.reload()
        except StationError as error:
            self.station.tell(error.message, severity="error", **error.params)
            self.app.pop_screen()
            return
        if self.composed and self.view is not None and self.view.lessons and not self.view.findings:
            self._choose(1)

    @property
    def evidence(self) -> Evidence:
        """The pictures."""
        return self.query_one(Evidence)

    @property
    def lesson(self) -> LessonView | None:
        """The lesson of the chosen tab; None for the papers."""
        if self.view is None or self.tab == 0 or self.tab > len(self.view.lessons):
            return None
        return self.view.lessons[self.tab - 1]

    @property
    def finding(self) -> FindingView | None:
        """The chosen finding."""
        row = self.table.current
        return row if isinstance(row, FindingView) and row.change != "fixed" else None

    def chosen(self) -> str | None:
        """This submission."""
        return self.view.id if self.view else None

    def moment(self) -> Moment:
        """The submission and the chosen finding."""
        finding = self.finding if self.is_attached else None
        station = self.station
        return Moment(
            self.scope,
            station.person,
            station.ready,
            station.readonly,
            submission=self.view,
            finding=finding,
            pictures=has_pictures(finding),
        )

    def headline(self) -> Text:
        """Title, version, state, verdict, people."""
        words, look = self.words, self.look()
        if self.view is None:
            return Text(words("tui.app.opening"), style=look["dim"])
        view = self.view
        text = Text().append(words.either(view.title, view.title), look["key"])
        text.append(f"  v{view.version}  ", look["dim"])
        text.append(words(f"state.{view.state}"), look["accent"])
        text.append("  " + verdict_word(words, view.verdict), look["text"])
        if view.against is not None:
            text.append("  " + words("report.compared-short", version=view.against, **view.compared()), look["accent"])
        text.append("  " + words.either(view.applicant_unit, view.applicant_unit), look["dim"])
        text.append("  " + words.either(view.lecturer, view.lecturer), look["dim"])
        return text

    async def reload(self) -> None:
        """Read anew; tab and finding stay."""
        view = await self.station.desk.call(lambda desk: desk.submission(self._submission))
        if view != self.view:
            self.view = view
            self.retext()

    def write(self) -> None:
        """All texts and rows."""
        super().write()
        self._show_tabs()
        self._show_rows()

    def _show_tabs(self) -> None:
        if self.view is None:
            return
        words = self.words
        tabs = [(self._tab_text(words("tui.submission.papers"), self.view.findings), "text")]
        for lesson in self.view.lessons:
            name = words("tui.submission.lesson", number=lesson.ordinal)
            if lesson.job_state in {"queued", "running"}:
                tabs.append((f"{name} {lesson.progress:.0%}", "accent"))
            elif lesson.job_state == "failed":
                tabs.append((f"{name} {words('tui.submission.failed')}", "fault"))
            else:
                tabs.append((self._tab_text(name, lesson.findings), "text"))
        self.query_one(TabLine).show(tabs, self.tab)

    def _tab_text(self, name: str, findings: tuple[FindingView, ...]) -> str:
        counts = [
            f"{sign}{count}"
            for severity, (sign, _) in SEVERITIES.items()
            if (count := sum(f.severity is severity and f.standing for f in findings))
        ]
        return " ".join([name, *counts]) if counts else f"{name} {KINDS[OutcomeKind.OK][0]}"

    def rows(self) -> list[Row]:
        """What the list shows: findings and, after them, those of the version before that are gone; or every check's outcome."""
        if self.view is None:
            return []
        shown = self.lesson or self.view
        return list(shown.outcomes) if self._outcomes else [*shown.findings, *shown.fixed]

    def _show_rows(self, *, keep: bool = True) -> None:
        """`keep`: the cursor stays on its row; else it stands where it was put."""
        place = self.table.cursor
        first, second = (16, 6) if self._outcomes else (9, 9)
        columns = [Column("", first), Column("", second), Column(""), Column("", 4)]
        self.table.show(self.rows(), columns)
        if not keep:
            self.table.move_to(place)
        self._show_current()

    def _paint(self, row: Row) -> list[Cell]:
        words = self.words
        name = check_name(words, self.station.profile, row.check)
        if isinstance(row, OutcomeView):
            sign, style = self._outcome_mark(row)
            return [
                (f"{sign} {words(f'desk.kind.{row.kind}')}", style),
                (row.clause, "dim"),
                (name, "text"),
                ("", "dim"),
            ]
        if row.change == "fixed":
            return [(words("report.change-fixed"), "good"), (timecode(row.start), "dim"), (name, "dim"), ("", "dim")]
        style = "dim" if not row.standing else SEVERITIES[row.severity][1]
        waived = (
            ""
            if row.waiver is None
            else words("tui.submission.waived" if row.waiver.complete else "tui.submission.half")
        )
        return [
            (severity_word(words, row.severity), style),
            (timecode(row.start), "dim"),
            (name, "text"),
            (waived, "good"),
        ]

    def _outcome_mark(self, outcome: OutcomeView) -> tuple[str, str]:
        """A check's sign; one with findings carries that of its worst."""
        lesson = self.lesson
        findings = (lesson.findings if lesson else self.view.findings) if self.view else ()
        ours = {f.severity for f in findings if f.check == outcome.check}
        worst = next((mark for severity, mark in SEVERITIES.items() if severity in ours), None)
        return worst if worst and outcome.kind is OutcomeKind.FINDINGS else KINDS[outcome.kind]

    def _empty(self) -> str:
        if self.view is None:
            return self.words("tui.app.opening")
        lesson = self.lesson
        if lesson is not None and lesson.job_state == "failed":
            return self.words.outside(*(lesson.job_reason or ("tui.submission.failed", {})))
        if lesson is not None and lesson.verdict is None:
            return self.words("tui.submission.not-measured")
        return self.words("tui.submission.no-outcomes" if self._outcomes else "tui.submission.clean")

    def _detail_width(self) -> int:
        return (self.size.width // 2 if self.has_class("wide") else self.size.width) - 3

    def _side_width(self) -> int:
        """Cells of the papers' text; the pane stands where the pictures stand."""
        if self.has_class("wide"):
            return self.size.width - 3
        return min(self.size.width // 2, max(6, self.size.height - 15) * 32 // 9) - 2

    @on(VirtualTable.Highlighted)
    def _show_current(self) -> None:
        """Detail, pictures and marks of the row under the cursor."""
        row = self.table.current
        words, look = self.words, self.look()
        detail = Text()
        if isinstance(row, FindingView):
            detail = finding_text(words, look, self.station.profile, row)
        elif isinstance(row, OutcomeView):
            detail = outcome_text(words, look, self.station.profile, row)
        self.query_one("#detail", Static).update(folded(detail, self._detail_width()))
        papers = self.query_one("#papers", Static)
        papers.display, self.evidence.display = self.lesson is None, self.lesson is not None
        if self.view is not None and self.lesson is None:
            papers.update(folded(papers_text(words, look, self.view), self._side_width()))
        self.evidence.show(self.finding)
        self.query_one(Axis).show(self.lesson, self.finding)
        self.query_one(KeyBar).renew()

    def on_resize(self) -> None:
        """Another arrangement."""
        self._arrange()

    def _arrange(self) -> None:
        """Where the lists, the pictures and the axis stand hangs on the size alone."""
        if not self.composed:
            return
        width, height = self.size
        wide = width >= WIDE[0] and height >= WIDE[1]
        self.set_class(wide, "wide")
        middle, evidence, axis = self.query_one("#middle"), self.evidence, self.query_one(Axis)
        papers = self.query_one("#papers")
        if wide:
            middle.move_child(evidence, before=self.table)
            middle.move_child(papers, before=self.table)
            middle.styles.grid_rows = f"{(width // 3 - 1) * 9 // 32 + 1} 1fr"
            middle.styles.grid_columns = "1fr 1fr"
        else:
            middle.move_child(evidence, after=self.table)
            middle.move_child(papers, after=self.table)
            middle.styles.grid_rows = "1fr 4"
            middle.styles.grid_columns = f"1fr {self._side_width() + 2}"
        evidence.wide = axis.wide = wide
        self._show_current()
        axis.paint()

    # what keys do

    def _choose(self, tab: int) -> None:
        if self.view is None:
            return
        self.tab = tab % (len(self.view.lessons) + 1)
        self._outcomes = False
        self.table.show((), ())
        self.table.cursor = self._worst()
        self._show_rows(keep=False)
        self._show_tabs()

    def _worst(self) -> int:
        """The place of the first standing finding of the worst severity: what a person must look at first."""
        order = {severity: place for place, severity in enumerate(SEVERITIES)}
        found = ((i, r) for i, r in enumerate(self.rows()) if isinstance(r, FindingView) and r.change != "fixed")
        rank = [(not r.standing, order[r.severity], i) for i, r in found]
        return min(rank)[2] if rank else 0

    def do_next_lesson(self) -> None:
        """The tab to the right."""
        self._choose(self.tab + 1)

    def do_previous_lesson(self) -> None:
        """The tab to the left."""
        self._choose(self.tab - 1)

    @on(TabLine.Picked)
    def _tab_picked(self, message: TabLine.Picked) -> None:
        self._choose(message.index)

    @on(Timeline.Picked)
    def _time_picked(self, message: Timeline.Picked) -> None:
        """To the finding nearest to the moment."""
        rows = [(i, r) for i, r in enumerate(self.rows()) if isinstance(r, FindingView) and r.start is not None]
        if rows:
            self.table.move_to(min(rows, key=lambda pair: abs((pair[1].start or 0.0) - message.seconds))[0])

    def do_next_finding(self) -> None:
        """One finding on."""
        self.table.move_by(1)

    def do_previous_finding(self) -> None:
        """One finding back."""
        self.table.move_by(-1)

    def do_outcomes(self) -> None:
        """Findings, or all checks."""
        self._outcomes = not self._outcomes
        self.table.cursor = 0
        self._show_rows()

    def do_before(self) -> None:
        """The picture before it."""
        self.evidence.pick("before")

    def do_at(self) -> None:
        """The picture when it happened."""
        self.evidence.pick("at")

    def do_after(self) -> None:
        """The picture after it."""
        self.evidence.pick("after")

    @on(VirtualTable.Chosen)
    def do_still(self) -> None:
        """The evidence on the full screen."""
        from tui.screens.still import StillScreen  # noqa: PLC0415 - opened rarely

        if self.moment().pictures:
            self.app.push_screen(StillScreen(self))

    def do_waive(self) -> None:
        """Ask for a reason, then waive."""
        if self.finding is not None and self.view is not None:
            self.start(self._waive(self.view, self.finding))

    async def _waive(self, view: SubmissionView, finding: FindingView) -> None:
        from tui.screens.modals import WaiverScreen  # noqa: PLC0415 - opened rarely

        name = check_name(self.words, self.station.profile, finding.check)
        message = self.words.outside(finding.message, finding.params)
        reason = await self.app.push_screen_wait(WaiverScreen(self.station, finding, name, message))
        if reason is not None:
            await self.act_on_desk(
                lambda desk: desk.waive(view.id, finding.id, reason, seen=view.revision), "tui.done.waive"
            )

    async def do_second_waiver(self) -> None:
        """Confirm as the second person."""
        if (finding := self.finding) is not None and (view := self.view) is not None:
            await self.act_on_desk(
                lambda desk: desk.second_waiver(view.id, finding.id, seen=view.revision), "tui.done.second-waiver"
            )

    async def do_end_waiver(self) -> None:
        """The finding counts again."""
        if (finding := self.finding) is not None and (view := self.view) is not None:
            await self.act_on_desk(
                lambda desk: desk.end_waiver(view.id, finding.id, seen=view.revision), "tui.done.end-waiver"
            )

    def command(self) -> str:
        """To waive the chosen finding, else to show the submission."""
        if self.finding is None:
            return super().command()
        return (find_action("waive").command or "").format(id=self.chosen(), finding=self.finding.id)


def _key(row: Row) -> tuple[str, object]:
    if isinstance(row, FindingView):
        return ("x", row.id) if row.change == "fixed" else ("f", row.key)
    return "o", row.check
