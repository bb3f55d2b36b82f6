"""Casts: a camera's tiles in L*a*b*, all of them to one side of neutral, in one compact cluster, light and dark alike.

A blue wall, a wooden one, a virtual studio are no casts: skin, a shirt, paper or hair before them lie elsewhere. After Gasparini and
Schettini (2004): distance of the cluster from neutral over its own spread; here with the tiles nearest to neutral looked at too.
"""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array
from station.checks._closeups import camera_tiles
from station.checks._common import runs
from station.checks._tints import Tints, lab
from station.profile import Limits

EVERY_S = 2.0
"""A look every so many seconds; each is the mean of as many samples as fit in AVERAGED."""
AVERAGED = 3
GREY = (40.0, 215.0)
"""Tile means, codes: darker and brighter ones have no colour to trust."""
NEAREST, BRIGHTEST = 0.05, 0.15
"""Shares of the tiles: those nearest to neutral, and the brightest ones."""
LIGHTS = 20.0
"""L* must range over so much (10 % to 90 %): one lit wall, or a virtual one, says nothing."""
JOIN = 1
"""Looks without a cast that do not end one."""


@dataclass(frozen=True)
class Cast:
    """One stretch with a cast."""

    start: float
    end: float
    """Seconds."""
    nearest: float
    """Chroma, along the cast, of what is nearest to neutral."""
    a: float
    b: float
    """Mean colour."""


def casts(tints: Tints, limits: Limits) -> tuple[int, list[Cast]]:
    """How many looks could be judged, and every stretch with a cast."""
    step = max(1, round(EVERY_S / max(float(np.median(np.diff(tints.times))), 1e-3)))
    places = np.arange(0, len(tints.times), step)
    seen = [_look(tints, int(place), limits) for place in places]
    judged = [look for look in seen if look is not None]
    flags = np.array([look is not None and bool(look[0]) for look in seen])
    found: list[Cast] = []
    for first, last in runs(flags, join=JOIN):
        start, end = (
            float(tints.times[places[first]]),
            float(tints.times[min(places[last - 1] + step, len(tints.times) - 1)]),
        )
        if end - start >= limits["shortest_s"]:
            here = np.array([look[1:] for look in seen[first:last] if look is not None and look[0]])
            nearest, a, b = (float(value) for value in np.median(here, axis=0))
            found.append(Cast(start, end, nearest, a, b))
    return len(judged), found


def _look(tints: Tints, place: int, limits: Limits) -> tuple[bool, float, float, float] | None:
    """(cast, nearest, a, b) of the camera's tiles about one sample; None where there are too few."""
    codes = tints.codes(slice(place, place + AVERAGED)).mean(axis=0)
    mask = camera_tiles(tints.substrate, tints.beats[place : place + 1])[0]
    mask &= (codes[..., 0] >= GREY[0]) & (codes[..., 0] <= GREY[1])
    if int(mask.sum()) < limits["fewest_tiles"]:
        return None
    seen = lab(tints.light(codes[mask]))
    low, high = np.quantile(seen[:, 0], (0.1, 0.9))
    if high - low < LIGHTS:
        return None
    return (_is_cast(seen, limits), *_place(seen))


def _place(seen: Array) -> tuple[float, float, float]:
    """(chroma of what is nearest to neutral along the mean's direction, mean a*, mean b*)."""
    mean = seen[:, 1:].mean(axis=0)
    along = seen[:, 1:] @ (mean / max(float(np.linalg.norm(mean)), 1e-6))
    return float(np.quantile(along, NEAREST)), float(mean[0]), float(mean[1])


def _is_cast(seen: Array, limits: Limits) -> bool:
    nearest, a, b = _place(seen)
    away = float(np.hypot(a, b))
    spread = float(np.linalg.norm(seen[:, 1:] - (a, b), axis=1).mean())
    bright = seen[seen[:, 0] >= np.quantile(seen[:, 0], 1 - BRIGHTEST)]
    lit = float((bright[:, 1:] @ np.array((a, b), np.float32)).mean()) / max(away, 1e-6)
    return bool(
        nearest >= limits["tinted_chroma"]
        and lit >= limits["neutral_chroma"]
        and (away - spread) / max(spread, 1e-6) >= limits["compactness"]
    )
