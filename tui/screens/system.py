"""The machine side: the daemon's heartbeat, what waits in the inbox, and the jobs that are not done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widgets import Static

from station.text import clean
from tui.screens.lists import ListScreen
from tui.screens.phrases import daemon_word
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import timecode

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from station.desk.views import JobView

JOB_STYLES = {"running": "accent", "queued": "dim", "failed": "fault"}
WAITING_SHOWN = 4


class SystemScreen(ListScreen):
    """Live, as the queue."""

    scope = "system"

    def __init__(self) -> None:
        super().__init__()
        self._daemon: dict[str, Any] | None = None
        self._jobs: list[JobView] = []

    def body(self) -> ComposeResult:
        """The daemon's words, then the jobs."""
        yield Static(id="daemon")
        yield VirtualTable(
            key=lambda job: job.id, paint=self._paint, styles_of=self.look, id="jobs",
            empty=lambda: self.words("tui.system.no-jobs"),
        )  # fmt: skip

    def begin(self) -> None:
        """Read; and once a second look at the heartbeat's age."""
        self.table.focus()
        self.start(self.reload())
        self.set_interval(1.0, self._show_daemon)

    def headline(self) -> Text:
        """The pane's name."""
        return Text(self.words("tui.system.title"), style=self.look()["key"])

    async def reload(self) -> None:
        """Read anew."""
        self._daemon, self._jobs = await self.station.desk.call(lambda desk: (desk.daemon(), desk.jobs()))
        self.retext()

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        self._show_daemon()
        words = self.words
        self.table.show(
            self._jobs,
            [
                Column(words("tui.system.state"), 8),
                Column(words("tui.system.stage"), 14),
                Column(words("tui.system.progress"), 22),
                Column(words("tui.queue.column.title")),
                Column(words("tui.system.lesson"), 6, right=True),
                Column(words("tui.system.attempts"), 6, right=True),
            ],
        )

    def _show_daemon(self) -> None:
        words, look, station = self.words, self.look(), self.station
        text = Text().append(daemon_word(words, self._daemon) + "\n", look["text"])
        if self._daemon is not None:
            row = self._daemon
            state = words.outside(f"daemon.state.{row['state']}", {})
            text.append(
                f"{state}  {clean(str(row['host']))} pid {row['pid']}  {clean(str(row['device']))}\n", look["dim"]
            )
            for drop in (row.get("waiting") or [])[:WAITING_SHOWN]:
                reason = words.outside(str(drop.get("message", "")), drop.get("params") or {})
                text.append(f"- {clean(str(drop.get('name', '')))}: {reason}\n", look["warning"])
        text.append(
            words("tui.system.places", inbox=str(station.config.inbox), database=str(station.config.database)),
            look["dim"],
        )
        self.query_one("#daemon", Static).update(text)

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
