"""What a report tells, whether it comes from the store or from files just looked at. Outside text in it is raw: clean it where it
is printed."""

from dataclasses import dataclass, field
from typing import Any

from station.findings import OutcomeKind, Severity, Verdict
from station.profile import Profile

WEIGHT = {Severity.FAULT: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True)
class Waived:
    """Who let a finding pass, and why."""

    reason: str
    people: tuple[str, ...]
    at: str
    complete: bool
    """Whether as many people agreed as it needs."""


@dataclass(frozen=True)
class Point:
    """One finding."""

    check: str
    clause: str
    severity: Severity
    message: str
    """Text id."""
    params: dict[str, Any]
    start: float | None = None
    end: float | None = None
    start_frame: int | None = None
    end_frame: int | None = None
    value: Any = None
    limit: Any = None
    unit: str | None = None
    waivable: bool = True
    people: int = 1
    waived: Waived | None = None
    change: str = ""
    """`still`, `fresh` or empty, against the version before."""
    stills: dict[str, str] = field(default_factory=dict)
    """`before`, `at`, `after` → path of a picture."""

    @property
    def standing(self) -> bool:
        """Whether it still counts."""
        return self.waived is None or not self.waived.complete


@dataclass(frozen=True)
class End:
    """How one check ended."""

    check: str
    clause: str
    kind: OutcomeKind
    reason: str | None
    params: dict[str, Any]
    facts: dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One lesson, or the papers (`ordinal` None)."""

    ordinal: int | None
    title: str
    file: str
    """Name of the sender's file, without its folder."""
    verdict: Verdict | None
    ends: tuple[End, ...]
    points: tuple[Point, ...]
    sha256: str | None = None
    duration: float | None = None
    frame_seconds: float = 0.04
    overview: dict[str, Any] | None = None
    """As `station.evidence.overview` gives it."""
    trouble: tuple[str, dict[str, Any]] | None = None
    """Text id and places: why it could not be looked at."""
    fixed: tuple[Point, ...] = ()
    """Findings of the version before that are gone."""

    def ranked(self) -> list[Point]:
        """The findings, standing ones first, the gravest first, then by time."""
        return sorted(
            self.points, key=lambda p: (not p.standing, WEIGHT[p.severity], -1.0 if p.start is None else p.start)
        )

    def count(self, severity: Severity) -> int:
        """Standing findings of a severity."""
        return sum(p.severity == severity and p.standing for p in self.points)

    def severity_of(self, check: str) -> Severity | None:
        """The gravest standing finding of a check."""
        found = [p.severity for p in self.points if p.check == check and p.standing]
        return min(found, key=WEIGHT.__getitem__, default=None)


@dataclass(frozen=True)
class Report:
    """All of it."""

    title: str
    verdict: Verdict | None
    profile: Profile
    parts: tuple[Part, ...]
    """The papers first where there are any, then the lessons in order."""
    head: tuple[tuple[str, str], ...] = ()
    """Text id of a name, and outside text: unit, lecturer, id …"""
    against: int | None = None
    """The version it is compared with."""

    @property
    def lessons(self) -> tuple[Part, ...]:
        """The lessons alone."""
        return tuple(part for part in self.parts if part.ordinal is not None)

    def count(self, severity: Severity) -> int:
        """Standing findings of a severity, over everything."""
        return sum(part.count(severity) for part in self.parts)
