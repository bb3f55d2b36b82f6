"""The lesson at a glance: a few rows of numbers, evenly spread over its duration, for the timeline and the report."""

from math import ceil
from typing import Any

import numpy as np

from gpu.loudness import layout_weights, short_term
from gpu.measurements import Array, Measurements, Packets, compand
from station.checks._changes import slide_changes

MAX_COLUMNS = 1200
COLUMN = 0.1
"""Seconds of the narrowest column: a sound block."""
LIVING = int(compand(np.array([0.25]))[0])
"""A tile lives when it differs from the frame before by a quarter code in the mean: camera noise does, a slide does not."""
MAX_CHANGES = 2000
RATE_WINDOW = 1.0
"""Seconds over which the bit rate is told: key frames would be all one saw of it otherwise."""
QUIETEST = -70.0
"""LUFS below which loudness is no number: the absolute gate of ITU-R BS.1770."""

Row = list[float | None]


def overview(measurements: Measurements) -> dict[str, Any]:
    """JSON-able rows over `duration` seconds in `columns` columns; null where a column has nothing.

    `luma` 0–255, `alive` share of living tiles 0–1, `bit_rate` Mbit/s of pictures, `loudness` short-term LUFS,
    `envelope` one list of channel peaks (0–1, full scale = 1) a column, `changes` seconds of slide and scene changes.
    """
    duration = measurements.duration()
    columns = max(1, min(MAX_COLUMNS, ceil(duration / COLUMN - 1e-9)))
    rows: dict[str, Any] = {"duration": round(duration, 3), "columns": columns}
    rows |= {
        "luma": [None] * columns,
        "alive": [None] * columns,
        "bit_rate": [],
        "loudness": [],
        "envelope": [],
        "changes": [],
    }
    if duration <= 0:
        return rows
    if measurements.pictures is not None:
        places = _places(measurements.times(), duration, columns)
        living = (measurements.pictures.tile_difference >= LIVING).mean(axis=(1, 2))
        rows["luma"] = _means(measurements.pictures.luma_mean, places, columns, 1)
        rows["alive"] = _means(living, places, columns, 3)
        rows["changes"] = slide_changes(measurements)[:MAX_CHANGES]
    if measurements.video_packets is not None and measurements.video is not None:
        rows["bit_rate"] = _bit_rate(measurements, measurements.video_packets, duration, columns)
    if measurements.sounds is not None and measurements.audio is not None:
        rows["loudness"] = _loudness(measurements, duration, columns)
        rows["envelope"] = _envelope(measurements, duration, columns)
    return rows


def _places(times: Array, duration: float, columns: int) -> Array:
    """Column of every time; times outside fall into the first or last."""
    places: Array = np.clip((times / duration * columns).astype(np.int64), 0, columns - 1)
    return places


def _means(values: Array, places: Array, columns: int, digits: int) -> Row:
    counts = np.bincount(places, minlength=columns)
    sums = np.bincount(places, weights=values.astype(np.float64), minlength=columns)
    return [round(float(s / n), digits) if n else None for s, n in zip(sums, counts, strict=True)]


def _bit_rate(measurements: Measurements, packets: Packets, duration: float, columns: int) -> Row:
    assert measurements.video is not None
    numerator, denominator = (int(part) for part in measurements.video.time_base.split("/"))
    times = packets.pts * (numerator / denominator) - measurements.origin
    bits = np.bincount(_places(times, duration, columns), weights=packets.size * 8.0, minlength=columns)
    width = duration / columns
    window = min(columns, max(1, round(RATE_WINDOW / width)))
    spread = np.ones(window)
    seconds = np.convolve(np.full(columns, width), spread, "same")
    return [round(float(rate), 3) for rate in np.convolve(bits, spread, "same")[:columns] / seconds[:columns] / 1e6]


def _loudness(measurements: Measurements, duration: float, columns: int) -> Row:
    """The short-term window (3 s) that is centred on each column."""
    assert measurements.sounds is not None
    assert measurements.audio is not None
    power = measurements.sounds.k_power
    if power.ndim != 2 or not power.shape[1]:
        return [None] * columns
    values = short_term(power, layout_weights(measurements.audio.layout, power.shape[1]))
    if not len(values):
        return [None] * columns
    centres = (np.arange(columns) + 0.5) * duration / columns - measurements.sounds.start
    index = np.rint(centres / COLUMN - 15).astype(np.int64)  # window i covers blocks i … i + 29: centre at 1.5 s
    inside = (centres >= 0) & (centres <= len(power) * COLUMN)
    picked = values[np.clip(index, 0, len(values) - 1)]
    return [
        round(float(value), 1) if here and value > QUIETEST else None
        for value, here in zip(picked, inside, strict=True)
    ]


def _envelope(measurements: Measurements, duration: float, columns: int) -> list[list[float]]:
    assert measurements.sounds is not None
    peaks = measurements.sounds.peak
    highest = np.zeros((columns, peaks.shape[1] if peaks.ndim == 2 else 0))
    if highest.shape[1]:
        times = measurements.sounds.start + (np.arange(len(peaks)) + 0.5) / 100
        np.maximum.at(highest, _places(times, duration, columns), np.minimum(peaks / 32768.0, 1.0))
    return [[round(float(peak), 3) for peak in column] for column in highest]
