"""Lessons with a unified intro, a title card and a unified outro: pictures and music are functions of time, so that every size
and frame rate shows the very same clip."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np

from gpu.synth import ClipWriter
from matrix.lectures import RATE, Talk
from matrix.styles import Size, Style, Window
from station.demo import slides
from station.demo.planes import Array, Planes, from_rgb

BEAT_S = 0.4
Drawn = Callable[[Array, Array, float], Array]
"""Luma codes (float) at places x, y (0–1) and a second."""


@dataclass(frozen=True)
class Sting:
    """An intro or outro: a moving drawing and its music. Seeds make different ones; `quiet`: without music."""

    seed: int = 0
    seconds: float = 8.0
    kind: str = "shapes"
    """`shapes` move all the time; `logo` fades in and then stands; `cuts` are four pictures one after the other."""
    quiet: bool = False

    def luma(self, x: Array, y: Array, time: float) -> Array:
        """Codes 16–235."""
        rng = np.random.default_rng((self.seed, 41))
        ground = 60 + 70 * x * rng.uniform(0.3, 1) + 50 * y * rng.uniform(0.3, 1)
        if self.kind == "cuts":
            part = int(4 * time / self.seconds)
            rng = np.random.default_rng((self.seed, 42, part))
            ground = rng.uniform(40, 200) + 40 * np.sin(x * rng.uniform(3, 14) + y * rng.uniform(3, 14) + time)
        for _ in range(6):
            cx, cy, vx, vy, wide, high, code = (
                *rng.uniform(0, 1, 2),
                *rng.uniform(-0.15, 0.15, 2),
                *rng.uniform(0.05, 0.25, 2),
                rng.uniform(20, 230),
            )
            if self.kind == "logo":
                vx = vy = 0.0
            inside = (np.abs(x - (cx + vx * time) % 1) < wide / 2) & (np.abs(y - (cy + vy * time) % 1) < high / 2)
            ground = np.where(inside, code, ground)
        if self.kind == "logo":
            ground = 16 + (ground - 16) * min(1.0, time / 1.5)
        fade = min(1.0, (time + 0.02) / 0.5, (self.seconds - time) / 0.3 + 0.1)
        return 16 + (ground - 16) * max(0.0, fade)

    def music(self) -> Array:
        """float32 (n,) at RATE."""
        count = round(self.seconds * RATE)
        line = np.zeros(count, np.float32)
        if self.quiet:
            return line
        rng = np.random.default_rng((self.seed, 43))
        for start in np.arange(0, self.seconds, BEAT_S / 2):
            if rng.random() < 0.25:
                continue
            pitch, first = 220 * 2 ** (rng.integers(0, 30) / 12), round(start * RATE)
            time = np.arange(min(RATE, count - first)) / RATE
            tone = sum(np.sin(2 * np.pi * pitch * k * time) / k for k in (1, 2, 3))
            line[first : first + len(time)] += (rng.uniform(0.04, 0.12) * tone * np.exp(-time * 5)).astype(np.float32)
        return line


@dataclass(frozen=True)
class Shape:
    """How a lesson was delivered: what may differ without making it another one."""

    name: str = "as made"
    size: Size = (640, 360)
    rate: int = 25
    bit_rate: int = 1_500_000
    audio_bit_rate: int = 128_000
    logo: bool = False
    gain: float = 1.0
    lift: float = 0.0
    crop: float = 0.0
    """Share cut off on each side."""
    volume: float = 1.0
    audio_rate: int = RATE


AS_MADE = Shape()
SHAPES = (
    AS_MADE,
    Shape("x264 300k", bit_rate=300_000, audio_bit_rate=48_000),
    Shape("50 fps", rate=50),
    Shape("30 fps", rate=30),
    Shape("960x540", size=(960, 540), bit_rate=2_500_000),
    Shape("small 320x180", size=(320, 180), bit_rate=250_000),
    Shape("logo", logo=True),
    Shape("darker and quieter", gain=0.75, lift=4, volume=0.35),
    Shape("brighter", gain=1.1, lift=12, volume=1.6),
    Shape("crop 2 %", crop=0.02),
    Shape("crop 3 % logo 30 fps", crop=0.03, logo=True, rate=30),
    Shape("48 kHz 400k", audio_rate=48_000, bit_rate=400_000, audio_bit_rate=64_000),
)


@dataclass(frozen=True)
class Lesson:
    """A lesson: black, intro, title card, body, outro, black. `card` 0: none."""

    intro: Sting | None = Sting()
    outro: Sting | None = Sting(100, 5.0)
    card: int = 1
    body: Style = field(default_factory=Window)
    talk: Talk = field(default_factory=Talk)
    seconds: float = 14.0
    """Of the body."""
    lead: float = 0.0
    """Black before the intro."""
    trail: float = 0.0
    keep: tuple[float, float] = (0.0, 1.0)
    """Share of the intro that is there."""
    shape: Shape = AS_MADE
    suffix: str = ".mp4"

    @property
    def intro_span(self) -> tuple[float, float]:
        """Seconds of the intro."""
        length = 0.0 if self.intro is None else self.intro.seconds * (self.keep[1] - self.keep[0])
        return self.lead, self.lead + length

    @property
    def body_span(self) -> tuple[float, float]:
        start = self.intro_span[1] + (3.0 if self.card else 0.0)
        return start, start + self.seconds

    @property
    def outro_span(self) -> tuple[float, float]:
        start = self.body_span[1]
        return start, start + (self.outro.seconds if self.outro else 0.0)

    def write(self, path: Path) -> None:
        """Encode it."""
        shape = self.shape
        total = self.outro_span[1] + self.trail
        sound = self._sound(total) * np.float32(shape.volume)
        if shape.audio_rate != RATE:
            places = np.arange(round(total * shape.audio_rate)) * (RATE / shape.audio_rate)
            sound = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
        with ClipWriter(
            path, width=shape.size[0], height=shape.size[1], rate=Fraction(shape.rate), video_bit_rate=shape.bit_rate,
            audio_bit_rate=shape.audio_bit_rate, preset="ultrafast", gop=shape.rate * 4, threads=1, sample_rate=shape.audio_rate,
        ) as clip:  # fmt: skip
            done = 0
            for number, picture in enumerate(self._pictures(total), start=1):
                clip.picture((picture.y, picture.u, picture.v))
                until = round(number / shape.rate * shape.audio_rate)
                clip.sound(np.repeat(sound[done:until, None], 2, axis=1))
                done = until

    def _sound(self, total: float) -> Array:
        line = np.zeros(round(total * RATE) + 1, np.float32)
        if self.intro:
            music = self.intro.music()
            _put(line, self.intro_span[0], music[round(self.keep[0] * len(music)) : round(self.keep[1] * len(music))])
        if self.outro:
            _put(line, self.outro_span[0], self.outro.music())
        _put(line, self.body_span[0], self.talk.samples(self.seconds)[:, 0])
        return line

    def _pictures(self, total: float) -> Iterator[Planes]:
        shape = self.shape
        frames = round(self.seconds * 50)
        body = islice(self.body.draw(shape.size, frames), 0, frames, 50 // 25)
        shown, step = next(body, _flat(np.full(shape.size[::-1], 16.0))), 0
        card = title_card(shape.size, self.card) if self.card else None
        x, y = _grid(shape)
        for number in range(round(total * shape.rate)):
            time = number / shape.rate
            if self.body_span[0] <= time < self.body_span[1]:
                want = int((time - self.body_span[0]) * 25 + 1e-6)
                while step < want:
                    shown, step = next(body, shown), step + 1
                yield shaped(shown, shape)
            elif card is not None and self.intro_span[1] <= time < self.body_span[0]:
                yield shaped(card, shape)
            else:
                yield shaped(_flat(self._ends(x, y, time)), shape)

    def _ends(self, x: Array, y: Array, time: float) -> Array:
        if self.intro and self.intro_span[0] <= time < self.intro_span[1]:
            return self.intro.luma(x, y, time - self.lead + self.keep[0] * self.intro.seconds)
        if self.outro and self.outro_span[0] <= time < self.outro_span[1]:
            return self.outro.luma(x, y, time - self.outro_span[0])
        return np.full(x.shape, 16.0)


@dataclass(frozen=True)
class Template:
    """The clip of an intro or outro alone, as it is handed out."""

    sting: Sting
    shape: Shape = Shape("template", (960, 540), 25, 4_000_000)
    suffix: str = ".mp4"

    def write(self, path: Path) -> None:
        """Encode it."""
        Lesson(self.sting, None, 0, seconds=0.0, shape=self.shape).write(path)


COURSES = (
    "示例：数字技术基础",
    "示例：知识产权的保护与运用实务",
    "示例：应急管理",
    "示例：乡村振兴案例十讲",
    "示例：绿色低碳发展导论",
)


def title_card(size: Size, seed: int) -> Planes:
    """Course and lecturer on one ground."""
    rng = np.random.default_rng((seed, 44))
    lines = [f"主讲：示例教师 {chr(0x4E00 + int(rng.integers(0, 900)))}", f"第 {seed} 讲"]
    return from_rgb(slides.slide(size, COURSES[seed % len(COURSES)], lines, theme=slides.CARD))


def _put(line: Array, start: float, part: Array) -> None:
    first = round(start * RATE)
    count = min(len(part), len(line) - first)
    line[first : first + count] += part[:count]


def _grid(shape: Shape) -> tuple[Array, Array]:
    width, height = shape.size
    x = shape.crop + (np.arange(width) + 0.5) / width * (1 - 2 * shape.crop)
    y = shape.crop + (np.arange(height) + 0.5) / height * (1 - 2 * shape.crop)
    return np.broadcast_to(x[None], (height, width)), np.broadcast_to(y[:, None], (height, width))


def _flat(luma: Array) -> Planes:
    height, width = luma.shape
    grey = np.full((height // 2, width // 2), 128, np.uint8)
    return Planes(np.clip(luma, 16, 235).astype(np.uint8), grey, grey)


def shaped(picture: Planes, shape: Shape) -> Planes:
    """Level and logo."""
    y = picture.y
    if shape.gain != 1 or shape.lift:
        y = np.clip((y.astype(np.float32) - 16) * shape.gain + 16 + shape.lift, 16, 235).astype(np.uint8)
    if shape.logo:
        height, width = y.shape
        y = y.copy()
        y[round(0.05 * height) : round(0.15 * height), round(0.82 * width) : round(0.96 * width)] = 220
        y[round(0.08 * height) : round(0.12 * height), round(0.84 * width) : round(0.94 * width)] = 40
    return picture if y is picture.y else Planes(np.ascontiguousarray(y), picture.u, picture.v)
