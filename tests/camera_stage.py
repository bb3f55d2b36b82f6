"""Pictures straight to measurements, without a codec: what a camera check sees of frames whose truth is known exactly."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from av.video.frame import VideoFrame

from gpu.device import cpu
from gpu.measurements import ARRAYS, Measurements
from gpu.picturemeter import PictureMeter, Shot
from gpu.planes import Scaler, plane_view
from station.demo.planes import Planes, from_rgb
from tests.measured import CONTAINER, VIDEO

TICKS = 12800
"""Timestamps in a second."""


def measured(pictures: Iterable[Planes], gop: int = 250, rate: int = 25) -> Measurements:
    """Measure pictures as `rate` frames a second, uncompressed."""
    meter, scaler = PictureMeter(cpu("test"), Fraction(1, TICKS), Fraction(0)), Scaler()
    size = (0, 0)
    for number, picture in enumerate(pictures):
        size = picture.y.shape[::-1]
        frame = VideoFrame(*size, "yuv420p")
        for index, plane in enumerate((picture.y, picture.u, picture.v)):
            plane_view(frame, index)[:] = plane
        key = number % gop == 0
        meter.add(Shot(number * TICKS // rate, key, corrupt=False, interlaced=False, planes=scaler.planes(frame)))
    parts = {name: part for part in meter.finish() for name, kind in ARRAYS.items() if isinstance(part, kind)}
    video = replace(VIDEO, width=size[0], height=size[1])
    return replace(
        Measurements(CONTAINER, video, None, None, None, None, None, None, None, (), 0.0, "cpu: test"), **parts
    )


def painted(rgb: Any) -> Planes:
    """An RGB picture, uint8 (h, w, 3)."""
    return from_rgb(np.asarray(rgb))


def noisy(still: Planes, sigma: float, frames: int, seed: int = 0, chroma: float = 0.0) -> Iterator[Planes]:
    """One picture under fresh white noise of so many codes (σ) in every frame."""
    rng = np.random.default_rng(seed)
    for _ in range(frames):
        parts = (still.y, sigma), (still.u, chroma), (still.v, chroma)
        yield Planes(*(_grained(plane, level, rng) for plane, level in parts))


def _grained(plane: Any, sigma: float, rng: np.random.Generator) -> Any:
    if not sigma:
        return plane
    return np.clip(np.rint(plane + rng.normal(0, sigma, plane.shape)), 0, 255).astype(np.uint8)
