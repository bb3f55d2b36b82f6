"""Format and coding, read from the container, the decoder and the packets: clauses 2.6.1–2.6.4 and the timestamps of 2.7.1."""

from fractions import Fraction

import numpy as np

from gpu.measurements import Event, Measurements, VideoFacts
from station.checks import check
from station.checks._common import at_seconds, concluded, finding, fine, not_applicable, not_measurable, worst
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

MP4_BRANDS_NOT_MP4 = ("qt  ", "3gp", "3g2", "M4A")
"""Major brands of files that the MP4 demuxer opens and that are not MP4 video files."""
CONTAINERS = {
    "mp4": ("mp4",),
    "mpeg": ("mpeg", "mpegts", "mpegvideo", "mxf"),
}
"""Container of the notice → FFmpeg's demuxer names. MPEG-2 comes as programme stream, transport stream or MXF."""
PTS_KINDS = ("pts-missing", "pts-backward", "pts-gap", "pts-overlap")
MERGE_S = 1.0
"""Timestamp events this close are one finding."""
HOLE, FEW_HOLES = 1.75, 0.001
"""A picture so many usual distances after its predecessor leaves a hole, where no more than this share of them do: else the
rate is a variable one."""


@check("container")
def container(subject: Subject, spec: CheckSpec) -> Outcome:
    """MP4 or an MPEG-2 system stream; a QuickTime or 3GPP file that merely opens as MP4 is not one."""
    facts = subject.measurements.container
    brand = facts.brand or ""
    shown = "/".join(facts.formats) + (f" ({brand.strip()})" if brand else "")
    wanted = {name for kind in spec.limits["formats"] for name in CONTAINERS[kind]}
    good = bool(wanted & set(facts.formats)) and not brand.startswith(MP4_BRANDS_NOT_MP4)
    return _exact(spec, shown, "MP4 / MPEG-2", good)


@check("video-codec")
def video_codec(subject: Subject, spec: CheckSpec) -> Outcome:
    """H.264 or MPEG-2. A lesson without a picture stream breaks this clause; the other picture checks do not apply to it."""
    video = subject.measurements.video
    if video is None:
        return concluded(spec, [finding(spec, Severity.FAULT, "finding.no-video", limit="H.264 / MPEG-2")])
    shown = video.codec + (f" ({video.profile})" if video.profile else "")
    return _exact(spec, shown, "H.264 / MPEG-2", video.codec in spec.limits["codecs"])


@check("audio-codec")
def audio_codec(subject: Subject, spec: CheckSpec) -> Outcome:
    """AAC. A lesson without a sound stream breaks this clause; the other sound checks do not apply to it."""
    audio = subject.measurements.audio
    if audio is None:
        return concluded(spec, [finding(spec, Severity.FAULT, "finding.no-audio", limit="AAC")])
    return _exact(spec, audio.codec, "AAC", audio.codec in spec.limits["codecs"])


@check("resolution")
def resolution(subject: Subject, spec: CheckSpec) -> Outcome:
    """Exactly 1920×1080 as shown, that is after rotation, from the first picture to the last."""
    measurements, video = subject.measurements, subject.measurements.video
    if video is None:
        return not_applicable(spec, "no-picture")
    width, height = _upright(video)
    wanted = (spec.limits["width"], spec.limits["height"])
    shown = f"{width}×{height}" + (f" ({video.rotation}°)" if video.rotation else "")
    judged = _exact(spec, shown, f"{wanted[0]}×{wanted[1]}", (width, height) == wanted)
    changes = [_changed(measurements, spec, e) for e in measurements.events if e.kind == "size-change"]
    return concluded(spec, [*judged.findings, *changes], value=shown)


@check("aspect-ratio")
def aspect_ratio(subject: Subject, spec: CheckSpec) -> Outcome:
    """Square pixels, and 16:9 as shown."""
    video = subject.measurements.video
    if video is None:
        return not_applicable(spec, "no-picture")
    pixel = Fraction(video.sample_aspect.replace(":", "/")) if not video.sample_aspect.endswith(":0") else Fraction(0)
    pixel = pixel or Fraction(1)
    width, height = _upright(video)
    pixel = 1 / pixel if video.rotation in (90, 270) else pixel
    shape, wanted = Fraction(width, height) * pixel, Fraction(spec.limits["width"], spec.limits["height"])
    if pixel != 1:
        made = finding(
            spec,
            Severity.FAULT,
            "finding.aspect-ratio.pixels",
            {"value": video.sample_aspect},
            value=video.sample_aspect,
            limit="1:1",
        )
        return concluded(spec, [made])
    shown, limit = f"{width}:{height}", f"{spec.limits['width']}:{spec.limits['height']}"
    if abs(float(shape / wanted) - 1) <= spec.limits["tolerance_share"]:
        return fine(spec, value=shown)
    params = {"value": shown, "limit": limit}
    made = finding(spec, Severity.FAULT, "finding.aspect-ratio.shape", params, value=shown, limit=limit)
    return concluded(spec, [made], value=shown)


