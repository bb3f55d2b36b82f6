"""Features of pictures as array code: the same for NumPy and CuPy, on stacks (n, h, w) of any n.

Every feature depends on the picture itself and the one before it, nothing else: that is what makes segments join exactly.
"""

from functools import cache
from typing import Any

import numpy as np

from gpu.measurements import LUMA_EDGES, PLANE_H, PLANE_W, TILE_COLS, TILE_ROWS, Array

PIXELS = PLANE_H * PLANE_W
LANES = 0x00FF00FF00FF00FF
"""Every second byte of eight."""
TILE_PIXELS = PIXELS // (TILE_ROWS * TILE_COLS)


def tile_sums(*stacks: Any, xp: Any = np) -> Any:
    """Exact sums of each tile over all `stacks`: uint8 (n, h, w) each → int64 (n, 18, 32). w a multiple of 32, h of 18; at
    most 257 rows of pixels a tile, those of all stacks together.

    Eight pixels are added at once, as four 16-bit lanes of a 64-bit word: ten times as fast as summing bytes.
    """
    n, height, width = stacks[0].shape
    rows = (n, TILE_ROWS, height // TILE_ROWS, width // 8)
    mask, byte = xp.uint64(LANES), xp.uint64(8)
    words = [stack.view(xp.uint64).reshape(rows) for stack in stacks]
    even, odd = words[0] & mask, (words[0] >> byte) & mask
    for more in words[1:]:
        even += more & mask
        odd += (more >> byte) & mask
    columns = xp.empty((n, TILE_ROWS, width), xp.uint16)
    columns[..., 0::2] = even.sum(axis=2).view(xp.uint16)
    columns[..., 1::2] = odd.sum(axis=2).view(xp.uint16)
    return columns.reshape(n, TILE_ROWS, TILE_COLS, width // TILE_COLS).sum(axis=3, dtype=xp.int64)


def quarter(stack: Any, xp: Any = np) -> Any:
    """Every second pixel of every second row, contiguous."""
    return xp.ascontiguousarray(stack[:, ::2, ::2])


def histogram(small: Any, xp: Any = np) -> Any:
    """Share of every second column's pixels in each bin of LUMA_EDGES, 65535 = all: uint8 (n, h, w) → uint16 (n, bins)."""
    n = len(small)
    small = small[:, :, ::2]
    edges = xp.asarray(LUMA_EDGES)
    if n == 1:
        counts = xp.bincount(small.ravel(), minlength=256).reshape(1, 256)
    else:
        shifted = small.reshape(n, -1) + (256 * xp.arange(n, dtype=xp.int32))[:, None]
        counts = xp.bincount(shifted.ravel(), minlength=256 * n).reshape(n, 256)
    running = xp.concatenate([xp.zeros((n, 1), xp.int64), xp.cumsum(counts, axis=1)], axis=1)
    binned = xp.diff(running[:, edges], axis=1)
    return xp.rint(binned * (65535 / small[0].size)).astype(xp.uint16)


def steps(small: Any, xp: Any = np) -> tuple[Any, Any]:
    """|dx| and |dy| in codes to the next pixel right and below: uint8 (n, h, w) → uint8 (n, h, w) twice.

    The last column has no dx, the last row no dy: 0.
    """
    across, down = xp.zeros(small.shape, xp.uint8), xp.zeros(small.shape, xp.uint8)
    left, right = small[:, :, :-1], small[:, :, 1:]
    xp.subtract(xp.maximum(left, right), xp.minimum(left, right), out=across[:, :, :-1])
    upper, lower = small[:, :-1], small[:, 1:]
    xp.subtract(xp.maximum(upper, lower), xp.minimum(upper, lower), out=down[:, :-1])
    return across, down


def edges(small: Any, xp: Any = np) -> Any:
    """Tile means of |dx| + |dy| in codes: uint8 (n, 270, 480) → float32 (n, 18, 32)."""
    total = tile_sums(*steps(small, xp), xp=xp)
    return (total / (small[0].size // (TILE_ROWS * TILE_COLS))).astype(xp.float32)


def differences(now: Any, before: Any, xp: Any = np) -> tuple[Any, Any]:
    """Tile means of |difference| in codes, float32 (n, 18, 32), and the share of equal pixels, float32 (n,), of two stacks
    of small pictures, uint8 (n, 270, 480).
    """
    change = xp.maximum(now, before)
    change -= xp.minimum(now, before)
    pixels = now[0].size
    # along an axis NumPy counts ten times as slowly
    counts = [xp.count_nonzero(change)] if len(now) == 1 else xp.count_nonzero(change.reshape(len(now), -1), axis=1)
    alike = 1 - xp.asarray(counts) / pixels
    means = tile_sums(change, xp=xp) / (pixels // (TILE_ROWS * TILE_COLS))
    return means.astype(xp.float32), alike.astype(xp.float32)


def block_grid(rows: Any, xp: Any = np) -> Any:
    """How much stronger luma steps are on 8-pixel borders than beside them: uint8 (n, r, w) rows of the full picture →
    float32 (n,). 1: no blocks; also where there is no step at all or w < 32.
    """
    n, _, width = rows.shape
    used = (width - 1) // 16 * 16
    if used < 32:
        return xp.ones(n, xp.float32)
    left, right = rows[:, :, :used], rows[:, :, 1 : used + 1]
    step = xp.maximum(left, right) - xp.minimum(left, right)
    phases = step.sum(axis=1, dtype=xp.uint32).reshape(n, used // 16, 16).sum(axis=1, dtype=xp.float64)
    sixteen = phases[:, 15]
    eight = (phases[:, 7] + sixteen) / 2
    beside = (phases.sum(axis=1) - phases[:, 7] - sixteen) / 14
    quiet = step[0].size / 16 * 0.02  # steps below 1/50 code a pixel are no picture to judge
    return ((xp.maximum(eight, sixteen) + quiet) / (beside + quiet)).astype(xp.float32)


def chroma_means(u: Any, v: Any, xp: Any = np) -> Any:
    """Mean U and V of every second row in codes: uint8 (n, 270, 480) each → float32 (n, 2)."""
    pixels = u[0, ::2].size
    sums = [plane[:, ::2].sum(axis=(1, 2), dtype=xp.uint32) / pixels for plane in (u, v)]
    return xp.stack(sums, axis=1).astype(xp.float32)


def tile_codes(sums: Any, pixels: int, xp: Any = np) -> Any:
    """Tile sums as mean codes, rounded: uint8."""
    return xp.rint(sums / pixels).astype(xp.uint8)


@cache
def area_weights(source: int, target: int) -> Array:
    """Rows that average `source` samples into `target` equal shares: float32 (target, source), each row sums to 1."""
    borders = np.linspace(0, source, target + 1)
    at = np.arange(source)
    overlap = np.minimum(at + 1, borders[1:, None]) - np.maximum(at, borders[:-1, None])
    weights: Array = (np.clip(overlap, 0, None) * target / source).astype(np.float32)
    return weights
