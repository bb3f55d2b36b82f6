"""The common recipe: a style, plants over it, a coder and a sound, written as one clip."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import numpy as np

from gpu.synth import ClipWriter
from matrix.footage import Grain, media
from matrix.plan import Planted
from matrix.styles import Box, Size, Style, luma, mixed, page
from station.demo import voice
from station.demo.planes import Array, Planes, from_rgb
from station.demo.slides import foreign

RATE = 44100


@dataclass(frozen=True)
class Setting:
    """What a plant may know of the clip that it is planted in."""

    size: Size
    rate: int
    frames: int
    camera: Box | None
    """Where the camera's picture is, pixels."""


class Plant(Protocol):
    """A frozen dataclass that changes pictures on their way to the coder, exactly to the frame."""

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        """The pictures, changed. What comes in must not be painted on: copy first."""


def at_rate(start: float, end: float, rate: int) -> tuple[int, int]:
    """Seconds as frames."""
    return round(start * rate), round(end * rate)


@dataclass(frozen=True)
class Freeze:
    """Frames [start, end) seconds repeat the one before, in the camera's box or all over. `end` past the clip: to its end."""

    start: float
    end: float
    area: str = "camera"
    """`camera` or `all`."""

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        box = setting.camera if self.area == "camera" and setting.camera else (0, 0, *setting.size)
        held: Planes | None = None
        for number, picture in enumerate(pictures):
            if not first <= number < last or held is None:
                held = picture if number < first else held
                yield picture
            elif box == (0, 0, *setting.size):
                yield held
            else:
                yield _laid(picture, held, box)


