"""Lectures with a stretch of another one in them, delivered in another way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from gpu.synth import ClipWriter
from matrix.heads import AS_MADE, Shape, shaped
from matrix.lectures import RATE, Talk
from matrix.styles import Style, Window
from station.demo.planes import Array, Planes


@dataclass(frozen=True)
class Part:
    """A stretch of a lecture; the same values give the same pictures and sound."""

    style: Style = field(default_factory=Window)
    talk: Talk = field(default_factory=Talk)
    start: float = 0.0
    seconds: float = 8.0
    voice: Talk | None = None
    """Somebody else speaks over it."""


@dataclass(frozen=True)
class Mixed:
    """Parts one after the other."""

    parts: tuple[Part, ...]
    shape: Shape = AS_MADE
    suffix: str = ".mp4"

    def begin(self, index: int) -> float:
        """Seconds at which a part begins."""
        return sum(part.seconds for part in self.parts[:index])

    def write(self, path: Path) -> None:
        """Encode it."""
        shape = self.shape
        with ClipWriter(
            path, width=shape.size[0], height=shape.size[1], rate=Fraction(shape.rate), video_bit_rate=shape.bit_rate,
            audio_bit_rate=shape.audio_bit_rate, preset="ultrafast", gop=shape.rate * 4, threads=1, sample_rate=RATE,
        ) as clip:  # fmt: skip
            sound, done = self._sound() * np.float32(shape.volume), 0
            for number, picture in enumerate(self._pictures(), start=1):
                clip.picture((picture.y, picture.u, picture.v))
                until = round(number / shape.rate * RATE)
                clip.sound(np.repeat(sound[done:until, None], 2, axis=1))
                done = until

    def _sound(self) -> Array:
        lines = []
        for part in self.parts:
            talk = part.voice or part.talk
            line = talk.samples(part.start + part.seconds)[:, 0]
            lines.append(line[round(part.start * RATE) : round((part.start + part.seconds) * RATE)])
        return np.concatenate([*lines, np.zeros(RATE, np.float32)])

    def _pictures(self) -> Iterator[Planes]:
        for part in self.parts:
            first, frames = round(part.start * 25), round((part.start + part.seconds) * 25)
            flow = islice(part.style.draw(self.shape.size, frames), first, frames)
            shown, step = next(flow), 0
            for number in range(round(part.seconds * self.shape.rate)):
                while step < int(number / self.shape.rate * 25 + 1e-6):
                    shown, step = next(flow, shown), step + 1
                yield shaped(shown, self.shape)
