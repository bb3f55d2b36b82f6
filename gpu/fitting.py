"""Fitting a picture of any shape upright into 960×540, with black bars where it needs them."""

from fractions import Fraction

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from gpu.measurements import PLANE_H, PLANE_W, Array, VideoFacts
from gpu.planes import Planes, plane_view, scale, turn

NEAR = Fraction(1, 100)
"""A picture this close to 16:9 is stretched rather than barred."""
BLACK = (16, 128, 128)


def shown_aspect(width: int, height: int, sample_aspect: str, rotation: int) -> Fraction:
    """Width over height as a person sees the picture."""
    across, down = (int(part) for part in sample_aspect.split(":"))
    aspect = Fraction(width, height) * (Fraction(across, down) if across > 0 and down > 0 else 1)
    return 1 / aspect if rotation % 180 else aspect


def box(aspect: Fraction) -> tuple[int, int]:
    """The largest even width and height of that aspect within 960×540; all of it where it is nearly 16:9."""
    wide = Fraction(PLANE_W, PLANE_H)
    if abs(aspect / wide - 1) <= NEAR:
        return PLANE_W, PLANE_H
    if aspect > wide:
        return PLANE_W, max(2, round(PLANE_W / aspect / 2) * 2)
    return max(2, round(PLANE_H * aspect / 2) * 2), PLANE_H


class Fitter:
    """Makes the rendition's picture from a decoded one, on the CPU."""

    def __init__(self, video: VideoFacts) -> None:
        self._sample_aspect, self._rotation = video.sample_aspect, video.rotation
        self._reformatter = VideoReformatter()
        self._boxes: dict[tuple[int, int], tuple[int, int]] = {}

    def fit(self, frame: VideoFrame, planes: Planes) -> VideoFrame:
        """960×540 of `frame`: its analysis planes where the picture fills them, else scaled anew with bars."""
        size = (frame.width, frame.height)
        if size not in self._boxes:
            self._boxes[size] = box(shown_aspect(*size, self._sample_aspect, self._rotation))
        width, height = self._boxes[size]
        if (width, height) == (PLANE_W, PLANE_H):
            return planes.frame
        return _barred(self._upright(frame, width, height))

    def _upright(self, frame: VideoFrame, width: int, height: int) -> VideoFrame:
        if self._rotation % 180:
            width, height = height, width
        small = scale(self._reformatter, frame, width, height)
        return turn(small, self._rotation // 90) if self._rotation else small


def _barred(small: VideoFrame) -> VideoFrame:
    """`small` in the middle of a black 960×540."""
    whole = black_frame([plane_view(small, index) for index in range(3)])
    whole.color_range, whole.colorspace = small.color_range, small.colorspace
    return whole


def black_frame(parts: list[Array]) -> VideoFrame:
    """Planes Y, U, V of at most 960×540 in the middle of a black frame of that size, on the host."""
    whole = VideoFrame(PLANE_W, PLANE_H, "yuv420p")
    left, top = (PLANE_W - parts[0].shape[1]) // 4 * 2, (PLANE_H - parts[0].shape[0]) // 4 * 2
    for index, (part, black) in enumerate(zip(parts, BLACK, strict=True)):
        canvas = plane_view(whole, index)
        canvas[:] = black
        x, y = (left, top) if index == 0 else (left // 2, top // 2)
        canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
    whole.color_range = 1  # limited
    return whole
