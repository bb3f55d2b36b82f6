"""From decoded samples to what is measured and encoded: planar floats at the rate and layout the stream began with."""

import contextlib
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from gpu.measurements import Array
from gpu.opening import FAILURES

PLANAR = "fltp"
NAMES = {1: "mono", 2: "stereo", 3: "2.1", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
"""FFmpeg's usual layout of so many channels, for streams that don't name one."""


class Levelled:
    """Turns frames of any format into planar floats; follows a change of format within the stream."""

    def __init__(self, rate: int, layout: str, channels: int) -> None:
        self.rate, self.channels = rate, channels
        self.layout = NAMES.get(channels, layout) if layout.endswith("channels") else layout
        self._resampler: AudioResampler | None = None
        self._form: tuple[str, str, int] | None = None

    def frames(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """The frame as planar floats; more than one where the format changed, none where a resampler still gathers."""
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._form:
            yield from self.rest()
            self._form = form
            fits = form[0] == PLANAR and form[2] == self.rate and frame.layout.nb_channels == self.channels
            self._resampler = None if fits else AudioResampler(PLANAR, self.layout, self.rate)
        if self._resampler is None:
            yield frame
        else:
            yield from self._resampler.resample(frame)

    def rest(self) -> Iterator[AudioFrame]:
        """What the resampler still holds."""
        resampler, self._resampler, self._form = self._resampler, None, None
        if resampler is not None:
            with contextlib.suppress(*FAILURES):  # one that never got a frame it could take has nothing to give
                yield from resampler.resample(None)


def planes(frame: AudioFrame) -> Array:
    """Samples of a planar float frame, float32 (channels, n). FFmpeg pads planes: they are cut to the real length."""
    every: Any = frame.planes
    return np.stack([np.frombuffer(plane, np.float32)[: frame.samples] for plane in every])


def frame_of(samples: Array, rate: int, layout: str) -> AudioFrame:
    """A planar float frame of float32 (channels, n)."""
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format=PLANAR, layout=layout)
    frame.sample_rate = rate
    return frame


def silence(samples: int, channels: int, rate: int) -> Iterator[AudioFrame]:
    """So many samples of silence, a second at a time."""
    layout = NAMES.get(channels, f"{channels} channels")
    for done in range(0, samples, rate):
        yield frame_of(np.zeros((channels, min(rate, samples - done)), np.float32), rate, layout)
