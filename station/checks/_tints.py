"""Tile means as colours: from the analysis plane's codes to linear light and CIE L*a*b* (D65), and back to nothing else.

Tiles are means of codes, not of light: good to a few tenths of L*a*b* where a tile is of one colour, which is what the checks need.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements, Samples
from station.checks._common import seconds
from station.checks._substrate import Substrate

GAMMA = 2.2
"""Codes to light, about: BT.1886 has 2.4, sRGB 2.2 on the whole; differences in L*a*b* are the same to a few per cent."""
SD_MATRICES = frozenset({"smpte170m", "bt470bg", "fcc"})
HD_LINES = 720
"""From so many lines on a file that does not name its matrix is taken as BT.709."""
WHITE: Array = np.array((0.9505, 1.0, 1.089), np.float32)
"""D65."""
TO_XYZ: Array = np.array(
    ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505)), np.float32
)  # fmt: skip
"""BT.709 and sRGB primaries (IEC 61966-2-1)."""
Kb_Kr = tuple[float, float]


def light(y: Array, u: Array, v: Array, weights: Kb_Kr) -> Array:
    """Linear light of limited-range codes: float32 (…, 3), red, green, blue, 0–1."""
    blue_weight, red_weight = weights
    luma = (np.asarray(y, np.float32) - 16) / 219
    blue = luma + (np.asarray(u, np.float32) - 128) / 112 * (1 - blue_weight)
    red = luma + (np.asarray(v, np.float32) - 128) / 112 * (1 - red_weight)
    green = (luma - red_weight * red - blue_weight * blue) / (1 - red_weight - blue_weight)
    made: Array = np.clip(np.stack([red, green, blue], axis=-1), 0, 1) ** np.float32(GAMMA)
    return made


def lab(linear: Array) -> Array:
    """CIE L*a*b* of linear light: float32 (…, 3)."""
    relative = (linear @ TO_XYZ.T) / WHITE
    curved = np.where(relative > 0.008856, np.cbrt(relative), relative * np.float32(7.787) + np.float32(16 / 116))
    x, y, z = curved[..., 0], curved[..., 1], curved[..., 2]
    made: Array = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return made


@dataclass(frozen=True)
class Tints:
    """The tiles' colours at each sample (about 5 a second)."""

    substrate: Substrate
    samples: Samples

    @property
    def measurements(self) -> Measurements:
        """What they were measured of, on an even grid of time."""
        return self.substrate.measurements

    @cached_property
    def times(self) -> Array:
        """float64 (m,): seconds from the first picture."""
        video = self.measurements.video
        assert video is not None
        return seconds(self.samples.pts, video.time_base) - self.measurements.origin

    @cached_property
    def frames(self) -> Array:
        """int64 (m,): index of each sample's picture."""
        pts = self.substrate.pictures.pts
        made: Array = np.searchsorted(pts, self.samples.pts).clip(0, len(pts) - 1)
        return made

    @cached_property
    def beats(self) -> Array:
        """int64 (m,): the beat of each sample."""
        made: Array = np.clip(self.frames // self.substrate.beat, 0, max(0, self.substrate.beats - 1))
        return made

    @cached_property
    def weights(self) -> Kb_Kr:
        """Weights of blue and red in luma: BT.601 where the file says so or is small, else BT.709."""
        video = self.measurements.video
        assert video is not None
        small = video.colour_matrix != "bt709" and min(video.height, video.width) < HD_LINES
        return (0.114, 0.299) if video.colour_matrix in SD_MATRICES or small else (0.0722, 0.2126)

    def codes(self, where: slice | Array) -> Array:
        """float32 (k, 18, 32, 3): Y, U and V of some samples."""
        parts = (
            self.substrate.pictures.tile_mean[self.frames[where]],
            self.samples.tile_u[where],
            self.samples.tile_v[where],
        )
        return np.stack(parts, axis=-1).astype(np.float32).reshape(-1, TILE_ROWS, TILE_COLS, 3)

    def light(self, codes: Array) -> Array:
        """Linear light of codes (…, 3) of this file."""
        return light(codes[..., 0], codes[..., 1], codes[..., 2], self.weights)


def tints_of(substrate: Substrate) -> Tints | None:
    """The colours of a lesson; None where there are too few samples or beats."""
    samples = substrate.measurements.samples
    if samples is None or len(samples.pts) < 2 or substrate.beats < 1:
        return None
    return Tints(substrate, samples)
