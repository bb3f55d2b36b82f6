"""Did the station find what was planted, and keep quiet about the rest? Compared frame by frame, from what the desk shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from station.demo.script import Decoy, Planted, Truth
from station.desk.views import FindingView, SubmissionView
from station.findings import Severity

GRAVE = frozenset({Severity.FAULT, Severity.WARNING})


@dataclass(frozen=True)
class PlantedResult:
    """A planted fault and the finding that names it, if any."""

    planted: Planted
    finding: FindingView | None


@dataclass(frozen=True)
class DecoyResult:
    """A decoy and what was wrongly raised in it."""

    decoy: Decoy
    alarms: tuple[FindingView, ...]


@dataclass(frozen=True)
class Score:
    """The whole comparison."""

    planted: tuple[PlantedResult, ...]
    decoys: tuple[DecoyResult, ...]
    others: tuple[tuple[int | None, FindingView], ...]
    """Faults that nobody planted, by lesson; None: in the papers."""

    @property
    def missed(self) -> int:
        """Planted faults that were not found."""
        return sum(result.finding is None for result in self.planted)

    @property
    def alarms(self) -> int:
        """Findings on normal things."""
        return sum(len(result.alarms) for result in self.decoys) + len(self.others)

    @property
    def good(self) -> bool:
        """Everything found, nothing else raised."""
        return self.missed == 0 and self.alarms == 0


def compare(view: SubmissionView, truth: Truth) -> Score:
    """Hold a submission's findings against what was planted."""
    findings: dict[int | None, Sequence[FindingView]] = {lesson.ordinal: lesson.findings for lesson in view.lessons}
    findings[None] = view.findings
    grave = {place: [f for f in found if f.severity in GRAVE] for place, found in findings.items()}
    planted = tuple(PlantedResult(fault, _first(fault, grave.get(fault.lesson, ()))) for fault in truth.planted)
    decoys = tuple(DecoyResult(decoy, _alarms(decoy, grave.get(decoy.lesson, ()), truth)) for decoy in truth.decoys)
    counted = {alarm.id for result in decoys for alarm in result.alarms}
    others = tuple(
        (place, finding)
        for place, found in grave.items()
        for finding in found
        if finding.severity is Severity.FAULT and finding.id not in counted and not _expected(place, finding, truth)
    )
    return Score(planted, decoys, others)


def _first(fault: Planted, findings: Sequence[FindingView]) -> FindingView | None:
    return next((finding for finding in findings if _names(fault, finding)), None)


def _expected(place: int | None, finding: FindingView, truth: Truth) -> bool:
    return any(fault.lesson == place and _names(fault, finding) for fault in truth.planted)


def _names(fault: Planted, finding: FindingView) -> bool:
    """Whether the finding is about this fault: the same check, and frames in common."""
    if finding.check != fault.check:
        return False
    if fault.start_frame is None or fault.end_frame is None:
        return True
    return _overlaps(finding, fault.start_frame, fault.end_frame)


def _alarms(decoy: Decoy, findings: Sequence[FindingView], truth: Truth) -> tuple[FindingView, ...]:
    return tuple(
        finding
        for finding in findings
        if finding.check in decoy.checks
        and _overlaps(finding, decoy.start_frame, decoy.end_frame)
        and not _expected(decoy.lesson, finding, truth)
    )


def _overlaps(finding: FindingView, start: int, end: int) -> bool:
    if finding.start_frame is None:
        return False
    last = finding.end_frame if finding.end_frame is not None else finding.start_frame + 1
    return finding.start_frame < end and last > start
