"""Twelve styles of lecture, each a frozen value that draws its pictures frame by frame, seeded: the bases of the matrix.

A style yields `Planes` that nobody changes afterwards; the same object again means the same picture. `camera` says where its
camera picture lies (pixels: left, top, width, height), None where it has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise

import numpy as np
from PIL import Image, ImageDraw

from matrix.footage import Grain, play
from station.demo import slides
from station.demo.camera import Camera
from station.demo.planes import Array, Planes, from_rgb

Size = tuple[int, int]
Box = tuple[int, int, int, int]
THEMES = (slides.LIGHT, slides.WHITE, slides.CARD)
LINES = (
    "示例：第一点说明",
    "概念与定义",
    "应用的步骤",
    "案例：示例企业的做法",
    "常见的问题",
    "小结与思考",
    "数据来源：示例年鉴",
)
PIP = (0.7, 0.33, 0.27, 0.58)
"""Left, top, width, height of the lecturer's window as shares."""


class Style:
    """A lecture's look. Subclasses draw."""

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        """Every frame in order."""
        raise NotImplementedError

    def camera(self, size: Size) -> Box | None:
        """Where the camera's picture is."""
        return (0, 0, *size)

    def changes(self, frames: int) -> tuple[int, ...]:
        """Frames at which another slide or scene begins."""
        return ()

    def small_changes(self, frames: int) -> tuple[int, ...]:
        """Frames at which a slide gets another line: a change to some, none to others."""
        return ()


def even(value: float) -> int:
    """The nearest even number."""
    return round(value / 2) * 2


def placed(size: Size, shares: tuple[float, float, float, float]) -> Box:
    """A box of shares in even pixels."""
    left, top, width, height = shares
    return even(left * size[0]), even(top * size[1]), even(width * size[0]), even(height * size[1])


def lecturer(source: str, size: Size, *, noise: float = 0.0, seed: int = 0) -> Iterator[Planes]:
    """A camera's frames: `drawn` (station.demo's figure, noise of its own) or a take of real footage."""
    if source != "drawn":
        return play(source, size, noise=noise, seed=seed)
    camera = Camera(*size, seed)
    mouth = np.abs(np.sin(np.arange(4096) * 0.9) * np.sin(np.arange(4096) * 0.13 + seed))
    return (camera.frame(number, speaking=float(mouth[number % 4096])) for number in count())


@lru_cache(maxsize=256)
def page(size: Size, seed: int, *, theme: int = -1, lines: int = 0, width: float = 1.0) -> Planes:
    """One slide; `theme` −1: by seed, −2: dark. `lines` 0: by seed."""
    rng = np.random.default_rng((seed, 21))
    look = slides.DARK if theme == -2 else THEMES[seed % 3 if theme < 0 else theme]
    order = [LINES[i] for i in rng.permutation(len(LINES))]
    many = lines or int(rng.integers(3, 7))
    return from_rgb(
        slides.slide(size, f"示例幻灯片 {seed % 97}", order[:many], theme=look, footer=f"示例 {seed}", width=width)
    )


def cuts(frames: int, seed: int, least: int, most: int) -> list[int]:
    """Frame 0 and then a cut every so many frames, seeded."""
    rng, at, made = np.random.default_rng((seed, 22)), 0, [0]
    while (at := at + int(rng.integers(least, most))) < frames - 10:
        made.append(at)
    return made


def pasted(canvas: Planes, other: Planes, box: Box) -> Planes:
    """A copy of the canvas with the other picture in it."""
    made = canvas.copy()
    made.paste(other, box[0], box[1])
    return made


