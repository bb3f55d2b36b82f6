"""Where another slide or scene begins: one answer for evidence, readers and checks.

Two ways to change. **At once**: tiles that stood still change from one frame to the next, or far more than the frames around it do,
and what was there does not come back at once (that would be a foreign frame). **By a dissolve**: tiles without any noise that stood still show something
else half a second later, and stand still again; somebody who walks before a camera is no change.
"""

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements
from station.checks._evenly import evenly

TILES = TILE_ROWS * TILE_COLS
CHANGED = 2
"""A tile has changed when its mean moved by two codes: text appearing does, noise does not."""
SHARE = 0.05
"""Share of the picture's tiles from which a change is another slide: a new line of text takes 2–4 %, a square that flies in 1–2 % a
frame, another page of text 3–40 %."""
SPREAD_SHARE, SPREAD_ROWS = 0.02, 5
"""So few tiles are enough where they lie in so many rows: title and text change together, where a new line is one row of text."""
STILL_S = 1.0
"""Tiles that stood still for so long before and after make another page, whatever a lecturer beside it does."""
ALL_OVER, FAR_CODES, OVER_USUAL, AROUND_S = 0.25, 4.0, 3.0, 0.4
"""Where nothing stands still, a cut changes so much of the picture, by so many codes, and so many times further than the frames within
AROUND_S on either side."""
AWAY_S, AWAY = 0.24, 0.5
"""Longer than five frames after a cut, at least so much of what changed is still different from all that was shown so long before."""
APART_S = 0.2
"""Changes closer than this are one."""
GRID_S, NEAR, FAR = 0.2, 3, 8
"""A dissolve is looked for in steps of GRID_S, between pictures NEAR steps before and after; each side stands still from there to FAR
steps away, longer than a gesture's end."""
RESTLESS, RESTLESS_S = 0.3, 10.0
"""A tile that moves in more of the moments about a change than this belongs to a camera: what stands there stands for a while only."""
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
    grid = max(1, round(GRID_S / frame))
    noise = difference[::grid] > STILL_DIFFERENCE
    cuts = _cuts(tiles, noise, frame, grid)
    slow = _dissolves(tiles, noise, grid)
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


def distances(tiles: Array) -> Array:
    """float32 (n,): mean distance of the tiles' means from the frame before, codes. In strips."""
    made = np.zeros(len(tiles), np.float32)
    for start in range(1, len(tiles), STRIP):
        stop = min(start + STRIP, len(tiles))
        made[start:stop] = apart(tiles[start:stop], tiles[start - 1 : stop - 1]).mean(axis=1)
    return made


def apart(one: Array, other: Array) -> Array:
    """uint8: how far two arrays of codes lie apart."""
    made: Array = np.maximum(one, other) - np.minimum(one, other)
    return made


def _cuts(tiles: Array, noise: Array, frame: float, grid: int) -> list[int]:
    """Frames that begin something else at once."""
    step, far = changed_shares(tiles, CHANGED), distances(tiles)
    around, away = max(2, round(AROUND_S / frame)), max(1, round(AWAY_S / frame))
    candidates = np.flatnonzero(step >= SPREAD_SHARE)
    fresh = _fresh(tiles, candidates, max(2, round(STILL_S / frame)), away)
    found: list[int] = []
    for at, new in zip(candidates.tolist(), fresh, strict=True):
        if not (_another_page(new) and _another_page(new & ~_restless(noise, at // grid))):
            sides = (far[max(1, at - around) : at], far[at + 1 : at + 1 + around])
            usual = max((float(np.median(side)) for side in sides if len(side)), default=0.0)
            if step[at] < ALL_OVER or far[at] < max(FAR_CODES, OVER_USUAL * usual):
                continue
        later, lately = tiles[min(at + away, len(tiles) - 1)], tiles[max(0, at - 1 - away) : at]
        if (apart(later, lately) >= CHANGED).mean(axis=1).min() >= AWAY * float(step[at]):
            found.append(at)
    return found


def _fresh(tiles: Array, candidates: Array, still: int, lag: int) -> Array:
    """Bool (candidates, 576): tiles that change there and have not for `still` frames before and after; `lag` frames are the coder's."""
    moved = np.zeros((len(tiles) + 1, TILES), np.uint16)
    for start in range(1, len(tiles), STRIP):
        stop = min(start + STRIP, len(tiles))
        moved[start + 1 : stop + 1] = apart(tiles[start:stop], tiles[start - 1 : stop - 1]) >= CHANGED
    np.cumsum(moved, axis=0, dtype=np.uint16, out=moved)
    made = np.zeros((len(candidates), TILES), dtype=bool)
    for start in range(0, len(candidates), STRIP):
        at = candidates[start : start + STRIP]
        end = np.minimum(at + 1 + still, len(tiles))
        made[start : start + STRIP] = (
            (moved[at + 1] != moved[at])
            & (moved[at] == moved[np.maximum(at - still, 0)])
            & (moved[end] == moved[np.minimum(at + 1 + lag, end)])
        )
    return made


def _another_page(changed: Array) -> bool:
    """Whether tiles (bool, 576) changed in so much of the picture, or in so many rows of it, that it is another slide."""
    share = float(changed.mean())
    rows = int(changed.reshape(TILE_ROWS, TILE_COLS).any(axis=1).sum())
    return share >= SHARE or (share >= SPREAD_SHARE and rows >= SPREAD_ROWS)


def _dissolves(tiles: Array, noise: Array, grid: int) -> list[int]:
    """Frames in the middle of a slow change from one standing picture to another."""
    means = tiles[::grid]
    share = np.zeros(len(means), np.float32)
    for start in range(FAR, len(means) - FAR, STRIP):
        at = np.arange(start, min(start + STRIP, len(means) - FAR))
        share[at] = _slowly_changed(means, noise, at).mean(axis=1)
    found: list[int] = []
    above = np.flatnonzero(share >= SPREAD_SHARE)
    for run in np.split(above, np.flatnonzero(np.diff(above) > 1) + 1) if len(above) else []:
        top = run[share[run] >= 0.9 * share[run].max()]
        middle = top[len(top) // 2 : len(top) // 2 + 1]
        restless = _restless(noise, int(middle[0]))
        if _another_page(_slowly_changed(means, noise, middle)[0] & ~restless):
            found.append(int(middle[0]) * grid)
    return found


def _restless(noise: Array, at: int) -> Array:
    """Bool (576,): tiles that a camera fills about a moment of the grid."""
    reach = round(RESTLESS_S / GRID_S)
    made: Array = noise[max(0, at - reach) : at + reach].mean(axis=0) > RESTLESS
    return made


def _slowly_changed(means: Array, noise: Array, at: Array) -> Array:
    """Bool (len(at), 576): tiles that stand still before and after a place, and show something else."""
    before, after = means[at - NEAR], means[at + NEAR]
    made: Array = apart(before, after) >= CHANGED
    for steps in range(NEAR, FAR + 1):
        made &= (apart(means[at - steps], before) < CHANGED) & (apart(means[at + steps], after) < CHANGED)
        made &= ~(noise[at - steps] | noise[at + steps])
    return made
