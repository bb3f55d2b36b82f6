"""The 960×540 upload rendition, clause 2.8: not what was asked of the encoder, but what reading the file back gave."""

from collections.abc import Iterator

from gpu.measurements import Measurements, ReadBack, Rendition
from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec
from station.readings import Readability, Unread

SHORT_S = 10.0
"""Under this length rate control has not settled, and a bit rate is a note."""


@check("rendition")
def rendition(subject: Subject, spec: CheckSpec) -> Outcome:
    """Streams, sizes, rates, duration within one frame of the source, decodes to the end."""
    measurements = subject.measurements
    made = measurements.rendition
    if measurements.video is None:
        return not_applicable(spec, "no-picture")
    if made is None:
        return not_applicable(spec, "no-rendition")
    if made.read_back is None:
        return not_measurable(spec, "rendition-unread")
    back = made.read_back
    found = [
        *_format(spec, back, measurements),
        *_rates(spec, back),
        *_whole(spec, back, made, measurements),
        *_readable(spec, subject.readings.readability),
    ]
    facts = {
        "encoder": made.encoder,
        "video_kbps": round(back.video_bit_rate / 1000),
        "audio_kbps": None if back.audio_bit_rate is None else round(back.audio_bit_rate / 1000),
        "duration": round(back.duration, 3),
        "longest_key_distance": round(back.longest_key_distance, 2),
    }
    readability = subject.readings.readability
    if isinstance(readability, Readability):
        facts |= {
            "characters": readability.characters,
            "character_error": readability.error,
            "slides": readability.pages,
        }
    return concluded(spec, found, **facts)


def _format(spec: CheckSpec, back: ReadBack, measurements: Measurements) -> Iterator[Finding]:
    limits = spec.limits
    size, wanted = f"{back.width}×{back.height}", f"{limits['width']}×{limits['height']}"
    if size != wanted:
        yield _wrong(spec, "size", size, wanted)
    if "mp4" not in back.formats:
        yield _wrong(spec, "container", "/".join(back.formats), "MP4")
    if back.video_codec != limits["video_codec"]:
        yield _wrong(spec, "video-codec", back.video_codec, limits["video_codec"])
    if measurements.audio is None:
        return
    if back.audio_codec is None:
        yield _wrong(spec, "no-audio", "-", limits["audio_codec"])
        return
    if back.audio_codec != limits["audio_codec"]:
        yield _wrong(spec, "audio-codec", back.audio_codec, limits["audio_codec"])
    if back.audio_sample_rate != limits["sample_rate_hz"]:
        yield _wrong(spec, "sample-rate", back.audio_sample_rate or 0, limits["sample_rate_hz"], unit="Hz")
    if back.audio_channels not in (2, measurements.audio.channels):
        yield _wrong(spec, "channels", back.audio_channels or 0, 2)


def _rates(spec: CheckSpec, back: ReadBack) -> Iterator[Finding]:
    """Too high is a fault (it is an upper bound for the platform); too low is a note: a slide lecture needs less."""
    tolerance = spec.limits["rate_tolerance_share"]
    pairs = (
        ("video-rate", back.video_bit_rate / 1000, spec.limits["video_kbps"]),
        ("audio-rate", None if back.audio_bit_rate is None else back.audio_bit_rate / 1000, spec.limits["audio_kbps"]),
    )
    for part, value, nominal in pairs:
        if value is None or abs(value / nominal - 1) <= tolerance:
            continue
        high = value > nominal and back.duration >= SHORT_S
        kind = f"{part}-high" if value > nominal else f"{part}-low"
        yield _wrong(
            spec, kind, round(value), nominal, unit="kbit/s", severity=Severity.FAULT if high else Severity.NOTE
        )


def _whole(spec: CheckSpec, back: ReadBack, made: Rendition, measurements: Measurements) -> Iterator[Finding]:
    times, frame = measurements.times(), measurements.frame_seconds()
    if len(times):
        source = float(times[-1]) + frame
        if abs(back.duration - source) > spec.limits["tolerance_frames"] * frame + 0.001:
            yield _wrong(spec, "duration", round(back.duration, 3), round(source, 3), unit="s")
    if back.errors:
        yield _wrong(spec, "errors", back.errors, 0, unit="errors")
    if back.frames < made.frames:
        yield _wrong(spec, "frames", back.frames, made.frames, unit="frames")
    if back.longest_key_distance > spec.limits["key_distance_s"] + frame:
        yield _wrong(
            spec,
            "keys",
            round(back.longest_key_distance, 2),
            spec.limits["key_distance_s"],
            unit="s",
            severity=Severity.WARNING,
        )


def _readable(spec: CheckSpec, readability: Readability | Unread) -> Iterator[Finding]:
    """Text of slides that reads otherwise in the rendition: a note, since the recogniser errs too."""
    if isinstance(readability, Unread) or readability.error <= spec.limits["character_error_share"]:
        return
    value, limit = round(100 * readability.error, 1), round(100 * spec.limits["character_error_share"], 1)
    yield _wrong(spec, "readability", value, limit, unit="%", severity=Severity.NOTE)


def _wrong(
    spec: CheckSpec,
    kind: str,
    value: float | str,
    limit: float | str,
    *,
    unit: str | None = None,
    severity: Severity = Severity.FAULT,
) -> Finding:
    return finding(
        spec,
        severity,
        f"finding.rendition.{kind}",
        {"value": value, "limit": limit},
        value=value,
        limit=limit,
        unit=unit,
        part=kind,
    )
