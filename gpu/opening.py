"""Opening a medium: one door for all readers, which lets nothing out but UnreadableMedia."""

from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.codec.hwaccel import HWAccel
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from gpu import logs
from gpu.errors import UnreadableMedia

FAILURES = (av.FFmpegError, OSError, ValueError, IndexError, EOFError, MemoryError)
"""What demuxer and decoders raise on damaged files."""
PLAYLISTS = frozenset({"hls", "concat", "dash", "imf", "image2", "tty", "lavfi", "sdp", "rtsp"})
"""Formats that are no medium but a list of others, or a picture, or text."""
LEAST_RATE = 1000
"""Samples per second below which a header makes no sense."""
OPTIONS = {"protocol_whitelist": "file"}
"""A file from a stranger must not make FFmpeg open a network address."""


def open_media(path: Path, hwaccel: HWAccel | None = None) -> InputContainer:
    """Open `path` for reading. Raises UnreadableMedia with FFmpeg's or the system's words."""
    where = logs.plain(str(path))
    with logs.words() as lines:
        try:
            if not path.is_file():
                raise UnreadableMedia(where, "not a file" if path.exists() else "no such file")
            if path.stat().st_size == 0:
                raise UnreadableMedia(where, "empty file")
            # absolute: a name like "tape:1.mp4" is else taken for a protocol
            container = av.open(
                str(path.absolute()), "r", options=dict(OPTIONS), metadata_errors="replace", hwaccel=hwaccel
            )
        except (*FAILURES, RuntimeError) as error:
            raise UnreadableMedia(where, logs.tell(error, lines)) from error
    if container.format.name in PLAYLISTS or container.format.name.endswith("_pipe"):
        name = container.format.name
        container.close()
        raise UnreadableMedia(where, f"{name}: not a recording")
    return container


def best_video(container: InputContainer) -> VideoStream | None:
    """The largest moving picture: cover art and streams without a decoder don't count."""
    usable = [
        stream
        for stream in container.streams.video
        if stream.codec_context is not None
        and stream.codec_context.width > 0
        and stream.codec_context.height > 0
        and not stream.disposition & Disposition.attached_pic
    ]
    return max(usable, key=lambda s: (s.codec_context.width * s.codec_context.height, -s.index), default=None)


def first_audio(container: InputContainer) -> AudioStream | None:
    """The first sound that FFmpeg has a decoder for and whose header makes sense."""
    for stream in container.streams.audio:
        context = stream.codec_context
        if context is not None and context.sample_rate >= LEAST_RATE and 0 < context.channels <= 64:
            return stream
    return None
