"""Progress of `station check` on standard error, where a person watches it."""

from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from gpu.measure import Progress as Report
from station.cli import Session
from station.text import catalogue, clean


class Watching:
    """A bar for the file at hand; nothing at all when `quiet`."""

    def __init__(self, session: Session, *, quiet: bool) -> None:
        self._session = session
        self._bar: Progress | None = None
        if not quiet:
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%", markup=False),
                TimeRemainingColumn(),
                console=Console(stderr=True, markup=False, emoji=False),
                transient=True,
                refresh_per_second=5,
            )
        self._task: int | None = None
        self._title = self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()

    def begin(self, path: Path) -> None:
        """A new file."""
        if self._bar is not None:
            self._bar.start()
            self._title, self._stage = self._session.say("check.measuring", file=clean(path.name)), ""
            self._task = self._bar.add_task(self._title, total=None)

    def observe(self, report: Report) -> None:
        """How far its measuring has come, or which reader looks at it."""
        if self._bar is not None and self._task is not None:
            if report.stage != self._stage:
                self._stage = report.stage
                self._bar.update(self._task, description=f"{self._title}  {self._stage_name(report.stage)}")  # type: ignore[arg-type]
            self._bar.update(self._task, completed=report.frames, total=report.total)  # type: ignore[arg-type]

    def _stage_name(self, stage: str) -> str:
        known = f"job.stage.{stage}"
        return self._session.say(known) if known in catalogue(self._session.language) else stage

    def pause(self) -> None:
        """Take the bar away, so that results can be printed."""
        if self._bar is not None and self._task is not None:
            self._bar.stop()
            self._bar.remove_task(self._task)  # type: ignore[arg-type]
            self._task = None
