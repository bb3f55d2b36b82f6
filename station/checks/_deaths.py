"""Deaths in a picture: areas whose tiles, living all until then, fall quiet together. What they mean is judged by `freeze`."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array
from station.checks._areas import components, connected, grown, thick
from station.checks._substrate import TILES, Substrate, counted

STEADY_S = 1.6
"""How long a tile must have lived, beat by beat, before its death says anything: longer than an animation on a slide."""
YOUNG_S = 0.6
"""A life as short as this is believed where the same tiles wake again and then live steadily: a camera just after a cut, or between two
freezes."""
MOVING_S = 5.0
MOVING_BEATS = 3
"""A tile is a mover when its mean moved in so many beats of the last MOVING_S."""
FEWEST_TILES = 4
SURVIVORS = 0.1
"""An area is dead when no more than this share of its living tiles, and of its movers, lives on."""
SOLID = 0.8
"""An area inside a larger living one counts when it fills so much of its box: a picture in the picture."""
DEAD_S, AROUND = 1.0, 0.6
"""Such a window shows no life at all for so long, while the tiles around it, its rim apart, live in most beats."""
NOISE_TILES = 0.25
"""Where at least this share of the dead tiles had noise and no movement, it was a camera's noise that died."""
FULL, FULL_TILES = 0.7, 48
"""An area of so many tiles that fills so much of its box is a camera's window (held by hand, say), not a person in it."""


@dataclass(frozen=True)
class Area:
    """Tiles that fell quiet together."""

    substrate: Substrate
    beat: int
    """The first quiet beat."""
    tiles: Array
    """Indices, 0–575."""
    living: int
    """How many tiles lived in the whole picture before."""
    inside: bool
    """Whether the picture around it lives on: a window in a larger camera's picture."""
    grown_up: bool = True
    """Whether it had lived for STEADY_S."""

    @cached_property
    def box(self) -> tuple[int, int, int, int]:
        """Top, left, bottom, right; the last two exclusive."""
        rows, cols = np.divmod(self.tiles, TILE_COLS)
        return int(rows.min()), int(cols.min()), int(rows.max()) + 1, int(cols.max()) + 1

    @cached_property
    def movers(self) -> int:
        """How many of the tiles had movement in them, not noise alone, before they died."""
        start = max(0, self.beat - self.substrate.spell(MOVING_S))
        moved = self.substrate.moves[start : self.beat][:, self.tiles].sum(axis=0)
        return int((moved >= MOVING_BEATS).sum())

    @property
    def full(self) -> bool:
        """Whether the tiles fill their box: a window, a page, not a person."""
        top, left, bottom, right = self.box
        return len(self.tiles) >= FULL * (bottom - top) * (right - left)

    @property
    def sure(self) -> bool:
        """Whether a camera died, not only somebody's movement: its noise went, or a full rectangle that had moved all over."""
        noise = len(self.tiles) - self.movers >= NOISE_TILES * len(self.tiles)
        return noise or (self.full and len(self.tiles) >= FULL_TILES)


def dying(substrate: Substrate, life_s: float) -> list[Area]:
    """Areas that fall quiet together after a steady life of at least `life_s` seconds, in order of time; several in one beat also as
    one, for a film's picture dies in pieces."""
    pulse, window = substrate.pulse, substrate.spell(life_s)
    if substrate.beats < window + 3:
        return []
    grown_up = life_s >= STEADY_S
    lively = counted(pulse >= substrate.life, window)
    steady = np.zeros_like(lively, dtype=bool)
    steady[window + 1 :] = lively[window - 1 : -2] >= (window - 1 if grown_up else window)
    level = _mean_before(pulse, window)
    quiet = pulse.astype(np.uint16) * 5 <= level * 3
    death = steady.copy()
    death &= quiet
    death[:-1] &= quiet[1:]
    counts = death.sum(axis=1)
    areas: list[Area] = []
    for beat in np.flatnonzero(counts >= FEWEST_TILES).tolist():
        if counts[beat] < counts[max(0, beat - 1) : beat + 2].max() * 0.5:
            continue
        around = thick(np.asarray(death[max(0, beat - 1) : beat + 2].any(axis=0)))
        here = _Moment(substrate, beat, steady[beat], _lives_on(quiet, beat))
        died = [(tiles, how) for tiles in components(around, FEWEST_TILES) if (how := here.died(tiles))]
        whole = [tiles for tiles, how in died if how == "whole"]
        if len(whole) > 1:
            died.insert(0, (np.concatenate(whole), "whole"))
        living = int(steady[beat].sum())
        areas += [
            Area(substrate, beat, tiles, max(living, len(tiles)), how == "inside", grown_up)
            for tiles, how in died
            if how == "whole" or grown_up
        ]
    return areas


