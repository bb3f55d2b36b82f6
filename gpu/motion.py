"""How far the picture moved since the one before, block by block: what shaking and jumping cameras are told from.

A block's rows and columns are summed; the sums' slopes of both pictures are correlated by Fourier transform (cross-correlation
theorem; zero-padded, so that a shift of up to REACH pixels is not mistaken for another); the peak is refined by a parabola.
Depends on the picture and the one before it alone.
"""

from functools import cache
from typing import Any

import numpy as np

from gpu.growing import Growing
from gpu.measurements import MOTION_COLS, MOTION_ROWS, MOTION_STEPS, Array, Motions
from gpu.picture import LANES

LENGTH = 64
"""Samples of the padded transform."""
TERMS = LENGTH // 2 + 1
REACH = 15
"""Largest shift told, in pixels of the 480×270 plane."""
FLAT = 40.0
"""Slope energy per sample, in squared codes of a row's or column's mean times 100, below which a block has nothing to hold on to."""
SURE = 0.5
"""Correlation below which a shift is not told."""


class MotionMeter:
    """Measures movement from picture to picture, stack by stack. `add` every stack in order, then `finish` once."""

    def __init__(self, xp: Any) -> None:
        self._xp = xp
        self._before: Any = None
        grid = (MOTION_ROWS, MOTION_COLS, 2)
        self._shift, self._trust = Growing(grid, np.int8), Growing(grid, np.uint8)

    def add(self, small: Any, *, wanted: bool) -> None:
        """Take the next stack, uint8 (n, 270, 480); an unwanted one only serves as the one before."""
        xp, now = self._xp, spectra(small, self._xp)
        if wanted:
            first = now[:, :1] if self._before is None else self._before
            shift, trust = shifts(now, xp.concatenate([first, now[:, :-1]], axis=1), xp)
            if self._before is None:
                trust[0] = 0
            for growing, array in ((self._shift, shift), (self._trust, trust)):
                growing.extend(array if xp is np else xp.asnumpy(array))
        self._before = now[:, -1:]

    def finish(self) -> Motions:
        """All that was measured."""
        return Motions(shift=self._shift.finish(), trust=self._trust.finish())


