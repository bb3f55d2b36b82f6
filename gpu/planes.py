"""From a decoded picture to the planes that are measured: 960×540, 8 bit, limited range, upright."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from gpu.closeup import Whole
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
    whole: Whole | None = None
    """The full-size luma; None where the format keeps none."""


def plane_view(frame: VideoFrame, index: int) -> Array:
    """A plane of an 8-bit planar frame without a copy: uint8 (h, w), valid as long as the frame lives."""
    return _view(frame.planes[index], np.uint8)


def _view(plane: Any, code: type[np.unsignedinteger[Any]]) -> Array:
    """A plane's codes, without the padding of its lines."""
    rows = np.frombuffer(plane, np.uint8)[: plane.height * plane.line_size].view(code).reshape(plane.height, -1)
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
        views = [plane_view(small, index) for index in range(3)]
        return Planes(views[0], views[1], views[2], grid_rows(frame), small, whole_luma(frame, self._turns))


def is_full(frame: VideoFrame) -> bool:
    """Whether the codes of a picture go from 0 to the largest."""
    return frame.color_range == FULL_RANGE or frame.format.name.startswith("yuvj")


def whole_luma(frame: VideoFrame, turns: int) -> Whole | None:
    """The full-size luma, upright, without a copy; None where the format keeps no luma plane in machine order."""
    form = frame.format
    parts = form.components
    if form.is_rgb or form.is_bayer or form.is_big_endian or form.has_palette or parts[0].plane:
        return None
    depth = parts[0].bits
    if depth < 8 or (len(parts) > 1 and not form.is_planar):
        return None
    luma = _view(frame.planes[0], np.uint8 if depth == 8 else np.uint16)
    if form.name.startswith(("p0", "p2", "p4")):  # P010 and its kin keep their codes in the upper bits
        depth = 16
    return Whole(np.rot90(luma, turns), depth, is_full(frame))


def scale(reformatter: VideoReformatter, frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """`frame` by area at another size, planar 4:2:0, 8 bit, limited range."""
    full = is_full(frame) or frame.format.is_rgb
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
