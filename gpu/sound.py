"""Measuring sound as it is decoded: `SoundMeter` turns samples into `Sounds`, one second at a time.

Every second is measured on a fixed grid that counts from the first sample, with the same run-up before it, so the result
does not depend on how the samples arrive. One code for NumPy and CuPy.
"""

from typing import Any

import numpy as np

from gpu.growing import Growing
from gpu.loudness import k_response
from gpu.measurements import DIGITAL_SILENCE, MAINS_LINES, Array, Sounds
from gpu.soundmarks import Mains, Repeats, fast_length

WINDOWS, BLOCKS = 100, 10
"""Windows (10 ms) and blocks (100 ms) of a second."""
RUN_UP = 0.4
"""Seconds before each second that are kept: a fingerprint frame is so long."""
FILTER_RUN_UP = 0.1
"""Seconds in which K weighting's response dies away by 190 dB (double pole at 38 Hz)."""
LSB = 1.001 / 32768
"""|x| up to here counts as zero: one step of 16 bit, and a hair for rounding."""
LOUD = 0.5
"""Tops lower than this share of full scale are not looked at: clipped sound that was turned down by 6 dB is still seen."""
NEAR, FAR = 0.03, 0.2
"""A top is as wide as the samples within 3 % of its height, its foot as those within 20 %."""
STEEP = 0.6
"""A top is flat when it is at least so wide as its foot. A round one (a parabola) has √(0.03 / 0.2) = 0.39."""
CEILING = 1000.0
"""Samples beyond this (60 dB over full scale) are damage, and held here."""
SIDE_TAPS = 8
"""Samples on each side of an interpolated value of the true peak."""
STRIP = 64
"""Samples interpolated by one row of a matrix product."""
MIXED = 3
"""Front channels that are looked at as one."""
BANDS = 33
BAND_RANGE = (300.0, 2000.0)
"""Hz, of the fingerprint's bands."""
BUFFER = 2**16
"""Bytes of each array in memory: two to ten minutes."""


