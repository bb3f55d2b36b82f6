"""Traits of every frame, in step with `Pictures`: the colour of each tile, and seams that damage leaves."""

from dataclasses import fields
from typing import Any

import numpy as np

from gpu.growing import Growing
from gpu.measurements import TILE_COLS, TILE_ROWS, Traits
from gpu.picture import tile_codes, tile_sums

TILES = (TILE_ROWS, TILE_COLS)


class TraitMeter:
    """Measures the traits of pictures, stack by stack. `add` every stack in order, then `finish` once."""

    def __init__(self, xp: Any) -> None:
        self._xp = xp
        self._arrays = {"tile_u": Growing(TILES, np.uint8), "tile_v": Growing(TILES, np.uint8)}

    def add(self, u: Any, v: Any) -> None:
        """Take the next stack: U and V, uint8 (n, 270, 480) each."""
        for name, plane in (("tile_u", u), ("tile_v", v)):
            pixels = plane[0].size // (TILE_ROWS * TILE_COLS)
            codes = tile_codes(tile_sums(plane, xp=self._xp), pixels, self._xp)
            self._arrays[name].extend(codes if self._xp is np else self._xp.asnumpy(codes))

    def finish(self) -> Traits:
        """All that was measured."""
        return Traits(**{field.name: self._arrays[field.name].finish() for field in fields(Traits)})
