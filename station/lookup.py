"""Looking landmarks up: which lessons have the same ones at the same distances, and which stretches that makes.

An index is a sorted list of keys with a place each; places of all lessons stand on one line of tenths of a second. A stretch
that two lessons share shows as several landmarks at one distance in time, close together. What the look-up proposes is told
alike or not by `station.alike`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array
from station.alike import Stretch, stretches
from station.context import Copy
from station.traces import AFTER_S, TICK_HZ, Landmarks, Trace, landmarks, questions

MOST_HITS = 3_000_000
"""Places looked at for one lesson; the rarest keys first."""
FEWEST = 3
"""Landmarks that make a candidate."""
LAG_TICKS = 3
"""Distances are told apart by so many ticks."""
EVENT_TICKS = 5
"""Questions this close are one event."""
GAP_S = 30.0
"""Landmarks further apart than this make two candidates."""
MOST_CANDIDATES = 50
ECHO_TICKS = 20
"""A stretch returns no sooner than that."""
LOOSE_S = 2.0
"""Both ends of a stretch together are known to so much."""
NEAR_S = 120.0
"""So much of a long candidate is enough to find the exact distance."""
END_S, END_PART, END_REACH_S, END_SHARE = 30.0, 0.05, 90.0, 0.5
"""So near to both heads (or both tails), in seconds and as a share of the shorter lesson, lies what is a unified intro, a title
card or an outro, unless it is longer than the third or than the given share of a lesson."""
SHORTEST_S = 6.0
"""Shorter stretches are not told."""
KIN_END_S, KIN_SHORTEST_S = 180.0, 30.0
"""Lessons of one submission also share their lecturer's introduction, which comes later, and short clips between chapters."""


@dataclass(frozen=True)
class Postings:
    """Sorted keys, and where each stands on the common line; arrays in memory or mapped files."""

    keys: Array
    """uint32 (n,), ascending."""
    places: Array
    """uint32 (n,): a lesson's base plus the tick."""


@dataclass(frozen=True)
class Lines:
    """Where each lesson stands on the common line."""

    bases: Array
    """int64 (lessons,), ascending."""
    lengths: Array
    """int64 (lessons,), ticks; places beyond belong to lessons that are gone."""


@dataclass(frozen=True)
class Candidate:
    """A lesson (index of `Lines`) that seems to have something in common at a distance."""

    lesson: int
    lag: float
    near: tuple[float, float]
    """Seconds of the asking lesson."""
    votes: int


def sorted_postings(parts: Iterable[tuple[Landmarks, int]]) -> Postings:
    """Postings of lessons with their bases."""
    marks = list(parts)
    keys = np.concatenate([np.zeros(0, np.uint32), *(one.keys for one, _ in marks)])
    places = np.concatenate([np.zeros(0, np.uint32), *((one.ticks + base).astype(np.uint32) for one, base in marks)])
    order = np.argsort(keys, kind="stable")
    return Postings(keys[order], places[order])


def candidates(
    asked: Landmarks, postings: Sequence[Postings], lines: Lines, *, least: int | None = None
) -> list[Candidate]:
    """What to look at closely, the most promising first. `least`: smaller distances (ticks) are left out."""
    if not len(lines.bases):
        return []
    events, places = _hits(asked, postings)
    lesson = np.searchsorted(lines.bases, places, side="right") - 1
    ticks = places - lines.bases[np.maximum(lesson, 0)]
    living = (lesson >= 0) & (ticks < lines.lengths[np.maximum(lesson, 0)])
    if least is not None:
        living &= ticks - events >= least
    lesson, ticks, events = lesson[living], ticks[living], events[living]
    lags = ticks - events
    found = [one for half in (0, 1) for one in _clusters(lesson, lags, events, half)]
    found.sort(key=lambda one: -one.votes)
    return found[:MOST_CANDIDATES]


