"""Following one area of the picture frame by frame: when its life stops, when it returns, and what was there before and after."""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array
from station.checks._substrate import DARK_CODES, EXPANDED, TILES, Substrate

FALL, LOWEST_FALL = 0.35, 0.1
"""Frame differences under this share of the living level are quiet: the lower where noise goes on while nobody moves. Measured on
x264 1–20 Mbit/s and MPEG-2: the first frozen frame, where the codec still refines, lies at 0.01–0.25."""
UNDER_NOISE = 0.7
"""Quiet lies under this share of the quietest tenth of the living frames: there the noise is alone."""
REST_SHARE, LEAST_REST, MOST_REST = 0.08, 0.03, 0.12
"""The median frame difference of a frozen area stays under this share of its life, at least and at most so many codes: a slowing
pan over a wall falls far, and still moves by half a code. Frozen areas measured 0–0.04."""
LOOK_S = 1.0
"""How much life before the death gives the living level."""
HOLD_S = 0.4
"""Quiet must hold, and life must last, so long to count."""
FOREIGN_FRAMES, SAME = 5, 0.1
"""A still picture that is back (but for this share of its tiles) after so few frames of something else never woke."""
WAKING = 0.3
"""Between a key frame and certain life right after it, frames over this share of the threshold belong to the life."""
REPLACED_CODES = 6
"""A tile mean that jumps by so much shows something else."""
REPLACED = 0.5
"""An area with this share of such tiles was replaced."""
SPIKE = 4.0
"""A frame difference so many times the living level, right before the quiet, is a cut."""
ARRIVAL_S = 1.2
"""A dissolve takes so long."""
FADING = 0.75
"""Life whose beats spread so much (`Trace.swing`) was a dissolve or a refining encoder; cameras measured 0.1–0.6."""
CHUNK_S = 20.0
"""The search for the end goes on in pieces of this length."""


@dataclass(frozen=True)
class Trace:
    """Where an area is frozen."""

    first: int
    """First repeated frame: it shows the frame before it."""
    last: int
    """First frame that lives again, or the number of frames."""
    before: float
    """Living level: usual frame difference of the area, codes."""
    after: float
    """The same for the half second after its return; 0 at the end of the file."""
    unsure: bool
    """The picture changed all over shortly before: a dissolve to something still can't be ruled out."""
    swing: float
    """Standard deviation over mean of the beats of life right before: 0 for a scrolling page."""


def trace(substrate: Substrate, beat: int, tiles: Array) -> Trace | None:
    """The frozen stretch that begins about `beat`; None where it is a cut, a dissolve, black, or no rest at all."""
    frame = substrate.frame
    look, hold = max(3, round(LOOK_S / frame)), max(2, round(HOLD_S / frame))
    around = (beat - 1) * substrate.beat
    begin = max(1, around - look)
    course = _course(substrate, tiles, begin, min(substrate.frames, around + 3 * substrate.beat + hold))
    good = ~substrate.discounted[begin : begin + len(course)]
    life = _living_level(course[: around - begin], good[: around - begin])
    if life <= 0:
        return None
    threshold = _threshold(course[: around - begin], good[: around - begin], life)
    first = _stops(course, good, threshold, max(1, around - substrate.beat - begin), hold)
    if first is None:
        return None
    first += begin
    if _cut_or_dark(substrate, tiles, first, life, course[max(0, first - 3 - begin) : first - begin]):
        return None
    last, rest = _returns(substrate, tiles, first, threshold, hold)
    if rest > min(MOST_REST, max(LEAST_REST, REST_SHARE * life)):
        return None
    arrived = replaced_share(substrate, tiles, first - round(ARRIVAL_S / frame), first) >= REPLACED
    swing = _swing(course[: first - begin], good[: first - begin], substrate.beat)
    arrived = arrived or swing >= FADING
    leaves = last < substrate.frames and _leaves(substrate, tiles, last, round(ARRIVAL_S / frame))
    if arrived and (leaves or last >= substrate.frames):
        return None
    woken = _course(substrate, tiles, last, min(substrate.frames, last + hold))
    after = _living_level(woken, np.ones(len(woken), dtype=bool)) if len(woken) else 0.0
    return Trace(first, last, life, after, arrived, swing)


def _course(substrate: Substrate, tiles: Array, begin: int, end: int) -> Array:
    """float32: mean frame difference of the area, codes, frames `[begin, end)`."""
    folded = substrate.pictures.tile_difference[begin:end].reshape(end - begin, TILES)[:, tiles]
    made: Array = EXPANDED[folded].mean(axis=1)
    return made


def _living_level(course: Array, good: Array) -> float:
    """The usual frame difference while alive: repeats of a lower frame rate, and peaks, left out."""
    course = course[good]
    if not len(course):
        return 0.0
    upper = course[course >= 0.5 * np.percentile(course, 75)]
    return float(np.median(upper))


