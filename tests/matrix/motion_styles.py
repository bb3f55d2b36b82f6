"""Clean bases for cameras that move and pictures that are repeated: footage one to one, a hand that sways; and which of the other
styles are not clean of it, by their making."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from itertools import islice, pairwise

import numpy as np
from PIL import Image

from matrix.footage import Grain, play
from matrix.styles import Box, Handheld, Size, Style, Whiteboard
from station.demo.planes import Planes

WIDE = 1920
"""Amplitudes are told in pixels of a picture so wide."""
REPEATING = ("stage", "chaplin")
"""Takes that were brought from 24 to 30 pictures a second, and from 16 to 25, by repeating every fifth and every third or fourth."""
SHAKING = ("car",)
"""Takes from a car on a road: seat and window pillar go up and down together by 4–8 pixels of WIDE, several times a second."""

BARRED = ("chair",)
"""Takes with black bars at both sides."""


def moved(picture: Planes, right: float, down: float) -> Planes:
    """The picture, moved by so many pixels of its own; what comes in at the border repeats it."""
    made = picture.copy()
    for plane, unit in ((made.y, 1), (made.u, 2), (made.v, 2)):
        x, y = right / unit, down / unit
        pad = int(max(abs(x), abs(y))) + 2
        wide = Image.fromarray(np.pad(plane, pad, mode="edge"))
        height, width = plane.shape
        form = (1, 0, pad - x, 0, 1, pad - y)
        plane[:] = np.asarray(wide.transform((width, height), Image.Transform.AFFINE, form, Image.Resampling.BICUBIC))
    return made


@dataclass(frozen=True)
class Unrepeated(Style):
    """A take filling the picture, without the pictures that its makers repeated to change its rate."""

    source: str = "stage"
    seed: int = 0
    noise: float = 0.0

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        grain, shots = Grain(size, self.noise, self.seed), play(self.source, size, seed=self.seed)
        shown = list(islice(shots, 2 * frames))
        steps = np.array(
            [float(np.abs(b.y[::2, ::2].astype(np.int16) - a.y[::2, ::2]).mean()) for a, b in pairwise(shown)]
        )
        near = np.lib.stride_tricks.sliding_window_view(np.pad(steps, 12, mode="reflect"), 25)
        again = steps < 0.2 * np.percentile(near, 80, axis=1)
        kept = [shown[0], *(picture for picture, repeat in zip(shown[1:], again, strict=True) if not repeat)]
        for number, picture in enumerate(kept[:frames]):
            yield grain.over(picture, number) if self.noise else picture


@dataclass(frozen=True)
class Swayed(Style):
    """Another style in a quiet hand: slow sways, and the tremor of a hand far below what is seen."""

    base: Style
    seed: int = 0
    sways: tuple[tuple[float, float], ...] = ((16.0, 0.25), (7.0, 0.6), (3.0, 1.1), (0.4, 8.0))
    """Pixels of WIDE, and hertz."""

    def camera(self, size: Size) -> Box | None:
        return self.base.camera(size)

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        phases = np.random.default_rng((self.seed, 28)).uniform(0, 2 * np.pi, (2, len(self.sways)))
        for number, picture in enumerate(self.base.draw(size, frames)):
            across, down = (
                sum(
                    pixels * np.sin(2 * np.pi * hertz * pace * number / 25 + phase)
                    for (pixels, hertz), phase in zip(self.sways, row, strict=True)
                )
                for row, pace in zip(phases, (1.0, 0.87), strict=True)
            )
            yield moved(picture, across * size[0] / WIDE, 0.6 * down * size[0] / WIDE)


def not_clean_of(style: object, *, denoised: bool = False) -> frozenset[str]:
    """Checks that are right to tell something of a clip in this style. `denoised`: by a coder that takes a camera's noise."""
    told: set[str] = set()
    for one in _parts(style):
        if isinstance(one, Handheld):  # its hand trembles at random by 5–12 pixels of WIDE (RMS over 2 Hz)
            told.add("shake")
        if one in SHAKING:
            told.add("shake")
        if one in BARRED:
            told.add("picture-bars")
        if one in REPEATING:
            told.add("stutter")
        if denoised and (one == "drawn" or isinstance(one, Whiteboard)):  # the drawn figure stands between its poses
            told.add("stutter")
    return frozenset(told)


def _parts(value: object) -> Iterator[object]:
    """A style, its values, and those of the styles in it."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
    elif is_dataclass(value) and not isinstance(value, Unrepeated):
        for field in fields(value):
            yield from _parts(getattr(value, field.name))
