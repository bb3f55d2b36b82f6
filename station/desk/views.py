"""What the desk shows: frozen values for screens, tables and reports. Outside text in them is raw; clean it where it is printed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from station.findings import OutcomeKind, Severity, Verdict
from station.papers.types import Papers
from station.workflow import State

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the queue."""

    id: str
    title: str
    applicant_unit: str
    version: int
    state: State
    verdict: Verdict | None
    faults: int
    warnings: int
    """Standing (un-waived) ones; the same rows that the detail shows."""
    lessons: int
    progress: float
    """Share of the submission's measuring that is done, 0–1."""
    frames_per_second: float | None
    eta_seconds: float | None
    received_at: str
    updated_at: str
    failed_jobs: int = 0


@dataclass(frozen=True)
class Page(Generic[Item]):
    """A stretch of a list."""

    rows: tuple[Item, ...]
    after: tuple[str | int, ...] | None
    """Where the next page begins: given back with the same question; None: nothing follows."""


@dataclass(frozen=True)
class JobView:
    """One lesson's measuring that is not done: queued, running or failed."""

    id: str
    submission_id: str
    lesson_id: str
    title: str
    """Of the submission."""
    ordinal: int
    lesson_title: str
    state: str
    stage: str
    progress: float
    """0–1."""
    frames_per_second: float | None
    eta_seconds: float | None
    attempts: int
    reason: tuple[str, dict[str, Any]] | None
    """Text id and places, where it failed or was tried before."""
    created_at: str
    started_at: str | None


@dataclass(frozen=True)
class DropView:
    """Something in the inbox, or taken from it, that is no submission."""

    name: str
    state: str
    """`waiting` (still in the inbox), `taking`, `taken`, `refused` or `duplicate`: text ids `desk.drop.<word>`."""
    reason: tuple[str, dict[str, Any]] | None
    """Text id and places: what it waits for, or why it was not taken in."""
    kept: str
    """Where the sender's files lie, relative to the station's folder; empty while they wait in the inbox."""
    at: str
    """ISO 8601, UTC; empty while it waits."""


@dataclass(frozen=True)
class WaiverView:
    """A standing waiver of a finding."""

    reason: str
    person: str
    at: str
    second_person: str | None
    second_at: str | None
    complete: bool
    """Whether as many people agreed as the finding needs."""


@dataclass(frozen=True)
class FindingView:
    """One finding as a person sees it."""

    id: int
    key: str
    clause: str
    check: str
    severity: Severity
    waivable: bool
    people: int
    start: float | None
    end: float | None
    start_frame: int | None
    end_frame: int | None
    value: Any
    limit: Any
    unit: str | None
    message: str
    params: dict[str, Any]
    tiles: tuple[int, int, int, int] | None
    evidence: dict[str, str]
    """`before`, `at`, `after`: stills; `sound`: a clip. Absolute paths; a missing one was not to be had."""
    waiver: WaiverView | None
    change: str = ""
    """Against the version before: `still` (it was there already), `fresh` (it was not), `fixed` (it is the earlier version's, and
    gone); empty: nothing to compare with."""

    @property
    def standing(self) -> bool:
        """Whether the finding still counts."""
        return self.waiver is None or not self.waiver.complete


@dataclass(frozen=True)
class OutcomeView:
    """One check's end."""

    check: str
    clause: str
    kind: OutcomeKind
    reason: str | None
    params: dict[str, Any]
    facts: dict[str, Any]


@dataclass(frozen=True)
class LessonView:
    """One lesson."""

    id: str
    ordinal: int
    title: str
    file: str
    """Absolute path of the sender's file."""
    sha256: str
    duration: float | None
    verdict: Verdict | None
    job_state: str | None
    job_stage: str
    progress: float
    job_reason: tuple[str, dict[str, Any]] | None
    """Text id and places, where the job failed."""
    rendition: str | None
    overview: str | None
    """Absolute path of overview.json (see station.evidence), or None."""
    outcomes: tuple[OutcomeView, ...]
    findings: tuple[FindingView, ...]
    fixed: tuple[FindingView, ...] = ()
    """Findings of the version before that are gone."""


@dataclass(frozen=True)
class ReviewView:
    """One expert's review, as far as the viewer may see it."""

    person: str
    state: str
    gate: dict[str, dict[str, Any]]
    """Gate point id → {"pass": bool | None, "reason": str}."""
    scores: dict[str, float]
    notes: str
    total: float | None
    revision: int
    submitted_at: str | None
    timed: tuple[dict[str, Any], ...] = ()
    """Notes at timecodes: {"lesson": ordinal, "at": seconds, "text": str}."""
    gate_signed: bool = False
    """Whether the answers at the gate are fixed."""
    attestation: str = ""
    """What was declared when it was submitted."""


@dataclass(frozen=True)
class AuditRow:
    """One line of the audit log."""

    seq: int
    at: str
    person: str
    role: str
    origin: str
    action: str
    object: str
    before: dict[str, Any]
    after: dict[str, Any]
    """Empty for another expert's review that is still closed to the viewer."""


@dataclass(frozen=True)
class LogRow(AuditRow):
    """One line of the whole station's log."""

    submission_id: str
    """Empty: it is on none."""
    title: str


@dataclass(frozen=True)
class SubmissionView:
    """One submission, whole."""

    id: str
    work_id: str
    version: int
    title: str
    applicant_unit: str
    recommending_unit: str
    lecturer: str
    hours: float | None
    state: State
    verdict: Verdict | None
    revision: int
    """Give it back with an action: the desk refuses when somebody changed the submission meanwhile."""
    folder: str
    received_at: str
    updated_at: str
    papers: Papers
    lessons: tuple[LessonView, ...]
    outcomes: tuple[OutcomeView, ...]
    """Outcomes of the papers."""
    findings: tuple[FindingView, ...]
    """Findings about the papers."""
    reviews: tuple[ReviewView, ...]
    """Others' only once the viewer has submitted their own, or is not an expert."""
    versions: tuple[tuple[int, str], ...] = field(default=())
    """(version, submission id) of the same work."""
    fixed: tuple[FindingView, ...] = ()
    """Findings about the papers of the version before that are gone."""
    against: int | None = None
    """The version that `fixed` and the findings' `change` compare with; None: there is none."""
    owner: str = ""
    """Account of the operator who looks after it; empty: nobody's."""

    def compared(self) -> dict[str, int]:
        """How many faults and warnings are fixed, still there (waived ones too) and fresh."""
        found = [*self.findings, *self.fixed]
        for lesson in self.lessons:
            found += [*lesson.findings, *lesson.fixed]
        counts = Counter(finding.change for finding in found if finding.severity is not Severity.NOTE)
        return {name: counts[name] for name in ("fixed", "still", "fresh")}


@dataclass(frozen=True)
class Consequence:
    """What an action would do, restated before it is done."""

    action: str
    allowed: bool
    why_not: tuple[str, dict[str, Any]] | None
    """Text id and places."""
    target: State | None
    standing_faults: int
    standing_warnings: int
    waived: int
    needs_reason: bool
