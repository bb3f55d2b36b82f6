"""The unified intro and outro (clauses 2.1, 2.5): against the template clip, or against the other lessons."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, fine, not_applicable, not_measurable
from station.checks._common_ends import Shared, shared_head
from station.checks._ends import Match, find, reversed_print
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.prints import Ends, Print, ends_of
from station.profile import CheckSpec

PIVOTS = 3
"""Other lessons tried as the one that shows what the rest have in common."""
PAIRS = 6
"""Pairs of them that are compared to see how much they share."""
SHORTER_S = 1.0
"""A common part that is shorter than the others' by more is cut."""
SAME_SOUND = 0.5


@check("intro-missing")
def intro_missing(subject: Subject, spec: CheckSpec) -> Outcome:
    """The unified intro stands at the head."""
    return _judged(subject, spec, tail=False)


@check("outro-missing")
def outro_missing(subject: Subject, spec: CheckSpec) -> Outcome:
    """The unified outro stands at the tail."""
    return _judged(subject, spec, tail=True)


def intro_span(subject: Subject, spec: CheckSpec) -> tuple[float, float] | None:
    """Seconds of the unified intro, by the template or by what the lessons have in common; None where there is none to tell."""
    return _span(subject, spec, tail=False)


def outro_span(subject: Subject, spec: CheckSpec) -> tuple[float, float] | None:
    """Seconds of the unified outro, likewise."""
    return _span(subject, spec, tail=True)


def _span(subject: Subject, spec: CheckSpec, *, tail: bool) -> tuple[float, float] | None:
    template, own = _sides(subject, tail=tail)
    if not len(own.pictures):
        return None
    if template is not None:
        match = find(template, own)
        return (match.start, match.end) if match is not None and _there(match, spec) else None
    half = subject.measurements.duration() / 2
    shared = [one for one in _mine(own, _others(subject, tail=tail), spec) if one is not None and one.seconds <= half]
    if not shared:
        return None
    return _place(own, _typical(shared), tail=tail)


def _sides(subject: Subject, *, tail: bool) -> tuple[Print | None, Print]:
    context = subject.context
    own = context.own or ends_of(subject.measurements, "")
    return (context.outro, own.tail) if tail else (context.intro, own.head)


def _others(subject: Subject, *, tail: bool) -> list[Print]:
    return [_one_end(ends, tail=tail) for ends in subject.context.siblings]


def _one_end(ends: Ends, *, tail: bool) -> Print:
    return ends.tail if tail else ends.head


def _judged(subject: Subject, spec: CheckSpec, *, tail: bool) -> Outcome:
    if subject.measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    template, own = _sides(subject, tail=tail)
    if template is not None:
        return _by_template(subject, spec, template, own, tail=tail)
    return _by_others(subject, spec, own, _others(subject, tail=tail), tail=tail)


# By the template.


def _by_template(subject: Subject, spec: CheckSpec, template: Print, own: Print, *, tail: bool) -> Outcome:
    match = find(template, own)
    facts = {"by": "template", "template": template.name, "template-seconds": round(template.seconds, 2)}
    if match is None or not _there(match, spec):
        share = 0.0 if match is None else match.picture
        made = finding(
            spec,
            Severity.FAULT,
            f"finding.{spec.id}.template",
            {"template": template.name, "share": round(100 * share)},
        )
        return concluded(spec, [made], picture=round(share, 3), **facts)
    facts |= {
        "start": match.start, "end": match.end, "picture": round(match.picture, 3),
        "sound": None if match.sound is None else round(match.sound, 2),
    }  # fmt: skip
    flaw = _flaw(subject, spec, template, match, tail=tail)
    return concluded(spec, [] if flaw is None else [flaw], **facts)


def _there(match: Match, spec: CheckSpec) -> bool:
    if match.picture >= spec.limits["complete_share"] or (match.sound or 0.0) >= SAME_SOUND:
        return True
    return match.sound is None and match.picture >= spec.limits["part_share"]


def _flaw(subject: Subject, spec: CheckSpec, template: Print, match: Match, *, tail: bool) -> Finding | None:
    """What is wrong with an intro or outro that is there: cut, other pictures, another sound, in another place."""
    silent = match.sound is not None and match.sound < SAME_SOUND
    away = subject.measurements.duration() - match.end if tail else match.start
    if match.picture < spec.limits["complete_share"]:
        heard = match.sound is not None and not silent and match.picture < spec.limits["part_share"]
        kind, severity = ("picture" if heard else "cut"), Severity.WARNING
    elif silent:
        kind, severity = "sound", Severity.WARNING
    elif away > spec.limits["latest_s"]:
        kind, severity = "late", Severity.NOTE
    else:
        return None
    shown = {
        "template": template.name, "share": round(100 * match.picture), "seconds": round(away, 1),
        "limit": spec.limits["latest_s"],
    }  # fmt: skip
    made = finding(spec, severity, f"finding.{spec.id}.{kind}", shown, value=round(match.picture, 3))
    return at_seconds(made, subject.measurements, max(0.0, match.start), match.end)


