"""Colours that a broken decoder leaves: green of zeros, grey of nothing, pink of a chroma plane gone astray."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements, Traits, expand
from station.checks._common import Span, runs
from station.checks._light import weights
from station.findings import Severity

BEYOND = -0.25
"""R′ or B′ (0–1) of a tile's mean so far below black is no colour: zeros in all planes give −1."""
IMPOSSIBLE_TILES = 3
FLAT = 0.6
"""Codes; a tile whose |dx| + |dy| stay under this shows one colour."""
GREENS = ((77, 4), (135, 4), (154, 4))
"""G of zeros that were turned to RGB, by BT.709, BT.601 and JPEG, and how near (8 bit); R and B are 0."""
GREY_CODES = 2
PINK_U, PINK_V = 138, 165
JUMP = 10
"""Codes; a patch that comes at once moves by so much from one frame to the next, in luma or chroma."""
LIKE = 3
"""Codes; one patch is one colour."""
BACK, BACK_SHARE = 10, 0.6
"""Codes; a patch is gone where this share of its tiles is about what it was before."""
ALIVE = 0.1
"""Codes; a camera's tiles change by so much from frame to frame."""
WHOLE = 0.9
"""A patch over more of the picture than this is another picture."""
ELSEWHERE = 0.2
"""Where more of the rest of the picture jumps in the same frame, and twice as much as it does by itself, it is another slide."""
USUAL = 12
"""Frames before; what a picture does by itself is the median of them, or the last: a hand that pans rests between two steps."""
STRIP = 512


def odd(
    measurements: Measurements, traits: Traits, limits: Mapping[str, Any]
) -> Iterator[tuple[Span, Severity, Array]]:
    """Frames [first, last), how sure, and the tiles, bool (18, 32)."""
    assert measurements.pictures is not None
    assert measurements.video is not None
    matrix = weights(measurements.video)
    planes = [measurements.pictures.tile_mean, traits.tile_u, traits.tile_v]
    count = len(planes[0])
    wrong, patch = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for at in range(0, count, STRIP):
        strip = slice(at, at + STRIP)
        wrong[strip] = impossible(planes, strip, matrix).sum(axis=(1, 2)) >= IMPOSSIBLE_TILES
        patch[strip] = left_behind(planes, traits, strip, matrix).mean(axis=(1, 2)) >= limits["patch_share"]
    for first, last in runs(wrong, join=2):
        part = np.asarray(impossible(planes, slice(first, last), matrix).any(axis=0))
        yield (first, last), Severity.FAULT, part
    most = round(limits["return_s"] / measurements.frame_seconds())
    for first, last in runs(patch & ~wrong):
        part = np.asarray(left_behind(planes, traits, slice(first, first + 1), matrix)[0])
        alive = _alive(measurements, part, first)
        if last - first <= most and last < count and _comes_and_goes(planes, part, (first, last), moving=alive):
            yield (first, last), Severity.WARNING, part


def impossible(planes: list[Array], part: slice, matrix: tuple[float, float]) -> Array:
    """Bool (f, 18, 32): tiles whose mean lies far outside of RGB."""
    red, _, blue = _primaries(planes, part, matrix)
    made: Array = np.minimum(red, blue) < BEYOND
    return made


def left_behind(planes: list[Array], traits: Traits, part: slice, matrix: tuple[float, float]) -> Array:
    """Bool (f, 18, 32): flat tiles of a colour that broken decoders leave."""
    red, green, blue = (255 * primary for primary in _primaries(planes, part, matrix))
    y, u, v = (plane[part].astype(np.int16) for plane in planes)
    flat = expand(traits.tile_across[part]) + expand(traits.tile_down[part]) <= FLAT
    neutral = (np.abs(u - 128) <= GREY_CODES) & (np.abs(v - 128) <= GREY_CODES)
    grey = neutral & (np.abs(y - 128) <= GREY_CODES)
    pink = (u >= PINK_U) & (v >= PINK_V)
    bare = (np.abs(red) <= 6) & (np.abs(blue) <= 6)
    zeros = bare & np.any([np.abs(green - code) <= near for code, near in GREENS], axis=0)
    made: Array = flat & (grey | pink | zeros)
    return made


def _alive(measurements: Measurements, part: Array, frame: int) -> bool:
    """Whether the tiles changed in most frames of the second before, as a camera's do: it won't show the same again."""
    assert measurements.pictures is not None
    second = slice(max(1, frame - round(1 / measurements.frame_seconds())), frame)
    course = expand(measurements.pictures.tile_difference[second])[:, part]
    return bool(course.size) and float(np.median(course.mean(axis=1))) >= ALIVE


def _comes_and_goes(planes: list[Array], part: Array, span: Span, *, moving: bool) -> bool:
    """Whether the tiles came at once, are one colour, lie across rather than upright as lost slices do, did not fill the picture, and
    what was there before is back.
    """
    first, last = span
    rows, cols = np.nonzero(part)
    if first < 1 or float(part.mean()) > WHOLE or np.ptp(cols) < np.ptp(rows):
        return False
    before, now, after = ([plane[at][part].astype(np.int16) for plane in planes] for at in (first - 1, first, last))
    usual = [_jumps(planes, ~part, frame) for frame in range(max(1, first - USUAL), max(2, first))]
    if _jumps(planes, ~part, first) > max(ELSEWHERE, 2 * usual[-1], 2 * float(np.median(usual))):
        return False
    jumped = np.max([np.abs(n - b) for n, b in zip(now, before, strict=True)], axis=0) >= JUMP
    alike = np.max([np.abs(n - np.median(n)) for n in now], axis=0) <= LIKE
    back = np.max([np.abs(a - b) for a, b in zip(after, before, strict=True)], axis=0) <= BACK
    returned = moving or float(back.mean()) >= BACK_SHARE
    return bool(jumped.mean() >= BACK_SHARE and alike.mean() >= BACK_SHARE and returned)


def _jumps(planes: list[Array], part: Array, frame: int) -> float:
    """Share of those tiles that move by JUMP in any plane from the frame before."""
    steps = [np.abs(plane[frame][part].astype(np.int16) - plane[frame - 1][part]) for plane in planes]
    return float((np.max(steps, axis=0) >= JUMP).mean())


def _primaries(planes: list[Array], part: slice, matrix: tuple[float, float]) -> tuple[Array, Array, Array]:
    """R′ G′ B′, float32 (f, 18, 32), 0–1 and beyond."""
    kr, kb = matrix
    y, u, v = (plane[part].reshape(-1, TILE_ROWS, TILE_COLS).astype(np.float32) for plane in planes)
    luma, blue, red = (y - 16) / 219, (u - 128) / 224 * 2 * (1 - kb), (v - 128) / 224 * 2 * (1 - kr)
    return luma + red, luma - (kr * red + kb * blue) / (1 - kr - kb), luma + blue
