"""Sudden steps of colour or light inside one shot: what one gain for each of red, green and blue explains in most tiles.

A camera that changes its white balance, iris or gain multiplies all light alike; a cut, a slide behind the lecturer or a hand before the
lens does not. Lights that dim are not sudden; lights that go out are, and dim far more than a camera's steps.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array
from station.checks._closeups import camera_tiles
from station.checks._tints import Tints, lab
from station.profile import Limits

APART = 3
"""Samples averaged before and after; the two at the step itself belong to neither."""
QUICK = 0.75
"""Share of the way that two neighbouring steps of a fifth of a second must take."""
STAYS = 0.6
"""Share of the way that is still there a second later: what comes back is a flash."""
KNOWN_S = 3.0
"""So long a lesson must have run before what stirs in it is known to be a camera."""
STEADY = 0.45
"""Share of the way by which the samples before, and those after, may differ from their mean: black frames are no step."""
LEAST_CODES = 2.0
"""Mean step of Y, U and V together, in codes, that is worth a closer look."""
DARK, BRIGHT = 24.0, 234.0
"""Tile means outside are black or clipped: their ratio says nothing."""
EXPLAINED, LEAST_RESIDUAL = 0.45, 3.0
"""A tile is explained where so much of its change is left over at most, or so little in L*a*b*."""
PATTERN = 4.0
"""L* must spread by so much (standard deviation) over the camera's tiles, or one shot is not told from another."""
ALIKE = 0.9
"""Correlation of the patterns of light before and after."""


@dataclass(frozen=True)
class Step:
    """One step, between two samples."""

    sample: int
    """The first sample after it."""
    difference: float
    """Median ΔE*ab of the changed tiles."""
    tint: float
    """Median ΔE*ab that the gains' difference from one another makes: 0 where only light changed."""
    gain: float
    """Light after over light before."""
    share: float
    """Share of the camera's tiles that changed."""
    tiles: Array
    """Bool (18, 32): the camera's tiles."""


def steps(tints: Tints, limits: Limits) -> Iterator[Step]:
    """Every step, in order of time."""
    for sample in _candidates(tints):
        step = _step(tints, sample, limits)
        if step is not None:
            yield step


def _candidates(tints: Tints) -> list[int]:
    """Samples at which the camera's tiles as a whole move most within half a second, in strips to spare memory."""
    count = len(tints.samples.pts)
    size = np.zeros(count, np.float32)
    for start in range(1, count, 256):
        stop = min(start + 256, count)
        codes = tints.codes(slice(start - 1, stop))
        mask = camera_tiles(tints.substrate, tints.beats[start - 1 : stop - 1])
        moved = np.abs(np.diff(codes, axis=0)).sum(axis=-1)
        size[start:stop] = (moved * mask).sum(axis=(1, 2)) / np.maximum(mask.sum(axis=(1, 2)), 1)
    return [
        index
        for index in np.flatnonzero(size >= LEAST_CODES).tolist()
        if index >= APART + 1
        and tints.times[index] >= KNOWN_S
        and index + APART < count
        and size[index] >= size[index - 2 : index + 3].max()
    ]


def _step(tints: Tints, sample: int, limits: Limits) -> Step | None:
    codes = tints.codes(slice(sample - APART - 1, min(sample + APART + 3, len(tints.samples.pts))))
    at = APART + 1
    mask = camera_tiles(tints.substrate, tints.beats[sample - 2 : sample - 1])[0] & _lives(tints, sample)
    if int(mask.sum()) < limits["fewest_tiles"] or not _sudden(codes[:, mask].mean(axis=1), at):
        return None
    # means are steadier; where much moves, the two samples beside the step are more alike
    means = codes[: at - 1].mean(axis=0), codes[at + 1 : at + 1 + APART].mean(axis=0)
    for before, after in (means, (codes[at - 1], codes[at]), (codes[at - 1], codes[at + 1])):
        good = mask & (np.minimum(before, after)[..., 0] > DARK) & (np.maximum(before, after)[..., 0] < BRIGHT)
        if int(good.sum()) < max(limits["fewest_tiles"], mask.sum() / 3):
            continue
        step = _explained(tints, before[good], after[good], limits)
        if step is not None:
            return Step(sample, *step, tiles=mask)
    return None


def _lives(tints: Tints, sample: int) -> Array:
    """Bool (18, 32): tiles that stir in most beats of the second after a sample."""
    substrate = tints.substrate
    first = min(int(tints.beats[sample]) + 1, substrate.beats - 1)
    pulse = substrate.pulse[first : first + substrate.spell(1.0)] >= substrate.life
    made: Array = pulse.mean(axis=0).reshape(TILE_ROWS, TILE_COLS) >= 0.5
    return made


def _sudden(codes: Array, at: int) -> bool:
    """Whether the step of the mean colour, codes (k, 3), takes at most two samples, and stays. `at`: the first sample after it."""
    first = codes[: at - 1].mean(axis=0)
    way = codes[at + 1 : at + 1 + APART].mean(axis=0) - first
    whole = float((way * way).sum())
    if whole <= 0:
        return False
    along = (codes - first) @ way / whole  # 0 before, 1 after
    moves = np.diff(along)
    quick = max(moves[at - 2 : at].sum(), moves[at - 1 : at + 1].sum())
    apart = max(float(np.abs(along[: at - 1]).max()), float(np.abs(along[at + 1 : at + 1 + APART] - 1).max()))
    return bool(quick >= QUICK and along[-1] >= STAYS and apart <= STEADY)


def _explained(tints: Tints, before: Array, after: Array, limits: Limits) -> tuple[float, float, float, float] | None:
    """(ΔE, tint, gain, share) where gains explain the change of most tiles; else None. `before`, `after`: codes (tiles, 3)."""
    was, now = tints.light(before), tints.light(after)
    floor = np.float32(1e-3)
    ratios = np.log((now + floor) / (was + floor))
    gains = np.median(ratios, axis=0)
    seen, then = lab(was), lab(now)
    if float(seen[:, 0].std()) < PATTERN or _correlation(seen[:, 0], then[:, 0]) < ALIKE:
        return None
    change = np.linalg.norm(then - seen, axis=1)
    left = np.linalg.norm(then - lab(was * np.exp(gains)), axis=1)
    changed = change >= limits["delta_e"]
    if float(changed.mean()) < limits["area_share"]:
        return None
    explained = left <= np.maximum(EXPLAINED * change, LEAST_RESIDUAL)
    if float(explained.mean()) < limits["explained_share"]:
        return None
    tint = np.linalg.norm(lab(was * np.exp(gains - gains.mean())) - seen, axis=1)
    return (
        float(np.median(change[changed])),
        float(np.median(tint[changed])),
        float(np.exp(gains.mean())),
        float(changed.mean()),
    )


def _correlation(one: Array, other: Array) -> float:
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / max(np.sqrt((a * a).sum() * (b * b).sum()), 1e-6))