def windows(substrate: Substrate) -> list[Area]:
    """Rectangles that go dead within a picture that lives on, however restless that is: a lecturer's window over a film."""
    pulse, rest, window = substrate.pulse, substrate.spell(DEAD_S), substrate.spell(YOUNG_S)
    if substrate.beats < window + rest + 2:
        return []
    alive = pulse >= substrate.life
    lived, rests = counted(alive, window) == window, counted(~alive, rest) == rest
    death = np.zeros_like(alive)
    death[window : -rest - 1] = lived[window - 1 : -rest - 2] & rests[window + rest + 1 :]
    old = counted(alive, substrate.spell(STEADY_S)) >= substrate.spell(STEADY_S) - 1
    areas: list[Area] = []
    for beat in np.flatnonzero(death.sum(axis=1) >= 2 * FEWEST_TILES).tolist():
        flags = np.asarray(death[max(0, beat - 1) : beat + 2].any(axis=0))
        for tiles in map(_trimmed, components(thick(flags), 2 * FEWEST_TILES)):
            dead = np.zeros(TILES, dtype=bool)
            dead[tiles] = True
            near = grown(dead)
            ring = alive[beat + 1 : beat + 1 + rest][:, grown(near) & ~near]
            full = len(tiles) >= max(2 * FEWEST_TILES, SOLID * _boxed(tiles).sum())
            if full and ring.size and ring.mean() >= AROUND:
                grown_up = bool(old[beat - 1][tiles].mean() >= 0.5)
                areas.append(Area(substrate, beat, tiles, int(alive[beat].sum()) + len(tiles), True, grown_up))
    return areas


def _trimmed(tiles: Array) -> Array:
    """The tiles without outer rows and columns that they fill by less than half: what hangs on to a rectangle."""
    flags = np.zeros(TILES, dtype=bool)
    flags[tiles] = True
    area = flags.reshape(TILE_ROWS, TILE_COLS)
    while True:
        rows, cols = np.flatnonzero(area.any(axis=1)), np.flatnonzero(area.any(axis=0))
        thin = [(area[row], len(cols)) for row in (rows[0], rows[-1])] + [
            (area[:, col], len(rows)) for col in (cols[0], cols[-1])
        ]
        least, room = min(thin, key=lambda side: float(side[0].sum()) / side[1])
        if least.sum() >= 0.5 * room:
            return np.flatnonzero(flags)
        least[:] = False


def _boxed(tiles: Array) -> Array:
    """Bool (576,): the smallest rectangle around tiles."""
    rows, cols = np.divmod(tiles, TILE_COLS)
    box = np.zeros((TILE_ROWS, TILE_COLS), dtype=bool)
    box[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1] = True
    return box.ravel()


def _lives_on(quiet: Array, beat: int) -> Array:
    """Bool (576,): tiles that are not quiet in most of the beats after the death."""
    made: Array = (~quiet[beat : beat + 3]).mean(axis=0) > 0.5
    return made


def _mean_before(pulse: Array, window: int) -> Array:
    """uint16 (beats, 576): mean pulse of the `window` beats that end two before each beat."""
    summed = np.cumsum(pulse, axis=0, dtype=np.uint16)
    mean = np.zeros(pulse.shape, np.uint16)
    mean[window + 2 :] = (summed[window:-2] - summed[: -window - 2]) // window
    mean[window + 1] = summed[window - 1] // window
    return mean


@dataclass(frozen=True)
class _Moment:
    """One beat, and which tiles lived before it and live on after it."""

    substrate: Substrate
    beat: int
    steady: Array
    lives_on: Array

    def died(self, tiles: Array) -> str:
        """`whole` when a whole living area died, `inside` when a rectangle in one did, else empty. A wall whose noise is coded
        away beside a speaker who goes on is neither."""
        dead = np.zeros(TILES, dtype=bool)
        dead[tiles] = True
        ring = grown(dead) & ~dead & self._stirs & self.lives_on
        if ring.sum() <= SURVIVORS * len(tiles):
            return "whole" if self._dead(connected(dead, self.steady | dead)) else ""
        box = _boxed(tiles)
        if len(tiles) < max(2 * FEWEST_TILES, SOLID * box.sum()):
            return ""
        return "inside" if self._dead(box & (self.steady | dead)) else ""

    @cached_property
    def _stirs(self) -> Array:
        """Bool (576,): tiles that have a pulse in at least two of the five beats from here on."""
        made: Array = (self.substrate.pulse[self.beat : self.beat + 5] >= self.substrate.life).sum(axis=0) >= 2
        return made

    def _dead(self, area: Array) -> bool:
        start = max(0, self.beat - self.substrate.spell(MOVING_S))
        tiles = np.flatnonzero(area)
        movers = tiles[self.substrate.moves[start : self.beat][:, tiles].sum(axis=0) >= MOVING_BEATS]
        return all(float(self.lives_on[some].mean()) <= SURVIVORS for some in (tiles, movers) if len(some))
