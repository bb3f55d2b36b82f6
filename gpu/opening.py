"""Opening a medium: one door for all readers, which lets nothing out but UnreadableMedia."""

import errno
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
RECORDINGS = (
    # containers
    "mov matroska webm mpegts mpegtsraw mpeg mpegvideo avi asf asf_o flv live_flv kux rm ogg mxf gxf dv nut wtv ty pva nsv nuv "
    "lxf swf vivo ivf dhav ifv lmlm4 moflex mtv rpl film_cpk r3d cine ser xmv "
    # bare pictures that move
    "h261 h263 h264 hevc vvc evc av1 obu apv avs2 avs3 cavsvideo dirac dnxhd m4v mjpeg mjpeg_2000 mpjpeg smjpeg ingenient vc1 "
    "vc1test yuv4mpegpipe gif apng jpegxl_anim flic "
    # sound
    "wav w64 aiff au caf mp3 aac loas ac3 ac4 eac3 flac ape wv tta tak amr amrnb amrwb dts dtshd truehd mlp mpc mpc8 oma qcp "
    "shn voc xwma dsf spdif lc3 iamf"
)
"""Demuxers that may read a stranger's file. All others stay shut: playlists (HLS, DASH, concat, SDP …) open further local
files by themselves, and a still picture or a text is no recording."""
LEAST_RATE = 1000
"""Samples per second below which a header makes no sense."""
OPTIONS = {"protocol_whitelist": "file", "format_whitelist": ",".join(RECORDINGS.split())}
"""A file from a stranger must not make FFmpeg open a network address, nor another file of this machine."""
SHUT = "Format not on whitelist"
"""FFmpeg's words for a demuxer that is not among RECORDINGS."""


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
            return av.open(str(path.absolute()), "r", options=dict(OPTIONS), metadata_errors="replace", hwaccel=hwaccel)
        except (*FAILURES, RuntimeError) as error:
            raise UnreadableMedia(
                where, "not a recording" if _shut(error, lines) else logs.tell(error, lines)
            ) from error


def _shut(error: BaseException, lines: list[tuple[int, str, str]]) -> bool:
    """Whether the demuxer is not among RECORDINGS. FFmpeg says so once, and of further files in a row only the number."""
    other = [message for _, _, message in lines if message.strip() and not message.startswith(SHUT)]
    return getattr(error, "errno", None) == errno.EINVAL and not other


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
