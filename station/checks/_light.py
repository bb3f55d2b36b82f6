"""From the codes of a tile to light: relative luminance, share of red, CIE 1976 chromaticity."""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array, VideoFacts

MATRICES = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt470bg": (0.299, 0.114), "fcc": (0.3, 0.11)}
"""Weights of red and blue in luma (ITU-R BT.709, BT.601) by FFmpeg's name."""
HIGH = 720
"""A picture of so many lines that names no matrix has BT.709's, a smaller one BT.601's, as players take it."""
DARK = 0.01
"""Linear R + G + B under this has no colour to speak of."""
WHITE = (0.1978, 0.4683)
"""u′ v′ of D65."""


@dataclass(frozen=True)
class Light:
    """What a viewer sees of tiles, any shape."""

    luminance: Array
    """float32, relative to white: 0–1 (WCAG 2.2, sRGB curve)."""
    red: Array
    """float32: R / (R + G + B) of linear light, 0–1; a third where it is dark."""
    u: Array
    v: Array
    """float32: CIE 1976 u′ v′."""


def weights(video: VideoFacts) -> tuple[float, float]:
    """Weights of red and blue in this file's luma."""
    named = MATRICES.get(video.colour_matrix)
    return named or MATRICES["bt709" if video.height >= HIGH else "smpte170m"]


def light(y: Array, u: Array, v: Array, matrix: tuple[float, float]) -> Light:
    """Light of limited-range 8-bit codes."""
    kr, kb = matrix
    luma = (y.astype(np.float32) - 16) / 219
    blue = (u.astype(np.float32) - 128) / 224 * 2 * (1 - kb)
    red = (v.astype(np.float32) - 128) / 224 * 2 * (1 - kr)
    green = luma - (kr * red + kb * blue) / (1 - kr - kb)
    r, g, b = _linear(luma + red), _linear(green), _linear(luma + blue)
    total = r + g + b
    x, z = 0.4124 * r + 0.3576 * g + 0.1805 * b, 0.0193 * r + 0.1192 * g + 0.9505 * b
    shine = 0.2126 * r + 0.7152 * g + 0.0722 * b
    dark, share = total < DARK, x + 15 * shine + 3 * z
    share[dark] = total[dark] = 1
    return Light(
        shine,
        np.where(dark, np.float32(1 / 3), r / total),
        np.where(dark, np.float32(WHITE[0]), 4 * x / share),
        np.where(dark, np.float32(WHITE[1]), 9 * shine / share),
    )


def _linear(signal: Array) -> Array:
    """The curve of sRGB (IEC 61966-2-1), 0–1."""
    clipped = np.clip(signal, 0, 1)
    made: Array = np.where(clipped <= 0.04045, clipped / 12.92, ((clipped + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return made
