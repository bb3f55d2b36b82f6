"""What judging says: findings, outcomes, a verdict. Values only; no pixels, no store, no text."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a finding is."""

    FAULT = "fault"
    """The clause is broken."""
    WARNING = "warning"
    """Probably broken: look."""
    NOTE = "note"
    """Information."""


class OutcomeKind(StrEnum):
    """How a check ended on a lesson. The last two are results, never a silent pass."""

    OK = "ok"
    FINDINGS = "findings"
    NOT_APPLICABLE = "not-applicable"
    NOT_MEASURABLE = "not-measurable"


class Verdict(StrEnum):
    """The technical verdict of a lesson or a submission."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    ATTENTION = "attention"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One contiguous cause, once."""

    clause: str
    check: str
    severity: Severity
    waivable: bool
    message: str
    """Id in the text catalogue."""
    params: dict[str, Any] = field(default_factory=dict)
    """Places of the message; numbers and short strings only."""
    start: float | None = None
    """Seconds from the first picture; None for a finding about the whole lesson."""
    end: float | None = None
    """Seconds, exclusive: the start of the first good frame."""
    start_frame: int | None = None
    end_frame: int | None = None
    """Exclusive, as `end`."""
    value: float | str | None = None
    """What was measured."""
    limit: float | str | None = None
    unit: str | None = None
    tiles: tuple[int, int, int, int] | None = None
    """Where in the picture: top, left, bottom, right in 18×32 tiles, the last two exclusive."""
    people: int = 1
    """How many people a waiver needs."""
    picture: str = ""
    """Hash of the picture at the start (hex), where there is one: makes the identity survive a re-encode of other parts."""

    @property
    def key(self) -> str:
        """Stable identity: the check, the place to half a second, and the picture. Survives a re-run."""
        place = "-" if self.start is None else f"{round(self.start * 2) / 2:.1f}"
        text = f"{self.check}|{place}|{self.picture}|{self.message if self.start is None else ''}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Outcome:
    """The end of one check on one lesson (or on the submission's papers)."""

    check: str
    clause: str
    kind: OutcomeKind
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    """Text id that says why it is not applicable or not measurable."""
    params: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, float | str | None] = field(default_factory=dict)
    """The numbers behind the outcome, also when it is `ok` (e.g. measured loudness)."""


def verdict(findings: Iterable[Finding], waived: frozenset[str] = frozenset()) -> Verdict:
    """`fail` if an un-waived fault stands, `attention` if an un-waived warning stands, else `pass`."""
    return verdict_of(f.severity for f in findings if f.key not in waived or not f.waivable)


def verdict_of(standing: Iterable[Severity]) -> Verdict:
    """The verdict that the severities of the standing findings make."""
    severities = set(standing)
    if Severity.FAULT in severities:
        return Verdict.FAIL
    return Verdict.ATTENTION if Severity.WARNING in severities else Verdict.PASS
