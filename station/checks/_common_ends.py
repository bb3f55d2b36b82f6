"""What two lessons' heads have in common, without a template: the same pictures and the same sound from near their begin on.

Tails are compared as heads that run backwards. A title card whose text differs ends what is in common.
"""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array
from station.checks._ends import sound_alike
from station.prints import PRINT_HZ, Print

STEP = 2
"""Coarse comparison of every second picture, in cells of 2×2 tiles."""
LATEST_S = 15.0
"""What is in common begins so soon, and at most so much sooner in one lesson than in the other."""
COARSE_ALIKE, COARSE_CODES = 0.93, 10.0
"""Correlation of two pictures' cells; flat ones may differ by so many codes in their mean."""
LEAST_CODES, LEAST_TILES = 6.0, 3
"""Two pictures differ where so many tiles do by so many codes, or by more where the whole stretch differs more."""
LASTING = 5
"""Pictures in a row that must differ to end what is in common."""
LIVELY_CODES = 4.0
"""Silent pictures must change at least so much to be more than a slide that stands in both."""
CANDIDATES = 3


@dataclass(frozen=True)
class Shared:
    """A stretch that two heads share, in seconds of the first one's print."""

    start: float
    end: float
    lag: float
    """Seconds to add for the second one's print."""
    sound: float | None

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


def shared_head(one: Print, two: Print, shortest: float) -> Shared | None:
    """The longest stretch of at least `shortest` seconds that begins within LATEST_S of both. None where there is none."""
    best: Shared | None = None
    for lag in _lags(one.pictures, two.pictures):
        made = _exactly(one, two, lag, shortest)
        if made is not None and (best is None or made.seconds > best.seconds + 0.5):
            best = made
    return best


def _lags(one: Array, two: Array) -> list[int]:
    """Promising distances in pictures, the longest run of like pictures first."""
    x, y = _cells(one), _cells(two)
    reach = round(LATEST_S * PRINT_HZ / STEP)
    lengths = np.zeros(2 * reach + 1)
    for index in range(2 * reach + 1):
        lengths[index] = _first_run(_alike(x, y, index - reach), reach)
    lengths[reach] += 0.5
    found: list[int] = []
    while len(found) < CANDIDATES and lengths.max() > 1:
        index = int(lengths.argmax())
        found.append((index - reach) * STEP)
        lengths[max(0, index - PRINT_HZ // STEP) : index + PRINT_HZ // STEP + 1] = 0
    return found


def _cells(pictures: Array) -> Array:
    part = pictures[::STEP]
    made: Array = part.reshape(len(part), 9, 2, 16, 2).mean(axis=(2, 4), dtype=np.float32).reshape(len(part), -1)
    return made


def _alike(x: Array, y: Array, lag: int) -> Array:
    """Per picture of x: like that of y `lag` later."""
    same = np.zeros(len(x), bool)
    first, last = max(0, -lag), min(len(x), len(y) - lag)
    if last <= first:
        return same
    a, b = x[first:last], y[first + lag : last + lag]
    means = a.mean(axis=1), b.mean(axis=1)
    a, b = a - means[0][:, None], b - means[1][:, None]
    size = np.sqrt((a * a).mean(axis=1)), np.sqrt((b * b).mean(axis=1))
    flat = (size[0] < 2) & (size[1] < 2)
    cosine = (a * b).mean(axis=1) / np.maximum(size[0] * size[1], 1e-3)
    same[first:last] = np.where(flat, np.abs(means[0] - means[1]) < COARSE_CODES, cosine >= COARSE_ALIKE)
    return same


def _first_run(same: Array, latest: int) -> int:
    """Length of the longest run of true values that begins by `latest`; single gaps are bridged."""
    joined = same | (np.roll(same, 1) & np.roll(same, -1))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], joined.astype(np.int8), [0]))))
    return max((int(b - a) for a, b in zip(edges[::2], edges[1::2], strict=True) if a <= latest), default=0)


