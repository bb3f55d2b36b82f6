"""What a file says of itself, read without decoding a frame."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from gpu import boxes
from gpu.errors import UnreadableMedia
from gpu.measurements import AudioFacts, ContainerFacts, VideoFacts
from gpu.opening import best_video, first_audio, open_media

FIELD_ORDERS = {1: "progressive", 2: "tt", 3: "bb", 4: "tb", 5: "bt"}
RANGES = {1: "limited", 2: "full"}
PRIMARIES = {
    1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020", 10: "smpte428",
    11: "smpte431", 12: "smpte432", 22: "ebu3213",
}  # fmt: skip
TRANSFERS = {
    1: "bt709", 4: "gamma22", 5: "gamma28", 6: "smpte170m", 7: "smpte240m", 8: "linear", 9: "log100", 10: "log316",
    11: "iec61966-2-4", 12: "bt1361e", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12", 16: "smpte2084",
    17: "smpte428", 18: "arib-std-b67",
}  # fmt: skip
MATRICES = {
    0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "ycgco", 9: "bt2020nc",
    10: "bt2020c", 14: "ictcp",
}  # fmt: skip
"""Names of ITU-T H.273 code points, as FFmpeg writes them."""


@dataclass(frozen=True)
class Probe:
    """The facts of one file; a part is None where the file has no such stream."""

    container: ContainerFacts
    video: VideoFacts | None
    audio: AudioFacts | None


def probe(path: Path) -> Probe:
    """Read the facts of `path` without decoding. Raises UnreadableMedia.

    The display rotation travels with the frames: `VideoFacts.rotation` stays 0 here, `gpu.measure` fills it in.
    """
    with open_media(path) as container:
        return facts(container, path)


def facts(container: InputContainer, path: Path) -> Probe:
    """The facts of an open container. Raises UnreadableMedia when the file has gone meanwhile."""
    video, audio = best_video(container), first_audio(container)
    return Probe(
        _container_facts(container, path),
        _video_facts(video) if video is not None else None,
        _audio_facts(audio) if audio is not None else None,
    )


def _container_facts(container: InputContainer, path: Path) -> ContainerFacts:
    formats = tuple(container.format.name.split(","))
    try:
        size = path.stat().st_size
        layout = boxes.layout(path) if "mp4" in formats else boxes.Layout(None, None)
    except OSError as gone:
        raise UnreadableMedia(str(path), str(gone.strerror)) from gone
    return ContainerFacts(
        formats=formats,
        brand=layout.brand,
        size=size,
        duration=container.duration / 1_000_000 if container.duration and container.duration > 0 else None,
        streams=tuple(stream.type for stream in container.streams),
        faststart=layout.faststart,
        created=_created(container),
    )


def _created(container: InputContainer) -> str | None:
    """When the file says it was written, where that is a time."""
    try:
        return datetime.fromisoformat(container.metadata.get("creation_time", "")).isoformat()
    except ValueError:
        return None


def _video_facts(stream: VideoStream) -> VideoFacts:
    context = stream.codec_context
    form = context.format
    return VideoFacts(
        index=stream.index,
        codec=_codec_name(context),
        profile=stream.profile,
        width=context.width,
        height=context.height,
        sample_aspect=_ratio(stream.sample_aspect_ratio or context.sample_aspect_ratio, ":") or "0:1",
        rotation=0,
        pixel_format=form.name if form is not None else "unknown",
        bit_depth=max((part.bits for part in form.components), default=8) if form is not None else 8,
        field_order=FIELD_ORDERS.get(context.field_order, "unknown"),
        frame_rate=_ratio(stream.base_rate, "/"),
        average_rate=_ratio(stream.average_rate, "/"),
        time_base=_time_base(stream),
        start_pts=stream.start_time,
        declared_bit_rate=context.bit_rate or None,
        declared_frames=stream.frames,
        declared_duration=_seconds(stream),
        colour_range=RANGES.get(context.color_range, "unknown"),
        colour_primaries=PRIMARIES.get(context.color_primaries, "unknown"),
        colour_transfer=TRANSFERS.get(context.color_trc, "unknown"),
        colour_matrix=MATRICES.get(context.colorspace, "unknown"),
    )


def _audio_facts(stream: AudioStream) -> AudioFacts:
    context = stream.codec_context
    return AudioFacts(
        index=stream.index,
        codec=_codec_name(context),
        profile=stream.profile,
        sample_rate=context.sample_rate,
        channels=context.channels,
        layout=context.layout.name,
        time_base=_time_base(stream),
        start_pts=stream.start_time,
        declared_bit_rate=context.bit_rate or None,
        declared_duration=_seconds(stream),
    )


def _codec_name(context: Any) -> str:
    """FFmpeg's name of the codec, not of the decoder that happens to read it (`av1`, not `libdav1d`)."""
    return str(getattr(context.codec, "canonical_name", None) or context.name)


def _time_base(stream: Any) -> str:
    return _ratio(stream.time_base, "/") or "1/1000000"


def _seconds(stream: Any) -> float | None:
    if not stream.duration or stream.duration < 0 or not stream.time_base:
        return None
    return float(stream.duration * stream.time_base)


def _ratio(value: Fraction | None, sign: str) -> str | None:
    return f"{value.numerator}{sign}{value.denominator}" if value else None
