"""Where to look for text: the distinct pages of a lesson, from its measurements alone.

A page is a stretch in which the standing part of the picture stays as it is. Tiles that stir (a lecturer in a window, a film)
do not count. In stretches where little stands the pictures are looked at every so often instead ("glances").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gpu.measurements import Array, Measurements
from station.checks._substrate import TILES, Substrate, build_substrate, counted

CALM_S = 0.8
"""A tile stands once nothing has stirred in it for so long."""
CHANGED_CODES, CHANGED_TILES = 3, 3
"""Standing tiles whose mean moved by so many codes show something else (one digit of a title moves its tile by about 3); so many
of them make another page: one line of text covers more."""
FRESH_TILES = 12
"""So many tiles that begin to stand together make another page: a caption's bar over a camera covers that."""
PATIENCE_S = 4.0
"""A page begins once nothing more comes to rest, but is waited for no longer than that: a camera's tiles come and go."""
GONE_SHARE = 0.5
"""A page is over when so much of its standing part stirs."""
LEAST_STANDING = 24
"""Tiles (4 % of the picture) that must stand for a page."""
SHORTEST_S = 0.8
JOINED_S = 2.0
"""What shows the same again after so short a time has stood all along."""
ALIKE_SHARE = 0.8
"""Two pages can only be the same where they stand on so much of the same tiles."""
HEAD_S = 90.0
"""Title cards and introductions are looked for so far from the beginning, seconds."""
HEAD_GLANCE_S, GLANCE_S = 1.0, 10.0
"""Distance of glances, in the head and after it."""
COVERED_SHARE = 0.5
"""A page that stands on less of the picture leaves the rest to be glanced at."""
EDGE_S = 0.12
"""Kept clear of a page's borders when a moment for a look is chosen."""


@dataclass(frozen=True)
class Stand:
    """A stretch in which the standing part of the picture stays the same."""

    start: float
    end: float
    """Seconds, exclusive."""
    means: Array
    """int16 (576,): mean luma of each tile."""
    standing: Array
    """Bool (576,): the tiles that stand."""
    same_as: int | None = None
    """Index of an earlier stand that shows the same."""

    @property
    def share(self) -> float:
        """Share of the picture that stands, 0–1."""
        return float(self.standing.mean())


def stands(measurements: Measurements, most: int) -> list[Stand]:
    """Pages in order of time, at most `most` of them different: the ones in the head, then those shown longest."""
    substrate = build_substrate(measurements)
    found = [stand for stand in _cut(substrate) if stand.end - stand.start >= SHORTEST_S] if substrate.beats else []
    return _joined(_bounded(found, _same(found), most))


@dataclass
class _Open:
    """A page that goes on."""

    first: int
    """Beat."""
    means: Array
    standing: Array
    whole: int
    """Last beat at which it was all there."""


def _cut(substrate: Substrate) -> Iterator[Stand]:
    """Pages one after the other; a tile that begins to stand alone joins the page that stands."""
    stirring = (substrate.pulse >= substrate.life) | substrate.moves
    window = max(2, round(CALM_S / (substrate.beat * substrate.frame)))
    calm = counted(stirring, window) == 0
    means = substrate.pictures.tile_mean[:: substrate.beat].reshape(-1, TILES)[: substrate.beats].astype(np.int16)
    patience = substrate.spell(PATIENCE_S)
    page: _Open | None = None
    since = 0
    for beat in range(substrate.beats):
        now, code = calm[beat], means[beat]
        if page is not None:
            other = np.abs(code - page.means) >= CHANGED_CODES
            fresh = now & ~page.standing
            if int((page.standing & other).sum()) < CHANGED_TILES:
                page.whole = beat
            gone = page.standing & (stirring[beat] | other)
            over = int(fresh.sum()) >= FRESH_TILES or gone.sum() > GONE_SHARE * page.standing.sum()
            if not over and int((now & page.standing & other).sum()) < CHANGED_TILES:
                page.means = np.where(fresh, code, page.means)
                page.standing = page.standing | fresh
                continue
            yield _closed(substrate, page, beat)
            page, since = None, beat
        soon = calm[min(beat + window, substrate.beats - 1)] & ~now
        settled = int(soon.sum()) < FRESH_TILES or beat - since > patience
        if settled and int(now.sum()) >= LEAST_STANDING:
            page = _Open(max(0, beat - window + 1), code, now, beat)
    if page is not None:
        yield _closed(substrate, page, substrate.beats)


