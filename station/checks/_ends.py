"""A unified intro or outro in a lesson's head or tail: found by a template, or as what two lessons have in common there.

Pictures are compared tile by tile, so that a re-encode, another level, another frame rate, a logo or a small crop do no harm;
the sound by its rhythm and its pitch.
"""

from dataclasses import dataclass, replace

import numpy as np

from gpu.measurements import FINGERPRINT_HZ, Array
from station.prints import ENVELOPE_HZ, PRINT_HZ, Print

FLAT_CODES = 3.0
"""A picture whose tiles spread no wider (standard deviation, codes) has nothing to know it by."""
ALIKE = 0.80
"""Correlation of two pictures' tiles from which they are one."""
SOUND_ALIKE, LIVELY_DB = 0.85, 1.0
"""Correlation of two envelopes from which they are one sound; both must vary by so much."""
WORDS_ALIKE = 0.32
"""Share of fingerprint bits that may differ in one sound; 0.5 is chance."""
QUIET_DB = 6.0
"""Sound that never comes further above the floor is silence."""
SURE, LEAST, SAME = 0.9, 0.2, 0.5
"""Share of the pictures that needs no sound beside it, share below which they are chance, and likeness of one sound."""
FADE_S = 1.0
"""So much of a template's begin or end may be too dark to be known."""
SET_IN_S = 5.0
"""So many seconds of sound tell one intro's begin from another's."""
PLATEAU = 0.02
"""Distances whose pictures correlate so little worse than the best are decided by the sound."""


@dataclass(frozen=True)
class Match:
    """A template found in a print. Seconds of the lesson."""

    start: float
    end: float
    picture: float
    """Share of the template's pictures that are there, 0–1."""
    sound: float | None
    """0–1, about 0.5 and more is the same; None: the template is silent or has no sound."""


def find(template: Print, where: Print) -> Match | None:
    """The template in a head or tail, at the place where most of its pictures are; without pictures, by its sound. None where
    neither is there."""
    seen = _best_lag(template, where)
    best = None if seen is None else _at(template, where, seen)
    if best is None or (best.picture < SURE and (best.sound or 0.0) < SAME):
        heard = _lag_by_sound(template, where)
        other = None if heard is None else _at(template, where, round(heard * PRINT_HZ))
        if other is not None and (other.sound or 0.0) >= SAME:
            best = other
    if best is None or (best.picture < LEAST and (best.sound or 0.0) < SAME):
        return None
    return best


def _at(template: Print, where: Print, lag: int) -> Match:
    same, told = _same(template.pictures, where.pictures, lag)
    first, last = _extent(same)
    begin = where.offset + lag / PRINT_HZ
    sound = sound_alike(template, where, lag / PRINT_HZ, (first / PRINT_HZ, last / PRINT_HZ))
    picture = float(same.sum() / max(1, told.sum()))
    return Match(round(begin + first / PRINT_HZ, 3), round(begin + last / PRINT_HZ, 3), picture, sound)


def _extent(same: Array) -> tuple[int, int]:
    """First and last picture of the template that is there, exclusive; the whole where none is told. A fade at its ends may be
    too dark to be known."""
    there = np.flatnonzero(same)
    if not len(there):
        return 0, len(same)
    first, last, fade = int(there[0]), int(there[-1]) + 1, round(FADE_S * PRINT_HZ)
    return (0 if first <= fade else first), (len(same) if last >= len(same) - fade else last)


