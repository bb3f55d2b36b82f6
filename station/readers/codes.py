"""QR and bar codes: looked for on key frames every few seconds, and at full size on every distinct page.

Only codes with strong check sums are looked for: stripes on a slide must not read as an old bar code.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gpu.keypictures import key_pictures
from gpu.measurements import Array, Measurements
from gpu.stills import each_still
from station.readers import _pages
from station.readings import Box, Code, Codes, Unread
from station.text import clean

EVERY_S = 4.0
"""Key frames at least so far apart are looked at."""
WIDTH = 1920
"""Longest side, in pixels, of the pictures that are searched."""
MOST_PAGES = 130
APART_S = 3 * EVERY_S
"""A code that is away for longer is told again."""
MOST_SIGNS = 500
"""Characters kept of what a code says."""
MOVED = 0.05
"""A code whose centre moved by less than this share of the picture is the same one."""


@dataclass(frozen=True)
class _Sighting:
    start: float
    end: float
    kind: str
    text: str
    box: Box


def read_codes(lesson: Path, measurements: Measurements, *, rendition: Path | None = None) -> Codes | Unread:
    """Every QR and bar code of `lesson`, with its time. Where there is a rendition, key frames are taken from it.

    Raises ImportError without the reader's package, UnreadableMedia.
    """
    if measurements.pictures is None:
        return Unread("no-picture")
    seen = [*_on_keys(lesson, measurements, rendition), *(_on_pages(lesson, measurements) if rendition else ())]
    return Codes(tuple(_gathered(seen)))


def _on_keys(lesson: Path, measurements: Measurements, rendition: Path | None) -> Iterator[_Sighting]:
    keys = _pages.key_times(measurements)
    step = max(EVERY_S, float(np.median(np.diff(keys)))) if len(keys) > 1 and rendition is None else EVERY_S
    duration = measurements.duration()
    pictures = (
        key_pictures(lesson, EVERY_S, WIDTH, origin=measurements.origin)
        if rendition is None
        else key_pictures(rendition, EVERY_S, WIDTH)
    )
    for time, rgb in pictures:
        for kind, text, box in find_codes(rgb):
            yield _Sighting(max(0.0, time), min(duration, time + step), kind, text, box)


def _on_pages(lesson: Path, measurements: Measurements) -> Iterator[_Sighting]:
    keys = _pages.key_times(measurements)
    wanted = {
        _pages.moment(stand, keys): stand for stand in _pages.stands(measurements, MOST_PAGES) if stand.same_as is None
    }
    for still in each_still(lesson, sorted(wanted), origin=measurements.origin, width=WIDTH):
        stand = wanted[still.time]
        for kind, text, box in find_codes(still.rgb):
            yield _Sighting(stand.start, stand.end, kind, text, box)


def find_codes(rgb: Array) -> list[tuple[str, str, Box]]:
    """(kind, text, box) of every code on a picture, RGB uint8 (h, w, 3). Raises ImportError without the package."""
    import zxingcpp  # noqa: PLC0415 - the readers are optional

    bars = zxingcpp.BarcodeFormat
    wanted = zxingcpp.barcode_formats_from_str("QRCode,DataMatrix,EAN13,Code128")
    found = zxingcpp.read_barcodes(np.ascontiguousarray(rgb), formats=wanted)
    linear = (bars.EAN13, bars.Code128)
    return [
        ("bar" if code.format in linear else "qr", clean(code.text)[:MOST_SIGNS], _box(code.position, rgb))
        for code in found
        if code.valid and code.text
    ]


def _box(position: Any, rgb: Array) -> Box:
    height, width = rgb.shape[:2]
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    across = [min(max(corner.x / width, 0.0), 1.0) for corner in corners]
    down = [min(max(corner.y / height, 0.0), 1.0) for corner in corners]
    return round(min(down), 4), round(min(across), 4), round(max(down), 4), round(max(across), 4)


def _gathered(seen: list[_Sighting]) -> list[Code]:
    """One code for each stretch in which it was seen at its place."""
    made: list[_Sighting] = []
    for one in sorted(seen, key=lambda sighting: (sighting.start, sighting.text)):
        place = next((i for i in reversed(range(len(made))) if _goes_on(made[i], one)), None)
        if place is None:
            made.append(one)
        else:
            before = made[place]
            made[place] = _Sighting(before.start, max(before.end, one.end), one.kind, one.text, before.box)
    return [Code(round(one.start, 3), round(one.end, 3), one.kind, one.text, one.box) for one in made]


def _goes_on(one: _Sighting, other: _Sighting) -> bool:
    if (one.kind, one.text) != (other.kind, other.text) or other.start - one.end > APART_S:
        return False
    shift = (abs(sum(one.box[axis::2]) - sum(other.box[axis::2])) / 2 for axis in (0, 1))
    return all(far <= MOVED for far in shift)
