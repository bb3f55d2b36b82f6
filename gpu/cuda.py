"""Pictures that NVDEC left on the GPU: to the analysis planes there, by matrices, without a copy to the host before.

The array code is the same for NumPy, which is how it is tested where there is no GPU. The finished 960×540 picture stays on
the device where NVENC takes it, handed over by DLPack; for libx264 it (0.8 MB) is copied to the host.
"""

from typing import Any

import numpy as np
from av.codec.hwaccel import HWAccel
from av.video.frame import CudaContext, VideoFrame

from gpu.closeup import Whole
from gpu.fitting import BLACK, black_frame, box, shown_aspect
from gpu.measurements import PLANE_H, PLANE_W, Array, VideoFacts
from gpu.picture import area_weights
from gpu.planes import FULL_RANGE, GRID_ROWS, Planes

ON_DEVICE = "cuda"
"""Pixel format of frames that live on the GPU."""
DEEP = frozenset({"p010le", "p012le", "p016le"})
"""Formats with more than 8 bits, kept in the upper bits of 16."""


def accelerator() -> HWAccel:
    """NVDEC with frames kept on the device; files it cannot decode come as software frames.

    Without a driver this is made happily, and fails where a file is opened with it.
    """
    return HWAccel("cuda", allow_software_fallback=True, is_hw_owned=True)


class CudaScaler:
    """Brings pictures on the GPU to the analysis planes and to the rendition's picture."""

    def __init__(self, xp: Any, video: VideoFacts, *, stays: bool = False) -> None:
        """`stays`: the encoder takes pictures on the device."""
        self._xp, self._video, self._stays = xp, video, stays
        self._turns = video.rotation // 90 % 4
        # one for all pictures: an encoder is bound to the frames' pool of the first; the primary context is CuPy's and NVDEC's
        self._context = None if xp is np else CudaContext(primary_ctx=True)

    def planes(self, frame: VideoFrame) -> Planes:
        """The analysis planes of `frame`, on the device. They hold no part of the decoder's few surfaces."""
        luma, chroma = self._source(frame)
        upright = self._scaled(luma, chroma, (PLANE_W, PLANE_H), frame.color_range == FULL_RANGE)
        step = max(1, luma.shape[0] // GRID_ROWS)
        kept = luma.copy()
        rows = kept[::step] if kept.dtype == self._xp.uint8 else None
        depth = 8 * kept.dtype.itemsize  # deep codes lie in the upper bits of 16
        whole = Whole(self._xp.rot90(kept, self._turns), depth, frame.color_range == FULL_RANGE)
        self._settle()
        return Planes(*upright, rows, frame, whole)

    def fit(self, frame: VideoFrame, planes: Planes) -> VideoFrame:
        """The rendition's picture of `frame`: `planes` where they fill it, else scaled anew with bars. NV12 on the device where
        it stays there, else planar on the host.
        """
        aspect = shown_aspect(frame.width, frame.height, self._video.sample_aspect, self._video.rotation)
        width, height = box(aspect)
        parts = (planes.luma, planes.u, planes.v)
        if (width, height) != (PLANE_W, PLANE_H):
            parts = self._scaled(*self._source(frame), (width, height), frame.color_range == FULL_RANGE)
            self._settle()
        if self._stays:
            return self._handed_over(*parts)
        return black_frame([self._host(part) for part in parts])

    def _handed_over(self, luma: Any, u: Any, v: Any) -> VideoFrame:
        """Planes of at most 960×540 in the middle of a black NV12 frame, which borrows the arrays' memory."""
        xp = self._xp
        whole = xp.full((PLANE_H, PLANE_W), BLACK[0], xp.uint8)
        chroma = xp.full((PLANE_H // 2, PLANE_W // 2, 2), BLACK[1], xp.uint8)
        left, top = (PLANE_W - luma.shape[1]) // 4 * 2, (PLANE_H - luma.shape[0]) // 4 * 2
        whole[top : top + luma.shape[0], left : left + luma.shape[1]] = luma
        for index, part in enumerate((u, v)):
            chroma[top // 2 : top // 2 + part.shape[0], left // 2 : left // 2 + part.shape[1], index] = part
        self._settle()
        halves = (whole, chroma.reshape(PLANE_H // 2, PLANE_W))
        made = VideoFrame.from_dlpack(halves, "nv12", PLANE_W, PLANE_H, cuda_context=self._context)
        made.color_range = 1  # limited
        return made

    def _source(self, frame: VideoFrame) -> tuple[Any, Any]:
        """Luma (h, w) and interleaved chroma (h/2, w/2, 2), without a copy."""
        luma, chroma = (self._xp.from_dlpack(plane) for plane in frame.planes[:2])
        if frame.sw_format is not None and frame.sw_format.name in DEEP:
            luma, chroma = luma.view(self._xp.uint16), chroma.view(self._xp.uint16)
        height, width = frame.height, frame.width
        return luma.reshape(luma.shape[0], -1)[:height, :width], chroma.reshape(chroma.shape[0], -1, 2)[
            : (height + 1) // 2, : (width + 1) // 2
        ]

    def _scaled(self, luma: Any, chroma: Any, size: tuple[int, int], full: bool) -> tuple[Any, Any, Any]:
        width, height = size[::-1] if self._turns % 2 else size
        parts = (
            shrink(luma, height, width, self._xp, full=full),
            shrink(chroma[..., 0], height // 2, width // 2, self._xp, full=full, chroma=True),
            shrink(chroma[..., 1], height // 2, width // 2, self._xp, full=full, chroma=True),
        )
        upright = [self._xp.ascontiguousarray(self._xp.rot90(part, self._turns)) for part in parts]
        return upright[0], upright[1], upright[2]

    def _settle(self) -> None:
        """Wait until the device has read the decoder's surface: it is used again as soon as the frame is let go."""
        if self._xp is not np:
            self._xp.cuda.get_current_stream().synchronize()

    def _host(self, array: Any) -> Array:
        return np.asarray(array if self._xp is np else self._xp.asnumpy(array))


def shrink(plane: Any, height: int, width: int, xp: Any, *, full: bool = False, chroma: bool = False) -> Any:
    """A plane by area at another size, as limited-range 8-bit codes: uint8 or uint16 (h, w) → uint8 (height, width).

    Within one code of swscale's area scaling where both sides shrink by a whole number.
    """
    down = xp.asarray(area_weights(plane.shape[0], height))
    across = xp.asarray(area_weights(plane.shape[1], width)).T
    codes = down @ plane.astype(xp.float32) @ across
    if plane.dtype == xp.uint16:
        codes = codes / 256
    if full:
        codes = (codes - 128) * (224 / 255) + 128 if chroma else codes * (219 / 255) + 16
    return xp.clip(xp.floor(codes + 0.5), 0, 255).astype(xp.uint8)
