"""The 960×540 rendition: written in the same pass that measures, whole or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from gpu import logs
from gpu.cuda import ON_DEVICE
from gpu.encoders import (
    AUDIO_BIT_RATE,
    KEY_DISTANCE_S,
    REFUSALS,
    SAMPLE_RATE,
    Encoder,
    choose_encoder,
    set_up_video,
)
from gpu.errors import EncodeError
from gpu.measurements import AudioFacts, Rendition, VideoFacts
from gpu.readback import read_back
from gpu.timeline import SoundClock
from gpu.tones import frame_of, planes, silence

__all__ = ["Encoder", "RenditionWriter", "choose_encoder", "read_back"]

FINEST_TICK = 1_000_000
"""Time bases finer than this, or of whole multiples of a fraction, are written as 1/90000 s."""


class RenditionWriter:
    """Writes one rendition under a temporary name beside its own. Feed pictures and sounds as they come.

    Times are the source's, from its first picture at 0: a file of varying rate stays in sync. Sound from before the first
    picture is left out; sound that starts later gets silence in front, as much as any gap may. All methods but `abort` raise EncodeError; call
    `abort` then.
    """

    def __init__(
        self, path: Path, *, video: VideoFacts | None, audio: AudioFacts | None, origin: Fraction, threads: int = 0
    ) -> None:
        self.path = path
        self._partial = path.with_name(path.name + ".partial")
        self._origin = origin
        self._video: Any = None
        self._audio: Any = None
        self._out: Any = None
        self._frames = self._samples = 0
        self.encoder = choose_encoder() if video is not None else Encoder("none", "no pictures", {})
        try:
            self._open(video, audio, threads)
        except EncodeError:
            self.abort()
            raise

    def _open(self, video: VideoFacts | None, audio: AudioFacts | None, threads: int) -> None:
        with self._told("open"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._out = av.open(str(self._partial.absolute()), "w", format="mp4", options={"movflags": "faststart"})
            if video is not None:
                self._add_video(video, threads)
            if audio is not None:
                self._add_audio(audio)

    def _add_video(self, video: VideoFacts, threads: int) -> None:
        rate = Fraction(video.average_rate or video.frame_rate or "25")
        rate = rate if 1 <= rate <= 240 else Fraction(25)
        self._source_tick = Fraction(video.time_base)
        kept = self._source_tick.numerator == 1 and self._source_tick.denominator <= FINEST_TICK
        self._tick = self._source_tick if kept else Fraction(1, 90_000)
        self._keys = _KeyPlan(1 / rate)
        self._last_pts = -1
        self._video = self._out.add_stream(self.encoder.name, rate=rate, options=dict(self.encoder.options))
        set_up_video(self._video.codec_context, video, rate, self._tick, threads)

    def _add_audio(self, audio: AudioFacts) -> None:
        self._source_rate, self._channels = audio.sample_rate, audio.channels
        self._skip: int | None = None
        layout = "mono" if audio.channels == 1 else "stereo"
        self._audio = self._out.add_stream("aac", rate=SAMPLE_RATE, layout=layout)
        self._audio.codec_context.bit_rate = AUDIO_BIT_RATE

    def picture(self, frame: VideoFrame, pts: int) -> None:
        """Add a 960×540 picture at `pts` of the source's time base."""
        time = pts * self._source_tick - self._origin
        placed = max(round(time / self._tick), self._last_pts + 1)
        self._last_pts = placed
        frame.pts, frame.time_base = placed, self._tick
        if not self._frames and frame.format.name == ON_DEVICE:
            self._video.codec_context.pix_fmt = ON_DEVICE  # it opens with the first picture's pool of frames
        frame.pict_type = int(self._keys.due(time))  # 0: else the encoder repeats the source's I, P and B; 1: I
        with self._told("picture"):
            self._out.mux(self._video.encode(frame))
        self._frames += 1

    def sound(self, frame: AudioFrame, start: Fraction) -> None:
        """Add planar floats at the source's rate, following the ones before; the first of all begin at `start` seconds
        of the source's clock.
        """
        if self._skip is None:
            late = round(min(start - self._origin, Fraction(SoundClock.LONGEST_S)) * self._source_rate)
            self._skip = max(0, -late)
            for quiet in silence(max(0, late), self._channels, self._source_rate):
                self._encode(quiet)
        if self._skip >= frame.samples:
            self._skip -= frame.samples
            return
        if self._skip:
            frame = frame_of(planes(frame)[:, self._skip :], self._source_rate, frame.layout.name)
            self._skip = 0
        self._encode(frame)

    def _encode(self, frame: AudioFrame) -> None:
        frame.pts, frame.time_base = self._samples, Fraction(1, self._source_rate)
        self._samples += frame.samples
        with self._told("sound"):
            self._out.mux(self._audio.encode(frame))

    def finish(self) -> Rendition:
        """Flush, close, and give the file its name."""
        with self._told("finish"):
            for stream, used in ((self._video, self._frames), (self._audio, self._samples)):
                if stream is not None and used:
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
        with contextlib.suppress(*REFUSALS):
            if self._out is not None:
                self._out.close()
        with contextlib.suppress(OSError):
            self._partial.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        try:
            yield
        except REFUSALS as error:
            raise EncodeError(logs.plain(str(self.path)), f"{doing}: {logs.tell(error, [])}") from error


class _KeyPlan:
    """Which pictures must be key frames so that no two are more than KEY_DISTANCE_S apart, whatever their rate."""

    def __init__(self, step: Fraction) -> None:
        self._step = step
        self._last: Fraction | None = None
        self._last_key: Fraction | None = None

    def due(self, time: Fraction) -> bool:
        """Whether the next picture would come too late for a key frame."""
        step = time - self._last if self._last is not None else self._step
        self._last = time
        if self._last_key is not None and time + step - self._last_key <= KEY_DISTANCE_S:
            return False
        self._last_key = time
        return True
