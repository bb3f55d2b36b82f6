"""`station score`: an expert's form as a file: template, draft, submission."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, confirm, option, sitting
from station.desk import Desk
from station.desk.views import ReviewView, SubmissionView
from station.errors import NotAllowed, UsageError, system_words
from station.rubric import GatePoint, RubricLine
from station.text import clean


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@option("--template", is_flag=True, text="template")
@option("--form", "form", type=click.Path(path_type=Path, allow_dash=True), text="form")
@option("--submit", is_flag=True, text="submit")
@option("--yes", is_flag=True, text="yes")
@click.pass_obj
def score(session: Session, submission: str, *, template: bool, form: Path | None, submit: bool, yes: bool) -> None:
    """Print the form, keep a draft, submit it. Without an option: the form."""
    with sitting(session) as desk:
        view = desk.submission(submission)
        action = "submit-review" if submit else "score"
        why_not = desk.why_not(view.id, action)
        if why_not is not None:
            raise NotAllowed(why_not[0], **why_not[1])
        if form is not None:
            _save(session, desk, view, form)
            view = desk.submission(view.id)
        if submit:
            _submit(session, desk, view, yes=yes)
        elif template or form is None:
            click.echo(template_text(session, desk, view))


def own_review(desk: Desk, view: SubmissionView) -> ReviewView | None:
    """The review of whoever sits here, or None."""
    return next((review for review in view.reviews if review.person == desk.person.account), None)


def _save(session: Session, desk: Desk, view: SubmissionView, form: Path) -> None:
    gate, scores, notes, timed = read_form(form)
    own = own_review(desk, view)
    seen = own.revision if own else 0
    revision = desk.save_draft(view.id, gate=gate, scores=scores, notes=notes, seen=seen, timed=timed)
    click.echo(session.say("desk.step.saved", revision=revision))


def _submit(session: Session, desk: Desk, view: SubmissionView, *, yes: bool) -> None:
    own = own_review(desk, view)
    attestation = desk.rubric.attestation
    click.echo(attestation.zh if session.language == "zh" else attestation.en)
    confirm(session, "desk.step.attest", yes=yes)
    desk.submit_review(view.id, seen=own.revision if own else 0)
    sealed = own_review(desk, desk.submission(view.id))
    total = sealed.total if sealed and sealed.total is not None else 0.0
    click.echo(session.say("desk.step.sealed", total=f"{total:g}"))


Filled = tuple[dict[str, dict[str, Any]], dict[str, float], str, list[dict[str, Any]] | None]


def read_form(path: Path) -> Filled:
    """Gate answers, scores, notes and notes at timecodes (None: the form has none) from a filled form (`-`: standard input).
    Raises UsageError."""
    try:
        raw = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        table = tomllib.loads(raw.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError("desk.form-unreadable", path=str(path), detail=system_words(error)) from error
    gate, scores, notes = table.pop("gate", {}), table.pop("scores", {}), table.pop("notes", "")
    timed = table.pop("timed", None)
    if table:
        raise UsageError("desk.form-wrong", path=str(path), key=min(table))
    for key, value, kind in (("gate", gate, dict), ("scores", scores, dict), ("notes", notes, str)):
        if not isinstance(value, kind):
            raise UsageError("desk.form-wrong", path=str(path), key=key)
    if timed is not None and not isinstance(timed, list):
        raise UsageError("desk.form-wrong", path=str(path), key="timed")
    return gate, scores, notes, timed


def template_text(session: Session, desk: Desk, view: SubmissionView) -> str:
    """The form as TOML, filled with the draft so far; what is open stands as a comment."""
    own = own_review(desk, view)
    gate, scores, notes = (own.gate, own.scores, own.notes) if own else ({}, {}, "")
    lines = [f"# {clean(view.title)}", f"# {session.say('desk.step.template', id=view.id)}", ""]
    lines += [f"# {session.say('desk.step.notes')}", f"notes = {_quoted(notes)}", ""]
    for point in desk.rubric.gate:
        answer = gate.get(point.id, {})
        lines += [f"[gate.{point.id}]  # {point.clause} {_words(session, point)}"]
        lines += ["# pass = true" if answer.get("pass") is None else f"pass = {str(answer['pass']).lower()}"]
        lines += [f"reason = {_quoted(answer.get('reason', ''))}", ""]
    lines += ["[scores]"]
    for line in desk.rubric.lines:
        value = f"{line.id} = {scores[line.id]:g}" if line.id in scores else f"# {line.id} ="
        lines += [f"# {line.clause} {_words(session, line)} (0–{line.maximum:g})", value]
    lines += ["", f"# {session.say('panel.timed-form')}", "# [[timed]]", "# lesson = 1", "# at = 754.2", '# text = ""']
    for note in own.timed if own else ():
        lines += [
            "",
            "[[timed]]",
            f"lesson = {note['lesson']}",
            f"at = {float(note['at'])!r}",
            f"text = {_quoted(note['text'])}",
        ]
    return "\n".join(lines)


def _words(session: Session, item: GatePoint | RubricLine) -> str:
    return item.zh if session.language == "zh" else item.en


def _quoted(text: str) -> str:
    return json.dumps(clean_lines(text), ensure_ascii=False)


def clean_lines(text: str) -> str:
    """Cleaned text that keeps its line breaks, for a field that is read back."""
    return "\n".join(clean(line) for line in text.splitlines())
