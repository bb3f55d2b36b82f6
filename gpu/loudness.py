"""Loudness: the K weighting of a sampled signal, and loudness figures from the mean squares of 100 ms blocks.

Numbers only, as ITU-R BS.1770-5 and EBU Tech 3341/3342 define them; nothing here knows what is too loud.
"""

from collections.abc import Sequence
from math import pi, tan

import numpy as np

from gpu.measurements import Array

ABSOLUTE_GATE = -70.0
"""LUFS (BS.1770-5, Annex 1)."""
RELATIVE_GATE = -10.0
"""LU under the absolutely gated loudness (BS.1770-5, Annex 1)."""
RANGE_GATE = -20.0
"""LU under the absolutely gated loudness (EBU Tech 3342)."""
OFFSET = -0.691
"""dB in LUFS = −0.691 + 10·log10(Σ weight · mean square)."""
MOMENTARY_BLOCKS, SHORT_TERM_BLOCKS = 4, 30
"""400 ms and 3 s in blocks of 100 ms."""

SURROUND = 1.41
_LAYOUT_WEIGHTS: dict[str, tuple[float, ...]] = {
    "mono": (1.0,),
    "stereo": (1.0, 1.0),
    "2.1": (1.0, 1.0, 0.0),
    "3.0": (1.0, 1.0, 1.0),
    "3.0(back)": (1.0, 1.0, 1.0),
    "3.1": (1.0, 1.0, 1.0, 0.0),
    "4.0": (1.0, 1.0, 1.0, 1.0),
    "quad": (1.0, 1.0, SURROUND, SURROUND),
    "quad(side)": (1.0, 1.0, SURROUND, SURROUND),
    "5.0": (1.0, 1.0, 1.0, SURROUND, SURROUND),
    "5.0(side)": (1.0, 1.0, 1.0, SURROUND, SURROUND),
    "5.1": (1.0, 1.0, 1.0, 0.0, SURROUND, SURROUND),
    "5.1(side)": (1.0, 1.0, 1.0, 0.0, SURROUND, SURROUND),
    "6.1": (1.0, 1.0, 1.0, 0.0, 1.0, SURROUND, SURROUND),
    "7.1": (1.0, 1.0, 1.0, 0.0, 1.0, 1.0, SURROUND, SURROUND),
}


def layout_weights(layout: str, channels: int) -> Array:
    """float64 (channels,): BS.1770-5 weights of FFmpeg's channel layout; all 1 where the layout is not known."""
    weights = _LAYOUT_WEIGHTS.get(layout, ())
    return np.array(weights if len(weights) == channels else (1.0,) * channels)


def k_filters(rate: int) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The two stages of K weighting at any sample rate: (b, a) of the shelf and of the high-pass, z-domain, a[0] = 1.

    BS.1770-5 gives coefficients at 48 kHz alone. They are the bilinear transform, warped at the corner, of two analogue
    second-order prototypes; solving the table backwards gives corner, quality and gain used here (a test holds them to the
    table's digits), and the same prototypes are transformed for other rates.
    """
    corner, quality, gain = 1681.974450955533, 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    k = tan(pi * min(corner, 0.49 * rate) / rate)
    band = gain**0.4996667741545416
    norm = 1 + k / quality + k * k
    shelf_b = (
        np.array([gain + band * k / quality + k * k, 2 * (k * k - gain), gain - band * k / quality + k * k]) / norm
    )
    shelf_a = np.array([1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm])
    corner, quality = 38.13547087602444, 0.5003270373238773
    k = tan(pi * min(corner, 0.49 * rate) / rate)
    norm = 1 + k / quality + k * k
    pass_a = np.array([1.0, 2 * (k * k - 1) / norm, (1 - k / quality + k * k) / norm])
    return (shelf_b, shelf_a), (np.array([1.0, -2.0, 1.0]), pass_a)


def k_response(rate: int, length: int) -> Array:
    """complex128 (length // 2 + 1,): what K weighting does to each bin of a real FFT of `length` samples."""
    z = np.exp(-2j * pi * np.arange(length // 2 + 1) / length)
    response: Array = np.ones_like(z)
    for b, a in k_filters(rate):
        response = response * (b[0] + b[1] * z + b[2] * z * z) / (a[0] + a[1] * z + a[2] * z * z)
    return response


def momentary(k_power: Array, weights: Sequence[float] | Array) -> Array:
    """float64 (b − 3,): LUFS of every 400 ms window, stepping 100 ms; −inf for digital silence."""
    return _sliding(k_power, weights, MOMENTARY_BLOCKS)


def short_term(k_power: Array, weights: Sequence[float] | Array) -> Array:
    """float64 (b − 29,): LUFS of every 3 s window, stepping 100 ms; −inf for digital silence."""
    return _sliding(k_power, weights, SHORT_TERM_BLOCKS)


def integrated_loudness(k_power: Array, weights: Sequence[float] | Array) -> float | None:
    """LUFS of the whole (BS.1770-5: gates at −70 LUFS and −10 LU). None where nothing passes the gates."""
    return _gated(_window_power(k_power, weights, MOMENTARY_BLOCKS), RELATIVE_GATE)


def loudness_range(k_power: Array, weights: Sequence[float] | Array) -> float | None:
    """LU between the 10th and the 95th percentile of the gated 3 s windows (EBU Tech 3342). None where nothing passes."""
    power = _window_power(k_power, weights, SHORT_TERM_BLOCKS)
    passing = power[_lufs(power) >= ABSOLUTE_GATE]
    if len(passing) == 0:
        return None
    levels = _lufs(passing)
    kept = np.sort(levels[levels >= _lufs(passing.mean()) + RANGE_GATE])
    low, high = (
        kept[int((len(kept) - 1) * share + 0.5)] for share in (0.10, 0.95)
    )  # the ranks of Tech 3342's own code
    return float(high - low)


def _gated(power: Array, relative: float) -> float | None:
    passing = power[_lufs(power) >= ABSOLUTE_GATE]
    if len(passing) == 0:
        return None
    kept = passing[_lufs(passing) >= _lufs(passing.mean()) + relative]
    return float(_lufs(kept.mean()))


def _sliding(k_power: Array, weights: Sequence[float] | Array, blocks: int) -> Array:
    return _lufs(_window_power(k_power, weights, blocks))


def _window_power(k_power: Array, weights: Sequence[float] | Array, blocks: int) -> Array:
    weighted = k_power.astype(np.float64) @ np.asarray(weights, np.float64)
    if len(weighted) < blocks:
        return np.zeros(0)
    power: Array = np.lib.stride_tricks.sliding_window_view(weighted, blocks).mean(axis=1)  # no running sum: no drift
    return power


def _lufs(power: Array) -> Array:
    with np.errstate(divide="ignore"):
        level: Array = OFFSET + 10 * np.log10(power)
    return level
