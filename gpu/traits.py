"""Traits of every frame, in step with `Pictures`: colour and edges of each tile, and seams that damage leaves.

A decoder that lost its place puts wrong macroblocks into the picture, and the next key frame takes them out again. Both
*changes* break off at the borders of 16×16 blocks; what moves, appears or fades in a sound picture knows nothing of that grid,
and a grid that a slide shows does not change. So seams are looked for in the difference to the frame before. Pixels are those
of the file, as decoded, since scaling would blur the grid.
"""

from dataclasses import fields
from typing import Any

import numpy as np

from gpu.growing import Growing
from gpu.measurements import SEAM_COLS, SEAM_ROWS, TILE_COLS, TILE_ROWS, Traits, compand
from gpu.picture import tile_codes, tile_sums

TILES = (TILE_ROWS, TILE_COLS)
STEP_CODES = 16
"""From one pixel to the next the difference to the frame before changes by more than this at a seam: coding noise does not."""
BLOCK = 16
COLUMN_MOST = 3
"""A border between two columns of blocks counts at most so often in a zone."""
COLUMNS_LEAST = 3
"""A zone with seams at fewer borders has none: upright edges that move, of bars and windows, are no mess."""
SEAM_SCALE = 8


class TraitMeter:
    """Measures the traits of pictures, stack by stack. `add` every stack in order, then `finish` once."""

    def __init__(self, xp: Any) -> None:
        self._xp = xp
        self._arrays = {
            "tile_u": Growing(TILES, np.uint8), "tile_v": Growing(TILES, np.uint8),
            "tile_across": Growing(TILES, np.uint8), "tile_down": Growing(TILES, np.uint8),
            "seams": Growing((SEAM_ROWS, SEAM_COLS), np.uint8),
        }  # fmt: skip
        self._rows: Any = None

    def before(self, rows: Any) -> None:
        """Take a picture that only comes before the first: `rows` as for `add`."""
        self._rows = rows

    def add(self, u: Any, v: Any, stepped: tuple[Any, Any], rows: list[Any]) -> Any:
        """Take the next stack: U and V, and what `gpu.picture.steps` gives for every second pixel of luma, uint8 (n, 270, 480) each; for each
        picture some rows of the full-size luma, uint8 (r, w), or None. Gives `gpu.picture.edges`.
        """
        xp = self._xp
        pixels = u[0].size // (TILE_ROWS * TILE_COLS)
        for name, plane in (("tile_u", u), ("tile_v", v)):
            self._keep(name, tile_codes(tile_sums(plane, xp=xp), pixels, xp))
        across, down = (tile_sums(step, xp=xp) for step in stepped)
        self._keep("tile_across", compand(across / pixels, xp))
        self._keep("tile_down", compand(down / pixels, xp))
        for row in rows:
            self._seam(row)
        return ((across + down) / pixels).astype(xp.float32)

    def finish(self) -> Traits:
        """All that was measured."""
        return Traits(**{field.name: self._arrays[field.name].finish() for field in fields(Traits)})

    def _keep(self, name: str, values: Any) -> None:
        self._arrays[name].extend(values if self._xp is np else self._xp.asnumpy(values))

    def _seam(self, rows: Any) -> None:
        before, self._rows = self._rows, rows
        if rows is None or before is None or rows.shape != before.shape:
            self._keep("seams", self._xp.zeros((1, SEAM_ROWS, SEAM_COLS), self._xp.uint8))
        else:
            self._keep("seams", seams(self._xp.asarray(rows), self._xp.asarray(before), self._xp)[None])


def seams(now: Any, before: Any, xp: Any = np) -> Any:
    """How much the change from `before` to `now` breaks off at the borders between columns of blocks, zone by zone: rows of
    full-size luma, uint8 (r, w) each → uint8 (6, 8). 0: no more than elsewhere.

    In standard deviations of what chance would put there, times SEAM_SCALE, rounded.
    """
    height, width = now.shape
    blocks = (width - 1) // (BLOCK * SEAM_COLS) * SEAM_COLS
    deep = height // SEAM_ROWS
    none = xp.zeros((SEAM_ROWS, SEAM_COLS), xp.uint8)
    if blocks < 2 * SEAM_COLS or not deep:
        return none
    change = xp.maximum(now, before) - xp.minimum(now, before)
    if xp is np and not change.any():
        return none
    left, right = change[: deep * SEAM_ROWS, : blocks * BLOCK], change[: deep * SEAM_ROWS, 1 : blocks * BLOCK + 1]
    broken = (xp.maximum(left, right) - xp.minimum(left, right)) > STEP_CODES
    columns = broken.view(xp.uint8).reshape(SEAM_ROWS, deep, blocks * BLOCK).sum(axis=1, dtype=xp.uint8)
    columns = xp.minimum(columns, COLUMN_MOST).reshape(SEAM_ROWS, SEAM_COLS, blocks // SEAM_COLS, BLOCK)
    counts = columns.sum(axis=2, dtype=xp.float32)
    seam = counts[..., BLOCK - 1]
    beside = (counts.sum(axis=2) - seam - counts[..., BLOCK // 2 - 1]) / (BLOCK - 2)
    several = (columns[..., BLOCK - 1] > 0).sum(axis=2) >= COLUMNS_LEAST
    beyond = several * (seam - beside) / xp.sqrt(beside + 2)
    return xp.clip(xp.rint(beyond * SEAM_SCALE), 0, 255).astype(xp.uint8)
