"""Channels of the sound, clause 2.7.2: how many, which of them speak, and whether two cancel each other (反相)."""

import numpy as np

from gpu.measurements import Array, AudioFacts, Measurements, Sounds
from station.checks import check
from station.checks._common import Span, at_seconds, concluded, finding, fine, not_applicable, not_measurable, runs
from station.checks._hearing import WINDOWS, has_sound, levels
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

BLOCKS = 10
"""Sound blocks a second."""
SAME_CORRELATION = 0.999
"""Two channels this alike carry the same mono sound."""
BRIDGE_BLOCKS = 5
"""A quiet half second does not end an inverted stretch."""
SMOOTH_WINDOWS = 25
"""Windows over which a channel's level is taken before it is called silent."""


def _missing(subject: Subject, spec: CheckSpec, fewest: int) -> Outcome | None:
    audio = subject.measurements.audio
    if audio is None:
        return not_applicable(spec, "no-sound")
    if not has_sound(subject.measurements):
        return not_measurable(spec, "sound-undecodable")
    if audio.channels < fewest:
        return not_applicable(spec, "mono")
    return None


@check("channel-layout")
def channel_layout(subject: Subject, spec: CheckSpec) -> Outcome:
    """Mono has no channel 2 and more than three channels have no use here: told; two channels are the common practice."""
    audio = subject.measurements.audio
    if audio is None:
        return not_applicable(spec, "no-sound")
    facts: dict[str, float | str | None] = {"channels": audio.channels, "layout": audio.layout}
    sounds = subject.measurements.sounds
    if sounds is not None and audio.channels == 2 and (alike := _alike(sounds)) is not None:
        facts["correlation"] = round(alike, 3)
        facts["dual_mono"] = "yes" if alike >= SAME_CORRELATION else "no"
    if audio.channels == 1:
        return concluded(spec, [_layout(spec, Severity.NOTE, "mono", audio, 2)], **facts)
    most = spec.limits["most_channels"]
    if audio.channels > most:
        return concluded(spec, [_layout(spec, Severity.WARNING, "many", audio, most)], **facts)
    return fine(spec, **facts)


def _layout(spec: CheckSpec, severity: Severity, kind: str, audio: AudioFacts, limit: int) -> Finding:
    return finding(
        spec,
        severity,
        f"finding.channel-layout.{kind}",
        {"channels": audio.channels, "layout": audio.layout, "limit": limit},
        value=audio.channels,
        limit=limit,
        unit="channels",
    )


def _alike(sounds: Sounds) -> float | None:
    """Correlation of the first two channels over the whole lesson; None where one of them is silent."""
    left, right, both = sounds.pair.astype(np.float64).sum(axis=0) if len(sounds.pair) else (0.0, 0.0, 0.0)
    return float(both / np.sqrt(left * right)) if left > 0 and right > 0 else None


@check("phase-inverted")
def phase_inverted(subject: Subject, spec: CheckSpec) -> Outcome:
    """The first two channels nearly opposite while both sound: they cancel on a mono loudspeaker."""
    if (ended := _missing(subject, spec, 2)) is not None:
        return ended
    measurements, limits = subject.measurements, spec.limits
    sounds = measurements.sounds
    assert sounds is not None
    left, right, both = sounds.pair.astype(np.float64).T
    loud = np.minimum(left, right) > 10 ** (limits["level_db"] / 10)
    if not loud.any():
        return not_measurable(spec, "channels-quiet")
    correlation = np.where(loud, both / np.sqrt(np.maximum(left * right, 1e-20)), 0.0)
    inverted = correlation <= limits["correlation"]
    bridged = runs(inverted | ~loud, 0)
    found: list[Finding] = []
    for first, last in bridged:
        for span in runs(inverted[first:last], BRIDGE_BLOCKS * 4):
            count = int(inverted[first + span[0] : first + span[1]].sum())
            if count >= limits["warning_s"] * BLOCKS:
                found.append(_inverted(measurements, spec, (first + span[0], first + span[1]), count, correlation))
    overall = float(np.average(correlation[loud]))
    return concluded(spec, found, correlation=round(overall, 3))


def _inverted(measurements: Measurements, spec: CheckSpec, span: Span, count: int, correlation: Array) -> Finding:
    length = count / BLOCKS
    part = correlation[slice(*span)]
    value = float(part[part <= spec.limits["correlation"]].mean())
    severity = Severity.FAULT if length >= spec.limits["fault_s"] else Severity.WARNING
    made = finding(
        spec,
        severity,
        "finding.phase-inverted",
        {"value": round(value, 2), "length": round(length, 1), "limit": spec.limits["correlation"]},
        value=round(value, 3),
        limit=spec.limits["correlation"],
    )
    assert measurements.sounds is not None
    start = measurements.sounds.start
    return at_seconds(made, measurements, max(0.0, start + span[0] / BLOCKS), start + span[1] / BLOCKS)


@check("channel-silent")
def channel_silent(subject: Subject, spec: CheckSpec) -> Outcome:
    """A channel without sound while another has some. Channel 1 carries the Chinese: a fault there, a warning elsewhere."""
    if (ended := _missing(subject, spec, 2)) is not None:
        return ended
    measurements, limits = subject.measurements, spec.limits
    sounds = measurements.sounds
    assert sounds is not None
    level = levels(sounds)
    anything = level.max(axis=1) > limits["sound_db"]
    if not anything.any():
        return not_measurable(spec, "channels-quiet")
    found: list[Finding] = []
    for channel in range(level.shape[1]):
        quiet = level[:, channel] < limits["floor_db"]
        share = float(quiet[anything].mean())
        grave = Severity.FAULT if channel == 0 else Severity.WARNING
        if share >= limits["whole_share"]:
            found.append(_silent(spec, grave, "whole", channel + 1, len(quiet) / WINDOWS))
            continue
        shortest = int(limits["warning_s"] * WINDOWS)
        for first, last in runs(_lasting(quiet), 0, shortest):
            if anything[first:last].sum() >= shortest // 2:
                made = _silent(spec, Severity.WARNING, "part", channel + 1, (last - first) / WINDOWS)
                start = sounds.start
                found.append(at_seconds(made, measurements, max(0.0, start + first / WINDOWS), start + last / WINDOWS))
    return concluded(spec, found)


def _lasting(quiet: Array) -> Array:
    """Quiet windows less the clicks between them."""
    made = np.zeros_like(quiet)
    for first, last in runs(quiet, SMOOTH_WINDOWS // 5):
        made[first:last] = True
    return made


def _silent(spec: CheckSpec, severity: Severity, kind: str, channel: int, length: float) -> Finding:
    return finding(
        spec,
        severity,
        f"finding.channel-silent.{kind}",
        {"channel": channel, "length": round(length, 1), "floor": round(spec.limits["floor_db"])},
        value=round(length, 1),
        limit=spec.limits["warning_s"],
        unit="s",
        part=f"channel {channel}",
    )
