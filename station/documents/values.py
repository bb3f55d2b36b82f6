"""What the documents say, as plain values. Outside text in them is raw; it is cleaned where it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from station.findings import Severity
from station.papers.types import Quiz


@dataclass(frozen=True)
class Work:
    """Which courseware a letter or an opinion is about."""

    id: str
    """The submission's."""
    version: int
    title: str
    applicant_unit: str
    recommending_unit: str
    lecturer: str
    hours: float | None
    """课时."""


@dataclass(frozen=True)
class Fault:
    """One standing finding of a return letter."""

    clause: str
    check: str
    severity: Severity
    lesson: int | None
    """From 1; None: the papers."""
    place: str
    """Timecodes from and to; empty for a finding about the whole."""
    message: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class ReturnLetter:
    """退回修改通知."""

    work: Work
    reason: str
    """Of the person who returned it; empty while it is not returned."""
    faults: tuple[Fault, ...]
    dated: date
    deadline: date
    days: int
    draft: bool
    """Whether the work is not returned (yet)."""


@dataclass(frozen=True)
class ExpertOpinion:
    """One sealed review; whose it is, is not told."""

    gate: Mapping[str, Mapping[str, Any]]
    """Gate point → {"pass": bool, "reason": str}."""
    scores: Mapping[str, float]
    notes: str
    total: float | None
    timed: tuple[tuple[int, float, str], ...] = ()
    """Notes at places: lesson from 1, seconds, text."""


@dataclass(frozen=True)
class Decided:
    """What the office or the coordination group decided last."""

    approved: bool
    reason: str
    on: date


@dataclass(frozen=True)
class Opinion:
    """评审意见表: the experts in the order in which they sealed."""

    work: Work
    experts: tuple[ExpertOpinion, ...]
    pass_mark: float
    """Mean from which approval is proposed, of 100."""
    dated: date
    office: Decided | None = None
    group: Decided | None = None


@dataclass(frozen=True)
class Entry:
    """One work of the catalogue."""

    serial: str
    id: str
    """The submission's."""
    version: int
    title: str
    area: str
    """Empty where no paper tells."""
    summary: str
    hours: float | None
    lecturer: str
    lecturer_unit: str
    lecturer_title: str
    applicant_unit: str
    recommending_unit: str
    national_base: bool | None
    published: bool
    entered: date
    """When the coordination group decided."""
    link: str


@dataclass(frozen=True)
class Catalogue:
    """公需科目课件目录."""

    entries: tuple[Entry, ...]
    """By serial number."""
    left_out: int
    """Works that the person must not see (回避); their serial numbers stay free."""
    goal_hours: float

    @property
    def hours(self) -> float:
        """课时 of all entries that tell theirs."""
        return sum(entry.hours or 0.0 for entry in self.entries)


@dataclass(frozen=True)
class BundleLesson:
    """One lesson of a publication bundle."""

    ordinal: int
    title: str
    rendition: str
    """Absolute path of the 960×540 file."""
    duration: float | None
    """Seconds."""
    quiz: Quiz | None


@dataclass(frozen=True)
class BundleWork:
    """One work of a publication bundle."""

    entry: Entry
    lessons: tuple[BundleLesson, ...]


@dataclass(frozen=True)
class Credit:
    """What one catalogued work gives its lecturer in one year."""

    year: int
    lecturer: str
    lecturer_unit: str
    serial: str
    title: str
    hours: float | None
    """课时 of the courseware; None: no paper tells."""
    credited: float | None
    """Hours of continuing education: a multiple of `hours`."""
    several: bool
    """Whether several lecturers are named: the notice does not say how they share."""
