"""A lecturer before a camera: a figure that sways, breathes and speaks, under sensor noise that never stops."""

from math import sin, tau

import numpy as np
from PIL import Image, ImageDraw

from station.demo.planes import Array, Planes, from_rgb

POSES = 32
"""Pictures on the loop of swaying; each a fraction of a pixel to a few pixels from the next."""
MOUTHS = 3
"""Shut, half open, open."""
NOISE_LUMA, NOISE_CHROMA = 1.8, 0.9
"""Standard deviation in codes: a decent camera in a lit room, about 42 dB."""
MARGIN = 64
"""The noise field is so much larger than the picture, in pixels, and laid on at a new place every frame."""

WALL, SHELF, DESK = (196, 190, 178), (150, 122, 96), (110, 78, 54)
SKIN, HAIR, SUIT, SHIRT, LIPS = (226, 184, 152), (42, 34, 30), (44, 58, 88), (236, 238, 240), (120, 52, 48)


class Camera:
    """The picture of one lecturer. Frames are a function of frame number and seed alone."""

    def __init__(self, width: int, height: int, seed: int = 0) -> None:
        """`width` and `height` in pixels, even."""
        self.width, self.height = width, height
        rng = np.random.default_rng((seed, 1))
        self._seed = seed
        self._rhythm = rng.uniform(0.8, 1.25, 3)
        self._poses: dict[tuple[int, int], Planes] = {}
        field = (height + MARGIN, width + MARGIN)
        self._noise = np.rint(rng.normal(0, NOISE_LUMA, field)).astype(np.int16)
        self._chroma = np.rint(rng.normal(0, NOISE_CHROMA, (field[0] // 2, field[1] // 2))).astype(np.int16)

    def frame(self, number: int, *, speaking: float = 0.0, still: bool = False) -> Planes:
        """Frame `number` (25 a second). `speaking` 0–1 opens the mouth; a `still` lecturer shows noise alone."""
        time = 0.0 if still else number / 25
        first, second, third = self._rhythm
        sway = (
            sin(tau * time * 0.11 * first)
            + 0.6 * sin(tau * time * 0.27 * second)
            + 0.25 * sin(tau * time * 0.71 * third)
        )
        mouth = 0 if still else min(MOUTHS - 1, int(speaking * MOUTHS))
        pose = self._pose(int(sway * POSES / 2) % POSES, mouth)
        down, right, across, along = np.random.default_rng((self._seed, 2, number)).integers(0, MARGIN // 2, 4)
        noise = self._noise[down : down + self.height, right : right + self.width]
        chroma = self._chroma[across : across + self.height // 2, along : along + self.width // 2]
        return Planes(_add(pose.y, noise), _add(pose.u, chroma), _add(pose.v, -chroma))

    def _pose(self, index: int, mouth: int) -> Planes:
        key = (index, mouth)
        if key not in self._poses:
            angle = tau * index / POSES
            self._poses[key] = from_rgb(_paint(self.width, self.height, sin(angle), sin(2 * angle), mouth))
        return self._poses[key]


def _add(plane: Array, noise: Array) -> Array:
    total = plane + noise  # int16
    return np.clip(total, 16, 240, out=total).astype(np.uint8)


def _paint(width: int, height: int, sideways: float, upward: float, mouth: int) -> Array:
    """The figure at one place of its sway, at twice the size and scaled down, so that small moves show as grey edges."""
    unit = 2 * min(width, height * 0.8) / 100
    image = Image.new("RGB", (2 * width, 2 * height), WALL)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 2 * width, 12 * unit), fill=SHELF)
    for book in range(12):
        left = (4 + 9 * book) * unit
        draw.rectangle((left, 2 * unit, left + 5 * unit, 11 * unit), fill=(90 + 12 * book, 60 + (book * 53) % 120, 70))
    x, y = width + 5 * unit * sideways, 2 * height - 62 * unit + 1.2 * unit * upward

    def oval(across: float, down: float, half_width: float, half_height: float, colour: tuple[int, int, int]) -> None:
        centre_x, centre_y = x + across * unit, y + down * unit
        draw.ellipse(
            (
                centre_x - half_width * unit,
                centre_y - half_height * unit,
                centre_x + half_width * unit,
                centre_y + half_height * unit,
            ),
            fill=colour,
        )

    oval(0, 50, 34, 30, SUIT)
    draw.polygon([(x - 7 * unit, y + 20 * unit), (x + 7 * unit, y + 20 * unit), (x, y + 42 * unit)], fill=SHIRT)
    draw.rectangle((x - 5 * unit, y + 12 * unit, x + 5 * unit, y + 22 * unit), fill=SKIN)
    oval(0.8 * sideways, -1, 12.5, 15, HAIR)
    oval(0.8 * sideways, 2, 11, 13.5, SKIN)
    for side in (-4.2, 4.2):
        oval(side + sideways, -0.5, 1.4, 1.0, HAIR)
    oval(sideways, 9, 3.2, 0.6 + 0.9 * mouth, LIPS)
    draw.rectangle((0, 2 * height - 12 * unit, 2 * width, 2 * height), fill=DESK)
    return np.asarray(image.reduce(2))
