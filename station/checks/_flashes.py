"""Flashes as the standards count them: opposing changes of light in every tile, how much of the picture takes part, how often.

ITU-R BT.1702 (general flashes: a pair of opposing changes of 20 cd/m² or more, the darker state under 160 cd/m²) on a display of
200 cd/m² is WCAG 2.2's relative luminance of 0.10 and 0.80; for red both ask for R/(R+G+B) ≥ 0.8 in one of the two states and
more than 0.2 between them in CIE 1976 u′v′. A *turn* is one such change of a tile. Its moment is the frame of its steepest step.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements
from station.checks._light import Light, light, weights

TILES = TILE_ROWS * TILE_COLS
STRIP = 256
"""Frames turned into light at a time."""
STIR = 2
"""Codes; a tile that moves less from frame to frame (two at 50 frames/s) does not flash."""
TO_AND_FRO, SOME = 18, 0.1
"""Dangerous flashing moves this share of the tiles by so many codes up and as many down, within a second and a half: twice the
nine codes that 20 cd/m² are where a code is worth most. Tiles that it covers in part move less, hence the small share."""
REACH = 2
"""A tile that a flash covers in part lies so near to one that takes part."""
LEAST_COVER = 0.15
"""Less of a tile than this is noise."""
SHEER = 0.8
"""A turn of which one frame brings this share is a step: it goes with others of the same frame, a gradual one with those of the
frames beside it too."""


@dataclass(frozen=True)
class Limits:
    """What makes a turn."""

    step: float
    """Relative luminance."""
    dark: float
    """Relative luminance that the darker state stays under."""
    red: float
    """R / (R + G + B)."""
    chromaticity: float
    """Distance in u′v′."""
    area: float
    """Share of the picture."""


@dataclass(frozen=True)
class Turns:
    """Turns of a stretch of frames: one entry per turn."""

    tile: Array
    rises: Array
    """Bool: towards light, or towards red."""
    moment: Array
    """Frame of the steepest step."""
    sheer: Array
    """Bool: one step brought nearly all of it."""


def stretches(measurements: Measurements) -> Iterator[tuple[int, int]]:
    """Frames `[first, last)` that may flash: a coarse look that spares the rest, and lets no flashing through."""
    assert measurements.pictures is not None
    count = len(measurements.pictures.pts)
    block = max(2, round(0.5 / measurements.frame_seconds()))
    moves = np.stack(list(_moves(measurements, block)))  # (blocks, 2, 576)
    around = moves.copy()
    around[1:] += moves[:-1]
    around[:-1] += moves[1:]
    wanted = (around.min(axis=1) >= TO_AND_FRO).mean(axis=1) >= SOME
    inside = np.concatenate(([False], wanted, [False]))
    inside[1:-1] |= inside[:-2] | inside[2:]
    edges = np.flatnonzero(np.diff(inside.astype(np.int8)))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        yield max(0, first * block - 2), min(count, last * block)


def _moves(measurements: Measurements, block: int) -> Iterator[Array]:
    """Codes, (2, 576), for each block of frames: codes that every tile moved down, and up, in luma or in a chroma plane."""
    pictures, traits = measurements.pictures, measurements.traits
    assert pictures is not None
    planes = [pictures.tile_mean] + ([traits.tile_u, traits.tile_v] if traits is not None else [])
    stride = max(1, round(0.02 / measurements.frame_seconds() + 0.25))
    for start in range(0, len(pictures.pts), block):
        most = np.zeros((2, TILES), np.int32)
        for plane in planes:
            codes = plane[max(0, start - stride) : start + block].reshape(-1, TILES)[::stride].astype(np.int16)
            step = np.diff(codes, axis=0)
            step[np.abs(step) < STIR] = 0
            moved = np.stack([-np.minimum(step, 0).sum(axis=0), np.maximum(step, 0).sum(axis=0)])
            np.maximum(most, moved, out=most)
        yield most


def lights(measurements: Measurements, first: int, last: int) -> Iterator[tuple[int, Light]]:
    """Light of the tiles, (f, 576), strip by strip, each with its first frame."""
    pictures, traits, video = measurements.pictures, measurements.traits, measurements.video
    assert pictures is not None
    assert video is not None
    matrix = weights(video)
    for start in range(first, last, STRIP):
        part = slice(start, min(start + STRIP, last))
        y = pictures.tile_mean[part].reshape(-1, TILES)
        grey = np.full_like(y, 128)
        u = traits.tile_u[part].reshape(-1, TILES) if traits is not None else grey
        v = traits.tile_v[part].reshape(-1, TILES) if traits is not None else grey
        yield start, light(y, u, v, matrix)


class Zigzag:
    """Follows one value in every tile and tells its turns: changes to and fro that are large enough, ripples left out."""

    def __init__(self) -> None:
        self._way = np.zeros(TILES, np.int8)
        self._top: Array | None = None
        self._low: Array | None = None
        self._steepest = np.zeros((2, TILES), np.float32)
        self._when = np.zeros((2, TILES), np.int64)
        self._found: list[tuple[Array, ...]] = []
        self._last: Array | None = None

    def feed(self, frame: int, state: Array, limits: Limits) -> None:
        """Take the next frame's state: (k, 576), the value first; luminance alone, or red with u′ and v′."""
        if self._top is None or self._low is None or self._last is None:
            self._top, self._low, self._last = state.copy(), state.copy(), state[0].copy()
            return
        self._slope(frame, state[0] - self._last)
        self._last = state[0].copy()
        large = _large_light if len(state) == 1 else _large_red
        falls = (self._way >= 0) & large(state, self._top, limits)
        rises = (self._way <= 0) & large(self._low, state, limits) & ~falls
        for way, turned, begun in ((0, falls, self._top), (1, rises, self._low)):
            self._turn(way, turned, np.abs(state[0] - begun[0]))
        higher, lower = (state[0] >= self._top[0]) | rises, (state[0] <= self._low[0]) | falls
        self._top[:, higher], self._low[:, lower] = state[:, higher], state[:, lower]
        # a slope counts from the last extreme on
        self._steepest[0][higher], self._steepest[1][lower] = 0, 0

    def _slope(self, frame: int, step: Array) -> None:
        for way, signed in ((0, -step), (1, step)):
            steeper = signed > self._steepest[way]
            self._steepest[way][steeper] = signed[steeper]
            self._when[way][steeper] = frame

    def _turn(self, way: int, turned: Array, height: Array) -> None:
        tiles = np.flatnonzero(turned)
        if not len(tiles):
            return
        sheer = self._steepest[way][tiles] >= SHEER * height[tiles]
        self._found.append((tiles, np.full(len(tiles), way == 1), self._when[way][tiles], sheer))
        self._way[tiles] = 1 if way else -1

    def turns(self) -> Turns:
        """All turns so far."""
        if not self._found:
            none = np.zeros(0, np.int64)
            return Turns(none, none.astype(bool), none, none.astype(bool))
        return Turns(*(np.concatenate(parts) for parts in zip(*self._found, strict=True)))


