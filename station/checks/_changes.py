"""Where another slide or scene begins: one answer for evidence, readers and checks.

Two ways to change. **At once**: far more tiles move from one frame to the next than around it, and what was there does not
come back at once (that would be a foreign frame). **By a dissolve**: tiles without any noise that stood still show something
else half a second later, and stand still again; somebody who walks before a camera is no change.
"""

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements
from station.checks._evenly import evenly

TILES = TILE_ROWS * TILE_COLS
CHANGED = 2
"""A tile has changed when its mean moved by two codes: text appearing does, noise does not."""
SHARE = 0.05
"""Share of the picture's tiles from which a change is another slide: a new line of text on a slide takes 2–4 %, a square that flies
in 1–2 % a frame, a new page of text 8 % and more."""
OVER_USUAL = 3.0
"""A cut changes so many times more tiles than the frames on either side do."""
AROUND_S = 0.4
"""How far those frames reach."""
RISE = 2.0
"""A cut changes so many times more tiles than the frame before it."""
AWAY_S, AWAY = 0.24, 0.5
"""Longer than five frames after a cut, at least so much of what changed is still different."""
APART_S = 0.2
"""Changes closer than this are one."""
GRID_S, NEAR, FAR = 0.2, 3, 5
"""A dissolve is looked for in steps of GRID_S, between pictures NEAR steps before and after; each side stands still from there to FAR
steps away."""
STILL_DIFFERENCE = 9
"""Companded frame difference (0.3 codes) up to which a tile has no camera's noise in it."""
STRIP = 4096
"""Frames worked on at a time."""


def slide_changes(measurements: Measurements) -> list[float]:
    """Seconds, ascending, at which another slide or scene begins. Empty where there is no picture."""
    even = evenly(measurements)
    if even.pictures is None or len(even.pictures.pts) < 3:
        return []
    tiles = even.pictures.tile_mean.reshape(-1, TILES)
    difference = even.pictures.tile_difference.reshape(-1, TILES)
    frame, times = even.frame_seconds(), even.times()
    cuts = _cuts(tiles, frame)
    slow = _dissolves(tiles, difference, max(1, round(GRID_S / frame)))
    reach = round((NEAR + 1) * GRID_S / frame)
    far = [at for at in slow if not cuts or min(abs(at - cut) for cut in cuts) > reach]
    changes: list[float] = []
    for at in sorted([*cuts, *far]):
        time = float(times[at])
        if not changes or time - changes[-1] >= APART_S:
            changes.append(round(time, 3))
    return changes


def changed_shares(tiles: Array, codes: int) -> Array:
    """float32 (n,): share of tiles whose mean moved by at least `codes` since the frame before. In strips, to spare memory."""
    shares = np.zeros(len(tiles), np.float32)
    for start in range(1, len(tiles), STRIP):
        stop = min(start + STRIP, len(tiles))
        shares[start:stop] = (apart(tiles[start:stop], tiles[start - 1 : stop - 1]) >= codes).mean(axis=1)
    return shares


def apart(one: Array, other: Array) -> Array:
    """uint8: how far two arrays of codes lie apart."""
    made: Array = np.maximum(one, other) - np.minimum(one, other)
    return made


def _cuts(tiles: Array, frame: float) -> list[int]:
    """Frames that begin something else at once."""
    step = changed_shares(tiles, CHANGED)
    around, away = max(2, round(AROUND_S / frame)), max(1, round(AWAY_S / frame))
    found: list[int] = []
    for at in (np.flatnonzero((step[1:] >= SHARE) & (step[1:] >= RISE * step[:-1])) + 1).tolist():
        sides = (step[max(1, at - around) : at], step[at + 1 : at + 1 + around])
        usual = max((float(np.median(side)) for side in sides if len(side)), default=0.0)
        if step[at] < max(SHARE, OVER_USUAL * usual):
            continue
        later = tiles[min(at + away, len(tiles) - 1)]
        if float((apart(later, tiles[at - 1]) >= CHANGED).mean()) >= AWAY * float(step[at]):
            found.append(at)
    return found


def _dissolves(tiles: Array, difference: Array, grid: int) -> list[int]:
    """Frames in the middle of a slow change from one standing picture to another."""
    means, noise = tiles[::grid], difference[::grid] > STILL_DIFFERENCE
    count = len(means) - 2 * FAR
    if count <= 0:
        return []
    share = np.zeros(count, np.float32)
    for start in range(0, count, STRIP):
        at = np.arange(start, min(start + STRIP, count)) + FAR
        before, after = means[at - NEAR], means[at + NEAR]
        stands = (apart(means[at - FAR], before) < CHANGED) & (apart(means[at + FAR], after) < CHANGED)
        stands &= ~(noise[at - FAR] | noise[at + FAR])
        share[start : start + len(at)] = (stands & (apart(before, after) >= CHANGED)).mean(axis=1)
    found: list[int] = []
    above = np.flatnonzero(share >= SHARE)
    for run in np.split(above, np.flatnonzero(np.diff(above) > 1) + 1) if len(above) else []:
        top = run[share[run] >= 0.9 * share[run].max()]
        found.append(int(top[len(top) // 2] + FAR) * grid)
    return found
