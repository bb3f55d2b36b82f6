"""Black bars (黑边), clause 2.6.1: a picture that does not fill its frame, by letterbox, pillarbox or both.

A bar is black lines along an edge that stay as wide for long, and behind them a picture with a straight, lit edge. A dark
slide has none: its text begins somewhere else on every page, and no line of text is lit from side to side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gpu.closeups import Closeups
from gpu.measurements import Array
from station.checks import check
from station.checks._common import at_seconds, concluded, finding, fine, not_applicable, not_measurable, runs, seconds
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

SIDES = ((0, 1, "rows"), (2, 3, "columns"))
"""Borders that belong together."""
STEADY = 3
"""Pixels by which a bar's width may vary: a codec's ringing."""
FILL_QUANTILE = 0.75
"""A bar's edge is well lit in a quarter of its closeups at least: dark scenes hide it."""
SUPPORT = 0.6
"""So many of a stretch's closeups end exactly at the bar."""


@dataclass(frozen=True)
class Bars:
    """Bars on two opposite sides over closeups [first, last)."""

    sides: str
    """`rows`: at top and bottom; `columns`: at left and right."""
    widths: tuple[int, int]
    """Pixels."""
    first: int
    last: int


@check("picture-bars")
def picture_bars(subject: Subject, spec: CheckSpec) -> Outcome:
    """A warning where bars stand for most of the lesson, a note where for a long stretch."""
    measurements = subject.measurements
    if measurements.pictures is None or measurements.video is None:
        return not_applicable(spec, "no-picture")
    closeups = measurements.closeups
    if closeups is None or not len(closeups.pts):
        return not_measurable(spec, "no-closeups")
    video = measurements.video
    size = (video.height, video.width) if video.rotation % 180 == 0 else (video.width, video.height)
    lit = (closeups.bars[:, :2].sum(axis=1) < size[0]) & (closeups.bars[:, 2:].sum(axis=1) < size[1])
    if not lit.any():
        return not_measurable(spec, "all-black")
    times = seconds(closeups.pts, video.time_base) - measurements.origin
    found: list[Finding] = []
    for bars in _all_bars(closeups, lit, size, spec):
        start, end = float(times[bars.first]), min(float(times[bars.last - 1]) + 1.0, measurements.duration())
        share = int(lit[bars.first : bars.last].sum()) / int(lit.sum())
        if share < spec.limits["warning_share"] and end - start < spec.limits["note_s"]:
            continue
        one = finding(
            spec,
            Severity.WARNING if share >= spec.limits["warning_share"] else Severity.NOTE,
            f"finding.picture-bars.{bars.sides}",
            {
                "first": bars.widths[0],
                "second": bars.widths[1],
                "length": round(end - start, 1),
                "share": round(100 * share),
            },
            value=sum(bars.widths),
            limit=0,
            unit="px",
        )
        found.append(at_seconds(one, measurements, start, end))
    return concluded(spec, found) if found else fine(spec, closeups=len(closeups.pts))


def _all_bars(closeups: Closeups, lit: Array, size: tuple[int, int], spec: CheckSpec) -> Iterator[Bars]:
    """Every stretch with bars of the commonest width, first those of rows."""
    for (one, other, sides), whole in zip(SIDES, size, strict=True):
        widths = closeups.bars[:, [one, other]].astype(np.int64)
        usual = _commonest(widths[lit & (widths >= max(2, round(spec.limits["least_share"] * whole))).all(axis=1)])
        if usual is None:
            continue
        there = lit & (np.abs(widths - usual) <= STEADY).all(axis=1)
        beyond = lit & (widths < usual - STEADY).any(axis=1)
        for first, last in runs(~beyond):
            inside = there[first:last]
            if inside.sum() < SUPPORT * lit[first:last].sum() or not inside.any():
                continue
            fill = closeups.bar_fill[first:last][inside][:, [one, other]] / 255
            if (np.quantile(fill, FILL_QUANTILE, axis=0) >= spec.limits["lit_share"]).all():
                yield Bars(sides, (int(usual[0]), int(usual[1])), first, last)


def _commonest(widths: Array) -> Array | None:
    """The pair of widths that most others are near."""
    if not len(widths):
        return None
    pairs, counts = np.unique(widths, axis=0, return_counts=True)
    near = (np.abs(pairs[:, None] - pairs[None]) <= STEADY).all(axis=2)
    made: Array = pairs[int((near @ counts).argmax())]
    return made
