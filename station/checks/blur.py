"""Blurred camera picture (画面模糊), clause 2.4.1, and pictures scaled up from a smaller size.

Energy of detail in neighbouring octaves, summed over tiles with contrast. A sharp picture of anything has about a quarter to a
tenth of an octave's energy in the next finer one; a blur of 3 pixels (σ) has less than a hundredth in the second finest, a picture
scaled up from half its size less than a fortieth in the finest. Measured on photographs, telephone and studio footage, each
blurred and scaled on purpose.
"""

from collections.abc import Sequence

import numpy as np

from gpu.measurements import Array
from station.checks import check
from station.checks._closeups import Looks, looks_of
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable, runs, seconds
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

CONTRAST = 40.0
"""Energy, codes², from which an octave of a tile has something to compare with."""
OVER_NOISE = 10.0
"""And so many times the noise."""
ROUNDING = 1 / 12
WINDOW = 5
"""Closeups that are judged together: one alone may catch a moving arm."""
FEWEST = 12
"""Tiles × closeups with contrast that a window needs."""
CLEAN_CODES2 = 1.0
"""Noise, codes², taken away where none can be measured: a codec's own remains."""


@check("blur")
def blur(subject: Subject, spec: CheckSpec) -> Outcome:
    """A warning where all that a camera shows is out of focus for long; a note on a picture without fine detail anywhere."""
    if subject.measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    looks = looks_of(subject)
    if isinstance(looks, str):
        return not_measurable(spec, looks)
    found = _scaled_up(looks, spec)
    if not looks.camera.any():
        return concluded(spec, found, camera=False) if found else not_measurable(spec, "no-camera-picture")
    sharp, counts = sharpness(looks, looks.camera, 1)
    judged = counts >= FEWEST
    if not judged.any() and not found:
        return not_measurable(spec, "no-contrast")
    found = [*_stretches(looks, spec, judged & (sharp < spec.limits["sharpness"]), sharp), *found]
    return concluded(spec, found, sharpness=round(float(np.median(sharp[judged])), 4) if judged.any() else None)


def sharpness(looks: Looks, where: Array, octave: int) -> tuple[Array, Array]:
    """Of each closeup and those around it: energy of an octave over that of the next coarser one in tiles `where` with contrast, and how
    many tiles that were.
    """
    noise = np.maximum(_noise(looks)[:, None, None], ROUNDING)
    coarse, fine = looks.detail[:, octave + 1] - noise, np.maximum(looks.detail[:, octave] - noise, 0)
    good = where & (coarse >= np.maximum(CONTRAST, OVER_NOISE * noise))
    parts = [np.where(good, energy, 0).sum(axis=(1, 2)) for energy in (fine, coarse)]
    around = [_around(part) for part in (*parts, good.sum(axis=(1, 2)))]
    return around[0] / np.maximum(around[1], 1e-6), around[2]


def _noise(looks: Looks) -> Array:
    """float32 (c,): the camera's noise at each closeup, from its quieter tiles; CLEAN_CODES2 where it shows none."""
    made = np.full(len(looks.noise), CLEAN_CODES2, np.float32)
    for index, mask in enumerate(looks.camera & looks.resting):
        if mask.any():
            made[index] = max(float(np.quantile(looks.noise[index][mask], 0.25)), ROUNDING)
    return made


def _around(values: Array) -> Array:
    made: Array = np.convolve(values.astype(np.float64), np.ones(WINDOW), "same")[: len(values)]
    return made


def _stretches(looks: Looks, spec: CheckSpec, soft: Array, sharp: Array) -> list[Finding]:
    measurements = looks.subject.measurements
    assert measurements.video is not None
    times = seconds(looks.closeups.pts, measurements.video.time_base) - measurements.origin
    step = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    made: list[Finding] = []
    for inner, outer in runs(soft, join=1):
        # a window is soft only where all of its closeups are: sharp ones have by far the most fine detail
        first, last = max(0, inner - WINDOW // 2), min(len(times), outer + WINDOW // 2)
        length = float(times[last - 1] - times[first]) + step
        if length < spec.limits["shortest_s"]:
            continue
        value = float(np.median(sharp[inner:outer]))
        one = finding(
            spec,
            Severity.WARNING,
            "finding.blur.camera",
            {
                "length": round(length, 1),
                "value": round(100 * value, 2),
                "limit": round(100 * spec.limits["sharpness"], 2),
            },
            value=round(value, 5),
            limit=spec.limits["sharpness"],
            unit="ratio",
            tiles=_box(looks.camera[first:last]),
        )
        made.append(at_seconds(one, measurements, float(times[first]), float(times[last - 1]) + step))
    return made


def _box(masks: Array) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(masks.any(axis=0))
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def _scaled_up(looks: Looks, spec: CheckSpec) -> Sequence[Finding]:
    """A note where nothing in the lesson, slides included, has detail in the finest octave."""
    video = looks.subject.measurements.video
    if video is None or min(video.width, video.height) < spec.limits["upscaled_lines"]:
        return ()
    everywhere = np.ones(looks.noise.shape, dtype=bool)
    fine, counts = sharpness(looks, everywhere, 0)
    judged = counts >= FEWEST
    if int(judged.sum()) < min(WINDOW, len(judged)):
        return ()
    value = float(np.quantile(fine[judged], 0.9))
    if value >= spec.limits["upscaled"]:
        return ()
    params = {"value": round(100 * value, 2), "limit": round(100 * spec.limits["upscaled"], 2)}
    return (
        finding(
            spec, Severity.NOTE, "finding.blur.upscaled", params,
            value=round(value, 5), limit=spec.limits["upscaled"], unit="ratio",
        ),
    )  # fmt: skip
