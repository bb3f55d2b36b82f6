"""How readable the rendition stays: the same slides are read in the source and in the rendition, and compared sign by sign.

It is the one measure that says whether a learner on a small screen can still read along (METHODS §16).
"""

from collections.abc import Sequence
from pathlib import Path

from gpu.measurements import Measurements
from gpu.stills import each_still
from station.likeness import edits, plain
from station.readers import _pages
from station.readers._pages import Stand
from station.readers._voting import same_place
from station.readers.ocr import read_lines
from station.readings import Readability, TextLine, Unread

PAGES = 5
"""Pages that are compared: those that stand longest, spread over the lesson."""
FEWEST_SIGNS = 20
"""Characters under which nothing is said."""
SURE = 0.9
"""Lines of the source that the recogniser is less sure of say nothing about the rendition."""
WIDTH = 1920


def read_readability(lesson: Path, measurements: Measurements, *, rendition: Path) -> Readability | Unread:
    """Character error of the rendition's text against the source's over a few slides.

    Raises ImportError without the reader's package, UnreadableMedia.
    """
    if measurements.pictures is None:
        return Unread("no-picture")
    times = _chosen(_pages.stands(measurements, 10_000), measurements)
    source = {
        still.time: read_lines(still.rgb)
        for still in each_still(lesson, times, origin=measurements.origin, width=WIDTH)
    }
    small = {still.time: read_lines(still.rgb) for still in each_still(rendition, times, origin=0.0, width=WIDTH)}
    signs, wrong, pages = 0, 0, 0
    for time in source.keys() & small.keys():
        compared, differing = compare(source[time], small[time])
        signs, wrong, pages = signs + compared, wrong + differing, pages + (compared > 0)
    if signs < FEWEST_SIGNS:
        return Unread("no-text-to-compare")
    return Readability(signs, round(min(1.0, wrong / signs), 4), pages)


def compare(source: Sequence[TextLine], small: Sequence[TextLine]) -> tuple[int, int]:
    """Characters of the source's sure lines, and how many of them the rendition's text at their place has wrong."""
    signs = wrong = 0
    for line in source:
        if line.score < SURE:
            continue
        wanted = plain(line.text)
        there = sorted((other for other in small if same_place(line.box, other.box)), key=lambda other: other.box[1])
        signs += len(wanted)
        wrong += min(len(wanted), edits(wanted, plain("".join(other.text for other in there))))
    return signs, wrong


def _chosen(stands: Sequence[Stand], measurements: Measurements) -> list[float]:
    keys = _pages.key_times(measurements)
    fresh = [stand for stand in stands if stand.same_as is None and stand.share >= _pages.COVERED_SHARE]
    parts = [fresh[len(fresh) * i // PAGES : len(fresh) * (i + 1) // PAGES] for i in range(PAGES)]
    best = [max(part, key=lambda stand: stand.end - stand.start) for part in parts if part]
    return sorted(_pages.moment(stand, keys) for stand in best)
