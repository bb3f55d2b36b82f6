"""Pictures and sound from given places of a file: what a person looks at as evidence.

One opening a call; the reader goes from key frame to key frame and skips what does not decode. What is not to be had is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from gpu.measurements import Array
from gpu.opening import best_video, first_audio, open_media

FAILURES = (av.FFmpegError, IndexError, ValueError, RuntimeError, MemoryError)
"""What a damaged packet can make PyAV raise."""
NEAR = 2.0
"""Seconds that are decoded through rather than jumped over."""
TAIL = 0.5
"""Seconds for which the last picture of a file still stands for a time after it."""
SOUND_LEAD = 0.3
"""Seconds decoded before an excerpt: decoders need a run-up."""
EPSILON = Fraction(1, 2000)
"""Seconds: a time that was rounded to a float still means its frame."""
STEPS_BACK = (Fraction(0), Fraction(5), Fraction(30))
"""Seconds to seek earlier when a jump came out behind its target."""


@dataclass(frozen=True)
class Still:
    """One picture, upright, square pixels."""

    time: float
    """The time that was asked for, in seconds from the first picture."""
    rgb: Array
    """uint8 (h, w, 3)."""


@dataclass(frozen=True)
class Excerpt:
    """A stretch of sound."""

    rate: int
    """Hz; 0 where the file has no sound."""
    samples: Array
    """int16 (n, channels)."""


def stills(path: Path, times: Sequence[float], *, origin: float, width: int = 960) -> list[Still]:
    """The pictures shown at `times` (seconds from the first picture, which stands at `origin` in the file), in order of time.

    Longest side at most `width` pixels. A time before the first or well after the last picture has no entry. Raises
    UnreadableMedia when the file cannot be opened.
    """
    return list(each_still(path, times, origin=origin, width=width, threads=0))


def each_still(
    path: Path, times: Sequence[float], *, origin: float, width: int = 960, threads: int = 1
) -> Iterator[Still]:
    """As `stills`, one after the other, so that many need not be held at once. `threads`: 0 as many as there are cores."""
    with open_media(path) as container:
        stream = best_video(container)
        if stream is None or not times:
            return
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads
        for time, frame in _shown(container, stream, sorted(times), Fraction(origin)):
            try:
                still = Still(time, upright(frame, stream, width))
            except FAILURES:
                continue
            yield still


def excerpt(path: Path, start: float, end: float, *, origin: float) -> Excerpt:
    """The sound over [start, end) seconds from the first picture; silence where the file has a hole.

    Shorter where the file ends; empty where there is none. Raises UnreadableMedia when the file cannot be opened.
    """
    with open_media(path) as container:
        stream = first_audio(container)
        if stream is None:
            return Excerpt(0, np.zeros((0, 1), np.int16))
        rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
        first = round((start + origin) * rate)
        canvas = np.zeros((max(0, round((end + origin) * rate) - first), channels), np.int16)
        filled = 0
        for place, samples in _heard(container, stream, start + origin - SOUND_LEAD):
            if place >= first + len(canvas):
                break
            if samples.shape[1] != channels:
                continue
            begin, skip = max(0, place - first), max(0, first - place)
            piece = samples[skip : skip + len(canvas) - begin]
            canvas[begin : begin + len(piece)] = piece
            filled = max(filled, begin + len(piece)) if len(piece) else filled
        return Excerpt(rate, canvas[:filled])


def _shown(
    container: InputContainer, stream: VideoStream, times: Sequence[float], origin: Fraction
) -> Iterator[tuple[float, VideoFrame]]:
    """(time, the last frame that starts no later), for each time that has one."""
    frames: Iterator[tuple[Fraction, VideoFrame]] = iter(())
    last: tuple[Fraction, VideoFrame] | None = None
    ahead: tuple[Fraction, VideoFrame] | None = None
    for time in times:
        target = Fraction(time) + origin + EPSILON
        if ahead is None or not (last is not None and last[0] <= target <= ahead[0] + Fraction(NEAR)):
            frames, last, ahead = _jump(container, stream, target)
        while ahead is not None and ahead[0] <= target:
            last, ahead = ahead, next(frames, None)
        if last is not None and last[0] <= target and (ahead is not None or target <= last[0] + Fraction(TAIL)):
            yield time, last[1]


def _jump(
    container: InputContainer, stream: VideoStream, target: Fraction
) -> tuple[Iterator[tuple[Fraction, VideoFrame]], None, tuple[Fraction, VideoFrame] | None]:
    """Frames from a key frame at or before `target` on, and the first of them."""
    frames: Iterator[tuple[Fraction, VideoFrame]] = iter(())
    first = None
    for back in STEPS_BACK:
        try:
            container.seek(int((target - back) / (stream.time_base or 1)), stream=stream)
        except FAILURES:
            continue
        frames = _frames(container, stream)
        first = next(frames, None)
        if first is not None and first[0] <= target:
            break
    return frames, None, first


def _frames(container: InputContainer, stream: VideoStream) -> Iterator[tuple[Fraction, VideoFrame]]:
    for frame in _decoded(container, stream):
        if frame.pts is not None and frame.time_base:
            yield frame.pts * Fraction(frame.time_base), frame


def _heard(container: InputContainer, stream: AudioStream, start: float) -> Iterator[tuple[int, Array]]:
    """(index of the first sample, counted from timestamp 0, samples int16 (n, channels)) from before `start` seconds on."""
    rate = stream.codec_context.sample_rate
    try:
        container.seek(int(Fraction(max(0.0, start)) / (stream.time_base or 1)), stream=stream)
    except FAILURES:
        return
    resampler = av.AudioResampler(format="s16", layout=stream.codec_context.layout, rate=rate)
    expected: int | None = None
    for frame in _decoded(container, stream):
        if frame.pts is None or not frame.time_base:
            continue
        place = round(frame.pts * Fraction(frame.time_base) * rate)
        if expected is not None and abs(place - expected) <= rate // 100:
            place = expected  # coarse time bases round; only a real hole moves the place
        try:
            pieces = [piece.to_ndarray() for piece in resampler.resample(frame)]
        except FAILURES:
            continue
        for piece in pieces:
            samples = piece.reshape(-1, len(frame.layout.channels))
            yield place, samples
            place += len(samples)
        expected = place


def _decoded(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Every frame that decodes, packet by packet: one bad packet does not end it."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            frames = packet.decode()
        except (StopIteration, EOFError, IndexError):  # IndexError: the end of a damaged MPEG-PS
            return
        except FAILURES:
            continue
        yield from frames


def upright(frame: VideoFrame, stream: VideoStream, width: int) -> Array:
    """RGB uint8 (h, w, 3) of a frame, at most `width` long, pixels made square, turned as the file says."""
    aspect = float(stream.sample_aspect_ratio or 1) or 1.0
    across, down = frame.width * aspect, float(frame.height)
    scale = min(1.0, width / max(across, down))
    size = (max(2, round(across * scale / 2) * 2), max(2, round(down * scale / 2) * 2))
    rgb = frame.reformat(width=size[0], height=size[1], format="rgb24", interpolation="AREA").to_ndarray()
    turned: Array = np.ascontiguousarray(np.rot90(rgb, frame.rotation // 90))
    return turned
