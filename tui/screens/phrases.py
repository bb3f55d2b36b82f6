"""Small phrases that several screens say: verdicts with signs, severities with signs, the daemon's state, people's roles."""

import os
import socket
from datetime import UTC, datetime
from typing import Any

from station.findings import OutcomeKind, Severity, Verdict
from station.people import Person
from tui.words import Words

Mark = tuple[str, str]
"""A sign and the name of its style; a word always stands beside the sign."""

VERDICTS: dict[Verdict | None, Mark] = {
    Verdict.FAIL: ("x", "fault"), Verdict.ATTENTION: ("!", "warning"), Verdict.PASS: ("+", "good"), None: ("-", "dim"),
}  # fmt: skip
SEVERITIES: dict[Severity, Mark] = {
    Severity.FAULT: ("x", "fault"), Severity.WARNING: ("!", "warning"), Severity.NOTE: ("i", "dim"),
}  # fmt: skip
KINDS: dict[OutcomeKind, Mark] = {
    OutcomeKind.OK: ("+", "good"), OutcomeKind.FINDINGS: ("x", "fault"),
    OutcomeKind.NOT_APPLICABLE: ("-", "dim"), OutcomeKind.NOT_MEASURABLE: ("?", "warning"),
}  # fmt: skip
MISSED_SECONDS = 3.0
"""A daemon beats once a second. One of this machine that has not been heard for so long is looked for by its number."""
SILENT_SECONDS = 15.0
"""A daemon that has not been heard for so long is told as silent: it may be on another machine, or wait for a disk."""


def verdict_word(words: Words, verdict: Verdict | None) -> str:
    """Sign and word; a dash where nothing has been judged yet."""
    sign = VERDICTS[verdict][0]
    return f"{sign} {words(f'desk.verdict.{verdict}')}" if verdict else sign


def severity_word(words: Words, severity: Severity) -> str:
    """Sign and word."""
    return f"{SEVERITIES[severity][0]} {words(f'desk.severity.{severity}')}"


def beat_age(stamp: str) -> float:
    """Seconds since the heartbeat; infinite where the time can't be read."""
    try:
        return (datetime.now(UTC) - datetime.fromisoformat(stamp)).total_seconds()
    except (ValueError, TypeError):
        return float("inf")


def daemon_gone(row: dict[str, Any] | None) -> bool:
    """Whether no daemon runs: none ever did, it said good-bye, or its process is no more (killed, or the machine was)."""
    if row is None or row["state"] == "stopped":
        return True
    if beat_age(str(row["beat_at"])) < MISSED_SECONDS or row["host"] != socket.gethostname():
        return False
    try:
        os.kill(int(row["pid"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return False


def daemon_word(words: Words, row: dict[str, Any] | None) -> str:
    """What the daemon is doing, in a few words."""
    if row is None or daemon_gone(row):
        return words("tui.daemon.none")
    age = beat_age(str(row["beat_at"]))
    if age > SILENT_SECONDS:
        if age < 120:
            return words("tui.daemon.silent-now", seconds=int(age))
        return words("tui.daemon.silent", minutes=int(min(age, 5_999_940) // 60))
    told = words("tui.daemon.alive", device=str(row["device"]).split(":")[0])
    waiting = len(row.get("waiting") or ())
    return f"{told}  {words('tui.daemon.waiting', count=waiting)}" if waiting else told


def roles_word(words: Words, person: Person) -> str:
    """The person's roles in words; all of them are one word."""
    if len(person.roles) >= 5:
        return words("tui.role.all")
    return " / ".join(words(f"role.{role}") for role in sorted(person.roles)) or words("tui.role.none")
