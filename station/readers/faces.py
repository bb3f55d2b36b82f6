"""Faces: where they are on pictures about two seconds apart, by the detector that ships inside `yuface`.

Key frames alone are decoded, of the small rendition where there is one. A look costs about 30 ms of one core at 640 pixels.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from gpu.errors import UnreadableMedia
from gpu.keypictures import key_pictures
from gpu.measurements import Array, Measurements
from station.readings import Box, FaceLook, Faces, Unread
from station.text import clean

THREADS = "OMP_NUM_THREADS"
EVERY_S = 1.9
"""A little less than the 2 s between the rendition's key frames, so that each of them is looked at."""
WIDTH = 640
"""Pixels: the detector finds faces from 10 pixels on, and slows down with more."""
LEAST = 0.5
"""Faces of less confidence are not kept."""

Detector = Callable[[Array], tuple[tuple[Box, float], ...]]
"""RGB uint8 (h, w, 3) → (box, confidence 0–1) of each face."""


def read_faces(lesson: Path, measurements: Measurements, *, rendition: Path | None) -> Faces | Unread:
    """The faces of a lesson, or why there are none. Raises ImportError without the package."""
    if measurements.pictures is None or not len(measurements.pictures.pts):
        return Unread("no-picture")
    detect = load_detector()
    pictures = (
        key_pictures(rendition, EVERY_S, WIDTH)
        if rendition is not None
        else key_pictures(lesson, EVERY_S, WIDTH, origin=measurements.origin)
    )
    try:
        return faces(pictures, detect)
    except UnreadableMedia as damage:
        return Unread("reader-failed", {"detail": clean(str(damage))})


def faces(pictures: Iterable[tuple[float, Array]], detect: Detector) -> Faces | Unread:
    """The faces on pictures given with their times, in order of time."""
    looks = []
    for time, rgb in pictures:
        found = detect(rgb)
        looks.append(FaceLook(round(time, 3), tuple(box for box, _ in found), tuple(score for _, score in found)))
    if not looks:
        return Unread("no-picture")
    steps = [other.time - one.time for one, other in pairwise(looks)]
    return Faces(round(median(steps), 3) if steps else EVERY_S, tuple(looks))


def load_detector() -> Detector:
    """The detector. Raises ImportError where the package is not there for this Python."""
    with _one_thread():
        import yuface  # noqa: PLC0415 - optional, and loads a native library

    def detect(rgb: Array) -> tuple[tuple[Box, float], ...]:
        scores, boxes, _ = yuface.detect(np.ascontiguousarray(rgb[:, :, ::-1]), conf=LEAST)
        shares = [_shares(box, rgb.shape) for box in boxes.astype(float)]
        return tuple((box, round(float(score) / 100, 3)) for box, score in zip(shares, scores, strict=True))

    return detect


def _shares(box: Array, shape: tuple[int, ...]) -> Box:
    """Left, top, width and height in pixels as shares of the picture, within it: the detector's boxes may reach beyond."""
    left, top, width, height = box
    ends = (top / shape[0], left / shape[1], (top + height) / shape[0], (left + width) / shape[1])
    top, left, bottom, right = (round(float(min(max(end, 0.0), 1.0)), 4) for end in ends)
    return top, left, bottom, right


@contextmanager
def _one_thread() -> Iterator[None]:
    """A library loaded inside starts its OpenMP with one thread: the detector's others would spin, 430 ms of work for 27."""
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[THREADS]
        else:
            os.environ[THREADS] = before
