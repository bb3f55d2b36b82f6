"""Flicker (光敏闪烁), clause 2.2.4: general and red flashes after ITU-R BT.1702 and WCAG 2.2, more than three within a second."""

from dataclasses import replace

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements
from station.checks import check
from station.checks._common import at_frames, concluded, finding, not_applicable, not_measurable
from station.checks._flashes import Limits, stretches
from station.checks._sequences import Count, Sequence, sequences
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

PEAK = 200.0
"""cd/m² of white: with it BT.1702's 20 and 160 cd/m² are WCAG's 0.10 and 0.80."""
ROUNDING = 0.003
"""Relative luminance that 8-bit codes of limited range may take from a step: half a code at either end, about white."""
MERGE_S = 1.0
"""Sequences so close are one finding."""


@check("flicker")
def flicker(subject: Subject, spec: CheckSpec) -> Outcome:
    """One fault per flashing sequence; it takes two people to waive one."""
    measurements = subject.measurements
    if measurements.pictures is None or measurements.video is None:
        return not_applicable(spec, "no-picture")
    if len(measurements.pictures.pts) < 3:
        return not_measurable(spec, "too-few-frames", frames=len(measurements.pictures.pts))
    found = flashing(measurements, spec)
    most = max((one.turns for one in found), default=0)
    return concluded(spec, [_judged(measurements, spec, one) for one in found], flashes=most / 2)


def flashing(measurements: Measurements, spec: CheckSpec) -> list[Sequence]:
    """Dangerous sequences of a lesson in order; those close together joined."""
    given = spec.limits
    limits = Limits(
        step=given["step_cdm2"] / PEAK - ROUNDING,
        dark=given["dark_cdm2"] / PEAK,
        red=given["red_share"],
        chromaticity=given["red_chromaticity"],
        area=given["area_share"],
    )
    fast = 2 * int(given["flashes_per_s"]) + 1
    count = Count(fast, 2 * int(given["long_flashes_per_s"]), given["long_s"], given["long_window_s"])
    found: list[Sequence] = []
    for span in stretches(measurements):
        found += sequences(measurements, span, limits, count)
    found.sort(key=lambda one: (one.first, one.last))
    reach = MERGE_S / measurements.frame_seconds()
    made: list[Sequence] = []
    for one in found:
        if made and one.first - made[-1].last <= reach:
            made[-1] = _joined(made[-1], one)
        else:
            made.append(one)
    return made


def _joined(one: Sequence, other: Sequence) -> Sequence:
    """Both as one: the graver kind's name, the extent of both."""
    return replace(
        one,
        kind="general" if "general" in (one.kind, other.kind) else "red",
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        turns=max(one.turns, other.turns),
        area=max(one.area, other.area),
        tiles=one.tiles | other.tiles,
        lasting=one.lasting and other.lasting,
    )


def _judged(measurements: Measurements, spec: CheckSpec, one: Sequence) -> Finding:
    rate = one.turns / 2
    made = finding(
        spec,
        Severity.FAULT,
        f"finding.flicker.{'lasting' if one.lasting else one.kind}",
        {
            "flashes": rate,
            "share": round(100 * one.area),
            "limit": spec.limits["flashes_per_s"],
            "seconds": spec.limits["long_s"],
        },
        value=rate,
        limit=spec.limits["flashes_per_s"],
        unit="flashes/s",
        tiles=_box(one.tiles),
    )
    return at_frames(made, measurements, (one.first, one.last))


def _box(tiles: Array) -> tuple[int, int, int, int]:
    rows, cols = np.nonzero(tiles.reshape(TILE_ROWS, TILE_COLS))
    return int(rows.min()), int(cols.min()), int(rows.max()) + 1, int(cols.max()) + 1
