"""Pictures as the planes an encoder wants: BT.709, limited range, 4:2:0."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BLACK, NEUTRAL = 16, 128


@dataclass(frozen=True)
class Planes:
    """One picture: Y at full size, U and V at half of it, uint8."""

    y: Array
    u: Array
    v: Array

    def copy(self) -> "Planes":
        """One's own, to paint on."""
        return Planes(self.y.copy(), self.u.copy(), self.v.copy())

    def paste(self, other: "Planes", left: int, top: int) -> None:
        """Lay `other` over this picture; `left` and `top` are even."""
        height, width = other.y.shape
        self.y[top : top + height, left : left + width] = other.y
        self.u[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = other.u
        self.v[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = other.v

    def faded(self, share: float) -> "Planes":
        """This picture with `share` (0–1) of its light, as a fade to black shows it."""
        return Planes(
            (BLACK + (self.y.astype(np.float32) - BLACK) * share + 0.5).astype(np.uint8),
            (NEUTRAL + (self.u.astype(np.float32) - NEUTRAL) * share + 0.5).astype(np.uint8),
            (NEUTRAL + (self.v.astype(np.float32) - NEUTRAL) * share + 0.5).astype(np.uint8),
        )


def black(width: int, height: int) -> Planes:
    """A black picture."""
    chroma = np.full((height // 2, width // 2), NEUTRAL, np.uint8)
    return Planes(np.full((height, width), BLACK, np.uint8), chroma, chroma.copy())


def from_rgb(rgb: Array) -> Planes:
    """Convert RGB uint8 (h, w, 3), h and w even, by BT.709's matrix (Kr 0.2126, Kb 0.0722)."""
    red, green, blue = (rgb[..., k].astype(np.float32) for k in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    y = BLACK + luma * (219 / 255)
    height, width = luma.shape
    half = (height // 2, 2, width // 2, 2)
    blue_difference = (blue - luma).reshape(half).mean(axis=(1, 3)) / 1.8556
    red_difference = (red - luma).reshape(half).mean(axis=(1, 3)) / 1.5748
    u = NEUTRAL + blue_difference * (224 / 255)
    v = NEUTRAL + red_difference * (224 / 255)
    return Planes(*((plane + 0.5).astype(np.uint8) for plane in (y, u, v)))
