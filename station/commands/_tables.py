"""The tables of `station show`. Every cell is a `Text` of cleaned words; markup in a name is only text."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from station.cli import Session
from station.commands._long_tables import print_table
from station.commands._spoken import name_of, plain
from station.desk.views import AuditRow, FindingView, LessonView, OutcomeView, QueueRow, ReviewView, SubmissionView
from station.findings import OutcomeKind, Verdict
from station.profile import Profile
from station.rubric import Rubric
from station.text import catalogue, say
from station.workflow import MACHINE

STYLES = {"fail": "red", "fault": "red", "attention": "yellow", "warning": "yellow", "pass": "green"}
NONE = "—"
"""What no paper tells."""
ID_SHOWN = 8
"""Last signs of an id in the queue: enough to name it by."""
ROOMY = 110
"""Columns of the terminal from which the queue shows what can be looked up elsewhere."""


def table(session: Session, *columns: str) -> Table:
    """An empty table with the titles `desk.column.<name>`."""
    made = Table(show_edge=False, pad_edge=False, box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(plain(session.say(f"desk.column.{column}")), overflow="fold")
    return made


def verdict_text(session: Session, verdict: Verdict | None) -> Any:
    """A verdict as a word and a colour."""
    word = plain(session.say(f"desk.verdict.{verdict or 'none'}"))
    word.stylize(STYLES.get(verdict or "", ""))
    return word


def print_queue(session: Session, out: Console, rows: Sequence[QueueRow]) -> None:
    """The queue as a table."""
    if not rows:
        out.print(plain(session.say("desk.show.empty")))
        return
    wide = out.width >= ROOMY
    more = ("applicant", "version", "lessons", "received") if wide else ()
    made = table(session, "id", "state", "title", "verdict", "faults", "warnings", "progress", *more)
    made.columns[0].no_wrap = True
    for row in rows:
        cells = [
            plain(row.id[-ID_SHOWN:]), plain(session.say(f"state.{row.state}")), plain(row.title),
            verdict_text(session, row.verdict), plain(row.faults), plain(row.warnings), _progress(session, row),
        ]  # fmt: skip
        if wide:
            cells += [plain(row.applicant_unit), plain(row.version), plain(row.lessons), plain(moment(row.received_at))]
        made.add_row(*cells)
    print_table(out, made)
    out.print(plain(session.say("desk.show.count", count=len(rows))))


def _progress(session: Session, row: QueueRow) -> Text:
    """How far the measuring is, or how many lessons could not be measured."""
    if row.failed_jobs:
        return Text(session.say("desk.show.failed-lessons", count=row.failed_jobs), STYLES["fail"])
    return plain(f"{row.progress:.0%}")


def print_submission(session: Session, out: Console, view: SubmissionView, rubric: Rubric, profile: Profile) -> None:
    """One submission: head, lessons, papers, findings, reviews."""
    out.print(plain(session.say("desk.show.heading", title=view.title, version=view.version)), style="bold")
    out.print(plain(view.id))
    out.print(plain(session.say(
        "desk.show.units", applicant=view.applicant_unit or NONE, recommending=view.recommending_unit or NONE,
        lecturer=view.lecturer or NONE,
    )))  # fmt: skip
    counts = counted(view)
    out.print(plain(session.say(
        "desk.show.standing", state=session.say(f"state.{view.state}"),
        verdict=session.say(f"desk.verdict.{view.verdict or 'none'}"), faults=counts["fault"],
        warnings=counts["warning"], revision=view.revision,
    )))  # fmt: skip
    _heading(session, out, "lessons")
    made = table(session, "ordinal", "title", "duration", "verdict", "outcomes", "file")
    for lesson in view.lessons:
        made.add_row(
            plain(lesson.ordinal), plain(lesson.title), plain(clock(lesson.duration)),
            verdict_text(session, lesson.verdict), plain(_lesson_outcomes(session, lesson)), plain(lesson.file),
        )  # fmt: skip
    out.print(made)
    if view.outcomes:
        _heading(session, out, "papers")
        out.print(plain(_outcomes(session, view.outcomes)))
    _heading(session, out, "findings")
    print_findings(session, out, view, profile)
    if view.against is not None:
        _print_fixed(session, out, view, profile)
    if view.reviews:
        _heading(session, out, "reviews")
        _print_reviews(session, out, view.reviews, rubric)


def counted(view: SubmissionView) -> dict[str, int]:
    """Standing findings by severity, from the rows that are printed."""
    standing = [finding.severity for _, finding in located(view) if finding.standing]
    return {severity: standing.count(severity) for severity in ("fault", "warning", "note")}  # type: ignore[arg-type]


def located(view: SubmissionView) -> list[tuple[int | None, FindingView]]:
    """All findings with their lesson's number (None: the papers)."""
    lessons = [(lesson.ordinal, finding) for lesson in view.lessons for finding in lesson.findings]
    return [*((None, finding) for finding in view.findings), *lessons]


def print_findings(session: Session, out: Console, view: SubmissionView, profile: Profile) -> None:
    """The findings as a table, with the ids that `station waive` takes."""
    found = located(view)
    if not found:
        out.print(plain(session.say("desk.show.no-findings")))
        return
    more = ("change",) if view.against is not None else ()
    made = table(session, "finding", "ordinal", "severity", "clause", "check", "time", "message", "waiver", *more)
    for ordinal, finding in found:
        severity = plain(session.say(f"desk.severity.{finding.severity}"))
        severity.stylize(STYLES.get(finding.severity, ""))
        made.add_row(
            plain(finding.id), plain("" if ordinal is None else ordinal), severity, plain(finding.clause),
            plain(name_of(session, profile, finding.check)), plain(_span(finding)), plain(told(session, finding.message, finding.params)),
            plain(_waiver(session, finding)),
            *([_change_word(session, finding)] if more else []),
        )  # fmt: skip
    out.print(made)


