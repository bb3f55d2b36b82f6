"""On-screen text: every distinct page is read once, what stands in the head is voted over several looks.

A look costs about 0.3 s of one core. There are at most PAGES_AN_HOUR pages; where nothing stands, a quick look every so often
(0.05 s) tells whether there is anything to read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from gpu.measurements import Array, Measurements
from gpu.stills import each_still
from station.readers import _pages
from station.readers._pages import HEAD_S, Stand
from station.readers._voting import ALIKE, agrees, goes_on, likeness, same_place, vote
from station.readers.ocr import find_lines, read_lines
from station.readings import Page, Pages, TextLine, Unread

WIDTH = 1920
"""Longest side, in pixels, of the pictures that are read."""
PAGES_AN_HOUR, LEAST_PAGES = 130, 30
"""Distinct pages that are read: about 100 in a lesson of 45 minutes; a short clip may have LEAST_PAGES."""
HEAD_LOOKS, HEAD_PAGES = 5, 8
"""Looks that are voted on for each of the first pages."""
SCALES = (1.0, 0.8, 0.9, 0.7, 1.0)
"""The looks at a standing page are all one picture: at other sizes the recogniser errs elsewhere."""
PASSING_S = 1.6 * _pages.GLANCE_S
"""Glances further apart are two pages, whatever they show."""


def read_text(lesson: Path, measurements: Measurements) -> Pages | Unread:
    """The text of every distinct page of `lesson`. Raises ImportError without the reader's package, UnreadableMedia."""
    if measurements.pictures is None:
        return Unread("no-picture")
    duration = float(measurements.times()[-1]) + measurements.frame_seconds()
    found = _pages.stands(measurements, max(LEAST_PAGES, round(duration / 3600 * PAGES_AN_HOUR)))
    keys = _pages.key_times(measurements)
    plan = _plan(found, keys)
    glances = _pages.glances(found, keys, duration)
    reading = _Reading(lesson, measurements.origin)
    pages = list(_standing(found, plan, reading))
    pages += [_besides(page, pages) for page in list(_passing(glances, duration, reading))]
    return Pages(
        tuple(_joined(sorted((page for page in pages if page.lines), key=lambda page: (page.start, page.end))))
    )


@dataclass(frozen=True)
class _Reading:
    """The file that is looked at."""

    lesson: Path
    origin: float

    def pictures(self, times: Iterable[float]) -> Iterator[tuple[float, Array]]:
        """(time, RGB) of each moment that has a picture."""
        for still in each_still(self.lesson, sorted(times), origin=self.origin, width=WIDTH):
            yield still.time, still.rgb


def _plan(found: Sequence[Stand], keys: Array) -> list[list[float]]:
    """When each page is looked at; not at all where an earlier one shows the same."""
    plan: list[list[float]] = []
    voted = 0
    for stand in found:
        if stand.same_as is not None:
            plan.append([])
        elif stand.start < HEAD_S and voted < HEAD_PAGES:
            voted += 1
            plan.append([*_pages.moments(stand, HEAD_LOOKS - 1), _pages.moment(stand, keys)])
        else:
            plan.append([_pages.moment(stand, keys)])
    return plan


def _standing(found: Sequence[Stand], plan: Sequence[Sequence[float]], reading: _Reading) -> Iterator[Page]:
    wanted = sorted((time, index) for index, times in enumerate(plan) for time in times)
    owner = dict(wanted)
    looks: dict[int, list[tuple[TextLine, ...]]] = {}
    for time, rgb in reading.pictures(owner):
        taken = looks.setdefault(owner[time], [])
        taken.append(read_lines(_scaled(rgb, SCALES[len(taken) % len(SCALES)] if len(plan[owner[time]]) > 1 else 1.0)))
    read = {index: vote(taken) for index, taken in looks.items()}
    for index, stand in enumerate(found):
        origin = index if stand.same_as is None else stand.same_as
        yield Page(stand.start, stand.end, read.get(origin, ()), max(1, len(looks.get(origin, ()))))


def _scaled(rgb: Array, scale: float) -> Array:
    """The picture at another size."""
    if scale == 1.0:
        return rgb
    height, width = rgb.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


def _passing(times: Sequence[float], duration: float, reading: _Reading) -> Iterator[Page]:
    """Pages out of glances: one that shows what the one before showed belongs to it."""
    together: list[tuple[float, tuple[TextLine, ...]]] = []
    for time, rgb in reading.pictures(times):
        lines = read_lines(rgb) if find_lines(rgb) else ()
        before = together[-1] if together else None
        if before is not None and (time - before[0] > PASSING_S or not goes_on(before[1], lines)):
            yield _passed(together, duration)
            together = []
        if lines:
            together.append((time, lines))
    if together:
        yield _passed(together, duration)


def _joined(pages: Iterable[Page]) -> list[Page]:
    """Neighbours that read the same are one page."""
    made: list[Page] = []
    for page in pages:
        before = made[-1] if made else None
        if before and page.start - before.end <= _pages.JOINED_S and agrees(before.lines, page.lines):
            lines = max(before, page, key=lambda one: one.looks).lines
            end, looks = max(before.end, page.end), max(before.looks, page.looks)
            made[-1] = Page(before.start, end, lines, looks)
        else:
            made.append(page)
    return made


def _besides(page: Page, standing: Sequence[Page]) -> Page:
    """The page without what a standing page of that time says already."""
    known = [line for other in standing if other.start < page.end and page.start < other.end for line in other.lines]
    fresh = tuple(line for line in page.lines if not any(_same(line, other) for other in known))
    return replace(page, lines=fresh)


def _same(one: TextLine, other: TextLine) -> bool:
    return same_place(one.box, other.box) and likeness(one.text, other.text) >= ALIKE


def _passed(together: Sequence[tuple[float, tuple[TextLine, ...]]], duration: float) -> Page:
    """It stood from half a step before the first glance to half a step after the last."""
    half = (_pages.HEAD_GLANCE_S if together[0][0] < HEAD_S else _pages.GLANCE_S) / 2
    start, end = max(0.0, together[0][0] - half), min(duration, together[-1][0] + half)
    return Page(round(start, 3), round(end, 3), vote([lines for _, lines in together]), len(together))
