"""Reading a finished rendition back: every packet decoded, nothing taken from what was asked for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from gpu import logs
from gpu.boxes import layout
from gpu.measurements import Packets, ReadBack
from gpu.opening import FAILURES, open_media
from gpu.packets import PacketLog


def read_back(path: Path) -> ReadBack:
    """Decode the whole of `path` and say what it is. Raises UnreadableMedia when it does not open."""
    with open_media(path) as container, logs.words():
        tracks = {s.index: _Track(s) for s in (*container.streams.video[:1], *container.streams.audio[:1])}
        broken = 0
        try:
            for packet in container.demux([track.stream for track in tracks.values()]):
                if packet.size:
                    tracks[packet.stream_index].take(packet)
        except FAILURES:
            broken = 1
        for track in tracks.values():
            track.flush()
        picture = next((t for t in tracks.values() if t.stream.type == "video"), None)
        sound = next((t for t in tracks.values() if t.stream.type == "audio"), None)
        return ReadBack(
            formats=tuple(container.format.name.split(",")),
            faststart=bool(layout(path).faststart),
            width=picture.stream.codec_context.width if picture else 0,
            height=picture.stream.codec_context.height if picture else 0,
            frames=picture.frames if picture else 0,
            video_codec=picture.codec if picture else "",
            video_bit_rate=picture.bit_rate if picture else 0.0,
            audio_codec=sound.codec if sound else None,
            audio_bit_rate=sound.bit_rate if sound else None,
            audio_sample_rate=sound.stream.codec_context.sample_rate if sound else None,
            audio_channels=sound.stream.codec_context.channels if sound else None,
            duration=picture.seconds if picture else 0.0,
            audio_duration=sound.seconds if sound else None,
            longest_key_distance=_key_distance(picture) if picture else 0.0,
            errors=broken + sum(track.errors for track in tracks.values()),
        )


class _Track:
    """One stream of the rendition, as it goes by."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.codec = str(stream.codec_context.codec.canonical_name)
        stream.codec_context.thread_type = "AUTO"
        self.errors = self.frames = self.samples = 0
        self._first: Fraction | None = None
        self._last = Fraction(0)
        self._step = Fraction(0)
        self._log = PacketLog()

    def take(self, packet: Any) -> None:
        """Decode one packet."""
        self._log.add(packet)
        self._decode(packet)

    def flush(self) -> None:
        """Decode what the decoder still holds."""
        self._decode(None)

    def packets(self) -> Packets:
        """All packets of the stream."""
        return self._log.finish()

    @property
    def seconds(self) -> float:
        """From the first picture or sample to the end of the last."""
        if self.stream.type == "audio":
            return self.samples / int(self.stream.codec_context.sample_rate)
        return float(self._last - self._first + self._step) if self._first is not None else 0.0

    @property
    def bit_rate(self) -> float:
        """Mean over the packets, bit/s."""
        return float(self.packets().size.sum()) * 8 / self.seconds if self.seconds else 0.0

    def _decode(self, packet: Any) -> None:
        try:
            frames = self.stream.codec_context.decode(packet)
        except EOFError:
            return
        except FAILURES:
            self.errors += 1
            return
        for frame in frames:
            self.frames += 1
            self.samples += getattr(frame, "samples", 0)
            if frame.pts is None or self.stream.type == "audio":
                continue
            time = frame.pts * self.stream.time_base
            if self._first is None:
                self._first = time
            self._step = time - self._last if self.frames > 1 else Fraction(1, 25)
            self._last = time


def _key_distance(track: _Track) -> float:
    packets = track.packets()
    keys = np.sort(packets.pts[packets.key])
    if len(keys) < 2:
        return track.seconds
    return max(float(np.diff(keys).max() * track.stream.time_base), 0.0)
