"""The shared substrate: what each tile of the picture is doing, so that checks ask about life, not about change.

Everything here is per *beat*: a stretch of about 0.2 s. A tile's **pulse** in a beat is the second largest of its frame differences:
one slide change does not make it beat, half the frames being repeats does not stop it. Frames around a key frame, where a
codec draws a standing picture anew ("breathing"), are discounted. A tile is **alive** while it has had a pulse within the last
10 s; a camera's tiles have one in nearly every beat.

A 45-minute lesson is 13 500 beats of 576 tiles, 8 MB an array; frames are read in strips.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements, Pictures, expand
from station.checks._evenly import evenly

TILES = TILE_ROWS * TILE_COLS
BEAT_S = 0.2
FEWEST_FRAMES = 4
"""Frames in a beat, at least."""
MEMORY_S = 10.0
"""How long after its last pulse a tile counts as alive (METHODS §0)."""
LIFE = 5
"""Companded difference (about 0.1 code) from which a frame difference is a pulse. Measured: x264 noise of σ = 1–2 stays above it down
to 1 Mbit/s at 1080p; standing slides are under it but for breathing."""
OFTEN, OFTEN_LIFE = 0.2, 9
"""Where key frames come so often that this share of all frames is discounted (MPEG-2, every half second), every frame breathes a
little, up to this difference, measured on static slides at 3–20 Mbit/s."""
BREATH_BEFORE, BREATH_AFTER = 1, 2
"""Frames before and after a key frame that its redrawing touches. Measured with x264 (open and closed GOP) and MPEG-2."""
SHORTEST_GOP = 6
"""Key frames closer than this are the codec's habit (intra-only) and not discounted."""
MOVE_CODES = 2
"""A tile whose mean moves by at least so many codes from beat to beat has something moving in it; noise averages out."""
DARK_CODES = 22
"""Tile means up to here are black."""
CAMERA_SHARE = 0.6
"""A camera's tile has a pulse in at least this share of beats."""
STRIP = 512
"""Beats worked on at a time."""
EXPANDED: Array = expand(np.arange(256, dtype=np.uint8))
"""Codes of each companded difference."""


class Kind(IntEnum):
    """What a tile shows."""

    BLANK = 0
    """Black and still."""
    STILL = 1
    """A slide, a card, a photograph: nothing has stirred for 10 s."""
    SCREEN = 2
    """Stirs now and then: an animation, a pointer, handwriting."""
    CAMERA = 3
    """Stirs all the time: sensor noise or constant movement."""


