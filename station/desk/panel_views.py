"""What the desk shows of the experts' panel: frozen values for screens, tables and scripts."""

from dataclasses import dataclass
from typing import Any

from station.desk.guards import WhyNot
from station.findings import Verdict
from station.workflow import State


@dataclass(frozen=True)
class ExpertView:
    """One expert of a submission's panel, as far as the viewer may see it."""

    account: str
    name: str
    unit: str
    how: str
    """hand, automatic or further; empty: chose the work freely."""
    at: str
    """When assigned, ISO 8601, UTC."""
    review: str
    """none, draft or submitted."""
    total: float | None
    """0–100; None where there is none or it is closed to the viewer."""
    bias: float | None
    """Points by which this expert's totals lie over the mean of the submissions they reviewed; shown, never applied. None: nothing
    to tell it from, or closed to the viewer."""
    reviews: int
    """Over how many reviews the bias was taken."""
    revisions: int
    """How often the review was reopened."""


@dataclass(frozen=True)
class StopView:
    """A no at the political gate, and what became of it."""

    id: int
    person: str
    points: dict[str, str]
    """Gate point → reason."""
    at: str
    second_person: str | None
    second_agrees: bool | None
    second_reason: str | None
    decision: str | None
    """upheld or lifted."""
    decided_by: str | None
    decided_reason: str | None


@dataclass(frozen=True)
class KeptView:
    """A sealed review that was reopened, as it was."""

    person: str
    revision: int
    gate: dict[str, dict[str, Any]]
    scores: dict[str, float]
    notes: str
    timed: list[dict[str, Any]]
    total: float | None
    submitted_at: str | None
    reopened_by: str
    reason: str
    reopened_at: str


@dataclass(frozen=True)
class PanelView:
    """The experts of one submission and what they came to."""

    id: str
    title: str
    state: State
    revision: int
    """Give it back with an act, as `SubmissionView.revision`."""
    wanted: int
    """Reviews wanted before a decision."""
    submitted: int
    mean: float | None
    """0–100."""
    spread: float | None
    """Points between the highest and the lowest total."""
    limit: float
    """Spread above which a further expert or a discussion is wanted."""
    settled: bool
    """Whether the spread is within the limit, or was dealt with."""
    experts: tuple[ExpertView, ...]
    stops: tuple[StopView, ...]
    discussions: tuple[tuple[str, str, str], ...]
    """(person, text, at)."""
    kept: tuple[KeptView, ...]


@dataclass(frozen=True)
class Candidate:
    """An expert who may be assigned, or why not."""

    account: str
    name: str
    unit: str
    areas: tuple[str, ...]
    load: int
    """Assignments that still wait for a review."""
    fits: bool
    """Whether the submission's topic area is among the areas."""
    why_not: WhyNot | None


@dataclass(frozen=True)
class BatchRow:
    """One submission that waits for this person's decision."""

    id: str
    title: str
    applicant_unit: str
    version: int
    state: State
    verdict: Verdict | None
    faults: int
    warnings: int
    waivers: int
    """Standing ones, of all versions of the work."""
    submitted: int
    wanted: int
    mean: float | None
    spread: float | None
    proposed: bool
    """Whether the mean reaches the pass mark."""
    stops: int
    """Noes at the political gate that are not lifted."""
    revision: int
    updated_at: str


@dataclass(frozen=True)
class Decided:
    """What became of one submission of a batch."""

    id: str
    state: State | None
    """Where it stands now; None: nothing was done."""
    why_not: WhyNot | None
