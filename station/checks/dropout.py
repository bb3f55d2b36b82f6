"""Dropouts of the sound, clause 2.7.2 (掉点): digital zero cut into it, a block played several times over, packets that did not decode.

Editors and noise gates leave digital zeros too, but where the sound has died away. A dropout cuts: right beside it the sound
is as loud as speech.
"""

import numpy as np

from gpu.measurements import Array, Measurements
from station.checks import check
from station.checks._common import Span, at_seconds, concluded, finding, runs
from station.checks._hearing import LOWEST_DB, WINDOWS, dead, levels, loudest
from station.checks._stutter import stutters
from station.checks.sound import SPEECH_PERCENTILE, without_sound
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

CUT_WINDOWS = 6
"""A codec smears a cut over up to 60 ms; further away the sound is its own."""
UNDER_SPEECH_DB = 20.0
"""Sound that is cut off stands at most so far under the lesson's speech (its loud windows)."""
LONGEST_S = 3.0
"""Longer is a gap."""
JOIN_S = 0.5
"""Dropouts this close are one finding."""
HABIT_PER_MINUTE = 2.0
"""More zeros than this that cut nothing are the recording's habit (a gate, an editor): then one sharp side proves nothing."""


@check("audio-dropout")
def audio_dropout(subject: Subject, spec: CheckSpec) -> Outcome:
    """Digital zero that cuts through sound, in all channels or in one; repeated blocks; packets of sound that did not decode."""
    if (ended := without_sound(subject, spec)) is not None:
        return ended
    measurements = subject.measurements
    sounds, audio = measurements.sounds, measurements.audio
    assert sounds is not None
    assert audio is not None
    zero, level = dead(sounds, audio.sample_rate), levels(sounds)
    speech = _speech(loudest(sounds), spec)
    sharp, one_sided = _cut_out(np.asarray(zero.all(axis=1)), level.max(axis=1), speech, spec)
    found = [_dropout(measurements, spec, spans, None) for spans in _gathered(sharp)]
    found += [_one_sided(measurements, spec, span) for span in one_sided]
    for channel in range(level.shape[1] if level.shape[1] > 1 else 0):
        others = np.delete(level, channel, axis=1).max(axis=1)
        alone = [
            span
            for span in _cut_out(zero[:, channel], level[:, channel], speech, spec)[0]
            if float(np.median(others[slice(*span)])) > spec.limits["sound_db"]
        ]
        found += [_dropout(measurements, spec, spans, channel + 1) for spans in _gathered(alone)]
    repeated = stutters(subject, spec)
    found = _gated(measurements, spec, found) + _undecodable(measurements, spec) + repeated
    found.sort(key=lambda made: made.start or 0.0)
    return concluded(spec, found, dropouts=len(sharp), repeats=len(repeated))


def _speech(level: Array, spec: CheckSpec) -> float:
    """DBFS of the lesson's loud windows; where there are none, the level from which sound counts."""
    lively = level[level > spec.limits["sound_db"]]
    return float(np.percentile(lively, SPEECH_PERCENTILE)) if len(lively) else float(spec.limits["sound_db"])


def _cut_out(zero: Array, level: Array, speech: float, spec: CheckSpec) -> tuple[list[Span], list[Span]]:
    """Stretches of digital zero, up to the length of a gap, with loud sound right before and after; and those with one such side,
    where the recording has no habit of falling silent."""
    shortest = max(2, int(spec.limits["warning_s"] * WINDOWS))
    loud = max(float(spec.limits["sound_db"]), speech - UNDER_SPEECH_DB)
    both: list[Span] = []
    one: list[Span] = []
    habit = 0
    for first, last in runs(zero, 0, shortest):
        if last - first > LONGEST_S * WINDOWS:
            continue
        before, after = level[max(0, first - CUT_WINDOWS) : first], level[last : last + CUT_WINDOWS]
        sides = sum(float(part.max(initial=LOWEST_DB)) > loud for part in (before, after))
        (both, one, [])[2 - sides].append((first, last))
        habit += sides == 0
    minutes = max(len(zero) / WINDOWS / 60, 0.5)
    return both, one if habit <= HABIT_PER_MINUTE * minutes and len(one) <= minutes * HABIT_PER_MINUTE else []


def _gathered(spans: list[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span[0] - groups[-1][-1][1] <= JOIN_S * WINDOWS:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _dropout(measurements: Measurements, spec: CheckSpec, spans: list[Span], channel: int | None) -> Finding:
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
    return _at(made, measurements, (spans[0][0], spans[-1][1]))


def _one_sided(measurements: Measurements, spec: CheckSpec, span: Span) -> Finding:
    length = round((span[1] - span[0]) / WINDOWS * 1000)
    made = finding(
        spec,
        Severity.WARNING,
        "finding.audio-dropout.one-sided",
        {"length": length},
        value=length,
        limit=round(spec.limits["warning_s"] * 1000),
        unit="ms",
        part="one-sided",
    )
    return _at(made, measurements, span)


def _at(made: Finding, measurements: Measurements, span: Span) -> Finding:
    assert measurements.sounds is not None
    start = measurements.sounds.start
    return at_seconds(made, measurements, max(0.0, start + span[0] / WINDOWS), start + span[1] / WINDOWS)


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
