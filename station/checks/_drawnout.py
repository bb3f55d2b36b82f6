"""The lower part of the picture is lost: one row drawn out down to the bottom, as streaks or as nothing, all at once."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements, Traits, expand
from station.checks._common import Span
from station.findings import Severity

PLAIN = 0.6
"""Codes; a tile whose |dx| is under this has nothing to draw out."""
DRAWN, DRAWN_FLOOR = 0.15, 0.12
"""|dy| of a drawn-out tile is at most this share of its |dx|, or so many codes."""
STREAK_ROWS = 3
"""A column of tiles is drawn out where at least so many of its lowest are."""
STAYS = 0.25
"""Before streaks came at most this share of them was there; they end where less than half is left."""
ACROSS = 0.94
"""A row of tiles is lost where this share of it is drawn out."""
LOST_ROWS = 4
"""So many rows lose everything at once."""
TEXTURE, FEWEST = 1.0, 6
"""Codes of |dy| of a tile with something in it, and how many of those are lost at least."""
GOES_ON = (0.7, 1.4)
"""The upper part keeps so much of its texture, at least and at most; what returns is as much as was lost."""
STRIP = 512


def streaks(
    measurements: Measurements, traits: Traits, limits: Mapping[str, Any]
) -> Iterator[tuple[Span, Severity, Array]]:
    """Frames [first, last) with streaks, how sure, and the tiles, bool (18, 32)."""
    count = len(traits.tile_u)
    share = np.concatenate([drawn_out(traits, part).mean(axis=(1, 2)) for part in _strips(count)])
    came = np.flatnonzero((share[1:] >= limits["streaks_share"]) & (share[:-1] <= STAYS * share[1:])) + 1
    most, free = round(limits["return_s"] / measurements.frame_seconds()), 0
    for first in came.tolist():
        if first < free:
            continue
        gone = np.flatnonzero(share[first : first + most + 1] < share[first] / 2)
        free = first + int(gone[0]) if len(gone) else min(first + 1, count)
        part = drawn_out(traits, slice(first, first + 1))[0]
        yield (first, free), Severity.FAULT if len(gone) else Severity.WARNING, part


def lost(
    measurements: Measurements, traits: Traits, limits: Mapping[str, Any]
) -> Iterator[tuple[Span, Severity, Array]]:
    """Frames [first, last) whose lower rows show nothing of what was there before and is there again after."""
    count = len(traits.tile_u)
    depth = np.concatenate([_depth(traits, part) for part in _strips(count)])
    most, free = round(limits["lost_s"] / measurements.frame_seconds()), 0
    for first in (np.flatnonzero(np.diff(depth) >= LOST_ROWS) + 1).tolist():
        if first < free:
            continue
        back = np.flatnonzero(depth[first : first + most + 1] <= depth[first - 1] + 1)
        last = first + int(back[0]) if len(back) else count
        edge = TILE_ROWS - int(depth[first:last].min(initial=TILE_ROWS))
        brief = edge >= 2 and last - first <= int(limits["torn_frames"])
        if last < count and _is_the_same(traits, edge, (first, last), brief=brief):
            part = np.zeros((TILE_ROWS, TILE_COLS), dtype=bool)
            part[edge:] = True
            free = last
            yield (first, last), Severity.FAULT, part


def drawn_out(traits: Traits, part: slice) -> Array:
    """Bool (f, 18, 32): tiles that repeat one row down to the bottom of the picture, in columns that have something to repeat."""
    still, across = _still(traits, part)
    reach: Array = np.logical_and.accumulate(still[:, ::-1], axis=1)[:, ::-1]
    length = reach.sum(axis=1)
    marked = (reach & (across >= PLAIN)).sum(axis=1)
    wanted = (length >= STREAK_ROWS) & (3 * marked >= 2 * length)
    made: Array = reach & wanted[:, None, :]
    return made


def _still(traits: Traits, part: slice) -> tuple[Array, Array]:
    """Bool (f, 18, 32): nothing changes from row to row; and |dx| in codes."""
    across, down = expand(traits.tile_across[part]), expand(traits.tile_down[part])
    still = down <= np.maximum(DRAWN * across, DRAWN_FLOOR)
    still[:, -1] |= still[:, -2]  # the last row of pixels and the edge of the picture
    return still, across


def _depth(traits: Traits, part: slice) -> Array:
    """Per frame, (f,): how many of the lowest rows of tiles are drawn out all across."""
    still, _ = _still(traits, part)
    rows = still.mean(axis=2) >= ACROSS
    made: Array = np.logical_and.accumulate(rows[:, ::-1], axis=1).sum(axis=1)
    return made


def _is_the_same(traits: Traits, edge: int, span: Span, *, brief: bool) -> bool:
    """Whether the rows from `edge` down lost their texture and have it back, and those above kept theirs; where it was `brief`, they
    may have been wrong meanwhile.
    """
    first, last = span
    filled = [expand(traits.tile_down[at]) >= TEXTURE for at in (first - 1, first, last - 1, last)]
    below = [int(tiles[edge:].sum()) for tiles in filled]
    above = [int(tiles[: max(0, edge - 1)].sum()) for tiles in filled]
    if below[0] < FEWEST or above[0] < FEWEST:
        return False
    least, most = GOES_ON
    kept = all(least * above[0] <= now <= most * above[0] for now in (above[3:] if brief else above[1:]))
    return kept and least * below[0] <= below[3] <= most * below[0]


def _strips(count: int) -> list[slice]:
    return [slice(at, min(at + STRIP, count)) for at in range(0, count, STRIP)]
