"""What two traces have in common at one distance in time: stretches whose sound has the same rhythm or whose picture moves alike."""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import FINGERPRINT_HZ, Array
from station.prints import ENVELOPE_HZ
from station.traces import MOTION_HZ, Trace

WINDOW_S, STEP_S = 4.0, 0.5
"""Likeness is told of windows so long, so far apart."""
SAME_SOUND, LIVELY_DB = 0.80, 1.5
"""Correlation of two envelopes from which they are one sound; both must vary by so much (standard deviation)."""
SAME_WORDS, LIKE_WORDS = 0.28, 0.34
"""Share of fingerprint bits that may differ in one sound, by themselves and where the envelopes are alike; 0.5 is chance, a
re-encode has 0.15–0.28."""
SAME_MOTION, LIVELY_CODES = 0.70, 12.0
"""Correlation of two motions from which they are one picture; variance a moment that must be there, codes² over all cells."""
SURE_MOTION, SURE_S = 0.9, 10.0
"""Where another sound is heard, a picture must be alike by so much for so long: two people who sway in one rhythm are no copy."""
REFINE_S = 0.6
"""The exact distance lies so near the rough one."""
BRIDGE_S, SILENT_BRIDGE_S = 2.0, 12.0
"""Gaps inside a stretch: where the two differ, and where there is nothing to tell by."""
AROUND_S = 20.0
"""So much around what was noticed is looked at first."""
Run = tuple[int, int]


@dataclass(frozen=True)
class Stretch:
    """A stretch that two lessons have in common, in seconds."""

    start: float
    end: float
    lag: float
    """Seconds to add to get the other lesson's time."""
    by: str
    """`picture`, `sound` or `both`."""
    similarity: float
    """0–1: mean correlation."""


def stretches(own: Trace, other: Trace, lag: float, near: tuple[float, float], shortest: float) -> list[Stretch]:
    """Every stretch of at least `shortest` seconds at about this distance; `near`: seconds of `own` where it was noticed."""
    around = (near[0] - AROUND_S, near[1] + AROUND_S)
    sound, sound_lag = _sound(own, other, lag, near, around)
    picture, picture_lag = _picture(own, other, lag, near, around)
    if not (_some(sound, SAME_SOUND) or _some(picture, SAME_MOTION)):
        return []
    whole = (0.0, own.duration)
    sound, picture = _sound(own, other, lag, near, whole)[0], _picture(own, other, lag, near, whole)[0]
    steps = max(len(sound), len(picture))
    sound, picture = (np.pad(line, (0, steps - len(line)), constant_values=np.nan) for line in (sound, picture))
    alike = (sound >= SAME_SOUND) | (picture >= SAME_MOTION)
    unknown = np.isnan(sound) & np.isnan(picture)
    found = []
    for first, last in _runs(alike, unknown):
        start, end = _edges((first, last), alike, min(own.duration, other.duration - lag), max(0.0, -lag))
        by, similarity = _by(sound[first:last], picture[first:last])
        sure = by != "picture" or _sure(sound[first:last], picture[first:last], similarity)
        if end - start >= shortest and sure:
            found.append(Stretch(start, end, picture_lag if by == "picture" else sound_lag, by, similarity))
    return found


def _some(line: Array, least: float) -> bool:
    """Whether two windows in a row are that alike."""
    alike = line >= least
    return bool((alike[1:] & alike[:-1]).any())


def _sure(sound: Array, picture: Array, similarity: float) -> bool:
    """Whether pictures alone are enough to tell by. One slide's change at the same moment is not; and where another sound is
    heard most of the time, they must be more alike for longer."""
    seen = np.flatnonzero(picture >= SAME_MOTION)
    lasts = (seen[-1] - seen[0]) * STEP_S if len(seen) else 0.0
    if float((sound < SAME_SOUND).mean()) > 0.5:
        return similarity >= SURE_MOTION and lasts >= SURE_S - WINDOW_S
    return lasts > WINDOW_S


def _by(sound: Array, picture: Array) -> tuple[str, float]:
    heard, seen = sound >= SAME_SOUND, picture >= SAME_MOTION
    told = np.concatenate([sound[heard], picture[seen]])
    similarity = float(told.mean().clip(0, 1)) if len(told) else 0.0
    if heard.mean() >= 0.25 and seen.sum() >= 0.25 * max(1, (~np.isnan(picture)).sum()) and seen.any():
        return "both", similarity
    return ("sound" if heard.sum() >= seen.sum() else "picture"), similarity


