"""Documents from the screens: the chosen submission's letter and opinion, and the way to the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.decide import DecidingScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from station.desk import Desk


class ExportingScreen(DecidingScreen):
    """What is written lies in the station's folder; the screen says where."""

    def do_letter(self) -> None:
        """The return letter."""
        self._export("letter")

    def do_opinion(self) -> None:
        """The experts' opinion."""
        self._export("opinion")

    def do_catalogue(self) -> None:
        """The catalogue."""
        from tui.screens.catalogue import CatalogueScreen  # noqa: PLC0415 - opened rarely

        self.app.push_screen(CatalogueScreen())

    def _export(self, name: str) -> None:
        submission, language = self.chosen(), self.words.language
        if submission is None:
            return

        def write(desk: Desk) -> Path:
            from station.documents import shelf  # noqa: PLC0415 - Office libraries load only here

            return (shelf.shelve_letter if name == "letter" else shelf.shelve_opinion)(desk, submission, language)

        self.start(self._write(write))

    async def _write(self, work: Callable[[Desk], Path]) -> None:
        path = await self.station.desk.call(work)
        self.station.tell("documents.written", path=str(path))
