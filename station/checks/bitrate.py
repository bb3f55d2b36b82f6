"""Bit rates from the packets themselves: clauses 2.6.3 and 2.6.4. What the header declares is nominal and proves nothing."""

import numpy as np

from gpu.measurements import Array, Measurements, Packets
from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable, seconds
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec

SHORTEST_S = 0.2
"""A shorter stream has no rate worth the name."""


@check("video-bitrate")
def video_bitrate(subject: Subject, spec: CheckSpec) -> Outcome:
    """Mean over the lesson, in Mbit/s (10⁶). The lowest and highest 10 s are notes and facts."""
    measurements = subject.measurements
    if measurements.video is None:
        return not_applicable(spec, "no-picture")
    spread = _spread(measurements.video_packets, measurements.video.time_base, measurements.frame_seconds())
    if spread is None:
        return not_measurable(spec, "bit-rate-unknown")
    times, bits, length = spread
    lowest, highest = spec.limits["lowest_mbps"], spec.limits["highest_mbps"]
    mean = float(bits.sum()) / length / 1e6
    facts: dict[str, float | str | None] = {"mbps": round(mean, 3), "standing_share": _standing(measurements)}
    found: list[Finding] = []
    limit = lowest if mean < lowest else highest
    if not lowest <= mean <= highest:
        found.append(
            finding(
                spec,
                Severity.FAULT,
                "finding.video-bitrate.low" if mean < lowest else "finding.video-bitrate.high",
                {
                    "value": round(mean, 2),
                    "limit": limit,
                    "standing": round(100 * float(facts["standing_share"] or 0.0)),
                },
                value=round(mean, 3),
                limit=limit,
                unit="Mbit/s",
            )
        )
    window = spec.limits["window_s"]
    if length > window * 1.5:
        starts, rates = _windows(times, bits, length, window)
        facts |= {
            "lowest_window_mbps": round(float(rates.min()), 3),
            "highest_window_mbps": round(float(rates.max()), 3),
        }
        found += _window_notes(measurements, spec, starts, rates, mean)
    return concluded(spec, found, **facts)


@check("audio-bitrate")
def audio_bitrate(subject: Subject, spec: CheckSpec) -> Outcome:
    """Mean in kbit/s (10³) over the packets that carry sound: AAC spends next to nothing on digital silence."""
    measurements = subject.measurements
    if measurements.audio is None:
        return not_applicable(spec, "no-sound")
    spread = _spread(measurements.audio_packets, measurements.audio.time_base, 0.0)
    if spread is None:
        return not_measurable(spec, "bit-rate-unknown")
    times, bits, length = spread
    mean = float(bits.sum() / length / 1e3)
    sounding = _sounding(measurements, times, bits)
    value = max(mean, sounding) if sounding is not None else mean
    nominal = spec.limits["nominal_kbps"]
    facts = {"kbps": round(mean, 1), "sounding_kbps": None if sounding is None else round(sounding, 1)}
    severity = _audio_severity(value, nominal, spec)
    if severity is None:
        return concluded(spec, [], **facts)
    message = "finding.audio-bitrate.low" if value < nominal else "finding.audio-bitrate.high"
    made = finding(
        spec,
        severity,
        message,
        {"value": round(value, 1), "limit": nominal},
        value=round(value, 1),
        limit=nominal,
        unit="kbit/s",
    )
    return concluded(spec, [made], **facts)


def _audio_severity(value: float, nominal: float, spec: CheckSpec) -> Severity | None:
    if value < nominal * (1 - spec.limits["fault_share"]):
        return Severity.FAULT
    if value < nominal * (1 - spec.limits["note_share"]) or value > nominal * (1 + spec.limits["fault_share"]):
        return Severity.NOTE
    return None


def _spread(packets: Packets | None, time_base: str, tail: float) -> tuple[Array, Array, float] | None:
    """Seconds of each packet from the first, its bits, and the stream's length in seconds; None where it is too short."""
    if packets is None or len(packets.size) < 2:
        return None
    times = seconds(packets.pts, time_base)
    times = times - times.min()
    step = tail or float(np.median(np.diff(np.sort(times))))
    length = float(times.max()) + step
    return (times, packets.size.astype(np.int64) * 8, length) if length >= SHORTEST_S else None


def _windows(times: Array, bits: Array, length: float, window: float) -> tuple[Array, Array]:
    """Mbit/s of every `window` seconds, one each second: starts and rates."""
    per_second = np.bincount(times.astype(np.int64), weights=bits, minlength=int(np.ceil(length)))
    whole = max(1, int(length))
    summed = np.concatenate(([0.0], np.cumsum(per_second[:whole])))
    span = min(int(window), whole)
    rates: Array = (summed[span:] - summed[:-span]) / span / 1e6
    return np.arange(len(rates)), rates


def _window_notes(
    measurements: Measurements, spec: CheckSpec, starts: Array, rates: Array, mean: float
) -> list[Finding]:
    """A note on the poorest 10 s, where the mean is right and they are not."""
    lowest = spec.limits["lowest_mbps"]
    poorest = int(rates.argmin())
    if mean < lowest or rates[poorest] >= lowest:
        return []
    value = round(float(rates[poorest]), 2)
    made = finding(
        spec,
        Severity.NOTE,
        "finding.video-bitrate.window",
        {"value": value, "limit": lowest, "window": spec.limits["window_s"]},
        value=value,
        limit=lowest,
        unit="Mbit/s",
    )
    start = float(starts[poorest])
    return [at_seconds(made, measurements, start, start + float(spec.limits["window_s"]))]


def _standing(measurements: Measurements) -> float:
    """Share of pixels, 0–1, that stand still from frame to frame, over the whole lesson: they need hardly any bits."""
    pictures = measurements.pictures
    if pictures is None or not len(pictures.equal):
        return 0.0
    return round(float(pictures.equal.mean()), 3)


def _sounding(measurements: Measurements, times: Array, bits: Array) -> float | None:
    """Mean kbit/s of the packets whose time is not digitally silent; None where hardly any sound is."""
    sounds, audio = measurements.sounds, measurements.audio
    if sounds is None or audio is None or len(times) < 4 or not len(sounds.zeros):
        return None
    window = int(audio.sample_rate * 0.01)
    dead = np.asarray((sounds.zeros >= window - 1).all(axis=1))
    step = float(np.median(np.diff(np.sort(times))))
    at = np.clip(((times + step / 2) * 100).astype(np.int64), 0, len(dead) - 1)
    alive = ~dead[at]
    return float(bits[alive].mean() / step / 1e3) if alive.sum() * step >= SHORTEST_S else None