def _laid(picture: Planes, held: Planes, box: Box) -> Planes:
    left, top, width, height = box
    made = picture.copy()
    for plane, other, unit in ((made.y, held.y, 1), (made.u, held.u, 2), (made.v, held.v, 2)):
        part = (slice(top // unit, (top + height) // unit), slice(left // unit, (left + width) // unit))
        plane[part] = other[part]
    return made


@dataclass(frozen=True)
class Black:
    """Black over frames [start, end) seconds; `code` its luma, `noise` a little grain (codes, σ) as after a poor encode."""

    start: float
    end: float
    code: int = 16
    noise: float = 0.0

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        dark, grain = luma(self.code, setting.size), Grain(setting.size, self.noise, 3)
        for number, picture in enumerate(pictures):
            inside = first <= number < last
            yield (grain.over(dark, number) if self.noise else dark) if inside else picture


@dataclass(frozen=True)
class Foreign:
    """`frames` frames from `start` seconds on show something else: `bands`, `white`, `black`, `slide`, or `later` (what the lecture
    shows 3 s later)."""

    start: float
    frames: int
    shows: str = "bands"

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first = round(self.start * setting.rate)
        last, ahead = first + self.frames, 3 * setting.rate
        waiting: list[Planes] = []
        for number, picture in enumerate(pictures):
            if self.shows == "later" and first <= number < last + ahead:
                waiting.append(picture)
                continue
            if first <= number < last:
                yield self._strange(setting.size)
                continue
            if waiting:
                yield from self._held(waiting)
                waiting = []
            yield picture
        if waiting:
            yield from self._held(waiting)

    def _held(self, waiting: list[Planes]) -> Iterator[Planes]:
        yield from waiting[-self.frames :]
        yield from waiting[self.frames :]

    def _strange(self, size: Size) -> Planes:
        if self.shows == "white":
            return luma(235, size)
        if self.shows == "black":
            return luma(16, size)
        return page(size, 977) if self.shows == "slide" else from_rgb(foreign(size))


@dataclass(frozen=True)
class Fade:
    """Down to black and up again around [start, end) seconds, which is black; each ramp takes `ramp` seconds. A decoy."""

    start: float
    end: float
    ramp: float = 0.8

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        ramp = max(1, round(self.ramp * setting.rate))
        for number, picture in enumerate(pictures):
            share = min(1.0, max(first - number, number - last + 1, 0) / ramp)
            yield picture if share >= 1 else mixed(luma(16, setting.size), picture, share)


@dataclass(frozen=True)
class Coder:
    """How the clip is coded."""

    name: str = "x264 4M"
    codec: str = "libx264"
    bit_rate: int | None = 4_000_000
    constant: bool = False
    gop: int = 50
    crf: int | None = None
    preset: str = "superfast"
    suffix: str = ".mp4"
    open_gop: bool = False

    def options(self) -> dict[str, str]:
        """For the encoder."""
        made: dict[str, str] = {}
        if self.crf is not None:
            made["crf"] = str(self.crf)
        if self.open_gop:
            made["x264-params"] = "open-gop=1"
        return made


CODERS = (
    Coder(),
    Coder("x264 1M", bit_rate=1_000_000, gop=250, preset="veryfast"),
    Coder("x264 cbr 10M", bit_rate=10_000_000, constant=True, gop=25),
    Coder("x264 crf 23", bit_rate=None, crf=23, gop=250, preset="veryfast"),
    Coder("x264 crf 17 open", bit_rate=None, crf=17, gop=60, open_gop=True, preset="veryfast"),
    Coder("x264 20M", bit_rate=20_000_000, gop=12),
    Coder("mpeg2 6M", codec="mpeg2video", bit_rate=6_000_000, gop=12),
    Coder("mpeg2 15M", codec="mpeg2video", bit_rate=15_000_000, gop=12),
)
SLOW = Coder("x264 medium 2M", bit_rate=2_000_000, gop=250, preset="medium")


@dataclass(frozen=True)
class Talk:
    """The sound: a drawn voice, or real Mandarin and English; quiet room tone under it."""

    real: bool = False
    seed: int = 0
    pauses: tuple[tuple[float, float], ...] = ()
    """Seconds in which nobody speaks."""

    def samples(self, seconds: float) -> Array:
        """float32 (n, 2)."""
        line = self._real(seconds) if self.real else voice.speech(seconds, seed=self.seed, pauses=self.pauses)
        for start, end in self.pauses:
            line[round(start * RATE) : round(end * RATE)] = 0
        made: Array = voice.room(len(line), 2, self.seed) + line[:, None]
        return made.astype(np.float32)

    def _real(self, seconds: float) -> Array:
        """Each recording once, in a seeded order; then the drawn voice."""
        order = np.random.default_rng((self.seed, 31)).permutation(len(RECORDINGS))
        parts = [part for i in order for part in (_recording(RECORDINGS[i]), np.zeros(RATE // 2, np.float32))]
        line = np.concatenate(parts)[: round(seconds * RATE)]
        rest = round(seconds * RATE) - len(line)
        return np.concatenate([line, voice.speech(rest / RATE + 0.1, seed=self.seed)[:rest]]) if rest > 0 else line


RECORDINGS = (
    "zh-speech/BAC009S0764W0121.wav",
    "zh-speech/asr_example.wav",
    "zh-speech/zero_shot_prompt.wav",
    "zh-speech/IT0011W0001.wav",
    "en-speech/jfk.flac",
)


def _recording(name: str) -> Array:
    """float32 (n,) at RATE, at the level of the drawn voice."""
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(str(media() / name)) as container:
        parts = [out.to_ndarray()[0] for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    line = np.concatenate(parts)
    loud = line[np.abs(line) > 0.02]
    level = float(np.sqrt((loud**2).mean())) if len(loud) else 1.0
    made: Array = (line * (voice.SPEECH_LEVEL / level)).astype(np.float32)
    return made


@dataclass(frozen=True)
class Clip:
    """One clip of the matrix."""

    style: Style
    seconds: float = 12.0
    plants: tuple[Plant, ...] = ()
    coder: Coder = CODERS[0]
    sound: Talk | None = Talk()
    size: Size = (960, 540)
    rate: int = 25
    variable: bool = False
    """Leave out pictures that repeat the one before, as screen recorders do."""

    @property
    def suffix(self) -> str:
        """Of the file."""
        return self.coder.suffix

    @property
    def frames(self) -> int:
        """How many there are, repeats counted."""
        return round(self.seconds * self.rate)

    def pictures(self) -> Iterator[Planes]:
        """Every frame with its plants."""
        setting = Setting(self.size, self.rate, self.frames, self.style.camera(self.size))
        flow = itertools.islice(self.style.draw(self.size, self.frames), self.frames)
        for plant in self.plants:
            flow = plant.over(flow, setting)
        return flow

    def write(self, path: Path) -> None:
        """Encode it."""
        samples = self.sound.samples(self.seconds) if self.sound else None
        with ClipWriter(
            path, width=self.size[0], height=self.size[1], rate=Fraction(self.rate), video_codec=self.coder.codec,
            video_bit_rate=self.coder.bit_rate, constant=self.coder.constant, gop=self.coder.gop, preset=self.coder.preset,
            options=self.coder.options(), threads=1, audio_codec="aac" if samples is not None else None,
            sample_rate=RATE,
        ) as clip:  # fmt: skip
            before: Planes | None = None
            done = 0
            for number, picture in enumerate(self.pictures(), start=1):
                if self.variable and picture is before:
                    clip.skip_pictures(1)
                else:
                    clip.picture((picture.y, picture.u, picture.v))
                before = picture
                if samples is not None:
                    until = round(number / self.rate * RATE)
                    clip.sound(samples[done:until])
                    done = until

    def planted(self, start: float, end: float, note: str = "") -> Planted:
        """The truth of a plant over [start, end) seconds, on the grid of frames and within the clip."""
        first, last = at_rate(start, min(end, self.seconds), self.rate)
        return Planted(first / self.rate, last / self.rate, note)