# By the other lessons.


@dataclass(frozen=True)
class _Group:
    """Other lessons that have something in common."""

    members: tuple[int, ...]
    seconds: float


def _mine(own: Print, others: Sequence[Print], spec: CheckSpec) -> list[Shared | None]:
    """What each of the others has in common with the own head (or, running backwards, tail)."""
    return [_shared(own, other, spec) for other in others]


def _shared(one: Print, two: Print, spec: CheckSpec) -> Shared | None:
    if spec.id == "outro-missing":
        one, two = reversed_print(one), reversed_print(two)
    return shared_head(one, two, spec.limits["shortest_s"])


def _by_others(subject: Subject, spec: CheckSpec, own: Print, others: list[Print], *, tail: bool) -> Outcome:
    half = subject.measurements.duration() / 2  # what is longer is a copy of the lesson, no intro
    mine = [one if one is not None and one.seconds <= half else None for one in _mine(own, others, spec)]
    alike = [index for index, one in enumerate(mine) if one is not None]
    rest = [index for index, one in enumerate(mine) if one is None]
    group = _group(others, rest, spec)
    facts = {"by": "lessons", "lessons": len(others), "alike": len(alike)}
    if group is not None and len(group.members) > len(alike) + 1 and len(group.members) > (len(others) + 1) / 2:
        shown = {"count": len(group.members), "lessons": len(others), "seconds": round(group.seconds, 1)}
        made = finding(
            spec, Severity.WARNING, f"finding.{spec.id}.others", shown, value=0.0, limit=shown["seconds"], unit="s"
        )
        return concluded(spec, [made], **facts)
    if not alike:
        return not_measurable(spec, "no-template")
    found = [one for one in mine if one is not None]
    typical = _typical(found)
    start, end = _place(own, typical, tail=tail)
    facts |= {"start": round(start, 2), "end": round(end, 2), "seconds": round(typical.seconds, 2)}
    theirs = _among(others, alike, spec)
    if theirs is None or theirs - typical.seconds <= SHORTER_S:
        return fine(spec, **facts)
    shown = {"seconds": round(typical.seconds, 1), "others": round(theirs, 1), "count": len(alike)}
    made = finding(
        spec,
        Severity.WARNING,
        f"finding.{spec.id}.shorter",
        shown,
        value=shown["seconds"],
        limit=shown["others"],
        unit="s",
    )
    return concluded(spec, [at_seconds(made, subject.measurements, start, end)], **facts)


def _typical(found: Sequence[Shared]) -> Shared:
    """The middle one by length: a lesson whose intro is cut shares less, and cards of one wording, or cropped ones, seem to share
    more."""
    return sorted(found, key=lambda one: one.seconds)[(len(found) - 1) // 2]


def _place(own: Print, shared: Shared, *, tail: bool) -> tuple[float, float]:
    """Seconds of the lesson."""
    if tail:
        return own.offset + own.seconds - shared.end, own.offset + own.seconds - shared.start
    return own.offset + shared.start, own.offset + shared.end


def _group(others: Sequence[Print], rest: Sequence[int], spec: CheckSpec) -> _Group | None:
    """The largest group among the `rest` of the lessons that have something in common with one of them."""
    best: _Group | None = None
    for pivot in rest[:PIVOTS]:
        if best is not None and pivot in best.members:
            continue
        shared = {index: _shared(others[pivot], others[index], spec) for index in rest if index != pivot}
        members = (pivot, *(index for index, one in shared.items() if one is not None))
        if len(members) > 1 and (best is None or len(members) > len(best.members)):
            lengths = [one.seconds for one in shared.values() if one is not None]
            best = _Group(members, float(np.median(lengths)))
    return best


def _among(others: Sequence[Print], alike: Sequence[int], spec: CheckSpec) -> float | None:
    """How much the lessons that are like the own one have in common, in seconds, the middle one of up to PAIRS pairs; None
    where no two of them share anything."""
    pairs = islice(combinations(alike, 2), PAIRS)
    found = [one for a, b in pairs if (one := _shared(others[a], others[b], spec)) is not None]
    return _typical(found).seconds if found else None