@dataclass(frozen=True)
class Substrate:
    """Content class and liveness per tile and beat."""

    measurements: Measurements
    """On an even grid of time: a frame here is a frame of the file only where the file's rate is constant."""

    @property
    def pictures(self) -> Pictures:
        """The picture arrays. Raises ValueError where the lesson has none: checks ask first."""
        if self.measurements.pictures is None:
            raise ValueError("no picture")
        return self.measurements.pictures

    @cached_property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.pictures.pts)

    @cached_property
    def frame(self) -> float:
        """Seconds from one frame to the next."""
        return self.measurements.frame_seconds()

    @cached_property
    def beat(self) -> int:
        """Frames in a beat."""
        return max(FEWEST_FRAMES, round(BEAT_S / self.frame))

    @cached_property
    def beats(self) -> int:
        """Number of whole beats; up to `beat` − 1 frames at the end belong to none."""
        return self.frames // self.beat

    @cached_property
    def discounted(self) -> Array:
        """Bool (n,): frames whose differences may be a key frame's breathing."""
        keys = np.flatnonzero(self.pictures.key)
        made = np.zeros(self.frames, dtype=bool)
        if len(keys) < 1 or (len(keys) > 1 and float(np.median(np.diff(keys))) < SHORTEST_GOP):
            return made
        for shift in range(-BREATH_BEFORE, BREATH_AFTER + 1):
            near = keys[keys > 0] + shift
            made[near[(near >= 0) & (near < self.frames)]] = True
        return made

    @cached_property
    def life(self) -> int:
        """Companded difference from which a frame difference is a pulse in this file."""
        return OFTEN_LIFE if self.frames and float(self.discounted.mean()) > OFTEN else LIFE

    @cached_property
    def _good(self) -> tuple[Array, Array]:
        """For each frame the last and the next one that is not discounted: itself where it is good."""
        at = np.arange(self.frames)
        before = np.maximum.accumulate(np.where(self.discounted, 0, at))
        after = np.minimum.accumulate(np.where(self.discounted, self.frames, at)[::-1])[::-1]
        return before, np.where(after < self.frames, after, before)

    @cached_property
    def pulse(self) -> Array:
        """uint8 (beats, 576): companded second largest difference of each beat; a discounted frame takes the lesser one of the
        good frames around it."""
        before, after = self._good
        difference = self.pictures.tile_difference.reshape(self.frames, TILES)
        made = np.zeros((self.beats, TILES), np.uint8)
        for start in range(0, self.beats, STRIP):
            stop = min(start + STRIP, self.beats)
            strip = slice(start * self.beat, stop * self.beat)
            frames = np.minimum(difference[before[strip]], difference[after[strip]])
            frames = frames.reshape(stop - start, self.beat, TILES)
            first, second = frames[:, 0].copy(), np.zeros((stop - start, TILES), np.uint8)
            for index in range(1, self.beat):
                np.maximum(second, np.minimum(first, frames[:, index]), out=second)
                np.maximum(first, frames[:, index], out=first)
            made[start:stop] = second
        return made

    @cached_property
    def moves(self) -> Array:
        """Bool (beats, 576): the tile's mean moved since the beat before: something moves in it, not noise alone."""
        means = self.pictures.tile_mean[:: self.beat].reshape(-1, TILES)[: self.beats]
        made = np.zeros((self.beats, TILES), dtype=bool)
        if self.beats > 1:
            made[1:] = np.maximum(means[1:], means[:-1]) - np.minimum(means[1:], means[:-1]) >= MOVE_CODES
        return made

    def spell(self, seconds: float) -> int:
        """Beats in so many seconds, at least one."""
        return max(1, round(seconds / (self.beat * self.frame)))

    @cached_property
    def alive(self) -> Array:
        """Bool (beats, 576): a pulse within the last MEMORY_S, this beat included."""
        made: Array = counted(self.pulse >= self.life, self.spell(MEMORY_S)) > 0
        return made

    @cached_property
    def kinds(self) -> Array:
        """uint8 (beats, 576) of `Kind`."""
        memory = self.spell(MEMORY_S)
        stirring = counted(self.pulse >= self.life, memory)
        known = np.minimum(np.arange(1, self.beats + 1), memory)[:, None]
        dark = self.pictures.tile_mean[:: self.beat].reshape(-1, TILES)[: self.beats] <= DARK_CODES
        made = np.full((self.beats, TILES), Kind.STILL, np.uint8)
        made[stirring > 0] = Kind.SCREEN
        made[stirring >= CAMERA_SHARE * known] = Kind.CAMERA
        made[dark & (stirring == 0)] = Kind.BLANK
        return made

    @cached_property
    def camera_share(self) -> float:
        """Share of the lesson's tiles × time that a camera fills, 0–1."""
        return float((self.kinds == Kind.CAMERA).mean()) if self.beats else 0.0


def counted(flags: Array, window: int) -> Array:
    """uint16 (beats, 576): how many of the last `window` beats, this one included, are true. Wrap-around cancels out."""
    summed = np.cumsum(flags, axis=0, dtype=np.uint16)
    made = summed.copy()
    made[window:] -= summed[:-window]
    return made


def build_substrate(measurements: Measurements) -> Substrate:
    """The substrate of a lesson, on an even grid of time; its parts are computed when first asked for."""
    return Substrate(evenly(measurements))
