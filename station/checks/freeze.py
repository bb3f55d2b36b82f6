"""Frozen picture (静帧), clause 2.2.4: the death of living tiles. A picture that never lived can't freeze.

Two steps. Beats in which a whole living area falls quiet together are candidates (`station.checks._deaths`). Each is then looked at frame by
frame (`trace`): where exactly the life stops and returns, whether the picture was replaced at that moment (then it is a cut to
something still), and whether what died was a camera: its noise, its movement.
"""

import numpy as np

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable
from station.checks._deaths import FULL_TILES, STEADY_S, YOUNG_S, Area, dying, windows
from station.checks._hearing import heard
from station.checks._hush import hushes
from station.checks._scrolling import scrolled
from station.checks._silence import ended, silent
from station.checks._substrate import TILES
from station.checks._trace import Trace, trace
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

STEADILY = 0.7
"""A tile lives steadily where it has a pulse in so many beats once it is awake."""
WINDOW_MOVERS = 0.1
"""A window inside a larger living area must have had movement in so much of it."""
STRONG = 0.25
"""Frame difference, codes, from which noise without any movement is believed to be a camera's."""
WEAK, WEAK_SWING, WEAK_SHARE, ALIKE = 0.1, 0.4, 0.6, 3.0
"""Weaker noise is believed where it was steady, so much of all that lived, and came back as it had been, to within this factor."""
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
    deaths = [*dying(substrate, STEADY_S), *dying(substrate, YOUNG_S), *windows(substrate)]
    for area in sorted(deaths, key=lambda area: (area.beat, not area.grown_up, -len(area.tiles))):
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
    believed = woken or not asleep or gone if traced.before >= STRONG else not asleep and _weakly(area, traced)
    return bool(believed)


def _weakly(area: Area, traced: Trace) -> bool:
    """Whether a quiet camera's noise stopped and came back the same: what a coder refines dies away, and wakes to something else."""
    steady = traced.before >= WEAK and traced.swing <= WEAK_SWING and not traced.unsure
    alike = traced.before <= ALIKE * traced.after and traced.after <= ALIKE * traced.before
    return steady and alike and len(area.tiles) >= max(WINDOW_TILES, WEAK_SHARE * area.living)


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
