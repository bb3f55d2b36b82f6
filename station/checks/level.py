"""Level of the sound, clause 2.7.2: flat tops (削波), and loudness after ITU-R BS.1770 as a note."""

import numpy as np

from gpu.loudness import integrated_loudness, layout_weights, loudness_range
from gpu.measurements import Array, Sounds
from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable, runs
from station.checks._hearing import WINDOWS, has_sound
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

BLOCKS = 10
"""Sound blocks a second."""
JOIN_WINDOWS = 100
"""Clipped windows within a second are one finding."""


@check("clipping")
def clipping(subject: Subject, spec: CheckSpec) -> Outcome:
    """Flat tops at full scale. A single one is a plosive; several a second are a warning, a quarter second of them a fault."""
    measurements = subject.measurements
    sounds, audio = measurements.sounds, measurements.audio
    if audio is None:
        return not_applicable(spec, "no-sound")
    if sounds is None or not has_sound(measurements):
        return not_measurable(spec, "sound-undecodable")
    longest = sounds.clipped.max(axis=1)
    flat = longest >= spec.limits["run_samples"]
    found: list[Finding] = []
    for first, last in runs(flat, JOIN_WINDOWS):
        count = int(flat[first:last].sum())
        if count < spec.limits["windows"]:
            continue
        length = count / WINDOWS
        severity = Severity.FAULT if length >= spec.limits["fault_s"] else Severity.WARNING
        made = finding(
            spec,
            severity,
            "finding.clipping",
            {
                "length": round(length * 1000),
                "run": int(longest[first:last].max()),
                "span": round((last - first) / WINDOWS, 1),
            },
            value=round(length, 2),
            limit=spec.limits["fault_s"],
            unit="s",
        )
        start = sounds.start
        found.append(at_seconds(made, measurements, max(0.0, start + first / WINDOWS), start + last / WINDOWS))
    return concluded(spec, found, clipped_s=round(float(flat.sum()) / WINDOWS, 2))


@check("loudness")
def loudness(subject: Subject, spec: CheckSpec) -> Outcome:
    """Integrated loudness, loudness range and true peak: facts always, notes where they are unusual. Never a fault."""
    measurements = subject.measurements
    sounds, audio = measurements.sounds, measurements.audio
    if audio is None:
        return not_applicable(spec, "no-sound")
    if sounds is None or not len(sounds.k_power):
        return not_measurable(spec, "sound-undecodable")
    weights = layout_weights(audio.layout, sounds.k_power.shape[1])
    power = whole_blocks(sounds, audio.sample_rate)
    integrated = integrated_loudness(power, weights)
    if integrated is None:
        return not_measurable(spec, "too-quiet")
    spread = loudness_range(power, weights)
    peak = float(20 * np.log10(max(float(sounds.true_peak.max()), 1e-6)))
    found: list[Finding] = []
    lowest, highest = spec.limits["lowest_lufs"], spec.limits["highest_lufs"]
    if not lowest <= integrated <= highest:
        kind, limit = ("quiet", lowest) if integrated < lowest else ("loud", highest)
        found.append(_note(spec, kind, integrated, limit, "LUFS"))
    if peak > spec.limits["peak_dbtp"]:
        found.append(_note(spec, "peak", peak, spec.limits["peak_dbtp"], "dBTP"))
    facts = {"lufs": round(integrated, 2), "range_lu": None if spread is None else round(spread, 2)}
    return concluded(spec, found, **facts, peak_dbtp=round(peak, 2))


def whole_blocks(sounds: Sounds, sample_rate: int) -> Array:
    """`Sounds.k_power` without the last block where the sound ends within it: gating takes whole ones alone (BS.1770-5)."""
    return sounds.k_power[: max(1, sounds.samples * BLOCKS // sample_rate)]


def _note(spec: CheckSpec, kind: str, value: float, limit: float, unit: str) -> Finding:
    return finding(
        spec,
        Severity.NOTE,
        f"finding.loudness.{kind}",
        {"value": round(value, 1), "limit": limit},
        value=round(value, 1),
        limit=limit,
        unit=unit,
    )
