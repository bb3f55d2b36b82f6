"""The catalogue: what was taken into it, and how much of the year's goal is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.widgets import Static

from station.text import clean
from tui.screens.lists import ListScreen
from tui.widgets.table import Cell, Column, VirtualTable
from tui.words import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from station.desk import Desk
    from station.documents.values import Catalogue, Entry


def _read(desk: Desk) -> Catalogue:
    from station.desk.exporting import ExportDesk  # noqa: PLC0415 - only this screen needs it

    return ExportDesk.of(desk).look()


class CatalogueScreen(ListScreen):
    """By serial number."""

    scope = "catalogue"

    def __init__(self) -> None:
        super().__init__()
        self._catalogue: Catalogue | None = None

    def body(self) -> ComposeResult:
        """The works, and the chosen one's summary."""
        yield VirtualTable(
            key=lambda entry: entry.serial, paint=self._paint, styles_of=self.look, id="catalogue",
            empty=lambda: self.words("documents.error.nothing-catalogued"),
        )  # fmt: skip
        yield Static(id="cataloguedetail")

    def begin(self) -> None:
        """Read."""
        self.table.focus()
        self.read_first(self.reload())

    def headline(self) -> Text:
        """Works, hours, the goal; what is left out."""
        made, words = self._catalogue, self.words
        if made is None:
            return Text(words("tui.app.opening"), style=self.look()["dim"])
        reached = "goal-reached" if made.hours >= made.goal_hours else "goal-open"
        text = words(
            f"documents.catalogue.{reached}", works=len(made.entries), hours=f"{made.hours:g}", goal=f"{made.goal_hours:g}"
        )  # fmt: skip
        if made.left_out:
            text += "  " + words("documents.left-out", count=made.left_out)
        return Text(text, style=self.look()["key"])

    async def reload(self) -> None:
        """Read anew."""
        self._catalogue = await self.station.desk.call(_read)
        self.retext()

    def write(self) -> None:
        """Texts and rows."""
        super().write()
        words = self.words
        columns = [
            Column(words("documents.catalogue.column-serial"), 10), Column(words("documents.catalogue.column-title"), share=2),
            Column(words("documents.catalogue.column-area"), 14), Column(words("documents.catalogue.column-hours"), 5, right=True),
            Column(words("documents.catalogue.column-lecturer"), 12), Column(words("documents.catalogue.column-state"), 10),
        ]  # fmt: skip
        self.table.show(list(self._catalogue.entries) if self._catalogue else [], columns)
        self._show_entry()

    def _paint(self, entry: Entry) -> list[Cell]:
        state = self.words(f"documents.catalogue.{'published' if entry.published else 'catalogued'}")
        hours = "" if entry.hours is None else f"{entry.hours:g}"
        return [
            (entry.serial, "dim"), (entry.title, "text"), (entry.area, "text"), (hours, "text"), (entry.lecturer, "text"),
            (state, "good" if entry.published else "text"),
        ]  # fmt: skip

    @on(VirtualTable.Highlighted)
    def _show_entry(self) -> None:
        entry = self.table.current
        lines = []
        if entry is not None:
            lines = [clean(f"{entry.applicant_unit}  {entry.id}  {entry.link}")]
            lines += wrap(clean(entry.summary), max(20, self.size.width - 4))[:3]
        self.query_one("#cataloguedetail", Static).update(Text("\n".join(lines), style=self.look()["dim"]))

    def do_export_catalogue(self) -> None:
        """Write it as a workbook."""
        language = self.words.language

        def write(desk: Desk) -> Path:
            from station.documents.shelf import shelve_catalogue  # noqa: PLC0415 - Office libraries load only here

            return shelve_catalogue(desk, language)

        self.start(self._written(write))

    def do_export_ledger(self) -> None:
        """Write the lecturers' hours."""
        language = self.words.language

        def write(desk: Desk) -> Path:
            from station.documents.shelf import shelve_ledger  # noqa: PLC0415 - Office libraries load only here

            return shelve_ledger(desk, language)

        self.start(self._written(write))

    def do_export_excellent(self) -> None:
        """Write the ranking, with the numbers of learners in a file that is asked for."""
        self.start(self._excellent())

    async def _excellent(self) -> None:
        from tui.screens.topic_question import TopicQuestion  # noqa: PLC0415 - opened rarely

        lines, language = self.words("documents.numbers"), self.words.language
        answer = await self.app.push_screen_wait(
            TopicQuestion(self.station, "export-excellent", lines, reason=True, field="path")
        )
        if answer is None:
            return

        def write(desk: Desk) -> Path:
            """Read the numbers, write the workbook."""
            from station.documents.shelf import shelve_excellent  # noqa: PLC0415 - Office libraries load only here

            return shelve_excellent(desk, Path(answer).expanduser(), language)

        await self._written(write)

    def do_export_bundle(self) -> None:
        """Write the publication bundle."""
        self.start(self._bundle())

    async def _bundle(self) -> None:
        """Copying takes long: at a desk of its own, so that every screen goes on."""
        from tui.aside import aside  # noqa: PLC0415 - wanted rarely

        language = self.words.language

        def write(desk: Desk) -> tuple[Path, int]:
            """All works of the catalogue."""
            from station.documents.shelf import shelve_bundle  # noqa: PLC0415 - Office libraries load only here

            return shelve_bundle(desk, language)

        self.station.tell("documents.bundling")
        path, works = await aside(self.station, write)
        self.station.tell("documents.bundled", path=str(path), works=works)

    async def _written(self, work: Callable[[Desk], Path]) -> None:
        path = await self.station.desk.call(work)
        self.station.tell("documents.written", path=str(path))
