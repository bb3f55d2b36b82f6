"""The 960×540 rendition: written in the same pass that measures, whole or not at all."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from gpu import logs
from gpu.errors import EncodeError
from gpu.measurements import PLANE_H, PLANE_W, AudioFacts, Rendition, VideoFacts
from gpu.readback import read_back

__all__ = ["Encoder", "RenditionWriter", "choose_encoder", "read_back"]

VIDEO_BIT_RATE, AUDIO_BIT_RATE, SAMPLE_RATE = 1_000_000, 128_000, 44_100
KEY_DISTANCE_S = Fraction(2)
X264 = {"preset": "veryfast"}
NVENC = {"preset": "p4", "rc": "cbr", "forced-idr": "1"}
FINEST_TICK = 1_000_000
"""Time bases finer than a microsecond (or of an odd numerator) are written as 1/90000."""
REASONS = (av.FFmpegError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True)
class Encoder:
    """Which H.264 encoder writes the rendition, and why."""

    name: str
    reason: str
    options: dict[str, str]


def choose_encoder() -> Encoder:
    """`h264_nvenc` where it opens, else `libx264` with the reason."""
    with logs.words() as lines:
        try:
            context: Any = av.CodecContext.create("h264_nvenc", "w")
            context.width, context.height, context.pix_fmt = PLANE_W, PLANE_H, "yuv420p"
            context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
            context.open()
        except REASONS as error:
            return Encoder("libx264", f"h264_nvenc: {logs.tell(error, lines)}", dict(X264))
    return Encoder("h264_nvenc", "h264_nvenc opens", dict(NVENC))


class RenditionWriter:
    """Writes one rendition beside its final name, then renames it. Feed pictures and sounds as they come.

    Times are the source's, from its first picture at 0: a file of varying rate stays in sync. Every method raises
    EncodeError; after one, call `abort`.
    """

    def __init__(
        self, path: Path, *, video: VideoFacts | None, audio: AudioFacts | None, origin: Fraction, threads: int = 0
    ) -> None:
        self.path = path
        self._partial = path.with_name(path.name + ".partial")
        self._origin = origin
        self._frames = self._samples = 0
        self._last_key: Fraction | None = None
        self._last: Fraction | None = None
        self._video: Any = None
        self._audio: Any = None
        self.encoder = choose_encoder() if video is not None else Encoder("none", "no video stream", {})
        self._lines_block = logs.words()
        with self._told("open"):
            self._partial.parent.mkdir(parents=True, exist_ok=True)
            self._out = av.open(str(self._partial.absolute()), "w", format="mp4", options={"movflags": "faststart"})
            if video is not None:
                self._add_video(video, threads)
            if audio is not None:
                self._add_audio(audio)

    def _add_video(self, video: VideoFacts, threads: int) -> None:
        rate = Fraction(video.average_rate or video.frame_rate or "25")
        rate = rate if 1 <= rate <= 240 else Fraction(25)
        stream: Any = self._out.add_stream(self.encoder.name, rate=rate, options=dict(self.encoder.options))
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = PLANE_W, PLANE_H, "yuv420p"
        tick = Fraction(video.time_base)
        self._source_tick = tick
        self._tick = tick if tick.numerator == 1 and tick.denominator <= FINEST_TICK else Fraction(1, 90_000)
        context.time_base = self._tick
        context.bit_rate = VIDEO_BIT_RATE
        context.gop_size = max(1, int(rate * KEY_DISTANCE_S))
        context.thread_type, context.thread_count = "FRAME", threads
        context.color_range = 1
        self._step = 1 / rate
        self._last_pts = -1
        self._video = stream

    def _add_audio(self, audio: AudioFacts) -> None:
        layout = "mono" if audio.channels == 1 else "stereo"
        stream: Any = self._out.add_stream("aac", rate=SAMPLE_RATE, layout=layout)
        stream.codec_context.bit_rate = AUDIO_BIT_RATE
        self._audio = stream
        self._source_rate = audio.sample_rate

    def picture(self, frame: VideoFrame, pts: int) -> None:
        """Add a 960×540 picture at `pts` of the source's time base."""
        time = pts * self._source_tick - self._origin
        placed = max(round(time / self._tick), self._last_pts + 1)
        self._last_pts = placed
        frame.pts, frame.time_base = placed, self._tick
        frame.pict_type = int(self._key_due(time))  # 0: else the encoder repeats the source's I, P and B; 1: I
        with self._told("encode"):
            self._out.mux(self._video.encode(frame))
        self._frames += 1

    def _key_due(self, time: Fraction) -> bool:
        """Whether the next picture would come too late for a key frame."""
        step = time - self._last if self._last is not None else self._step
        self._last = time
        due = self._last_key is None or time + step - self._last_key > KEY_DISTANCE_S
        if due:
            self._last_key = time
        return due

    def sound(self, frame: AudioFrame) -> None:
        """Add planar float samples at the source's rate, following the ones before without a gap."""
        frame.pts, frame.time_base = self._samples, Fraction(1, self._source_rate)
        self._samples += frame.samples
        with self._told("encode"):
            self._out.mux(self._audio.encode(frame))

    def finish(self) -> Rendition:
        """Flush, close, and give the file its name."""
        with self._told("finish"):
            for stream in (self._video, self._audio):
                if stream is not None and (stream is self._audio or self._frames):
                    self._out.mux(stream.encode(None))
            self._out.close()
            self._partial.replace(self.path)
        return Rendition(
            path=str(self.path),
            encoder=self.encoder.name,
            reason=self.encoder.reason,
            frames=self._frames,
            samples=self._samples,
        )

    def abort(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(*REASONS):
            self._out.close()
        self._partial.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _told(self, doing: str) -> Any:
        try:
            yield
        except REASONS as error:
            raise EncodeError(str(self.path), f"{doing}: {logs.tell(error, [])}") from error
