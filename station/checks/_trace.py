"""Following one area of the picture frame by frame: when its life stops, when it returns, and what was there before and after."""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array
from station.checks._substrate import DARK_CODES, EXPANDED, TILES, Substrate

FALL, LOWEST_FALL = 0.35, 0.1
"""Frame differences under this share of the living level are quiet: the lower where noise goes on while nobody moves. Measured on
x264 1–20 Mbit/s and MPEG-2: the first frozen frame, where the codec still refines, lies at 0.01–0.25."""
UNDER_NOISE = 0.7
"""Quiet lies under this share of the quietest tenth of the living frames: there the noise is alone."""
REST_SHARE, LEAST_REST, MOST_REST = 0.08, 0.03, 0.12
"""The median frame difference of a frozen area stays under this share of its life, at least and at most so many codes: a slowing
pan over a wall falls far, and still moves by half a code. Frozen areas measured 0–0.04."""
BREATH_LIFE, BREATH_CODES = 0.5, 1.5
"""A key frame's breathing stays under this share of a life, or under so many codes."""
REFINING, REFINED_LIFE = 0.3, 0.7
"""Codes, and a share of the life, by which a coder still refines a frozen picture; a movement that slows down before the freeze lies
above the codes, a camera of few frames a second above the share."""
MOSTLY = 0.65
"""So many of the first frames after a death are still but for that; a camera that repeats every second frame lives."""
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
SOFT_CUT = 4
"""Frames that a coder may take to draw a new picture."""
RECOLOURED_CODES, RECOLOURED = 4, 0.65
"""A dark hall gives way to a dark slide: so many codes of U or V, in such a share of the tiles. Measured: freezes up to 0.56."""
UNUSUAL = 1.5
"""Where everything moves all the time, a cut replaces so many times more tiles than the moments before it."""
STOOD_CODES = 2
"""Tiles whose mean kept within so many codes for LOOK_S stood still: the wall behind a speaker."""
LEAST_CORE = 0.35
"""An area without its rim is looked at where so much of it stays."""
FEWEST_STANDING, LEAST_STANDING = 4, 0.1
"""So many of them, and such a share of the box, tell whether the picture is still the same."""
SPIKE = 4.0
"""A frame difference so many times the living level, right before the quiet, is a cut."""
ARRIVAL_S = 1.2
"""A dissolve takes so long."""
EVEN_LIFE = 0.3
"""Life that was as even as this up to its end was no dissolve, whatever it showed before."""
FADING = 0.75
"""Life whose beats spread so much (`Trace.swing`) was a dissolve or a refining encoder; cameras measured 0.1–0.6."""
EBB, EBBED = 0.9, 0.2
"""Each beat of life that dies away is under the first share of the one before it, and the last one under the second of the peak."""
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
    jump: float = 0.0
    """The first difference after the rest over `after`: time that was lost jumps, a page that scrolls on does not. 0 at the end."""


def trace(substrate: Substrate, beat: int, tiles: Array, *, moved: bool = True) -> Trace | None:
    """The frozen stretch that begins about `beat`; None where it is a cut, a dissolve, black, or no rest at all. `moved`: there was
    movement in the area, not noise alone."""
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
    first = _stops(course, good, (life, threshold), max(1, around - substrate.beat - begin), hold)
    if first is None:
        return None
    first += begin
    since = _began(substrate, tiles, first, (life, threshold), hold)
    if _cut_or_dark(substrate, tiles, (since, first), life, course[max(0, first - 3 - begin) : first - begin]):
        return None
    last, rest = _returns(substrate, tiles, first, threshold, hold)
    if rest > min(MOST_REST, max(LEAST_REST, REST_SHARE * life)):
        return None
    lately = _beats(course[: first - begin], good[: first - begin], substrate.beat)
    swing = _swing(lately)
    arrived = _ebbing(lately) or _arrived(
        substrate, tiles, (since, first), round(ARRIVAL_S / frame), fading=swing >= FADING, moved=moved
    )
    leaves = last < substrate.frames and _leaves(substrate, tiles, last, round(ARRIVAL_S / frame))
    if arrived and (leaves or last >= substrate.frames) and (swing >= EVEN_LIFE or _ebbing(lately)):
        return None
    woken = _course(substrate, tiles, last, min(substrate.frames, last + hold))
    after = _living_level(woken, np.ones(len(woken), dtype=bool)) if len(woken) else 0.0
    jump = float(woken[0]) / max(after, LEAST_REST) if len(woken) else 0.0
    return Trace(first, last, life, after, arrived, swing, jump)


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


def _beats(course: Array, good: Array, beat: int) -> Array:
    """Means of the last five beats of `course`, the last one first."""
    beats = [course[at : at + beat][good[at : at + beat]] for at in range(len(course) - beat, -1, -beat)][:5]
    return np.array([float(part.mean()) for part in beats if len(part)])


