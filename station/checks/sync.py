"""Sound against picture, clause 2.2.5, as far as the file itself tells: where both begin, where both end, how both clocks run.

Sound that is early counts positive, late negative. Limits: EBU R 37 (warning) and ITU-R BT.1359 (fault). Whether lips and
words meet is another question (`lip-sync`).
"""

from dataclasses import dataclass, replace

import numpy as np

from gpu.measurements import Measurements
from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable, seconds
from station.checks._hearing import has_sound
from station.checks._together import Agreement, together
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

PRIMING = {"aac": 1024, "mp3": 1105, "mp2": 481, "ac3": 256, "eac3": 256}
"""Samples at the head of a coded stream that are the codec's run-up and no sound yet: a transform needs the block before.
For AAC it is one frame whatever the encoder; what an encoder adds to it (Apple's 1088) only the container can tell."""
FRAMES = (480, 512, 576, 960, 1024, 1152, 1536, 1920, 2048)
"""Samples in a packet of the codecs in use."""
CUT_MS, ALIKE_ENDS_MS = 500.0, 150.0
"""Sound that begins so long before the picture is what cutting without re-encoding leaves before the first key frame. Where both
end together it is that, and plays in sync: told as a note; where the sound is early at the end too, a person looks."""
JITTER = 0.75
"""Timestamps of sound packets may swing by this share of a packet, as multiplexers write them; more is a gap or an overlap."""
SHORTEST_S = 2.0
"""A shorter file has no drift to speak of."""
ODD_CLOCK = 0.03
"""A clock that is off by more than this share has another frame length than we know."""
LEAST_RATE_S, CERTAIN = 30.0, 5.0
"""A drift by the hour is told from so many seconds on, and where the slope is so many times its own standard error."""


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
    begins = heard_from(measurements)
    early = -begins * 1000
    facts: dict[str, float | str | None] = {
        "early_ms": round(early, 1),
        "run_up_ms": round((begins - measurements.sounds.start) * 1000, 1),
    }
    agreed = together(measurements)
    facts |= {"events": agreed.count, "events_ms": agreed.early_ms} if agreed is not None else {}
    result = judged(early, spec)
    if result is None:
        return concluded(spec, _events(agreed, spec), **facts)
    severity, limit = result
    if early > CUT_MS:
        severity = Severity.NOTE if abs(_ends_ms(measurements)) <= ALIKE_ENDS_MS else Severity.WARNING
    return concluded(spec, [_off(spec, severity, "early" if early > 0 else "late", early=early, limit=limit)], **facts)


def heard_from(measurements: Measurements) -> float:
    """Seconds from the first picture to the first sample that is sound: a codec's run-up that the container does not take away
    (edit list, CodecDelay) is left out. What it took away shows in the first packet, which then lies before the first sample."""
    sounds, audio, packets = measurements.sounds, measurements.audio, measurements.audio_packets
    assert sounds is not None
    assert audio is not None
    run_up = PRIMING.get(audio.codec, 0) / max(1, audio.sample_rate)
    if packets is None or not len(packets.pts) or not run_up:
        return sounds.start
    first = float(seconds(packets.pts[:1], audio.time_base)[0]) - measurements.origin
    return sounds.start + min(run_up, max(0.0, run_up - (sounds.start - first)))


