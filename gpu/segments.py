"""Cutting a lesson into parts that can be measured apart and joined exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from av.container import InputContainer
from av.video.stream import VideoStream

from gpu import logs
from gpu.decode import Segment
from gpu.opening import FAILURES, best_video, open_media

INDEXED = frozenset({"mp4", "matroska", "webm"})
"""Containers that seek to a key frame exactly; others (program and transport streams) lose pictures when cut."""
MOST_PACKETS = 5000
"""Packets read behind a seek in search of a key frame."""


def segments(path: Path, count: int) -> list[Segment]:
    """About `count` parts of about equal length, borders on key frames, together the whole lesson.

    One part, without borders, where the file cannot be cut exactly. Raises UnreadableMedia.
    """
    with open_media(path) as container, logs.words():
        stream = best_video(container)
        if count < 2 or stream is None or not INDEXED & set(container.format.name.split(",")):
            return [Segment()]
        borders = _borders(container, stream, count)
    starts: list[int | None] = [None, *borders]
    ends: list[int | None] = [*borders, None]
    return [Segment(start, end) for start, end in zip(starts, ends, strict=True)]


def _borders(container: InputContainer, stream: VideoStream, count: int) -> list[int]:
    """Times of key pictures near the wished cuts, ascending, the first picture's not among them."""
    first = _key_at(container, stream, stream.start_time or 0)
    length = stream.duration
    if length is None and container.duration is not None and stream.time_base:
        length = int(container.duration / 1_000_000 / stream.time_base)
    if first is None or not length:
        return []
    wishes = (first + length * part // count for part in range(1, count))
    found = (_key_at(container, stream, wish) for wish in wishes)
    return sorted({border for border in found if border is not None and border > first})


def _key_at(container: InputContainer, stream: VideoStream, pts: int) -> int | None:
    """Time of the key picture that a seek to `pts` finds."""
    try:
        container.seek(pts, stream=stream)
        packets: Any = container.demux(stream)
        for _, packet in zip(range(MOST_PACKETS), packets, strict=False):
            if packet.is_keyframe and packet.size:
                return None if packet.pts is None else int(packet.pts)
    except FAILURES:
        return None
    return None
