"""Traces of picture checks: one number a frame, a sample or a second."""

import numpy as np

from gpu.measurements import LUMA_EDGES, Array, Measurements, Pictures, expand
from station.checks.subject import Subject
from station.profile import CheckSpec
from station.series import Series, trace

LIVING = 5
"""Companded tile difference from which a tile moves (`station.checks._substrate.LIFE`)."""
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


@trace("freeze", "stutter", "shake", "jump", "repeat-passage")
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


@trace("blur")
def _blur(subject: Subject, _spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    return [] if given is None else [Series("edge", "codes", given[2], given[1].edge_max)]


@trace("noise")
def _noise(subject: Subject, _spec: CheckSpec) -> list[Series]:
    given = pictures_of(subject)
    return [] if given is None else [Series("difference", "codes", given[2], difference(given[1]))]