def _edges(run: Run, alike: Array, longest: float, least: float) -> tuple[float, float]:
    """Seconds of a run of windows: a window that is told alike lies three quarters inside; at the ends of what could be told,
    wholly."""
    first, last = run
    middle = WINDOW_S / 2
    start, end = first * STEP_S + middle - WINDOW_S / 4, (last - 1) * STEP_S + middle + WINDOW_S / 4
    told = np.flatnonzero(alike)
    if start <= least + middle and first == told[0]:
        start = least
    if end >= longest - middle and last - 1 == told[-1]:
        end = longest
    return round(max(start, least), 3), round(min(end, longest), 3)


def _runs(alike: Array, unknown: Array) -> list[Run]:
    """Runs of windows that are alike; short gaps are bridged, longer ones where nothing can be told."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], alike.astype(np.int8), [0]))))
    runs: list[Run] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs:
            gap = slice(runs[-1][1], first)
            known = int((~unknown[gap]).sum()) * STEP_S
            if known <= BRIDGE_S and (first - runs[-1][1]) * STEP_S <= SILENT_BRIDGE_S:
                runs[-1] = (runs[-1][0], last)
                continue
        runs.append((first, last))
    return runs


def _sound(
    own: Trace, other: Trace, lag: float, near: tuple[float, float], span: tuple[float, float]
) -> tuple[Array, float]:
    """Likeness of every window within `span` (the window k begins at k · STEP_S of `own`; NaN: nothing to tell by), and the
    exact lag, told by what is `near`."""
    if not len(own.envelope) or not len(other.envelope):
        return np.zeros(0, np.float32), lag
    shift = (lag + own.sound_start - other.sound_start) * ENVELOPE_HZ
    best = _best_shift(own.envelope, other.envelope, shift, _indices(own, near), ENVELOPE_HZ)
    exact = best / ENVELOPE_HZ - own.sound_start + other.sound_start
    heard = (span[0] - own.sound_start, span[1] - own.sound_start)
    x, y, first = _overlap(own.envelope, other.envelope, best, heard, ENVELOPE_HZ)
    rhythm = _windowed(x[:, None] / np.float32(3), y[:, None] / np.float32(3), ENVELOPE_HZ, LIVELY_DB**2)
    line = _on_grid(rhythm, own.sound_start + first / ENVELOPE_HZ)
    pitch = _words(own, other, exact, heard)
    steps = max(len(line), len(pitch))
    line, pitch = (np.pad(one, (0, steps - len(one)), constant_values=np.nan) for one in (line, pitch))
    line = np.where(pitch > LIKE_WORDS, np.minimum(line, SAME_SOUND / 2), line)
    return np.where(pitch <= SAME_WORDS, np.fmax(line, 1 - pitch / 2), line), exact


def _words(own: Trace, other: Trace, lag: float, span: tuple[float, float]) -> Array:
    """Share of fingerprint bits that differ in every window; NaN in silence. `span`: seconds from the sound's begin."""
    rough = (lag + own.sound_start - other.sound_start) * FINGERPRINT_HZ
    width, best = round(WINDOW_S * FINGERPRINT_HZ), np.zeros(0)
    for shift in {int(np.floor(rough)), int(np.ceil(rough))}:
        x, y, first = _overlap(own.words, other.words, shift, span, FINGERPRINT_HZ)
        if len(x) < width:
            continue
        told = ((x != 0) & (y != 0)).astype(np.float64)
        count = _sums(told, width)
        share = _sums(np.bitwise_count(x ^ y) / 32.0 * told, width) / np.maximum(count, 1)
        share[count < width / 2] = np.nan
        line = _on_grid(_every(share, FINGERPRINT_HZ), own.sound_start + first / FINGERPRINT_HZ)
        steps = max(len(best), len(line))
        best = np.fmin(*(np.pad(one, (0, steps - len(one)), constant_values=np.nan) for one in (best, line)))
    return best


