"""Traces of picture checks: one number a frame, a sample or a second."""

import warnings

import numpy as np

from gpu.closeups import unfold_log
from gpu.measurements import LUMA_EDGES, MOTION_STEPS, Array, Measurements, Pictures, expand
from station.checks._closeups import DETAIL_STEPS, looks_of
from station.checks._common import seconds
from station.checks.noise import PEAK, ROUNDING, quiet_tiles
from station.checks.subject import Subject
from station.profile import CheckSpec
from station.series import Series, Traced, trace

LIVING = 5
"""Companded tile difference from which a tile moves (`station.checks._substrate.LIFE`)."""
TRUSTED = 128
"""A block whose correlation (255 = 1) is less tells nothing of the movement."""
STRIP = 2048
"""Frames worked on at a time."""


def pictures_of(subject: Subject) -> tuple[Measurements, Pictures, Array] | None:
    """Measurements, pictures and times, where there is a picture."""
    measured = subject.measurements
    if measured.pictures is None or not len(measured.pictures.pts):
        return None
    return measured, measured.pictures, measured.times()


def by_strips(frames: Array, reduce: object) -> Array:
    """float64 (n,): `reduce` of a per-frame array (n, …), in strips that fit the cache."""
    made = [reduce(frames[i : i + STRIP]) for i in range(0, len(frames), STRIP)]  # type: ignore[operator]
    return np.concatenate(made).astype(np.float64) if made else np.zeros(0)


def difference(pictures: Pictures) -> Array:
    """float64 (n,): mean frame difference over the picture, codes."""
    return by_strips(pictures.tile_difference, lambda strip: expand(strip).mean(axis=(1, 2)))


def moving(pictures: Pictures) -> Array:
    """float64 (n,): percent of tiles that moved against the frame before."""
    return by_strips(pictures.tile_difference, lambda strip: (strip >= LIVING).mean(axis=(1, 2)) * 100)


@trace("black")
def _black(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    if given is None:
        return []
    _, pictures, times = given
    level = spec.limits.get("level_codes", 23)
    bins = [upper <= level for upper in LUMA_EDGES[1:]]
    dark = pictures.luma_histogram[:, bins].sum(axis=1, dtype=np.int64) / 655.35
    return [
        Series("dark", "%", times, dark, spec.limits.get("area_share", 0.98) * 100),
        Series("edge", "codes", times, pictures.edge_max, spec.limits.get("edge_codes")),
        Series("luma", "codes", times, pictures.luma_mean),
    ]


@trace("freeze", "stutter", "repeat-passage")
def _freeze(subject: Subject, _spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    if given is None:
        return []
    _, pictures, times = given
    return [
        Series("difference", "codes", times, difference(pictures)),
        Series("moving", "%", times, moving(pictures)),
        Series("equal", "%", times, pictures.equal * 100.0),
    ]


@trace("flash", "flicker")
def _flash(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    if given is None:
        return []
    _, pictures, times = given
    codes = int(spec.limits.get("tile_codes", 8))
    means = pictures.tile_mean
    before = np.concatenate([means[:1], means[:-1]])
    moved = np.maximum(means, before) - np.minimum(means, before) >= codes
    area = spec.limits.get("area_share")
    return [
        Series("changed", "%", times, moved.mean(axis=(1, 2)) * 100, None if area is None else area * 100),
        Series("luma", "codes", times, pictures.luma_mean),
    ]


@trace("corrupt")
def _corrupt(subject: Subject, _spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    if given is None:
        return []
    measured, pictures, times = given
    at = np.zeros(len(times))
    for event in measured.events:
        if event.stream == "video":
            at[min(max(int(np.searchsorted(times, event.time)), 0), len(at) - 1)] += 1
    return [
        Series("damaged", "", times, pictures.corrupt.astype(np.float64)),
        Series("events", "", times, at),
        Series("blocks", "×", times, pictures.block_grid),
    ]


@trace("interlaced")
def _interlaced(subject: Subject, _spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    return [] if given is None else [Series("interlaced", "", given[2], given[1].interlaced.astype(np.float64))]


@trace("colour-cast", "colour-jump", "camera-mismatch")
def _colour(subject: Subject, _spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    if given is None:
        return []
    _, pictures, times = given
    return [
        Series("chroma-u", "codes", times, pictures.chroma_mean[:, 0]),
        Series("chroma-v", "codes", times, pictures.chroma_mean[:, 1]),
        Series("luma", "codes", times, pictures.luma_mean),
    ]


@trace("shake", "jump")
def _motion(subject: Subject, spec: CheckSpec) -> Traced:
    """How far the picture moves as a whole: the median of the blocks that can tell."""
    given, motions = pictures_of(subject), subject.measurements.motions
    if given is None or motions is None or len(motions.shift) != len(given[2]):
        return _freeze(subject, spec)
    shift = np.where(motions.trust >= TRUSTED, motions.shift / MOTION_STEPS, np.nan).reshape(len(given[2]), -1, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # frames in which no block can tell
        median = np.nanmedian(shift, axis=1)
    return [
        Series("shift-right", "px", given[2], median[:, 0]),
        Series("shift-down", "px", given[2], median[:, 1]),
        Series("difference", "codes", given[2], difference(given[1])),
    ]


@trace("blur", "picture-bars")
def _closeups(subject: Subject, spec: CheckSpec) -> list[Series]:
    video, closeups = subject.measurements.video, subject.measurements.closeups
    if video is None or closeups is None or not len(closeups.pts):
        return []
    times = seconds(closeups.pts, video.time_base) - subject.measurements.origin
    if spec.id == "picture-bars":
        return [
            Series(f"bar-{side}", "px", times, closeups.bars[:, column].astype(np.float64))
            for column, side in enumerate(("top", "bottom", "left", "right"))
        ]
    detail = unfold_log(closeups.detail, DETAIL_STEPS).mean(axis=(2, 3))
    return [
        Series("detail", "codes²", times, detail[:, octave], number=octave + 1) for octave in range(detail.shape[1])
    ]


@trace("noise")
def _noise(subject: Subject, spec: CheckSpec) -> list[Series]:
    """S/N of the tiles that the check believes, closeup by closeup."""
    given = pictures_of(subject)
    if given is None:
        return []
    looks = looks_of(subject)
    if isinstance(looks, str) or subject.measurements.video is None:
        return [Series("difference", "codes", given[2], difference(given[1]))]
    seen = np.where(quiet_tiles(looks), looks.noise, np.nan).reshape(len(looks.closeups.pts), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # closeups without such a tile
        variance = np.nanmedian(seen, axis=1)
    decibels = 10 * np.log10(PEAK**2 / np.maximum(variance - ROUNDING, 1e-6))
    times = seconds(looks.closeups.pts, subject.measurements.video.time_base) - subject.measurements.origin
    return [
        Series("signal-to-noise", "dB", times, decibels, spec.limits.get("clause_db")),
        Series("difference", "codes", given[2], difference(given[1])),
    ]
