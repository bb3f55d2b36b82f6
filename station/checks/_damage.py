"""Damage that an earlier encode burnt in: no decoder complains, the picture shows it.

Four signs, each by what it does in time, since slides are full of grids, flat colours and lines that stand still:
*blocks*: a change breaks off at the borders of 16×16 blocks (`Traits.seams`); *streaks*: from some row on down to the bottom the
picture is drawn out, all at once; *colour*: tiles of a colour that no picture can have, or suddenly flat grey, pink or the green of
zeros, and back again; *torn*: the upper or lower part of the picture is elsewhere for a few frames and comes back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gpu.measurements import SEAM_COLS, SEAM_ROWS, TILE_COLS, TILE_ROWS, Array, Measurements, Pictures, Traits, expand
from station.checks._common import Span, worst
from station.checks._drawnout import lost, streaks
from station.checks._oddcolour import odd
from station.checks._torn import torn
from station.findings import Severity

SEAM_SCALE = 8.0
"""`Traits.seams` counts in eighths of a standard deviation."""
SURE_FRAMES = 2
"""Frames with seams that are more than a strange edit, and a fault where they are strong: damage comes, and goes."""
USUAL_S, USUAL_TIMES, MOST_ASKED = 20.0, 2.7, 10.0
"""Seams count from so many times what the upper quartile of the frames around has, or so many standard deviations: fine texture in
full motion hits the grid by chance, grain that was coded poorly by its making."""
LIVE_S, LIVE_SHARE, LIVE_AREA = 2.0, 0.12, 0.25
"""Seams in this share of the frames over so long, in no more of the picture and off its right and lower edges, are a mosaic that
somebody laid over something: a note."""
FEW_ZONES, FEW_FRAMES = 2, 3
"""So are seams in so few zones, for so few frames or so long, off those edges: a decoder that lost its place goes on to the right and down."""
ALIVE, LONE_S = 0.1, 2.0
"""Codes; a place is alive where it changed by so much in most frames of the second before. Before a lone broken change it must
have lived for LONE_S: an animation on a slide, whose edges may fall on the grid, is over sooner."""
FOREIGN, FOREIGN_CODES = 0.9, 8
"""A picture in which so much changes at once, by so many codes, and back within `torn_frames`, is another picture: `flash` tells it."""
CALM = 0.5
"""Codes; a picture, or a part of it, that changes less on average stands still."""
BACK_CODES, BACK_SHARE = 3.0, 0.5
"""A place that stood still shows damage only if afterwards it is as before, but for so many codes, or this share of how far it had
gone (a lone broken change: this share alone): a slide with a chart or a code on it that comes, comes to stay."""
NAMES = ("colour", "streaks", "blocks", "torn")
"""What damage with several signs is called: the first of these."""
MAKERS = ((streaks, "streaks"), (lost, "streaks"), (odd, "colour"), (torn, "torn"))


@dataclass(frozen=True)
class Damage:
    """One damaged stretch."""

    first: int
    last: int
    """Frames [first, last)."""
    kind: str
    """`blocks`, `streaks`, `colour` or `torn`."""
    severity: Severity
    strength: float
    """Standard deviations for `blocks`, share of the picture else."""
    tiles: tuple[int, int, int, int]
    """Top, left, bottom, right."""


def burnt_in(measurements: Measurements, limits: Mapping[str, Any]) -> list[Damage]:
    """All that a lesson shows of damage, in order; what lies close together is one."""
    pictures, traits = measurements.pictures, measurements.traits
    if pictures is None or traits is None or len(pictures.pts) < 3:
        return []
    frame = measurements.frame_seconds()
    found = [one for one in _blocks(traits, limits, frame) if _plausible(measurements, traits, one)]
    for maker, kind in MAKERS:
        for span, severity, part in maker(measurements, traits, limits):
            one = Damage(*span, kind, severity, float(part.mean()), box(part))
            if kind != "streaks" or _plausible(measurements, traits, one):
                found.append(one)
    own = [one for one in found if not _foreign(pictures, one, int(limits["torn_frames"]))]
    return _joined(sorted(own, key=lambda one: (one.first, one.last)), limits["join_s"] / frame)


def _foreign(pictures: Pictures, one: Damage, longest: int) -> bool:
    """Whether it is another picture for a moment, from end to end."""
    if one.first < 1 or one.last >= len(pictures.pts) or one.last - one.first > longest:
        return False
    shown = pictures.tile_mean[[one.first - 1, one.first, one.last]].astype(np.int16)
    changed = np.abs(np.diff(shown, axis=0)) >= FOREIGN_CODES
    return bool((changed.mean(axis=(1, 2)) >= FOREIGN).all())


def box(part: Array) -> tuple[int, int, int, int]:
    """The smallest box of tiles around those that are true, bool (18, 32)."""
    rows, cols = np.nonzero(part)
    return int(rows.min()), int(cols.min()), int(rows.max()) + 1, int(cols.max()) + 1


def _blocks(traits: Traits, limits: Mapping[str, Any], frame: float) -> list[Damage]:
    """Stretches from the first broken change to the last, which is the return of the sound picture."""
    count = len(traits.seams)
    zones = traits.seams.reshape(count, -1)
    peak = zones.max(axis=1) / SEAM_SCALE
    strong, usual = limits["seams_strong"], _usual(peak, max(1, round(USUAL_S / frame)))
    weak = peak >= np.minimum(MOST_ASKED, np.maximum(limits["seams_weak"], USUAL_TIMES * usual))
    if not weak.any():
        return []
    made: list[Damage] = []
    for first, last in _apart(np.flatnonzero(weak), limits["return_s"] / frame):
        inside = peak[first:last][weak[first:last]]
        if len(inside) < SURE_FRAMES and float(inside.max()) < limits["seams_alone"]:
            continue
        part = np.zeros((SEAM_ROWS, SEAM_COLS), dtype=bool)
        part.flat[np.flatnonzero((zones[first:last] >= limits["seams_weak"] * SEAM_SCALE).any(axis=0))] = True
        top, left, bottom, right = box(part)
        deep, wide = TILE_ROWS // SEAM_ROWS, TILE_COLS // SEAM_COLS
        sure = (inside >= strong).sum() >= SURE_FRAMES
        tiles = (top * deep, left * wide, bottom * deep, right * wide)
        severity = Severity.FAULT if sure else Severity.WARNING
        long, live = (last - first) * frame >= LIVE_S, float((peak[first:last] >= limits["seams_weak"]).mean())
        few = max(bottom - top, right - left) <= FEW_ZONES and (long or len(inside) <= FEW_FRAMES)
        inner = right < SEAM_COLS and bottom < SEAM_ROWS
        if inner and (few or (long and live >= LIVE_SHARE and part.mean() <= LIVE_AREA)):
            severity = Severity.NOTE
        made.append(Damage(first, last, "blocks", severity, float(inside.max()), tiles))
    return made


def _plausible(measurements: Measurements, traits: Traits, one: Damage) -> bool:
    """Whether the place was alive before; or stood still, broke off, and is afterwards as it was before; or lost its lower part to
    streaks while the rest stood on.
    """
    pictures = measurements.pictures
    assert pictures is not None
    if one.first < 2 or one.last >= len(pictures.pts):
        return True
    top, left, bottom, right = one.tiles
    place = (slice(top, bottom), slice(left, right))
    lone = one.kind == "blocks" and one.last - one.first == 1
    long = LONE_S if lone else 1.0
    second = slice(max(1, one.first - round(long / measurements.frame_seconds())), one.first)
    course = expand(pictures.tile_difference[second])
    if float(np.median(course[:, *place].mean(axis=(1, 2)))) >= ALIVE:
        return True
    if float(course[-1].mean()) > CALM:
        return False
    if one.kind == "streaks" and float(expand(pictures.tile_difference[one.first, : max(1, top - 1)]).mean()) <= CALM:
        return True
    planes = [plane.astype(np.int16) for plane in _at(measurements, traits, one.first - 1, one.first, one.last)]
    before, wrong, after = (plane[:, *place] for plane in planes)
    return float(np.abs(after - before).mean()) <= max(
        0.0 if lone else BACK_CODES, BACK_SHARE * float(np.abs(wrong - before).mean())
    )


def _at(measurements: Measurements, traits: Traits, *frames: int) -> list[Array]:
    """Y, U and V of the tiles in some frames, (3, 18, 32) each."""
    assert measurements.pictures is not None
    planes = (measurements.pictures.tile_mean, traits.tile_u, traits.tile_v)
    return [np.stack([plane[frame] for plane in planes]) for frame in frames]


def _usual(peak: Array, block: int) -> Array:
    """What chance puts into the frames around: the upper quartile of each block of frames and of those beside it."""
    tops = np.array([np.percentile(peak[at : at + block], 75) for at in range(0, len(peak), block)])
    padded = np.pad(tops, 1, mode="edge")
    around = np.max([padded[:-2], padded[1:-1], padded[2:]], axis=0)
    made: Array = np.repeat(around, block)[: len(peak)]
    return made


def _apart(frames: Array, reach: float) -> list[Span]:
    """Runs of frames with no more than `reach` between two of them."""
    edges = np.flatnonzero(np.diff(frames) > reach) + 1
    return [(int(part[0]), int(part[-1]) + 1) for part in np.split(frames, edges)]


def _joined(found: list[Damage], reach: float) -> list[Damage]:
    """What overlaps or lies close together as one, under the name of the gravest and strongest sign."""
    made: list[Damage] = []
    for one in found:
        if made and one.first - made[-1].last <= reach:
            made[-1] = _both(made[-1], one)
        else:
            made.append(one)
    return made


def _both(one: Damage, other: Damage) -> Damage:
    ranked = sorted((one, other), key=lambda damage: (damage.severity == Severity.NOTE, NAMES.index(damage.kind)))
    boxes = np.array([one.tiles, other.tiles])
    low, high = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    told = {one.severity, other.severity}
    sure = Severity.FAULT if one.kind != other.kind and Severity.NOTE not in told else worst(list(told))
    return replace(
        ranked[0],
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        severity=sure,
        tiles=(low[0], low[1], high[0], high[1]),
    )
