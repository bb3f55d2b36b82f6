"""Listening to one file: its sound alone, decoded once from end to end, at the rate that a model wants."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.stream import Discard

from gpu import logs
from gpu.events import EventLog
from gpu.measurements import Array
from gpu.opening import FAILURES, first_audio, open_media
from gpu.soundreader import Sound, SoundReader
from gpu.tones import Levelled, planes

SPEECH_RATE = 16000
"""Hz that voice and speech models are trained on."""
MOST_FAILED_READS = 100
"""Reads that may fail in a row before the rest of the file is given up."""
PIECE_S = 1.0
"""Silence that stands for a gap is given in pieces of at most this length."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of sound; each begins where the one before ended."""

    start: float
    """Seconds from `origin`."""
    planes: Array
    """float32 (channels, n), 1 = full scale."""


def listen(path: Path, *, origin: float, rate: int = SPEECH_RATE) -> Iterator[Heard]:
    """The file's first sound, all its channels, resampled to `rate` Hz; silence where its timestamps leave a gap.

    `origin` is the time of the first picture on the file's own clock (`Measurements.origin`). Nothing where there is no sound;
    what does not decode is left out. Holds about a second of sound. Raises UnreadableMedia when the file cannot be opened.
    """
    with open_media(path) as container, logs.words() as lines:
        stream = first_audio(container)
        if stream is None:
            return
        for other in container.streams:
            if other.index != stream.index:
                other.discard = Discard.all
        context = stream.codec_context
        levelled = Levelled(rate, context.layout.name, context.channels)
        reader = SoundReader(stream, EventLog(), lines)
        place = 0
        for piece in _pieces(container, stream, reader, levelled):
            start = float((reader.clock.start or Fraction(0)) + Fraction(place, rate)) - origin
            place += piece.shape[1]
            yield Heard(start, piece)


def _pieces(container: InputContainer, stream: Any, reader: SoundReader, levelled: Levelled) -> Iterator[Array]:
    """Every piece of sound in order, at the levelled rate, its gaps filled up."""
    for packet in _packets(container, stream):
        for sound in reader.decode(packet):
            yield from _levelled(sound, levelled, reader.clock.rate)
    for sound in reader.decode(None):
        yield from _levelled(sound, levelled, reader.clock.rate)
    yield from (planes(frame) for frame in levelled.rest())


def _packets(container: InputContainer, stream: Any) -> Iterator[Any]:
    """All packets of the stream; reading goes on behind places that cannot be read."""
    failed = 0
    while failed < MOST_FAILED_READS:
        try:
            for packet in container.demux(stream):
                failed = 0
                if packet.size:
                    yield packet
        except FAILURES:
            failed += 1
        else:
            return


def _levelled(sound: Sound, levelled: Levelled, rate: int) -> Iterator[Array]:
    """The gap before a frame as silence, then the frame itself."""
    if sound.silence:
        yield from (planes(frame) for frame in levelled.rest())
    missing = round(sound.silence * levelled.rate / rate)
    for done in range(0, missing, piece := round(PIECE_S * levelled.rate)):
        yield np.zeros((levelled.channels, min(piece, missing - done)), np.float32)
    try:
        frames: list[AudioFrame] = list(levelled.frames(sound.frame))
    except FAILURES:  # a damaged header may claim a layout that nothing can turn into ours
        return
    yield from (planes(frame) for frame in frames)
