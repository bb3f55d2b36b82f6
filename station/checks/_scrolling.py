"""Scrolling: a page that goes up or down, straight, and then rests is no camera that froze."""

import numpy as np

from gpu.measurements import MOTION_COLS, MOTION_ROWS, MOTION_STEPS, TILE_COLS, TILE_ROWS, Array, Measurements

LOOK_S = 1.0
"""How much of the life before the rest is looked at."""
ALONG, ASIDE = MOTION_STEPS // 2, MOTION_STEPS // 4
"""A block has moved down or up by so many steps, or sideways by so many."""
FEWEST = 4
"""Pictures in which something moves up or down, at least."""
TOGETHER = 0.5
"""Share of the area's blocks that go up or down where it scrolls (measured: 0.63–0.97; people at most 0.4)."""
STRAIGHT = 0.05
"""Share of them that also go sideways, at most: no hand is so straight (measured: pages 0–0.04; cameras 0.1–1)."""


def scrolled(measurements: Measurements, tiles: Array, end: float) -> bool:
    """Whether the area of these tiles scrolled in the last second before `end` (seconds)."""
    motions = measurements.motions
    if motions is None:
        return False
    first, last = np.searchsorted(measurements.times(), (end - LOOK_S, end - 1e-6))
    rows, cols = np.divmod(tiles, TILE_COLS)
    blocks = np.unique(rows * MOTION_ROWS // TILE_ROWS * MOTION_COLS + cols * MOTION_COLS // TILE_COLS)
    shape = (-1, MOTION_ROWS * MOTION_COLS, 2)
    shift = np.abs(motions.shift[first:last].reshape(shape)[:, blocks].astype(np.int16))
    told = motions.trust[first:last].reshape(shape)[:, blocks] > 0
    along = told[..., 1] & (shift[..., 1] >= ALONG)
    moving = along.any(axis=1)
    if moving.sum() < FEWEST:
        return False
    aside = told[moving, :, 0] & (shift[moving, :, 0] >= ASIDE)
    return bool(along[moving].mean() >= TOGETHER) and float(aside.mean()) <= STRAIGHT
