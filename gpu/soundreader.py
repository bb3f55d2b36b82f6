"""Decoding one stream of sound: frames with the silence that their timestamps leave before them, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from av.audio.frame import AudioFrame

from gpu import logs
from gpu.events import EventLog
from gpu.opening import FAILURES
from gpu.timeline import SoundClock


@dataclass(frozen=True, slots=True)
class Sound:
    """Some decoded samples."""

    frame: AudioFrame
    silence: int
    """Samples missing before these, by their timestamps."""


class SoundReader:
    """Decodes the packets of `stream`; `lines` are FFmpeg's words, as `logs.words` catches them."""

    def __init__(self, stream: Any, events: EventLog, lines: list[tuple[int, str, str]]) -> None:
        self._context = stream.codec_context
        self._base = Fraction(stream.time_base or 1)
        self._events, self._lines = events, lines
        self._form: tuple[str, str, int] | None = None
        self.clock = SoundClock(self._context.sample_rate, self._report)

    def decode(self, packet: Any) -> Iterator[Sound]:
        """Decode one packet, or flush the decoder with None."""
        try:
            frames = self._context.decode(packet)
        except EOFError:
            return
        except FAILURES as error:
            place = self.now() if packet is None or packet.pts is None else packet.pts * self._base
            self._events.add(place, "audio", "undecodable-packet", 1, logs.tell(error, self._lines))
            self._lines.clear()
            return
        for frame in frames:
            if frame.samples > 0:
                self._look(frame)
                time = frame.pts * (frame.time_base or self._base) if frame.pts is not None else None
                length = round(frame.samples * self.clock.rate / (frame.sample_rate or self.clock.rate))
                yield Sound(frame, self.clock.place(time, length))

    def now(self) -> Fraction:
        """Seconds of the next sample on the file's own clock."""
        return (self.clock.start or Fraction(0)) + Fraction(self.clock.position, self.clock.rate)

    def _look(self, frame: AudioFrame) -> None:
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._form is not None and form != self._form:
            change = " ".join(map(str, self._form)) + " → " + " ".join(map(str, form))
            self._events.add(self.now(), "audio", "format-change", 1, change)
        self._form = form

    def _report(self, position: int, kind: str, amount: float) -> None:
        start = self.clock.start or Fraction(0)
        self._events.add(start + Fraction(position, self.clock.rate), "audio", kind, amount)
