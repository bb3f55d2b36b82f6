"""Breaks in the sound, clause 2.7.2 (声音中断): nothing, less than the room, or nobody speaking, for more than three seconds.

Three levels: digitally dead, or under the lesson's own floor, is the clause's break, but for a silence of production length at
head and tail; room tone without speech is a note, by the voice reader where there is one, else by level.
"""

import numpy as np

from gpu.measurements import Array, Measurements, Sounds
from station.checks import check
from station.checks._common import Span, at_seconds, concluded, finding, not_applicable, not_measurable, runs
from station.checks._hearing import LOWEST_DB, WINDOWS, dead, has_sound, loudest
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec
from station.readings import Voice

BRIDGE_WINDOWS = 4
"""A click of up to 40 ms does not end a gap."""
EDGE_WINDOWS = 10
"""Silence that begins or ends so close to the sound's own ends is the head's or the tail's."""
ROOM_PERCENTILE = 10
SPEECH_PERCENTILE = 90
LIVELY_DB = -75.0
"""Windows under this say nothing about the room."""
OVER_ROOM_DB, CLEAR_DB = 6.0, 20.0
"""Up to so much over the room, and so much under the speech, only the room is heard."""
LEAST_WINDOWS, LOCAL_DB = 200, 5.0
"""Shorter silences of the voice model cannot grow into a gap. Within one, what lies up to so much over its median is the room."""
FRAGMENT_DB, TRIM_WINDOWS = 8.0, 100
"""Louder than the room by so much within a second of an end is a piece of a word, too short for the voice model."""
SETTLE_WINDOWS = 60
"""A voice model's edges are looked for again in the level this far around them."""


def without_sound(subject: Subject, spec: CheckSpec) -> Outcome | None:
    """How a check of the sound ends where there is none; None where there is."""
    if subject.measurements.audio is None:
        return not_applicable(spec, "no-sound")
    if not has_sound(subject.measurements):
        return not_measurable(spec, "sound-undecodable")
    return None


@check("audio-gap")
def audio_gap(subject: Subject, spec: CheckSpec) -> Outcome:
    """More than 3 s digitally dead or under the adaptive floor: a fault. Room tone without speech that long: a note."""
    if (ended := without_sound(subject, spec)) is not None:
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
    found = [_gap(measurements, spec, span, level=level, floor=floor) for span in hard]
    voice = subject.readings.voice
    tone = floor if pause is None else pause
    quiet = _wordless(voice, sounds, level, tone, shortest) if isinstance(voice, Voice) else _room(level, pause)
    heard = np.zeros(len(level), bool)
    for first, last in quiet:
        heard[first:last] = True
    for first, last in hard:
        heard[first:last] = False
    found += [_soft(measurements, spec, span, floor=tone) for span in runs(heard, 0, shortest)]
    found.sort(key=lambda made: made.start or 0.0)
    facts = {
        "floor_db": round(floor, 1),
        "longest_s": round(max((b - a for a, b in hard), default=0) / WINDOWS, 2),
        "voices": "read" if isinstance(voice, Voice) else "unread",
    }
    return concluded(spec, [*_unheard_ends(measurements, spec), *found], **facts)


def floors(level: Array, spec: CheckSpec) -> tuple[float, float | None]:
    """The level (dBFS) under which there is no programme sound, and the higher one under which there is room tone only.

    The first is the lesson's own room tone (10th percentile of the windows that hold anything, long quiet stretches left out)
    less 6 dB, at most −60 dBFS. The second lies 35 dB under the lesson's speech, or just over a louder room where speech
    stands clear of it; None where it would not lie above the first.
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
    pause = max(speech - float(spec.limits["under_speech_db"]), min(room + OVER_ROOM_DB, speech - CLEAR_DB))
    return floor, pause if pause > floor else None


def _room(level: Array, pause: float | None) -> list[Span]:
    """Where only the room is heard, by level alone."""
    return [] if pause is None else runs(_smoothed(level) < pause, BRIDGE_WINDOWS)


def _wordless(voice: Voice, sounds: Sounds, level: Array, usual: float, shortest: int) -> list[Span]:
    """Where the voice reader heard neither voice nor music on any channel; the edges where the level leaves the room's."""
    silent = np.ones(len(level), bool)
    for span in voice.spans:
        first, last = ((time - sounds.start) * WINDOWS for time in (span.start, span.end))
        silent[max(0, round(first)) : max(0, round(last))] = False
    smooth = _smoothed(level)
    found = []
    for first, last in runs(silent, 0, LEAST_WINDOWS):
        room = float(np.median(level[first:last]))
        quiet = smooth < max(usual, room + LOCAL_DB)
        begin = first if first == 0 else _settled(quiet, first, -1)
        end = last if last == len(level) else _settled(quiet, last, 1)
        found.append(_trimmed(smooth > max(usual, room + FRAGMENT_DB), (begin, max(begin, end)), shortest))
    return found


def _trimmed(loud: Array, span: Span, shortest: int) -> Span:
    """The stretch without the pieces of words at its ends that are too short for the voice model, where enough is left of it."""
    first, last = span
    reach = min(TRIM_WINDOWS, (last - first) // 2)
    head, tail = np.flatnonzero(loud[first : first + reach]), np.flatnonzero(loud[last - reach : last])
    begin = first + int(head[-1]) + 1 if len(head) else first
    end = last - reach + int(tail[0]) if len(tail) else last
    return (begin, end) if end - begin >= shortest else span


def _settled(quiet: Array, edge: int, towards: int) -> int:
    """The edge moved to where the level crosses into the room's, outwards while it is quiet, else inwards; as it is where it does not."""
    at = edge
    for _ in range(SETTLE_WINDOWS):
        outside = at - 1 if towards < 0 else at
        if not 0 <= outside < len(quiet) or not quiet[outside]:
            break
        at += towards
    if at != edge:
        return at
    for _ in range(SETTLE_WINDOWS):
        inside = at if towards < 0 else at - 1
        if not 0 <= inside < len(quiet):
            return edge
        if quiet[inside]:
            return at
        at -= towards
    return edge


def _smoothed(level: Array) -> Array:
    """The level's 50 ms median: a single click does not make a pause sound."""
    if len(level) < 5:
        return level
    return np.pad(np.median(np.lib.stride_tricks.sliding_window_view(level, 5), axis=1), 2, mode="edge")


def _gap(measurements: Measurements, spec: CheckSpec, span: Span, *, level: Array, floor: float) -> Finding:
    """A break; at head and tail a note up to production length."""
    kind = "dead" if float(np.median(level[slice(*span)])) <= LOWEST_DB else "silent"
    severity, length = Severity.FAULT, (span[1] - span[0]) / WINDOWS
    head, tail = span[0] <= EDGE_WINDOWS, span[1] >= len(level) - EDGE_WINDOWS
    if head and tail:
        kind = "whole"
    elif (head or tail) and length <= float(spec.limits["edge_note_s"]):
        severity, kind = Severity.NOTE, "lead-in" if head else "lead-out"
    return _placed(measurements, spec, span, severity=severity, kind=kind, floor=floor)


def _soft(measurements: Measurements, spec: CheckSpec, span: Span, *, floor: float) -> Finding:
    return _placed(measurements, spec, span, severity=Severity.NOTE, kind="room", floor=floor)


def _placed(
    measurements: Measurements, spec: CheckSpec, span: Span, *, severity: Severity, kind: str, floor: float
) -> Finding:
    sounds = measurements.sounds
    assert sounds is not None
    length, limit = (span[1] - span[0]) / WINDOWS, spec.limits["longest_s"]
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
