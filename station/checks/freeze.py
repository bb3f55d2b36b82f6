"""Frozen picture (静帧), clause 2.2.4: the death of living tiles. A picture that never lived can't freeze.

Two steps. Beats in which a whole living area falls quiet together are candidates (`_dying`). Each is then looked at frame by
frame (`Area.trace`): where exactly the life stops and returns, whether the picture was replaced at that moment (then it is a cut to
something still), and whether what died was a camera: its noise, its movement.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array
from station.checks import check
from station.checks._areas import components, connected, grown, thick
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable
from station.checks._hearing import heard
from station.checks._hush import hushes
from station.checks._scrolling import scrolled
from station.checks._silence import ended, silent
from station.checks._substrate import TILES, Substrate, counted
from station.checks._trace import Trace, trace
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

STEADY_S = 1.6
"""How long a tile must have lived, beat by beat, before its death says anything: longer than an animation on a slide."""
YOUNG_S = 0.6
"""A life as short as this is believed where the same tiles wake again and then live steadily: a camera just after a cut, or between two
freezes."""
STEADILY = 0.7
"""Such a tile has a pulse in so many beats once it is awake."""
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
WINDOW_MOVERS = 0.1
"""A window inside a larger living area must have had movement in so much of it."""
NOISE_TILES = 0.25
"""Where at least this share of the dead tiles had noise and no movement, it was a camera's noise that died."""
FULL, FULL_TILES = 0.7, 48
"""An area of so many tiles that fills so much of its box is a camera's window (held by hand, say), not a person in it."""
STRONG = 0.25
"""Frame difference, codes, from which noise without any movement is believed to be a camera's."""
SHORT_S, SHORT_LIFE = 1.0, 0.5
"""A poor encode skips a resting speaker's noise for up to a second. A shorter freeze must wake to so much of its life before."""
OTHERS_LIVE = 0.85
"""Where no more than this share of the living tiles died and never woke, a film shown beside the lecturer may have ended."""
DISSOLVE_S, DISSOLVE_CODES, DISSOLVED = 0.5, 4, 0.6
"""In a dissolve at least so much of the area goes one way, by so many codes, in so many seconds (measured: 0.76–1)."""
EVEN = 0.15
"""A page that scrolls, a picture that is panned over: every tile moves, its beats spread no wider than this, and it never wakes."""
WINDOW_TILES = 16
"""A camera's window beside others that live on has at least so many tiles; less is a part of somebody's movement."""
GUEST_S = 60.0
"""A picture that came later than the lesson, lived shorter than this and never wakes may be a video on a slide: a warning, and
nothing where a lecturer lives on beside it."""
SAME_AREA = 0.5
"""An area with so much of another, told one is the same."""
SCROLL, JUMP = 0.35, 1.5
"""Text that goes on scrolling, where it fills no window, begins where it stood: the first difference after the rest is no larger than
the next ones."""
WHOLE = 0.8
"""An area of so much of the picture is called the whole picture."""


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


@check("freeze")
def freeze(subject: Subject, spec: CheckSpec) -> Outcome:
    """A camera's picture, whole or in its window, that stops. Static slides, ended animations and cuts to stills are none."""
    measurements = subject.measurements
    if measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    substrate = subject.substrate
    if substrate.beats < substrate.spell(YOUNG_S) + 3:
        return not_measurable(spec, "too-short", seconds=round(measurements.duration(), 2))
    facts = {"camera_share": round(substrate.camera_share, 3)}
    found: list[tuple[int, Finding]] = []
    told: list[tuple[int, int, frozenset[int]]] = []
    stands: list[tuple[int, int]] = []
    dying = [*_dying(substrate, STEADY_S), *_dying(substrate, YOUNG_S), *_windows(substrate)]
    for area in sorted(dying, key=lambda area: (area.beat, not area.grown_up, -len(area.tiles))):
        key = frozenset(area.tiles.tolist())
        now = area.beat * substrate.beat
        if any(
            first - 2 * substrate.beat <= now < last and len(key & tiles) >= SAME_AREA * len(key)
            for first, last, tiles in told
        ):
            continue
        traced = trace(substrate, area.beat, area.tiles, moved=area.movers >= 2)
        if traced is None or not _was_camera(area, traced) or not (area.grown_up or _lives_again(area, traced)):
            continue
        traced = ended(substrate, area.tiles, traced)
        told.append((traced.first, traced.last, key))
        if (made := _judged(subject, spec, area, traced)) is not None:
            found.append((len(area.tiles), made))
            stands.append((traced.first, traced.last))
    found += _hushed(subject, spec, stands)
    return concluded(spec, _largest(found), **facts)


def _hushed(subject: Subject, spec: CheckSpec, told: list[tuple[int, int]]) -> list[tuple[int, Finding]]:
    """Faint pictures whose last traces of life stay away, where nothing else was told."""
    found: list[tuple[int, Finding]] = []
    for hush in hushes(subject.substrate, told):
        if not any(hush.first < last and first < hush.last for first, last in told):
            area = Area(
                subject.substrate, hush.first // subject.substrate.beat, hush.tiles, len(hush.tiles), inside=False
            )
            made = _judged(subject, spec, area, Trace(hush.first, hush.last, 0.0, 0.0, unsure=False, swing=0.0))
            found += [(len(hush.tiles), made)] if made is not None else []
    return found


