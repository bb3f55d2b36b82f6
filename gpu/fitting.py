"""Fitting a picture of any shape upright into 960×540, with black bars where it needs them."""

from fractions import Fraction

from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from gpu.measurements import PLANE_H, PLANE_W, VideoFacts
from gpu.planes import plane_view, scale, turn

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

    def fit(self, frame: VideoFrame, plane: VideoFrame) -> VideoFrame:
        """960×540 of `frame`: `plane`, its analysis plane, where the picture fills it, else scaled anew with bars."""
        size = (frame.width, frame.height)
        if size not in self._boxes:
            self._boxes[size] = box(shown_aspect(*size, self._sample_aspect, self._rotation))
        width, height = self._boxes[size]
        if (width, height) == (PLANE_W, PLANE_H):
            return plane
        return _barred(self._upright(frame, width, height))

    def _upright(self, frame: VideoFrame, width: int, height: int) -> VideoFrame:
        if self._rotation % 180:
            width, height = height, width
        small = scale(self._reformatter, frame, width, height)
        return turn(small, self._rotation // 90) if self._rotation else small


def _barred(small: VideoFrame) -> VideoFrame:
    """`small` in the middle of a black 960×540."""
    whole = VideoFrame(PLANE_W, PLANE_H, "yuv420p")
    left, top = (PLANE_W - small.width) // 4 * 2, (PLANE_H - small.height) // 4 * 2
    for index, black in enumerate(BLACK):
        canvas, picture = plane_view(whole, index), plane_view(small, index)
        canvas[:] = black
        x, y = (left, top) if index == 0 else (left // 2, top // 2)
        canvas[y : y + picture.shape[0], x : x + picture.shape[1]] = picture
    whole.color_range, whole.colorspace = small.color_range, small.colorspace
    return whole
