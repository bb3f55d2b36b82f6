"""Marks of faults in the sound: mains hum as lines of a comb, and blocks that are played several times over.

Array functions over the second that `gpu.sound.SoundMeter` holds; nothing here knows what is too much.
"""

from typing import Any

import numpy as np

from gpu.measurements import MAINS_LINES, Array

BLOCKS = 10
SIDE_HZ = (7.5, 12.5)
"""A line is held against what lies so far from it on either side: beyond the window's main lobe (± 5 Hz), short of the next line."""
STEP_DB, LOWEST_DB = 0.5, -127.5
LINES_RATE = 8820.0
"""Hz to which the sound is brought down before it is searched for repeats."""
TEMPLATE_S, SHORTEST_S, LONGEST_S, TONE_S = 0.1, 0.02, 0.21, 0.0025
"""So much sound is looked for in what came up to LONGEST_S before it; a repeat closer than SHORTEST_S is a tone's own period."""
FINER = 2
"""Lags between the samples that are looked at: a block's length is no multiple of the sample's."""
HOPS = 20
"""Searches a second."""
REACH_S = TEMPLATE_S + LONGEST_S


class Mains:
    """Levels of the lines of 50 and 60 Hz and of what lies beside them, from the fingerprint's spectra (0.4 s, Hann)."""

    def __init__(self, rate: int, length: int, window_sum: float, xp: Any) -> None:
        """`length`: samples of a frame; `window_sum`: sum of its window, by which a sine's level is told."""
        self._xp = xp
        self._scale = 2 / window_sum**2
        spacing = rate / length
        bins = np.array([round(line / spacing) for line in MAINS_LINES])
        near, far = (round(hertz / spacing) for hertz in SIDE_HZ)
        reach = np.arange(near, far + 1)
        last = length // 2
        self._line = np.clip(bins[:, None] + np.array([-1, 0, 1]), 0, last)
        self._below = np.clip(bins[:, None] - reach, 0, last)
        self._above = np.clip(bins[:, None] + reach, 0, last)
        self.bins = int(self._above.max()) + 1

    def levels(self, spectrum: Any, channels: int) -> Any:
        """uint8 (10, lines, 2) of complex (10, at least `bins`), the sum of `channels` channels: line and surroundings."""
        xp = self._xp
        part = spectrum[:, : self.bins] / channels
        power = (part.real**2 + part.imag**2) * self._scale
        decibels = 10 * xp.log10(xp.maximum(power, 1e-13))
        line = decibels[:, self._line].max(axis=2)
        beside = (xp.median(decibels[:, self._below], axis=2) + xp.median(decibels[:, self._above], axis=2)) / 2
        both = xp.stack([line, beside], axis=2)
        return xp.clip(xp.rint((both - LOWEST_DB) / STEP_DB), 0, 255).astype(xp.uint8)


def mains_decibels(levels: Array) -> Array:
    """float32: dBFS (mean square, a full-scale square = 0) of what `Mains.levels` packed."""
    made: Array = levels.astype(np.float32) * STEP_DB + LOWEST_DB
    return made


class Repeats:
    """How well the last 0.1 s is found again in the 0.2 s before it, sample by sample.

    Speech and music are never the same twice once the low end is held down (a difference over two samples): on 24 minutes of real and
    drawn speech, with and without music, the best that no shorter lag reaches too stays under 0.85; blocks that a buffer plays
    again come to 0.94–1.00.
    """

    def __init__(self, rate: int, xp: Any) -> None:
        self._xp = xp
        self._step = max(1, round(rate / LINES_RATE))
        self._rate = rate / self._step
        self._template = round(TEMPLATE_S * self._rate)
        self._longest = round(LONGEST_S * self._rate)
        self._shortest = round(SHORTEST_S * self._rate) * FINER
        self._tone = max(1, round(TONE_S * self._rate)) * FINER
        self._window = self._template + self._longest
        self._length = fast_length(self._window)

    def blocks(self, mix: Any, second: int) -> Any:
        """float16 (10, 3) of the last `second` samples of `mix`: correlation, lag in ms, best correlation at shorter lags."""
        xp = self._xp
        line = mix[-(second + int(REACH_S * second) + 2 * self._step) :]
        line = line[len(line) % self._step :].reshape(-1, self._step).mean(axis=1)
        line = line[2:] - line[:-2]
        energy = xp.cumsum(xp.concatenate([xp.zeros(1), line * line]), dtype=xp.float64)
        hop = self._rate / HOPS
        ends = [len(line) - round((HOPS - 1 - k) * hop) for k in range(HOPS)]
        windows = xp.stack([line[end - self._window : end] for end in ends])
        size = self._template
        before = xp.stack([energy[end - self._window + size : end + 1] for end in ends])
        before = before - xp.stack([energy[end - self._window : end + 1 - size] for end in ends])
        found = self._search(windows, before[:, ::-1])
        pairs = found.reshape(BLOCKS, HOPS // BLOCKS, 3)
        best = pairs[:, :, 0].argmax(axis=1)
        return pairs[xp.arange(BLOCKS), best].astype(xp.float16)

    def _search(self, windows: Any, energy: Any) -> Any:
        """(hops, 3) of (hops, window) and the energy by lag: correlation, lag in ms, best correlation at shorter lags."""
        xp, size = self._xp, self._template
        template = windows[:, -size:]
        product = xp.fft.rfft(windows, n=self._length) * xp.conj(xp.fft.rfft(template, n=self._length))
        cross = xp.fft.irfft(product, n=self._length * FINER)[:, : self._longest * FINER + 1] * FINER
        energy = xp.repeat(xp.maximum(energy, 0).astype(xp.float32), FINER, axis=1)[:, : cross.shape[1]]
        own = energy[:, :1]
        norm = xp.sqrt(xp.maximum(energy, LEAST_ENERGY * own) * own)
        alike = cross[:, ::-1] / xp.maximum(norm, QUIET) * (norm > QUIET)
        index = xp.arange(len(alike))
        lag = self._shortest + alike[:, self._shortest : -1].argmax(axis=1)
        peak, shift = self._between(*(alike[index, lag + d] for d in (-1, 0, 1)))
        ranges = (slice(self._tone + d, self._shortest + d) for d in (-1, 0, 1))
        shorter = xp.maximum.accumulate(self._between(*(alike[:, part] for part in ranges))[0], axis=1)
        until = xp.clip(lag - 2 * self._tone, 0, self._shortest - 2 * self._tone)
        away = (lag + shift) / FINER / self._rate * 1000
        return xp.stack([peak, xp.where(peak > 0, away, 0), shorter[index, until]], axis=1)

    def _between(self, before: Any, here: Any, after: Any) -> tuple[Any, Any]:
        """Height, at most 1, and place, in samples from `here`, of the parabola through three values; `here` where it has no top."""
        xp = self._xp
        bend = xp.minimum(before - 2 * here + after, -1e-9)
        shift = xp.clip(0.5 * (before - after) / bend, -0.5, 0.5)
        top = (here >= before) & (here >= after)
        return xp.minimum(xp.where(top, here - 0.25 * (before - after) * shift, here), 1), shift


LEAST_ENERGY = 0.25
"""What is found again has this share of the energy at least: the rest of a fade says nothing."""
QUIET = 1e-6
"""Energies under this (about −80 dBFS over 0.1 s at 8.8 kHz) are no sound to search for."""


def fast_length(least: int) -> int:
    """The next even length that FFTs like: 2^a·3^b·5^c."""
    length = least + least % 2
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 2
