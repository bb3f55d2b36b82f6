"""The camera's own movement, frame by frame: what most of the blocks that a camera fills do together.

A speaker who moves moves a few blocks; a camera that moves moves them all. Beside the blocks that a camera fills, those have a say
that move: where a coder takes the noise a bare wall looks like a slide, and only its movement tells that it is none. What stands and
is no camera's (a slide beside a window) has none.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gpu.measurements import MOTION_COLS, MOTION_ROWS, MOTION_STEPS, TILE_COLS, TILE_ROWS, Array, Motions
from station.checks._substrate import Kind, Substrate

BLOCKS = MOTION_ROWS * MOTION_COLS
TRUST = 178
"""Correlation (255 = 1) from which a block's shift is believed."""
FEWEST_BLOCKS = 5
"""Fewer that see something say nothing of the camera: they may be the speaker."""
AGREE_STEPS, AGREE_SHARE = 4, 0.15
"""A block agrees with the median within so many steps, or within this share of it."""
TOGETHER = 0.6
"""Share of the telling blocks that must agree."""
OWN_SHARE = 0.5
"""And this share of those that a camera fills: an animation beside a window moves no camera."""
FILLED = 0.7
"""Share of a block's tiles that a camera must fill."""
STRIP = 4096
"""Frames worked on at a time."""
WIDTH = 480 * MOTION_STEPS
"""Steps to the picture's width."""


@dataclass(frozen=True)
class Path:
    """Per frame; shares of the picture's width, right and down positive."""

    step: Array
    """float32 (n, 2): how far the whole camera picture moved since the frame before; 0 across or down where nobody can say."""
    told: Array
    """bool (n,): enough blocks agree, across or down."""
    blocks: Array
    """int (n,): how many blocks agree, on the axis on which more do."""
    camera: Array
    """bool (n,): a camera fills one block or more."""


def camera_path(substrate: Substrate, motions: Motions, times: Array) -> Path:
    """The camera's path. `times`: seconds of the file's own frames, one a row of `motions`."""
    shot = filled_blocks(substrate, times, FILLED)
    steps = [np.zeros((0, 2), np.float32)]
    told = [np.zeros(0, bool)]
    blocks = [np.zeros(0, np.int64)]
    for start in range(0, len(times), STRIP):
        strip = slice(start, start + STRIP)
        shifts = motions.shift[strip].reshape(-1, BLOCKS, 2)
        sure = motions.trust[strip].reshape(-1, BLOCKS, 2) >= TRUST
        camera = shot[strip]
        voting = (camera | (shifts != 0).any(axis=2)) & camera.any(axis=1, keepdims=True)
        both = [_median(shifts[..., axis], sure[..., axis] & voting, camera) for axis in (0, 1)]
        known = np.stack([both[0][1], both[1][1]], axis=1)
        steps.append(np.where(known, np.stack([both[0][0], both[1][0]], axis=1) / WIDTH, 0).astype(np.float32))
        told.append(np.asarray(known.any(axis=1)))
        blocks.append(np.maximum(both[0][2], both[1][2]))
    return Path(np.concatenate(steps), np.concatenate(told), np.concatenate(blocks), np.asarray(shot.any(axis=1)))


def _median(shift: Array, says: Array, camera: Array) -> tuple[Array, Array, Array]:
    """Per frame the mean of the shifts that agree with the median, in steps, whether enough of enough blocks agree, no fewer of the
    camera's, and how many."""
    count = says.sum(axis=1)
    ordered = np.sort(np.where(says, shift, 127).astype(np.int16), axis=1)
    middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None] // 2, axis=1)
    near = says & (np.abs(shift - middle) <= np.maximum(AGREE_STEPS, AGREE_SHARE * np.abs(middle)))
    agreeing = near.sum(axis=1)
    mean = (shift * near).sum(axis=1) / np.maximum(agreeing, 1)
    own = (near & camera).sum(axis=1) >= OWN_SHARE * (says & camera).sum(axis=1)
    return mean, own & (count >= FEWEST_BLOCKS) & (agreeing >= TOGETHER * count), agreeing


def filled_blocks(substrate: Substrate, times: Array, share: float) -> Array:
    """Bool (n, blocks): blocks of which a camera fills at least this share."""
    if not substrate.beats:
        return np.zeros((len(times), BLOCKS), bool)
    filled: Array = _filled(substrate)[beats_of(substrate, times)] >= share
    return filled


def _filled(substrate: Substrate) -> Array:
    """Float (beats, blocks): the share of each block that a camera fills."""
    camera = (substrate.kinds == Kind.CAMERA).reshape(-1, TILE_ROWS, TILE_COLS)
    high = TILE_ROWS // MOTION_ROWS
    rows = camera.reshape(-1, MOTION_ROWS, high, TILE_COLS).mean(axis=2)
    edges = [TILE_COLS * col / MOTION_COLS for col in range(MOTION_COLS + 1)]
    blocks = [rows[..., int(left) : int(np.ceil(right))].mean(axis=2) for left, right in pairwise(edges)]
    return np.stack(blocks, axis=2).reshape(-1, BLOCKS)


def beats_of(substrate: Substrate, times: Array) -> Array:
    """The beat each frame lies in: int (n,). `times` in seconds of the file's own frames."""
    starts = substrate.measurements.times()[:: substrate.beat][: substrate.beats]
    return np.clip(np.searchsorted(starts, times, side="right") - 1, 0, substrate.beats - 1)