def _hits(asked: Landmarks, postings: Sequence[Postings]) -> tuple[Array, Array]:
    """(tick of the question, place) of every equal key, rarest keys first up to MOST_HITS; int64 both."""
    order = np.argsort(asked.keys)
    keys, ticks = asked.keys[order], asked.ticks[order]
    firsts = [np.searchsorted(one.keys, keys, side="left") for one in postings]
    counts = [
        np.searchsorted(one.keys, keys, side="right") - first for one, first in zip(postings, firsts, strict=True)
    ]
    total = np.sum([np.zeros(len(keys), np.int64), *counts], axis=0)
    rarest = np.argsort(total, kind="stable")
    kept = np.zeros(len(keys), bool)
    kept[rarest[np.cumsum(total[rarest]) <= MOST_HITS]] = True
    events, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for one, first, count in zip(postings, firsts, counts, strict=True):
        used = np.flatnonzero(kept & (count > 0))
        many = count[used]
        starts = np.repeat(first[used] - np.concatenate([[0], np.cumsum(many)[:-1]]), many)
        places.append(np.asarray(one.places[starts + np.arange(int(many.sum()))], np.int64))
        events.append(np.repeat(ticks[used], many))
    return np.concatenate(events), np.concatenate(places)


def _clusters(lesson: Array, lags: Array, events: Array, half: int) -> list[Candidate]:
    """Groups of at least FEWEST events of one lesson at one distance, close together in time. `half` moves the borders between
    distances by half a step, so that none falls apart in both."""
    if not len(lesson):
        return []
    width = 2 * LAG_TICKS
    bins = (lags + (1 << 24) + half * LAG_TICKS) // width
    group = (lesson.astype(np.int64) << 25) | bins
    group, slots = _once(group, events // EVENT_TICKS)
    gap = round(GAP_S * TICK_HZ / EVENT_TICKS)
    fresh = np.concatenate([[True], (np.diff(group) != 0) | (np.diff(slots) > gap)])
    starts = np.flatnonzero(fresh)
    sizes = np.diff(np.concatenate([starts, [len(group)]]))
    made = []
    for start, size in zip(starts[sizes >= FEWEST].tolist(), sizes[sizes >= FEWEST].tolist(), strict=True):
        code_here = int(group[start])
        middle = ((code_here & ((1 << 25) - 1)) + 0.5) * width - half * LAG_TICKS - (1 << 24)
        begin, end = (float(slots[i]) * EVENT_TICKS / TICK_HZ for i in (start, start + size - 1))
        end = min(end + AFTER_S + 1, begin + NEAR_S)
        made.append(Candidate(code_here >> 25, middle / TICK_HZ, (max(0.0, begin - 1), end), size))
    return made


def _once(group: Array, slots: Array) -> tuple[Array, Array]:
    """Each pair of both once, sorted. Pairs are packed into one number where they fit, which sorts many times as fast."""
    span = int(slots.max()) + 1
    if int(group.max()) > (1 << 62) // span:
        pairs = np.unique(np.stack([group, slots]), axis=1)
        return pairs[0], pairs[1]
    both = np.sort(group * span + slots)
    both = both[np.concatenate([[True], np.diff(both) != 0])]
    return both // span, both % span


Opener = Callable[[int], Trace | None]
"""The trace of a lesson by its index in `Lines`; None where it is gone."""


def confirmed(own: Trace, proposed: Sequence[Candidate], opened: Opener, shortest: float) -> list[tuple[int, Stretch]]:
    """The stretches of at least `shortest` seconds that stand up to a close look, each once, by time."""
    found: list[tuple[int, Stretch]] = []
    traces: dict[int, Trace | None] = {}
    for one in proposed:
        if any(lesson == one.lesson and _covers(stretch, one) for lesson, stretch in found):
            continue
        if one.lesson not in traces:
            traces[one.lesson] = opened(one.lesson)
        other = traces[one.lesson]
        if other is None:
            continue
        for stretch in stretches(own, other, one.lag, one.near, shortest):
            if not any(lesson == one.lesson and _same(stretch, kept) for lesson, kept in found):
                found.append((one.lesson, stretch))
    return sorted(found, key=lambda pair: (pair[1].start, pair[0]))


def _covers(stretch: Stretch, one: Candidate) -> bool:
    return abs(stretch.lag - one.lag) < 1.0 and stretch.start <= one.near[1] and stretch.end >= one.near[0]


def _same(one: Stretch, two: Stretch) -> bool:
    """Whether one lies in the other for the most part, at any distance: a repeated sound matches at several."""
    shared = min(one.end, two.end) - max(one.start, two.start)
    return shared > 0.5 * (one.end - one.start)


def is_expected(stretch: Stretch, own: float, other: float, *, kin: bool = False) -> bool:
    """Whether lessons are meant to have such a stretch in common: short, at both heads or both tails. `own`, `other`: the
    lessons' seconds; `kin`: they belong to one submission."""
    length, shorter = stretch.end - stretch.start, min(own, other)
    if length > END_SHARE * shorter:
        return False
    if kin and length < KIN_SHORTEST_S:
        return True
    near = KIN_END_S if kin else min(END_S, END_PART * shorter)
    head = stretch.start <= near and stretch.start + stretch.lag <= near
    tail = stretch.end >= own - near and stretch.end + stretch.lag >= other - near
    return length <= END_REACH_S and (head or tail)


def common(own: Trace, others: Sequence[Trace], shortest: float) -> list[tuple[int, Stretch]]:
    """The stretches that `own` has in common with each of a few others (index, stretch), without an index kept on disk."""
    lengths = np.array([int(one.duration * TICK_HZ) + 1 for one in others], np.int64)
    bases = np.cumsum(lengths) - lengths
    postings = sorted_postings((landmarks(one), int(base)) for one, base in zip(others, bases, strict=True))
    proposed = candidates(questions(own), [postings], Lines(bases, lengths)) if others else []
    return confirmed(own, proposed, lambda index: others[index], shortest)


def copies_among(own: Trace, others: Sequence[Trace]) -> tuple[Copy, ...]:
    """What a lesson has in common with a few others that lie side by side, unified heads and tails left out."""
    return tuple(
        copy_of(one, others[index].name, others[index].name)
        for index, one in common(own, others, SHORTEST_S)
        if not is_expected(one, own.duration, others[index].duration)
    )


def copy_of(one: Stretch, lesson: str, title: str) -> Copy:
    """A stretch as a context holds it."""
    other = (round(one.start + one.lag, 3), round(one.end + one.lag, 3))
    return Copy(lesson, title, one.start, one.end, *other, one.by, one.similarity)


@dataclass(frozen=True)
class Echo:
    """A stretch that comes twice within a lesson."""

    first: float
    second: float
    """Seconds at which each begins."""
    seconds: float
    by: str
    similarity: float


def echoes(own: Trace, shortest: float) -> list[Echo]:
    """Every stretch of at least `shortest` seconds that returns later, by time. What returns well before it has ended is
    periodic (a hum, a loop), and nothing that was said twice."""
    length = int(own.duration * TICK_HZ) + 1
    whole = Lines(np.zeros(1, np.int64), np.array([length], np.int64))
    proposed = candidates(questions(own), [sorted_postings([(landmarks(own), 0)])], whole, least=ECHO_TICKS)
    found: list[Echo] = []
    for one in proposed:
        for stretch in stretches(own, own, one.lag, one.near, shortest):
            over = max(0.0, stretch.end - stretch.start - stretch.lag)
            if over <= LOOSE_S and not any(_echoed(stretch, kept) for kept in found):
                start, seconds = stretch.start + over / 2, stretch.end - stretch.start - over
                found.append(Echo(start, start + stretch.lag, seconds, stretch.by, stretch.similarity))
    return sorted(found, key=lambda echo: (echo.second, echo.first))


def _echoed(stretch: Stretch, kept: Echo) -> bool:
    shared = min(stretch.end, kept.first + kept.seconds) - max(stretch.start, kept.first)
    return (
        shared > 0.5 * (stretch.end - stretch.start)
        and abs(stretch.start + stretch.lag - kept.second - stretch.start + kept.first) < 2
    )
