"""What `station check` prints for a person: the verdict first, then findings with their places, then what could not be measured."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from station.cli import Session
from station.commands._lessons import Looked, not_measured
from station.commands._spoken import name_of, plain
from station.findings import Finding, OutcomeKind, Severity, Verdict
from station.profile import Profile
from station.timecode import timecode

COLOURS = {
    Verdict.PASS: "bold green", Verdict.ATTENTION: "bold yellow", Verdict.FAIL: "bold red",
    Severity.FAULT: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim",
}  # fmt: skip
WEIGHT = {Severity.FAULT: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def print_lesson(session: Session, out: Console, one: Looked, profile: Profile) -> None:
    """One lesson."""
    head = plain(one.file)
    head.stylize("bold")
    if (verdict := one.verdict) is not None:
        head.append("  ")
        head.append(session.say(f"desk.verdict.{verdict}"), style=COLOURS[verdict])
    if one.measurements is not None:
        head.append(f"  {timecode(one.measurements.duration(), one.measurements.frame_seconds())}", style="dim")
    out.print(head)
    if one.error is not None:
        out.print(Text("  ").append(plain(session.say(one.error, **(one.params or {})))), style="red")
        out.print()
        return
    assert one.judgement is not None
    if one.judgement.findings:
        out.print(_findings(session, one, profile))
    else:
        out.print(plain("  " + session.say("check.nothing")), style="green")
    _print_rest(session, out, one, profile)
    out.print()


def _findings(session: Session, one: Looked, profile: Profile) -> Table:
    assert one.judgement is not None
    made = _table(session, "severity", "clause", "name", "time", "frames", "message")
    frame = one.measurements.frame_seconds() if one.measurements else 0.04
    for found in sorted(one.judgement.findings, key=lambda f: (WEIGHT[f.severity], f.start or -1.0)):
        severity = plain(session.say(f"desk.severity.{found.severity}"))
        severity.stylize(COLOURS[found.severity])
        frames = "" if found.start_frame is None else f"{found.start_frame}–{found.end_frame}"
        made.add_row(
            severity,
            plain(found.clause),
            plain(name_of(session, profile, found.check)),
            plain(place_of(session, found, frame)),
            plain(frames),
            plain(session.say(found.message, **found.params)),
        )
    return made


def place_of(session: Session, found: Finding, frame: float) -> str:
    """Timecodes from and to, or "the whole lesson"."""
    if found.start is None:
        return session.say("check.whole")
    return f"{timecode(found.start, frame)}–{timecode(found.end if found.end is not None else found.start, frame)}"


def _table(session: Session, *columns: str) -> Table:
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        made.add_column(plain(session.say(f"check.{column}")), overflow="fold", no_wrap=column in {"time", "frames"})
    return made


def _print_rest(session: Session, out: Console, one: Looked, profile: Profile) -> None:
    """What passed, what could not be measured and why, what this version lacks."""
    assert one.judgement is not None
    outcomes = one.judgement.outcomes
    passed = [name_of(session, profile, o.check) for o in outcomes if o.kind is OutcomeKind.OK]
    if passed:
        out.print(plain(session.say("check.passed", names=_listed(session, passed))), style="green")
    absent = [(o.check, o.reason, o.params) for o in outcomes if o.kind is OutcomeKind.NOT_APPLICABLE and o.reason]
    for title, rows in (("not-measured", not_measured(one)), ("not-applicable", absent)):
        by_reason: dict[str, list[str]] = {}
        for check, reason, params in rows:
            by_reason.setdefault(session.say(reason, **params), []).append(name_of(session, profile, check))
        for reason, names in by_reason.items():
            out.print(plain(f"{session.say(f'check.{title}')} ({reason}): {_listed(session, names)}"))
    missing = [name_of(session, profile, o.check) for o in outcomes if o.reason == "reason.not-built"]
    if missing:
        out.print(plain(session.say("check.not-built", names=_listed(session, missing))), style="dim")
    made = one.measurements.rendition if one.measurements else None
    if made is not None:
        out.print(plain(session.say("check.rendition", path=made.path, encoder=made.encoder, reason=made.reason)))


def _listed(session: Session, names: Sequence[str]) -> str:
    return ("、" if session.language == "zh" else ", ").join(names)


def print_summary(session: Session, out: Console, looked: Sequence[Looked]) -> None:
    """One line over all lessons."""
    read = [one.verdict for one in looked if one.error is None]
    out.print(
        plain(
            session.say(
                "check.summary",
                files=len(looked),
                good=read.count(Verdict.PASS),
                attention=read.count(Verdict.ATTENTION),
                bad=read.count(Verdict.FAIL),
                broken=len(looked) - len(read),
            )
        )
    )