def _events(agreed: Agreement | None, spec: CheckSpec) -> list[Finding]:
    """A warning where several events agree that the sound is off although the file's clocks are right."""
    if agreed is None or (result := judged(agreed.early_ms, spec)) is None:
        return []
    kind = "events-early" if agreed.early_ms > 0 else "events-late"
    made = _off(spec, Severity.WARNING, kind, early=agreed.early_ms, limit=result[1])
    told = {"count": agreed.count, "of": agreed.pictures, "chance": f"{agreed.chance:.0e}"}
    return [replace(made, params=made.params | told, part="events")]


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
    clock = _clock(measurements)
    facts: dict[str, float | str | None] = {
        "clock_ms": None if clock is None else round(clock.end_ms, 1),
        "hour_ms": None if clock is None else round(clock.hour_ms, 1),
    }
    if clock is not None and (result := judged(clock.end_ms, spec)) is not None:
        found.append(_off(spec, result[0], "clock", early=clock.end_ms, limit=result[1]))
    elif clock is not None and clock.sure and abs(clock.hour_ms) >= float(spec.limits["hour_warning_ms"]):
        found.append(_rate(spec, clock))
    ends = _ends_ms(measurements)
    facts["ends_ms"] = round(ends, 1)
    if not found and (result := judged(ends, spec)) is not None and result[0] is Severity.FAULT:
        kind = "ends-early" if ends > 0 else "ends-late"
        found.append(_off(spec, Severity.WARNING, kind, early=ends, limit=result[1]))
    return concluded(spec, found, **facts)


@dataclass(frozen=True)
class _Clock:
    """How the sound's clock runs against its timestamps; early is positive."""

    end_ms: float
    """How far the samples are ahead of their timestamps at the end."""
    hour_ms: float
    """How far they get in an hour at the usual slope."""
    sure: bool
    """The slope stands well above the timestamps' own scatter, over a stretch that is long enough."""


def _clock(measurements: Measurements) -> _Clock | None:
    """The sound's clock; None where its packets have no even length. Gaps that the demuxer told of are no drift."""
    packets, audio = measurements.audio_packets, measurements.audio
    assert audio is not None
    if packets is None or len(packets.pts) < 3:
        return None
    times = np.sort(seconds(packets.pts, audio.time_base))
    steps = np.diff(times)
    usual = float(np.median(steps))
    regular = np.abs(steps - usual) < JITTER * usual
    if usual <= 0 or not regular.any():
        return None
    samples = float(steps[regular].mean()) * audio.sample_rate
    frame = min(FRAMES, key=lambda size: abs(size - samples))
    if abs(samples - frame) > ODD_CLOCK * frame:
        return None
    exact = frame / audio.sample_rate
    behind = np.cumsum(np.where(regular, steps - exact, 0.0))
    place = np.arange(len(behind)) * exact
    slope, offset = np.polyfit(place, behind, 1)
    scatter = float((behind - slope * place - offset).std())
    error = scatter * np.sqrt(12 / len(behind)) / max(place[-1], exact)
    sure = place[-1] >= LEAST_RATE_S and abs(slope) >= CERTAIN * error
    return _Clock(float(-behind[-1] * 1000), float(-slope * 3_600_000), bool(sure))


def _rate(spec: CheckSpec, clock: _Clock) -> Finding:
    limit = float(spec.limits["hour_warning_ms"])
    return finding(
        spec,
        Severity.WARNING,
        "finding.av-drift.rate-early" if clock.hour_ms > 0 else "finding.av-drift.rate-late",
        {"value": round(abs(clock.hour_ms)), "limit": round(limit), "end": round(abs(clock.end_ms), 1)},
        value=round(clock.hour_ms, 1),
        limit=limit,
        unit="ms/h",
    )


def _ends_ms(measurements: Measurements) -> float:
    """How much earlier the sound ends than the picture, ms, beyond what they began apart. Where pictures come unevenly (a screen
    recording leaves out what does not change), the last one may stand as long as any before."""
    sounds, audio, times = measurements.sounds, measurements.audio, measurements.times()
    assert sounds is not None
    assert audio is not None
    frame, sound_end = measurements.frame_seconds(), sounds.start + sounds.samples / audio.sample_rate
    picture_end = float(times[-1]) + frame
    longest = float(np.diff(times).max()) if len(times) > 1 else frame
    if sound_end > picture_end:
        picture_end = min(sound_end, picture_end + max(0.0, longest - frame))
    return (picture_end - sound_end) * 1000


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
