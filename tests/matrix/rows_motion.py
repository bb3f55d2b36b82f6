"""Rows of cameras that shake or jump, and of repeated pictures."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matrix.lectures import CODERS, Clip, Coder, Setting, at_rate
from matrix.motion_styles import WIDE, Swayed, Unrepeated, moved, not_clean_of
from matrix.plan import Case, Row, Target
from matrix.styles import Film, Handheld, Interview, Slides, Style, Teacher, Whiteboard, Window
from station.demo.planes import Planes


@dataclass(frozen=True)
class Shake:
    """The camera is shaken over [start, end) seconds: `amplitude` pixels of WIDE across, six tenths of it down, `hertz`."""

    start: float
    end: float
    amplitude: float
    hertz: float

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        pixels = self.amplitude * setting.size[0] / WIDE
        for number, picture in enumerate(pictures):
            phase = 2 * np.pi * self.hertz * number / setting.rate
            inside = first <= number < last
            across, down = pixels * np.sin(phase), 0.6 * pixels * np.sin(1.13 * phase + 1)
            yield moved(picture, across, down) if inside else picture


@dataclass(frozen=True)
class Step:
    """From `at` seconds on the camera stands elsewhere, by so many pixels of WIDE across and half as many up."""

    at: float
    pixels: float

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, pixels = round(self.at * setting.rate), self.pixels * setting.size[0] / WIDE
        for number, picture in enumerate(pictures):
            yield moved(picture, pixels, -pixels / 2) if number >= first else picture


@dataclass(frozen=True)
class Pan:
    """The camera turns evenly over [start, end) seconds, by `pixels` of WIDE in all. A decoy."""

    start: float
    end: float
    pixels: float

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        for number, picture in enumerate(pictures):
            share = min(1.0, max(0.0, (number - first) / (last - first)))
            yield moved(picture, share * self.pixels * setting.size[0] / WIDE, 0.0) if share else picture


@dataclass(frozen=True)
class Repeat:
    """Over [start, end) seconds the last of every `every` pictures repeats the one before it."""

    start: float
    end: float
    every: int

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        before: Planes | None = None
        for number, picture in enumerate(pictures):
            again = first <= number < last and number % self.every == self.every - 1 and before is not None
            before = before if again and before is not None else picture
            yield before


STEADY: dict[str, Style] = {
    "teacher sofa": Teacher("sofa", 1),
    "teacher stage": Unrepeated("stage", 2, 1.0),
    "teacher office": Teacher("office", 3),
    "teacher drawn": Teacher("drawn", 4, 1.5),
    "whiteboard": Whiteboard(5),
}
CLEAN: dict[str, Style] = STEADY | {
    "window sofa": Window("sofa", 6),
    "slides": Slides(7),
    "interview": Interview(seed=8),
    "handheld": Handheld(seed=9),
    "handheld pan": Handheld(seed=10, tremble=3, pan=5),
    "film": Unrepeated("chaplin", 11),
    "sway sofa": Swayed(Teacher("sofa", 12, 1.0), 12),
    "sway stage": Swayed(Unrepeated("stage", 13, 1.0), 13),
    "sway whiteboard": Swayed(Whiteboard(14), 14),
    "sway interview": Swayed(Interview(seed=15), 15),
}
FOOTAGE: dict[str, Style] = {
    "stage as it is": Teacher("stage", 16),
    "stage in a window": Window("stage", 17),
    "film as it is": Film("chaplin", 18),
    "car as it is": Teacher("car", 5),
    "car in the hand": Handheld("car", 19),
}
"""Footage and hands that are not clean, whole clips."""
SECONDS = 12.0


def _clean(check: str) -> Iterator[Case]:
    """Clean twins; of those that are not clean of this check the whole is planted."""
    for (name, style), coder in zip(CLEAN.items(), itertools.cycle(CODERS), strict=False):
        clip = Clip(style, SECONDS, (), coder)
        yield _whole(check, f"{name}/{coder.name}/clean", clip)
        if name in STEADY:
            yield _whole(check, f"{name}/{coder.name}/pan", Clip(style, SECONDS, (Pan(4, 8, 160),), coder))
    for (name, style), coder in zip(FOOTAGE.items(), itertools.cycle(CODERS), strict=False):
        clip = Clip(style, SECONDS, (), coder)
        if check in not_clean_of(style):
            yield _whole(check, f"{name}/{coder.name}", clip)


def _whole(check: str, name: str, clip: Clip) -> Case:
    truth = (clip.planted(0, SECONDS, "as it is"),)
    if check in not_clean_of(clip.style):
        return Case(name, clip, truth)
    return Case(name, clip, either=truth if check in not_clean_of(clip.style, denoised=takes_noise(clip.coder)) else ())


def takes_noise(coder: Coder) -> bool:
    """Whether a coder leaves nothing of a camera's noise."""
    return coder.crf is not None and coder.crf >= 23


def _planted(plants: Sequence[Callable[[float], object]], spans: Sequence[tuple[float, float]]) -> Iterator[Case]:
    coders = itertools.cycle(CODERS)
    for (name, style), make in itertools.product(STEADY.items(), plants):
        coder = next(coders)
        plant = make(spans[0][0])
        clip = Clip(style, SECONDS, (plant,), coder)  # type: ignore[arg-type]
        truth = tuple(clip.planted(start, end) for start, end in spans)
        yield Case(f"{name}/{coder.name}/{_told(plant)}", clip, truth)


def _told(plant: object) -> str:
    return " ".join(str(value) for value in dataclasses.astuple(plant)[1:])  # type: ignore[call-overload]


def shaken() -> Sequence[Case]:
    """5 and 10 pixels at 3–8 Hz for three seconds; 2 pixels are a severity that nobody sees and no target holds."""
    plants = [
        lambda at, a=a, f=f: Shake(at, at + 3, a, f) for a, f in ((5.0, 3.0), (5.0, 5.0), (10.0, 4.0), (10.0, 8.0))
    ]
    return (*_planted(plants, ((5.0, 8.0),)), *_clean("shake"))


def jumped() -> Sequence[Case]:
    """0.8 to 2 % of the width in one frame."""
    plants = [lambda at, p=p: Step(at, p) for p in (15.0, 25.0, 38.0)]
    return (*_planted(plants, ((6.0, 6.04),)), *_clean("jump"))


def repeated() -> Sequence[Case]:
    """12, 16, 20, 24 pictures a second at 25."""
    plants = [lambda at, e=e: Repeat(at, 11.0, e) for e in (2, 3, 6, 25)]
    return (*_planted(plants, ((3.0, 11.0),)), *_clean("stutter"))


ROWS = (
    Row("shake", Target(recall=0.9, false_per_hour=1.0), shaken, reach=0.5),
    Row("jump", Target(recall=0.9, false_per_hour=1.0), jumped, reach=0.2),
    Row("stutter", Target(recall=0.9, false_per_hour=1.0), repeated, reach=0.5),
)
