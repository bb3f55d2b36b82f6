"""The pictures of a finding: before, at, after. Read by a worker, shown side by side where there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Container
from textual.message import Message
from textual.worker import get_current_worker

from tui.widgets.frame import Frame, load_picture
from tui.words import timecode

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image
    from rich.style import Style
    from textual.app import ComposeResult

    from station.desk.views import FindingView
    from tui.words import Words

STILLS = ("before", "at", "after")


@dataclass
class Stills(Message):
    """What a worker read of one finding; what was not to be had lacks."""

    finding: int
    pictures: dict[str, Image]


def has_pictures(finding: FindingView | None) -> bool:
    """Whether the finding names any still."""
    return finding is not None and any(finding.evidence.get(name) for name in STILLS)


class Evidence(Container):
    """Three frames; one of them is the chosen one, and the only one where the screen is narrow."""

    def __init__(self, words: Words, styles_of: Callable[[], dict[str, Style]], *, few_colours: bool) -> None:
        super().__init__(id="pictures")
        self._words, self._styles_of, self._few = words, styles_of, few_colours
        self._finding: FindingView | None = None
        self.which = "at"
        self.pictures: dict[str, Image] = {}
        self.wide = False

    def compose(self) -> ComposeResult:
        """The frames."""
        for name in STILLS:
            yield Frame(self._styles_of, id=name, few_colours=self._few)

    def show(self, finding: FindingView | None) -> None:
        """Show a finding's pictures, reading them first where it is another finding."""
        another = finding is None or self._finding is None or finding.id != self._finding.id
        self._finding = finding
        if another:
            self.pictures = {}
            self.workers.cancel_group(self, "stills")
            if finding is not None and has_pictures(finding):
                self._read(finding.id, dict(finding.evidence))
        self.paint()

    def pick(self, which: str) -> None:
        """Choose `before`, `at` or `after`."""
        self.which = which
        self.paint()

    def paint(self) -> None:
        """Bring the frames up to date."""
        finding, words = self._finding, self._words
        for name in STILLS:
            frame = self.query_one(f"#{name}", Frame)
            frame.display = self.wide or name == self.which
            caption = words(f"tui.submission.{name}")
            if finding is not None and not finding.evidence.get(name):
                caption += "  " + words("tui.submission.no-picture")
            elif finding is not None and name == "at":
                caption += "  " + timecode(finding.start)
            tiles = finding.tiles if finding and name == "at" else None
            strong = name == self.which and finding is not None
            frame.show(self.pictures.get(name), caption, tiles=tiles, strong=strong)

    @work(thread=True, exclusive=True, group="stills", exit_on_error=False)
    def _read(self, finding: int, evidence: dict[str, str]) -> None:
        pictures: dict[str, Image] = {}
        for name in ("at", "before", "after"):
            if get_current_worker().is_cancelled:
                return
            if (path := evidence.get(name)) and (picture := load_picture(path)) is not None:
                pictures[name] = picture
        self.post_message(Stills(finding, pictures))

    @on(Stills)
    def _came(self, message: Stills) -> None:
        message.stop()
        if self._finding is not None and message.finding == self._finding.id:
            self.pictures = message.pictures
            self.paint()
