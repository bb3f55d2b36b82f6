"""Hard bases: normal things in a lecture that look like faults, and faults where they are hardest to see."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

from matrix.footage import Grain
from matrix.styles import PIP, Box, Planes, Size, Style, lecturer, mixed, page, pasted, placed
from station.demo.camera import Camera


@dataclass(frozen=True)
class Late(Style):
    """A slide alone; at `begins` seconds × 25 the lecturer's window opens."""

    begins: int = 60
    """Frame."""
    source: str = "sofa"
    seed: int = 0
    noise: float = 1.0

    def camera(self, size: Size) -> Box | None:
        return placed(size, PIP)

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        box = placed(size, PIP)
        shots = lecturer(self.source, box[2:], noise=self.noise, seed=self.seed)
        canvas = page(size, self.seed + 5, width=0.68)
        for number in range(frames):
            yield canvas if number < self.begins else pasted(canvas, next(shots), box)


@dataclass(frozen=True)
class Embedded(Style):
    """A slide that plays a video for some seconds and then holds its last frame, as presentation programs do."""

    source: str = "bikes"
    seed: int = 0
    begins: int = 75
    ends: int = 275
    teacher: str = ""
    """The lecturer's window beside it; empty: none."""

    def camera(self, size: Size) -> Box | None:
        return None

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        inner = placed(size, (0.06, 0.24, 0.56, 0.6))
        film = lecturer(self.source, inner[2:], seed=self.seed)
        window = placed(size, PIP)
        person = lecturer(self.teacher or "drawn", window[2:], noise=1.0, seed=self.seed)
        blank = page(size, self.seed + 3, lines=1)
        still = next(film)
        for number in range(frames):
            if self.begins <= number < self.ends:
                still = next(film)
            shown = pasted(blank, still, inner) if number >= self.begins - 25 else blank
            yield pasted(shown, next(person), window) if self.teacher else shown


@dataclass(frozen=True)
class ToStill(Style):
    """A camera, then a still picture full-screen (a photograph: one frame of other footage), by a cut or a dissolve, and back."""

    source: str = "sofa"
    photo: str = "office"
    seed: int = 0
    at: int = 150
    until: int = 350
    dissolve: int = 0
    noise: float = 1.0

    def changes(self, frames: int) -> tuple[int, ...]:
        return () if self.dissolve else tuple(at for at in (self.at, self.until) if at < frames)

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        shots = lecturer(self.source, size, noise=self.noise, seed=self.seed)
        still = next(lecturer(self.photo, size, seed=self.seed + 3))
        for number in range(frames):
            now = next(shots)
            away = min(max(number - self.at + 1, 0), max(self.until - number, 0)) if self.dissolve else 0
            if self.dissolve and away:
                share = min(1.0, away / self.dissolve)
                yield still if share >= 1 else mixed(now, still, share)
            else:
                yield still if self.at <= number < self.until and not self.dissolve else now


@dataclass(frozen=True)
class Resting(Style):
    """A lecturer who stands still for seconds, in a window or filling the picture: noise goes on, nothing moves."""

    seed: int = 0
    whole: bool = False
    rests: tuple[int, int] = (150, 300)
    """Frames."""

    def camera(self, size: Size) -> Box | None:
        return (0, 0, *size) if self.whole else placed(size, PIP)

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        box = (0, 0, *size) if self.whole else placed(size, PIP)
        camera, canvas = Camera(box[2], box[3], self.seed), page(size, self.seed + 5, width=0.68)
        for number in range(frames):
            shot = camera.frame(number, speaking=abs(np.sin(number)), still=self.rests[0] <= number < self.rests[1])
            yield shot if self.whole else pasted(canvas, shot, box)


@dataclass(frozen=True)
class Still(Style):
    """Nobody before a camera: a board, or a desk under a document camera, with noise alone all through."""

    seed: int = 0
    noise: float = 1.5

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        grain, desk = Grain(size, self.noise, self.seed), page(size, self.seed + 11)
        for number in range(frames):
            yield grain.over(desk, number)


@dataclass(frozen=True)
class Skim(Style):
    """Somebody leafs through the slides: rests, then `steps` changes, one every few frames."""

    seed: int = 0
    dark: bool = False
    steps: int = 6
    each: tuple[int, int] = (5, 13)

    def camera(self, size: Size) -> Box | None:
        return None

    def plan(self, frames: int) -> list[int]:
        """First frame of each slide."""
        rng, made = np.random.default_rng((self.seed, 41)), [0]
        while made[-1] < frames:
            made.append(made[-1] + int(rng.integers(60, 120)))
            for _ in range(self.steps):
                made.append(made[-1] + int(rng.integers(*self.each)))
        return [first for first in made if first < frames]

    def changes(self, frames: int) -> tuple[int, ...]:
        return tuple(self.plan(frames)[1:])

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        starts = [*self.plan(frames), frames]
        for index in range(len(starts) - 1):
            theme = -2 if self.dark else -1
            yield from repeat(page(size, self.seed * 31 + index, theme=theme), starts[index + 1] - starts[index])


@dataclass(frozen=True)
class Pointer(Style):
    """A slide on which a bright laser dot circles, or a text cursor blinks."""

    seed: int = 0
    blinks: bool = False

    def camera(self, size: Size) -> Box | None:
        return None

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        canvas = page(size, self.seed + 5)
        marked = canvas.copy()
        marked.y[200:224, 120:123] = 20
        for number in range(frames):
            if self.blinks:
                yield marked if number // 13 % 2 else canvas
                continue
            if number % 200 > 120:
                yield canvas
                continue
            made = canvas.copy()
            x, y = (int(size[i] * (0.4 + 0.2 * trig(number * 0.11))) for i, trig in ((0, np.cos), (1, np.sin)))
            made.y[y : y + 7, x : x + 7] = 235
            yield made


@dataclass(frozen=True)
class Joined(Style):
    """One style after the other, `each` frames long: a whole lesson's parts in one clip."""

    parts: tuple[Style, ...]
    each: int = 150

    def changes(self, frames: int) -> tuple[int, ...]:
        return tuple(range(self.each, frames, self.each))

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        return chain.from_iterable(part.draw(size, self.each) for part in self.parts)


@dataclass(frozen=True)
class Overlaid(Style):
    """A camera's picture with the lecturer's window in it: a workshop filmed, somebody explains in the corner."""

    around: str = "roof"
    source: str = "sofa"
    seed: int = 0
    noise: float = 1.0
    box: tuple[float, float, float, float] = (0.68, 0.55, 0.3, 0.42)

    def camera(self, size: Size) -> Box | None:
        return placed(size, self.box)

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        box = placed(size, self.box)
        whole = lecturer(self.around, size, seed=self.seed)
        shots = lecturer(self.source, box[2:], noise=self.noise, seed=self.seed)
        for _ in range(frames):
            yield pasted(next(whole), next(shots), box)
