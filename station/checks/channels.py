"""Channels of the sound, clause 2.7.2: how many, which of them speak, and whether two cancel each other (反相)."""

import numpy as np

from gpu.measurements import Array, AudioFacts, Measurements, Sounds
from station.checks import check
from station.checks._common import Span, at_seconds, concluded, finding, not_applicable, not_measurable, runs
from station.checks._hearing import WINDOWS, has_sound, levels
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec
from station.readings import Voice

BLOCKS = 10
"""Sound blocks a second."""
SAME_CORRELATION = 0.999
"""Two channels this alike carry the same mono sound."""
BRIDGE_BLOCKS = 5
"""A quiet half second does not end an inverted stretch."""
QUIET_DB, QUIET_SHARE = -60.0, 0.02
"""A channel that is louder than this for less than this share of the lesson is silent."""
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
    """What each channel carries. Speech that is missing on channel 1 breaks the clause; a stereo mix, the same sound twice and
    mono are common practice and only told; more than three channels have no use here."""
    audio = subject.measurements.audio
    if audio is None:
        return not_applicable(spec, "no-sound")
    sounds, voice = subject.measurements.sounds, subject.readings.voice
    facts: dict[str, float | str | None] = {"channels": audio.channels, "layout": audio.layout}
    found: list[Finding] = []
    alike = _alike(sounds) if sounds is not None and audio.channels == 2 else None
    twice = alike is not None and alike >= SAME_CORRELATION
    if alike is not None:
        facts |= {"correlation": round(alike, 3), "dual_mono": "yes" if twice else "no"}
    if audio.channels == 1:
        found.append(_layout(spec, Severity.NOTE, "mono", audio, 2))
    elif audio.channels > spec.limits["most_channels"]:
        found.append(_layout(spec, Severity.WARNING, "many", audio, spec.limits["most_channels"]))
    elif twice:
        found.append(_layout(spec, Severity.NOTE, "dual-mono", audio, 2))
    if isinstance(voice, Voice):
        carried = carries(voice)
        for channel, kinds in enumerate(carried, 1):
            facts |= {f"{kind}_{channel}_s": round(kinds[kind], 1) for kind in ("speech", "music")}
        if audio.channels > 1 and not twice:
            found += _carried(spec, carried, subject.measurements)
    elif audio.channels > 1 and not found:
        return not_measurable(spec, voice.reason, **voice.params)
    return concluded(spec, found, **facts)


def carries(voice: Voice) -> list[dict[str, float]]:
    """Seconds of every kind of sound by channel."""
    kinds = ("speech", "singing", "music")
    return [
        {
            kind: sum(span.end - span.start for span in voice.spans if (span.channel, span.kind) == (channel, kind))
            for kind in kinds
        }
        for channel in range(voice.channels)
    ]


def _carried(spec: CheckSpec, carried: list[dict[str, float]], measurements: Measurements) -> list[Finding]:
    """What is to be said of the speech and music of each channel; nothing where nobody speaks."""
    speech = [kinds["speech"] for kinds in carried]
    most = max(speech)
    best = speech.index(most) + 1
    if most < spec.limits["least_speech_s"]:
        return []
    if speech[0] >= spec.limits["part_share"] * most:
        other = speech[1] >= spec.limits["part_share"] * most
        return [_speech(spec, Severity.NOTE, "mix", carried, 2)] if other else []
    if not _sounds_on_first(measurements):
        return []  # `channel-silent` says so
    absent = speech[0] < spec.limits["absent_share"] * most
    severity = Severity.FAULT if absent else Severity.WARNING
    return [_speech(spec, severity, "absent" if absent else "partly", carried, best)]


def _sounds_on_first(measurements: Measurements) -> bool:
    sounds = measurements.sounds
    return sounds is not None and float((levels(sounds)[:, 0] > QUIET_DB).mean()) >= QUIET_SHARE


def _speech(spec: CheckSpec, severity: Severity, kind: str, carried: list[dict[str, float]], channel: int) -> Finding:
    first, other = carried[0], carried[channel - 1]
    told = {
        "first": round(first["speech"]),
        "channel": channel,
        "speech": round(other["speech"]),
        "music": round(other["music"] if channel > 1 and kind == "mix" else first["music"]),
    }
    return finding(
        spec, severity, f"finding.channel-layout.{kind}", told, value=round(first["speech"], 1), unit="s", part="speech"
    )


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
