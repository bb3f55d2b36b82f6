"""What `station rejudge` prints: a bar while it judges, then submission by submission what would change."""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from station.cli import Session
from station.commands._spoken import name_of, plain
from station.commands._tables import ID_SHOWN, STYLES, told, verdict_text
from station.findings import Severity, Verdict
from station.profile import Profile
from station.rejudge import Change, FindingChange

MOST_FINDINGS = 12
"""Findings listed of one submission; the JSON holds all."""


class Told:
    """A bar on standard error where a person watches it."""

    def __init__(self, session: Session, *, quiet: bool) -> None:
        self._title = session.say("rejudge.working")
        self._bar: Progress | None = None
        if not quiet and sys.stderr.isatty():
            self._bar = Progress(
                TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
                console=Console(stderr=True, markup=False, emoji=False), transient=True,
            )  # fmt: skip

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task(self._title, total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def observe(self, done: int, total: int) -> None:
        """How many submissions of how many."""
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()


def print_changes(session: Session, out: Console, changes: Sequence[Change], profile: Profile) -> None:
    """Every submission that would change, its lessons and findings; a line over all at the end."""
    for change in changes:
        head = plain(f"{change.id[-ID_SHOWN:]}  {change.title} v{change.version}  ")
        head.append(session.say(f"state.{change.state}"), style="dim").append("  ")
        out.print(head.append(_turn(session, change.before, change.after)), style="bold")
        for ordinal, before, after in change.lessons:
            line = Text("  ").append(session.say("rejudge.lesson", number=ordinal)).append("  ")
            out.print(line.append(_turn(session, before, after)))
        for found in change.findings[:MOST_FINDINGS]:
            out.print(_finding(session, found, profile))
        if len(change.findings) > MOST_FINDINGS:
            out.print(plain(session.say("rejudge.more", count=len(change.findings) - MOST_FINDINGS)), style="dim")
        for ordinal, detail in change.failed:
            out.print(plain(session.say("rejudge.failed", number=ordinal, detail=detail)), style="yellow")
    counts = {verdict: sum(c.after is verdict and c.before is not verdict for c in changes) for verdict in Verdict}
    out.print(plain(session.say(
        "rejudge.summary", profile=profile.zh if session.language == "zh" else profile.en,
        changed=sum(change.differs for change in changes), failing=counts[Verdict.FAIL],
        attention=counts[Verdict.ATTENTION], passing=counts[Verdict.PASS],
    )))  # fmt: skip


def _turn(session: Session, before: Verdict | None, after: Verdict | None) -> Text:
    turn: Text = verdict_text(session, before)
    return turn if before is after else turn.append(" → ").append(verdict_text(session, after))


def _finding(session: Session, found: FindingChange, profile: Profile) -> Text:
    where = session.say("rejudge.papers") if found.ordinal is None else str(found.ordinal)
    line = plain(f"    {where}  ")
    line.append(_severity(session, found.before)).append(" → ").append(_severity(session, found.after)).append("  ")
    line.append(plain(name_of(session, profile, found.check)))
    if found.start is not None:
        line.append(f"  {found.start:.2f} s", style="dim")
    return line.append("  ").append(plain(told(session, found.message, found.params)))


def _severity(session: Session, severity: Severity | None) -> Text:
    if severity is None:
        return Text(session.say("rejudge.none"), "dim")
    return Text(session.say(f"desk.severity.{severity}"), STYLES.get(severity, ""))


def print_written(session: Session, out: Console, count: int, skipped: Sequence[str]) -> None:
    """How many submissions were written, and which were not."""
    out.print(plain(session.say("rejudge.written", count=count)), style="bold")
    if skipped:
        out.print(
            plain(session.say("rejudge.skipped", ids=", ".join(id_[-ID_SHOWN:] for id_ in skipped))), style="yellow"
        )
