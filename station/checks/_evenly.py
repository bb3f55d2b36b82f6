"""Pictures of a variable frame rate on an even grid: where no frame came, the one before it stood.

Screen recorders leave out frames in which nothing changes. Counted in frames such a recording has neither rest nor freeze; in
time it has both.
"""

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np

from gpu.measurements import Measurements, Pictures

ODD, ODD_SHARE = 0.2, 0.01
"""Frame distances that differ from the usual one by this share of it; more of them than this make the rate variable."""
FASTEST = 60.0
"""Frames per second of the finest grid."""
SHORT_PERCENTILE = 10
"""Without a nominal rate to trust, this percentile of the frame distances is the grid's."""
MOST_FRAMES = 300_000
"""A grid of more (3 h at 25 frames/s) is not laid: broken timestamps may span years."""


def evenly(measurements: Measurements) -> Measurements:
    """The measurements with one entry of `pictures` per step of the grid; as they are where the rate is constant."""
    pictures, video = measurements.pictures, measurements.video
    if pictures is None or video is None or len(pictures.pts) < 3:
        return measurements
    steps, tick = np.diff(pictures.pts), float(Fraction(video.time_base))
    usual = float(np.median(steps))
    if float((np.abs(steps - usual) > ODD * usual).mean()) <= ODD_SHARE:
        return measurements
    nominal = float(Fraction(video.frame_rate)) if video.frame_rate else 0.0
    step = float(np.percentile(steps, SHORT_PERCENTILE))
    if 0 < nominal <= FASTEST:
        step = min(step, 1 / nominal / tick)
    step = max(step, 1 / FASTEST / tick)
    if (pictures.pts[-1] - pictures.pts[0]) / step > MOST_FRAMES:
        return measurements
    return replace(measurements, pictures=_laid(pictures, step))


def _laid(pictures: Pictures, step: float) -> Pictures:
    """Every field at each step of the grid. A repeated picture is no key frame and differs in nothing from the one before."""
    count = int((pictures.pts[-1] - pictures.pts[0]) / step) + 1
    grid = pictures.pts[0] + np.arange(count) * step
    shown = np.searchsorted(pictures.pts, grid + step / 4, side="right") - 1
    made = Pictures(**{field.name: getattr(pictures, field.name)[shown] for field in fields(Pictures)})
    again = np.diff(shown, prepend=-1) == 0
    made.key[again], made.tile_difference[again] = False, 0
    return replace(made, pts=np.rint(grid).astype(np.int64))
