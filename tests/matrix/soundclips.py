"""Clips whose sound is the point: a small picture, real or drawn speech, and plants in samples, exact to the sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import av
import numpy as np

from gpu.synth import ClipWriter
from matrix.footage import media
from matrix.lectures import RATE
from station.demo import voice
from station.demo.planes import Array

REAL = (
    "zh-speech/BAC009S0764W0121.wav", "zh-speech/asr_example.wav", "zh-speech/zero_shot_prompt.wav", "en-speech/jfk.flac",
    "talk/demo3_video.mp4",
)  # fmt: skip
MUSIC = ("music/piano.wav", "music/chaplin.mp4")
SPEECH_DB = -20.0
"""RMS of the loud parts of every recording, dBFS."""
LOUD_DB = -34.0
"""Sound of a word: both sides of a plant's border stand over this, so that the border is where it was planted."""


@lru_cache(maxsize=16)
def recording(name: str) -> Array:
    """float32 (n,) at RATE: a recording of ../shared/media in mono, its loud parts at SPEECH_DB."""
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(str(media() / name)) as container:
        parts = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    line = np.concatenate(parts)
    windows = line[: len(line) // 441 * 441].reshape(-1, 441)
    level = 10 * np.log10((windows**2).mean(axis=1) + 1e-12)
    made: Array = (line * 10 ** ((SPEECH_DB - np.percentile(level, 85)) / 20)).clip(-1, 1).astype(np.float32)
    return made


@lru_cache(maxsize=32)
def speech(kind: str, seconds: float, seed: int) -> Array:
    """float32 (n,): `real` recordings end to end in a seeded order, again and again; or the `drawn` voice."""
    if kind == "drawn":
        return voice.speech(seconds, seed=seed)
    order = np.random.default_rng((seed, 7)).permutation(len(REAL))
    line = np.concatenate([recording(REAL[i]) for i in order])
    return np.resize(line, round(seconds * RATE))


@lru_cache(maxsize=8)
def music(seconds: float) -> Array:
    """float32 (n,): piano, again and again, 12 dB under speech."""
    return np.resize(np.concatenate([recording(name) for name in MUSIC]), round(seconds * RATE)) * np.float32(0.25)


def borders(
    line: Array, lengths: Sequence[float], *, apart: float = 1.5, seed: int = 0
) -> tuple[tuple[float, float], ...]:
    """Places (start, end) for plants of these lengths, in order, whose both borders lie in words; as many as fit."""
    hop = RATE // 100
    level = 10 * np.log10((line[: len(line) // hop * hop].reshape(-1, hop) ** 2).mean(axis=1) + 1e-12)
    loud = np.convolve(level > LOUD_DB, np.ones(3), "same") >= 3
    found: list[tuple[float, float]] = []
    at = 150 + int(np.random.default_rng(seed).integers(0, 50))
    for length in lengths:
        size = round(length * 100)
        while at + size + 100 < len(loud) and not (loud[at - 2] and loud[at + size + 1]):
            at += 1
        if at + size + 100 >= len(loud):
            break
        found.append((at / 100, (at + size) / 100))
        at += size + round(apart * 100)
    return tuple(found)


class SoundPlant(Protocol):
    """A frozen dataclass that changes samples, float32 (n, 2), in place of what was there."""

    def over(self, samples: Array) -> Array:
        """The samples, changed; a copy."""


def _span(start: float, end: float) -> slice:
    return slice(round(start * RATE), round(end * RATE))


@dataclass(frozen=True)
class Hole:
    """[start, end) seconds hold noise of `level` dBFS instead, or nothing at all (None), on both channels or on one."""

    start: float
    end: float
    level: float | None = None
    channel: int | None = None

    def over(self, samples: Array) -> Array:
        made, span = samples.copy(), _span(self.start, self.end)
        where = (span, slice(None) if self.channel is None else self.channel)
        made[where] = 0
        if self.level is not None:
            made[span] = noise(span.stop - span.start, self.level, 5)
        return made


@dataclass(frozen=True)
class Again:
    """The block of `block` seconds before `start` is played `times` times more, over what followed."""

    start: float
    block: float
    times: int

    def over(self, samples: Array) -> Array:
        made, at, size = samples.copy(), round(self.start * RATE), round(self.block * RATE)
        piece = np.tile(samples[at - size : at], (self.times, 1))[: len(samples) - at]
        made[at : at + len(piece)] = piece
        return made


@dataclass(frozen=True)
class Hum:
    """Lines at `hertz` and its multiples of these levels, dBFS."""

    hertz: float
    levels: tuple[float, ...]

    def over(self, samples: Array) -> Array:
        time = np.arange(len(samples)) / RATE
        lines = (10 ** (db / 20) * np.sin(2 * np.pi * self.hertz * k * time) for k, db in enumerate(self.levels, 1))
        return samples + (np.sqrt(2) * sum(lines)).astype(np.float32)[:, None]


@dataclass(frozen=True)
class Gate:
    """A noise gate: what stays under `threshold` dBFS for a tenth of a second fades to digital zero within `release` seconds."""

    threshold: float = -42.0
    release: float = 0.04

    def over(self, samples: Array) -> Array:
        hop = RATE // 200
        level = 10 * np.log10((samples[: len(samples) // hop * hop, 0].reshape(-1, hop) ** 2).mean(axis=1) + 1e-12)
        held = np.convolve(level > self.threshold, np.ones(21), "full")[: len(level)] > 0
        gain = np.repeat(held.astype(np.float32), hop)
        gain = np.pad(gain, (0, len(samples) - len(gain)), mode="edge")
        size = round(self.release * RATE)
        smooth = np.convolve(np.concatenate([np.zeros(size), gain]), np.ones(size) / size, "full")[
            size : size + len(gain)
        ]
        made: Array = samples * np.where(gain > 0, np.maximum(gain, smooth), smooth * (smooth > 1e-3))[:, None].astype(
            np.float32
        )
        return made


@dataclass(frozen=True)
class Limited:
    """Turned up by `gain` dB into a soft limiter."""

    gain: float = 9.0

    def over(self, samples: Array) -> Array:
        made: Array = (0.9 * np.tanh(samples * 10 ** (self.gain / 20) / 0.9)).astype(np.float32)
        return made


@dataclass(frozen=True)
class Music:
    """Piano over [start, end) seconds on the named channels, added to what is there or in its place."""

    start: float
    end: float
    channels: tuple[int, ...] = (0, 1)
    alone: bool = False

    def over(self, samples: Array) -> Array:
        made, span = samples.copy(), _span(self.start, self.end)
        piece = music(len(samples) / RATE)[: len(made[span])]
        for channel in self.channels:
            made[span, channel] = piece if self.alone else made[span, channel] + piece
        return made


@dataclass(frozen=True)
class Fades:
    """Silence of so many seconds at head and tail, and a second's fade beside each."""

    head: float
    tail: float

    def over(self, samples: Array) -> Array:
        time = np.arange(len(samples)) / RATE
        end = len(samples) / RATE - self.tail
        gain = np.clip(np.minimum(time - self.head, end - time), 0, 1)
        return samples * gain[:, None].astype(np.float32)


def noise(count: int, level: float, seed: int) -> Array:
    """float32 (n, 2) of white noise, the same on both channels."""
    line = np.random.default_rng(seed).normal(0, 10 ** (level / 20), count).astype(np.float32)
    return np.repeat(line[:, None], 2, 1)


@dataclass(frozen=True)
class SoundClip:
    """Speech over a room, planted, coded with a small picture."""

    kind: str = "real"
    seconds: float = 30.0
    seed: int = 0
    room: float = -60.0
    """dBFS of the room tone; −200: none."""
    plants: tuple[SoundPlant, ...] = ()
    bit_rate: int = 256_000
    audio: str = "aac"
    video: str = "libx264"
    suffix: str = ".mp4"
    start: float = 0.0
    """Seconds from the first picture to the first sample."""
    rate: int = RATE
    cuts: tuple[float, ...] = ()
    """Seconds at which the picture changes all over."""
    fps: int = 5
    """Few pictures: they are not the point, and each costs as much as any."""

    def samples(self) -> Array:
        """float32 (n, 2)."""
        line = speech(self.kind, self.seconds, self.seed)
        made = np.repeat(line[:, None], 2, 1)
        if self.room > -150:
            made = made + noise(len(made), self.room, self.seed)
        for plant in self.plants:
            made = plant.over(made)
        return made

    def write(self, path: Path) -> None:
        """Encode it."""
        samples, frames = self.samples(), round(self.seconds * self.fps)
        texture = np.random.default_rng(self.seed).uniform(40, 200, (2, 90, 160, 3)).astype(np.uint8)
        changes = {round(at * self.fps) for at in self.cuts}
        with ClipWriter(
            path, width=160, height=90, video_codec=self.video, video_bit_rate=300_000, audio_codec=self.audio,
            audio_bit_rate=self.bit_rate, sample_rate=self.rate, sound_start=self.start, threads=1, rate=Fraction(self.fps),
        ) as clip:  # fmt: skip
            shown, done = 0, 0
            for number in range(frames):
                shown ^= number in changes
                clip.picture(texture[shown])
                until = round((number + 1) * self.rate / self.fps)
                clip.sound(samples[done:until])
                done = until


@dataclass(frozen=True)
class Drifting:
    """A clip whose sound's timestamps run off by so many milliseconds an hour."""

    hour_ms: float
    suffix: str = ".mp4"
    seconds: float = 90.0

    def write(self, path: Path) -> None:
        """Encode, then copy the packets under other timestamps."""
        straight = path.with_name(f"{path.stem}.straight{self.suffix}")
        try:
            SoundClip("drawn", self.seconds, suffix=self.suffix, bit_rate=64_000).write(straight)
            with av.open(str(straight)) as source, av.open(str(path), "w") as out:
                streams = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
                for packet in source.demux():
                    if packet.dts is None:
                        continue
                    if packet.stream.type == "audio":
                        packet.pts = packet.dts = round(packet.pts * (1 + self.hour_ms / 3_600_000))
                    packet.stream = streams[packet.stream_index]
                    out.mux(packet)
        finally:
            straight.unlink(missing_ok=True)


@dataclass(frozen=True)
class RealFile:
    """A recording of ../shared/media as it is."""

    name: str

    @property
    def suffix(self) -> str:
        """Of the file."""
        return Path(self.name).suffix

    def write(self, path: Path) -> None:
        """A copy outside the repository."""
        path.write_bytes((media() / self.name).read_bytes())
