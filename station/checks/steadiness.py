"""Unsteady pictures: `shake` (抖动, clause 2.7.1 and a hint for 2.2.1) and `jump` (跳跃).

Shaking is movement to and fro faster than a hand or a head sways: the camera's path less its own running mean. A pan goes one
way and is none; a zoom moves the blocks apart and has no common shift. A jump is one step of a picture that stands before and after.
Limits after METHODS of picture stability in video quality diagnosis (block voting, no pans), set on real hand-held footage.
"""

import numpy as np

from gpu.measurements import Array, Measurements
from station.checks import check
from station.checks._camera_path import Path, camera_path
from station.checks._common import at_frames, concluded, finding, not_applicable, not_measurable, runs
from station.checks._jumps import Steps, common_steps
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

SWAY_S = 0.4
"""Movement slower than one sway in so many seconds is not shaking."""
WINDOW_S = 1.0
"""Shaking is judged over so long."""
REVERSALS = 8.5
"""Changes of direction a second, both axes together, that shaking has at least: a walking hand has up to 8, at 2 Hz."""
REVERSAL_SHARE = 0.0005
"""Steps below this share of the width are no change of direction."""
FEWEST_JUMPING, JUMPING_SHARE = 6, 0.7
"""Blocks that must take the same step, and their share of all that tell: after a cut a few may agree by chance."""
CAMERA_JUMPING, CAMERA_SHARE = 2, 0.5
"""Those of them that a camera fills, and their share of the camera's that tell."""
QUIET_S = 0.2
"""The picture must stand so long before and after a jump."""
QUIET_TOLD = 0.6
"""In so many of those frames its movement must be known."""
QUIET_SHARE = 0.35
"""It stands when it moves by less than this share of the jump: lecturers sway. Measured: planted jumps have up to 0.3; a hand that
shakes, a car on a road and a page that scrolls at least 0.44."""


@check("shake")
def shake(subject: Subject, spec: CheckSpec) -> Outcome:
    """A camera that shakes. Pans, zooms, hand-held sway and moving speakers are none."""
    made = _path(subject, spec)
    if isinstance(made, Outcome):
        return made
    measurements, frame = subject.measurements, subject.measurements.frame_seconds()
    amount, turns = _shaking(made, frame)
    limit = spec.limits["rms_share"]
    window = max(1, round(WINDOW_S / frame))
    shaking = (amount >= limit) & (turns >= REVERSALS * WINDOW_S)
    spans = runs(shaking, join=window, shortest=max(1, round(spec.limits["shortest_s"] / frame)))
    found = [_shake_found(measurements, spec, span, amount) for span in spans]
    return concluded(spec, found, worst_share=round(float(amount.max(initial=0.0)), 5), told_share=_share(made))


def _shake_found(measurements: Measurements, spec: CheckSpec, span: tuple[int, int], amount: Array) -> Finding:
    value = float(amount[slice(*span)].max())
    seconds = (span[1] - span[0]) * measurements.frame_seconds()
    params = {
        "length": round(seconds, 1),
        "value": round(100 * value, 2),
        "pixels": round(1920 * value, 1),
        "limit": round(100 * spec.limits["rms_share"], 2),
    }
    made = finding(
        spec, Severity.WARNING, "finding.shake", params, value=round(100 * value, 3), limit=params["limit"], unit="%"
    )
    return at_frames(made, measurements, span)


