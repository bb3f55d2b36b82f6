"""An expert's review: the political gate, the rubric's lines, notes. Every change is saved as a draft at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual import on
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static, TextArea

from station.errors import Conflict, StationError
from station.text import clean
from station.workflow import State
from tui.actions import Moment
from tui.screens.base import StationScreen
from tui.timed import parse, removed
from tui.widgets.choice import Choice
from tui.words import folded, timecode

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from station.desk import Desk
    from station.desk.views import ReviewView, SubmissionView
    from station.rubric import GatePoint, RubricLine


class ScoreScreen(StationScreen):
    """One's own form, and, once it is submitted, what the others said."""

    scope = "score"

    def __init__(self, submission: str) -> None:
        super().__init__()
        self._submission = submission
        self.view: SubmissionView | None = None
        self.gate: dict[str, dict[str, Any]] = {}
        self.scores: dict[str, float] = {}
        self.notes = ""
        self.timed: list[dict[str, Any]] = []
        self.stopped = False
        self._revision = 0
        self._dirty = False
        self._saving = False
        self._filling = False
        self._saved = ""

    def body(self) -> ComposeResult:
        """Rows of the gate, rows of the rubric, notes, others' reviews."""
        rubric, words = self.station.rubric, self.words
        with VerticalScroll(id="form", can_focus=False):
            yield Static(id="gate-title", classes="title")
            for point in rubric.gate:
                with Horizontal(classes="row"):
                    yield Static(Text(point.clause), classes="clause")
                    yield Static(id=f"label-{point.id}", classes="label")
                    yield Choice(self.look, lambda a: words(f"tui.score.answer.{a}".lower()), id=f"gate-{point.id}")
                    yield _field(f"reason-{point.id}", "reason", 300)
            yield Static(id="score-title", classes="title")
            for line in rubric.lines:
                with Horizontal(classes="row"):
                    yield Static(Text(line.clause), classes="clause")
                    yield Static(id=f"label-{line.id}", classes="label")
                    yield _field(f"score-{line.id}", "points", 6)
                    yield Static(Text(f"/ {line.maximum:g}"), classes="maximum")
            yield Static(id="notes-title", classes="title")
            yield TextArea(id="notes", soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
            yield Static(id="timed")
            yield Static(id="others")

    def begin(self) -> None:
        """Read, then give the first point the keys."""
        self.query_one("#notes", TextArea).cursor_blink = False
        self.start(self._first())

    async def _first(self) -> None:
        await self.reload()
        if self.gate_open:
            self.query(Choice).first().focus()
        elif self.scoring:
            self.query(".points").first().focus()

    @property
    def own(self) -> ReviewView | None:
        """One's own review."""
        reviews = self.view.reviews if self.view else ()
        return next((r for r in reviews if r.person == self.station.person.account), None)

    @property
    def _sealed(self) -> bool:
        return self.own is not None and self.own.state == "submitted"

    @property
    def editable(self) -> bool:
        """Whether anything can be filled in: the desk has the last word, this only spares useless typing."""
        view, station = self.view, self.station
        may = station.person.has("expert") and not station.readonly
        return bool(view and view.state is State.EXPERT_REVIEW and may and not self._sealed)

    @property
    def gate_open(self) -> bool:
        """Whether the gate's answers may still be changed."""
        return self.editable and not (self.own is not None and self.own.gate_signed)

    @property
    def scoring(self) -> bool:
        """Whether scores may be given: the gate is signed, and nobody's no stops the work."""
        return self.editable and not self.gate_open and not self.stopped

    def moment(self) -> Moment:
        """The submission and one's own review."""
        s = self.station
        return Moment(self.scope, s.person, s.ready, s.readonly, submission=self.view, review=self.own)

    @property
    def total(self) -> float:
        """The sum so far."""
        return self.station.rubric.total(self.scores)

    def headline(self) -> Text:
        """Title, sum, whether it is saved."""
        words, look = self.words, self.look()
        if self.view is None:
            return Text(words("tui.app.opening"), style=look["dim"])
        text = Text().append(clean(self.view.title), look["key"])
        text.append("  " + words("tui.score.total", total=f"{self.total:g}"), look["accent"])
        state = self._saved if self.editable else "tui.score.submitted" if self._sealed else "tui.score.closed"
        text.append("  " + (words(state) if state else ""), look["dim"])
        return text

    async def reload(self) -> None:
        """Read anew. What is being typed is left alone unless somebody (oneself, elsewhere) changed the draft."""

        def read(desk: Desk) -> tuple[SubmissionView, tuple[str, dict[str, Any]] | None]:
            """The submission, and why the review can't be submitted yet."""
            return desk.submission(self._submission), desk.why_not(self._submission, "submit-review")

        self.view, why_not = await self.station.desk.call(read)
        self.stopped = why_not is not None and why_not[0] == "guard.not-stopped"
        own = self.own
        elsewhere = (own.revision if own else 0) != self._revision
        if not self.composed:
            return
        if self._revision == 0 or (elsewhere and not self._dirty and not self._saving):
            self._take(own)
        self.retext()

    def _take(self, own: ReviewView | None) -> None:
        """Fill the form from the stored draft."""
        if own is None:
            return
        self._revision = own.revision
        self.gate = {name: dict(answer) for name, answer in own.gate.items()}
        self.scores, self.notes, self.timed = dict(own.scores), own.notes, [dict(note) for note in own.timed]
        self._filling = True
        with self.prevent(Input.Changed, TextArea.Changed):
            for point in self.station.rubric.gate:
                answer = self.gate.get(point.id, {})
                self.query_one(f"#gate-{point.id}", Choice).put(answer.get("pass"))
                self.query_one(f"#reason-{point.id}", Input).value = clean(str(answer.get("reason", "")))
            for line in self.station.rubric.lines:
                score = self.scores.get(line.id)
                self.query_one(f"#score-{line.id}", Input).value = "" if score is None else f"{score:g}"
            self.query_one("#notes", TextArea).load_text(self.notes)
        self._filling = False

    def write(self) -> None:
        """All labels; fields closed where nothing may be filled in."""
        super().write()
        words, look, rubric = self.words, self.look(), self.station.rubric
        titles = (
            ("gate-title", "tui.score.gate"),
            ("score-title", self._score_title()),
            ("notes-title", "tui.score.notes"),
        )
        for name, text in titles:
            self.query_one(f"#{name}", Static).update(Text(words(text), style=look["key"]))
        items: list[GatePoint | RubricLine] = [*rubric.gate, *rubric.lines]
        for item in items:
            label = self.query_one(f"#label-{item.id}", Static)
            label.update(folded(Text(words.either(item.zh, item.en)), label.size.width - 1 or self.size.width // 2))
        for point in rubric.gate:
            self.query_one(f"#reason-{point.id}", Input).placeholder = words("tui.score.reason")
        for field in (*self.query(Input), *self.query(Choice), *self.query(TextArea)):
            field.disabled = not self._open(field)
            field.refresh()
        self.query_one("#timed", Static).update(self._timed())
        self.query_one("#others", Static).update(self._others())

    def _open(self, field: Widget) -> bool:
        """Whether something may be filled in there."""
        if isinstance(field, Choice) or field.has_class("reason"):
            return self.gate_open
        return self.scoring if field.has_class("points") else self.editable

    def _score_title(self) -> str:
        if self.stopped:
            return "tui.score.stopped"
        return "tui.score.gate-first" if self.gate_open else "tui.score.lines"

    def _timed(self) -> Text:
        """The notes at timecodes, numbered."""
        words, look = self.words, self.look()
        text = Text().append(words("tui.score.timed"), look["key"])
        for number, note in enumerate(self.timed, 1):
            lesson = words("tui.submission.lesson", number=note["lesson"])
            text.append(f"\n{number}  {lesson}  {timecode(note['at'])}  ", look["accent"])
            text.append(clean(str(note["text"])), look["text"])
        return text

    def _others(self) -> Text:
        words, look = self.words, self.look()
        reviews = [r for r in (self.view.reviews if self.view else ()) if r.state == "submitted"]
        text = Text().append(words("tui.score.others") + "\n", look["key"])
        if not reviews:
            text.append(words("tui.score.sealed"), look["dim"])
        for review in reviews:
            noes = [str(a.get("reason", "")) for a in review.gate.values() if a.get("pass") is False]
            text.append(f"{clean(review.person)}  ", look["text"])
            text.append(words("tui.score.total", total=f"{review.total or 0:g}") + "  ", look["accent"])
            verdict = (
                words("tui.score.gate-no", reasons=clean("; ".join(noes))) if noes else words("tui.score.gate-yes")
            )
            text.append(verdict + "\n", look["fault" if noes else "good"])
            if review.notes:
                text.append("  " + clean(review.notes) + "\n", look["dim"])
        return text

    # filling in

    @on(Choice.Changed)
    def _answered(self, event: Choice.Changed) -> None:
        self.gate.setdefault(_name(event.choice.id), {})["pass"] = event.choice.answer
        self._save_soon()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._filling or event.input.disabled:
            return
        kind, name = (event.input.id or "").split("-", 1)
        if kind == "reason":
            self.gate.setdefault(name, {"pass": None})["reason"] = event.value
        elif not self._score(event.input, name, event.value.strip()):
            return
        self._save_soon()

    def _score(self, field: Input, name: str, typed: str) -> bool:
        """Take a score; False where it is none, which stays marked and unsaved."""
        maximum = next(line.maximum for line in self.station.rubric.lines if line.id == name)
        try:
            score = float(typed) if typed else None
        except ValueError:
            score = -1.0
        wrong = score is not None and not 0 <= score <= maximum
        field.set_class(wrong, "wrong")
        self.scores.pop(name, None)
        if score is not None and not wrong:
            self.scores[name] = score
        return not wrong

    @on(TextArea.Changed)
    def _noted(self, event: TextArea.Changed) -> None:
        if not self._filling and self.editable and event.text_area.text != self.notes:
            self.notes = event.text_area.text
            self._save_soon()

    def _save_soon(self) -> None:
        """Save at once; while a save is under way the newest state follows it."""
        self._dirty = True
        self._saved = "tui.score.saving"
        self.query_one("#head", Static).update(self.headline())
        if not self._saving:
            self._saving = True
            self.run_worker(self._save(), group="save")

    async def _save(self) -> None:
        try:
            while self._dirty:
                self._dirty = False
                gate = {name: {"pass": a.get("pass"), "reason": a.get("reason", "")} for name, a in self.gate.items()}
                scores, notes, seen, timed = dict(self.scores), self.notes, self._revision, list(self.timed)
                self._revision = await self.station.desk.call(
                    lambda desk, g=gate, s=scores, n=notes, r=seen, t=timed: desk.save_draft(  # type: ignore[misc]
                        self._submission, gate=g, scores=s, notes=n, seen=r, timed=t
                    )
                )
            self._saved = "tui.score.saved"
        except Conflict as error:
            self._dirty, self._revision, self._saved = False, 0, ""
            await self.station.failed(error, self)
        except StationError as error:
            self._saved = "tui.score.unsaved"
            await self.station.failed(error, self)
        finally:
            self._saving = False
            if self.is_attached:
                self.query_one("#head", Static).update(self.headline())

    async def _all_saved(self) -> None:
        while self._saving:
            await self.workers.wait_for_complete([w for w in self.workers if w.group == "save"])

    async def _ask(self, action: str, text: str, *, reason: bool = True) -> str | None:
        from tui.screens.asking import AskScreen  # noqa: PLC0415 - opened rarely

        title = self.words(f"tui.action.{action}.label")
        return await self.app.push_screen_wait(AskScreen(self.station, title, text, reason=reason))

    def do_sign_gate(self) -> None:
        """Fix the answers at the gate; then the lines open."""
        self.start(self._sign())

    async def _sign(self) -> None:
        await self._all_saved()
        noes = sum(answer.get("pass") is False for answer in self.gate.values())
        text = self.words("tui.score.sign-no" if noes else "tui.score.sign", count=noes)
        if await self._ask("sign-gate", text, reason=False) is None:
            return
        seen = self._revision
        self._revision = await self.station.desk.call(lambda desk: desk.sign_gate(self._submission, seen=seen))
        self.station.tell("tui.done.sign-gate")
        await self.station.refresh_screens()
        if self.scoring:
            self.query(".points").first().focus()

    def do_timed_note(self) -> None:
        """Write a note at a timecode, or take one away."""
        self.start(self._note())

    async def _note(self) -> None:
        words = self.words
        if (typed := await self._ask("timed-note", words("tui.score.timed-form"))) is None:
            return
        number, note = removed(typed), parse(typed)
        lessons = {lesson.ordinal for lesson in self.view.lessons} if self.view else set()
        if number is not None and 0 < number <= len(self.timed):
            del self.timed[number - 1]
        elif note is not None and note[0] in lessons:
            self.timed.append({"lesson": note[0], "at": note[1], "text": note[2]})
        else:
            self.station.tell("tui.score.timed-wrong", severity="warning")
            return
        self._save_soon()
        self.retext()

    def do_recuse(self) -> None:
        """Declare a conflict: the work closes."""
        self.start(self._recuse())

    async def _recuse(self) -> None:
        if (given := await self._ask("recuse", self.words("tui.action.recuse.help"))) is None:
            return
        await self.station.desk.call(lambda desk: desk.recuse(self._submission, given or ""))
        self.station.tell("tui.done.recuse")
        for screen in self.app.screen_stack:
            if isinstance(screen, StationScreen):
                screen.stale = True
        self.app.pop_screen()

    def do_submit_review(self) -> None:
        """Attest, then seal."""
        self.start(self._submit())

    async def _submit(self) -> None:
        from tui.screens.modals import AttestScreen  # noqa: PLC0415 - opened rarely

        await self._all_saved()
        if await self.app.push_screen_wait(AttestScreen(self.station, self.total)) is None:
            return
        seen = self._revision
        self._revision = await self.station.desk.call(lambda desk: desk.submit_review(self._submission, seen=seen))
        self.station.tell("tui.done.submit-review")
        await self.station.refresh_screens()

    def key_down(self) -> None:
        """To the next field, but for the notes."""
        if not isinstance(self.focused, TextArea):
            self.focus_next()

    def key_up(self) -> None:
        """To the field before, but for the notes."""
        if not isinstance(self.focused, TextArea):
            self.focus_previous()

    def on_resize(self) -> None:
        """Labels are broken to the new width."""
        if self.composed and self.station.ready:
            self.call_after_refresh(self.retext)


def _field(name: str, classes: str, longest: int) -> Input:
    field = Input(id=name, classes=classes, max_length=longest)
    field.cursor_blink = False
    return field


def _name(widget_id: str | None) -> str:
    return (widget_id or "").split("-", 1)[1]