def _picture(
    own: Trace, other: Trace, lag: float, near: tuple[float, float], span: tuple[float, float]
) -> tuple[Array, float]:
    """As `_sound`, of what moves."""
    if not len(own.motion) or not len(other.motion):
        return np.zeros(0, np.float32), lag
    cells = own.motion[0].size
    one, two = own.motion.reshape(-1, cells), other.motion.reshape(-1, cells)
    window = slice(max(0, int(near[0] * MOTION_HZ)), max(1, int(near[1] * MOTION_HZ)))
    best = _best_shift(one, two, lag * MOTION_HZ, window, MOTION_HZ)
    x, y, first = _overlap(one, two, best, span, MOTION_HZ)
    line = _windowed(x.astype(np.float32), y.astype(np.float32), MOTION_HZ, LIVELY_CODES)
    return _on_grid(line, first / MOTION_HZ), best / MOTION_HZ


def _indices(own: Trace, near: tuple[float, float]) -> slice:
    first, last = ((at - own.sound_start) * ENVELOPE_HZ for at in near)
    return slice(max(0, int(first)), max(1, int(last)))


def _best_shift(one: Array, two: Array, rough: float, window: slice, hertz: int) -> int:
    """The shift around `rough` at which the window of `one` is most like `two`."""
    part = one[window].astype(np.float32)
    best = (-2.0, round(rough))
    for shift in range(round(rough - REFINE_S * hertz), round(rough + REFINE_S * hertz) + 1):
        first, last = max(window.start + shift, 0), min(window.start + shift + len(part), len(two))
        if last - first < hertz:
            continue
        x = part[first - window.start - shift : last - window.start - shift]
        y = two[first:last].astype(np.float32)
        x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        norm = float(np.sqrt((x * x).sum() * (y * y).sum()))
        best = max(best, (float((x * y).sum()) / norm if norm else -1.0, shift))
    return best[1]


def _overlap(one: Array, two: Array, shift: int, span: tuple[float, float], hertz: int) -> tuple[Array, Array, int]:
    """The parts of both that fall together when `one[i]` meets `two[i + shift]`, within `span` seconds of `one`, and the index
    in `one` at which they begin."""
    first = max(0, -shift, round(span[0] * hertz))
    last = max(first, min(len(one), len(two) - shift, round(span[1] * hertz)))
    return one[first:last], two[first + shift : last + shift], first


def _windowed(x: Array, y: Array, hertz: int, lively: float) -> Array:
    """Correlation over time of x and y (n, columns) in each window; NaN where neither varies, −1 where only one does."""
    width = round(WINDOW_S * hertz)
    if len(x) < width:
        return np.zeros(0)
    products = [_sums((a * b).sum(axis=1, dtype=np.float64), width) for a, b in ((x, x), (y, y), (x, y))]
    means = [_sums(line.astype(np.float64), width) / width for line in (x, y)]
    xx, yy, xy = (
        product / width - (means[i] * means[j]).sum(axis=1)
        for product, (i, j) in zip(products, ((0, 0), (1, 1), (0, 1)), strict=True)
    )
    line = xy / np.sqrt(np.maximum(xx * yy, 1e-9))
    line[(xx < lively) & (yy < lively)] = np.nan
    line[((xx < lively / 3) & (yy > 3 * lively)) | ((yy < lively / 3) & (xx > 3 * lively))] = -1
    return _every(line, hertz)


def _every(line: Array, hertz: int) -> Array:
    """Values of a line at `hertz` every STEP_S."""
    count = int((len(line) - 1) / (STEP_S * hertz)) + 1 if len(line) else 0
    made: Array = line[np.rint(np.arange(count) * STEP_S * hertz).astype(np.int64).clip(0, max(0, len(line) - 1))]
    return made


def _sums(line: Array, width: int) -> Array:
    total = np.cumsum(np.concatenate([np.zeros_like(line[:1]), line]), axis=0)
    made: Array = total[width:] - total[:-width]
    return made


def _on_grid(line: Array, begin: float) -> Array:
    """A line whose first window begins at `begin` seconds, moved to the grid of `own`."""
    steps = round(begin / STEP_S) if len(line) else 0
    made: Array = np.pad(line, (steps, 0), constant_values=np.nan) if steps >= 0 else line[-steps:]
    return made
