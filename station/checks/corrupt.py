"""Garbled picture (花屏), clause 2.2.4: what the demuxer and the decoder could not read, until the next clean key frame; and damage
that an earlier encode burnt into a stream that decodes.
"""

from dataclasses import replace

import numpy as np

from gpu.measurements import Event, Measurements
from station.checks import check
from station.checks._common import Span, at_frames, concluded, finding, not_applicable, not_measurable, runs
from station.checks._damage import Damage, burnt_in
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

DAMAGE = ("undecodable-packet", "corrupt-frame", "concealed", "truncated")
TRUNCATED = "finding.corrupt.truncated"
NEAR_END_S = 0.5
"""Damage that reaches so near to the end is told as the file's end."""
INDEXED, TIMED = "mov", ("matroska", "avi")
"""Demuxers whose header counts the packets, and those whose header gives a duration to rely on."""
NEAR_S = 1.0
"""What is seen so close to what the decoder tells is told once."""
CUT_OFF_S = 0.5
"""A file is cut off where so much of what its header promises is not there."""


@check("corrupt")
def corrupt(subject: Subject, spec: CheckSpec) -> Outcome:
    """One fault per damaged stretch. Nobody can waive what a decoder tells: the viewer's player will show at least as much. What is
    burnt in is read from the picture, a fault or a warning by how sure that is, and can be waived.
    """
    measurements = subject.measurements
    if measurements.video is None:
        return not_applicable(spec, "no-picture")
    events = [e for e in measurements.events if e.stream == "video" and e.kind in DAMAGE]
    if measurements.pictures is None or not len(measurements.pictures.pts):
        return not_measurable(spec, "too-few-frames", frames=0)
    spans = _damaged(measurements, events)
    found = [_judged(measurements, spec, span, events) for span in spans]
    if (lacking := missing_end(measurements)) > CUT_OFF_S and not any(f.message == TRUNCATED for f in found):
        found.append(_cut_off(measurements, spec, lacking))
    seen = [one for one in burnt_in(measurements, spec.limits) if not _near(one, spans, measurements)]
    found += [_burnt(measurements, spec, one) for one in seen]
    return concluded(spec, found, events=len(events), burnt=len(seen))


def _near(one: Damage, spans: list[Span], measurements: Measurements) -> bool:
    """Whether the decoder has told of the same damage."""
    reach = NEAR_S / measurements.frame_seconds()
    return any(one.first < last + reach and first - reach < one.last for first, last in spans)


def _burnt(measurements: Measurements, spec: CheckSpec, one: Damage) -> Finding:
    made = finding(
        replace(spec, waivable=True),
        one.severity,
        "finding.corrupt.mosaic" if one.severity is Severity.NOTE else f"finding.corrupt.{one.kind}",
        {"frames": one.last - one.first},
        value=round(one.strength, 3),
        unit="σ" if one.kind == "blocks" else None,
        tiles=one.tiles,
        part="burnt-in",
    )
    return at_frames(made, measurements, (one.first, one.last))


def missing_end(measurements: Measurements) -> float:
    """Seconds that the header promises and the file does not hold; 0 where there is no header to rely on."""
    formats, video = measurements.container.formats, measurements.video
    assert video is not None
    times, packets, sounds, audio = (
        measurements.times(),
        measurements.video_packets,
        measurements.sounds,
        measurements.audio,
    )
    end = float(times[-1]) + measurements.frame_seconds()
    if INDEXED in formats and packets is not None and len(packets.pts) < video.declared_frames:
        return max(0.0, (video.declared_duration or 0.0) - end)
    others = set(measurements.container.streams) - {"video", "audio", "attachment"}
    if not others and any(name in formats for name in TIMED):
        if sounds is not None and audio is not None:
            end = max(end, sounds.start + sounds.samples / audio.sample_rate)
        return max(0.0, (measurements.container.duration or 0.0) - max(0.0, measurements.origin) - end)
    return 0.0


def _cut_off(measurements: Measurements, spec: CheckSpec, lacking: float) -> Finding:
    """A fault at the last frame there is."""
    made = finding(
        spec,
        Severity.FAULT,
        "finding.corrupt.cut-off",
        {"length": round(lacking, 2)},
        value=round(lacking, 3),
        limit=CUT_OFF_S,
        unit="s",
        part="cut-off",
    )
    last = len(measurements.times())
    return at_frames(made, measurements, (last - 1, last))


def _damaged(measurements: Measurements, events: list[Event]) -> list[Span]:
    """Stretches of frames from each damage to the next key frame after it; the last frame where it lies beyond the end."""
    pictures = measurements.pictures
    assert pictures is not None
    count, times = len(pictures.pts), measurements.times()
    keys = np.flatnonzero(pictures.key & ~pictures.corrupt)
    bad = pictures.corrupt.astype(bool).copy()
    half = measurements.frame_seconds() / 2
    hurt = {int(np.clip(np.searchsorted(times, event.time - half), 0, count - 1)) for event in events}
    hurt |= set(np.flatnonzero(pictures.corrupt).tolist())
    for first in sorted(hurt):
        after = keys[np.searchsorted(keys, first, side="right") :]
        bad[first : int(after[0]) if len(after) else count] = True
    return runs(bad, join=1)


def _judged(measurements: Measurements, spec: CheckSpec, span: Span, events: list[Event]) -> Finding:
    times = measurements.times()
    frame = measurements.frame_seconds()
    start, end = float(times[span[0]]), float(times[span[1] - 1]) + frame
    inside = [e for e in events if start - frame <= e.time <= end + frame]
    cut = any(e.kind == "truncated" for e in inside) and span[1] >= len(times) - NEAR_END_S / frame
    detail = next((e.detail for e in inside if e.detail), "")
    count = max(1, int(sum(max(1.0, e.amount) for e in inside)))
    made = finding(
        spec,
        Severity.FAULT,
        TRUNCATED if cut else "finding.corrupt.damaged",
        {"count": count, "frames": span[1] - span[0], "detail": detail},
        value=count,
        limit=0,
        unit="errors",
    )
    return at_frames(made, measurements, span)
