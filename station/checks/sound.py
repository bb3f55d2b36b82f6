"""Breaks in the sound, clause 2.7.2: gaps of more than three seconds (声音中断), and digital dropouts inside sound (掉点)."""

import numpy as np

from gpu.measurements import Array, Measurements
from station.checks import check
from station.checks._common import Span, at_seconds, concluded, finding, not_applicable, not_measurable, runs
from station.checks._hearing import LOWEST_DB, WINDOWS, dead, has_sound, levels, loudest
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

BRIDGE_WINDOWS = 4
"""A click of up to 40 ms does not end a gap."""
TAIL_S = 0.15
"""How long before and after a dropout the sound is looked for: AAC smears an edge over 20–60 ms."""
CUT_S = 0.5
"""Dropouts this close are one finding."""
ROOM_PERCENTILE = 10
SPEECH_PERCENTILE = 90
LIVELY_DB = -75.0
"""Windows under this say nothing about the room."""


def _without_sound(subject: Subject, spec: CheckSpec) -> Outcome | None:
    if subject.measurements.audio is None:
        return not_applicable(spec, "no-sound")
    if not has_sound(subject.measurements):
        return not_measurable(spec, "sound-undecodable")
    return None


@check("audio-gap")
def audio_gap(subject: Subject, spec: CheckSpec) -> Outcome:
    """More than 3 s digitally dead or under the adaptive floor: a fault. Room tone without speech that long: a note."""
    if (ended := _without_sound(subject, spec)) is not None:
        return ended
    measurements = subject.measurements
    sounds, audio = measurements.sounds, measurements.audio
    assert sounds is not None
    assert audio is not None
    level = loudest(sounds)
    floor, pause = floors(level, spec)
    shortest = int(spec.limits["longest_s"] * WINDOWS) + 1
    silent = (level < floor) | dead(sounds, audio.sample_rate).all(axis=1)
    hard = runs(silent, BRIDGE_WINDOWS, shortest)
    found = [
        _gap(measurements, spec, span, severity=Severity.FAULT, kind=_silence(level, span), floor=floor)
        for span in hard
    ]
    if pause is not None:
        quiet = runs(_smoothed(level) < pause, BRIDGE_WINDOWS, shortest)
        soft = [span for span in quiet if not any(_overlap(span, other) for other in hard)]
        found += [_gap(measurements, spec, span, severity=Severity.NOTE, kind="room", floor=pause) for span in soft]
    facts = {"floor_db": round(floor, 1), "longest_s": round(max((b - a for a, b in hard), default=0) / WINDOWS, 2)}
    found.sort(key=lambda made: made.start or 0.0)
    return concluded(spec, [*_unheard_ends(measurements, spec), *found], **facts)


def floors(level: Array, spec: CheckSpec) -> tuple[float, float | None]:
    """The level (dBFS) under which there is no programme sound, and the higher one under which there is room tone only.

    The first is the lesson's own room tone (10th percentile of the windows that hold anything, long quiet stretches left out)
    less 6 dB, at most −60 dBFS. The second lies 35 dB under the lesson's speech; None where it would not lie above the first.
    """
    highest = float(spec.limits["floor_db"])
    usual = np.ones(len(level), dtype=bool)
    for first, last in runs(level < highest, BRIDGE_WINDOWS, int(spec.limits["longest_s"] * WINDOWS)):
        usual[first:last] = False
    lively = level[usual & (level > LIVELY_DB)]
    if not len(lively):
        return highest, None
    room = float(np.percentile(lively, ROOM_PERCENTILE))
    speech = float(np.percentile(lively, SPEECH_PERCENTILE))
    floor = min(highest, room - float(spec.limits["under_room_db"]))
    pause = speech - float(spec.limits["under_speech_db"])
    return floor, pause if pause > floor else None


def _smoothed(level: Array) -> Array:
    """The level's 50 ms median: a single click does not make a pause sound."""
    if len(level) < 5:
        return level
    return np.pad(np.median(np.lib.stride_tricks.sliding_window_view(level, 5), axis=1), 2, mode="edge")


def _silence(level: Array, span: Span) -> str:
    return "dead" if float(np.median(level[slice(*span)])) <= LOWEST_DB else "silent"


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _gap(
    measurements: Measurements, spec: CheckSpec, span: Span, *, severity: Severity, kind: str, floor: float
) -> Finding:
    sounds = measurements.sounds
    assert sounds is not None
    length, limit = (span[1] - span[0]) / WINDOWS, spec.limits["longest_s"]
    if span == (0, len(sounds.level)):
        kind = "whole"
    made = finding(
        spec,
        severity,
        f"finding.audio-gap.{kind}",
        {"length": round(length, 2), "limit": limit, "floor": round(floor)},
        value=round(length, 2),
        limit=limit,
        unit="s",
    )
    start = sounds.start + span[0] / WINDOWS
    return at_seconds(made, measurements, max(0.0, start), sounds.start + span[1] / WINDOWS)


