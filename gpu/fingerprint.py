"""A picture's fingerprint: 256 bits that survive re-encoding, scaling and a logo, after PDQ (Meta, 2019; own code).

64×64 means of luma, the 16×16 lowest cosine terms but the constant ones, each above the median or not. Two pictures are
alike where few bits differ (≤ 31 of 256) and both have quality (≥ 50): a picture without features hashes to noise.
"""

from functools import cache
from typing import Any

import numpy as np

from gpu.measurements import Array
from gpu.picture import area_weights

SIDE, TERMS = 64, 16


def fingerprints(small: Any, xp: Any = np) -> tuple[Any, Any]:
    """Hash luma pictures: uint8 (n, h, w) → bits uint8 (n, 32) and quality uint8 (n,), 0–100."""
    n, height, width = small.shape
    down, across = xp.asarray(area_weights(height, SIDE)), xp.asarray(area_weights(width, SIDE)).T
    means = down @ small.astype(xp.float32) @ across
    cosine = xp.asarray(_cosine())
    terms = (cosine @ means @ cosine.T).reshape(n, TERMS * TERMS)
    median = xp.median(terms, axis=1)
    bits = xp.packbits((terms > median[:, None]).reshape(-1)).reshape(n, TERMS * TERMS // 8)
    return bits, _quality(means, xp)


def distance(one: Array, other: Array) -> Array:
    """Bits that differ: uint8 (…, 32) against uint8 (…, 32) → int (…)."""
    differing: Array = np.bitwise_count(np.bitwise_xor(one, other)).sum(axis=-1, dtype=np.int64)
    return differing


def _quality(means: Any, xp: Any) -> Any:
    """PDQ's measure: the sum of steps between neighbouring means that are worth a hundredth of the range, over 90."""
    steps = [xp.abs(xp.diff(means, axis=axis)) * (100 / 255) for axis in (1, 2)]
    total = sum(xp.floor(step).sum(axis=(1, 2)) for step in steps)
    return xp.minimum(total / 90, 100).astype(xp.uint8)


@cache
def _cosine() -> Array:
    """Rows 1–16 of the cosine transform (DCT-II) of SIDE samples: float32 (16, 64)."""
    k, x = np.arange(1, TERMS + 1)[:, None], np.arange(SIDE)
    rows: Array = (np.sqrt(2 / SIDE) * np.cos(np.pi / SIDE * (x + 0.5) * k)).astype(np.float32)
    return rows