def _unit(pictures: Array) -> tuple[Array, Array]:
    """Pictures as vectors of length one without their mean, zero where flat; and which are not flat."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    size = np.sqrt((flat * flat).mean(axis=1))
    told = size >= FLAT_CODES
    scale = np.where(told, 1 / np.maximum(size * np.sqrt(flat.shape[1]), 1e-6), 0)
    return flat * scale[:, None], told


def _same(template: Array, where: Array, lag: int) -> tuple[Array, Array]:
    """Per picture of the template: whether it is there, and whether it could be told. Flat ones can't; what would lie outside
    is not there."""
    one, told = _unit(template)
    same = np.zeros(len(template), bool)
    first, last = max(0, -lag), min(len(template), len(where) - lag)
    if last > first:
        two, _ = _unit(where[first + lag : last + lag])
        same[first:last] = (one[first:last] * two).sum(axis=1) >= ALIKE
    return same & told, told


def _best_lag(template: Print, where: Print) -> int | None:
    """Where the template's pictures fit best, in pictures; equally good places are told apart by sound. None without pictures."""
    one, told = _unit(template.pictures)
    two, _ = _unit(where.pictures)
    if not told.any() or not len(two):
        return None
    length = 1 << int(np.ceil(np.log2(len(one) + len(two))))
    spectrum = np.zeros(length // 2 + 1, np.complex64)
    for column in range(0, one.shape[1], 64):
        part = slice(column, column + 64)
        spectrum += (
            np.conj(np.fft.rfft(one[:, part], length, axis=0)) * np.fft.rfft(two[:, part], length, axis=0)
        ).sum(axis=1)
    score = np.fft.irfft(spectrum, length) / told.sum()
    lags = np.concatenate([np.arange(0, len(two)), np.arange(-len(one) + 1, 0)])
    values = score[lags]
    best = float(values.max())
    near = lags[values >= best - PLATEAU]
    if len(near) == 1 or not len(template.envelope) or best < 0.1:
        return int(lags[values.argmax()])
    heard = [sound_alike(template, where, int(lag) / PRINT_HZ, (0.0, template.seconds)) for lag in near[:400]]
    rated = [-1.0 if value is None else value for value in heard]
    return int(near[int(np.argmax(rated))]) if max(rated) >= 0.5 else int(lags[values.argmax()])


def _lag_by_sound(template: Print, where: Print) -> float | None:
    """Seconds at which the template's sound fits best."""
    return _fitting(template.envelope, where.envelope, template.sound_start, where.sound_start)


def lag_by_sound(one: Print, two: Print, reach: float) -> float | None:
    """Seconds from where the sound of `one` sets in to where it does in `two`, by the next seconds; None where it sets in later
    than `reach`."""
    loud = np.flatnonzero(one.envelope > 3 * QUIET_DB)
    if not len(loud) or loud[0] / ENVELOPE_HZ + one.sound_start > reach:
        return None
    first = int(loud[0])
    part = one.envelope[first : first + round(SET_IN_S * ENVELOPE_HZ)]
    within = two.envelope[: round((2 * reach + SET_IN_S - two.sound_start) * ENVELOPE_HZ)]
    return _fitting(part, within, one.sound_start + first / ENVELOPE_HZ, two.sound_start)


def _fitting(part: Array, whole: Array, part_start: float, whole_start: float) -> float | None:
    """Seconds to add to the part's time where its envelope fits best into the whole."""
    one, two = part.astype(np.float64), whole.astype(np.float64)
    size = len(one)
    if size < 2 * ENVELOPE_HZ or len(two) < size:
        return None
    one = one - one.mean()
    total, squares = (np.cumsum(np.concatenate([[0.0], line])) for line in (two, two**2))
    means = (total[size:] - total[:-size]) / size
    spread = np.sqrt(np.maximum((squares[size:] - squares[:-size]) / size - means**2, 1e-3))
    length = 1 << int(np.ceil(np.log2(size + len(two))))
    product = np.fft.irfft(np.conj(np.fft.rfft(one, length)) * np.fft.rfft(two, length), length)[: len(means)]
    return int((product / spread).argmax()) / ENVELOPE_HZ + whole_start - part_start


def sound_alike(one: Print, two: Print, lag: float, span: tuple[float, float]) -> float | None:
    """How alike the sound of `one` within `span` (seconds of its print) is to that of `two`, `lag` seconds later there: 0–1,
    0.5 and more is the same sound. None where `one` is silent there."""
    first = max(span[0], one.sound_start, two.sound_start - lag)
    last = min(
        span[1], *(end.sound_start + len(end.envelope) / ENVELOPE_HZ - by for end, by in ((one, 0.0), (two, lag)))
    )
    x = _heard(one, span, 0.0)
    if not len(x) or float(x.max()) < QUIET_DB:
        return None
    span = (first, last)
    x, y = _heard(one, span, 0.0), _heard(two, span, lag)
    if min(len(x), len(y)) < ENVELOPE_HZ:
        return 0.0
    rhythm = max(_correlation(x, y, shift) for shift in range(-5, 6))
    differing = min(_words(one, two, lag, span, shift) for shift in (-1, 0, 1))
    by_rhythm = max(0.0, rhythm) * 0.5 / SOUND_ALIKE
    by_pitch = max(0.0, 0.5 - differing) * 0.5 / (0.5 - WORDS_ALIKE)
    return float(min(1.0, max(by_rhythm, by_pitch)))


def sounding(one: Print, span: tuple[float, float]) -> bool:
    """Whether for half of the span (seconds of the print) there is sound."""
    levels = _heard(one, span, 0.0)
    return len(levels) > 0 and float((levels > QUIET_DB).mean()) >= 0.5


def _heard(one: Print, span: tuple[float, float], lag: float) -> Array:
    """The envelope within a span, decibels above the floor."""
    first, last = ((at + lag - one.sound_start) * ENVELOPE_HZ for at in span)
    made: Array = one.envelope[max(0, round(first)) : max(0, round(last))].astype(np.float32) / 3
    return made


def _correlation(x: Array, y: Array, shift: int) -> float:
    a, b = (x[max(0, -shift) :], y[max(0, shift) :])
    count = min(len(a), len(b))
    a, b = a[:count] - a[:count].mean(), b[:count] - b[:count].mean()
    spread = float(np.sqrt((a * a).mean())), float(np.sqrt((b * b).mean()))
    if min(spread) < LIVELY_DB:
        return 0.0
    return float((a * b).mean() / (spread[0] * spread[1]))


def _words(one: Print, two: Print, lag: float, span: tuple[float, float], shift: int) -> float:
    """Share of fingerprint bits that differ; chance where there is too little."""
    first = max(0, round((span[0] - one.sound_start) * FINGERPRINT_HZ))
    last = max(first, round((span[1] - one.sound_start) * FINGERPRINT_HZ))
    a = one.sound[first:last]
    begin = round((first / FINGERPRINT_HZ + one.sound_start + lag - two.sound_start) * FINGERPRINT_HZ) + shift
    b = two.sound[max(0, begin) : max(0, begin + len(a))]
    a = a[max(0, -begin) :][: len(b)]
    b = b[: len(a)]
    told = (a != 0) & (b != 0)
    return float(np.bitwise_count(a[told] ^ b[told]).mean() / 32) if told.sum() >= 2 * FINGERPRINT_HZ else 0.5


def reversed_print(one: Print) -> Print:
    """A tail as if it ran backwards from its end: tails are compared as heads are. Times of such a print count back from its
    last picture."""
    end = one.sound_start + len(one.envelope) / ENVELOPE_HZ
    words_end = one.sound_start + len(one.sound) / FINGERPRINT_HZ
    padded = np.pad(one.sound, (0, max(0, round((end - words_end) * FINGERPRINT_HZ))))
    return replace(
        one, pictures=one.pictures[::-1], sound=padded[::-1], envelope=one.envelope[::-1], sound_start=one.seconds - end
    )
