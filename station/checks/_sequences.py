"""From turns to dangerous sequences: more than three flashes within a second, or flashing that does not end."""

from dataclasses import dataclass, fields

import numpy as np

from gpu.measurements import Array, Measurements
from station.checks._flashes import TILES, Limits, Turns, Zigzag, covered, lights

LEAST_SHARE = 0.02
"""Turns of fewer tiles at one moment are not looked at."""
Moment = tuple[int, bool]
"""A frame, and whether it goes towards light (or red)."""


@dataclass(frozen=True)
class Count:
    """How many turns are too many."""

    fast: int
    """Turns within one second, from which a sequence is dangerous: two to a flash."""
    long: int
    """Turns within one second that are a danger where they go on."""
    long_s: float
    """Seconds that they may go on, of the last `window_s`."""
    window_s: float


@dataclass(frozen=True)
class Sequence:
    """A dangerous sequence."""

    kind: str
    """`general` or `red`."""
    first: int
    """Frame of its first change."""
    last: int
    """The frame after its last change."""
    turns: int
    """The most within any one second."""
    area: float
    """Share of the picture that flashes."""
    tiles: Array
    """Bool (576,)."""
    lasting: bool
    """Not too fast, but too long."""


@dataclass
class _Flashing:
    """The moments at which enough of the picture changes, and the tiles that take part in each."""

    moments: list[Moment]
    parts: dict[Moment, Array]
    areas: dict[Moment, float]
    turns: Turns
    """Only those that belong to such a moment."""


def sequences(measurements: Measurements, span: tuple[int, int], limits: Limits, count: Count) -> list[Sequence]:
    """Dangerous sequences in the frames `[span)`, those of light first."""
    bright, red = Zigzag(), Zigzag()
    before: Array | None = None
    for start, strip in lights(measurements, *span):
        hues = np.stack([strip.red, strip.u, strip.v], axis=1)
        reddens = bool((strip.red >= limits.red).any())
        if reddens and before is not None:
            red.feed(start - 1, before, limits)
        for index in range(len(hues)):
            bright.feed(start + index, strip.luminance[None, index], limits)
            if reddens:
                red.feed(start + index, hues[index], limits)
        before = None if reddens else hues[-1]
    found: list[Sequence] = []
    for kind, zigzag in (("general", bright), ("red", red)):
        flashing = _flashing(measurements, kind, zigzag.turns(), limits)
        found += _fast(measurements, kind, flashing, limits, count)
        found += _lasting(measurements, kind, flashing, count)
    return found


def _flashing(measurements: Measurements, kind: str, turns: Turns, limits: Limits) -> _Flashing:
    """Every moment at which at least `limits.area` of the picture turns the same way."""
    made = _Flashing([], {}, {}, turns)
    belongs = np.zeros(len(turns.tile), dtype=bool)
    for frame in np.unique(turns.moment).tolist():
        for rises in (False, True):
            near = (turns.rises == rises) & (np.abs(turns.moment - frame) <= ~turns.sheer)
            part = np.zeros(TILES, dtype=bool)
            part[turns.tile[near]] = True
            if part.mean() < LEAST_SHARE:
                continue
            area = _area(measurements, kind, (frame, rises), part)
            if area >= limits.area:
                moment = (frame, rises)
                made.moments.append(moment)
                made.parts[moment], made.areas[moment] = part, area
                belongs |= near
    made.turns = Turns(*(getattr(turns, field.name)[belongs] for field in fields(Turns)))
    return made


def _area(measurements: Measurements, kind: str, moment: Moment, part: Array) -> float:
    """Share of the picture that changes with the tiles of `part`."""
    frame, rises = moment
    return float(covered(measurements, frame, part, 1 if rises else -1, red=kind == "red").mean())


def _fast(measurements: Measurements, kind: str, flashing: _Flashing, limits: Limits, count: Count) -> list[Sequence]:
    """More than the allowed number of turns of the same tiles within a second."""
    times, half = measurements.times(), measurements.frame_seconds() / 2
    turns = flashing.turns
    found: list[Sequence] = []
    for moment in flashing.moments:
        frame = moment[0]
        first = int(np.searchsorted(times, times[frame] - 1 + half))
        within = (turns.moment >= first) & (turns.moment <= frame)
        counts = np.bincount(turns.tile[within], minlength=TILES)
        often = counts >= count.fast
        if often.mean() < LEAST_SHARE:
            continue
        area = _area(measurements, kind, moment, often)
        if area >= limits.area:
            begin = int(turns.moment[within & often[turns.tile]].min())
            found.append(Sequence(kind, begin, frame + 1, int(counts.max()), area, often, lasting=False))
    return found


def _lasting(measurements: Measurements, kind: str, flashing: _Flashing, count: Count) -> list[Sequence]:
    """Turns that are not too fast, for too long."""
    turning = _alternating(flashing.moments)
    if len(turning) < count.long:
        return []
    times, frame = measurements.times(), measurements.frame_seconds()
    at = np.array([m[0] for m in turning])
    first, last = int(at[0]), min(int(at[-1] + round(1 / frame)) + 1, len(times))
    shown = times[first:last]
    ahead = np.searchsorted(times[at], shown, side="right")
    behind = np.searchsorted(times[at], shown - 1 + frame / 2, side="right")
    often = ahead - behind >= count.long
    running = np.concatenate(([0], np.cumsum(often)))
    back = np.searchsorted(shown, shown - count.window_s + frame / 2, side="right")
    long = often & ((running[1:] - running[back]) * frame >= count.long_s - frame / 2)
    if not long.any():
        return []
    found: list[Sequence] = []
    for begin, end in _runs(often):
        if long[begin:end].any():
            inside = [m for m in turning if shown[begin] - 1 < times[m[0]] < shown[end - 1] + frame / 2]
            part = np.any([flashing.parts[m] for m in inside], axis=0)
            most = int((ahead - behind)[begin:end].max())
            area = max(flashing.areas[m] for m in inside)
            found.append(Sequence(kind, inside[0][0], inside[-1][0] + 1, most, area, part, lasting=True))
    return found


def _alternating(moments: list[Moment]) -> list[Moment]:
    """Of moments that follow each other the same way only the first."""
    made: list[Moment] = []
    for moment in moments:
        if not made or made[-1][1] != moment[1]:
            made.append(moment)
    return made


def _runs(flags: Array) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