def _swing(means: Array) -> float:
    """How unevenly beats live: standard deviation over mean."""
    return float(means.std() / max(float(means.mean()), 1e-6)) if len(means) else 0.0


def _ebbing(means: Array) -> bool:
    """Whether beats (the last one first) fall from their peak on and far: an encoder that refines a picture, no life cut off."""
    peak = int(means.argmax()) if len(means) else 0
    falling = means[: peak + 1]
    return (
        peak >= 2 and bool((falling[:-1] <= EBB * falling[1:]).all()) and float(means[0]) <= EBBED * float(means[peak])
    )


def _threshold(course: Array, good: Array, life: float) -> float:
    """Under this frame difference (codes) the area is quiet."""
    living = course[good & (course >= 0.05 * life)]
    noise = float(np.percentile(living, 10)) if len(living) else 0.0
    return float(np.clip(UNDER_NOISE * noise, LOWEST_FALL * life, FALL * life))


def _stops(course: Array, good: Array, levels: tuple[float, float], since: int, hold: int) -> int | None:
    """First index from `since` on after which the area stays quiet for `hold` frames. Frames about a key frame don't count, unless
    they are livelier than any breathing. `levels`: usual and least frame difference of the life."""
    life, threshold = levels
    quiet = (course < threshold) | ~good | _refines(course, life)
    lively = course >= max(threshold, BREATH_LIFE * life, BREATH_CODES)
    for index in range(since, len(course) - 1):
        ahead = slice(index, index + hold)
        if course[index] >= threshold or lively[index : index + SOFT_CUT].any():
            continue
        still = float((course[ahead] < threshold).mean())
        if quiet[ahead].all() and still >= MOSTLY and (good[ahead] & quiet[ahead]).sum() >= 2:
            low = max(REFINING, LOWEST_FALL * life)
            slowing = np.flatnonzero((course[ahead] >= low) & good[ahead] & ~_refines(course, life)[ahead])
            return index + int(slowing[-1]) + 1 if len(slowing) else index
    return None


def _refines(course: Array, life: float) -> Array:
    """Bool: single frames, less lively than the life before, between frames at rest: a coder that refines what stands, with every
    fourth frame or so."""
    rest = np.concatenate(([False], course < LOWEST_FALL * life, [False]))
    made: Array = rest[:-2] & rest[2:] & (course < REFINED_LIFE * life)
    return made


def _began(substrate: Substrate, tiles: Array, first: int, levels: tuple[float, float], hold: int) -> int:
    """The frame in which the life that ends at `first` began, after a rest or a cut; no further back than it takes to tell a
    dissolve. `levels`: usual and least frame difference of the life."""
    life, threshold = levels
    back = max(1, first - 2 * round((ARRIVAL_S + LOOK_S) / substrate.frame))
    course = _course(substrate, tiles, back, first)
    if len(course) <= hold:
        return back
    rests = np.flatnonzero(np.convolve(course < threshold, np.ones(hold), "valid") > hold - 0.5)
    began = back + int(rests[-1]) + hold if len(rests) else back
    cuts = back + np.flatnonzero(course[:-hold] >= max(SPIKE * life, SPIKE))
    return max([began, *(cut for cut in cuts.tolist() if replaced_share(substrate, tiles, cut - 1, cut) >= REPLACED)])


def _cut_or_dark(substrate: Substrate, tiles: Array, life_of: tuple[int, int], life: float, before: Array) -> bool:
    """Whether the area was replaced at the moment of its death, or is black after it. `life_of`: frames [begun, died)."""
    first = life_of[1]
    means = substrate.pictures.tile_mean[min(first, substrate.frames - 1)].reshape(TILES)[tiles]
    if float(means.mean()) <= DARK_CODES:
        return True
    if _recoloured(substrate, tiles, first):
        return True
    if (gone := _background_gone(substrate, tiles, life_of, SOFT_CUT)) is not None:
        return gone
    if len(before) and float(before.max()) >= max(SPIKE * life, SPIKE):
        return True
    usual = max(
        replaced_share(substrate, tiles, first - SOFT_CUT * k - SOFT_CUT, first - SOFT_CUT * k) for k in range(1, 5)
    )
    return replaced_share(substrate, tiles, first - SOFT_CUT, first) >= max(REPLACED, UNUSUAL * usual)


def _recoloured(substrate: Substrate, tiles: Array, first: int) -> bool:
    """Whether the area has other colours at its death than just before, unlike the moments before that."""
    traits, last = substrate.measurements.traits, substrate.frames - 1
    if traits is None or len(traits.tile_u) != substrate.frames:
        return False

    def share(one: int, other: int) -> float:
        made = np.zeros(len(tiles), dtype=bool)
        for plane in (traits.tile_u, traits.tile_v):
            early, late = (plane[min(max(0, at), last)].reshape(TILES)[tiles] for at in (one, other))
            made |= np.maximum(early, late) - np.minimum(early, late) >= RECOLOURED_CODES
        return float(made.mean())

    usual = max(share(first - SOFT_CUT * (k + 1), first - SOFT_CUT * k) for k in range(1, 5))
    return share(first - SOFT_CUT, first) >= max(RECOLOURED, UNUSUAL * usual)


