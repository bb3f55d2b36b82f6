"""Closeups: what only the full-size luma tells. Noise from one picture to the next, detail by octave, black borders.

Array code for NumPy and CuPy, one picture at a time. A closeup depends on the picture and the one before it, nothing else.
Every third row is looked at: 1200 pixels of a tile at 1080p, enough for 0.2 dB. Values are limited-range 8-bit codes.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gpu.closeups import BANDS, fold_log
from gpu.measurements import TILE_COLS, TILE_ROWS, Array

ROW_STEP = 3
"""Rows looked at: one in so many."""
PATCHES = 4
"""Patches across a tile, whose mean differences tell movement from noise."""
DENSE = 8
"""Frequencies of a band that are looked at, about; the others say the same."""
FINEST = (0.6, 0.95)
"""The finest octave, as shares of the finest frequency there is: what scaling up from half the size never fills."""
BLACK_CODES = 24
"""Lines with no code above this are black (16, and what a codec adds to it)."""
LIT_CODES = 24
"""Codes above this are lit: dark blue is 28."""
INSIDE = 2
"""Lines between a black border and the line that tells how straight it is: a scaler's soft edge."""
DETAIL_STEPS, NOISE_STEPS = 8, 16
"""Steps an octave of the folded values."""


@dataclass(frozen=True, slots=True)
class Whole:
    """The full-size luma of one picture, upright, as decoded; valid as long as its frame lives."""

    luma: Any
    """uint8 or uint16 (h, w)."""
    depth: int
    """Bits of a code: 8 in uint8; in uint16 as many as are used, counted from the lowest."""
    full: bool
    """Codes go from 0 to the largest, not from 16 to 235 (in 8 bits)."""


@dataclass(frozen=True, slots=True)
class Closeup:
    """What `Closeups` keeps of one picture."""

    noise: Any
    drift: Any
    """uint8 (18, 32)."""
    detail: Any
    """uint8 (BANDS, 18, 32)."""
    bars: Array
    """uint16 (4,)."""
    bar_fill: Array
    """uint8 (4,)."""


def closeup(whole: Whole, before: Whole | None, xp: Any = np) -> Closeup | None:
    """Look closely at one picture; None where it is too small (fewer than 8 pixels a tile).

    Without a picture before it of the same form, noise and drift are 0: unknown.
    """
    height, width = whole.luma.shape
    if height < 8 * TILE_ROWS or width < 8 * TILE_COLS:
        return None
    now = looked_at(whole, xp)
    bars, fill = borders(whole, xp)
    if before is None or before.luma.shape != whole.luma.shape or before.depth != whole.depth:
        noise = drift = xp.zeros((TILE_ROWS, TILE_COLS), xp.uint8)
    else:
        noise, drift = temporal(now, looked_at(before, xp), xp)
    return Closeup(noise, drift, detail(now, xp), bars, fill)


def looked_at(whole: Whole, xp: Any = np) -> Any:
    """The rows and columns that are looked at, float32 (18 · r, 32 · t), in limited-range 8-bit codes, rounded to 8 bits."""
    rows, columns = _places(*whole.luma.shape)
    picked = whole.luma[xp.asarray(rows)]
    if columns is not None:
        picked = picked[:, xp.asarray(columns)]
    if whole.depth > 8:
        picked = (picked.astype(xp.uint32) + (1 << (whole.depth - 9))) >> (whole.depth - 8)
    codes = picked.astype(xp.float32)
    return codes * xp.float32(219 / 255) + xp.float32(16) if whole.full else codes


