"""Colour of what cameras show, clause 2.7.1: sudden steps (色彩突变), casts (偏色), cameras that do not match (机位色差).

Only tiles that a camera fills are looked at, never a slide. What colours mean is a person's to say: warnings at most.
"""

from math import atan2, degrees

import numpy as np

from gpu.measurements import Array
from station.checks import check
from station.checks._closeups import camera_tiles
from station.checks._colour_casts import Cast, casts
from station.checks._colour_steps import Step, steps
from station.checks._common import at_frames, at_seconds, concluded, finding, fine, not_applicable, not_measurable
from station.checks._shots import Pair, pairs, shots
from station.checks._tints import Tints, tints_of
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

HUES = ((-25.0, 35.0, "magenta"), (35.0, 112.0, "warm"), (112.0, 190.0, "green"), (190.0, 310.0, "cool"))
"""Hue angles in L*a*b*, degrees, and what they are called; beyond them magenta."""


@check("colour-jump")
def colour_jump(subject: Subject, spec: CheckSpec) -> Outcome:
    """A warning where white balance, iris or gain step inside a shot; a note where lamps may have been switched."""
    tints = _tints(subject, spec)
    if isinstance(tints, Outcome):
        return tints
    if not _has_camera(tints):
        return not_measurable(spec, "no-camera-picture")
    return concluded(spec, [_jump(tints, spec, step) for step in steps(tints, spec.limits)])


def _jump(tints: Tints, spec: CheckSpec, step: Step) -> Finding:
    kind = _kind(step, spec)
    made = finding(
        spec,
        Severity.NOTE if kind == "lamps" else Severity.WARNING,
        f"finding.colour-jump.{kind}",
        {
            "value": round(step.difference, 1),
            "limit": spec.limits["delta_e"],
            "share": round(100 * step.share),
            "gain": round(step.gain, 2),
        },
        value=round(step.difference, 2),
        limit=spec.limits["delta_e"],
        unit="ΔE",
        tiles=_box(step.tiles),
    )
    measurements = tints.substrate.measurements
    first = _exact_frame(tints, step)
    return at_seconds(made, measurements, float(measurements.times()[first]), float(measurements.times()[first]) + 0.2)


def _kind(step: Step, spec: CheckSpec) -> str:
    """What stepped: `tint` (white balance), `light` (iris, gain), `lamps` (so much light that somebody may have switched it)."""
    most = spec.limits["gain_most"]
    if step.tint >= spec.limits["tint_delta_e"]:
        return "tint"
    return "light" if 1 / most <= step.gain <= most else "lamps"


def _exact_frame(tints: Tints, step: Step) -> int:
    """The frame at which the picture changes most around the step: the first of the new look."""
    pictures = tints.substrate.pictures
    low, high = int(tints.frames[step.sample - 2]), int(tints.frames[min(step.sample + 1, len(tints.frames) - 1)])
    means = pictures.tile_mean[low : high + 1, step.tiles].astype(np.float32)
    chroma = pictures.chroma_mean[low : high + 1]
    moved = np.abs(np.diff(means, axis=0)).mean(axis=1) + np.abs(np.diff(chroma, axis=0)).sum(axis=1)
    return low + 1 + int(moved.argmax()) if len(moved) else low


@check("colour-cast")
def colour_cast(subject: Subject, spec: CheckSpec) -> Outcome:
    """A warning where all that a camera shows is tinted, nothing near neutral left; a note where the tint is warm, as lamps are."""
    tints = _tints(subject, spec)
    if isinstance(tints, Outcome):
        return tints
    if not _has_camera(tints):
        return not_measurable(spec, "no-camera-picture")
    looked, found = casts(tints, spec.limits)
    if not looked:
        return not_measurable(spec, "no-tinted-tiles")
    return concluded(spec, [_cast(tints, spec, cast) for cast in found], looks=looked)


def _cast(tints: Tints, spec: CheckSpec, cast: Cast) -> Finding:
    name = hue_name(cast.a, cast.b)
    made = finding(
        spec,
        Severity.NOTE if name == "warm" else Severity.WARNING,
        f"finding.colour-cast.{name}",
        {
            "length": round(cast.end - cast.start, 1),
            "value": round(cast.nearest, 1),
            "limit": spec.limits["tinted_chroma"],
        },
        value=round(cast.nearest, 2),
        limit=spec.limits["tinted_chroma"],
        unit="ab",
    )
    return at_seconds(made, tints.measurements, cast.start, cast.end)


def hue_name(a: float, b: float) -> str:
    """What a hue is called: `warm`, `cool`, `green`, `magenta`."""
    angle = (degrees(atan2(b, a)) + 25) % 360 - 25
    return next((name for low, high, name in HUES if low <= angle < high), "magenta")


@check("camera-mismatch")
def camera_mismatch(subject: Subject, spec: CheckSpec) -> Outcome:
    """Cameras that are cut to and fro and show the same things in other colours: a warning where that is plain, else a note."""
    tints = _tints(subject, spec)
    if isinstance(tints, Outcome):
        return tints
    taken = shots(tints, spec.limits)
    found = pairs(tints, taken, spec.limits)
    if not found:
        return not_measurable(spec, "no-two-cameras")
    apart = [pair for pair in found if pair.chroma >= spec.limits["note_chroma"]]
    if not apart:
        return fine(spec, cameras=len({shot.view for shot in taken}), shots=len(taken))
    return concluded(spec, [_mismatch(tints, spec, pair) for pair in apart], shots=len(taken))


def _mismatch(tints: Tints, spec: CheckSpec, pair: Pair) -> Finding:
    plain = pair.chroma >= spec.limits["warning_chroma"]
    limit = spec.limits["warning_chroma" if plain else "note_chroma"]
    made = finding(
        spec,
        Severity.WARNING if plain else Severity.NOTE,
        "finding.camera-mismatch.pair",
        {
            "count": pair.switches,
            "value": round(pair.chroma, 1),
            "limit": limit,
            "place": round(float(tints.measurements.times()[pair.frame]), 2),
        },
        value=round(pair.chroma, 2),
        limit=limit,
        unit="ab",
    )
    return at_frames(made, tints.measurements, (pair.frame, pair.frame + 1))


def _tints(subject: Subject, spec: CheckSpec) -> Tints | Outcome:
    if subject.measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    return tints_of(subject.substrate) or not_measurable(spec, "no-colour-samples")


def _has_camera(tints: Tints) -> bool:
    return any(
        camera_tiles(tints.substrate, beats).any() for beats in np.array_split(tints.beats, len(tints.beats) // 512 + 1)
    )


def _box(tiles: Array) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(tiles)
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1
