"""Lips against words, clause 2.2.5: an estimate where one face is large enough, which speaks only when it is sure. A hint for a person.

What the file's clocks and events tell is `av-offset` and `av-drift`.
"""

from dataclasses import replace

import numpy as np

from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable
from station.checks._hearing import has_sound
from station.checks._lips import estimate
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec
from station.readings import Lips, Unread


@check("lip-sync")
def lip_sync(subject: Subject, spec: CheckSpec) -> Outcome:
    """A warning at most, where the voice is surely off; not measurable where the estimate is not sure, its best guess in the facts."""
    if subject.measurements.video is None:
        return not_applicable(spec, "no-picture")
    if subject.measurements.audio is None:
        return not_applicable(spec, "no-sound")
    if not has_sound(subject.measurements):
        return not_measurable(spec, "sound-undecodable")
    lips = subject.readings.lips
    return not_measurable(spec, lips.reason, **lips.params) if isinstance(lips, Unread) else _judged(lips, spec)


def _judged(lips: Lips, spec: CheckSpec) -> Outcome:
    """What the estimate says, and whether it is sure."""
    limits = spec.limits
    made = estimate([(-np.array(one.dark), np.array(one.loud)) for one in lips.stretches], lips.rate)
    seconds = round(sum(one.spoken for one in lips.stretches), 1)
    if made is None:
        return not_measurable(spec, "too-little-speech", seconds=seconds, limit=limits["least_s"])
    facts: dict[str, float | str | None] = {
        "early_ms": made.early_ms,
        "confidence": round(made.confidence, 3),
        "support": round(made.support, 2),
        "speech_s": seconds,
    }
    sure = made.confidence >= limits["least_confidence"] and made.support >= limits["least_support"]
    if not sure or seconds < limits["least_s"]:
        told = {"confidence": round(100 * made.confidence, 1), "support": round(100 * made.support)}
        return replace(
            not_measurable(spec, "lips-unsure", seconds=seconds, least=limits["least_s"], **told), facts=facts
        )
    return concluded(spec, _off(spec, made.early_ms, made.confidence), **facts)


def _off(spec: CheckSpec, early_ms: float, confidence: float) -> list[Finding]:
    """The warning, where the voice lies beyond the limit."""
    limit = spec.limits["warning_ms"]
    if abs(early_ms) <= limit:
        return []
    value = round(abs(early_ms))
    return [
        finding(
            spec,
            Severity.WARNING,
            f"finding.lip-sync.{'early' if early_ms > 0 else 'late'}",
            {"value": value, "limit": limit, "confidence": round(100 * confidence, 1)},
            value=value,
            limit=limit,
            unit="ms",
        )
    ]