@cache
def _places(height: int, width: int) -> tuple[Array, Array | None]:
    """Rows, and columns where the width is no multiple of 32: equally many in every tile."""
    high, wide = height // TILE_ROWS, width // TILE_COLS
    tops, lefts = np.arange(TILE_ROWS) * height // TILE_ROWS, np.arange(TILE_COLS) * width // TILE_COLS
    rows = (tops[:, None] + np.arange(ROW_STEP // 2, high, ROW_STEP)).ravel()
    columns = None if width % TILE_COLS == 0 else (lefts[:, None] + np.arange(wide)).ravel()
    return rows, columns


def temporal(now: Any, before: Any, xp: Any = np) -> tuple[Any, Any]:
    """Noise and drift of each tile, folded: uint8 (18, 32) each.

    Noise: half the mean square of the difference, which is one picture's variance where nothing moves, quantisation (1/12)
    included. Drift: RMS of the patches' mean differences over the RMS of all, 255 = 1. White noise gives 0.05, movement 0.5.
    """
    change = now - before
    rows, width = len(change) // TILE_ROWS, change.shape[1]
    stacked = change.reshape(TILE_ROWS, rows, width)
    squares = xp.einsum("ijk,ijk->ik", stacked, stacked).reshape(TILE_ROWS, TILE_COLS, -1).mean(axis=2) / rows
    wide = width // TILE_COLS
    used = wide // PATCHES * PATCHES
    sums = stacked.sum(axis=1).reshape(TILE_ROWS, TILE_COLS, wide)[:, :, :used]
    patches = sums.reshape(TILE_ROWS, TILE_COLS, PATCHES, -1).mean(axis=3) / rows
    coarse = (patches * patches).mean(axis=2)
    drift = xp.sqrt(coarse / xp.maximum(squares, xp.float32(1e-6)))
    return fold_log(squares / 2, NOISE_STEPS, xp), xp.rint(xp.minimum(drift, 1) * 255).astype(xp.uint8)


def detail(now: Any, xp: Any = np) -> Any:
    """Energy across the rows of each tile in the octaves below the finest, folded: uint8 (BANDS, 18, 32).

    An octave's value is the mean square of its projections on unit waves: white noise gives its variance in every octave, a
    sharp photograph a quarter of the octave below (its spectrum falls with the square of the frequency), a picture scaled up
    from half its size next to nothing in the finest.
    """
    wide = now.shape[1] // TILE_COLS
    waves, share = _waves(wide)
    strength = now.reshape(-1, wide) @ xp.asarray(waves)
    energy = (strength * strength) @ xp.asarray(share)
    tiles = energy.reshape(TILE_ROWS, -1, TILE_COLS, BANDS).mean(axis=1)
    return fold_log(xp.ascontiguousarray(tiles.transpose(2, 0, 1)), DETAIL_STEPS, xp)


@cache
def _waves(wide: int) -> tuple[Array, Array]:
    """Unit waves of a tile's width under a Hann window, blind to light and to a slope: float32 (wide, k); and the share of each
    in each band: float32 (k, BANDS).
    """
    at = np.arange(wide) + 0.5
    window = np.sin(np.pi * at / wide) ** 2
    plain = np.stack([np.ones(wide), at - wide / 2], axis=1)
    made, shares = [], []
    for band in range(BANDS):
        low, high = FINEST if band == 0 else (0.5 ** (band + 1), 0.5**band)
        places = np.arange(np.ceil(wide * low), np.ceil(wide * high))
        for place in places[:: max(1, len(places) // DENSE)]:
            wave = np.cos(np.pi * place * at / wide)
            fit = np.linalg.lstsq(plain * window[:, None] ** 0.5, wave * window**0.5, rcond=None)[0]
            wave = window * (wave - plain @ fit)
            if (norm := np.sqrt((wave**2).sum())) > 1e-3:
                made.append(wave / norm)
                shares.append(band)
    share = np.zeros((len(made), BANDS), np.float32)
    for band in range(BANDS):
        mine = np.array(shares) == band
        share[mine, band] = 1 / max(1, mine.sum())
    return np.stack(made, axis=1).astype(np.float32), share


def borders(whole: Whole, xp: Any = np) -> tuple[Array, Array]:
    """Black lines at top, bottom, left and right in pixels, uint16 (4,); and how much of the line just inside each of them is
    lit between the other two, uint8 (4,), 255 = all of it. A picture that is all black: its whole height and width, fill 0.
    """
    black, lit = _codes(BLACK_CODES, whole), _codes(LIT_CODES, whole)
    down, across = (_host(whole.luma.max(axis=axis), xp) > black for axis in (1, 0))
    height, width = len(down), len(across)
    if not down.any():
        return np.array([height, height, width, width], np.uint16), np.zeros(4, np.uint8)
    top, bottom = int(down.argmax()), int(down[::-1].argmax())
    left, right = int(across.argmax()), int(across[::-1].argmax())
    tall, broad = slice(top, height - bottom), slice(left, width - right)
    inside = [
        whole.luma[min(top + INSIDE, height - 1), broad],
        whole.luma[max(height - 1 - bottom - INSIDE, 0), broad],
        whole.luma[tall, min(left + INSIDE, width - 1)],
        whole.luma[tall, max(width - 1 - right - INSIDE, 0)],
    ]
    fill = [round(float((line > lit).mean()) * 255) for line in inside]
    return np.array([top, bottom, left, right], np.uint16), np.array(fill, np.uint8)


def _codes(limited: int, whole: Whole) -> int:
    """A limited-range 8-bit code as this picture counts."""
    code = (limited - 16) * 255 / 219 if whole.full else limited
    return round(code * (1 << (whole.depth - 8)))


def _host(array: Any, xp: Any) -> Array:
    made: Array = array if xp is np else xp.asnumpy(array)
    return made