def _largest(found: list[tuple[int, Finding]]) -> list[Finding]:
    """One finding for each stretch of time, in order: of those that overlap the one of most tiles."""
    kept: list[Finding] = []
    for _, one in sorted(found, key=lambda made: -made[0]):
        start, end = one.start or 0.0, one.end or 0.0
        if not any(start < (other.end or 0.0) and (other.start or 0.0) < end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda made: made.start or 0.0)


def _lives_again(area: Area, traced: Trace) -> bool:
    """Whether most of the area's tiles live steadily once it has woken; what is smaller than any window is no camera."""
    if len(area.tiles) < WINDOW_TILES:
        return False
    substrate, window = area.substrate, area.substrate.spell(STEADY_S)
    begin = -(-traced.last // substrate.beat)
    lively = substrate.pulse[begin : begin + window][:, area.tiles] >= substrate.life
    if len(lively) < max(1, window // 2):
        return False
    return bool((lively.mean(axis=0) >= STEADILY).mean() >= 0.5)


def _dying(substrate: Substrate, life_s: float) -> list[Area]:
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


def _windows(substrate: Substrate) -> list[Area]:
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


def _was_camera(area: Area, traced: Trace) -> bool:
    """Whether what died was a camera: it moved, or it had strong noise that did not end at a key frame, or left not a trace. A window inside
    a living picture must have moved: a codec may well drop a wall's noise in one go."""
    woken = traced.after >= SHORT_LIFE * traced.before
    all_moved = area.movers == len(area.tiles)
    if all_moved and traced.swing < EVEN and area.full and not woken:
        return False
    if all_moved and not area.sure and traced.swing < SCROLL and 0 < traced.jump < JUMP:
        return False
    if _dissolved(area, traced):
        return False
    if area.inside:
        return area.movers >= max(2.0, WINDOW_MOVERS * len(area.tiles))
    if area.movers >= 2:
        return True
    asleep = area.substrate.discounted[max(0, traced.first - 1) : traced.first + 2].any()
    gone = area.full and len(area.tiles) >= FULL_TILES and silent(area.substrate, area.tiles, traced)
    return traced.before >= STRONG and (woken or not asleep or gone)


def _dissolved(area: Area, traced: Trace) -> bool:
    """Whether the last half second was a dissolve: most tiles went one way, from the old picture's light to that which then stands."""
    frames = traced.first - np.rint(DISSOLVE_S / area.substrate.frame * np.linspace(1, 0, 6)).astype(int) - 1
    if frames[0] < 0:
        return False
    means = area.substrate.pictures.tile_mean.reshape(-1, TILES)[frames][:, area.tiles].astype(np.int16)
    steps = np.diff(means, axis=0)
    one_way = (steps >= 0).all(axis=0) | (steps <= 0).all(axis=0)
    return float((one_way & (np.abs(steps.sum(axis=0)) >= DISSOLVE_CODES)).mean()) >= DISSOLVED


def _came_late(area: Area) -> bool:
    """Whether the area lived neither at the head of the lesson nor for long: a video on a slide that holds its last frame looks like it."""
    lively = area.substrate.pulse[:, area.tiles] >= area.substrate.life
    head = lively[: area.substrate.spell(STEADY_S)].mean()
    return bool(head < 0.5) and int((lively.mean(axis=1) >= 0.5).sum()) < area.substrate.spell(GUEST_S)


def _judged(subject: Subject, spec: CheckSpec, area: Area, traced: Trace) -> Finding | None:
    """Severity by length and by the share of the living area that died. Movement alone, in silence, may be somebody at rest."""
    measurements, limits = subject.measurements, spec.limits
    times, frame = subject.substrate.measurements.times(), subject.substrate.frame
    start, end = float(times[traced.first]), float(times[traced.last - 1]) + frame
    length, share = end - start, min(1.0, len(area.tiles) / area.living)
    sound = heard(measurements, start, end)
    if share < limits["dead_share"] and len(area.tiles) < WINDOW_TILES:
        return None
    rest = not area.sure and sound != "sound"
    slow = 1.0 if area.sure else limits["slow_factor"]
    shortest = max(limits["warning_s"] * slow, 0.0 if share >= limits["dead_share"] else limits["fault_s"])
    if length < shortest - frame / 2 or (length < SHORT_S and traced.after < SHORT_LIFE * traced.before):
        return None
    if scrolled(measurements, area.tiles, start):
        return None
    ended = share <= OTHERS_LIVE and traced.after < SHORT_LIFE * traced.before
    guest = traced.after < SHORT_LIFE * traced.before and _came_late(area)
    if ended and guest:  # a video beside the lecturer, over: that it holds its last picture is how it is shown
        return None
    grave = length >= limits["fault_s"] - frame / 2 and not (rest or ended or guest or traced.unsure)
    covered = len(area.tiles) / TILES
    made = finding(
        spec,
        Severity.FAULT if grave else Severity.WARNING,
        "finding.freeze.whole" if covered >= WHOLE else "finding.freeze.area",
        {
            "length": round(length, 2),
            "frames": traced.last - traced.first,
            "limit": limits["fault_s"],
            "share": round(100 * share),
            "area": round(100 * covered),
        },
        value=round(length, 3),
        limit=limits["fault_s"],
        unit="s",
        tiles=area.box,
    )
    return at_seconds(made, measurements, start, end)