def _closed(substrate: Substrate, page: _Open, beat: int) -> Stand:
    beat_s = substrate.beat * substrate.frame
    end = min(beat, page.whole + 1)
    return Stand(round(page.first * beat_s, 3), round(end * beat_s, 3), page.means, page.standing)


def _same(found: Sequence[Stand]) -> list[int]:
    """For each stand the first one that shows the same, itself where it is new."""
    first: list[int] = []
    for index, stand in enumerate(found):
        earlier = sorted(set(first))
        alike = None
        if earlier:
            both = np.stack([found[i].standing for i in earlier]) & stand.standing
            either = np.stack([found[i].standing for i in earlier]) | stand.standing
            moved = np.abs(np.stack([found[i].means for i in earlier]) - stand.means) >= CHANGED_CODES
            fits = (both.sum(1) >= ALIKE_SHARE * either.sum(1)) & ((moved & both).sum(1) < CHANGED_TILES)
            alike = next((earlier[i] for i in np.flatnonzero(fits)), None)
        first.append(index if alike is None else alike)
    return first


def _bounded(found: Sequence[Stand], first: Sequence[int], most: int) -> list[Stand]:
    shown: dict[int, float] = {}
    for stand, origin in zip(found, first, strict=True):
        shown[origin] = shown.get(origin, 0.0) + stand.end - stand.start
    ranked = sorted(shown, key=lambda i: (found[i].start >= HEAD_S, -shown[i]))
    kept = set(ranked[:most])
    made: list[Stand] = []
    places: dict[int, int] = {}
    for stand, origin in zip(found, first, strict=True):
        if origin in kept:
            made.append(replace(stand, same_as=places.get(origin)))
            places.setdefault(origin, len(made) - 1)
    return made


def _joined(found: Sequence[Stand]) -> list[Stand]:
    """Neighbours that show the same are one page: a coder that settles, or a pointer that passed, had cut it."""
    made: list[Stand] = []
    places: list[int] = []
    for index, stand in enumerate(found):
        origin = index if stand.same_as is None else stand.same_as
        alike = made and origin in (places.index(len(made) - 1), found[places.index(len(made) - 1)].same_as)
        if alike and stand.start - made[-1].end <= JOINED_S:
            made[-1] = replace(made[-1], end=max(made[-1].end, stand.end))
        else:
            made.append(replace(stand, same_as=None if stand.same_as is None else places[stand.same_as]))
        places.append(len(made) - 1)
    return made


def key_times(measurements: Measurements) -> Array:
    """Seconds of every key frame: decoding there is cheapest."""
    if measurements.pictures is None:
        return np.zeros(0)
    times: Array = measurements.times()[measurements.pictures.key]
    return times


def moment(stand: Stand, keys: Array) -> float:
    """When to look at a page: at its last key frame, else near its end, when all is built up."""
    inside = keys[(keys >= stand.start + EDGE_S) & (keys < stand.end - EDGE_S)]
    return float(inside[-1]) if len(inside) else max((stand.start + stand.end) / 2, stand.end - 2 * EDGE_S)


def moments(stand: Stand, count: int) -> list[float]:
    """`count` moments spread over a page, for voting."""
    length = stand.end - stand.start
    return [stand.start + length * (index + 0.5) / count for index in range(count)]


def glances(found: Sequence[Stand], keys: Array, duration: float) -> list[float]:
    """Moments to look at where no page covers the picture."""
    head = np.arange(HEAD_GLANCE_S / 2, min(duration, HEAD_S), HEAD_GLANCE_S)
    rest = np.arange(HEAD_S + GLANCE_S / 2, duration, GLANCE_S)
    if len(keys) and len(rest):
        rest = np.unique(keys[np.clip(np.searchsorted(keys, rest), 0, len(keys) - 1)])
    covering = [stand for stand in found if stand.share >= COVERED_SHARE]
    starts = np.array([stand.start - EDGE_S for stand in covering])
    ends = np.array([stand.end + EDGE_S for stand in covering])
    wanted = []
    for time in (*head, *rest[rest >= HEAD_S]):
        at = int(np.searchsorted(starts, time, side="right")) - 1
        if at < 0 or time >= ends[at]:
            wanted.append(float(time))
    return wanted
