"""Modal questions: a reason for a waiver, and the consequence of a step restated before it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from station.findings import Severity
from station.text import clean
from tui.look import styles
from tui.screens.base import pressed
from tui.screens.phrases import severity_word, verdict_word
from tui.words import folded

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.app import ComposeResult

    from station.desk.views import Consequence, FindingView, SubmissionView
    from tui.app import ReviewApp

YES = "y"


class Question(ModalScreen["str | None"]):
    """A box with lines, perhaps a field for a reason. Gives the reason (empty where none was asked), or None: let it be."""

    needs_reason = True
    field = "tui.modal.reason"
    """Text id of what the field asks for."""
    missing = "tui.modal.reason-missing"
    """Text id of what is said where it is empty."""

    def __init__(self, station: ReviewApp) -> None:
        super().__init__()
        self.station = station

    def compose(self) -> ComposeResult:
        """Lines, field, hint."""
        words = self.station.words
        with Vertical(id="box"):
            yield Static(folded(self.text(), min(72, self.app.size.width) - 8), id="lines")
            if self.needs_reason:
                yield Input(placeholder=words(self.field), id="reason", max_length=500)
                yield Static(id="complaint")
            hint = "tui.modal.confirm-reason" if self.needs_reason else "tui.modal.confirm"
            yield Static(Text(words(hint)), id="hint")

    def look(self) -> dict[str, Style]:
        """Styles of the theme."""
        return styles(self.station.look)

    def text(self) -> Text:
        """What is asked."""
        return Text()

    def on_mount(self) -> None:
        """The field first."""
        if self.needs_reason:
            field = self.query_one("#reason", Input)
            field.cursor_blink = False
            self.call_after_refresh(field.focus)

    def on_key(self, event: events.Key) -> None:
        """Escape lets it be; without a field `y` confirms."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif not self.needs_reason and pressed(event).lower() == YES:
            event.stop()
            self.dismiss("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter confirms, with a reason only."""
        event.stop()
        reason = event.value.strip()
        if reason:
            self.dismiss(reason)
        else:
            complaint = Text(self.station.words(self.missing), style=self.look()["fault"])
            self.query_one("#complaint", Static).update(complaint)


class WaiverScreen(Question):
    """A reason for waiving one finding."""

    def __init__(self, station: ReviewApp, finding: FindingView, name: str, message: str) -> None:
        self._finding, self._check, self._message = finding, name, message
        super().__init__(station)

    def text(self) -> Text:
        """The finding, and what a waiver does."""
        words, look, finding = self.station.words, self.look(), self._finding
        text = Text().append(words("tui.modal.waive") + "\n\n", look["key"])
        text.append(f"{severity_word(words, finding.severity)}  {clean(finding.clause)}  {self._check}\n", look["text"])
        text.append(self._message + "\n\n", look["text"])
        text.append(words("tui.modal.waive-kept"), look["dim"])
        if finding.people > 1:
            text.append("\n" + words("tui.modal.waive-people", people=finding.people), look["warning"])
        return text


class DecisionScreen(Question):
    """A step of the procedure with all it means."""

    def __init__(self, station: ReviewApp, view: SubmissionView, consequence: Consequence) -> None:
        self._view, self._consequence = view, consequence
        self.needs_reason = consequence.needs_reason
        super().__init__(station)

    def text(self) -> Text:
        """From where to where, and what stands against it."""
        words, look, c, view = self.station.words, self.look(), self._consequence, self._view
        text = Text().append(words(f"tui.action.{c.action}.label") + "\n\n", look["key"])
        text.append(clean(view.title) + f"  v{view.version}\n", look["text"])
        if c.target is not None:
            states = words(f"state.{view.state}"), words(f"state.{c.target}")
            text.append(words("tui.modal.states", source=states[0], target=states[1]) + "\n", look["text"])
        text.append(words("tui.modal.verdict") + verdict_word(words, view.verdict) + "\n\n", look["text"])
        for amount, severity in ((c.standing_faults, Severity.FAULT), (c.standing_warnings, Severity.WARNING)):
            style = look[str(severity)] if amount else look["dim"]
            line = words("tui.modal.standing", sign=severity_word(words, severity), count=amount)
            text.append(line + "\n", style)
        text.append(words("tui.modal.waived", count=c.waived) + "\n\n", look["dim"])
        text.append(words(f"tui.modal.{c.action}"), look["text"])
        return text


class HandOverScreen(Question):
    """Which operator takes over; gives the account."""

    def __init__(self, station: ReviewApp, view: SubmissionView) -> None:
        self._view = view
        super().__init__(station)

    def text(self) -> Text:
        """The submission, and who there is."""
        words, look = self.station.words, self.look()
        people = self.station.config.people
        operators = "、".join(clean(name) for name, row in people.items() if "operator" in row["roles"]) or "-"
        text = Text().append(words("tui.action.hand-over.label") + "\n\n", look["key"])
        text.append(clean(self._view.title) + "\n\n", look["text"])
        return text.append(words("tui.modal.hand-over", operators=operators), look["text"])


class AttestScreen(Question):
    """The expert's word before a review is sealed."""

    needs_reason = False

    def __init__(self, station: ReviewApp, total: float) -> None:
        self._total = total
        super().__init__(station)

    def text(self) -> Text:
        """The attestation."""
        words, look = self.station.words, self.look()
        text = Text().append(words("tui.action.submit-review.label") + "\n\n", look["key"])
        text.append(words("tui.score.total", total=f"{self._total:g}") + "\n\n", look["text"])
        attestation = self.station.rubric.attestation
        text.append(words.either(attestation.zh, attestation.en) + "\n\n", look["text"])
        text.append(words("tui.score.attest"), look["text"])
        return text
