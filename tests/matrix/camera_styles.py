"""Styles of camera quality: one lecturer before two cameras, a studio that is blue by intent, a stage in warm light."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from matrix.styles import Size, Style, cropped, cuts, even, lecturer
from station.demo.planes import Planes


@dataclass(frozen=True)
class TwoCameras(Style):
    """One lecturer, a wide view and a closer one of the same scene, cut to and fro."""

    source: str = "drawn"
    seed: int = 0
    noise: float = 1.0
    every: tuple[int, int] = (75, 110)

    def changes(self, frames: int) -> tuple[int, ...]:
        return tuple(cuts(frames, self.seed, *self.every)[1:])

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        shots = lecturer(self.source, size, noise=self.noise, seed=self.seed)
        starts, close = set(self.changes(frames)), False
        width, height = size
        box = (even(width * 0.2), even(height * 0.1), even(width * 0.6), even(height * 0.6))
        grain = np.random.default_rng(self.seed)
        for number in range(frames):
            close = close != (number in starts)
            shot = next(shots)
            yield enlarged(cropped(shot, box), size, grain) if close else shot


def enlarged(picture: Planes, size: Size, grain: np.random.Generator) -> Planes:
    """A picture at another size, with the noise that a camera would have at that size."""
    half = (size[0] // 2, size[1] // 2)
    y, u, v = (
        np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize(to, Image.Resampling.BICUBIC))
        for plane, to in ((picture.y, size), (picture.u, half), (picture.v, half))
    )
    noise = np.rint(grain.normal(0, 1.0, y.shape)).astype(np.int16)
    return Planes(np.clip(y + noise, 16, 235).astype(np.uint8), u, v)


@dataclass(frozen=True)
class Studio(Style):
    """A lecturer before a virtual wall of one strong colour, which is meant so."""

    seed: int = 0
    wall: tuple[int, int] = (160, 112)
    """U and V of the wall, codes."""

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        shots = lecturer("drawn", size, seed=self.seed)
        for _ in range(frames):
            shot = next(shots)
            made = shot.copy()
            luma = shot.y[::2, ::2]
            back = (np.abs(shot.u.astype(int) - 124) < 6) & (np.abs(shot.v.astype(int) - 131) < 6) & (luma > 150)
            made.u[back] = self.wall[0]
            made.v[back] = self.wall[1]
            bright = np.repeat(np.repeat(back, 2, axis=0), 2, axis=1)
            made.y[bright] = (made.y[bright] * 0.55).astype(np.uint8)
            yield made
