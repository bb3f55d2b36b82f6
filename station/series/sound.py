"""Traces of sound checks: levels and counts per window of 10 ms, loudness and correlation per block of 100 ms."""

import numpy as np

from gpu.loudness import layout_weights, momentary, short_term
from gpu.measurements import Array, AudioFacts, Sounds
from gpu.soundmarks import mains_decibels
from station.checks._hearing import levels, loudest
from station.checks.subject import Subject
from station.profile import CheckSpec
from station.series import Series, trace

WINDOW_S, BLOCK_S = 0.01, 0.1


def sounds_of(subject: Subject) -> tuple[Sounds, AudioFacts] | None:
    """The sound, where there is some."""
    sounds, audio = subject.measurements.sounds, subject.measurements.audio
    if sounds is None or audio is None or not len(sounds.level) or not sounds.level.shape[1]:
        return None
    return sounds, audio


def window_times(sounds: Sounds) -> Array:
    """float64 (w,): seconds of every 10 ms window from the first picture."""
    made: Array = sounds.start + np.arange(len(sounds.level)) * WINDOW_S
    return made


def block_times(sounds: Sounds, count: int, lead: float = 0.0) -> Array:
    """float64 (count,): seconds of 100 ms blocks; of windows of several blocks their middle, `lead` after the first."""
    made: Array = sounds.start + np.arange(count) * BLOCK_S + lead
    return made


@trace("audio-gap")
def _gap(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = sounds_of(subject)
    if given is None:
        return []
    sounds, _ = given
    return [Series("level", "dBFS", window_times(sounds), loudest(sounds), spec.limits.get("floor_db"))]


@trace("audio-dropout")
def _dropout(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = sounds_of(subject)
    if given is None:
        return []
    sounds, _ = given
    times = window_times(sounds)
    made = [
        Series("level", "dBFS", times, loudest(sounds), spec.limits.get("sound_db")),
        *(Series("zeros", "", times, sounds.zeros[:, c], number=c + 1) for c in range(sounds.zeros.shape[1])),
    ]
    if sounds.repeats is not None and len(sounds.repeats):
        again = sounds.repeats[:, 0].astype(np.float64)
        made.append(
            Series("repeated", "", block_times(sounds, len(again)), again, spec.limits.get("repeat_correlation"))
        )
    return made


@trace("clipping")
def _clipping(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = sounds_of(subject)
    if given is None:
        return []
    sounds, _ = given
    times = window_times(sounds)
    limit = spec.limits.get("run_samples")
    return [
        Series("flat", "", times, sounds.clipped.max(axis=1), limit),
        Series("peak", "dBFS", times, 20 * np.log10(np.maximum(sounds.peak.max(axis=1), 1) / 32768.0)),
    ]


@trace("channel-silent", "channel-layout")
def _channels(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = sounds_of(subject)
    if given is None:
        return []
    sounds, _ = given
    lines, times = levels(sounds), window_times(sounds)
    limit = spec.limits.get("floor_db")
    return [Series("channel", "dBFS", times, lines[:, c], limit, c + 1) for c in range(lines.shape[1])]


@trace("phase-inverted")
def _phase(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = sounds_of(subject)
    if given is None or given[0].level.shape[1] < 2:
        return []
    sounds, _ = given
    left, right, both = (sounds.pair[:, i].astype(np.float64) for i in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.where(left * right > 0, both / np.sqrt(left * right), np.nan)
    return [
        Series("correlation", "", block_times(sounds, len(correlation)), correlation, spec.limits.get("correlation"))
    ]


@trace("loudness")
def _loudness(subject: Subject, spec: CheckSpec) -> list[Series]:
    given = sounds_of(subject)
    if given is None or not len(given[0].k_power):
        return []
    sounds, audio = given
    weights = layout_weights(audio.layout, sounds.k_power.shape[1])
    short, instant = short_term(sounds.k_power, weights), momentary(sounds.k_power, weights)
    peak = 20 * np.log10(np.maximum(sounds.true_peak.max(axis=1).astype(np.float64), 1e-6))
    return [
        Series("short-term", "LUFS", block_times(sounds, len(short), 1.5), _finite(short)),
        Series("momentary", "LUFS", block_times(sounds, len(instant), 0.2), _finite(instant)),
        Series("true-peak", "dBTP", block_times(sounds, len(peak)), peak, spec.limits.get("peak_dbtp")),
    ]


@trace("hum")
def _hum(subject: Subject, _spec: CheckSpec) -> list[Series]:
    """The strongest mains line, and how far it stands over what is beside it."""
    given = sounds_of(subject)
    if given is None:
        return []
    sounds, _ = given
    made = [Series("level", "dBFS", window_times(sounds), loudest(sounds))]
    if sounds.mains is not None and len(sounds.mains):
        decibels = mains_decibels(sounds.mains)
        over = (decibels[:, :, 0] - decibels[:, :, 1]).max(axis=1)
        times = block_times(sounds, len(decibels))
        made += [Series("mains", "dBFS", times, decibels[:, :, 0].max(axis=1)), Series("mains-over", "dB", times, over)]
    return made


def _finite(values: Array) -> Array:
    made: Array = np.where(np.isfinite(values), values, np.nan)
    return made
