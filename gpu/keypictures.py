"""Pictures at key frames, every few seconds: cheap, since nothing between two key frames is decoded.

All packets are read: FFmpeg's own passing over of other frames (`discard`) shifts the times of MP4 files with B frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from gpu.measurements import Array
from gpu.opening import FAILURES, best_video, open_media
from gpu.stills import upright

MOST_FAILED_READS = 100
"""Reads that may fail in a row before the rest of the file is given up."""


def key_pictures(path: Path, every: float, width: int, *, origin: float | None = None) -> Iterator[tuple[float, Array]]:
    """(seconds from the first picture, RGB uint8 (h, w, 3)) of key frames at least `every` seconds apart, in order of time.

    `origin` is where the first picture stands in the file, in seconds; without it the first key frame's place is taken.
    Upright, pixels square, longest side at most `width`. Where key frames are further apart than `every`, so are the
    pictures; what does not decode is left out. One thread. Raises UnreadableMedia when the file cannot be opened.
    """
    with open_media(path) as container:
        stream = best_video(container)
        if stream is None:
            return
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        stream.codec_context.thread_count = 1
        start = None if origin is None else Fraction(origin)
        tick = Fraction(stream.time_base or 1)
        due: Fraction | None = None
        for packet in _key_packets(container, stream):
            place = None if packet.pts is None else packet.pts * tick
            if due is not None and place is not None and place < due:
                continue
            frame = _alone(stream, packet)
            if frame is None or frame.pts is None:
                continue
            shown = frame.pts * tick
            start = shown if start is None else start
            due = shown + Fraction(every)
            try:
                yield float(shown - start), upright(frame, stream, width)
            except FAILURES:
                continue


def _key_packets(container: InputContainer, stream: VideoStream) -> Iterator[Packet[VideoStream]]:
    packets = container.demux(stream)
    failed = 0
    while failed < MOST_FAILED_READS:
        try:
            packet = next(packets)
        except (StopIteration, EOFError, IndexError):  # IndexError: the end of a damaged MPEG-PS
            return
        except FAILURES:
            failed += 1
            continue
        failed = 0
        if packet.is_keyframe and packet.size:
            yield packet


def _alone(stream: VideoStream, packet: Packet[VideoStream]) -> VideoFrame | None:
    """The picture of one key frame; the decoder forgets it afterwards, so that a gap in frame numbers is no damage."""
    try:
        frames = [*stream.codec_context.decode(packet), *stream.codec_context.decode(None)]
        stream.codec_context.flush_buffers()
    except FAILURES:
        return None
    return frames[0] if frames else None
