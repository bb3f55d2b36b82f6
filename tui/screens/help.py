"""Help for the screen below: what this pane is, the chosen finding's clause, and every key with what it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from station.text import clean
from tui.actions import GROUPS, Action, in_scope, why_not
from tui.keys import shown
from tui.screens.detail import check_name, clause_name, measured, place, who_decides
from tui.words import wrap

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from station.desk.views import FindingView
    from tui.screens.base import StationScreen

CLOSING = {"escape", "q", "question_mark", "f1", "enter"}


class HelpScreen(ModalScreen[None]):
    """Scrolls; any of the closing keys ends it."""

    def __init__(self, below: StationScreen) -> None:
        super().__init__()
        self._below = below

    def compose(self) -> ComposeResult:
        """One long text."""
        with VerticalScroll(id="box", classes="help"):
            yield Static(id="helptext")

    def on_mount(self) -> None:
        """Write it."""
        self._write()

    def on_resize(self) -> None:
        """Write it in the new width."""
        self._write()

    def _write(self) -> None:
        self.query_one("#helptext", Static).update(help_text(self._below, max(40, self.app.size.width - 12)))

    def on_key(self, event: events.Key) -> None:
        """Close."""
        if event.key in CLOSING:
            event.stop()
            self.dismiss(None)


def help_text(screen: StationScreen, width: int) -> Text:
    """The whole help of a screen at its moment, wrapped to `width` cells."""
    words, look, moment = screen.words, screen.look(), screen.moment()
    text = Text().append("\n".join(wrap(words(f"tui.pane.{screen.scope}"), width)) + "\n", look["text"])
    if moment.finding is not None:
        _finding(text, screen, moment.finding, width)
    for group in GROUPS:
        actions = [a for a in in_scope(screen.scope) if a.group == group]
        if actions:
            text.append("\n" + words(f"tui.group.{group}") + "\n", look["key"])
        for action in actions:
            _action(text, screen, action, width)
    text.append("\n" + words("tui.help.close"), look["dim"])
    return text


def _finding(text: Text, screen: StationScreen, finding: FindingView, width: int) -> None:
    """The clause in the notice's own words, what was measured, the limit, who decides."""
    words, look, profile = screen.words, screen.look(), screen.station.profile
    clause = profile.clauses.get(finding.clause)
    text.append("\n" + words("tui.help.finding") + "  ", look["key"])
    text.append(f"{check_name(words, profile, finding.check)}\n", look["text"])
    lines = [clause_name(words, profile, finding.clause)]
    lines += wrap(words("tui.help.source", source=clause.source), width) if clause else []
    lines += wrap(words.outside(finding.message, finding.params), width)
    lines.append(f"{place(words, finding)}  {measured(words, finding) if finding.value is not None else ''}")
    spec = profile.checks.get(finding.check)
    if spec is not None and spec.limits:
        limits = ", ".join(f"{clean(str(k))} = {clean(str(v))}" for k, v in spec.limits.items())
        lines += wrap(words("tui.help.limits", limits=limits), width)
    lines.append(who_decides(words, finding))
    text.append("\n".join(lines) + "\n", look["text"])


def _action(text: Text, screen: StationScreen, action: Action, width: int) -> None:
    words, look, station = screen.words, screen.look(), screen.station
    keys = " ".join(shown(key) for key in station.keymap.keys(action.id))
    told = words(action.help)
    if roles := action.who():
        told += words("tui.help.roles", roles=" / ".join(words(f"role.{role}") for role in roles))
    if reason := why_not(action, screen.moment()):
        told += words("tui.help.not-now", reason=words.outside(reason[0], station.readable(reason[1])))
    lead = f"  {keys}"
    lead += " " * max(1, 14 - cell_len(lead))
    lines = wrap(f"{words(action.label)}: {told}", width - 15)
    text.append(lead, look["key"])
    text.append(("\n" + " " * 14).join(lines) + "\n", look["text"])
