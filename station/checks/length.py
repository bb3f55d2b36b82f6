"""Lesson length, clause F1.2: the measured length of all lessons against the hours that the form declares, 45 minutes each."""

from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Outcome, Severity
from station.papers.types import Papers
from station.profile import CheckSpec


@check("lesson-length")
def lesson_length(subject: Subject, spec: CheckSpec) -> Outcome:
    """Shorter than declared by 20 % or more is a fault, either way by 5 % or more a warning."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    declared = declared_hours(papers)
    if declared is None:
        return not_measurable(spec, "no-hours")
    if not papers.lessons:
        return not_applicable(spec, "no-lessons")
    if len(papers.lesson_seconds) < papers.lessons:
        return not_measurable(spec, "not-all-measured", measured=len(papers.lesson_seconds), lessons=papers.lessons)
    minutes = sum(papers.lesson_seconds) / 60
    wanted = declared * spec.limits["lesson_minutes"]
    share = minutes / wanted - 1
    facts = {"minutes": round(minutes, 1), "declared_hours": declared, "declared_minutes": round(wanted, 1)}
    if abs(share) < spec.limits["warning_share"]:
        return concluded(spec, [], **facts)
    grave = share <= -spec.limits["fault_share"]
    made = finding(
        spec,
        Severity.FAULT if grave else Severity.WARNING,
        "finding.lesson-length.short" if share < 0 else "finding.lesson-length.long",
        {"value": round(minutes, 1), "limit": round(wanted, 1), "hours": declared},
        value=round(minutes, 2),
        limit=round(wanted, 2),
        unit="min",
    )
    return concluded(spec, [made], **facts)


def declared_hours(papers: Papers) -> float | None:
    """The hours of all topics on the form; None where one of them says none, or there is no form."""
    if papers.form is None or not papers.form.topics:
        return None
    hours = [topic.hours for topic in papers.form.topics]
    known = [hour for hour in hours if hour is not None and hour > 0]
    return sum(known) if known and len(known) == len(hours) else None
