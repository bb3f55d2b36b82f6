"""Traces of checks on the stream: bit rates, distances of frames, the sound's clock."""

import numpy as np

from gpu.measurements import Array, Packets
from station.checks._common import seconds
from station.checks.subject import Subject
from station.profile import CheckSpec
from station.series import Series, trace


def per_second(packets: Packets, time_base: str, origin: float) -> tuple[Array, Array]:
    """Seconds, and bits in each of them."""
    times = seconds(packets.pts, time_base) - origin
    if not len(times):
        return np.zeros(0), np.zeros(0)
    first = int(np.floor(times.min()))
    bits = np.bincount(np.floor(times).astype(np.int64) - first, weights=packets.size * 8.0)
    return np.arange(first, first + len(bits), dtype=np.float64), bits


@trace("video-bitrate")
def _video(subject: Subject, spec: CheckSpec) -> list[Series]:
    measured = subject.measurements
    if measured.video is None or measured.video_packets is None:
        return []
    times, bits = per_second(measured.video_packets, measured.video.time_base, measured.origin)
    window = max(1, round(spec.limits.get("window_s", 10.0)))
    made = [Series("bit-rate", "Mbit/s", times, bits / 1e6, spec.limits.get("lowest_mbps"))]
    if len(bits) > window:
        mean = np.convolve(bits, np.ones(window) / window, "valid") / 1e6
        made.append(Series("bit-rate-window", "Mbit/s", times[: len(mean)], mean, spec.limits.get("lowest_mbps")))
    return made


@trace("audio-bitrate")
def _audio(subject: Subject, spec: CheckSpec) -> list[Series]:
    measured = subject.measurements
    if measured.audio is None or measured.audio_packets is None:
        return []
    times, bits = per_second(measured.audio_packets, measured.audio.time_base, measured.origin)
    return [Series("bit-rate", "kbit/s", times, bits / 1e3, spec.limits.get("nominal_kbps"))]


@trace("frame-rate", "variable-frame-rate", "timestamps")
def _frames(subject: Subject, _spec: CheckSpec) -> list[Series]:
    times = subject.measurements.times()
    return [] if len(times) < 2 else [Series("distance", "ms", times[1:], np.diff(times) * 1000)]


@trace("av-offset", "av-drift")
def _clock(subject: Subject, _spec: CheckSpec) -> list[Series]:
    """How far the sound's timestamps lie from where its samples, counted, would be."""
    measured = subject.measurements
    packets, audio = measured.audio_packets, measured.audio
    if packets is None or audio is None or len(packets.pts) < 2:
        return []
    stamps = seconds(packets.pts, audio.time_base) - measured.origin
    packet = float(np.median(np.diff(stamps)))
    rate = audio.sample_rate or 1
    length = round(packet * rate) / rate
    early = (np.arange(len(stamps)) * length - (stamps - stamps[0])) * 1000
    return [
        Series("sound-clock", "ms", stamps, early),
        Series("sound-packet", "ms", stamps[1:], np.diff(stamps) * 1000),
    ]
