"""Copies of other lessons (clause N1): which one, which stretch, how long. A hint; a person decides."""

from collections.abc import Sequence

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.context import Copy
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec
from station.timecode import timecode

LAG_S = 3.0
"""Pieces of one other lesson at distances that differ by no more are one copy that was cut into."""
PIECES_S = 60.0
"""Pieces further apart are told singly."""


@check("duplicate")
def duplicate(subject: Subject, spec: CheckSpec) -> Outcome:
    """The same picture or sound as another lesson's. A warning once one other lesson has as much as the limit in all."""
    measurements, copies = subject.measurements, subject.context.copies
    if measurements.pictures is None and measurements.sounds is None:
        return not_applicable(spec, "no-streams")
    if copies is None:
        return not_measurable(spec, "no-archive")
    found = []
    lessons = {copy.lesson: sum(one.end - one.start for one in copies if one.lesson == copy.lesson) for copy in copies}
    for lesson, seconds in lessons.items():
        grave = Severity.WARNING if seconds >= spec.limits["warning_s"] else Severity.NOTE
        pieces = _joined([copy for copy in copies if copy.lesson == lesson])
        longest = max(pieces, key=lambda piece: piece[-1].end - piece[0].start)
        found += [_told(subject, spec, piece, grave if piece is longest else Severity.NOTE) for piece in pieces]
    found.sort(key=lambda made: (made.start or 0.0, made.part))
    return concluded(spec, found, lessons=len(lessons), seconds=round(sum(lessons.values()), 1))


def _joined(copies: Sequence[Copy]) -> list[list[Copy]]:
    """Pieces in a row at about the same distance."""
    groups: list[list[Copy]] = []
    for copy in sorted(copies, key=lambda one: one.start):
        last = groups[-1][-1] if groups else None
        if last and abs(_lag(copy) - _lag(last)) <= LAG_S and copy.start - last.end <= PIECES_S:
            groups[-1].append(copy)
        else:
            groups.append([copy])
    return groups


def _lag(copy: Copy) -> float:
    return copy.other_start - copy.start


def _told(subject: Subject, spec: CheckSpec, pieces: Sequence[Copy], severity: Severity) -> Finding:
    first, last = pieces[0], pieces[-1]
    seconds = sum(copy.end - copy.start for copy in pieces)
    kinds = {copy.by for copy in pieces}
    shown = {
        "title": first.title, "other": timecode(first.other_start, subject.measurements.frame_seconds()),
        "seconds": round(seconds, 1),
    }  # fmt: skip
    by = kinds.pop() if len(kinds) == 1 else "both"
    made = finding(
        spec, severity, f"finding.duplicate.{by}", shown, value=round(seconds, 1), unit="s", part=first.lesson
    )
    return at_seconds(made, subject.measurements, first.start, last.end)
