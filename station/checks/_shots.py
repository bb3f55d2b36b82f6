"""Shots of cameras, which of them are of one camera, and how two cameras that are cut to and fro differ in colour.

Two cameras before one scene see the same things: their clouds of colours overlap, or do once one of them is moved by what their white
balances differ. Cameras before different scenes overlap nowhere, and nothing is said of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array
from station.checks._substrate import CAMERA_SHARE, Substrate
from station.checks._tints import Tints, lab
from station.profile import Limits

CUT_CODES, CUT_SHARE = 10, 0.1
"""At a cut so many tiles change their mean by so many codes in one frame; one cut too many does no harm: both sides are one view …"""
QUIET = 3.0
"""… and so many times as many as around it."""
SAME_VIEW = 0.85
"""Correlation of the light patterns of two shots of one camera."""
GREY = (30, 225)
CELL = 3.0
"""Side of a cell of the clouds, in a* and b*."""
LIGHT_CELL = 25.0
REACH = 10
"""Cells that a cloud is moved by at most, each way."""
EXTENT = 22
"""Cells from neutral to the edge of a cloud's table."""
MOST_SHARE = 0.25
"""A cell counts for no more than this share of the tiles: a wall is one thing, however large."""
FEWEST_CELLS = 6
"""Different colours that a camera must show."""
VIEW_SAMPLES = 12


@dataclass(frozen=True)
class Shot:
    """One camera's picture from cut to cut."""

    first: int
    last: int
    """Frames [first, last)."""
    view: int
    """Number of the camera."""
    pattern: Array
    """float32 (18, 32): mean light."""
    tiles: Array
    """Bool (18, 32): tiles that stir throughout."""


@dataclass(frozen=True)
class Pair:
    """Two cameras that are cut to and fro."""

    switches: int
    chroma: float
    """Distance in a*, b* by which one must be moved to show the other's colours; 0 where that explains nothing."""
    frame: int
    """The first cut between them."""


def shots(tints: Tints, limits: Limits) -> list[Shot]:
    """Every shot that a camera fills for the most part, in order."""
    substrate = tints.substrate
    borders = [0, *cuts(substrate), substrate.frames]
    found: list[Shot] = []
    least = limits["shortest_s"] / substrate.frame
    for first, last in pairwise(borders):
        tiles = _stirring(substrate, first, last)
        if last - first < least or float(tiles.mean()) < limits["camera_share"]:
            continue
        pattern = substrate.pictures.tile_mean[first:last:5].astype(np.float32).mean(axis=0)
        view = next((one.view for one in reversed(found) if _alike(one.pattern, pattern)), None)
        view = len({one.view for one in found}) if view is None else view
        found.append(Shot(first, last, view, pattern, tiles))
    return found


def cuts(substrate: Substrate) -> list[int]:
    """First frame after each cut."""
    means = substrate.pictures.tile_mean
    share = np.zeros(substrate.frames, np.float32)
    for start in range(1, substrate.frames, 2048):
        stop = min(start + 2048, substrate.frames)
        now, before = means[start:stop], means[start - 1 : stop - 1]
        share[start:stop] = (np.maximum(now, before) - np.minimum(now, before) >= CUT_CODES).mean(axis=(1, 2))
    made = []
    for index in np.flatnonzero(share >= CUT_SHARE).tolist():
        around = np.concatenate((share[max(0, index - 6) : index], share[index + 1 : index + 7]))
        if not len(around) or share[index] >= QUIET * float(np.median(around)):
            made.append(index)
    return made


def _stirring(substrate: Substrate, first: int, last: int) -> Array:
    """Bool (18, 32): tiles with a pulse in most beats that lie within the shot."""
    beats = slice(-(-first // substrate.beat), last // substrate.beat)
    pulse = substrate.pulse[beats] >= substrate.life
    share = pulse.mean(axis=0) if len(pulse) else np.zeros(TILE_ROWS * TILE_COLS)
    made: Array = (share >= CAMERA_SHARE).reshape(TILE_ROWS, TILE_COLS)
    return made


def _alike(one: Array, other: Array) -> bool:
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum()) >= SAME_VIEW * float(np.sqrt((a * a).sum() * (b * b).sum()))


def pairs(tints: Tints, taken: Sequence[Shot], limits: Limits) -> list[Pair]:
    """Every two cameras with enough switches between them."""
    joints: dict[tuple[int, int], list[int]] = {}
    for before, after in pairwise(taken):
        if before.view != after.view and after.first == before.last:
            joints.setdefault((min(before.view, after.view), max(before.view, after.view)), []).append(after.first)
    clouds: dict[int, Array] = {}
    made = []
    for (one, other), frames in joints.items():
        if len(frames) < limits["switches"]:
            continue
        for view in (one, other):
            if view not in clouds:
                clouds[view] = _cloud(tints, [shot for shot in taken if shot.view == view])
        made.append(Pair(len(frames), _apart(clouds[one], clouds[other], limits), frames[0]))
    return made


def _cloud(tints: Tints, taken: Sequence[Shot]) -> Array:
    """Share of the tiles in each cell of L*, a*, b*, none above MOST_SHARE, as presence: float32 (5, n, n)."""
    side = 2 * EXTENT + 1
    table = np.zeros((5, side, side), np.float32)
    for shot in taken[:VIEW_SAMPLES]:
        inside = np.flatnonzero((tints.frames >= shot.first + 2) & (tints.frames < shot.last - 2))
        if not len(inside):
            continue
        codes = tints.codes(inside[:: max(1, len(inside) // VIEW_SAMPLES)])
        good = shot.tiles & (codes[..., 0] > GREY[0]) & (codes[..., 0] < GREY[1])
        seen = lab(tints.light(codes[good]))
        level = np.clip(seen[:, 0] / LIGHT_CELL, 0, 4).astype(np.int64)
        a, b = (np.clip(np.rint(seen[:, k] / CELL) + EXTENT, 0, side - 1).astype(np.int64) for k in (1, 2))
        np.add.at(table, (level, a, b), 1)
    table /= max(float(table.sum()), 1.0)
    made: Array = np.sqrt(np.minimum(table, MOST_SHARE))
    return made


def _apart(one: Array, other: Array, limits: Limits) -> float:
    """Chroma by which `other` must be moved to lie on `one`; 0 where it lies there already, or never does."""
    if min(int((cloud > 0.05).sum()) for cloud in (one, other)) < FEWEST_CELLS:
        return 0.0
    wide = _spread(one)
    whole = float(np.minimum(_spread(other), other).sum())
    scores = {
        (down, right): float(np.minimum(wide, _moved(other, down, right)).sum()) / max(whole, 1e-6)
        for down in range(-REACH, REACH + 1)
        for right in range(-REACH, REACH + 1)
    }
    (down, right), best = max(scores.items(), key=lambda item: (item[1], -abs(item[0][0]) - abs(item[0][1])))
    if best < limits["likeness"] or scores[0, 0] > limits["gain_share"] * best:
        return 0.0
    return CELL * float(np.hypot(down, right))


def _spread(cloud: Array) -> Array:
    """Each cell and its neighbours in a* and b*: the largest of them."""
    made = cloud.copy()
    for axis in (1, 2):
        for shift in (-1, 1):
            made = np.maximum(made, np.roll(cloud, shift, axis=axis))
    return made


def _moved(cloud: Array, down: int, right: int) -> Array:
    return np.roll(cloud, (down, right), axis=(1, 2))
