"""One submission: its lessons, what was found in each, the evidence, and the timeline that holds it all together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on, work
from textual.containers import Container
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from station.desk.views import FindingView, LessonView, OutcomeView, SubmissionView
from station.errors import NotFound
from station.findings import OutcomeKind
from tui.actions import Moment, find_action
from tui.overview import Overview, read_overview
from tui.screens.decide import DecidingScreen
from tui.screens.detail import check_name, finding_text, outcome_text
from tui.screens.phrases import KINDS, SEVERITIES, severity_word, verdict_word
from tui.widgets.frame import Frame, load_picture
from tui.widgets.keybar import KeyBar
from tui.widgets.table import Cell, Column, VirtualTable
from tui.widgets.tabs import TabLine
from tui.widgets.timeline import Mark, Timeline, Track
from tui.widgets.wave import Wave
from tui.words import timecode

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual.app import ComposeResult

STILLS = ("before", "at", "after")
WIDE = (120, 36)
"""Columns and rows from which three pictures stand side by side."""
Row = FindingView | OutcomeView


@dataclass
class Stills(Message):
    """Pictures of one finding, read by a worker. A dictionary by `before`, `at`, `after`; what was not to be had lacks."""

    finding: int
    pictures: dict[str, Image]


@dataclass
class Lesson(Message):
    """The overview of one lesson, read by a worker."""

    lesson: str
    overview: Overview | None


class SubmissionScreen(DecidingScreen):
    """Everything about one submission. Tab 0 is the papers, the lessons follow."""

    scope = "submission"

    def __init__(self, submission: str) -> None:
        super().__init__()
        self._id = submission
        self.view: SubmissionView | None = None
        self.tab = 0
        self._outcomes = False
        self.which = "at"
        self.pictures: dict[str, Image] = {}
        self._pictured: int | None = None
        self._overviews: dict[str, Overview | None] = {}

    def body(self) -> ComposeResult:
        """Tabs; pictures, list and detail in a grid that the width arranges; timeline and wave."""
        yield TabLine(self.look, id="lessons")
        with Container(id="middle"):
            yield VirtualTable(
                key=_key, paint=self._paint, styles_of=self.look, id="findings", empty=self._empty, head=False
            )
            with Container(id="pictures"):
                for name in STILLS:
                    yield Frame(self.look, id=name, few_colours=self.station.low_bandwidth)
            yield Static(id="detail")
        yield Timeline(self.look, id="timeline")
        yield Wave(self.look, id="wave")

    async def on_mount(self) -> None:
        """Read, and give the list the keys."""
        self.table.focus()
        self._arrange()
        self.run_worker(self._first(), group="read")

    async def _first(self) -> None:
        try:
            await self.reload()
        except NotFound as error:
            self.station.tell(error.message, severity="error", **error.params)
            self.app.pop_screen()
            return
        if self.view is not None and self.view.lessons and not self.view.findings:
            self._choose(1)

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
        return row if isinstance(row, FindingView) else None

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
            pictures=bool(finding and any(finding.evidence.get(name) for name in STILLS)),
        )

    def headline(self) -> Text:
        """Title, version, state, verdict, people."""
        words, look = self.words, self.look()
        if self.view is None:
            return Text(words("tui.app.opening"), style=look["dim"])
        view = self.view
        text = Text(words.either(view.title, view.title), style=look["key"])
        text.append(f"  v{view.version}  ", look["dim"])
        text.append(words(f"tui.state.{view.state}"), look["accent"])
        text.append("  " + verdict_word(words, view.verdict), look["text"])
        text.append("  " + words.either(view.applicant_unit, view.applicant_unit), look["dim"])
        text.append("  " + words.either(view.lecturer, view.lecturer), look["dim"])
        return text

    async def reload(self) -> None:
        """Read anew; tab and finding stay."""
        self.view = await self.station.desk.call(lambda desk: desk.submission(self._id))
        self._overviews = {}
        self.retext()

    def retext(self) -> None:
        """All texts and rows."""
        super().retext()
        self._show_tabs()
        self._show_rows()
        self._show_timeline()

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
        """What the list shows: findings, or every check's outcome."""
        if self.view is None:
            return []
        lesson = self.lesson
        if self._outcomes:
            return list(lesson.outcomes if lesson else self.view.outcomes)
        return list(lesson.findings if lesson else self.view.findings)

    def _show_rows(self, *, keep: bool = True) -> None:
        """`keep`: the cursor stays on its row; else it stands where it was put."""
        place = self.table.cursor
        width = 12 if self._outcomes else 6
        columns = [Column("", width), Column("", 6 if self._outcomes else 9), Column(""), Column("", 4)]
        self.table.show(self.rows(), columns)
        if not keep:
            self.table.move_to(place)
        self._show_current()

    def _paint(self, row: Row) -> list[Cell]:
        words = self.words
        name = check_name(words, self.station.profile, row.check)
        if isinstance(row, OutcomeView):
            sign, style = KINDS[row.kind]
            return [(f"{sign} {words(f'tui.outcome.{row.kind}')}", style), (row.clause, "dim"), (name, "text"), ("", "dim")]
        style = "dim" if not row.standing else SEVERITIES[row.severity][1]
        waived = "" if row.waiver is None else words("tui.submission.waived" if row.waiver.complete else "tui.submission.half")
        return [(severity_word(words, row.severity), style), (timecode(row.start), "dim"), (name, "text"), (waived, "good")]

    def _empty(self) -> str:
        if self.view is None:
            return self.words("tui.app.opening")
        lesson = self.lesson
        if lesson is not None and lesson.job_state == "failed":
            return self.words.outside(*(lesson.job_reason or ("tui.submission.failed", {})))
        if lesson is not None and lesson.verdict is None:
            return self.words("tui.submission.not-measured")
        return self.words("tui.submission.no-outcomes" if self._outcomes else "tui.submission.clean")

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
        self.query_one("#detail", Static).update(detail)
        finding = self.finding
        if finding is None:
            self._pictured, self.pictures = None, {}
        elif finding.id != self._pictured:
            self._pictured, self.pictures = finding.id, {}
            self._load_stills(finding.id, dict(finding.evidence))
        self._show_pictures()
        self._show_timeline()
        self.query_one(KeyBar).refresh()

    @work(thread=True, exclusive=True, group="stills", exit_on_error=False)
    def _load_stills(self, finding: int, evidence: dict[str, str]) -> None:
        pictures: dict[str, Image] = {}
        for name in ("at", "before", "after"):
            if get_current_worker().is_cancelled:
                return
            if (path := evidence.get(name)) and (picture := load_picture(path)) is not None:
                pictures[name] = picture
        self.post_message(Stills(finding, pictures))

    @on(Stills)
    def _stills_came(self, message: Stills) -> None:
        if message.finding == self._pictured:
            self.pictures = message.pictures
            self._show_pictures()

    def _show_pictures(self) -> None:
        finding, words = self.finding, self.words
        wide = self.has_class("wide")
        for name in STILLS:
            frame = self.query_one(f"#{name}", Frame)
            frame.display = wide or name == self.which
            picture = self.pictures.get(name)
            caption = words(f"tui.submission.{name}")
            if finding is not None and picture is None and name not in finding.evidence:
                caption += "  " + words("tui.submission.no-picture")
            elif finding is not None and name == "at":
                caption += "  " + timecode(finding.start)
            tiles = finding.tiles if finding and name == "at" else None
            frame.show(picture, caption, tiles=tiles, strong=name == self.which and finding is not None)

    def _show_timeline(self) -> None:
        lesson, words = self.lesson, self.words
        timeline, wave = self.query_one(Timeline), self.query_one(Wave)
        labels = (words("tui.timeline.findings"), words("tui.timeline.time"))
        timeline.display = wave.display = lesson is not None
        if lesson is None:
            return
        if lesson.id not in self._overviews:
            self._overviews[lesson.id] = None
            self._load_overview(lesson.id, lesson.overview)
        overview = self._overviews[lesson.id]
        duration = lesson.duration or (overview.duration if overview else 0.0)
        current = self.finding
        marks = [
            Mark(f.start, f.end or f.start, SEVERITIES[f.severity][0], SEVERITIES[f.severity][1] if f.standing else "dim",
                 current is not None and f.id == current.id)
            for f in lesson.findings if f.start is not None
        ]  # fmt: skip
        tracks: list[Track] = []
        channels = overview.channels if overview else ()
        if overview is not None:
            rows = (("alive", overview.alive), ("luma", overview.luma), ("loudness", overview.loudness),
                    ("bit-rate", overview.bit_rate))  # fmt: skip
            holes = {"alive", "loudness"}
            tracks = [Track(words(f"tui.timeline.{n}"), v, lowest=n in holes) for n, v in rows if v]
            if not self.has_class("wide"):
                tracks = tracks[:3]
        timeline.show(duration, marks, tracks, labels)
        names = [words("tui.timeline.channel", number=n) for n in (1, 2)]
        wave.show(channels, names, words("tui.timeline.no-sound"))

    @work(thread=True, group="overview", exit_on_error=False)
    def _load_overview(self, lesson: str, path: str | None) -> None:
        overview = read_overview(path)
        if not get_current_worker().is_cancelled:
            self.post_message(Lesson(lesson, overview))

    @on(Lesson)
    def _overview_came(self, message: Lesson) -> None:
        self._overviews[message.lesson] = message.overview
        self._show_timeline()

    def on_resize(self) -> None:
        """Another arrangement."""
        self._arrange()

    def _arrange(self) -> None:
        wide = self.size.width >= WIDE[0] and self.size.height >= WIDE[1]
        self.set_class(wide, "wide")
        if self.is_mounted:
            middle, pictures = self.query_one("#middle"), self.query_one("#pictures")
            middle.move_child(pictures, **({"before": self.table} if wide else {"after": self.table}))
            self._show_pictures()

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
        rank = [(not r.standing, order[r.severity], i) for i, r in enumerate(self.rows()) if isinstance(r, FindingView)]
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

    def pick_still(self, which: str) -> None:
        """Show the picture before, at or after."""
        self.which = which
        self._show_pictures()

    def do_before(self) -> None:
        """The picture before it."""
        self.pick_still("before")

    def do_at(self) -> None:
        """The picture when it happened."""
        self.pick_still("at")

    def do_after(self) -> None:
        """The picture after it."""
        self.pick_still("after")

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

    async def do_reload(self) -> None:
        """Read anew."""
        await self.reload()

    def command(self) -> str:
        """To waive the chosen finding, else to show the submission."""
        if self.finding is None:
            return super().command()
        return (find_action("waive").command or "").format(id=self.chosen(), finding=self.finding.id)


def _key(row: Row) -> tuple[str, object]:
    return ("f", row.key) if isinstance(row, FindingView) else ("o", row.check)

