"""Foreign frames (夹帧), clause 2.2.4: one to five frames of something else between two that are alike."""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array, Measurements
from station.checks import check
from station.checks._common import Span, at_frames, concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

QUIET_FACTOR = 2.5
"""A foreign frame differs so many times more than the frames around it do from one another."""
USUAL = 0.6
"""The frames around move by so much, as a quantile: up to two fifths of them may be foreign themselves."""
AROUND_S = 0.5
"""What lies around: so many seconds on either side."""
MERGE_S = 1.0
"""Foreign frames this close are one finding: a flashing stretch."""
FLAT_CODES = 4.0
"""A picture whose tiles spread no wider than this (standard deviation, codes) is one colour."""


@dataclass(frozen=True)
class Foreign:
    """One foreign stretch: its frames, and the share of the picture that it changes."""

    span: Span
    area: float


@check("flash")
def flash(subject: Subject, spec: CheckSpec) -> Outcome:
    """A picture that leaves and returns within five frames; a slide change does not return, a fade does not leave at once."""
    pictures = subject.measurements.pictures
    if pictures is None:
        return not_applicable(spec, "no-picture")
    if len(pictures.pts) < 3:
        return not_measurable(spec, "too-few-frames", frames=len(pictures.pts))
    foreign = foreign_frames(subject.measurements, spec)
    groups: list[list[Foreign]] = []
    reach = MERGE_S / subject.measurements.frame_seconds()
    for one in foreign:
        if groups and one.span[0] - groups[-1][-1].span[1] <= reach:
            groups[-1].append(one)
        else:
            groups.append([one])
    return concluded(spec, [_judged(subject.measurements, spec, group) for group in groups], places=len(foreign))


def foreign_frames(measurements: Measurements, spec: CheckSpec) -> list[Foreign]:
    """Every stretch of at most `frames` frames that differs from both neighbours, which are alike."""
    assert measurements.pictures is not None
    tiles = measurements.pictures.tile_mean.reshape(len(measurements.pictures.pts), -1)
    codes, area, back = int(spec.limits["tile_codes"]), spec.limits["area_share"], spec.limits["back_share"]
    step = changed_shares(tiles, codes)
    around = max(1, round(AROUND_S / measurements.frame_seconds()))
    found: list[Foreign] = []
    free = 0
    for first in np.flatnonzero(step >= area).tolist():
        if first < max(1, free):
            continue
        one = _returns(tiles, step, first, (codes, area, back, int(spec.limits["frames"])))
        if one is not None and _stands_out(step, one, around):
            found.append(one)
            free = one.span[1] + 1
    return found


def changed_shares(tiles: Array, codes: int) -> Array:
    """float32 (n,): share of tiles whose mean moved by at least `codes` since the frame before. In strips, to spare memory."""
    shares = np.zeros(len(tiles), np.float32)
    for start in range(1, len(tiles), 4096):
        stop = min(start + 4096, len(tiles))
        shares[start:stop] = (_apart(tiles[start:stop], tiles[start - 1 : stop - 1]) >= codes).mean(axis=1)
    return shares


def _apart(one: Array, other: Array) -> Array:
    made: Array = np.maximum(one, other) - np.minimum(one, other)
    return made


def _returns(tiles: Array, step: Array, first: int, limits: tuple[int, float, float, int]) -> Foreign | None:
    """The foreign stretch that begins at `first`, if the picture before it is back within the limit of frames."""
    codes, area, back, most = limits
    before = tiles[first - 1]
    left = float(step[first])
    for after in range(first + 1, min(first + most + 1, len(tiles))):
        away = float((_apart(tiles[after], before) >= codes).mean())
        if away <= back * left:
            return Foreign((first, after), left) if step[after] >= area * 0.8 else None
        if away < area * 0.6:
            return None
    return None


def _stands_out(step: Array, one: Foreign, around: int) -> bool:
    """Whether the frames around move far less than the foreign one does: strobing film and fast pans are no foreign frames."""
    first, last = one.span
    before, after = step[max(1, first - around) : first], step[last + 1 : last + 1 + around]
    usual = np.concatenate((before, after))
    return not len(usual) or one.area >= QUIET_FACTOR * float(np.quantile(usual, USUAL))


def _judged(measurements: Measurements, spec: CheckSpec, group: list[Foreign]) -> Finding:
    frames = sum(one.span[1] - one.span[0] for one in group)
    span = (group[0].span[0], group[-1].span[1])
    kind = "repeated" if len(group) > 1 else _kind(measurements, group[0])
    made = finding(
        spec,
        Severity.FAULT,
        f"finding.flash.{kind}",
        {
            "frames": frames,
            "times": len(group),
            "share": round(100 * max(one.area for one in group)),
            "limit": spec.limits["frames"],
        },
        value=frames,
        limit=0,
        unit="frames",
        tiles=_box(measurements, group[0], int(spec.limits["tile_codes"])),
    )
    return at_frames(made, measurements, span)


def _kind(measurements: Measurements, one: Foreign) -> str:
    """`white`, `black` or `picture`: what the foreign frame shows."""
    assert measurements.pictures is not None
    tiles = measurements.pictures.tile_mean[one.span[0]]
    if float(tiles.std()) <= FLAT_CODES and float(tiles.mean()) >= 200:
        return "white"
    if float(tiles.std()) <= FLAT_CODES and float(tiles.mean()) <= 28:
        return "black"
    return "picture"


def _box(measurements: Measurements, one: Foreign, codes: int) -> tuple[int, int, int, int]:
    assert measurements.pictures is not None
    tiles = measurements.pictures.tile_mean
    rows, cols = np.nonzero(_apart(tiles[one.span[0]], tiles[one.span[0] - 1]) >= codes)
    return int(rows.min()), int(cols.min()), int(rows.max()) + 1, int(cols.max()) + 1