def profiles(small: Any, xp: Any = np) -> tuple[Any, Any]:
    """Means of each block's columns and rows, in codes: uint8 (n, 270, 480) → float32 (n, blocks, 48) and (n, blocks, 45)."""
    n, height, width = small.shape
    high, wide = height // MOTION_ROWS, width // MOTION_COLS
    words = small.view(xp.uint64)
    mask, byte = xp.uint64(LANES), xp.uint64(8)
    even, odd = words & mask, (words >> byte) & mask
    columns = xp.empty((n, MOTION_ROWS, width), xp.uint16)
    for place, lanes in ((0, even), (1, odd)):
        columns[:, :, place::2] = lanes.reshape(n, MOTION_ROWS, high, width // 8).sum(axis=2).view(xp.uint16)
    # eight pixels of a word come together in its lowest lane: a block's row has at most 48 · 255
    whole = (even + odd).reshape(n, height, MOTION_COLS, wide // 8)
    across = sum(whole[..., word] for word in range(1, wide // 8)) + whole[..., 0]
    across = across + (across >> xp.uint64(32))
    across = (across + (across >> xp.uint64(16))) & xp.uint64(0xFFFF)
    rows = across.reshape(n, MOTION_ROWS, high, MOTION_COLS)
    by_column = columns.reshape(n, MOTION_ROWS, MOTION_COLS, wide)
    by_row = rows.swapaxes(2, 3)
    blocks = MOTION_ROWS * MOTION_COLS
    return (
        by_column.reshape(n, blocks, wide).astype(xp.float32) / high,
        by_row.reshape(n, blocks, high).astype(xp.float32) / wide,
    )


def spectra(small: Any, xp: Any = np) -> Any:
    """Transforms of the blocks' slopes, float32 (2, n, blocks, 2, TERMS): across and down; real and imaginary parts."""
    made = []
    for profile in profiles(small, xp):
        slope = xp.diff(profile, axis=2)
        terms = slope @ xp.asarray(_forward(slope.shape[2]))
        made.append(terms.reshape(*terms.shape[:2], 2, TERMS))
    return xp.stack(made)


def shifts(now: Any, before: Any, xp: Any = np) -> tuple[Any, Any]:
    """Shift of each block in 1/MOTION_STEPS pixels of 480×270, right and down positive, int8 (n, rows, cols, 2), and the
    correlation there, uint8 (n, rows, cols, 2), 255 = 1; both 0 where a block is flat or the correlation under SURE."""
    real, imaginary, old_real, old_imaginary = now[..., 0, :], now[..., 1, :], before[..., 0, :], before[..., 1, :]
    across = real * old_real + imaginary * old_imaginary
    quadrature = imaginary * old_real - real * old_imaginary
    back = xp.asarray(_backward())
    near = across @ back[0] + quadrature @ back[1]
    peak = xp.clip(near.argmax(axis=3), 1, 2 * REACH + 1)[..., None]
    triple = xp.take_along_axis(near, peak + xp.arange(-1, 2), axis=3)
    left, top, right = triple[..., 0], triple[..., 1], triple[..., 2]
    bend = left - 2 * top + right
    fine = xp.where(bend < 0, (left - right) / xp.where(bend < 0, 2 * bend, 1), 0)
    level = xp.sqrt(_energy(now, xp) * _energy(before, xp))
    alike = xp.where(level > FLAT, top / xp.maximum(level, FLAT), 0)
    sure = alike >= SURE
    steps = xp.rint((peak[..., 0] - REACH - 1 + xp.clip(fine, -0.5, 0.5)) * MOTION_STEPS)
    shift = xp.where(sure, xp.clip(steps, -127, 127), 0).astype(xp.int8)
    trust = xp.where(sure, xp.clip(xp.rint(alike * 255), 0, 255), 0).astype(xp.uint8)
    grid = (now.shape[1], MOTION_ROWS, MOTION_COLS, 2)
    return (xp.moveaxis(shift, 0, -1).reshape(grid), xp.moveaxis(trust, 0, -1).reshape(grid))


def _energy(spectrum: Any, xp: Any) -> Any:
    """Sum of squares of the slopes, from their transform (Parseval)."""
    return (spectrum**2).sum(axis=3) @ xp.asarray(_weights())


@cache
def _weights() -> Array:
    """What each term counts in a sum over a whole period, float32 (TERMS,): all but the first and the last stand for two."""
    weights = np.full(TERMS, 2 / LENGTH, np.float32)
    weights[[0, -1]] /= 2
    return weights


@cache
def _forward(samples: int) -> Array:
    """The windowed Fourier transform of so many samples, padded to LENGTH, as a matrix float32 (samples, 2 · TERMS): cosines,
    then negative sines. A matrix product of this size costs a fifth of a fast transform's calls."""
    angle = 2 * np.pi / LENGTH * np.outer(np.arange(samples), np.arange(TERMS))
    both = np.concatenate([np.cos(angle), -np.sin(angle)], axis=1)
    matrix: Array = (_window(samples)[:, None] * both).astype(np.float32)
    return matrix


@cache
def _backward() -> Array:
    """The inverse transform at lags −REACH − 1 … REACH + 1 alone, float32 (2, TERMS, 2 · REACH + 3): of the real and of the
    imaginary part."""
    angle = 2 * np.pi / LENGTH * np.outer(np.arange(TERMS), np.arange(-REACH - 1, REACH + 2))
    matrix: Array = (np.stack([np.cos(angle), -np.sin(angle)]) * _weights()[:, None]).astype(np.float32)
    return matrix


@cache
def _window(length: int) -> Array:
    """Hann's window without its zeros, float32."""
    window: Array = np.hanning(length + 2)[1:-1].astype(np.float32)
    return window
