"""A lecture-like scene painted by numbers alone: a slide that stands, and a camera area that moves and is noisy.

For the benchmark and for tests; no fonts, no files, the same pixels every time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from gpu.measurements import Array
from gpu.synth import ClipWriter

SLIDE_S = 8
"""Seconds that a slide stands."""
NOISE = 4.0
"""Standard deviation of the camera's noise, in codes."""


@dataclass(frozen=True)
class Lecture:
    """What the clip is like."""

    seconds: int = 20
    width: int = 1920
    height: int = 1080
    rate: int = 25
    bit_rate: int = 20_000_000
    camera: tuple[int, int, int, int] = (1200, 120, 1880, 960)
    """Left, top, right, bottom of the camera area, for 1920×1080; even numbers."""
    preset: str = "veryfast"
    seed: int = 2022


def write(path: Path, lecture: Lecture | None = None) -> None:
    """Write the clip, H.264 + AAC. Raises `av.FFmpegError` or OSError."""
    lecture = lecture or Lecture()
    with ClipWriter(
        path,
        width=lecture.width,
        height=lecture.height,
        rate=Fraction(lecture.rate),
        video_bit_rate=lecture.bit_rate,
        preset=lecture.preset,
        gop=2 * lecture.rate,
    ) as clip:
        samples = 44100 // lecture.rate
        for index, planes in enumerate(pictures(lecture)):
            clip.picture(planes)
            clip.sound(voice(index * samples, samples))


def pictures(lecture: Lecture) -> Iterator[tuple[Array, Array, Array]]:
    """The planes Y, U, V of every frame."""
    random = np.random.default_rng(lecture.seed)
    pool = np.rint(random.normal(0, NOISE, (4, lecture.height, lecture.width))).astype(np.int16)
    room = _room(lecture)
    luma = slide(lecture, 0)
    neutral = np.full((lecture.height // 2, lecture.width // 2), 128, np.uint8)
    left, top, right, bottom = camera_area(lecture)
    for index in range(lecture.seconds * lecture.rate):
        time = index / lecture.rate
        if index % (SLIDE_S * lecture.rate) == 0:
            luma = slide(lecture, index // (SLIDE_S * lecture.rate))
        down, across = random.integers(0, 64, 2)
        noise = np.roll(pool[index % 4], (int(down), int(across)), (0, 1))[: bottom - top, : right - left]
        luma[top:bottom, left:right] = np.clip(_teacher(room, time) + noise, 16, 235)
        u = neutral.copy()
        u[top // 2 : bottom // 2, left // 2 : right // 2] = 118
        yield luma.copy(), u, neutral


def camera_area(lecture: Lecture) -> tuple[int, int, int, int]:
    """The camera area in pixels of this clip."""
    across, down = lecture.width / 1920, lecture.height / 1080
    left, top, right, bottom = lecture.camera
    return tuple(int(v * s) // 2 * 2 for v, s in zip((left, top, right, bottom), (across, down) * 2, strict=True))  # type: ignore[return-value]


def slide(lecture: Lecture, number: int) -> Array:
    """Luma of slide `number`: a title bar and lines of strokes as dense as text; every third one is dark."""
    random = np.random.default_rng((lecture.seed, number))
    paper, ink = ((225, 30), (225, 60), (24, 210))[number % 3]
    luma = np.full((lecture.height, lecture.width), paper, np.uint8)
    sign = lecture.height // 30
    for row in range(3, 26, 2):
        top = row * sign
        for column in range(2, int(random.integers(20, 32))):
            if random.random() < 0.85:
                glyph = np.kron(random.random((6, 6)) < 0.45, np.ones((sign // 6, sign // 6), bool))
                at = column * sign
                area = luma[top : top + glyph.shape[0], at : at + glyph.shape[1]]
                area[glyph[: area.shape[0], : area.shape[1]]] = ink
    return luma


def _room(lecture: Lecture) -> Array:
    left, top, right, bottom = camera_area(lecture)
    y, x = np.mgrid[0 : bottom - top, 0 : right - left]
    wall: Array = (110 + 30 * np.sin(x / 90) + 20 * np.cos(y / 140)).astype(np.int16)
    return wall


def _teacher(room: Array, time: float) -> Array:
    """The room with a head and shoulders that sway."""
    height, width = room.shape
    picture = room.copy()
    y, x = np.ogrid[0:height, 0:width]
    middle = width / 2 + width / 12 * np.sin(time * 1.7)
    head = ((x - middle) / (width / 7)) ** 2 + ((y - height * 0.35) / (height / 7)) ** 2 < 1
    body = ((x - middle) / (width / 3)) ** 2 + ((y - height) / (height / 2)) ** 2 < 1
    picture[body] = 60 + (x + y)[body] % 23
    picture[head] = 165
    return picture


def voice(start: int, count: int) -> Array:
    """Speech-like sound, float32 (count, 2), the same on both channels: syllables of a buzz with pauses between phrases."""
    t = (start + np.arange(count)) / 44100
    buzz = sum(np.sin(2 * np.pi * 130 * k * t) / k for k in range(1, 12))
    syllables = np.clip(np.sin(2 * np.pi * 3.5 * t), 0, 1) * (np.sin(2 * np.pi * t / 4) > -0.8)
    mono = (0.12 * buzz * syllables + 0.001 * np.sin(t * 50021)).astype(np.float32)
    return np.stack([mono, mono], axis=1)