def _arrived(
    substrate: Substrate, tiles: Array, life_of: tuple[int, int], reach: int, *, fading: bool, moved: bool
) -> bool:
    """Whether the still picture may have come by a dissolve: what stood still in the picture before gave way to something else. Where
    nothing stood still the movement itself must have been unusual, or have died away."""
    gone, first = _background_gone(substrate, tiles, life_of, reach), life_of[1]
    if gone is not None and moved:
        return gone
    usual = replaced_share(substrate, tiles, first - 2 * reach, first - reach) if first >= 2 * reach else 0.0
    return (
        fading or bool(gone) or replaced_share(substrate, tiles, first - reach, first) >= max(REPLACED, UNUSUAL * usual)
    )


def _background_gone(substrate: Substrate, tiles: Array, life_of: tuple[int, int], reach: int) -> bool | None:
    """Whether the standing tiles of the area's box show something else at its death than `reach` frames before; None where too few
    stood, or the life was too short to say. A life shorter than that is halved."""
    rows, cols = np.divmod(tiles, TILE_COLS)
    box = (slice(int(rows.min()), int(rows.max()) + 1), slice(int(cols.min()), int(cols.max()) + 1))
    since, first = life_of
    early = max(first - reach, (since + first) // 2)
    means = substrate.pictures.tile_mean
    before = means[max(since, early - round(LOOK_S / substrate.frame)) : early + 1, box[0], box[1]]
    if len(before) < SOFT_CUT:
        return None
    stood = before.max(axis=0) - before.min(axis=0) <= STOOD_CODES
    if stood.sum() < max(FEWEST_STANDING, LEAST_STANDING * stood.size):
        return None
    one, other = before[-1], means[min(first, substrate.frames - 1), box[0], box[1]]
    moved = np.maximum(one, other) - np.minimum(one, other) >= REPLACED_CODES
    return bool(moved[stood].mean() >= REPLACED)


def replaced_share(substrate: Substrate, tiles: Array, one: int, other: int) -> float:
    """Share of the area's tiles that show something else in frame `other` than in frame `one`."""
    means = substrate.pictures.tile_mean
    last = substrate.frames - 1
    early = means[max(0, min(one, last))].reshape(TILES)[tiles]
    late = means[max(0, min(other, last))].reshape(TILES)[tiles]
    return float((np.maximum(early, late) - np.minimum(early, late) >= REPLACED_CODES).mean())


def _returns(substrate: Substrate, tiles: Array, first: int, threshold: float, hold: int) -> tuple[int, float]:
    """First frame after `first` in which the area lives again or is replaced, and the median difference until then. Its rim, where
    the picture around it shows through, has no say."""
    size, low = max(hold * 4, round(CHUNK_S / substrate.frame)), min(threshold, REFINING)
    rests: list[Array] = []
    begin, resumes, inner = first + 1, 0, core(tiles)
    while begin < substrate.frames:
        end = min(begin + size + 2 * hold, substrate.frames)
        course, good = _course(substrate, inner, begin, end), ~substrate.discounted[begin:end]
        loud = course >= low
        for index in np.flatnonzero(loud[:size]).tolist():
            at = begin + index
            if at < resumes:
                continue
            if (resumes := _resumes(substrate, inner, at, loud[index:], hold)) > at:
                continue
            sure = good[index] or course[index] >= max(BREATH_CODES, 2 * threshold)  # no key frame breathes so much
            lasting = sure and len(loud[index:]) > 1 and _lasts(loud[index:], hold)
            if lasting or replaced_share(substrate, inner, at - 1, at) >= REPLACED:
                back = _wakes(course, good, threshold, index)
                rests.append(course[:back][good[:back]])
                return begin + back, _median(rests)
        rests.append(course[:size][good[:size]])
        begin += size
    return substrate.frames, _median(rests)


def _lasts(loud: Array, hold: int) -> bool:
    """Whether a life that begins here goes on: from the start (a new slide beside the area stirs its rim for a frame) and for long."""
    return all(float(loud[:length].mean()) >= 0.4 for length in (max(2, hold // 2), hold, 2 * hold))


def core(tiles: Array) -> Array:
    """The tiles of an area that do not lie on its rim, where a slide beside a small window shows through; all where few would stay."""
    inside = np.zeros((TILE_ROWS + 2, TILE_COLS + 2), dtype=bool)
    rows, cols = np.divmod(tiles, TILE_COLS)
    inside[rows + 1, cols + 1] = True
    kept = np.ones(len(tiles), dtype=bool)
    for down, across in ((0, 1), (2, 1), (1, 0), (1, 2)):
        kept &= inside[rows + down, cols + across]
    return tiles[kept] if kept.sum() >= max(FEWEST_STANDING, LEAST_CORE * len(tiles)) else tiles


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
