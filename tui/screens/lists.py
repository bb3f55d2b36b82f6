"""A screen with a main list, and the moves in it."""

from typing import Any

from textual import events

from tui.screens.base import StationScreen
from tui.widgets.table import VirtualTable


class ListScreen(StationScreen):
    """The registry's moves (up, page-down …) go to `table`."""

    @property
    def table(self) -> VirtualTable[Any]:
        """The list that the moves mean."""
        return self.query_one(VirtualTable)

    async def on_key(self, event: events.Key) -> None:
        """While letters stand before the rows, the next key is one of them."""
        if self.table.jumping:
            event.stop()
            event.prevent_default()
            self.table.jump(event.character or "")
        else:
            await super().on_key(event)

    def do_jump(self) -> None:
        """Letters before the rows."""
        self.table.start_jump()

    def do_up(self) -> None:
        """One row up."""
        self.table.move_by(-1)

    def do_down(self) -> None:
        """One row down."""
        self.table.move_by(1)

    def do_page_up(self) -> None:
        """One view up."""
        self.table.move_by(-self.table.page)

    def do_page_down(self) -> None:
        """One view down."""
        self.table.move_by(self.table.page)

    def do_top(self) -> None:
        """The first row."""
        self.table.move_to(0)

    def do_bottom(self) -> None:
        """The last row."""
        self.table.move_to(len(self.table.rows) - 1)
