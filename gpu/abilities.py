"""What this machine can encode, found by opening each encoder, not by its name in a list; and which libraries decode."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

from gpu import logs

NAMES = ("h264_nvenc", "libx264", "aac")
"""Encoders that the rendition uses, the wanted one of a kind first."""
REASONS = (av.FFmpegError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class EncoderState:
    """One encoder."""

    name: str
    opens: bool
    reason: str
    """Why it does not open, in FFmpeg's words; empty where it does."""


def try_encoders() -> tuple[EncoderState, ...]:
    """Open every encoder of NAMES and close it again."""
    return tuple(_try(name) for name in NAMES)


def _try(name: str) -> EncoderState:
    with logs.words() as lines:
        try:
            context: Any = av.CodecContext.create(name, "w")
            if context.type == "video":
                context.width, context.height, context.pix_fmt = 960, 540, "yuv420p"
                context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
            else:
                context.sample_rate, context.layout, context.format = 44_100, "stereo", "fltp"
            context.open()
        except REASONS as error:
            return EncoderState(name, False, logs.tell(error, lines))
    return EncoderState(name, True, "")


def versions() -> dict[str, str]:
    """PyAV, the FFmpeg inside it, and its libraries: name → version."""
    libraries = {name: ".".join(str(part) for part in version) for name, version in av.library_versions.items()}
    return {"PyAV": av.__version__, "FFmpeg": str(av.ffmpeg_version_info), **libraries}
