"""The machine side: the daemon's heartbeat, the jobs that are not done, and the drops that were not taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.widgets import Static

from station.text import clean
from tui.screens.lists import ListScreen
from tui.screens.phrases import daemon_gone, daemon_word
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import clock, folded, timecode

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from station.desk.views import DropView, JobView

JOB_STYLES = {"running": "accent", "queued": "dim", "failed": "fault"}
DROP_STYLES = {"refused": "fault", "duplicate": "warning", "waiting": "warning"}


class SystemScreen(ListScreen):
    """Live, as the queue."""

    scope = "system"

    def __init__(self) -> None:
        super().__init__()
        self._daemon: dict[str, Any] | None = None
        self._jobs: list[JobView] = []
        self._drops: list[DropView] = []
        self._aside = False
        """Whether the drops are listed, not the jobs."""

    def body(self) -> ComposeResult:
        """The daemon's words, then the jobs, or the drops and the whole reason of one."""
        yield Static(id="daemon")
        yield VirtualTable(
            key=lambda job: job.id, paint=self._paint, styles_of=self.look, id="jobs",
            empty=lambda: self.words("tui.system.no-jobs"),
        )  # fmt: skip
        yield VirtualTable(
            key=lambda drop: (drop.kept, drop.name), paint=self._paint_drop, styles_of=self.look, id="drops",
            empty=lambda: self.words("desk.drop.none"),
        )  # fmt: skip
        yield Static(id="dropdetail")

    @property
    def table(self) -> VirtualTable[Any]:
        """The list that is shown."""
        return self.query_one("#drops" if self._aside else "#jobs", VirtualTable)

    def begin(self) -> None:
        """Read; and once a second look at the heartbeat's age."""
        self._arrange()
        self.start(self.reload())
        self.set_interval(1.0, self._show_daemon)

    def _arrange(self) -> None:
        for selector, shown in (("#jobs", not self._aside), ("#drops", self._aside), ("#dropdetail", self._aside)):
            self.query_one(selector).display = shown
        self.table.focus()

    def headline(self) -> Text:
        """The pane's name."""
        name = "tui.system.drops" if self._aside else "tui.system.title"
        return Text(self.words(name), style=self.look()["key"])

    def do_drops(self) -> None:
        """The drops that were not taken in, or the jobs."""
        self._aside = not self._aside
        self._arrange()
        self.retext()

    async def reload(self) -> None:
        """Read anew."""
        self._daemon, self._jobs, self._drops = await self.station.desk.call(
            lambda desk: (desk.daemon(), desk.jobs(), desk.drops())
        )
        self.retext()

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        self._show_daemon()
        words = self.words
        self.query_one("#jobs", VirtualTable).show(
            self._jobs,
            [
                Column(words("tui.system.state"), 8),
                Column(words("tui.system.stage"), 14),
                Column(words("tui.system.progress"), 22),
                Column(words("tui.queue.column.title")),
                Column(words("tui.system.lesson"), 6, right=True),
                Column(words("tui.system.attempts"), 5, right=True),
            ],
        )
        self.query_one("#drops", VirtualTable).show(
            self._drops,
            [
                Column(words("tui.system.state"), 9),
                Column(words("tui.system.at"), 11),
                Column(words("tui.system.name")),
                Column(words("tui.system.reason"), share=2),
            ],
        )
        self._show_drop()

    def on_resize(self) -> None:
        """Lines break elsewhere."""
        self.retext()

    def _show_daemon(self) -> None:
        words, look, station, row = self.words, self.look(), self.station, self._daemon
        text = Text().append(daemon_word(words, row) + "\n", look["text"])
        if row is not None and not daemon_gone(row):
            state = words.outside(f"daemon.state.{row['state']}", {})
            text.append(
                f"{state}  {clean(str(row['host']))} pid {row['pid']}  {clean(str(row['device']))}\n", look["dim"]
            )
        text.append(
            words("tui.system.places", inbox=str(station.config.inbox), database=str(station.config.database)),
            look["dim"],
        )
        if not self._aside and self._drops:
            text.append("\n" + words("tui.system.aside", count=len(self._drops)), look["warning"])
        self.put("#daemon", folded(text, self.size.width - 2), layout=True)

    @on(VirtualTable.Highlighted, "#drops")
    def _show_drop(self) -> None:
        """The whole reason of the drop under the cursor, and where its files lie."""
        drop: DropView | None = self.query_one("#drops", VirtualTable).current
        text, look = Text(), self.look()
        if drop is not None:
            text.append(clean(drop.name), look["key"])
            text.append("\n" + self._reason(drop), look["text"])
            if drop.kept:
                text.append("\n" + self.words("tui.system.kept", path=drop.kept), look["dim"])
        self.put("#dropdetail", folded(text, self.size.width - 2))

    def _reason(self, drop: DropView) -> str:
        return self.words.outside(*drop.reason) if drop.reason else ""

    def _paint_drop(self, drop: DropView) -> list[Cell]:
        state = self.words(f"desk.drop.{drop.state}")
        style = DROP_STYLES.get(drop.state, "dim")
        return [(state, style), (clock(drop.at), "dim"), (drop.name, "text"), (self._reason(drop), "dim")]

    def _stage(self, job: JobView) -> str:
        known = self.words.outside(f"job.stage.{job.stage}", {}) if job.stage else ""
        return job.stage if known == f"job.stage.{job.stage}" else known

    def _paint(self, job: JobView) -> list[Cell]:
        words, style = self.words, JOB_STYLES.get(job.state, "text")
        progress = ""
        if job.state == "running":
            progress = f"{job.progress:4.0%}"
            progress += f" {job.frames_per_second:.0f}fps" if job.frames_per_second else ""
            progress += f" {timecode(job.eta_seconds)[:-2]}" if job.eta_seconds else ""
        elif job.reason is not None:
            progress = words.outside(*job.reason)
        state = words.outside(f"tui.system.job.{job.state}", {})
        return [
            (state, style), (self._stage(job), "dim"), (progress, style), (f"{job.title} / {job.lesson_title}", "text"),
            (str(job.ordinal), "dim"), (str(job.attempts), "dim"),
        ]  # fmt: skip
