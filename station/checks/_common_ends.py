"""What two lessons' heads have in common, without a template: the same pictures and the same sound from near their begin on.

Tails are compared as heads that run backwards. A title card whose text differs ends what is in common.
"""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array
from station.checks._common import runs
from station.checks._ends import lag_by_sound, sound_alike, sounding
from station.prints import PRINT_HZ, Print

STEP = 2
"""Coarse comparison of every second picture, in cells of 2×2 tiles."""
LATEST_S = 8.0
"""What is in common begins so soon, and at most so much sooner in one lesson than in the other."""
ALIKE, FLAT, FLAT_CODES = 0.88, 2.0, 12.0
"""Correlation of two pictures from which they are one; those whose spread is less than the second may differ by so many codes in
their mean."""
ROUGHLY = 0.6
"""Correlation of pictures that are one but for a logo."""
BRIDGE = 3
"""Different pictures in a row that do not end a run."""
LOGO_CODES, CHANGED_CODES, CHANGED_TILES = 5.0, 5.0, 3
"""Tiles that differ by more than the first all along are under a logo. Where so many others begin to differ by the second, and
stay so, something else is written on the same ground: a title card."""
LASTING = 6
"""Pictures for which they stay so."""
CROPPED_TILES = 24
"""Where at least so many tiles differ all along, one of the two is cropped, and writing can't be told."""
LIVELY_CODES, LIVELY_SHARE = 0.8, 0.2
"""Silent pictures must change by so many codes a tenth of a second for such a share of the time to be more than a slide that
stands in both."""
DARKEST, BRIGHTEST = 20.0, 212.0
"""Tiles beyond may be clipped in one of the two. An even picture that is no lighter than the first is black: every lesson may begin with
some, and an intro begins after it."""
CANDIDATES = 3
HEARD_S, HEARD_STEP_S, DIFFERENT = 2.0, 0.5, 0.5
"""The sound is compared in windows so long, so far apart; less alike than that it is another."""
HEARD_SHARE, HEARD_LEAST = 0.75, 2
"""Share, and least number, of the windows that must sound alike."""


