"""Areas of tiles: what lies together on the 18×32 map."""

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array
from station.checks._substrate import TILES


def thick(flags: Array) -> Array:
    """Bool (576,): the tiles with at least two of their eight neighbours in the area; lone tiles fall out."""
    wide = np.zeros((TILE_ROWS + 2, TILE_COLS + 2), np.uint8)
    wide[1:-1, 1:-1] = flags.reshape(TILE_ROWS, TILE_COLS)
    rows = wide[:-2] + wide[1:-1] + wide[2:]
    made: Array = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] >= 3).ravel() & flags
    return made


def grown(flags: Array) -> Array:
    """Bool (576,): the area and its eight neighbours."""
    wide = np.zeros((TILE_ROWS + 2, TILE_COLS + 2), dtype=bool)
    wide[1:-1, 1:-1] = flags.reshape(TILE_ROWS, TILE_COLS)
    wide[1:-1] |= wide[:-2] | wide[2:]
    made: Array = (wide[1:-1, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]).ravel()
    return made


def connected(seed: Array, within: Array) -> Array:
    """Bool (576,): all of `within` that hangs together with `seed` (eight neighbours)."""
    area = seed & within
    while True:
        wider = grown(area) & within
        if (wider == area).all():
            return area
        area = wider


def components(flags: Array, fewest: int = 1) -> list[Array]:
    """Connected areas (eight neighbours) of a flat 18×32 map with at least `fewest` tiles, as tile indices."""
    left = flags.copy()
    areas: list[Array] = []
    while (first := int(left.argmax())) or left[0]:
        seed = np.zeros(TILES, dtype=bool)
        seed[first] = True
        area = connected(seed, left)
        left &= ~area
        if area.sum() >= fewest:
            areas.append(np.flatnonzero(area))
    return areas
