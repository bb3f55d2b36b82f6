"""Blocks of sound that a buffer plays several times over (卡顿、机器人声): told from speech and music by being the same to the sample."""

import numpy as np

from gpu.measurements import Array, Sounds
from station.checks._common import Span, at_seconds, finding, runs
from station.checks.subject import Subject
from station.findings import Finding, Severity
from station.profile import CheckSpec
from station.readings import Voice

BLOCKS = 10
"""Sound blocks a second."""
LOUD_DB = -50.0
"""Quieter blocks are not heard to stutter; K weighted mean square, dB."""
LONE = 0.985
"""A single block must be found again as exactly as this; several in a row as the profile's limit says."""
MARGIN = 0.12
"""A tone is found again at shorter lags too; a repeated block is not, by so much."""
SAME_LAG_MS = 0.6
"""Blocks in a row stutter together where their lags agree, or one is a multiple of the other, within this."""
STEADY_S = 4.0
"""Nothing repeats one block for longer: that is a machine, a tone, a chord of a synthesiser."""
LEAD_S = 0.3
"""Sound that was looked back on when a block was found: the first of the repeats began about so much before."""


def stutters(subject: Subject, spec: CheckSpec) -> list[Finding]:
    """A warning for every stretch of repeated blocks; none where the voice reader heard music."""
    measurements = subject.measurements
    sounds = measurements.sounds
    if sounds is None or sounds.repeats is None:
        return []
    found = []
    for first, last in _stretches(sounds, float(spec.limits["repeat_correlation"])):
        start = sounds.start + first / BLOCKS - LEAD_S
        end = sounds.start + last / BLOCKS
        if _music(subject, start, end):
            continue
        lag = float(np.median(sounds.repeats[first:last, 1].astype(np.float64)))
        made = finding(
            spec,
            Severity.WARNING,
            "finding.audio-dropout.repeated",
            {"length": round((end - start) * 1000), "block": round(lag)},
            value=round(lag, 1),
            unit="ms",
            part="repeated",
        )
        found.append(at_seconds(made, measurements, max(0.0, start), end))
    return found


def _stretches(sounds: Sounds, limit: float) -> list[Span]:
    """Blocks in a row that are played again."""
    assert sounds.repeats is not None
    alike, lag, shorter = sounds.repeats.astype(np.float64).T
    power = sounds.k_power.sum(axis=1)[: len(alike)]
    again = (alike >= limit) & (alike - shorter >= MARGIN) & (power > 10 ** (LOUD_DB / 10))
    found: list[Span] = []
    for first, last in runs(again, 0):
        alone = last - first == 1 and alike[first] < LONE
        if not alone and _one_lag(lag[first:last]) and last - first <= STEADY_S * BLOCKS:
            found.append((first, last))
    return found


def _one_lag(lags: Array) -> bool:
    """Whether all lags are multiples of about one length."""
    for parts in (1, 2, 3, 4):
        base = float(lags.min()) / parts
        if float(np.abs(lags - np.rint(lags / base) * base).max()) <= SAME_LAG_MS:
            return True
    return False


def _music(subject: Subject, start: float, end: float) -> bool:
    voice = subject.readings.voice
    if not isinstance(voice, Voice):
        return False
    return any(span.kind == "music" and span.start < end and start < span.end for span in voice.spans)