def _change_word(session: Session, finding: FindingView) -> Text:
    """Against the version before."""
    style = {"fixed": "green", "fresh": "yellow"}.get(finding.change, "")
    return Text(session.say(f"report.change-{finding.change}"), style) if finding.change else Text()


def _print_fixed(session: Session, out: Console, view: SubmissionView, profile: Profile) -> None:
    """How the version compares with the one before, and what of that one is gone."""
    out.print()
    out.print(plain(session.say("report.compared", version=view.against, **view.compared())), style="bold")
    gone: list[tuple[int | None, FindingView]] = [(None, finding) for finding in view.fixed]
    gone += [(lesson.ordinal, finding) for lesson in view.lessons for finding in lesson.fixed]
    if not gone:
        return
    made = table(session, "change", "ordinal", "severity", "clause", "check", "time", "message")
    for ordinal, finding in gone:
        made.add_row(
            _change_word(session, finding), plain("" if ordinal is None else ordinal),
            plain(session.say(f"desk.severity.{finding.severity}")), plain(finding.clause),
            plain(name_of(session, profile, finding.check)), plain(_span(finding)),
            plain(told(session, finding.message, finding.params)),
        )  # fmt: skip
    out.print(made)


def print_log(session: Session, out: Console, log: Sequence[AuditRow]) -> None:
    """The log as a table."""
    made = table(session, "ordinal", "at", "person", "role", "origin", "action", "object", "change")
    for row in log:
        made.add_row(
            plain(row.seq), plain(moment(row.at)), plain(NONE if row.role == MACHINE else row.person),
            plain(session.say(f"role.{row.role}")), plain(row.origin), plain(session.say(f"action.{row.action}")),
            plain(log_object(session, row.object)),
            plain(_change(session, row)),
        )  # fmt: skip
    out.print(made)


def _print_reviews(session: Session, out: Console, reviews: Sequence[ReviewView], rubric: Rubric) -> None:
    made = table(session, "person", "review", "gate", "total", "message")
    for review in reviews:
        answers = [review.gate.get(point.id, {}).get("pass") for point in rubric.gate]
        gate = "gate-fail" if False in answers else "gate-open" if None in answers else "gate-pass"
        made.add_row(
            plain(review.person), plain(session.say(f"desk.show.{review.state}")), plain(session.say(f"desk.show.{gate}")),
            plain("" if review.total is None else f"{review.total:g}"), plain(review.notes),
        )  # fmt: skip
    out.print(made)


def _heading(session: Session, out: Console, name: str) -> None:
    out.print()
    out.print(plain(session.say(f"desk.show.{name}")), style="bold")


def _lesson_outcomes(session: Session, lesson: LessonView) -> str:
    if lesson.job_state == "failed" and lesson.job_reason:
        return session.say("desk.show.failed", reason=told(session, *lesson.job_reason))
    return _outcomes(session, lesson.outcomes)


def _outcomes(session: Session, outcomes: Sequence[OutcomeView]) -> str:
    kinds = [outcome.kind for outcome in outcomes]
    return "  ".join(f"{session.say(f'desk.kind.{kind}')} {kinds.count(kind)}" for kind in OutcomeKind if kind in kinds)


def _waiver(session: Session, finding: FindingView) -> str:
    if finding.waiver is None:
        return "" if finding.waivable else session.say("desk.show.not-waivable")
    waiver = finding.waiver
    if not waiver.complete:
        return session.say("desk.show.waiver-open", person=waiver.person, reason=waiver.reason)
    if waiver.second_person:
        return session.say(
            "desk.show.waived-two", person=waiver.person, second=waiver.second_person, reason=waiver.reason
        )
    return session.say("desk.show.waived", person=waiver.person, reason=waiver.reason)


def log_object(session: Session, thing: str) -> str:
    """What was acted on, in words; the key of a finding and the id of a drop stay as they are."""
    kind, _, rest = thing.partition(":")
    word = f"tui.log.objects.{kind}"
    return f"{session.say(word)} {rest}".rstrip() if word in catalogue(session.language) else thing


def _change(session: Session, row: AuditRow) -> str:
    state = row.after.get("state")
    words = [session.say(f"state.{state}")] if state else []
    reason = row.after.get("reason")
    if isinstance(reason, dict):
        words.append(told(session, str(reason.get("message")), reason.get("params") or {}))
    elif reason:
        words.append(str(reason))
    if row.action == "judged":
        words.append(session.say(f"desk.verdict.{row.after.get('verdict') or 'none'}"))
    return "  ".join(words)


def told(session: Session, message: str, params: dict[str, Any]) -> str:
    """A stored message in the person's language; its id where this program no longer knows it."""
    if message not in catalogue(session.language):
        return message
    try:
        return say(message, session.language, **params)
    except (KeyError, ValueError, IndexError):
        return message


def clock(seconds: float | None) -> str:
    """h:mm:ss, or nothing."""
    if seconds is None:
        return ""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def moment(at: str) -> str:
    """A stored time as the reader's own clock shows it, without fractions of a second; as stored where it is none."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return at


def _span(finding: FindingView) -> str:
    if finding.start is None:
        return ""
    return f"{finding.start:.2f}" + (f"–{finding.end:.2f} s" if finding.end is not None else " s")
