"""Plants of camera quality: white balance, iris, focus, bars, lamps; each exact to the frame."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from matrix.lectures import Setting
from matrix.styles import even
from station.demo.planes import BLACK, NEUTRAL, Array, Planes, from_rgb

GAMMA = 2.2
Gains = tuple[float, float, float]
CAST = {
    "blue": (0.72, 0.96, 1.5),
    "green": (0.78, 1.2, 0.8),
    "magenta": (1.2, 0.78, 1.15),
    "warm": (1.45, 1.0, 0.5),
}
"""Gains of red, green and blue light, as a wrong white balance has them."""


def graded(picture: Planes, gains: Gains) -> Planes:
    """The picture with its light multiplied."""
    return from_rgb(_rgb(picture, gains))


def _rgb(picture: Planes, gains: Gains) -> Array:
    luma = (picture.y.astype(np.float32) - 16) / 219
    u, v = (
        np.repeat(np.repeat((plane.astype(np.float32) - 128) / 112, 2, axis=0), 2, axis=1)
        for plane in (picture.u, picture.v)
    )
    red, blue = luma + 0.7874 * v, luma + 0.9278 * u
    green = (luma - 0.2126 * red - 0.0722 * blue) / 0.7152
    parts = [
        np.clip(channel, 0, 1) * np.float32(gain ** (1 / GAMMA))
        for channel, gain in zip((red, green, blue), gains, strict=True)
    ]
    return np.rint(np.clip(np.stack(parts, axis=-1), 0, 1) * 255).astype(np.uint8)


def inside(setting: Setting, whole: bool) -> tuple[slice, slice]:
    """Rows and columns of the camera's picture, even."""
    left, top, width, height = (0, 0, *setting.size) if whole or setting.camera is None else setting.camera
    return slice(top, top + height), slice(left, left + width)


def _half(part: tuple[slice, slice]) -> tuple[slice, slice]:
    rows, columns = part
    return slice(rows.start // 2, rows.stop // 2), slice(columns.start // 2, columns.stop // 2)


def cut_out(picture: Planes, part: tuple[slice, slice]) -> Planes:
    """A part of a picture."""
    return Planes(picture.y[part], picture.u[_half(part)], picture.v[_half(part)])


@dataclass(frozen=True)
class Grade:
    """From `start` seconds on the camera's light is multiplied; it takes `ramp` seconds to get there, 0: one frame. With `end` it
    goes back."""

    start: float
    gains: Gains
    ramp: float = 0.0
    end: float = 1e9
    whole: bool = False
    """Slides too: the whole picture."""

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        part = inside(setting, self.whole)
        for number, picture in enumerate(pictures):
            time = number / setting.rate
            if time < self.start or time >= self.end:
                yield picture
                continue
            share = 1.0 if self.ramp <= 0 else min(1.0, (time - self.start) / self.ramp)
            gains = tuple(gain**share for gain in self.gains)
            made = picture.copy()
            made.paste(graded(cut_out(picture, part), (gains[0], gains[1], gains[2])), part[1].start, part[0].start)
            yield made


@dataclass(frozen=True)
class Grades:
    """The same in turn: light multiplied in stretches, each (first second, gains), as cameras that do not match."""

    stretches: tuple[tuple[float, Gains], ...]

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        for number, picture in enumerate(pictures):
            now = [gains for start, gains in self.stretches if number / setting.rate >= start]
            yield graded(picture, now[-1]) if now and now[-1] != (1.0, 1.0, 1.0) else picture


@dataclass(frozen=True)
class Soft:
    """The camera's picture out of focus over [start, end) seconds by so many pixels (σ) at 1080 lines."""

    start: float
    end: float
    sigma: float

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        part = inside(setting, whole=False)
        radius = self.sigma * setting.size[1] / 1080
        rng = np.random.default_rng(7)
        for number, picture in enumerate(pictures):
            if not self.start <= number / setting.rate < self.end:
                yield picture
                continue
            made = picture.copy()
            soft = Image.fromarray(np.ascontiguousarray(picture.y[part])).filter(ImageFilter.GaussianBlur(radius))
            grain = rng.normal(0, 1.0, (part[0].stop - part[0].start, part[1].stop - part[1].start))
            made.y[part] = np.clip(np.rint(np.asarray(soft) + grain), 16, 235)  # the sensor's noise is never blurred
            yield made


@dataclass(frozen=True)
class Bars:
    """The picture squeezed between black bars over [start, end) seconds: `rows` at top and bottom, `columns` at the sides."""

    share: float
    sides: str = "rows"
    start: float = 0.0
    end: float = 1e9

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        width, height = setting.size
        for number, picture in enumerate(pictures):
            if not self.start <= number / setting.rate < self.end:
                yield picture
                continue
            across = self.share if self.sides == "columns" else 0.0
            down = self.share if self.sides == "rows" else 0.0
            left, top = even(across * width), even(down * height)
            yield squeezed(picture, (left, top, width - 2 * left, height - 2 * top))


def squeezed(picture: Planes, box: tuple[int, int, int, int]) -> Planes:
    """The middle of the picture in a box on black, nothing scaled: what does not fit is cut off."""
    left, top, width, height = box
    y = np.full(picture.y.shape, BLACK, np.uint8)
    u, v = (np.full(plane.shape, NEUTRAL, np.uint8) for plane in (picture.u, picture.v))
    made = Planes(y, u, v)
    part = (slice(top, top + height), slice(left, left + width))
    made.paste(cut_out(picture, part), left, top)
    return made


@dataclass(frozen=True)
class Upscaled:
    """Everything scaled down by `factor` and up again."""

    factor: float = 2.0

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        for picture in pictures:
            made = picture.copy()
            size = picture.y.shape[::-1]
            less = (round(size[0] / self.factor), round(size[1] / self.factor))
            small = Image.fromarray(picture.y).resize(less, Image.Resampling.BOX)
            made.y[:] = np.asarray(small.resize(size, Image.Resampling.BICUBIC))
            yield made