@check("frame-rate")
def frame_rate(subject: Subject, spec: CheckSpec) -> Outcome:
    """25 or 50 frames a second, from the timestamps of the decoded frames; the header only where frames are too few."""
    measurements = subject.measurements
    if measurements.video is None or measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    rate = _measured_rate(measurements)
    if rate is None:
        return not_measurable(spec, "too-few-frames", frames=len(measurements.pictures.pts))
    wanted = spec.limits["rates"]
    good = any(abs(rate / want - 1) <= spec.limits["tolerance_share"] for want in wanted)
    return _exact(spec, round(rate, 3), " / ".join(str(want) for want in wanted), good, unit="fps")


@check("variable-frame-rate")
def variable_frame_rate(subject: Subject, spec: CheckSpec) -> Outcome:
    """Nearly all frame distances equal, but for the rounding of the time base."""
    measurements = subject.measurements
    if measurements.video is None or measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    steps = np.diff(measurements.pictures.pts)
    if len(steps) < 2:
        return not_measurable(spec, "too-few-frames", frames=len(steps) + 1)
    tick = float(Fraction(measurements.video.time_base))
    slack = max(1.0, 0.0011 / tick) if tick >= 0.0001 else 0.0002 / tick
    equal = np.abs(steps - np.median(steps)) <= slack
    share, limit = float(equal.mean()), spec.limits["equal_share"]
    odd = int((~equal).sum())
    facts = {"equal_share": round(share, 5), "odd_frames": odd}
    if share >= limit or odd <= 1:
        return fine(spec, **facts)
    made = finding(
        spec,
        Severity.FAULT,
        "finding.variable-frame-rate",
        {"share": round(share * 100, 2), "shortest": _ms(steps.min(), tick), "longest": _ms(steps.max(), tick)},
        value=round(share, 5),
        limit=limit,
    )
    return concluded(spec, [made], **facts)


@check("interlaced")
def interlaced(subject: Subject, spec: CheckSpec) -> Outcome:
    """Frames that the decoder marks as interlaced."""
    measurements = subject.measurements
    if measurements.video is None or measurements.pictures is None or not len(measurements.pictures.interlaced):
        return not_applicable(spec, "no-picture")
    share = float(measurements.pictures.interlaced.mean())
    facts = {"share": round(share, 4), "field_order": measurements.video.field_order}
    if share <= spec.limits["frames_share"]:
        return fine(spec, **facts)
    made = finding(
        spec,
        Severity.FAULT,
        "finding.interlaced",
        {"share": round(share * 100, 1), "order": measurements.video.field_order},
        value=round(share, 4),
        limit=spec.limits["frames_share"],
    )
    return concluded(spec, [made], **facts)


@check("audio-sample-rate")
def audio_sample_rate(subject: Subject, spec: CheckSpec) -> Outcome:
    """Exactly 44 100 Hz, from the first sample to the last."""
    measurements, audio = subject.measurements, subject.measurements.audio
    if audio is None:
        return not_applicable(spec, "no-sound")
    judged = _exact(spec, audio.sample_rate, spec.limits["rate_hz"], audio.sample_rate == spec.limits["rate_hz"], "Hz")
    changes = [
        _changed(measurements, spec, e)
        for e in measurements.events
        if (e.stream, e.kind) == ("audio", "format-change")
        and len({form.split()[-1] for form in e.detail.split(" → ")}) > 1
    ]
    return concluded(spec, [*judged.findings, *changes], value=audio.sample_rate)


def _changed(measurements: Measurements, spec: CheckSpec, event: Event) -> Finding:
    """A fault where the stream becomes something else on the way; `event` says from what to what."""
    made = finding(spec, Severity.FAULT, f"finding.{spec.id}-changes", {"value": event.detail}, value=event.detail)
    return at_seconds(made, measurements, event.time, event.time + measurements.frame_seconds())


