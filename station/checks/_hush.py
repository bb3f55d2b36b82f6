"""Hush: a picture with so little life that a coder carries only traces of it, until not even those come.

At constant quality a webcam's window before which nobody moves differs from picture to picture by hundredths of a code: too little to
be called life. But the traces come all the time, here and there; where they stay away everywhere, to the last bit and for long,
nothing came from the camera any more. What moved may have come to rest, so only faint pictures are judged by this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array
from station.checks._areas import components, thick
from station.checks._substrate import DARK_CODES, STRIP, TILES, Substrate, counted
from station.checks._trace import REPLACED, core, replaced_share

LATELY_S = 2.0
"""A tile has traces while one came within so many seconds."""
PAST_S, LEAST_PAST_S = 10.0, 2.4
"""How far back the area's traces are looked at, and how much there must be."""
HUSH_S = 1.6
"""A hush is at least so long."""
ALWAYS, USUAL = 0.08, 0.1
"""Before the hush each beat has traces in so many of the tiles, and so many have them in the mean beat after it. Measured on webcams at
rest: 0.15–0.8; coders that refine a standing picture leave beats without any."""
HOLD_S = 0.6
"""So long it holds at once; later a key frame may leave a few traces."""
BACK_S, BACK = 0.5, 0.5
"""Traces are back when they come in such a share of so many seconds."""
AFTERGLOW = 3
"""Beats in which a coder's traces of what was die out."""
EBB_S, EBBED = 1.0, 0.6
"""Traces that have become so much rarer in the last second than before ebb away: the picture is refined to its end."""
STEADY = 0.5
"""Share of the area's tiles that had traces before LATELY_S too: a window, not a pen that wanders."""
FEWEST_TILES, FULL = 24, 0.6
"""Tiles of an area, and the share of its box that they fill."""
FAINT = 12
"""Companded difference (about half a code) that no more than FEW of a faint area's tiles × frames exceed."""
FEW = 0.02


@dataclass(frozen=True)
class Hush:
    """Frames [first, last) in which tiles that had faint traces of life have none."""

    first: int
    last: int
    tiles: Array


def hushes(substrate: Substrate, known: Sequence[tuple[int, int]] = ()) -> list[Hush]:
    """Every hush, in order of time. `known`: frames [first, last) already told as frozen; what was before is not looked at."""
    lately, rest = substrate.spell(LATELY_S), substrate.spell(HOLD_S)
    if substrate.beats < substrate.spell(LEAST_PAST_S) + rest + 2:
        return []
    traces = _traces(substrate)
    lived, rests = counted(traces, lately) > 0, counted(~traces, rest) == rest
    dies = np.zeros_like(traces)
    dies[1 : substrate.beats - rest + 1] = lived[:-rest] & rests[rest:]
    found: list[Hush] = []
    for beat in np.flatnonzero(dies.sum(axis=1) >= FEWEST_TILES).tolist():
        if beat < substrate.spell(LEAST_PAST_S) or (found and beat * substrate.beat < found[-1].last):
            continue
        over = [last for _, last in known] + [one.last for one in found]
        ends = [-(-last // substrate.beat) for last in over if last <= (beat + 1) * substrate.beat]
        since = max([0, beat - substrate.spell(PAST_S), *ends])
        for tiles in components(thick(lived[beat - 1]), FEWEST_TILES):
            fits = bool(dies[beat, tiles].all()) and bool(traces[beat - 1, tiles].any()) and _full(tiles)
            if fits and (made := _hush(substrate, traces, (since, beat), tiles)) is not None:
                found.append(made)
    return found


def _traces(substrate: Substrate) -> Array:
    """Bool (beats, 576): any difference at all in the beat's frames, those about key frames left out."""
    difference = substrate.pictures.tile_difference.reshape(substrate.frames, TILES)
    made = np.zeros((substrate.beats, TILES), dtype=bool)
    for start in range(0, substrate.beats, STRIP):
        stop = min(start + STRIP, substrate.beats)
        strip = slice(start * substrate.beat, stop * substrate.beat)
        some = (difference[strip] > 0) & ~substrate.discounted[strip, None]
        made[start:stop] = some.reshape(stop - start, substrate.beat, TILES).any(axis=1)
    return made


def _full(tiles: Array) -> bool:
    rows, cols = np.divmod(tiles, 32)
    return bool(len(tiles) >= FULL * (np.ptp(rows) + 1) * (np.ptp(cols) + 1))


def _hush(substrate: Substrate, traces: Array, life_of: tuple[int, int], tiles: Array) -> Hush | None:
    """The hush of the area that begins about a beat; None where it was not steadily faint, was replaced, or is soon over.
    `life_of`: beats [since, beat)."""
    since, beat = life_of
    before = beat - substrate.spell(LATELY_S)
    if (
        beat - since < substrate.spell(LEAST_PAST_S)
        or before <= since
        or beat - AFTERGLOW <= since
        or float(traces[since:before][:, tiles].any(axis=0).mean()) < STEADY
    ):
        return None
    often = traces[since : beat - AFTERGLOW][:, tiles].mean(axis=1)
    if often.min() < ALWAYS or often[-substrate.spell(EBB_S) :].mean() < EBBED * often.mean():
        return None
    difference = substrate.pictures.tile_difference.reshape(substrate.frames, TILES)
    lives = difference[before * substrate.beat : beat * substrate.beat][:, tiles]
    if float((lives > FAINT).mean()) > FEW:
        return None
    first = _last_trace(substrate, beat, tiles) + 1
    last = _next_trace(substrate, first, core(tiles))
    if last - first < HUSH_S / substrate.frame:
        return None
    wakes = -(-last // substrate.beat)
    woken = traces[wakes : wakes + substrate.spell(LATELY_S)][:, tiles]
    back = not len(woken) or float(woken.mean()) >= USUAL
    return Hush(first, last, tiles) if back and _stood(substrate, tiles, first) else None


def _stood(substrate: Substrate, tiles: Array, first: int) -> bool:
    """Whether the area shows what it showed before, neither black nor drawn by a key frame."""
    dark = float(substrate.pictures.tile_mean[first].reshape(TILES)[tiles].mean()) <= DARK_CODES
    drawn = bool(substrate.discounted[max(0, first - 1) : first + 2].any())
    return not (
        dark or drawn or replaced_share(substrate, tiles, first - round(1 / substrate.frame), first) >= REPLACED
    )


def _last_trace(substrate: Substrate, beat: int, tiles: Array) -> int:
    """The last frame before the hush with any difference in the area."""
    frames = slice((beat - 1) * substrate.beat, (beat + 1) * substrate.beat)
    difference = substrate.pictures.tile_difference[frames].reshape(-1, TILES)[:, tiles]
    some = (difference > 0).any(axis=1) & ~substrate.discounted[frames]
    return (beat - 1) * substrate.beat + int(np.flatnonzero(some)[-1])


def _next_trace(substrate: Substrate, first: int, tiles: Array) -> int:
    """The first frame after `first` from which on traces come again; the number of frames where they do not."""
    hold = round(BACK_S / substrate.frame)
    for begin in range(first, substrate.frames, STRIP):
        stop = min(begin + STRIP + hold, substrate.frames)
        difference = substrate.pictures.tile_difference[begin:stop].reshape(-1, TILES)[:, tiles]
        some = (difference > 0).any(axis=1) & ~substrate.discounted[begin:stop]
        for at in np.flatnonzero(some[:STRIP]).tolist():
            if some[at : at + hold].mean() >= BACK:
                return begin + at
    return substrate.frames
