"""A report's content from the store's view of a submission, or from files that were just looked at."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gpu import keeping
from gpu.measurements import Measurements
from station import evidence
from station.desk.views import FindingView, LessonView, OutcomeView, SubmissionView
from station.findings import Finding, Outcome, Verdict
from station.kept import MEASUREMENTS
from station.profile import Profile
from station.report.model import End, Part, Point, Report, Waived

STILLS = ("before", "at", "after")


def from_view(view: SubmissionView, profile: Profile) -> Report:
    """A submission as the desk shows it."""
    head = (
        ("report.id", view.id),
        ("report.version", str(view.version)),
        ("report.applicant", view.applicant_unit),
        ("report.recommending", view.recommending_unit),
        ("report.lecturer", view.lecturer),
        ("report.received", view.received_at[:10]),
    )
    papers = Part(
        None, "", "", None, tuple(_end(o) for o in view.outcomes), tuple(_point(f) for f in view.findings),
        fixed=tuple(_point(f) for f in view.fixed),
    )  # fmt: skip
    lessons = tuple(_lesson(lesson) for lesson in view.lessons)
    parts = (papers, *lessons) if papers.ends else lessons
    return Report(view.title, view.verdict, profile, parts, tuple(pair for pair in head if pair[1]), view.against)


def _lesson(lesson: LessonView) -> Part:
    overview = _read_json(lesson.overview)
    return Part(
        lesson.ordinal, lesson.title, Path(lesson.file).name, lesson.verdict, tuple(_end(o) for o in lesson.outcomes),
        tuple(_point(f) for f in lesson.findings), lesson.sha256, lesson.duration,
        _frame_seconds(lesson) if overview else 0.04, overview,
        lesson.job_reason if lesson.job_state == "failed" else None, tuple(_point(f) for f in lesson.fixed),
    )  # fmt: skip


def _read_json(path: str | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        table = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return table if isinstance(table, dict) else None


def _frame_seconds(lesson: LessonView) -> float:
    assert lesson.overview is not None
    try:
        return keeping.load(Path(lesson.overview).with_name(MEASUREMENTS)).frame_seconds()
    except (OSError, ValueError):
        return 0.04


def _end(outcome: OutcomeView | Outcome) -> End:
    return End(outcome.check, outcome.clause, outcome.kind, outcome.reason, outcome.params, outcome.facts)


def _point(found: FindingView) -> Point:
    waived = None
    if (waiver := found.waiver) is not None:
        people = tuple(name for name in (waiver.person, waiver.second_person) if name)
        waived = Waived(waiver.reason, people, waiver.at, waiver.complete)
    return Point(
        found.check, found.clause, found.severity, found.message, found.params, found.start, found.end,
        found.start_frame, found.end_frame, found.value, found.limit, found.unit, found.waivable, found.people, waived,
        found.change, {name: path for name, path in found.evidence.items() if name in STILLS},
    )  # fmt: skip


def from_files(looked: Sequence[Any], profile: Profile, stills: Path) -> Report:
    """Files that were looked at (`station.commands._lessons.Looked`); pictures of their findings go into `stills`."""
    parts = tuple(_looked(number, one, stills / str(number)) for number, one in enumerate(looked, 1))
    verdicts = {part.verdict for part in parts}
    worst = next((v for v in (Verdict.FAIL, None, Verdict.ATTENTION) if v in verdicts), Verdict.PASS)
    title = looked[0].file.name if len(looked) == 1 else looked[0].file.absolute().parent.name
    return Report(title, worst, profile, parts)


def _looked(number: int, one: Any, stills: Path) -> Part:
    judgement = one.judgement
    ends = tuple(_end(outcome) for outcome in judgement.outcomes) if judgement else ()
    trouble = (one.error, one.params or {}) if one.error else None
    if one.measurements is None:
        points = tuple(_found(f, {}) for f in (judgement.findings if judgement else ()))
        return Part(number, one.file.stem, one.file.name, one.verdict, ends, points, one.sha256, trouble=trouble)
    measured: Measurements = one.measurements
    files = evidence.gather(one.file, measured, judgement.findings, stills)
    points = tuple(_found(f, _paths(files.get(f.key, {}), stills)) for f in judgement.findings)
    return Part(
        number, one.file.stem, one.file.name, one.verdict, ends, points, one.sha256, measured.duration(),
        measured.frame_seconds(), evidence.overview(measured), trouble,
    )  # fmt: skip


def _paths(files: Mapping[str, str], folder: Path) -> dict[str, str]:
    return {name: str(folder / file) for name, file in files.items() if name in STILLS}


def _found(found: Finding, stills: dict[str, str]) -> Point:
    return Point(
        found.check, found.clause, found.severity, found.message, found.params, found.start, found.end,
        found.start_frame, found.end_frame, found.value, found.limit, found.unit, found.waivable, found.people,
        stills=stills,
    )  # fmt: skip