@dataclass(frozen=True)
class Slides(Style):
    """Slides only. `build`: lines come one by one; `dissolve`: frames that a change takes."""

    seed: int = 0
    every: tuple[int, int] = (75, 225)
    dark: bool = False
    build: bool = False
    dissolve: int = 0

    def camera(self, size: Size) -> Box | None:
        return None

    def changes(self, frames: int) -> tuple[int, ...]:
        return tuple(cuts(frames, self.seed, *self.every)[1:])

    def small_changes(self, frames: int) -> tuple[int, ...]:
        starts = [*cuts(frames, self.seed, *self.every), frames]
        spans = [(first, last - first) for first, last in pairwise(starts)]
        steps = [first + -(-part * length // 4) for first, length in spans for part in (1, 2, 3)]
        return tuple(steps) if self.build else ()

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        starts = [*cuts(frames, self.seed, *self.every), frames]
        theme = -2 if self.dark else -1
        before: Planes | None = None
        for index, (first, last) in enumerate(pairwise(starts)):
            for at in range(last - first):
                lines = 1 + 4 * at // (last - first) if self.build else 0
                now = page(size, self.seed * 31 + index, theme=theme, lines=lines)
                if before is not None and at < self.dissolve:
                    yield mixed(before, now, (at + 1) / (self.dissolve + 1))
                else:
                    yield now
            before = now


def mixed(one: Planes, other: Planes, share: float) -> Planes:
    """A dissolve: `share` (0–1) of the other picture."""
    return Planes(
        *(
            np.rint(a * (1 - share) + b * share).astype(np.uint8)
            for a, b in ((one.y, other.y), (one.u, other.u), (one.v, other.v))
        )
    )


@dataclass(frozen=True)
class Window(Style):
    """Slides and the lecturer in a window."""

    source: str = "drawn"
    seed: int = 0
    noise: float = 0.0
    dark: bool = False
    box: tuple[float, float, float, float] = PIP
    every: tuple[int, int] = (100, 300)

    def camera(self, size: Size) -> Box | None:
        return placed(size, self.box)

    def changes(self, frames: int) -> tuple[int, ...]:
        return tuple(cuts(frames, self.seed, *self.every)[1:])

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        box = placed(size, self.box)
        shots = lecturer(self.source, box[2:], noise=self.noise, seed=self.seed)
        starts = {first: index for index, first in enumerate(cuts(frames, self.seed, *self.every))}
        for number in range(frames):
            if number in starts:
                canvas = page(size, self.seed * 31 + starts[number], theme=-2 if self.dark else -1, width=0.68)
            yield pasted(canvas, next(shots), box)


@dataclass(frozen=True)
class Teacher(Style):
    """The camera fills the picture."""

    source: str = "drawn"
    seed: int = 0
    noise: float = 0.0

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        shots = lecturer(self.source, size, noise=self.noise, seed=self.seed)
        for _ in range(frames):
            yield next(shots)


@dataclass(frozen=True)
class Screen(Style):
    """A camera that sees the lecturer and, beside him, a projector's screen with slides on it: noise over all of it."""

    source: str = "drawn"
    seed: int = 0
    noise: float = 1.5
    every: tuple[int, int] = (100, 250)

    def changes(self, frames: int) -> tuple[int, ...]:
        return tuple(cuts(frames, self.seed, *self.every)[1:])

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        box, screen = placed(size, (0.0, 0.2, 0.42, 0.8)), placed(size, (0.44, 0.1, 0.54, 0.6))
        wall = from_rgb(np.full((size[1], size[0], 3), (96, 92, 88), np.uint8))
        shots = lecturer(self.source, box[2:], seed=self.seed)
        starts = {first: index for index, first in enumerate(cuts(frames, self.seed, *self.every))}
        grain = Grain(size, self.noise, self.seed)
        for number in range(frames):
            if number in starts:
                room = pasted(wall, page(screen[2:], self.seed * 31 + starts[number]), screen)
            yield grain.over(pasted(room, next(shots), box), number)


@dataclass(frozen=True)
class Whiteboard(Style):
    """A camera before a whiteboard: strokes appear one after the other, somebody stands at the side and moves a little."""

    seed: int = 0
    noise: float = 1.2
    person: bool = True

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        width, height = size
        grain, rng = Grain(size, self.noise, self.seed), np.random.default_rng((self.seed, 23))
        board = Image.new("RGB", size, (212, 214, 210))
        pen = ImageDraw.Draw(board)
        box = placed(size, (0.74, 0.3, 0.26, 0.7))
        shots = lecturer("drawn", box[2:], seed=self.seed)
        canvas = from_rgb(np.asarray(board))
        x, y = 0.08 * width, 0.15 * height
        for number in range(frames):
            if number % 3 == 0 and number % 90 < 60:
                to = (x + rng.uniform(3, 12), y + rng.uniform(-9, 9))
                pen.line((x, y, *to), fill=(30, 40, 120), width=3)
                x, y = (0.08 * width, y + 0.09 * height) if to[0] > 0.68 * width else to
                y = 0.15 * height if y > 0.85 * height else y
                canvas = from_rgb(np.asarray(board))
            whole = pasted(canvas, next(shots), box) if self.person else canvas
            yield grain.over(whole, number)


@dataclass(frozen=True)
class Animated(Style):
    """Slides whose parts fly in, turn and pulse; no camera. Between the animations everything rests."""

    seed: int = 0

    def camera(self, size: Size) -> Box | None:
        return None

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        width, height = size
        rng = np.random.default_rng((self.seed, 24))
        canvas, at = page(size, self.seed * 31), 0
        while at < frames:
            rest, move = int(rng.integers(20, 90)), int(rng.integers(12, 60))
            for _ in range(min(rest, frames - at)):
                yield canvas
            at += rest
            side, top, colour = (
                int(rng.integers(30, 90)),
                int(rng.integers(height // 4, 3 * height // 4)),
                rng.integers(40, 200),
            )
            ends = rng.integers(0, width - 90, 2)
            for step in range(min(move, max(0, frames - at))):
                share = (step + 1) / move
                left = even(ends[0] + (ends[1] - ends[0]) * share * share * (3 - 2 * share))
                moved = canvas.copy()
                moved.y[top : top + side, left : left + side] = colour
                yield moved
            if move and at < frames:
                canvas = moved if rng.random() < 0.7 else page(size, self.seed * 31 + int(rng.integers(1, 30)))
            at += move


@dataclass(frozen=True)
class Handwriting(Style):
    """A tablet: a line grows on a page, and stops while the lecturer talks; a new page now and then."""

    seed: int = 0

    def camera(self, size: Size) -> Box | None:
        return None

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        width, height = size
        rng = np.random.default_rng((self.seed, 25))
        image, writing, left = Image.new("RGB", size, (250, 248, 240)), True, 60
        pen, place = ImageDraw.Draw(image), [0.1 * width, 0.1 * height]
        canvas = from_rgb(np.asarray(image))
        for _ in range(frames):
            left -= 1
            if left <= 0:
                writing, left = not writing, int(rng.integers(25, 150))
            if writing:
                to = [place[0] + rng.uniform(0, 5), place[1] + rng.uniform(-6, 6)]
                pen.line((*place, *to), fill=(20, 20, 30), width=3)
                place = to if to[0] < 0.9 * width else [0.1 * width, place[1] + 0.08 * height]
                if place[1] > 0.92 * height:
                    image.paste((250, 248, 240), (0, 0, width, height))
                    place = [0.1 * width, 0.1 * height]
                canvas = from_rgb(np.asarray(image))
            yield canvas


@dataclass(frozen=True)
class Recording(Style):
    """A screen recording: a pointer wanders, text is typed, the page scrolls; now and then nothing. For `Clip(variable=True)`."""

    seed: int = 0

    def camera(self, size: Size) -> Box | None:
        return None

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        width, height = size
        rng = np.random.default_rng((self.seed, 26))
        long = _document(size, self.seed)
        scroll, x, y, at = 0.0, 0.5 * width, 0.5 * height, 0
        while at < frames:
            act, length = str(rng.choice(["rest", "rest", "point", "scroll", "type"])), int(rng.integers(10, 70))
            speed, goal = float(rng.uniform(2, 9)), (rng.uniform(20, width - 40), rng.uniform(20, height - 60))
            shown = _screen(long, size, scroll, (x, y))
            for step in range(min(length, frames - at)):
                if act == "point":
                    x, y = x + (goal[0] - x) * 0.12, y + (goal[1] - y) * 0.12
                elif act == "scroll":
                    scroll = (scroll + speed) % (long.y.shape[0] - height)
                elif act == "type" and step % 4 == 0:
                    row, column = int(scroll) + height // 2, even(40 + 8 * step % (width - 100))
                    long.y[row : row + 12, column : column + 6] = 40
                if act != "rest" and not (act == "type" and step % 4):
                    shown = _screen(long, size, scroll, (x, y))
                yield shown
            at += length


def _document(size: Size, seed: int) -> Planes:
    pages = [page(size, seed * 7 + index, theme=1, lines=6) for index in range(4)]
    return Planes(*(np.concatenate([getattr(one, plane) for one in pages]) for plane in ("y", "u", "v")))


def _screen(long: Planes, size: Size, scroll: float, pointer: tuple[float, float]) -> Planes:
    top, height = even(scroll), size[1]
    y = long.y[top : top + height].copy()
    across, down = int(pointer[0]), int(pointer[1])
    y[down : down + 14, across : across + 9] = 20
    half = slice(top // 2, (top + height) // 2)
    return Planes(y, long.u[half], long.v[half])


@dataclass(frozen=True)
class Interview(Style):
    """Two cameras, cut to and fro."""

    sources: tuple[str, ...] = ("sofa", "office")
    seed: int = 0
    noise: float = 1.0
    every: tuple[int, int] = (75, 200)

    def changes(self, frames: int) -> tuple[int, ...]:
        return tuple(cuts(frames, self.seed, *self.every)[1:])

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        shots = [lecturer(source, size, noise=self.noise, seed=self.seed + i) for i, source in enumerate(self.sources)]
        starts, which = set(cuts(frames, self.seed, *self.every)[1:]), 0
        for number in range(frames):
            which = (which + 1) % len(shots) if number in starts else which
            yield next(shots[which])


@dataclass(frozen=True)
class Handheld(Style):
    """A camera in the hand in a workshop: it trembles, and pans now and then."""

    source: str = "drawn"
    seed: int = 0
    noise: float = 1.0
    tremble: float = 1.5
    """Pixels (σ) at 540 lines."""
    pan: float = 2.0
    """Pixels a frame at 540 lines while it pans."""

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        width, height = size
        unit, margin = height / 540, even(0.12 * height)
        wide = (width + 4 * margin, height + 2 * margin)
        shots = lecturer(self.source, wide, seed=self.seed)
        grain, rng = Grain(size, self.noise, self.seed), np.random.default_rng((self.seed, 27))
        wobble = np.cumsum(rng.normal(0, self.tremble * unit, (frames, 2)), axis=0)
        slow = np.stack([np.convolve(axis, np.ones(25) / 25, "same") for axis in wobble.T], axis=1)
        drift = 2 * margin * np.sin(np.arange(frames) * self.pan * unit / (2 * margin))
        for number in range(frames):
            x = 2 * margin + drift[number] + (wobble - slow)[number, 0]
            y = margin + (wobble - slow)[number, 1]
            left, top = (even(float(np.clip(v, 0, 2 * m))) for v, m in ((x, 2 * margin), (y, margin)))
            yield grain.over(cropped(next(shots), (left, top, width, height)), number)


def cropped(picture: Planes, box: Box) -> Planes:
    """The part of a picture in an even box."""
    left, top, width, height = box
    half = (slice(top // 2, (top + height) // 2), slice(left // 2, (left + width) // 2))
    return Planes(picture.y[top : top + height, left : left + width], picture.u[half], picture.v[half])


@dataclass(frozen=True)
class Film(Style):
    """A film clip that is shown whole, cuts, pans and fades as they are."""

    source: str = "bikes"
    seed: int = 0

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        shots = play(self.source, size, seed=self.seed)
        for _ in range(frames):
            yield next(shots)


def luma(value: int, size: Size) -> Planes:
    """A grey picture."""
    half: Array = np.full((size[1] // 2, size[0] // 2), 128, np.uint8)
    return Planes(np.full((size[1], size[0]), value, np.uint8), half, half)
