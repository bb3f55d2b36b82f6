"""Real footage as camera pictures: clips of ../shared/media cropped to what a lecturer's camera would show, in any size."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
import numpy as np

from matrix.plan import Missing
from station.demo.planes import Array, Planes

REPOSITORY = Path(__file__).resolve().parent.parent.parent
MOST_KEPT = 400
"""Frames of a clip that are held; longer ones are played to and fro within them."""


@dataclass(frozen=True)
class Take:
    """One piece of footage without a cut, unless it is a film."""

    file: str
    crop: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    """Left, top, right, bottom as shares of the picture."""
    first: int = 0
    last: int = MOST_KEPT
    """Frames [first, last)."""


TAKES = {
    "sofa": Take("talk/demo3_video.mp4", (0.0, 0.2, 1.0, 0.75)),  # somebody talks, camera on a stand
    "stage": Take("talk/short_hamilton_clip.mp4", first=84, last=209),  # a speaker and his hands, close up
    "car": Take("camera/carphone_pristine.mp4"),  # a talking man, the world goes by
    "office": Take("camera/sample.mp4"),  # a webcam, 1 s
    "roof": Take("camera/sample_with_increasing_timestamps_360p.mp4"),  # a zooming camera in the hand
    "chair": Take("dup-chair/chair-orig-22-sd-bar.mp4", (0.0, 0.15, 1.0, 0.85)),  # walked around with a phone
    "bikes": Take("cuts/bikes.mp4"),  # a film with five cuts
    "plane": Take("av-oddities/video_with_failing_audio.mp4"),  # a pan, a cross-fade, a fade to black
    "chaplin": Take("music/chaplin.mp4", (0.12, 0.0, 0.88, 1.0)),  # old film, scratches
    "site": Take("camera/nasa_13013.mp4", last=200),  # a dark hall, a small lit figure
}


def media() -> Path:
    """The folder of media with known truth. Raises Missing."""
    folder = Path(os.environ.get("REVIEW_STATION_MEDIA") or REPOSITORY / "../shared/media")
    if not (folder / "MANIFEST.csv").exists():
        raise Missing("the media with known truth are not beside this checkout (set REVIEW_STATION_MEDIA)")
    return folder.resolve()


def play(name: str, size: tuple[int, int], *, noise: float = 0.0, seed: int = 0) -> Iterator[Planes]:
    """The take's frames for ever, to and fro, as planes of `size` (even), with sensor noise of so many codes (σ) added."""
    frames = _frames(name, size)
    order = [*range(len(frames)), *range(len(frames) - 2, 0, -1)]
    start = seed * 37 % len(order)
    grain = Grain(size, noise, seed) if noise else None
    number = 0
    while True:
        picture = frames[order[(start + number) % len(order)]]
        yield grain.over(picture, number) if grain else picture
        number += 1


class Grain:
    """Sensor noise: one field, laid on at another place in every frame."""

    MARGIN = 48

    def __init__(self, size: tuple[int, int], sigma: float, seed: int) -> None:
        width, height = size
        rng = np.random.default_rng((seed, 5))
        self.size, self.seed = size, seed
        self.field = np.rint(rng.normal(0, sigma, (height + self.MARGIN, width + self.MARGIN))).astype(np.int16)

    def over(self, picture: Planes, number: int) -> Planes:
        """The picture with the noise of frame `number` on its luma."""
        width, height = self.size
        down, right = np.random.default_rng((self.seed, 6, number)).integers(0, self.MARGIN, 2)
        total = picture.y + self.field[down : down + height, right : right + width]
        return Planes(np.clip(total, 16, 235, out=total).astype(np.uint8), picture.u, picture.v)


@lru_cache(maxsize=3)
def _frames(name: str, size: tuple[int, int]) -> list[Planes]:
    take = TAKES[name]
    made: list[Planes] = []
    with av.open(str(media() / take.file)) as container:
        stream = max(container.streams.video, key=lambda one: one.width * one.height)
        for index, frame in enumerate(container.decode(stream)):
            if index >= min(take.last, take.first + MOST_KEPT):
                break
            if index >= take.first:
                made.append(_fitted(frame, take, size))
    return made


def _fitted(frame: av.VideoFrame, take: Take, size: tuple[int, int]) -> Planes:
    """The cropped frame filling `size`: what sticks out is cut off evenly."""
    width, height = size
    left, top, right, bottom = take.crop
    broad, high = (right - left) * frame.width, (bottom - top) * frame.height
    scale = max(Fraction(width) / Fraction(broad), Fraction(height) / Fraction(high))
    whole = (_even(frame.width * scale), _even(frame.height * scale))
    scaled = frame.reformat(width=whole[0], height=whole[1], format="yuv420p").to_ndarray()
    x = _even((left + right) / 2 * whole[0] - width / 2)
    y = _even((top + bottom) / 2 * whole[1] - height / 2)
    x, y = max(0, min(x, whole[0] - width)), max(0, min(y, whole[1] - height))
    luma, chroma = scaled[: whole[1]], scaled[whole[1] :].reshape(2, whole[1] // 2, whole[0] // 2)
    half = (slice(y // 2, (y + height) // 2), slice(x // 2, (x + width) // 2))
    return Planes(_own(luma[y : y + height, x : x + width]), _own(chroma[0][half]), _own(chroma[1][half]))


def _own(plane: Array) -> Array:
    return np.ascontiguousarray(plane)


def _even(value: float | Fraction) -> int:
    return int(value / 2 + Fraction(1, 2)) * 2