def _swing(course: Array, good: Array, beat: int) -> float:
    """How unevenly the last five beats of `course` live: standard deviation over mean."""
    beats = [course[at : at + beat][good[at : at + beat]] for at in range(len(course) - beat, -1, -beat)][:5]
    means = np.array([float(part.mean()) for part in beats if len(part)])
    return float(means.std() / max(float(means.mean()), 1e-6)) if len(means) else 0.0


def _threshold(course: Array, good: Array, life: float) -> float:
    """Under this frame difference (codes) the area is quiet."""
    living = course[good & (course >= 0.05 * life)]
    noise = float(np.percentile(living, 10)) if len(living) else 0.0
    return float(np.clip(UNDER_NOISE * noise, LOWEST_FALL * life, FALL * life))


def _stops(course: Array, good: Array, threshold: float, since: int, hold: int) -> int | None:
    """First index from `since` on after which the area stays quiet for `hold` frames; discounted frames don't count."""
    quiet = (course < threshold) | ~good
    for index in range(since, len(course) - 1):
        ahead = slice(index, index + hold)
        if course[index] < threshold and quiet[ahead].all() and (good[ahead] & quiet[ahead]).sum() >= 2:
            return index
    return None


def _cut_or_dark(substrate: Substrate, tiles: Array, first: int, life: float, before: Array) -> bool:
    """Whether the area was replaced at the moment of its death, or is black after it."""
    means = substrate.pictures.tile_mean[min(first, substrate.frames - 1)].reshape(TILES)[tiles]
    if float(means.mean()) <= DARK_CODES:
        return True
    if len(before) and float(before.max()) >= max(SPIKE * life, SPIKE):
        return True
    return replaced_share(substrate, tiles, first - 4, first) >= REPLACED


def replaced_share(substrate: Substrate, tiles: Array, one: int, other: int) -> float:
    """Share of the area's tiles that show something else in frame `other` than in frame `one`."""
    means = substrate.pictures.tile_mean
    last = substrate.frames - 1
    early = means[max(0, min(one, last))].reshape(TILES)[tiles]
    late = means[max(0, min(other, last))].reshape(TILES)[tiles]
    return float((np.maximum(early, late) - np.minimum(early, late) >= REPLACED_CODES).mean())


def _returns(substrate: Substrate, tiles: Array, first: int, threshold: float, hold: int) -> tuple[int, float]:
    """First frame after `first` in which the area lives again or is replaced, and the median difference until then."""
    size = max(hold * 4, round(CHUNK_S / substrate.frame))
    rests: list[Array] = []
    begin, resumes = first + 1, 0
    while begin < substrate.frames:
        end = min(begin + size + hold, substrate.frames)
        course, good = _course(substrate, tiles, begin, end), ~substrate.discounted[begin:end]
        loud = course >= threshold
        for index in np.flatnonzero(loud[:size]).tolist():
            at = begin + index
            if at < resumes:
                continue
            if (resumes := _resumes(substrate, tiles, at, loud[index:], hold)) > at:
                continue
            lasting = good[index] and float(loud[index : index + hold].mean()) >= 0.4 and len(loud[index:]) > 1
            if lasting or replaced_share(substrate, tiles, at - 1, at) >= REPLACED:
                back = _wakes(course, good, threshold, index)
                rests.append(course[:back][good[:back]])
                return begin + back, _median(rests)
        rests.append(course[:size][good[:size]])
        begin += size
    return substrate.frames, _median(rests)


def _resumes(substrate: Substrate, tiles: Array, at: int, loud: Array, hold: int) -> int:
    """The frame in which the same still picture is back after foreign frames that began at `at`; `at` where it is not."""
    if replaced_share(substrate, tiles, at - 1, at) < REPLACED:
        return at
    for away in range(1, FOREIGN_FRAMES + 1):
        ahead = loud[away + 1 : away + 1 + hold]
        if len(ahead) == hold and not ahead.any() and replaced_share(substrate, tiles, at - 1, at + away) < SAME:
            return at + away + 1
    return at


def _wakes(course: Array, good: Array, threshold: float, index: int) -> int:
    """The first frame of the life that is certain at `index`: it may have begun at the key frame just before."""
    first = index
    for at in range(index - 1, -1, -1):
        if good[at] or course[at] < WAKING * threshold:
            break
        if course[at] >= threshold:
            first = at
    return first


def _median(parts: list[Array]) -> float:
    joined = np.concatenate(parts) if parts else np.zeros(0)
    return float(np.median(joined)) if len(joined) else 0.0


def _leaves(substrate: Substrate, tiles: Array, last: int, reach: int) -> bool:
    """Whether the still picture gives way to another one, at once or by a dissolve."""
    return replaced_share(substrate, tiles, last - 1, last + reach) >= REPLACED