def _unheard_ends(measurements: Measurements, spec: CheckSpec) -> list[Finding]:
    """Picture without a sound stream beside it: before the first sample, or after the last one."""
    sounds, audio, times = measurements.sounds, measurements.audio, measurements.times()
    assert sounds is not None
    assert audio is not None
    if not len(times):
        return []
    end = float(times[-1]) + measurements.frame_seconds()
    last = sounds.start + sounds.samples / audio.sample_rate
    limit = spec.limits["longest_s"]
    missing = [(0.0, sounds.start, "head"), (last, end, "tail")]
    return [
        at_seconds(
            finding(
                spec,
                Severity.FAULT,
                f"finding.audio-gap.{place}",
                {"length": round(to - since, 2), "limit": limit},
                value=round(to - since, 2),
                limit=limit,
                unit="s",
            ),
            measurements,
            since,
            to,
        )
        for since, to, place in missing
        if to - since > limit
    ]


@check("audio-dropout")
def audio_dropout(subject: Subject, spec: CheckSpec) -> Outcome:
    """Digital zero with sound right before and after it, in all channels or in one; packets of sound that did not decode."""
    if (ended := _without_sound(subject, spec)) is not None:
        return ended
    measurements = subject.measurements
    sounds, audio = measurements.sounds, measurements.audio
    assert sounds is not None
    assert audio is not None
    zero, level = dead(sounds, audio.sample_rate), levels(sounds)
    together = _cut_out(np.asarray(zero.all(axis=1)), level.max(axis=1), spec)
    found = [_dropout(measurements, spec, spans, None) for spans in _gathered(together)]
    for channel in range(level.shape[1] if level.shape[1] > 1 else 0):
        others = np.delete(level, channel, axis=1).max(axis=1)
        alone = [
            span
            for span in _cut_out(zero[:, channel], level[:, channel], spec)
            if float(np.median(others[slice(*span)])) > spec.limits["sound_db"]
        ]
        found += [_dropout(measurements, spec, spans, channel + 1) for spans in _gathered(alone)]
    found = _gated(measurements, spec, found) + _undecodable(measurements, spec)
    return concluded(spec, sorted(found, key=lambda made: made.start or 0.0), dropouts=len(together))


def _cut_out(zero: Array, level: Array, spec: CheckSpec) -> list[Span]:
    """Stretches of digital zero, up to the length of a gap, that cut through sound."""
    near = int(TAIL_S * WINDOWS)
    shortest = max(2, int(spec.limits["warning_s"] * WINDOWS))
    found = []
    for first, last in runs(zero, 0, shortest):
        before, after = level[max(0, first - near) : first], level[last : last + near]
        loud = min(float(part.max(initial=LOWEST_DB)) for part in (before, after))
        if last - first <= 3 * WINDOWS and loud > spec.limits["sound_db"]:
            found.append((first, last))
    return found


def _gathered(spans: list[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span[0] - groups[-1][-1][1] <= CUT_S * WINDOWS:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _dropout(measurements: Measurements, spec: CheckSpec, spans: list[Span], channel: int | None) -> Finding:
    assert measurements.sounds is not None
    longest = max(last - first for first, last in spans) / WINDOWS
    severity = Severity.FAULT if longest >= spec.limits["fault_s"] else Severity.WARNING
    made = finding(
        spec,
        severity,
        "finding.audio-dropout.all" if channel is None else "finding.audio-dropout.channel",
        {"length": round(longest * 1000), "count": len(spans), "channel": channel or 0},
        value=round(longest * 1000),
        limit=round(spec.limits["warning_s"] * 1000),
        unit="ms",
        part="" if channel is None else f"channel {channel}",
    )
    start = measurements.sounds.start
    return at_seconds(made, measurements, max(0.0, start + spans[0][0] / WINDOWS), start + spans[-1][1] / WINDOWS)


def _gated(measurements: Measurements, spec: CheckSpec, found: list[Finding]) -> list[Finding]:
    """Many dropouts a minute, all over the lesson, are a noise gate at work: told once, as a warning."""
    minutes = max(measurements.duration() / 60, 0.5)
    count = sum(int(made.params["count"]) for made in found if not made.part)
    if count <= spec.limits["gate_per_minute"] * minutes:
        return found
    made = finding(
        spec,
        Severity.WARNING,
        "finding.audio-dropout.gate",
        {"count": count, "rate": round(count / minutes, 1)},
        value=count,
        unit="dropouts",
    )
    return [made, *(other for other in found if other.part)]


def _undecodable(measurements: Measurements, spec: CheckSpec) -> list[Finding]:
    events = [
        e for e in measurements.events if e.stream == "audio" and e.kind in {"undecodable-packet", "corrupt-frame"}
    ]
    if not events:
        return []
    made = finding(
        spec,
        Severity.FAULT,
        "finding.audio-dropout.undecodable",
        {"count": len(events), "detail": events[0].detail},
        value=len(events),
        limit=0,
        unit="errors",
        part="undecodable",
    )
    return [at_seconds(made, measurements, events[0].time, events[-1].time + 1 / WINDOWS)]
