"""From a decoded picture to the planes that are measured: 960×540, 8 bit, limited range, upright."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from gpu.measurements import PLANE_H, PLANE_W, Array

GRID_ROWS = 64
"""About so many rows of the full-size luma are kept to look for block borders."""
FULL_RANGE = 2
"""FFmpeg's number for full (0–255) range."""


@dataclass(frozen=True, slots=True)
class Planes:
    """One picture, ready to be measured."""

    luma: Any
    """uint8 (540, 960)."""
    u: Any
    v: Any
    """uint8 (270, 480)."""
    rows: Any
    """uint8 (r, w): some rows of the full-size luma, as decoded; None where the format keeps no 8-bit luma plane."""
    frame: VideoFrame
    """The same planes as a frame that an encoder takes."""


def plane_view(frame: VideoFrame, index: int) -> Array:
    """A plane of an 8-bit planar frame without a copy: uint8 (h, w), valid as long as the frame lives."""
    plane: Any = frame.planes[index]
    rows: Array = np.frombuffer(plane, np.uint8)[: plane.height * plane.line_size].reshape(
        plane.height, plane.line_size
    )
    return rows[:, : plane.width]


class Scaler:
    """Brings pictures of any size and format to the analysis planes, on the CPU."""

    def __init__(self, rotation: int = 0) -> None:
        """`rotation`: degrees counterclockwise that make the picture upright, a multiple of 90."""
        self._reformatter = VideoReformatter()
        self._turns = rotation // 90 % 4

    def planes(self, frame: VideoFrame) -> Planes:
        """The analysis planes of `frame`."""
        width, height = (PLANE_H, PLANE_W) if self._turns % 2 else (PLANE_W, PLANE_H)
        small = scale(self._reformatter, frame, width, height)
        if self._turns:
            small = turn(small, self._turns)
        return Planes(plane_view(small, 0), plane_view(small, 1), plane_view(small, 2), grid_rows(frame), small)


def scale(reformatter: VideoReformatter, frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """`frame` by area at another size, planar 4:2:0, 8 bit, limited range."""
    full = frame.color_range == FULL_RANGE or frame.format.name.startswith("yuvj") or frame.format.is_rgb
    return reformatter.reformat(
        frame,
        width=width,
        height=height,
        format="yuv420p",
        interpolation=Interpolation.AREA,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
        threads=1,
    )


def turn(frame: VideoFrame, turns: int) -> VideoFrame:
    """A planar 4:2:0 frame, turned counterclockwise by quarter turns."""
    width, height = (frame.height, frame.width) if turns % 2 else (frame.width, frame.height)
    turned = VideoFrame(width, height, "yuv420p")
    for index in range(3):
        plane_view(turned, index)[:] = np.rot90(plane_view(frame, index), turns)
    turned.color_range = frame.color_range
    turned.colorspace = frame.colorspace
    return turned


def grid_rows(frame: VideoFrame) -> Array | None:
    """Some rows of the full-size luma, spread evenly; None where its format keeps no 8-bit luma plane."""
    parts = frame.format.components
    if frame.format.is_rgb or not frame.format.is_planar or parts[0].bits != 8 or parts[0].plane != 0:
        return None
    luma = plane_view(frame, 0)
    return luma[:: max(1, len(luma) // GRID_ROWS)]