def _large_light(low: Array, high: Array, limits: Limits) -> Array:
    made: Array = (high[0] - low[0] >= limits.step) & (low[0] < limits.dark)
    return made


def _large_red(low: Array, high: Array, limits: Limits) -> Array:
    apart = np.hypot(high[1] - low[1], high[2] - low[2])
    made: Array = (high[0] >= limits.red) & (high[0] > low[0]) & (apart >= limits.chromaticity)
    return made


def covered(measurements: Measurements, frame: int, taking_part: Array, way: int, *, red: bool) -> Array:
    """float32 (576,): how much of each tile changed like the tiles that took part (bool (576,)) in the step to `frame`, where
    luma (V, which is redness, where `red`) goes the same `way`, +1 or −1.

    Means of codes are linear in the share of a tile that changes: a tile that a flash covers in part moves by that share.
    """
    pictures, traits = measurements.pictures, measurements.traits
    assert pictures is not None
    planes = [pictures.tile_mean] + ([traits.tile_u, traits.tile_v] if traits is not None else [])
    steps = [plane[frame].astype(np.float32) - plane[max(0, frame - 1)] for plane in planes]
    size = np.sqrt(sum(step * step for step in steps)).reshape(TILE_ROWS, TILE_COLS)
    size[np.sign(steps[-1 if red else 0]).reshape(size.shape) != way] = 0
    part = taking_part.reshape(TILE_ROWS, TILE_COLS)
    whole = _widened(np.where(part, size, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(whole > 0, np.clip(size / whole, 0, 1), 0)
    share[share < LEAST_COVER] = 0
    made: Array = share.ravel().astype(np.float32)
    return made


def _widened(values: Array) -> Array:
    """The largest value within REACH tiles."""
    padded = np.pad(values, REACH)
    rows, cols = values.shape
    span = range(2 * REACH + 1)
    made: Array = np.max([padded[i : i + rows, j : j + cols] for i in span for j in span], axis=0)
    return made
