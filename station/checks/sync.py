"""Sound against picture, clause 2.2.5, as far as the file itself tells: where both begin, where both end, how both clocks run.

Sound that is early counts positive, late negative. Limits: EBU R 37 (warning) and ITU-R BT.1359 (fault). Whether lips and
words meet is another question (`lip-sync`).
"""

from fractions import Fraction

import numpy as np

from gpu.measurements import Measurements
from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable, seconds
from station.checks._hearing import has_sound
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

PRIMING_SAMPLES = 2112
"""An AAC encoder's delay; a file that does not signal it has its sound early by so much and plays right."""
CUT_MS = 500.0
"""Sound that begins so long before the picture is what cutting without re-encoding leaves before the first key frame; it
usually plays in sync, so a person looks."""
JITTER = 0.75
"""Timestamps of sound packets may swing by this share of a packet, as multiplexers write them; more is a gap or an overlap."""
SHORTEST_S = 2.0
"""A shorter file has no drift to speak of."""


def _missing(subject: Subject, spec: CheckSpec) -> Outcome | None:
    measurements = subject.measurements
    if measurements.video is None or measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    if measurements.audio is None:
        return not_applicable(spec, "no-sound")
    if not has_sound(measurements) or not len(measurements.pictures.pts):
        return not_measurable(spec, "sound-undecodable")
    return None


def judged(early_ms: float, spec: CheckSpec) -> tuple[Severity, float] | None:
    """Severity and the limit it broke (ms, signed as `early_ms`); None within the limits."""
    limits = spec.limits
    side = "early" if early_ms > 0 else "late"
    sign = 1 if early_ms > 0 else -1
    for severity, name in ((Severity.FAULT, "fault"), (Severity.WARNING, "warning")):
        limit = float(limits[f"{side}_{name}_ms"])
        if abs(early_ms) > limit + 0.5:
            return severity, sign * limit
    return None


@check("av-offset")
def av_offset(subject: Subject, spec: CheckSpec) -> Outcome:
    """First sample against first picture, by their timestamps."""
    if (ended := _missing(subject, spec)) is not None:
        return ended
    measurements = subject.measurements
    assert measurements.sounds is not None
    assert measurements.audio is not None
    early = -measurements.sounds.start * 1000
    facts = {"early_ms": round(early, 1)}
    result = judged(early, spec)
    priming = PRIMING_SAMPLES / max(1, measurements.audio.sample_rate) * 1000
    if result is None or 0 < early <= priming + 0.5:
        return concluded(spec, [], **facts)
    severity, limit = result
    if early > CUT_MS:
        severity = Severity.WARNING
    return concluded(spec, [_off(spec, severity, "early" if early > 0 else "late", early=early, limit=limit)], **facts)


@check("av-drift")
def av_drift(subject: Subject, spec: CheckSpec) -> Outcome:
    """The sound's clock (samples) against its timestamps: a slope is drift, up to a fault. An end that lies elsewhere than the
    picture's end is a warning at most: a track may simply be cut short."""
    if (ended := _missing(subject, spec)) is not None:
        return ended
    measurements = subject.measurements
    if measurements.duration() < SHORTEST_S:
        return not_measurable(spec, "too-short", seconds=round(measurements.duration(), 2))
    found: list[Finding] = []
    slope = _clock_ms(measurements)
    facts: dict[str, float | str | None] = {"clock_ms": None if slope is None else round(slope, 1)}
    if slope is not None and (result := judged(slope, spec)) is not None:
        found.append(_off(spec, result[0], "clock", early=slope, limit=result[1]))
    ends = _ends_ms(measurements)
    facts["ends_ms"] = round(ends, 1)
    if not found and (result := judged(ends, spec)) is not None and result[0] is Severity.FAULT:
        kind = "ends-early" if ends > 0 else "ends-late"
        found.append(_off(spec, Severity.WARNING, kind, early=ends, limit=result[1]))
    return concluded(spec, found, **facts)


def _clock_ms(measurements: Measurements) -> float | None:
    """How far the samples run ahead of their timestamps at the end, ms; gaps that the demuxer told of are no drift."""
    packets, audio, sounds = measurements.audio_packets, measurements.audio, measurements.sounds
    assert audio is not None
    assert sounds is not None
    if packets is None or len(packets.pts) < 3 or not sounds.samples:
        return None
    times = np.sort(seconds(packets.pts, audio.time_base))
    steps = np.diff(times)
    usual = float(np.median(steps))
    if usual <= 0:
        return None
    frame = round(sounds.samples / len(packets.pts))
    exact = Fraction(frame, audio.sample_rate)
    if abs(usual - float(exact)) > 0.002 * usual:
        return None
    regular = steps[np.abs(steps - usual) < JITTER * usual]
    return float((len(regular) * float(exact) - regular.sum()) * 1000)


def _ends_ms(measurements: Measurements) -> float:
    """How much earlier the sound ends than the picture, ms, beyond what they began apart."""
    sounds, audio, times = measurements.sounds, measurements.audio, measurements.times()
    assert sounds is not None
    assert audio is not None
    picture_end = float(times[-1]) + measurements.frame_seconds()
    return (picture_end - (sounds.start + sounds.samples / audio.sample_rate)) * 1000


def _off(spec: CheckSpec, severity: Severity, kind: str, *, early: float, limit: float) -> Finding:
    return finding(
        spec,
        severity,
        f"finding.{spec.id}.{kind}",
        {"value": round(abs(early)), "limit": round(abs(limit))},
        value=round(early, 1),
        limit=round(limit, 1),
        unit="ms",
    )
