"""Black picture (黑场), clause 2.2.4: dark all over, without text or texture, and not merely the middle of a fade."""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import LUMA_EDGES, Array, Measurements
from station.checks import check
from station.checks._common import Span, at_frames, concluded, finding, not_applicable, not_measurable, runs
from station.checks._hearing import heard
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

FADE_REACH_S = 2.0
"""A fade takes at most so long."""
FADE_STEPS = 4
"""A fade has at least so many steps; fewer is a cut with soft edges."""
FADE_LARGEST_STEP = 0.6
"""No step of a fade takes more than this share of its whole way."""
FADE_FIRST_STEP = 4.0
"""Its first step away from black is at most so many times its usual one; a cut from black into a picture that grows brighter is none."""
FADE_WAY = 5.0
"""A fade goes at least so far, in luma codes."""
BRIDGE_FRAMES, BRIDGE_CODES = 2, 32
"""So few frames inside a black stretch that are a little lighter (a key frame's breath, mean luma in codes) do not end it; a flash
does."""


@dataclass(frozen=True)
class Stretch:
    """One black stretch: frames, seconds, and what lies around it."""

    span: Span
    length: float
    head: bool
    tail: bool
    fade: bool
    sound: str
    """`sound`, `silent`, `none`."""


@check("black")
def black(subject: Subject, spec: CheckSpec) -> Outcome:
    """Severity by length: a warning from 3 frames, a fault from 0.5 s; shorter at head and tail a note; fades are normal."""
    measurements = subject.measurements
    if measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    if not len(measurements.pictures.pts):
        return not_measurable(spec, "too-few-frames", frames=0)
    frames = black_frames(measurements, spec)
    for first, last in runs(~frames):
        if last - first <= BRIDGE_FRAMES and first > 0 and last < len(frames):
            frames[first:last] = measurements.pictures.luma_mean[first:last].max() <= BRIDGE_CODES
    stretches = [_stretch(measurements, span) for span in runs(frames)]
    found = [made for stretch in stretches if (made := _judged(measurements, spec, stretch)) is not None]
    return concluded(spec, found, stretches=len(stretches), seconds=round(sum(s.length for s in stretches), 2))


def black_frames(measurements: Measurements, spec: CheckSpec) -> Array:
    """Bool (n,): frames that are dark on at least `area_share` of the picture and flat everywhere."""
    pictures = measurements.pictures
    assert pictures is not None
    dark_bins = [upper <= spec.limits["level_codes"] for upper in LUMA_EDGES[1:]]
    dark = pictures.luma_histogram[:, dark_bins].sum(axis=1, dtype=np.int64) / 65535
    made: Array = (dark >= spec.limits["area_share"]) & (pictures.edge_max <= spec.limits["edge_codes"])
    return made


def _stretch(measurements: Measurements, span: Span) -> Stretch:
    times, (first, last) = measurements.times(), span
    frame = measurements.frame_seconds()
    start = float(times[first])
    end = float(times[last]) if last < len(times) else float(times[-1]) + frame
    assert measurements.pictures is not None
    luma, reach = measurements.pictures.luma_mean, max(FADE_STEPS + 1, int(FADE_REACH_S / frame))
    into = luma[max(0, first - reach) : first + 1][::-1]
    out = luma[last - 1 : last + reach]
    return Stretch(
        span,
        end - start,
        head=first == 0,
        tail=last == len(times),
        fade=is_fade(into) or is_fade(out),
        sound=heard(measurements, start, end),
    )


def is_fade(luma: Array) -> bool:
    """Whether the brightness climbs away from the black stretch, which is `luma[0]`, in a fade's many small steps."""
    if len(luma) < FADE_STEPS + 1:
        return False
    steps = np.diff(luma.astype(np.float64))
    still = np.flatnonzero(steps < -0.3)
    climb = steps[: int(still[0])] if len(still) else steps
    way = float(climb.sum())
    rising = climb[climb > 0.15]
    if way < FADE_WAY or len(rising) < FADE_STEPS:
        return False
    return bool(climb.max() <= FADE_LARGEST_STEP * way and climb[0] <= FADE_FIRST_STEP * float(np.median(rising)))


def _judged(measurements: Measurements, spec: CheckSpec, stretch: Stretch) -> Finding | None:
    limits, frames = spec.limits, stretch.span[1] - stretch.span[0]
    place = "head" if stretch.head else "tail"
    if stretch.head and stretch.tail:
        severity, message, limit = Severity.FAULT, "finding.black.whole", limits["fault_s"]
    elif (stretch.head or stretch.tail) and stretch.length <= limits["edge_note_s"]:
        severity, message, limit = Severity.NOTE, f"finding.black.{place}", limits["edge_note_s"]
    elif stretch.fade and stretch.length < limits["fade_fault_s"]:
        if stretch.length <= limits["fade_free_s"]:
            return None
        severity, message, limit = Severity.WARNING, "finding.black.fade", limits["fade_free_s"]
    elif frames < limits["warning_frames"]:
        return None
    else:
        grave = stretch.length >= limits["fault_s"] - 1e-6
        severity, limit = (Severity.FAULT if grave else Severity.WARNING), limits["fault_s"]
        message = f"finding.black.{stretch.sound}"
    made = finding(
        spec,
        severity,
        message,
        {"length": round(stretch.length, 2), "frames": frames, "limit": limit},
        value=round(stretch.length, 3),
        limit=limit,
        unit="s",
        tiles=(0, 0, 18, 32),
    )
    return at_frames(made, measurements, stretch.span)
