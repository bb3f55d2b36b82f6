"""Dates: when a lesson was produced (1.3), and whether the courseware came in time after its topic was chosen (N3)."""

from datetime import date, datetime

from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Outcome, Severity
from station.profile import CheckSpec

FIRST_YEAR = 1990
"""A file that claims to be older was written by a clock that was never set (1904, 1970 …)."""


@check("production-date")
def production_date(subject: Subject, spec: CheckSpec) -> Outcome:
    """Produced since the profile's date, by what the file says of its making; a form filled in before then proves the contrary."""
    earliest, papers = date.fromisoformat(spec.limits["earliest"]), subject.papers
    made = _day(subject.measurements.container.created)
    if made is not None and made.year < FIRST_YEAR:
        made = None
    filled = papers.form.filled_on if papers and papers.form else None
    facts = {"created": made.isoformat() if made else None, "filled_on": filled.isoformat() if filled else None}
    for source, day in (("file", made), ("form", filled)):
        if day is not None and day < earliest:
            params = {"value": day.isoformat(), "limit": earliest.isoformat()}
            message = f"finding.production-date.{source}"
            return concluded(spec, [finding(spec, Severity.WARNING, message, params, **params)], **facts)
    return concluded(spec, [], **facts) if made is not None else not_measurable(spec, "no-production-date")


@check("overdue")
def overdue(subject: Subject, spec: CheckSpec) -> Outcome:
    """The submission came by the day that its topic got when it was chosen (the round's `courseware.months` later)."""
    context = subject.context
    chosen, due, received = _day(context.chosen), _day(context.due), _day(context.received)
    if chosen is None or due is None:
        return not_applicable(spec, "no-topic")
    if received is None:
        return not_measurable(spec, "no-received")
    facts = {"chosen": chosen.isoformat(), "due": due.isoformat(), "received": received.isoformat()}
    late = (received - due).days
    if late <= 0:
        return concluded(spec, [], **facts)
    made = finding(spec, Severity.FAULT, "finding.overdue", {**facts, "days": late}, value=late, limit=0, unit="days")
    return concluded(spec, [made], **facts)


def _day(text: str | None) -> date | None:
    """The date of an ISO 8601 date or time; None where there is none or it makes no sense."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