@check("timestamps")
def timestamps(subject: Subject, spec: CheckSpec) -> Outcome:
    """Gaps, steps back, overlaps and missing timestamps, those close together as one finding."""
    measurements = subject.measurements
    if measurements.video is None and measurements.audio is None:
        return not_applicable(spec, "no-streams")
    told = [e for e in measurements.events if e.kind in PTS_KINDS]
    events = sorted([*told, *_holes(measurements)], key=lambda e: (e.stream, e.kind, e.time))
    groups: list[list[Event]] = []
    for event in events:
        last = groups[-1][-1] if groups else None
        if last and (last.stream, last.kind) == (event.stream, event.kind) and event.time - last.time <= MERGE_S:
            groups[-1].append(event)
        else:
            groups.append([event])
    found = sorted((_broken_time(measurements, spec, group) for group in groups), key=lambda f: f.start or 0.0)
    return concluded(spec, found, events=len(events))


def _holes(measurements: Measurements) -> list[Event]:
    """Holes that the reader could not tell because a long one in a short file spoils the mean rate that it goes by."""
    pictures, video = measurements.pictures, measurements.video
    told = any((e.stream, e.kind) == ("video", "pts-gap") for e in measurements.events)
    if pictures is None or video is None or told or len(pictures.pts) < 3:
        return []
    steps, times = np.diff(pictures.pts), measurements.times()
    usual = float(np.median(steps))
    wide = np.flatnonzero(steps > HOLE * usual)
    if len(wide) > max(1.0, FEW_HOLES * len(steps)):
        return []
    tick = float(Fraction(video.time_base))
    return [
        Event(float(times[at + 1]), "video", "pts-gap", (float(steps[at]) - usual) * tick, "") for at in wide.tolist()
    ]


def _broken_time(measurements: Measurements, spec: CheckSpec, group: list[Event]) -> Finding:
    first, limit = group[0], spec.limits["fault_s"]
    amount = max(abs(event.amount) for event in group) if first.kind != "pts-missing" else 0.0
    grave = [Severity.FAULT if amount >= limit else Severity.WARNING]
    spans = [_broken_span(event) for event in group]
    made = finding(
        spec,
        worst(grave),
        f"finding.timestamps.{first.kind}",
        {"stream": first.stream, "count": len(group), "amount": round(amount, 3)},
        value=round(amount, 3),
        limit=limit,
        unit="s",
        part=f"{first.stream} {first.kind}",
    )
    start, reach = min(span[0] for span in spans), max(span[1] for span in spans)
    return at_seconds(made, measurements, start, max(reach, start + measurements.frame_seconds()))


def _broken_span(event: Event) -> tuple[float, float]:
    """Seconds that an event is about. A gap is told at the picture that follows it, and at the last sample before it."""
    if event.kind != "pts-gap":
        return event.time, event.time
    length = abs(event.amount)
    return (event.time - length, event.time) if event.stream == "video" else (event.time, event.time + length)


def _exact(spec: CheckSpec, value: float | str, limit: float | str, good: bool, unit: str | None = None) -> Outcome:
    """`ok` with the value as a fact, or one fault that names value and limit."""
    if good:
        return fine(spec, value=value)
    message = f"finding.{spec.id}"
    made = finding(spec, Severity.FAULT, message, {"value": value, "limit": limit}, value=value, limit=limit, unit=unit)
    return concluded(spec, [made], value=value)


def _upright(video: VideoFacts) -> tuple[int, int]:
    return (video.height, video.width) if video.rotation in (90, 270) else (video.width, video.height)


def _measured_rate(measurements: Measurements) -> float | None:
    """Frames a second: the mean distance of frames, less the few odd ones, is exact where a tick of 1 ms is too coarse."""
    assert measurements.pictures is not None
    assert measurements.video is not None
    steps = np.diff(measurements.pictures.pts)
    if len(steps) >= 2:
        near = np.abs(steps - np.median(steps)) <= 0.5 * np.median(steps)
        usual = steps[near] if near.any() else steps  # the median may lie between two distances
        return float(1 / (usual.mean() * float(Fraction(measurements.video.time_base))))
    return float(Fraction(measurements.video.frame_rate)) if measurements.video.frame_rate else None


def _ms(step: float, tick: float) -> float:
    return round(float(step) * tick * 1000, 1)