def _exactly(one: Print, two: Print, rough: int, shortest: float) -> Shared | None:
    """The stretch to a tenth of a second, and whether its sound is the same."""
    lag = _refined(one.pictures, two.pictures, rough)
    first, last = max(0, -lag), min(len(one.pictures), len(two.pictures) - lag)
    if last - first < shortest * PRINT_HZ:
        return None
    a = one.pictures[first:last].reshape(last - first, -1).astype(np.float32)
    b = two.pictures[first + lag : last + lag].reshape(last - first, -1).astype(np.float32)
    span = _run(a, b, max(0, round(LATEST_S * PRINT_HZ) - first - max(0, lag)))
    if span is None or span[1] - span[0] < shortest * PRINT_HZ:
        return None
    begin, end = (first + span[0]) / PRINT_HZ, (first + span[1]) / PRINT_HZ
    sound = sound_alike(one, two, lag / PRINT_HZ, (begin, end))
    back = sound_alike(two, one, -lag / PRINT_HZ, (begin + lag / PRINT_HZ, end + lag / PRINT_HZ))
    if (sound is None) != (back is None) or (sound is not None and sound < 0.5):
        return None
    if sound is None and not _lively(a[span[0] : span[1]]):
        return None
    return Shared(begin, end, lag / PRINT_HZ, sound)


def _refined(one: Array, two: Array, rough: int) -> int:
    """The distance around `rough` with the longest run of like pictures, then the least difference in it."""
    best = (-1.0, 0.0, rough)
    for lag in range(rough - STEP, rough + STEP + 1):
        first, last = max(0, -lag), min(len(one), len(two) - lag)
        if last <= first:
            continue
        a = one[first:last].reshape(last - first, -1).astype(np.int16)
        b = two[first + lag : last + lag].reshape(last - first, -1).astype(np.int16)
        apart = np.abs(a - b).mean(axis=1)
        count = min(len(apart), round(2 * LATEST_S * PRINT_HZ))
        best = max(best, (-float(np.median(apart[:count])), -float(apart[:count].mean()), lag))
    return best[2]


def _run(a: Array, b: Array, latest: int) -> tuple[int, int] | None:
    """First and last picture, exclusive, of the longest run of equal pictures that begins by `latest`. Other levels and a
    standing logo are allowed for: both are learnt from the run."""
    core = _core(_differ(a, b, None), latest)
    if core is None:
        return None
    for _ in range(2):
        fitted = _fitted(a, b, core)
        found = _core(_differ(fitted, b, core), latest)
        if found is None:
            return core
        core = found
    return core


def _fitted(a: Array, b: Array, core: tuple[int, int]) -> Array:
    """`a` at the level of `b`, as the core says."""
    x, y = a[core[0] : core[1]], b[core[0] : core[1]]
    spread = float(x.std())
    gain = float(((x - x.mean()) * (y - y.mean())).mean()) / spread**2 if spread > FLAT else 1.0
    gain = gain if 0.5 <= gain <= 2 else 1.0
    made: Array = (a - x.mean()) * gain + y.mean()
    return made


FLAT = 2.0


def _differ(a: Array, b: Array, core: tuple[int, int] | None) -> Array:
    """Per picture: whether it differs. Without a core roughly, by correlation."""
    if core is None:
        x, y = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
        size = np.sqrt((x * x).mean(axis=1)), np.sqrt((y * y).mean(axis=1))
        flat = (size[0] < FLAT) & (size[1] < FLAT)
        cosine = (x * y).mean(axis=1) / np.maximum(size[0] * size[1], 1e-3)
        rough: Array = np.where(
            flat, np.abs(a.mean(axis=1) - b.mean(axis=1)) > COARSE_CODES, cosine < COARSE_ALIKE - 0.05
        )
        return rough
    apart = np.abs(a - b)
    middle = apart[core[0] : core[1]]
    logo = np.median(middle, axis=0) > LEAST_CODES
    usual = float(np.quantile(middle[:, ~logo], 0.99)) if (~logo).any() else 0.0
    made: Array = (apart[:, ~logo] > max(LEAST_CODES, 3 * usual)).sum(axis=1) >= LEAST_TILES
    return made


def _core(differ: Array, latest: int) -> tuple[int, int] | None:
    """The longest run without LASTING different pictures in a row that begins by `latest`."""
    padded = np.concatenate([differ, np.ones(LASTING, bool)])
    sums = np.cumsum(np.concatenate([[0], padded]))
    ends = np.flatnonzero(sums[LASTING:] - sums[:-LASTING] == LASTING)
    best: tuple[int, int] | None = None
    start = 0
    while start < len(differ) and start <= latest:
        if differ[start]:
            start += 1
            continue
        later = ends[ends > start]
        end = int(later[0]) if len(later) else len(differ)
        if best is None or end - start > best[1] - best[0]:
            best = (start, end)
        start = end + 1
    return best


def _lively(pictures: Array) -> bool:
    """Whether the pictures change: the tiles' mean spread over time."""
    return float(np.sqrt(pictures.var(axis=0).mean())) >= LIVELY_CODES
