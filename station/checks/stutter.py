"""Repeated pictures inside movement: `stutter` (卡顿, clause 2.4.1). A wrong frame-rate conversion repeats them regularly.

A repeated picture differs from the one before by next to nothing while its neighbours differ by much. Rest is none: it lasts. Only
what a camera fills is looked at: slides, pointers and screen recordings repeat pictures by nature.
"""

from itertools import pairwise

import numpy as np

from gpu.measurements import Array, Pictures, expand
from station.checks import check
from station.checks._camera_path import beats_of
from station.checks._common import Span, at_frames, concluded, finding, not_applicable, not_measurable, runs
from station.checks._substrate import DARK_CODES, TILES, Kind, Substrate
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

AROUND = 12
"""Frames before and after that say how much is moving."""
MOVING_PERCENTILE = 80
"""Of their differences: with every second picture repeated half of them are nothing."""
REPEAT_SHARE, FAINT_SHARE = 0.1, 0.35
"""A picture that differs by less than this share of that is a repeated one. Measured: repeats re-encoded at 1–4 Mbit/s have up to
0.04, unrepeated ones at least 0.18. MPEG-2 draws a repeat anew with up to 0.3: so faint a one needs an exact pattern."""
FEWEST_TILES = 24
STILL_CODES, FAINT_CODES = 0.3, 0.2
"""Differences below this are noise: nothing moves that could stutter. Down to the second an exact pattern tells it."""
LONGEST_RUN = 4
"""More repeats in a row are a freeze, if anything."""
APART_S = 1.3
"""Repeats no farther apart belong together: a film of 24 pictures a second has one a second at 25."""
REGULAR = 0.8
"""Share of the distances that must be the usual one, to one frame, for a pattern."""
EXACT, GAP = 0.8, 0.6
"""An exact pattern: so many of the distances are the same to the frame, and the repeats (all but a tenth) differ by less than this share
of what the others (all but a twentieth) do. Measured: planted ones have 0.97 and 0.5, what a coder makes of a lecturer who hardly
moves at most 0.43 or at least 0.6."""
STRIP = 1024


@check("stutter")
def stutter(subject: Subject, spec: CheckSpec) -> Outcome:
    """Pictures that are repeated, again and again, while a camera's picture moves."""
    measurements, substrate = subject.measurements, subject.substrate
    if measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    if len(measurements.pictures.pts) <= 2 * AROUND or not substrate.beats:
        return not_measurable(spec, "too-few-frames", frames=len(measurements.pictures.pts))
    change, seen = camera_change(substrate, measurements.pictures, measurements.times())
    if not seen.any():
        return not_applicable(spec, "no-camera-area")
    times, moving = measurements.times(), around(change)
    repeats = repeated(change, seen, moving)
    found = [made for span in _stretches(repeats, times) if (made := _judged(subject, spec, repeats, span))]
    for share in (REPEAT_SHARE, FAINT_SHARE):
        faint = repeated(change, seen, moving, share=share, least=FAINT_CODES)
        for span in _stretches(faint, times):
            at = np.array(faint[slice(*span)])
            if _exact(at, change / np.maximum(moving, FAINT_CODES)) and not _told(found, at):
                made = _judged(subject, spec, faint, span)
                found += [made] if made else []
    found.sort(key=lambda one: one.start_frame or 0)
    return concluded(spec, found, repeats=len(repeats), camera_share=round(float(seen.mean()), 3))


def _exact(at: Array, shares: Array) -> bool:
    """Whether repeats keep one distance to the frame and stand clear of all pictures between them."""
    steps = np.diff(at)
    if not len(steps) or float((steps == np.median(steps)).mean()) < EXACT:
        return False
    others = np.setdiff1d(np.arange(at[0], at[-1]), at)
    return len(others) > 0 and bool(np.percentile(shares[at], 90) <= GAP * np.percentile(shares[others], 5))


def _told(found: list[Finding], at: Array) -> bool:
    """Whether a finding holds any of it already."""
    return any((one.start_frame or 0) <= at[-1] and at[0] < (one.end_frame or 0) for one in found)


def camera_change(substrate: Substrate, pictures: Pictures, times: Array) -> tuple[Array, Array]:
    """Per frame the mean difference, in codes, of the tiles that a camera fills, and whether there are enough of them, and not
    black: two frames alike at the bottom of a fade are no repeat."""
    camera, at = substrate.kinds == Kind.CAMERA, beats_of(substrate, times)
    change, seen = np.zeros(len(times), np.float32), np.zeros(len(times), bool)
    for start in range(0, len(times), STRIP):
        strip = slice(start, start + STRIP)
        here = camera[at[strip]]
        counts = here.sum(axis=1)
        codes = expand(pictures.tile_difference[strip].reshape(-1, TILES)) * here
        light = (pictures.tile_mean[strip].reshape(-1, TILES) * here).sum(axis=1)
        change[strip] = codes.sum(axis=1) / np.maximum(counts, 1)
        seen[strip] = (counts >= FEWEST_TILES) & (light > DARK_CODES * counts)
    return change, seen


def around(change: Array) -> Array:
    """Per frame how much moves about it."""
    padded = np.pad(change, AROUND, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)
    return np.concatenate([
        np.percentile(windows[start : start + STRIP], MOVING_PERCENTILE, axis=1) for start in range(0, len(change), STRIP)
    ])  # fmt: skip


def repeated(
    change: Array, seen: Array, moving: Array, *, share: float = REPEAT_SHARE, least: float = STILL_CODES
) -> list[int]:
    """First frames of short runs of repeats: pictures that differ by less than `share` of what moves, where that is `least` codes."""
    again = seen & (moving >= least) & (change < share * moving)
    again[0] = False
    return [first for first, last in runs(again) if last - first <= LONGEST_RUN]


def _stretches(repeats: list[int], times: Array) -> list[Span]:
    """Repeats that belong together, as spans of indices into `repeats`."""
    if not repeats:
        return []
    far = np.flatnonzero(np.diff(times[repeats]) > APART_S) + 1
    borders = [0, *far.tolist(), len(repeats)]
    return list(pairwise(borders))


def _judged(subject: Subject, spec: CheckSpec, repeats: list[int], span: Span) -> Finding | None:
    """A warning where there are many or they keep a pattern; else nothing: a single lost picture is nobody's fault."""
    times, at = subject.measurements.times(), repeats[slice(*span)]
    seconds = float(times[at[-1]] - times[at[0]])
    if len(at) < spec.limits["fewest"] or seconds < spec.limits["shortest_s"]:
        return None
    rate = (len(at) - 1) / seconds
    steps = np.diff(at)
    usual = int(np.median(steps))
    regular = float((np.abs(steps - usual) <= 1).mean()) >= REGULAR and usual > 0
    if not regular and (rate < spec.limits["per_second"] or len(at) < spec.limits["fewest_irregular"]):
        return None
    params = {"length": round(seconds, 1), "count": len(at), "rate": round(rate, 1), "step": usual}
    made = finding(
        spec,
        Severity.WARNING,
        "finding.stutter.regular" if regular else "finding.stutter.irregular",
        params,
        value=round(rate, 2),
        limit=spec.limits["per_second"],
        unit="/s",
    )
    return at_frames(made, subject.measurements, (at[0], at[-1] + 1))