class SoundMeter:
    """Measures one stream. `feed` as often as there are samples, then `finish` once."""

    def __init__(self, rate: int, channels: int, xp: Any = np) -> None:
        """`rate` in Hz, at least 100."""
        self.rate, self.channels, self._xp = rate, channels, xp
        self._lead = round(RUN_UP * rate)
        self._buffer = np.zeros((channels, self._lead + rate), np.float32)
        self._held = 0
        self._samples = 0
        self._last_bands: Any = xp.zeros(BANDS, xp.float32)
        self._grid = _Grid(rate, xp)
        self._k = _KWeighting(rate, xp)
        self._peaks = _Interpolator(rate, xp)
        self._bands = _Bands(rate, xp)
        self._mains = Mains(rate, self._bands.length, self._bands.window_sum, xp)
        self._repeats = Repeats(rate, xp)
        self._arrays = _arrays(channels)

    def feed(self, planes: Array) -> None:
        """Add samples: float32 (channels, n), 1 = full scale, any n."""
        place = 0
        while place < planes.shape[1]:
            count = min(planes.shape[1] - place, self.rate - self._held)
            start = self._lead + self._held
            self._buffer[:, start : start + count] = planes[:, place : place + count]
            place += count
            self._held += count
            if self._held == self.rate:
                self._measure()

    def finish(self, start: float = 0.0) -> Sounds:
        """All that was measured. `start`: seconds from the first picture to the first sample."""
        if self._held:
            self._buffer[:, self._lead + self._held :] = 0
            self._measure()
        arrays = {name: array.finish() for name, array in self._arrays.items()}
        return Sounds(start=start, samples=self._samples, **arrays)

    def _measure(self) -> None:
        """Measure the second in the buffer, then move its end up as the next one's run-up."""
        xp, held = self._xp, self._held
        sound = xp.asarray(self._buffer)
        here = sound[:, self._lead :]
        folded = self._grid.fold(here)
        sizes = self._grid.sizes(held)
        peak = xp.abs(folded).max(axis=2)
        if not bool(peak.max() <= CEILING):  # also where NaN is among them
            np.nan_to_num(self._buffer, copy=False, nan=0.0, posinf=CEILING, neginf=-CEILING)
            np.clip(self._buffer, -CEILING, CEILING, out=self._buffer)
            self._measure()
            return
        energy = xp.einsum("cwi,cwi->cw", folded, folded)
        windows, blocks = -(-held * WINDOWS // self.rate), -(-held * BLOCKS // self.rate)
        pair, sign = self._pair(here, energy, sizes)
        mix = self._mix(sound, sign)
        spectrum = self._bands.spectrum(mix)
        words, self._last_bands = self._bands.words(spectrum, self._last_bands)
        part = {
            "peak": xp.minimum(xp.rint(peak * 32768), 65535).T[:windows].astype(xp.uint16),
            "level": _level(energy, peak, sizes, xp).T[:windows],
            "zeros": self._grid.count(xp.abs(folded) <= LSB, sizes).T[:windows].astype(xp.uint16),
            "clipped": flat_tops(folded, peak, xp).T[:windows].astype(xp.uint16),
            "k_power": self._k.power(sound, self._grid, self._grid.blocks(sizes))[:blocks],
            "true_peak": self._peaks.peaks(sound, self._lead, peak)[:blocks],
            "pair": pair[:blocks],
            "fingerprint": words[:blocks],
            "mains": self._mains.levels(spectrum, min(self.channels, MIXED))[:blocks],
            "repeats": self._repeats.blocks(mix, self.rate)[:blocks],
        }
        for name, array in part.items():
            self._arrays[name].extend(_to_numpy(array))
        self._samples += held
        self._held = 0
        self._buffer[:, : self._lead] = self._buffer[:, self.rate :].copy()

    def _pair(self, here: Any, energy: Any, sizes: Any) -> tuple[Any, float]:
        """Per block L², R², L·R of the first two channels, and the sign that adds them in phase."""
        xp = self._xp
        if self.channels < 2:
            return xp.zeros((BLOCKS, 3), xp.float32), 1.0
        product = self._grid.fold((here[0] * here[1])[None])[0].sum(axis=1)
        sums = xp.stack([energy[0], energy[1], product]).reshape(3, BLOCKS, -1).sum(axis=2)
        pair = (sums / xp.maximum(self._grid.blocks(sizes), 1)).T.astype(xp.float32)
        return pair, -1.0 if float(product.sum()) < 0 else 1.0

    def _mix(self, sound: Any, sign: float) -> Any:
        """The front channels in one, the second turned over where it is in antiphase."""
        mix = sound[0]
        if self.channels > 1:
            mix = mix + sign * sound[1]
        if self.channels >= MIXED:
            mix = mix + sound[2]
        return mix


class _Grid:
    """The windows of a second of `rate` samples. Window k holds the samples [k·rate // 100, (k + 1)·rate // 100)."""

    def __init__(self, rate: int, xp: Any) -> None:
        self._xp = xp
        self._bounds = np.arange(WINDOWS + 1) * rate // WINDOWS
        self._width = int(np.diff(self._bounds).max())
        self._even = rate % WINDOWS == 0
        if not self._even:
            index = self._bounds[:-1, None] + np.arange(self._width)
            self._index = xp.asarray(np.where(index < self._bounds[1:, None], index, rate))

    def sizes(self, held: int) -> Any:
        """How many of the first `held` samples each window has."""
        return self._xp.asarray(np.diff(np.minimum(self._bounds, held)))

    def blocks(self, sizes: Any) -> Any:
        """How many samples each block has."""
        return sizes.reshape(BLOCKS, -1).sum(axis=1)

    def fold(self, sound: Any) -> Any:
        """(channels, second) → (channels, windows, width), short windows filled up with zeros."""
        if self._even:
            return sound.reshape(len(sound), WINDOWS, self._width)
        return self._xp.pad(sound, ((0, 0), (0, 1)))[:, self._index]

    def count(self, marks: Any, sizes: Any) -> Any:
        """How many marks each window has, the fill, which is always marked, left out."""
        return self._xp.count_nonzero(marks, axis=2) - (self._width - sizes)


class _KWeighting:
    """K weighting of a second by one FFT: what wraps around lands in the run-up."""

    def __init__(self, rate: int, xp: Any) -> None:
        self._xp = xp
        self._rate = rate
        self._lead = round(FILTER_RUN_UP * rate)
        self._length = fast_length(self._lead + rate)
        self._response = xp.asarray(k_response(rate, self._length).astype(np.complex64))

    def power(self, sound: Any, grid: _Grid, sizes: Any) -> Any:
        """float32 (blocks, channels): mean square of each block of the second at the end of `sound`."""
        xp = self._xp
        spectrum = xp.fft.rfft(sound[:, -(self._lead + self._rate) :], n=self._length)
        spectrum *= self._response
        weighted = xp.fft.irfft(spectrum, n=self._length)[:, self._lead : self._lead + self._rate]
        folded = grid.fold(weighted.astype(xp.float32))
        sums = xp.einsum("cwi,cwi->cw", folded, folded).reshape(len(sound), BLOCKS, -1).sum(axis=2)
        return (sums / xp.maximum(sizes, 1)).T.astype(xp.float32)


class _Interpolator:
    """True peak: values between the samples by a windowed sinc, as one matrix product over strips of samples.

    BS.1770-5 Annex 2 asks for 4× up to 48 kHz and so much that 192 kHz is reached above. Its own filter is one example;
    this one has 16 taps a phase under a Kaiser window (β = 7): within 0.05 dB up to 0.4 of the sample rate.
    """

    def __init__(self, rate: int, xp: Any) -> None:
        self._xp = xp
        self._rate = rate
        self._phases = 3 if rate < 88200 else 1 if rate < 176400 else 0
        self._rows = -(-rate // STRIP)
        steps = np.arange(-SIDE_TAPS + 1, SIDE_TAPS + 1)
        matrix = np.zeros((STRIP + 2 * SIDE_TAPS - 1, self._phases, STRIP))
        for phase in range(self._phases):
            distance = steps - (phase + 1) / (self._phases + 1)
            taps = np.sinc(distance) * np.i0(7 * np.sqrt(1 - (distance / SIDE_TAPS) ** 2)) / np.i0(7)
            for place in range(STRIP):
                matrix[place : place + 2 * SIDE_TAPS, phase, place] = taps / taps.sum()
        self._matrix = xp.asarray(matrix.reshape(len(matrix), -1).astype(np.float32))
        self._bounds = np.arange(BLOCKS + 1) * rate // BLOCKS

    def peaks(self, sound: Any, lead: int, sample_peaks: Any) -> Any:
        """float32 (blocks, channels) of the second that starts at `lead`; values between samples count SIDE_TAPS later."""
        xp = self._xp
        best = sample_peaks.reshape(len(sound), BLOCKS, -1).max(axis=2)
        if self._phases:
            reach = self._rows * STRIP + 2 * SIDE_TAPS - 1
            piece = sound[:, lead - (2 * SIDE_TAPS - 1) :]
            piece = xp.ascontiguousarray(xp.pad(piece, ((0, 0), (0, reach - piece.shape[1]))))
            strips = xp.lib.stride_tricks.as_strided(
                piece, (len(sound), self._rows, len(self._matrix)), (piece.strides[0], STRIP * 4, 4)
            )
            between = xp.abs(strips.reshape(-1, len(self._matrix)) @ self._matrix)
            line = between.reshape(-1, self._phases, STRIP).max(axis=1).reshape(len(sound), -1)
            ends = zip(self._bounds[:-1], self._bounds[1:], strict=True)
            best = xp.maximum(best, xp.stack([line[:, a:b].max(axis=1) for a, b in ends], axis=1))
        return best.T.astype(xp.float32)


class _Bands:
    """Fingerprint words after Haitsma and Kalker (ISMIR 2002): signs of band-energy differences over band and time.

    33 bands, evenly spaced by logarithm over 300–2000 Hz, of frames of 0.4 s under a Hann window; a word every 0.1 s.
    """

    def __init__(self, rate: int, xp: Any) -> None:
        self._xp = xp
        self.length = round(RUN_UP * rate)
        self._ends = [self.length + (k + 1) * rate // BLOCKS for k in range(BLOCKS)]
        window = np.hanning(self.length).astype(np.float32)
        self.window_sum = float(window.sum())
        self._window = xp.asarray(window)
        bins = int(BAND_RANGE[1] * self.length / rate) + 2
        self._bins = min(bins, self.length // 2 + 1)
        frequency = np.arange(self._bins) * rate / self.length
        edges = np.geomspace(*BAND_RANGE, BANDS + 1)
        inside = (frequency[:, None] >= edges[:-1]) & (frequency[:, None] < edges[1:])
        self._matrix = xp.asarray(inside.astype(np.float32))
        self._weights = xp.asarray(1 << np.arange(BANDS - 1, dtype=np.uint64))

    def spectrum(self, mix: Any) -> Any:
        """Complex (10, half a frame): each block's frame of the second at the end of `mix`, windowed and transformed."""
        xp = self._xp
        frames = xp.stack([mix[end - self.length : end] for end in self._ends]) * self._window
        return xp.fft.rfft(frames, axis=1)

    def words(self, spectrum: Any, before: Any) -> tuple[Any, Any]:
        """uint32 (10,) of a second's spectra, and its last frame's bands for the next second."""
        xp = self._xp
        spectrum = spectrum[:, : self._bins]
        bands = (spectrum.real**2 + spectrum.imag**2) @ self._matrix
        slope = xp.diff(xp.concatenate([before[None], bands]), axis=1)
        bits = slope[:-1] > slope[1:]
        return (bits * self._weights).sum(axis=1).astype(xp.uint32), bands[-1]


def flat_tops(folded: Any, peak: Any, xp: Any = np) -> Any:
    """Width of each window's highest top in samples where it is flat, else 0: (channels, windows) of (channels, windows, width).

    Judged by its shape, not by its height: a lossy codec ripples a clipped top and moves it by several percent. What it lifted
    over full scale counts as full scale, where every player cuts it off. A round top that the window's border cuts in the worst
    place reaches 0.56 of its foot; one that fills the window is left out.
    """
    widths = xp.zeros(peak.shape, xp.int64)
    which = xp.nonzero(peak >= LOUD)
    if len(which[0]) == 0:
        return widths
    loud = folded[which]
    place = xp.abs(loud).argmax(axis=1)[:, None]
    tops = xp.clip(loud * xp.sign(xp.take_along_axis(loud, place, axis=1)), 0, 1)
    height = xp.minimum(peak[which], 1)[:, None]
    place = tops.argmax(axis=1)[:, None]
    near, _ = _width(tops, place, height * (1 - NEAR), xp)
    far, ends = _width(tops, place, height * (1 - FAR), xp)
    widths[which] = xp.where(ends & (near >= STEEP * far), near, 0)
    return widths


def _width(tops: Any, place: Any, level: Any, xp: Any) -> tuple[Any, Any]:
    """How many samples around `place` lie at or above `level`, and whether they end inside the window on one side at least."""
    index = xp.arange(tops.shape[1])
    low = tops < level
    left = xp.where(low & (index < place), index, -1).max(axis=1)
    right = xp.where(low & (index > place), index, tops.shape[1]).min(axis=1)
    return right - left - 1, (left >= 0) | (right < tops.shape[1])


def _level(energy: Any, peak: Any, sizes: Any, xp: Any) -> Any:
    power = energy / xp.maximum(sizes, 1)
    level = xp.rint(1000 * xp.log10(xp.maximum(power, 1e-30)))
    level = xp.clip(level, DIGITAL_SILENCE + 1, 32767)
    return xp.where(peak == 0, DIGITAL_SILENCE, level).astype(xp.int16)


def _arrays(channels: int) -> dict[str, Growing]:
    window, block = (channels,), ()
    shapes: dict[str, tuple[tuple[int, ...], type]] = {
        "peak": (window, np.uint16), "level": (window, np.int16), "zeros": (window, np.uint16), "clipped": (window, np.uint16),
        "k_power": (window, np.float32), "true_peak": (window, np.float32), "pair": ((3,), np.float32),
        "fingerprint": (block, np.uint32), "mains": ((len(MAINS_LINES), 2), np.uint8), "repeats": ((3,), np.float16),
    }  # fmt: skip
    return {name: Growing(shape, dtype, BUFFER) for name, (shape, dtype) in shapes.items()}


def _to_numpy(array: Any) -> Array:
    taken: Array = array.get() if hasattr(array, "get") else np.ascontiguousarray(array)
    return taken
