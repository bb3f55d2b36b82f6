"""Torn pictures: the upper or lower part is elsewhere for a few frames, and comes back.

Read by rows of tiles: those of the torn part change all at once, and again when they return; the others go on as they did.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gpu.measurements import MOTION_ROWS, TILE_COLS, TILE_ROWS, Array, Measurements, Pictures, Traits, expand
from station.checks._common import Span
from station.findings import Severity

USED = 4
"""What a row is used to: the median of its differences in so many frames before."""
LEAPS, LEAST = 2.0, 1.5
"""A row leaps where its frame difference is so many times what it is used to, and at least so many codes."""
CALM, CALM_CODES = 1.6, 0.6
"""A row goes on as it did where it is no more than so many times that, and so many codes."""
BETWEEN = 0.6
"""While it is elsewhere, a row changes by no more than this share of the lesser of the two leaps."""
TEXTURE = 0.8
"""Codes of |dx|; a row with less can leap unseen."""
WHOLLY = 0.75
"""This share of the textured rows of the torn part leaps, and of the rows of the rest goes on."""
ROWS = 6
"""The torn part has so many rows of tiles, and so has the rest."""
FEWEST, LEAST_REST = 3, 1
"""So many rows of the torn part are textured, and of the rest. A rest without anything can't tell a torn picture from a camera that was
knocked: then only a picture that is back to within EXACT counts, as no camera comes to rest in one frame."""
BACK = 0.5
"""What comes back is no further from what was there before than this share of how far it had gone."""
JOLT, TOGETHER = 4, 2
"""Steps of `Motions`: a rest that suddenly moves by so many, and no further than so many from what the part does, is a camera's jolt."""
SPARSE, EXACT = 0.14, 0.015
"""Where less of the torn part has anything in it that could leap, it may be somebody who gestures: then only this share counts."""


def torn(
    measurements: Measurements, traits: Traits, limits: Mapping[str, Any]
) -> Iterator[tuple[Span, Severity, Array]]:
    """Frames [first, last), how sure, and the tiles, bool (18, 32)."""
    pictures = measurements.pictures
    assert pictures is not None
    rows = row_differences(pictures.tile_difference)
    leaping = _leaping(rows)
    free = 0
    for first in np.flatnonzero(leaping.sum(axis=1) >= FEWEST).tolist():
        if first < max(USED, free):
            continue
        for last in range(first + 1, min(first + int(limits["torn_frames"]) + 1, len(rows))):
            inside = _part(rows, leaping, traits, first, last)
            if (
                inside is not None
                and _returned(pictures, inside, first, last, blank=_blank(traits, inside, first))
                and not _jolted(measurements, inside, first)
            ):
                part = np.zeros((TILE_ROWS, TILE_COLS), dtype=bool)
                part[inside] = True
                yield (first, last), Severity.FAULT, part
                free = last + 1
                break


def row_differences(folded: Array) -> Array:
    """float32 (n, 18): mean difference of each row of tiles to the frame before, codes. In strips, to spare memory."""
    made = np.zeros((len(folded), TILE_ROWS), np.float32)
    for start in range(0, len(folded), 2048):
        made[start : start + 2048] = expand(folded[start : start + 2048]).mean(axis=2)
    return made


def _used(rows: Array) -> Array:
    """For each frame what its rows were used to before it; the first frames know nothing."""
    made = np.full_like(rows, np.inf)
    if len(rows) > USED:
        before = np.lib.stride_tricks.sliding_window_view(rows, USED, axis=0)[:-1]
        made[USED:] = np.median(before, axis=2)
    return made


def _leaping(rows: Array) -> Array:
    made: Array = np.asarray(rows >= np.maximum(LEAPS * _used(rows), LEAST))
    return made


def _part(rows: Array, leaping: Array, traits: Traits, first: int, last: int) -> slice | None:
    """The rows that leave in frame `first` and return in frame `last`; None where they are no upper or lower part."""
    used = np.median(rows[first - USED : first], axis=0)
    later = rows[last + 1 : last + 1 + USED]
    calmer = (
        np.minimum(used, np.median(later, axis=0)) if len(later) == USED else used
    )  # who walked may have stopped meanwhile
    calm_most = CALM * used + CALM_CODES
    calm = rows[first : last + 1] <= calm_most
    back = rows[last] >= np.maximum(LEAPS * calmer, LEAST)
    between = rows[first + 1 : last] <= np.maximum(BETWEEN * np.minimum(rows[first], rows[last]), calm_most)
    gone: Array = np.asarray(leaping[first] & back & between.all(axis=0))
    going_on: Array = np.asarray(calm.all(axis=0))
    textured = _textured(traits, first)
    if gone.sum() < FEWEST or going_on.sum() < ROWS - 2:
        return None
    for edge in range(ROWS, TILE_ROWS - ROWS + 1):
        for inside in (slice(edge, TILE_ROWS), slice(0, edge)):
            outside = np.ones(TILE_ROWS, dtype=bool)
            outside[inside] = False
            outside[edge - 1 if inside.start else edge] = False  # the row that the tear runs through is either's
            known = (textured | gone)[inside]  # what leaps does show something, be it thin strokes on a board
            if known.sum() < FEWEST:
                continue
            if gone[inside][known].mean() >= WHOLLY and going_on[outside].mean() >= WHOLLY:
                return inside
    return None


def _textured(traits: Traits, first: int) -> Array:
    """Bool (18,): rows that show something just before."""
    made: Array = expand(traits.tile_across[first - 1]).mean(axis=1) >= TEXTURE
    return made


def _blank(traits: Traits, inside: slice, first: int) -> bool:
    """Whether the rest shows too little to vouch for the camera; the row that the tear runs through is either's."""
    rest = _textured(traits, first)
    rest[max(0, inside.start - 1) : inside.stop + 1] = False
    return int(rest.sum()) < LEAST_REST


def _returned(pictures: Pictures, inside: slice, first: int, last: int, *, blank: bool) -> bool:
    """Whether those rows show again about what they showed before; exactly that, where little of them moved or the rest is blank."""
    before, gone, after = (pictures.tile_mean[at][inside].astype(np.int16) for at in (first - 1, first, last))
    leapt, came = (expand(pictures.tile_difference[at][inside]) >= LEAST for at in (first, last))
    most = EXACT if blank or float((leapt & came).mean()) < SPARSE else BACK
    return float(np.abs(after - before).mean()) <= most * float(np.abs(gone - before).mean())


def _jolted(measurements: Measurements, inside: slice, frame: int) -> bool:
    """Whether in a frame the rest moves with the part, another way than just before: a hand that trembles shows it where there
    is something to see, a plain shirt does not."""
    motions = measurements.motions
    if motions is None:
        return False
    part = np.zeros(TILE_ROWS, dtype=bool)
    part[inside] = True
    rows = part.reshape(MOTION_ROWS, -1)
    within, rest = rows.all(axis=1), ~rows.any(axis=1)
    shift, told = motions.shift[frame - 1 : frame + 1].astype(np.int16), motions.trust[frame] > 0
    for way in (0, 1):
        moves = [shift[1, some, :, way][told[some, :, way]] for some in (within, rest)]
        if min(map(len, moves)) >= FEWEST:
            one, other = (float(np.median(some)) for some in moves)
            before = float(np.median(shift[0, rest, :, way][told[rest, :, way]]))
            if abs(one - other) <= TOGETHER and abs(other - before) >= JOLT:
                return True
    return False
