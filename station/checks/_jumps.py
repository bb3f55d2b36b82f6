"""The one step that the whole picture takes in a frame: what `jump` is told from.

Every block has a vote here, whatever it shows: a camera that is knocked moves all it sees by the same way, a cut none of it. Where a
camera shares the picture with slides its own blocks must take part, so that a page laid out anew beside a lecturer is none.
"""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import MOTION_STEPS, Array, Motions
from station.checks._camera_path import BLOCKS, STRIP, TRUST, WIDTH, filled_blocks
from station.checks._substrate import Substrate

LENGTHS = (48, 45)
"""Pixels of a block across and down. What moved by s of them has 1 − s / length in common with what was there, and no more than that
of the correlation."""
NEAR_STEPS, NEAR_SHARE = 4, 0.25
"""A block agrees with the median within so many steps, or within this share of it: a shift this large brings new things into it."""
PARTLY = 0.3
"""Share of a block's tiles that a camera must fill for its vote to be the camera's."""


@dataclass(frozen=True)
class Steps:
    """Per frame, what most blocks do together; shares of the picture's width, right and down positive."""

    step: Array
    """float32 (n, 2): the median of the blocks that tell; 0 where none does."""
    telling: Array
    """int (n,): blocks that tell, on the axis of the larger step."""
    agreeing: Array
    """int (n,): those of them near the median."""
    camera_telling: Array
    """int (n,): those that a camera fills at least partly."""
    camera_agreeing: Array
    """int (n,): those of them near the median."""


def common_steps(substrate: Substrate, motions: Motions, times: Array) -> Steps:
    """What the blocks do together. `times`: seconds of the file's own frames, one a row of `motions`."""
    camera = filled_blocks(substrate, times, PARTLY)
    made: list[tuple[Array, ...]] = []
    for start in range(0, len(times), STRIP):
        strip = slice(start, start + STRIP)
        axes = [_votes(motions, strip, axis, camera[strip]) for axis in (0, 1)]
        middle = np.stack([votes[0] for votes in axes], axis=1)
        larger = np.abs(middle).argmax(axis=1)
        counts = [np.where(larger == 0, axes[0][index], axes[1][index]) for index in range(1, 5)]
        made.append(((middle / WIDTH).astype(np.float32), *counts))
    if not made:
        none = np.zeros(0, np.int64)
        return Steps(np.zeros((0, 2), np.float32), none, none, none, none)
    return Steps(*(np.concatenate(parts) for parts in zip(*made, strict=True)))


def _votes(motions: Motions, strip: slice, axis: int, camera: Array) -> tuple[Array, ...]:
    """Per frame the median step, how many blocks tell, how many agree, and the same two of the camera's."""
    shift = motions.shift[strip, ..., axis].reshape(-1, BLOCKS).astype(np.int16)
    common = 1 - np.abs(shift) / (MOTION_STEPS * LENGTHS[axis])
    says = motions.trust[strip, ..., axis].reshape(-1, BLOCKS) >= TRUST * common
    count = says.sum(axis=1)
    ordered = np.sort(np.where(says, shift, 127), axis=1)
    middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None] // 2, axis=1)
    middle = np.where(count[:, None] > 0, middle, 0)
    near = says & (np.abs(shift - middle) <= np.maximum(NEAR_STEPS, NEAR_SHARE * np.abs(middle)))
    return middle[:, 0], count, near.sum(axis=1), (says & camera).sum(axis=1), (near & camera).sum(axis=1)
