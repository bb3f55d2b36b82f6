"""What all screens share: the head line, the key bar, and the way from a key to an action."""

import asyncio
import inspect
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, cast

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea

from station.errors import StationError
from tui.actions import Action, Moment, find_action, in_scope, why_not
from tui.keys import shown
from tui.look import styles
from tui.widgets.keybar import Hint, KeyBar

if TYPE_CHECKING:
    from rich.style import Style

    from tui.app import ReviewApp
    from tui.words import Words


def pressed(event: events.Key) -> str:
    """The key's name as `tui.keys` spells it."""
    sign = event.character
    return sign if sign and sign != " " and event.is_printable else event.key


class StationScreen(Screen[None]):
    """A screen whose keys come from the action registry. An action `next-lesson` runs the method `do_next_lesson` of the
    screen, else of the app."""

    scope = ""
    stale = False
    """Whether the store changed while another screen was in front."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = asyncio.Lock()
        self._under_way: set[str] = set()
        self._ahead: list[Action] | None = None

    @property
    def station(self) -> "ReviewApp":
        """The app, by its own type."""
        return cast("ReviewApp", self.app)

    @property
    def words(self) -> "Words":
        """Texts in the language of the moment."""
        return self.station.words

    def look(self) -> "dict[str, Style]":
        """Styles of the theme of the moment."""
        return styles(self.station.look)

    def compose(self) -> ComposeResult:
        """Head, body, key bar."""
        yield Static(id="head")
        yield from self.body()
        yield KeyBar(self.hints, self.look)

    def body(self) -> ComposeResult:
        """What stands between head and key bar."""
        yield from ()

    def on_mount(self) -> None:
        """Begin, unless the screen was left before it was filled."""
        if self.composed:
            self.begin()

    def begin(self) -> None:
        """What a screen does once its widgets are there."""
        self.retext()

    def moment(self) -> Moment:
        """What the registry's `why_not` looks at."""
        return Moment(self.scope, self.station.person, self.station.ready, self.station.readonly)

    def headline(self) -> Text:
        """The first line."""
        return Text(self.words("tui.app.title"))

    @property
    def composed(self) -> bool:
        """Whether the widgets are there: a screen hears of its size, and of the store, before it has been filled and
        after it was left."""
        return self in self.app.screen_stack and bool(self.query(KeyBar))

    def retext(self) -> None:
        """Write everything anew, where there still is something to write on: an answer of the desk may come after the
        screen was left."""
        if self.composed:
            self.write()

    def write(self) -> None:
        """Write all texts anew: the language, or what they tell, has changed."""
        self.put("#head", self.headline())
        self.query_one(KeyBar).renew()

    def put(self, selector: str, text: Text, *, layout: bool = False) -> None:
        """Write a text where it says something new: what is written again goes over the line again. `layout`: its height
        may change."""
        place = self.query_one(selector, Static)
        if place.content != text:
            place.update(text, layout=layout)

    async def reload(self) -> None:
        """Read from the desk anew."""

    async def do_reload(self) -> None:
        """Read anew."""
        await self.reload()

    def hints(self) -> list[Hint]:
        """What the key bar offers."""
        moment = self.moment()
        typing = isinstance(self.focused, Input | TextArea)
        return [
            Hint(
                a.id,
                shown(self.station.keymap.keys(a.id)[0]),
                self.words(a.label),
                a.priority,
                why_not(a, moment) is None and (a.typing or not typing),
            )
            for a in in_scope(self.scope)
            if a.priority
        ]

    async def on_screen_resume(self) -> None:
        """In front again: catch up with the store."""
        self.retext()
        if self.composed and self.stale and self.station.ready:
            self.stale = False
            await self.reload()

    async def on_key(self, event: events.Key) -> None:
        """From a key to an action."""
        name = self.station.keymap.action(self.scope, pressed(event))
        if name is None:
            return
        action = find_action(name)
        if isinstance(self.focused, Input | TextArea) and not (action.typing and not _types(event)):
            return
        event.stop()
        event.prevent_default()
        await self.act(action)

    @on(KeyBar.Pressed)
    async def _clicked(self, message: KeyBar.Pressed) -> None:
        await self.act(find_action(message.action))

    async def act(self, action: Action) -> None:
        """Do an action, or say why it can't be done. What needs the screen's content waits for its first reading."""
        if self._ahead is not None and (action.needs or action.writes or action.group == "move"):
            self._keep(action, self._ahead)
            return
        if reason := why_not(action, self.moment()):
            self.station.tell(reason[0], severity="warning", **self.station.readable(reason[1]))
            return
        name = "do_" + action.id.replace("-", "_")
        method = getattr(self, name, None) or getattr(self.station, name)
        try:
            done = method()
            if inspect.isawaitable(done):
                await done
        except StationError as error:
            await self.station.failed(error, self)
        if self.is_attached:
            self.query_one(KeyBar).renew()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that asks the person in between, beside the handling of keys: one after the other in the order of the
        keys, none cut off. The same once more while it is under way is a key pressed twice, and let be."""
        name = str(getattr(work, "__qualname__", work))
        if name in self._under_way:
            work.close()
            return
        self._under_way.add(name)
        self.run_worker(self._guarded(name, work), group="act")

    def read_first(self, work: Coroutine[Any, Any, None]) -> None:
        """Start the screen's first reading. Keys that act on what it brings are kept and done in their order once it is there:
        who types ahead of a slow line or disk loses nothing."""
        self._ahead = []
        self.start(self._read_first(work))

    async def _read_first(self, work: Coroutine[Any, Any, None]) -> None:
        ahead: list[Action] = []
        try:
            await work
        finally:
            if self._ahead is not None:
                ahead, self._ahead = self._ahead, None
        for action in ahead:
            if self.composed:
                await self.act(action)

    def _keep(self, action: Action, ahead: list[Action]) -> None:
        """Nothing is kept after an act that changes the store: it may ask, and further keys would be the answer to a question
        that was not seen."""
        if ahead and ahead[-1].writes:
            self.station.tell("tui.why.opening", severity="warning")
        else:
            ahead.append(action)

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            async with self._turn:
                await work
        except StationError as error:
            await self.station.failed(error, self)
        finally:
            self._under_way.discard(name)
            work.close()  # where its turn never came


def _types(event: events.Key) -> bool:
    return event.is_printable
