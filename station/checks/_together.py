"""Events that are seen and heard: cuts and flashes against sudden sounds. Where several agree, they tell how far the sound is off.

A lecture has few of them (a clap, a title's sting, an inserted film); speech begins at any time. So a single pair says nothing: only
a heap of equal distances, far higher than chance puts there, is an agreement.
"""

from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np

from gpu.measurements import Array, Measurements, expand
from station.checks._common import runs
from station.checks._hearing import WINDOWS, loudest

REACH_S = 1.0
"""Distances of a sound from a picture up to this are looked at."""
NEAR_S = 0.03
"""Events agree where their distances lie within ± this: a frame, and the window of the sound."""
CALM_S = 0.5
"""An event is one where nothing like it happened for so long before."""
RISE_DB = 20.0
"""A sudden sound stands so far over the loudest of the calm before."""
LOUD_DB = -40.0
"""And reaches this within 30 ms, dBFS."""
CUT_CODES = 8.0
"""A picture event changes the whole picture by so many codes in one frame."""
CUT_TIMES = 6.0
"""And by so many times the largest change of the calm before."""
FEWEST, LEAST_SHARE, MOST_CHANCE = 4, 0.5, 1e-5
"""An agreement needs so many events, this share of those that have a sound nearby at all, and at most this probability to be chance."""


@dataclass(frozen=True)
class Agreement:
    """What the events agree on."""

    early_ms: float
    """How much earlier the sounds come than the pictures, the median; negative: later."""
    count: int
    """Events that agree."""
    pictures: int
    """Picture events that have a sudden sound within REACH_S."""
    chance: float
    """Probability that so many distances fall together by accident."""


def together(measurements: Measurements) -> Agreement | None:
    """What cuts and sudden sounds agree on; None where there are too few of them or they don't."""
    if measurements.pictures is None or measurements.sounds is None or measurements.video is None:
        return None
    seen, heard = picture_events(measurements), sound_events(measurements)
    if len(seen) < FEWEST or len(heard) < FEWEST:
        return None
    away = heard[None, :] - seen[:, None]
    near = np.abs(away) <= REACH_S
    pictures = int(near.any(axis=1).sum())
    distances = np.sort(away[near])
    if pictures < FEWEST:
        return None
    last = np.searchsorted(distances, distances + 2 * NEAR_S, side="right")
    counts = last - np.arange(len(distances))
    best = int(counts.argmax())
    count = int(counts[best])
    chance = _chance(count, (len(distances) - count) * NEAR_S / REACH_S, tries=REACH_S / NEAR_S)
    if count < FEWEST or count < LEAST_SHARE * pictures or chance > MOST_CHANCE:
        return None
    middle = float(np.median(distances[best : best + count]))
    return Agreement(round(-middle * 1000, 1), count, pictures, chance)


def picture_events(measurements: Measurements) -> Array:
    """Seconds of frames that change nearly all of the picture at once after a calm: cuts, flashes, a slide that appears."""
    assert measurements.pictures is not None
    change = expand(measurements.pictures.tile_difference.reshape(len(measurements.pictures.pts), -1))
    course = np.median(change, axis=1)
    calm = max(1, round(CALM_S / measurements.frame_seconds()))
    before = _largest_before(course, calm)
    sudden = (course >= CUT_CODES) & (course >= CUT_TIMES * before)
    times: Array = measurements.times()[sudden]
    return times


def sound_events(measurements: Measurements) -> Array:
    """Seconds at which a sound breaks out of quiet within 30 ms."""
    assert measurements.sounds is not None
    level = loudest(measurements.sounds)
    if len(level) < 4:
        return np.zeros(0)
    before = _largest_before(level, round(CALM_S * WINDOWS), least=-120.0)
    ahead = np.lib.stride_tricks.sliding_window_view(np.pad(level, (0, 2), mode="edge"), 3).max(axis=1)
    sudden = (ahead >= LOUD_DB) & (ahead >= before + RISE_DB) & (level >= before + RISE_DB / 2)
    firsts = [first for first, _ in runs(sudden)]
    times: Array = measurements.sounds.start + np.array(firsts, float) / WINDOWS
    return times


def _largest_before(course: Array, reach: int, least: float = 0.0) -> Array:
    """The largest of the `reach` values before each one; `least` fills up the beginning."""
    padded = np.concatenate([np.full(reach, least, course.dtype), course[:-1]])
    made: Array = np.lib.stride_tricks.sliding_window_view(padded, reach).max(axis=1)
    return made


def _chance(count: int, expected: float, *, tries: float) -> float:
    """Probability that one of `tries` places holds `count` or more where `expected` are usual (Poisson)."""
    if expected <= 0:
        expected = 1e-3
    terms = (exp(k * log(expected) - expected - lgamma(k + 1)) for k in range(count, count + 60))
    return float(min(1.0, tries * sum(terms)))
