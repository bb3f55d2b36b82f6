"""The encoders of the rendition: which one, with what options, and why.

1 Mbit/s is the clause's number, but a slide that stands needs a third of it: a plain average-rate encode of one gave
0.32 Mbit/s. So the rate is held constant with filler over two seconds (HRD); measured on 40 s of 960×540, x264 veryfast:
a standing slide 0.996 Mbit/s at 61 dB PSNR (its first second as without), a lecture 1.02 Mbit/s at 39.9 dB against 40.1 dB
for average rate, at the same CPU time. FFmpeg's AAC encoder has no filler and spends less than it is asked to where the sound
needs less: real speech 106–129 kbit/s, music 128, a synthetic buzz 74, silence 2. Asking for more while it runs gave 110 for
the 106, asking without stereo coding 110 at a lower quality: not worth it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av

from gpu import logs
from gpu.measurements import PLANE_H, PLANE_W, VideoFacts
from gpu.probe import MATRICES, PRIMARIES, TRANSFERS

VIDEO_BIT_RATE, AUDIO_BIT_RATE, SAMPLE_RATE = 1_000_000, 128_000, 44_100
KEY_DISTANCE_S = Fraction(2)
HELD = {"minrate": str(VIDEO_BIT_RATE), "maxrate": str(VIDEO_BIT_RATE), "bufsize": str(2 * VIDEO_BIT_RATE)}
X264 = {"preset": "veryfast", "nal-hrd": "cbr", "forced-idr": "1", **HELD}
NVENC = {"preset": "p4", "rc": "cbr", "cbr_padding": "1", "forced-idr": "1", **HELD}
REFUSALS = (av.FFmpegError, OSError, ValueError, RuntimeError)
"""What encoders and muxers raise."""


@dataclass(frozen=True)
class Encoder:
    """Which H.264 encoder writes the rendition, and why."""

    name: str
    reason: str
    options: dict[str, str]

    @property
    def takes_device(self) -> bool:
        """Whether it encodes pictures that lie on the GPU."""
        return self.name == "h264_nvenc"


def choose_encoder() -> Encoder:
    """`h264_nvenc` where it opens, else `libx264` with the reason. Only opening tells: creating it always works."""
    with logs.words() as lines:
        try:
            context: Any = av.CodecContext.create("h264_nvenc", "w")
            context.width, context.height, context.pix_fmt = PLANE_W, PLANE_H, "yuv420p"
            context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
            context.open()
        except REFUSALS as error:
            return Encoder("libx264", f"h264_nvenc: {logs.tell(error, lines)}", dict(X264))
    return Encoder("h264_nvenc", "h264_nvenc opens", dict(NVENC))


def set_up_video(context: Any, video: VideoFacts, rate: Fraction, tick: Fraction, threads: int) -> None:
    """Size, rate, key distance and colours of the rendition's video."""
    context.width, context.height, context.pix_fmt = PLANE_W, PLANE_H, "yuv420p"
    context.time_base = tick
    context.bit_rate = VIDEO_BIT_RATE
    context.gop_size = max(1, int(rate * KEY_DISTANCE_S))
    context.thread_type, context.thread_count = "FRAME", threads
    context.color_range = 1  # limited
    high = min(video.width, video.height) >= 720  # what players take an untagged source of that size for
    context.colorspace = _code(MATRICES, video.colour_matrix) or (1 if high else 6)
    context.color_primaries = _code(PRIMARIES, video.colour_primaries) or 2
    context.color_trc = _code(TRANSFERS, video.colour_transfer) or 2


def _code(names: dict[int, str], name: str) -> int:
    return next((code for code, known in names.items() if known == name), 0)