@dataclass(frozen=True)
class Shared:
    """A stretch that two heads share, in seconds of the first one's print."""

    start: float
    end: float
    lag: float
    """Seconds to add for the second one's print."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


def shared_head(one: Print, two: Print, shortest: float) -> Shared | None:
    """The stretch of at least `shortest` seconds that begins within LATEST_S of both. None where there is none."""
    best: Shared | None = None
    heard = lag_by_sound(one, two, LATEST_S)
    lags = _lags(one.pictures, two.pictures)
    for lag in lags if heard is None else [round(heard * PRINT_HZ), *lags]:
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
        lengths[index] = max((b - a for a, b in _early(_alike(x, y, index - reach), reach)), default=0)
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


def _alike(x: Array, y: Array, lag: int, least: float = ALIKE) -> Array:
    """Per picture of x, float32 (n, tiles): like that of y `lag` later."""
    same = np.zeros(len(x), bool)
    first, last = max(0, -lag), min(len(x), len(y) - lag)
    if last <= first:
        return same
    a, b = x[first:last], y[first + lag : last + lag]
    means = a.mean(axis=1), b.mean(axis=1)
    a, b = a - means[0][:, None], b - means[1][:, None]
    size = np.sqrt((a * a).mean(axis=1)), np.sqrt((b * b).mean(axis=1))
    flat = (size[0] < FLAT) & (size[1] < FLAT)
    cosine = (a * b).mean(axis=1) / np.maximum(size[0] * size[1], 1e-3)
    same[first:last] = np.where(flat, np.abs(means[0] - means[1]) < FLAT_CODES, cosine >= least)
    return same


def _early(same: Array, latest: int) -> list[tuple[int, int]]:
    """Runs of true values, short gaps bridged, that begin by `latest`."""
    return [run for run in runs(same, join=BRIDGE) if run[0] <= latest]


def _exactly(one: Print, two: Print, rough: int, shortest: float) -> Shared | None:
    """The stretch to a tenth of a second, where its sound is the same too."""
    x, y = (end.pictures.reshape(len(end.pictures), -1).astype(np.float32) for end in (one, two))
    lag = _refined(x, y, rough)
    latest = round(LATEST_S * PRINT_HZ) - max(0, lag)
    used = _unmarked(x, y, lag)
    for begin, last in _early(_alike(x[:, used], y[:, used], lag), latest):
        first, end = begin + _black(x[begin:last]), last
        if last - first >= shortest * PRINT_HZ:
            end = first + _until(x[first:last], y[first + lag : last + lag], round(shortest * PRINT_HZ))
        until = _heard(one, two, lag / PRINT_HZ, (first / PRINT_HZ, end / PRINT_HZ))
        if until is None and not _lively(x[first:end]):
            continue
        seconds = end / PRINT_HZ if until is None else until
        if seconds - first / PRINT_HZ >= shortest:
            return Shared(first / PRINT_HZ, seconds, lag / PRINT_HZ)
    return None


def _black(pictures: Array) -> int:
    """How many pictures at the begin are black; what fades in begins in the last of them."""
    lit = (pictures.std(axis=1) >= FLAT) | (pictures.mean(axis=1) > DARKEST)
    return max(0, int(lit.argmax()) - 1) if lit.any() else len(pictures)


def _unmarked(x: Array, y: Array, lag: int) -> Array:
    """Tiles that are under no logo in either: those that, in pictures that move and are somewhat alike, do not differ much most
    of the time. A card that stands tells nothing: its text is no logo."""
    first, last = max(0, -lag), min(len(x), len(y) - lag, round(3 * LATEST_S * PRINT_HZ))
    rough = _alike(x, y, lag, ROUGHLY)[first:last] if last > first else np.zeros(0, bool)
    if last > first:
        steps = np.abs(np.diff(x[first:last], axis=0, prepend=x[first : first + 1])).mean(axis=1)
        rough &= steps > LIVELY_CODES
    if rough.sum() < LASTING:
        return np.ones(x.shape[1], bool)
    a, b = x[first:last][rough], y[first + lag : last + lag][rough]
    apart = np.abs(a - np.median(a, axis=1, keepdims=True) - b + np.median(b, axis=1, keepdims=True))
    made: Array = np.median(apart, axis=0) <= 4 * LOGO_CODES
    return made if made.mean() > ROUGHLY else np.ones(x.shape[1], bool)


def _refined(x: Array, y: Array, rough: int) -> int:
    """The distance around `rough` at which the pictures that are alike there differ least."""
    early = _early(_alike(x, y, rough), round(LATEST_S * PRINT_HZ) - max(0, rough))
    if not early:
        return rough
    first, last = max(early, key=lambda run: run[1] - run[0])
    best = (np.inf, rough)
    for lag in range(rough - STEP, rough + STEP + 1):
        index = np.arange(max(first, -lag), min(last, len(y) - lag))
        if len(index) > (last - first) / 2:
            best = min(best, (float(np.abs(x[index] - y[index + lag]).mean()), lag))
    return best[1]


def _until(a: Array, b: Array, least: int) -> int:
    """How many pictures of a run of like ones are equal, before other words are written on the same ground. Another level, a
    standing logo and movement are allowed for."""
    core = slice(0, max(least, len(a) // 2))
    fitted = _fitted(a, b, core, np.ones(a.shape[1], bool))
    fitted = _fitted(a, b, core, np.median(np.abs(fitted - b)[core], axis=0) <= 3 * LOGO_CODES)
    apart = np.abs(fitted - b)
    logo = np.median(apart[core], axis=0) > LOGO_CODES
    clipped = (np.maximum(a, b) > BRIGHTEST) | (np.minimum(a, b) < DARKEST)
    beyond = apart - np.maximum(_moving(fitted), _moving(b))
    usual = float(np.quantile(beyond[core][:, ~logo], 0.99)) if (~logo).any() else 0.0
    over = ((beyond > max(CHANGED_CODES, 2 * usual)) & ~clipped)[:, ~logo]
    if len(over) < LASTING or int(logo.sum()) + int(np.median(over[core].sum(axis=1))) >= CROPPED_TILES:
        return len(a)
    staying = np.lib.stride_tricks.sliding_window_view(over, LASTING, axis=0).all(axis=-1).sum(axis=1)
    ends = np.flatnonzero(staying >= CHANGED_TILES)
    ends = ends[ends >= least]
    return int(ends[0]) if len(ends) else len(a)


def _fitted(a: Array, b: Array, core: slice, used: Array) -> Array:
    """`a` at the level of `b`, as the core says in the tiles that are used."""
    x, y = a[core][:, used], b[core][:, used]
    inside = (np.maximum(x, y) <= BRIGHTEST) & (np.minimum(x, y) >= DARKEST)
    if not inside.any():
        return a
    x, y = x[inside], y[inside]
    spread = float(x.std())
    gain = float(((x - x.mean()) * (y - y.mean())).mean()) / spread**2 if spread > FLAT else 1.0
    gain = gain if 0.5 <= gain <= 2 else 1.0
    made: Array = (a - x.mean()) * gain + y.mean()
    return made


def _moving(pictures: Array) -> Array:
    """How much each tile changes from the picture before or to the one after."""
    step = np.abs(np.diff(pictures, axis=0))
    made: Array = np.zeros_like(pictures)
    made[1:] = step
    made[:-1] = np.maximum(made[:-1], step)
    return made


def _heard(one: Print, two: Print, lag: float, span: tuple[float, float]) -> float | None:
    """Until when within `span` both sound alike; its begin where they never do; None where there is no sound to tell by."""
    alike: list[bool] = []
    until = span[1]
    for at in np.arange(span[0], span[1] - HEARD_S + 1e-6, HEARD_STEP_S):
        window = (float(at), float(at) + HEARD_S)
        if not (sounding(one, window) or sounding(two, (window[0] + lag, window[1] + lag))):
            continue
        alike.append((sound_alike(one, two, lag, window) or 0.0) >= DIFFERENT)
        if alike[-2:] == [False, False]:
            until = window[0] + HEARD_S / 4
            alike = alike[:-2]
            break
    if len(alike) < HEARD_LEAST:
        return None if until == span[1] else span[0]
    return until if sum(alike) >= HEARD_SHARE * len(alike) else span[0]


def _lively(pictures: Array) -> bool:
    """Whether the pictures change for a good part of the time."""
    steps = np.abs(np.diff(pictures, axis=0)).mean(axis=1)
    return len(steps) > 0 and float((steps > LIVELY_CODES).mean()) >= LIVELY_SHARE
