"""What is heard: sound levels over time, and whether there is sound in a stretch of the lesson."""

import numpy as np

from gpu.measurements import DIGITAL_SILENCE, Array, Measurements, Sounds

WINDOWS = 100
"""Sound windows a second."""
HEARD_DB = -50.0
"""Louder than this (dBFS, RMS of 10 ms) is programme sound; quieter may be room tone."""
LOWEST_DB = -120.0
"""Stands for digital silence in arithmetic."""


def levels(sounds: Sounds) -> Array:
    """float32 (w, channels): RMS level of each window in dBFS; digital silence is LOWEST_DB."""
    raw = sounds.level.astype(np.float32) / 100
    made: Array = np.where(sounds.level <= DIGITAL_SILENCE, np.float32(LOWEST_DB), np.maximum(raw, LOWEST_DB))
    return made


def loudest(sounds: Sounds) -> Array:
    """float32 (w,): level of the loudest channel in each window, dBFS."""
    made: Array = levels(sounds).max(axis=1) if sounds.level.shape[1] else np.zeros(0, np.float32)
    return made


def dead(sounds: Sounds, sample_rate: int) -> Array:
    """Bool (w, channels): windows in which every sample is digital zero or the last bit's flicker."""
    made: Array = sounds.zeros >= max(1, int(sample_rate / WINDOWS) - 1)
    return made


def has_sound(measurements: Measurements) -> bool:
    """Whether there is a sound stream and at least one window of it was decoded."""
    sounds = measurements.sounds
    return measurements.audio is not None and sounds is not None and len(sounds.level) > 0 and sounds.level.shape[1] > 0


def window_at(sounds: Sounds, time: float) -> int:
    """Index of the window that holds `time`, seconds from the first picture; may lie outside."""
    return int(np.floor((time - sounds.start) * WINDOWS + 1e-6))


def heard(measurements: Measurements, start: float, end: float) -> str:
    """`sound` where at least a fifth of `[start, end)` is programme sound, `silent` where it is not, `none` without sound."""
    sounds = measurements.sounds
    if sounds is None or not has_sound(measurements):
        return "none"
    first = max(0, window_at(sounds, start))
    stretch = sounds.level[first : max(first + 1, window_at(sounds, end))]
    if not len(stretch):
        return "silent"
    return "sound" if float((stretch.max(axis=1) > HEARD_DB * 100).mean()) >= 0.2 else "silent"