def _shaking(path: Path, frame: float) -> tuple[Array, Array]:
    """Per frame: RMS of the path's fast part over WINDOW_S around it, as a share of the width, and changes of direction there."""
    sway, window = max(3, round(SWAY_S / frame)) | 1, max(1, round(WINDOW_S / frame))
    where = np.cumsum(path.step, axis=0, dtype=np.float64)
    fast = where
    for _ in range(2):  # twice: a pan that gathers speed leaves a rest the first time
        fast = fast - np.stack([_mean(fast[:, axis], sway) for axis in (0, 1)], axis=1)
    moving = np.where(np.abs(path.step) >= REVERSAL_SHARE, np.sign(path.step), 0)
    turned = np.zeros(len(moving))
    for axis in (0, 1):
        at = np.flatnonzero(moving[:, axis])
        turned[at[1:]] += moving[at[1:], axis] != moving[at[:-1], axis]
    told = path.told.astype(np.float64)
    power = _mean((fast**2).sum(axis=1) * told, window)
    known = _mean(told, window)
    return np.sqrt(np.where(known >= 0.5, power / np.maximum(known, 0.5), 0)), _mean(turned, window) * window


def _mean(values: Array, window: int) -> Array:
    """Running mean over `window` entries around each; fewer at the ends."""
    if not len(values):
        return values
    kernel = np.ones(min(window, len(values)))
    made: Array = np.convolve(values, kernel, "same") / np.convolve(np.ones(len(values)), kernel, "same")
    return made


@check("jump")
def jump(subject: Subject, spec: CheckSpec) -> Outcome:
    """A camera picture that steps aside in one frame and stands before and after. Cuts, pans and bumped sways are none."""
    path = _path(subject, spec)
    if isinstance(path, Outcome):
        return path
    measurements = subject.measurements
    assert measurements.motions is not None
    steps = common_steps(subject.substrate, measurements.motions, measurements.times())
    size = np.hypot(steps.step[:, 0], steps.step[:, 1])
    at = _jumps(steps, size, spec.limits["step_share"], max(2, round(QUIET_S / measurements.frame_seconds())))
    found = [_jump_found(measurements, spec, one, float(size[one])) for one in at]
    return concluded(spec, found, worst_share=round(float(size.max(initial=0.0)), 5), told_share=_share(path))


def _jumps(steps: Steps, size: Array, least: float, quiet: int) -> list[int]:
    """Frames at which the picture jumps by at least this share of the width, standing `quiet` frames before and after."""
    together = (steps.agreeing >= FEWEST_JUMPING) & (steps.agreeing >= JUMPING_SHARE * steps.telling)
    camera = (steps.camera_agreeing >= CAMERA_JUMPING) & (steps.camera_agreeing >= CAMERA_SHARE * steps.camera_telling)
    made = []
    for at in np.flatnonzero((size >= least) & together & camera).tolist():
        around = [*range(at - quiet, at), *range(at + 1, at + 1 + quiet)]
        if around[0] < 0 or around[-1] >= len(size):
            continue
        known = float((steps.telling[around] >= FEWEST_JUMPING).mean()) >= QUIET_TOLD
        if known and float(size[around].max()) <= QUIET_SHARE * size[at]:
            made.append(at)
    return made


def _jump_found(measurements: Measurements, spec: CheckSpec, at: int, size: float) -> Finding:
    limit = round(100 * spec.limits["step_share"], 2)
    params = {"value": round(100 * size, 2), "pixels": round(1920 * size), "limit": limit}
    made = finding(spec, Severity.WARNING, "finding.jump", params, value=round(100 * size, 3), limit=limit, unit="%")
    return at_frames(made, measurements, (at, at + 1))


def _share(path: Path) -> float:
    return round(float(path.told.mean()), 3) if len(path.told) else 0.0


def _path(subject: Subject, spec: CheckSpec) -> Path | Outcome:
    """The camera's path, or why there is none to judge."""
    measurements = subject.measurements
    if measurements.pictures is None:
        return not_applicable(spec, "no-picture")
    if measurements.motions is None or len(measurements.pictures.pts) < 2 * round(1 / measurements.frame_seconds()):
        return not_measurable(spec, "too-short", seconds=round(measurements.duration(), 2))
    made = camera_path(subject.substrate, measurements.motions, measurements.times())
    if not made.camera.any():
        return not_applicable(spec, "no-camera-area")
    if not made.told.any():
        return not_measurable(spec, "camera-without-texture")
    return made
