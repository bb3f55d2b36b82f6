"""The app: opens the desk after the first paint, watches the store and the line, and holds what all screens share."""

import gc
import os
import select
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from rich.text import Text
from textual import events, work
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import Screen

from station.config import Config
from station.errors import Conflict, StationError
from station.people import Person
from tui.deskside import Deskside
from tui.keys import Keymap
from tui.look import theme_name, themes
from tui.ordered_keys import OrderedKeys
from tui.screens.base import StationScreen
from tui.screens.queue import QueueScreen
from tui.words import Words

if TYPE_CHECKING:
    from station.desk import Desk
    from station.profile import Profile
    from station.rubric import Rubric

POLL_SECONDS = 0.25
"""How often the store is asked whether somebody committed: 12 µs a time."""
LINE_SECONDS = 1.0
"""How often the terminal is asked whether it is still there."""
HUNG_UP = 129
"""Exit code: 128 and the number of SIGHUP."""
SMALLEST = (76, 20)
"""Columns and rows below which nothing is shown but what is missing."""


class ReviewApp(OrderedKeys):
    """评审站."""

    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    PAUSE_GC_ON_SCROLL = True
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        config: Config,
        person: Person,
        *,
        language: str = "zh",
        readonly: bool = False,
        low_bandwidth: bool = False,
    ) -> None:
        super().__init__()
        self.config = config
        self.person = person
        self.words = Words(language)
        self.readonly = readonly
        self.low_bandwidth = low_bandwidth
        self.look = config.tui.theme
        self.keymap = Keymap(config.tui.keys)
        self.ready = False
        self._asking = self._troubled = False
        self.desk: Deskside
        self._profile: Profile | None = None
        self._rubric: Rubric | None = None
        for theme in themes():
            self.register_theme(theme)
        self.theme = theme_name(self.look)

    @property
    def profile(self) -> "Profile":
        """The standard. Only once the desk is open."""
        if self._profile is None:
            raise RuntimeError("the desk is not open yet")
        return self._profile

    @property
    def rubric(self) -> "Rubric":
        """What experts score by. Only once the desk is open."""
        if self._rubric is None:
            raise RuntimeError("the desk is not open yet")
        return self._rubric

    def get_default_screen(self) -> Screen[None]:
        """The queue comes first."""
        return QueueScreen()

    def on_mount(self) -> None:
        """Paint first, open the store after."""
        self.desk = Deskside(self._open_desk)
        self.set_interval(LINE_SECONDS, self._watch_line)
        self._check_size(self.size)
        self.call_after_refresh(self._open)

    @work(exclusive=True, group="open")
    async def _open(self) -> None:
        try:
            await self.desk.changed()
            self.ready = True
            await self.refresh_screens()
            await self.desk.call(_warm_up)
            _collect_again()
        except StationError as error:
            told = Text(self.words.outside(error.message, error.params))
            self.exit(return_code=int(error.exit_code), message=told)
            return
        self.set_interval(POLL_SECONDS, self._poll)

    def _open_desk(self) -> "Desk":
        """On the desk's own thread: the imports here cost more than the first paint may."""
        from station.desk import open_desk  # noqa: PLC0415

        desk = open_desk(self.config, self.person)
        self._profile, self._rubric = desk.profile, desk.rubric
        return desk

    def _poll(self) -> None:
        """Ask the store, unless the last question is still being answered: a cut-off answer would lose a change."""
        if not self._asking:
            self._asking = True
            self.run_worker(self._watch_store(), group="watch")

    async def _watch_store(self) -> None:
        try:
            if await self.desk.changed():
                await self.refresh_screens()
            self._troubled = False
        except StationError as error:
            if not self._troubled:  # four times a second would bury the screen
                self._troubled = True
                await self.failed(error, None)
        finally:
            self._asking = False

    async def refresh_screens(self) -> None:
        """Read anew what is in front; what lies behind catches up when it comes forward."""
        for screen in self.screen_stack:
            if isinstance(screen, StationScreen) and screen.composed:
                if screen.is_current or not any(
                    isinstance(s, StationScreen) and s.is_current for s in self.screen_stack
                ):
                    await screen.reload()
                else:
                    screen.stale = True

    def _watch_line(self) -> None:
        """Leave when the terminal has gone: without this a dropped line can spin a core for ever.

        The desk is given back, then the process ends at once: an orderly exit would write to the lost terminal, and wait.
        """
        if self.is_headless or not line_gone(sys.__stdin__.fileno() if sys.__stdin__ else -1):
            return
        self.desk.close()
        os._exit(HUNG_UP)

    def tell(
        self, message: str, *, severity: Literal["information", "warning", "error"] = "information", **params: Any
    ) -> None:
        """A short message at the corner."""
        self.notify(self.words.outside(message, params), severity=severity, markup=False, timeout=6)

    def readable(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Places of a message with states and roles in words."""
        result = dict(params)
        if "state" in result:
            result["state"] = self.words(f"state.{result['state']}")
        if "roles" in result:
            result["roles"] = " / ".join(self.words(f"role.{r}") for r in str(result["roles"]).split(", "))
        return result

    async def failed(self, error: StationError, screen: StationScreen | None) -> None:
        """Say what went wrong. When somebody else was faster, read anew: nothing was overwritten."""
        self.tell(error.message, severity="error", **error.params)
        if isinstance(error, Conflict) and screen is not None:
            await screen.reload()

    def on_resize(self, event: events.Resize) -> None:
        """Too small a terminal gets a screen that says so."""
        self._check_size(event.size)

    def _check_size(self, size: Size) -> None:
        from tui.screens.small import SmallScreen  # noqa: PLC0415

        missing = size.width < SMALLEST[0] or size.height < SMALLEST[1]
        shown = isinstance(self.screen, SmallScreen)
        if missing and not shown:
            self.push_screen(SmallScreen(SMALLEST))
        elif shown and not missing:
            self.pop_screen()

    def do_language(self) -> None:
        """Chinese ↔ English, on every open screen."""
        self.words.language = "en" if self.words.language == "zh" else "zh"
        for screen in self.screen_stack:
            if isinstance(screen, StationScreen):
                screen.retext()

    def do_quit(self) -> None:
        """Leave."""
        self.exit()

    do_leave = do_quit

    def do_back(self) -> None:
        """To the screen below."""
        self.pop_screen()

    def do_help(self) -> None:
        """Keys, and what this pane is."""
        from tui.screens.help import HelpScreen  # noqa: PLC0415

        if isinstance(self.screen, StationScreen):
            self.push_screen(HelpScreen(self.screen))

    def do_palette(self) -> None:
        """Every action by name."""
        from tui.screens.palette import PaletteScreen  # noqa: PLC0415

        screen = self.screen
        if isinstance(screen, StationScreen):
            self.push_screen(PaletteScreen(screen), partial(self._picked, screen))

    async def _picked(self, screen: StationScreen, name: str | None) -> None:
        from tui.actions import find_action  # noqa: PLC0415

        if name is not None:
            await screen.act(find_action(name))

    def do_system(self) -> None:
        """The daemon and its jobs."""
        from tui.screens.system import SystemScreen  # noqa: PLC0415

        self.push_screen(SystemScreen())

    def do_topics(self) -> None:
        """The topics of the round."""
        from tui.screens.topics import TopicsScreen  # noqa: PLC0415

        self.push_screen(TopicsScreen())

    def action_help_quit(self) -> None:
        """Ctrl+C copies or does nothing: say how to leave."""
        self.tell("tui.app.leave")

    async def on_unmount(self) -> None:
        """Let the calls already made end, then give the store back."""
        if hasattr(self, "desk"):
            self.desk.close()


def _warm_up(_: object) -> None:
    """What comes next, once the rows stand on the screen."""
    import tui.screens.submission  # noqa: F401, PLC0415 - so that opening one is quick


def _collect_again() -> None:
    """Look for garbage from now on, but never among what was made while starting (see `tui.main`)."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def line_gone(descriptor: int) -> bool:
    """Whether the terminal behind `descriptor` hung up."""
    if descriptor < 0:
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    try:
        return any(flags & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, flags in poll.poll(0))
    except OSError:
        return True
