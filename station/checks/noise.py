"""Signal to noise ratio of the picture (画面信噪比), clause 2.7.1: temporal noise of what stands still before a camera.

In tiles of a camera that are flat, mid-grey and at rest, half the mean square of the difference of two frames is one frame's
variance. Less 1/12 for the rounding to 8 bits, against the 219 codes from black to white. A codec takes noise away and a
denoiser too: the figure is of the picture as delivered. Rounding alone leaves 57.6 dB: more cannot be told from 8 bits.
"""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array
from station.checks import check
from station.checks._closeups import Looks, looks_of
from station.checks._common import concluded, finding, fine, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Outcome, Severity
from station.profile import CheckSpec

PEAK = 219.0
ROUNDING = 1 / 12
"""Variance of rounding to whole codes."""
CEILING_DB = 57.6
"""What rounding alone leaves."""
GREY = (50, 200)
"""Mid-grey, tile means in codes: neither crushed nor clipped."""
COARSE = 0.02
"""Share of the difference's energy that may be coarser than white noise: more is movement. A codec's remains stay under it."""
FLAT = ((2, 3.0, 4.0), (3, 4.0, 6.0))
"""Octave of detail, and how much of it a flat tile may have: so many times the noise, and at least so many codes²."""
LOOSER = (1, 4, 16, 64)
"""Where too few tiles are flat, ones with so many times the detail will do."""
LOOKS = 3
"""A tile is believed from so many closeups on."""


@dataclass(frozen=True)
class Ratio:
    """The figure, and how sure it is."""

    decibels: float
    spread: float
    """Half the distance of the quartiles of the tiles, dB."""
    tiles: int
    looks: int
    """Tiles × closeups."""


@check("noise")
def noise(subject: Subject, spec: CheckSpec) -> Outcome:
    """A warning only where noise is plain to see; else the figure beside the clause's, as a note."""
    if subject.measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    looks = looks_of(subject)
    if isinstance(looks, str):
        return not_measurable(spec, looks)
    if not looks.camera.any():
        return not_measurable(spec, "no-camera-picture")
    ratio = noise_ratio(looks, int(spec.limits["fewest_tiles"]))
    if ratio is None or ratio.spread > spec.limits["spread_db"]:  # tiles that disagree so much hold movement, not noise
        return not_measurable(spec, "no-still-camera-tiles")
    facts = {
        "decibels": round(ratio.decibels, 1),
        "spread": round(ratio.spread, 1),
        "tiles": ratio.tiles,
        "looks": ratio.looks,
    }
    if facts["decibels"] >= min(CEILING_DB, float(spec.limits["clause_db"])):
        return fine(spec, **facts)
    visible = ratio.decibels < spec.limits["warning_db"] and ratio.spread <= spec.limits["sure_db"]
    made = finding(
        spec,
        Severity.WARNING if visible else Severity.NOTE,
        "finding.noise.visible" if visible else "finding.noise.figure",
        {
            "value": facts["decibels"],
            "spread": facts["spread"],
            "tiles": ratio.tiles,
            "clause": spec.limits["clause_db"],
            "limit": spec.limits["warning_db"],
        },
        value=facts["decibels"],
        limit=spec.limits["clause_db"],
        unit="dB",
    )
    return concluded(spec, [made], **facts)


def noise_ratio(looks: Looks, fewest: int) -> Ratio | None:
    """The ratio from all tiles and closeups that qualify, the flattest that are enough; None where fewer than `fewest` tiles do."""
    quiet = quiet_tiles(looks)
    for looser in LOOSER:
        good = quiet & flat_tiles(looks, looser)
        believed = good.sum(axis=0) >= LOOKS
        if int(believed.sum()) >= fewest:
            break
    else:
        return None
    seen = np.where(good, looks.noise, np.nan)[:, believed]
    tiles = _decibels(np.nanmedian(seen, axis=0))
    low, middle, high = np.percentile(tiles, (25, 50, 75))
    return Ratio(float(middle), float(high - low) / 2, int(believed.sum()), int(good[:, believed].sum()))


def quiet_tiles(looks: Looks) -> Array:
    """Bool (c, 18, 32): camera tiles that are mid-grey and at rest, at closeups that have a picture before them."""
    # a repeated picture, or the first one, tells nothing
    changed: Array = looks.closeups.noise.max(axis=(1, 2), keepdims=True) > 0
    made: Array = looks.camera & looks.resting & changed
    made &= (looks.luma >= GREY[0]) & (looks.luma <= GREY[1]) & (looks.coarse <= COARSE)
    return made


def flat_tiles(looks: Looks, looser: float) -> Array:
    """Bool (c, 18, 32): tiles with little more detail than their noise is."""
    made = np.ones(looks.noise.shape, dtype=bool)
    for octave, times, least in FLAT:
        made &= looks.detail[:, octave] <= looser * np.maximum(times * looks.noise, least)
    return made


def _decibels(variance: Array) -> Array:
    """S/N of a frame whose variance includes rounding."""
    made: Array = np.minimum(10 * np.log10(PEAK**2 / np.maximum(variance - ROUNDING, 1e-6)), CEILING_DB)
    return made
