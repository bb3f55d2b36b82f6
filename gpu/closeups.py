"""What closeups of the full-size luma are kept as: numbers with units, folded into bytes by their logarithm."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
CLOSEUP_HZ = 1
"""Closeups of the full-size luma are taken about this often per second."""
BANDS = 4
"""Octaves of detail in a closeup, the finest first."""


@dataclass(frozen=True)
class Closeups:
    """Per closeup (about CLOSEUP_HZ a second, in the middle of each): the full-size luma, upright, in limited-range 8-bit codes.

    None are taken where the format keeps no luma plane, or a picture is smaller than 256×144.
    """

    pts: Array
    """int64 (c,)."""
    noise: Array
    """uint8 (c, 18, 32): half the mean square of the difference to the frame before, in codes²: `unfold_log(noise, 16)`. Where
    nothing moves it is one picture's noise variance, quantisation (1/12) included. 0: none, or no frame before."""
    drift: Array
    """uint8 (c, 18, 32): how coarse that difference is, 255 = 1: RMS of the means of quarter-tile patches over RMS. White noise
    gives about 0.05 at 1080p, movement 0.5."""
    detail: Array
    """uint8 (c, BANDS, 18, 32): energy of the detail across rows, the finest octave first, in codes²: `unfold_log(detail, 8)`.
    White noise gives its variance in every octave."""
    bars: Array
    """uint16 (c, 4): black lines at top, bottom, left, right, in pixels."""
    bar_fill: Array
    """uint8 (c, 4): how much of the line just inside each border is lit, 255 = all of it: straight edges have much."""


BAND_LOWEST = 2.0**-6
"""Energies below this, in codes², fold to 0."""


def fold_log(energy: Array, steps: int, xp: Any = np) -> Array:
    """Fold an energy in codes² into uint8: so many steps an octave, from BAND_LOWEST up."""
    floor = xp.maximum(energy, xp.float32(BAND_LOWEST))
    folded: Array = xp.minimum(xp.rint(xp.log2(floor / xp.float32(BAND_LOWEST)) * steps), 255).astype(xp.uint8)
    return folded


def unfold_log(folded: Array, steps: int) -> Array:
    """Undo `fold_log`: float32 codes², 0 for 0."""
    energy: Array = np.where(folded == 0, 0, BAND_LOWEST * np.exp2(folded.astype(np.float32) / steps)).astype(
        np.float32
    )
    return energy
