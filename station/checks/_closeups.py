"""Closeups beside the substrate: which tiles a camera fills at each of them, how light they are, how much they stir."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gpu.closeups import Closeups, unfold_log
from gpu.measurements import TILE_COLS, TILE_ROWS, Array
from station.checks._substrate import Kind, Substrate
from station.checks.subject import Subject

NOISE_STEPS, DETAIL_STEPS = 16, 8
"""Steps an octave of the folded closeups."""
REST_BEATS = 2
"""A tile rests where its mean stood still for so many beats before and after."""

WHOLE_SHARE = 0.7
"""A camera that has so much of the picture fills it."""


@dataclass(frozen=True)
class Looks:
    """A lesson's closeups, each with the camera's tiles of its moment."""

    subject: Subject
    closeups: Closeups

    @cached_property
    def beats(self) -> Array:
        """int64 (c,): the beat of each closeup."""
        substrate = self.subject.substrate
        frames = np.searchsorted(substrate.pictures.pts, self.closeups.pts)
        made: Array = np.clip(frames // substrate.beat, 0, substrate.beats - 1)
        return made

    @cached_property
    def luma(self) -> Array:
        """uint8 (c, 18, 32): mean luma of each tile."""
        pictures = self.subject.substrate.pictures
        frames = np.searchsorted(pictures.pts, self.closeups.pts).clip(0, len(pictures.pts) - 1)
        made: Array = pictures.tile_mean[frames]
        return made

    @cached_property
    def camera(self) -> Array:
        """Bool (c, 18, 32): tiles that a camera fills, and all around them too: what borders on a slide is left out."""
        return camera_tiles(self.subject.substrate, self.beats)

    @cached_property
    def resting(self) -> Array:
        """Bool (c, 18, 32): nothing but noise stirs in the tile: its mean stands still for a while."""
        moves = self.subject.substrate.moves
        made = np.ones((len(self.beats), moves.shape[1]), dtype=bool)
        for shift in range(-REST_BEATS, REST_BEATS + 1):
            made &= ~moves[np.clip(self.beats + shift, 0, len(moves) - 1)]
        shaped: Array = made.reshape(-1, TILE_ROWS, TILE_COLS)
        return shaped

    @cached_property
    def noise(self) -> Array:
        """float32 (c, 18, 32): variance of the difference to the frame before, halved, codes²."""
        return unfold_log(self.closeups.noise, NOISE_STEPS)

    @cached_property
    def detail(self) -> Array:
        """float32 (c, BANDS, 18, 32): energy of detail, the finest octave first, codes²."""
        return unfold_log(self.closeups.detail, DETAIL_STEPS)

    @cached_property
    def coarse(self) -> Array:
        """float32 (c, 18, 32): how much coarser the difference is than white noise, as a share of its energy: 0 – 1."""
        video = self.subject.measurements.video
        assert video is not None
        size = (video.width, video.height) if video.rotation % 180 == 0 else (video.height, video.width)
        wide, rows = size[0] // TILE_COLS, -(-(size[1] // TILE_ROWS) // 3)
        white = 1 / max(1, wide // 4 * rows)
        drift = self.closeups.drift.astype(np.float32) / 255
        made: Array = np.maximum(drift * drift - white, 0)
        return made


def camera_tiles(substrate: Substrate, beats: Array) -> Array:
    """Bool (len(beats), 18, 32): tiles of a camera whose neighbours are a camera's too. The picture's edge counts as one only where
    the camera fills the picture: a window that ends in the last tile fills it in part.
    """
    filled: Array = (substrate.kinds[beats] == Kind.CAMERA).reshape(-1, TILE_ROWS, TILE_COLS)
    whole = filled.mean(axis=(1, 2)) >= WHOLE_SHARE
    around = np.ones((len(filled), TILE_ROWS + 2, TILE_COLS + 2), dtype=bool) & whole[:, None, None]
    around[:, 1:-1, 1:-1] = filled
    made: Array = filled & around[:, :-2, 1:-1] & around[:, 2:, 1:-1] & around[:, 1:-1, :-2] & around[:, 1:-1, 2:]
    return made


def looks_of(subject: Subject) -> Looks | str:
    """The closeups, or why there is nothing to look at: a name in the table `reason`."""
    closeups = subject.measurements.closeups
    if closeups is None or not len(closeups.pts):
        return "no-closeups"
    if subject.substrate.beats < 1:
        return "no-closeups"
    return Looks(subject, closeups)
