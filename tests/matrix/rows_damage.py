"""Flicker, and garbled pictures: what a decoder tells, what an earlier encode burnt in, what is painted; and all that looks like it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from matrix.damage import GREEN, GREY, PINK, Blocks, Burnt, Hit, Hurt, Mess, Smear, Torn
from matrix.hard import Pointer, Skim
from matrix.lectures import CODERS, Clip, Coder, Fade, Plant, Setting, at_rate
from matrix.plan import Case, Row, Target
from matrix.styles import (
    Animated,
    Film,
    Handheld,
    Interview,
    Recording,
    Screen,
    Size,
    Slides,
    Style,
    Teacher,
    Whiteboard,
    Window,
    luma,
    mixed,
    page,
)
from station.demo.planes import Array, Planes

SMALL = (640, 360)
GOP = 50
FIRST = Coder("x264 3M", bit_rate=3_000_000, gop=GOP, preset="superfast")
FIRST_2 = Coder("mpeg2 5M", codec="mpeg2video", bit_rate=5_000_000, gop=12)
POOR = Coder("x264 300k", bit_rate=300_000, gop=250, preset="veryfast")
BASES: dict[str, Style] = {
    "slides": Slides(301, every=(400, 401)),
    "window": Window("sofa", 302, every=(400, 401)),
    "teacher": Teacher("sofa", 303, 1.0),
    "stage": Teacher("stage", 304),
    "whiteboard": Whiteboard(305),
    "screen": Screen("sofa", 306, every=(400, 401)),
    "recording": Recording(307),
    "animated": Animated(308),
    "handheld": Handheld("chair", 309),
    "film": Film("bikes"),
}
SECONDS = 7.0


def burnt() -> Sequence[Case]:
    """A hit on a key frame, on the picture after it, and in the middle of a group; until the next key frame. The rest is sound."""
    made: list[Case] = []
    for number, (name, style) in enumerate(BASES.items()):
        for index, second in enumerate((2.0, 2.04, 3.2)):
            first = FIRST_2 if (number + index) % 4 == 3 else FIRST
            again = CODERS[(number + index) % len(CODERS)]
            clip = Clip(style, SECONDS, (), first, None, size=SMALL)
            recipe = Burnt(clip, Hit(second), again, seed=number * 10 + index)
            until = 4.0 if first.gop == GOP else second + first.gop / clip.rate
            made.append(Case(f"{name}/{second} s/{first.name}/{again.name}", recipe, (clip.planted(second, until),)))
    return made


def lost() -> Sequence[Case]:
    """Slices that never came: every decoder says so."""
    made: list[Case] = []
    for number, (name, style) in enumerate(BASES.items()):
        coder = (FIRST, FIRST_2)[number % 2]
        clip = Clip(style, SECONDS, (), coder, None, size=SMALL)
        second = 2.0 if coder is FIRST else 2.4
        hit = Hit(second, 0.2, 200)
        end = second + coder.gop / clip.rate
        made.append(Case(f"{name}/{coder.name}", Hurt(clip, (hit,), number), (clip.planted(second - 0.12, end),)))
    return made


def painted() -> Sequence[Case]:
    """Patches, mess, smears and torn frames, to the frame."""
    made: list[Case] = []
    plants: tuple[tuple[str, Plant, float, float], ...] = (
        ("green", Blocks(2, 2.6, GREEN), 2, 2.6),
        ("grey", Blocks(2, 2.6, GREY, top=0.3, rows=3, left=0.2), 2, 2.6),
        ("pink", Blocks(2, 2.2, PINK, rows=2), 2, 2.2),
        ("mess", Mess(2, 2.5), 2, 2.5),
        ("mess 1", Mess(2, 2.04, share=0.1, density=0.5), 2, 2.04),
        ("smear", Smear(2, 2.4, top=0.6), 2, 2.4),
        ("smear 1", Smear(2, 2.04, top=0.7), 2, 2.04),
        ("torn 1", Torn(2, 2.04), 2, 2.04),
        ("torn 3", Torn(2, 2.12, top=0.3, shift=0.03), 2, 2.12),
    )
    for number, (name, style) in enumerate(BASES.items()):
        for index, (what, plant, start, end) in enumerate(plants):
            coder = CODERS[(number + index) % len(CODERS)]
            clip = Clip(style, 4.0, (plant,), coder, None, size=SMALL)
            made.append(Case(f"{name}/{what}/{coder.name}", clip, (clip.planted(start, end, what),)))
    return made


# ---- what only looks like damage


@dataclass(frozen=True)
class Mosaic:
    """A face made unknowable: cells of `cell` pixels over a box that drifts a little, or stands on the grid of blocks."""

    cell: int = 16
    box: tuple[float, float, float, float] = (0.4, 0.2, 0.25, 0.4)
    drift: float = 0.0
    start: float = 0.0
    end: float = 1e6

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        width, height = setting.size
        for number, picture in enumerate(pictures):
            if not first <= number < last:
                yield picture
                continue
            move = self.drift * np.sin(number / 9)
            left, top = (
                int((share + move) * size) // 16 * 16 for share, size in zip(self.box[:2], setting.size, strict=True)
            )
            wide, high = (
                int(share * size) // self.cell * self.cell
                for share, size in zip(self.box[2:], (width, height), strict=True)
            )
            made = []
            for plane, step in ((picture.y, 1), (picture.u, 2), (picture.v, 2)):
                made.append(_coarse(plane, left // step, top // step, wide // step, high // step, self.cell // step))
            yield Planes(made[0], made[1], made[2])


def _coarse(plane: Array, left: int, top: int, wide: int, high: int, cell: int) -> Array:
    made = plane.copy()
    part = made[top : top + high, left : left + wide]
    rows, cols = part.shape[0] // cell, part.shape[1] // cell
    cells = part[: rows * cell, : cols * cell].reshape(rows, cell, cols, cell).mean(axis=(1, 3))
    part[: rows * cell, : cols * cell] = np.repeat(np.repeat(cells, cell, axis=0), cell, axis=1)
    return made


@dataclass(frozen=True)
class Drawn(Style):
    """Slides of one kind: `grid` tables, `code` QR codes, `pixels` pixel art, `bars` charts, `stripes`, `ramp` fine gradients, `flat`
    coloured cards; another one every `every` frames."""

    kind: str = "grid"
    every: int = 40
    seed: int = 0
    push: int = 0
    """Frames that the next slide takes to push this one up; 0: a cut."""
    wipe: bool = False
    """The next slide is uncovered from the left instead."""

    def camera(self, size: Size) -> None:
        """There is none."""

    def draw(self, size: Size, frames: int) -> Iterator[Planes]:
        old = self._slide(size, 0)
        for index in count(1):
            new = self._slide(size, index)
            for _ in range(self.every - self.push):
                yield old
            for step in range(1, self.push + 1):
                yield self._between(old, new, step / (self.push + 1), size)
            old = new

    def _between(self, old: Planes, new: Planes, share: float, size: Size) -> Planes:
        made = []
        for one, other in zip((old.y, old.u, old.v), (new.y, new.u, new.v), strict=True):
            if self.wipe:
                at = int(one.shape[1] * share)
                made.append(np.concatenate([other[:, :at], one[:, at:]], axis=1))
            else:
                at = int(one.shape[0] * share)
                made.append(np.concatenate([one[at:], other[:at]], axis=0))
        return Planes(made[0], made[1], made[2])

    def _slide(self, size: Size, index: int) -> Planes:
        random = np.random.default_rng((self.seed, index))
        base = page(size, self.seed * 100 + index)
        y, u, v = base.y.copy(), base.u.copy(), base.v.copy()
        width, height = size
        if self.kind == "grid":
            y[height // 4 :: 24, width // 8 : -width // 8] = 60
            y[height // 4 :, width // 8 : -width // 8 : 48] = 60
        elif self.kind in {"code", "pixels"}:
            cell = 8 if self.kind == "code" else 16
            cells = random.random((12, 16)) < 0.5
            y[64 : 64 + 12 * cell, 96 : 96 + 16 * cell] = np.where(np.kron(cells, np.ones((cell, cell))), 40, 210)
            if self.kind == "pixels":
                tint = np.kron(random.integers(112, 145, (12, 16)), np.ones((8, 8)))
                u[32:128, 48:176], v[32:128, 48:176] = tint, tint[::-1]
        elif self.kind == "bars":
            for bar in range(8):
                left = width // 8 + bar * width // 11
                y[
                    height - height // 10 - int(random.integers(40, height * 2 // 3)) : height - height // 10,
                    left : left + 24,
                ] = 90
        elif self.kind == "stripes":
            y[height // 3 :] = np.where(np.arange(width) % 64 < 32, 90, 200)
        elif self.kind == "ramp":
            y[:] = (60 + 100 * np.arange(width) / width + index % 5)[None, :].astype(np.uint8)
        else:
            code = ((128, 128, 128), (130, 150, 190), (90, 90, 80), (60, 100, 200), (180, 60, 120))[index % 5]
            y[height // 4 : -height // 6, width // 6 : -width // 6] = code[0]
            u[height // 8 : -height // 12, width // 12 : -width // 12] = code[1]
            v[height // 8 : -height // 12, width // 12 : -width // 12] = code[2]
        return Planes(y, u, v)


def alike() -> Sequence[Case]:
    """Clean pictures that a careless eye takes for damage, or a careless meter for flicker."""
    looks: list[tuple[str, Style, tuple[Plant, ...], Coder | None]] = [
        (f"{kind} {how}", Drawn(kind, seed=seed, push=push, wipe=wipe), (), None)
        for seed, kind in enumerate(("grid", "code", "pixels", "bars", "stripes", "ramp", "flat"))
        for how, push, wipe in (("cut", 0, False), ("push", 12, False), ("wipe", 15, True))
    ]
    looks += [
        ("mosaic 16", Teacher("sofa", 320, 1.0), (Mosaic(),), None),
        ("mosaic 16 adrift", Teacher("stage", 321), (Mosaic(drift=0.05),), None),
        ("mosaic 32", Window("sofa", 322), (Mosaic(32, (0.7, 0.35, 0.25, 0.4)),), None),
        ("mosaic 10 for a while", Teacher("car", 323), (Mosaic(10, start=3, end=9),), None),
        ("mosaic 16 for a while", Teacher("sofa", 324), (Mosaic(start=3, end=9),), None),
        ("poor camera", Teacher("stage", 325, 1.0), (), POOR),
        ("poor walk", Handheld("chair", 326), (), POOR),
        ("poor film", Film("bikes"), (), POOR),
        ("poor zoom", Teacher("roof", 327), (), POOR),
        ("grain", Teacher("sofa", 328, 6.0), (), None),
        ("grain film", Film("chaplin"), (), None),
        ("pan", Handheld("roof", 329, tremble=3, pan=8), (), None),
        ("pan fast", Handheld("drawn", 330, tremble=2, pan=14), (), None),
        ("film", Film("bikes"), (), None),
        ("site", Film("site"), (), None),
        ("plane", Film("plane"), (), None),
        ("skim", Skim(331, each=(9, 14)), (), None),
        ("skim dark and light", Skim(332, dark=True, each=(9, 14)), (), None),
        ("recording", Recording(333), (), None),
        ("pointer", Pointer(334), (), None),
        ("animated", Animated(335), (), None),
        ("interview", Interview(seed=336), (), None),
        ("fades", Window("sofa", 337), (Fade(2, 2.4, 0.3), Fade(4, 4.4, 0.3), Fade(6, 6.4, 0.3)), None),
    ]
    made: list[Case] = []
    for number, (name, style, plants, coder) in enumerate(looks):
        chosen = coder or CODERS[number % len(CODERS)]
        clip = Clip(style, 12.0, plants, chosen, None, size=SMALL if number % 2 else (960, 540))
        made.append(Case(f"{name}/{chosen.name}", clip))
    return made


# ---- flicker


@dataclass(frozen=True)
class Strobe:
    """Light goes up and down `hertz` times a second over [start, end) seconds within a box (shares); `depth` of it, `wave` like a
    sine; red instead of light where `red`."""

    start: float
    end: float
    hertz: float = 5.0
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    depth: float = 0.6
    wave: bool = False
    red: bool = False

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        width, height = setting.size
        for number, picture in enumerate(pictures):
            if not first <= number < last:
                yield picture
                continue
            phase = (number - first) / setting.rate * self.hertz % 1
            share = (0.5 - 0.5 * np.cos(2 * np.pi * phase)) if self.wave else float(phase < 0.5)
            other = self._red(setting.size) if self.red else luma(235, setting.size)
            lit = mixed(picture, other, share * (1.0 if self.red else self.depth))
            left, top, wide, high = (
                int(part * size) // 2 * 2 for part, size in zip(self.box, (width, height) * 2, strict=True)
            )
            y, u, v = picture.y.copy(), picture.u.copy(), picture.v.copy()
            y[top : top + high, left : left + wide] = lit.y[top : top + high, left : left + wide]
            half = (slice(top // 2, (top + high) // 2), slice(left // 2, (left + wide) // 2))
            u[half], v[half] = lit.u[half], lit.v[half]
            yield Planes(y, u, v)

    def _red(self, size: Size) -> Planes:
        base = luma(80, size)
        return Planes(base.y, np.full_like(base.u, 95), np.full_like(base.v, 225))


def strobes() -> Sequence[Case]:
    """Flashing over lectures: too fast, in light or red, whole or in part; and flashing that is slow or small enough."""
    bases: dict[str, Style] = {
        "dark slides": Slides(341, dark=True, every=(400, 401)),
        "window": Window("sofa", 342, dark=True, every=(400, 401)),
        "teacher": Teacher("sofa", 343, 1.0),
        "stage": Teacher("stage", 344),
        "recording": Recording(345),
        "film": Film("site"),
    }
    wrong = (
        Strobe(2, 4, 5.0),
        Strobe(2, 4, 8.0, (0.0, 0.0, 0.6, 0.6)),
        Strobe(2, 3.2, 12.5),
        Strobe(2, 5, 4.5, wave=True),
        Strobe(2, 4, 5.0, (0.2, 0.2, 0.7, 0.7), red=True),
    )
    right = (Strobe(2, 5, 1.5), Strobe(2, 4, 8.0, (0.1, 0.1, 0.4, 0.4)), Strobe(2, 4, 6.0, depth=0.03))
    made: list[Case] = []
    for number, (name, style) in enumerate(bases.items()):
        for index, strobe in enumerate((*wrong, *right)):
            coder = CODERS[(number + index) % len(CODERS)]
            clip = Clip(style, 7.0, (strobe,), coder, None, size=SMALL)
            truth = (clip.planted(strobe.start, strobe.end, f"{strobe.hertz} Hz"),) if strobe in wrong else ()
            if name == "recording" and strobe in wrong and not strobe.red:
                continue  # light over white paper is no flash
            made.append(Case(f"{name}/{index}/{coder.name}", clip, truth))
    return [*made, *alike()]


ROWS = (
    Row("corrupt-lost", Target(recall=1), lost, check="corrupt"),
    Row("corrupt-burnt", Target(recall=0.95), burnt, check="corrupt"),
    Row("corrupt-painted", Target(recall=0.95), painted, check="corrupt"),
    Row("corrupt-alike", Target(false_per_hour=1), alike, check="corrupt"),
    Row("flicker", Target(recall=1, false_per_hour=0, edge_frames=6), strobes),
)
