"""Rows of camera quality: noise against injected noise, focus, bars, colour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from gpu.device import cpu
from gpu.measure import measure
from gpu.synth import ClipWriter
from matrix.camera_plants import CAST, Bars, Gains, Grade, Grades, Soft, Upscaled
from matrix.camera_styles import Studio, TwoCameras
from matrix.footage import media
from matrix.lectures import CODERS, Clip, Coder, Fade
from matrix.plan import Case, Material, Row, Score, Target
from matrix.rows_clean import POOR
from matrix.styles import Handheld, Interview, Screen, Slides, Style, Teacher, Whiteboard, Window
from station.checks import registry
from station.checks.subject import Subject
from station.demo.planes import Planes, from_rgb
from station.profile import default_profile

LEVELS = (30.0, 33.0, 36.0, 39.0, 42.0, 45.0, 48.0, 50.0)
"""Decibels of injected noise, peak 219."""
STILLS = ("noise/100007.yuv", "noise/100039.yuv", "noise/100075.yuv", "faces/obama-1080p.jpg", "faces/two_people.jpg")
"""Photographs: 481×321 raw, and JPEG."""
SMALL = (640, 360)
"""Enough where colours and borders are judged."""
EVERY = ("fault", "warning", "note")
CAMERAS: dict[str, Style] = {
    "teacher drawn": Teacher(),
    "teacher sofa": Teacher("sofa", 1, 1.0),
    "teacher office": Teacher("office", 5, 1.0),
    "window sofa": Window("sofa", 2, noise=1.5),
    "window drawn dark": Window("drawn", 3, dark=True),
    "window car": Window("car", 4),
    "screen": Screen(),
    "whiteboard": Whiteboard(),
    "handheld": Handheld(),
    "zoom in the hand": Teacher("roof"),
    "close up, moving": Teacher("stage", 3, 1.0),
}


@dataclass(frozen=True)
class Grainy:
    """A photograph that stands still under fresh white noise in every frame, kept without loss, or coded."""

    still: str
    decibels: float
    coder: str = "ffv1"
    bit_rate: int | None = None
    seconds: float = 5.0
    seed: int = 0
    suffix: str = ".mkv"

    def frames(self) -> Iterator[Planes]:
        """Every frame."""
        still, rng = photograph(media() / self.still), np.random.default_rng((self.seed, 31))
        sigma = 219 / 10 ** (self.decibels / 20)
        for _ in range(round(self.seconds * 25)):
            noise = rng.normal(0, sigma, still.y.shape)
            yield Planes(np.clip(np.rint(still.y + noise), 0, 255).astype(np.uint8), still.u, still.v)

    def write(self, path: Path) -> None:
        """Write it."""
        flow = self.frames()
        first = next(flow)
        high, wide = first.y.shape
        with ClipWriter(
            path, width=wide, height=high, rate=Fraction(25), video_codec=self.coder, video_bit_rate=self.bit_rate,
            audio_codec=None, gop=50, preset="veryfast", threads=1,
        ) as clip:  # fmt: skip
            for picture in (first, *flow):
                clip.picture((picture.y, picture.u, picture.v))


def photograph(path: Path) -> Planes:
    """A still, at most 960 wide, even sides."""
    if path.suffix == ".yuv":
        luma = np.fromfile(path, np.uint8)[: 481 * 321].reshape(321, 481)[:320, :480]
        return from_rgb(np.repeat(luma[..., None], 3, axis=2))
    image = Image.open(path).convert("RGB")
    scale = min(1.0, 960 / image.width)
    size = (int(image.width * scale) // 2 * 2, int(image.height * scale) // 2 * 2)
    return from_rgb(np.asarray(image.resize(size, Image.Resampling.LANCZOS)))


def grainy() -> Sequence[Case]:
    """Every still at every level."""
    return [
        Case(f"{still}/{decibels:g} dB", Grainy(still, decibels, seed=index))
        for index, still in enumerate(STILLS)
        for decibels in LEVELS
    ]


def off_noise(material: Material) -> Score:
    """How far the figure is from what was injected. A still without a figure is a miss."""
    recipe = material.case.recipe
    assert isinstance(recipe, Grainy)
    facts = registry()["noise"](material.subject, default_profile().checks["noise"]).facts
    if "decibels" not in facts:
        return Score(planted=1, missed=[material.case.name], cases=1)
    return Score(planted=1, found=1, errors=[float(facts["decibels"]) - recipe.decibels], cases=1)


def falling(folder: Path) -> Score:
    """Coded noise: more of it in must never read as less. Each pair of neighbouring levels is one thing to find."""
    score = Score()
    for still in STILLS[:1] + STILLS[3:4]:
        for rate in (1_000_000, 4_000_000, 16_000_000):
            figures: list[float] = []
            for decibels in (30.0, 35.0, 40.0, 45.0, 50.0):
                path = folder / f"{len(figures)}.mp4"
                Grainy(still, decibels, "libx264", rate, suffix=".mp4").write(path)
                subject = Subject(measure(path, device=cpu("matrix"), threads=1))
                facts = registry()["noise"](subject, default_profile().checks["noise"]).facts
                figures.append(float(facts.get("decibels", np.nan)))
            told = [figure for figure in figures if not np.isnan(figure)]
            pairs = list(pairwise(told))
            good = sum(after >= before for before, after in pairs)
            score.add(Score(planted=len(pairs), found=good, cases=1))
            if good < len(pairs):
                score.missed.append(f"{still} at {rate}: {figures}")
    return score


STEPS: dict[str, Gains] = {
    "white balance warm": (1.25, 1.0, 0.75),
    "white balance cold": (0.78, 1.0, 1.3),
    "white balance green": (0.85, 1.18, 0.88),
    "iris up": (1.45, 1.45, 1.45),
    "iris down": (0.68, 0.68, 0.68),
}


def jumps() -> Sequence[Case]:
    """Every camera with every step, coders in turn; and slow, dark and coloured twins."""
    made: list[Case] = []
    for turn, (name, style) in enumerate(CAMERAS.items()):
        for index, (step, gains) in enumerate(STEPS.items()):
            if (turn + index) % 5 > 2:
                continue
            coder = CODERS[(turn + 2 * index) % len(CODERS)]
            clip = Clip(style, 10.0, (Grade(6.0, gains),), coder, size=SMALL)
            made.append(Case(f"{name}/{step}/{coder.name}", clip, (clip.planted(6.0, 6.2, step),)))
        coder = CODERS[turn % len(CODERS)]
        slow = Grade(4.0, (0.2, 0.2, 0.2), ramp=1.2) if turn % 2 else Grade(3.0, (1.2, 0.9, 0.6), ramp=6.0)
        what = "lights off" if turn % 2 else "sunset"
        made.append(Case(f"{name}/clean {what}/{coder.name}", Clip(style, 10.0, (slow,), coder, size=SMALL)))
    for seed in range(4):
        cutting = Window("drawn", seed, every=(40, 90), dark=seed % 2 == 1)
        made.append(Case(f"slides change/{seed}", Clip(cutting, 15.0, (Fade(9, 10),), CODERS[seed], size=SMALL)))
    return made


def tinted() -> Sequence[Case]:
    """Casts over the camera alone; and blue studios, warm rooms, coloured slides beside a camera that is right."""
    made: list[Case] = []
    for turn, (name, style) in enumerate(list(CAMERAS.items())[:7]):
        for index, (tint, gains) in enumerate(CAST.items()):
            if (turn + index) % 2:
                continue
            coder = CODERS[(turn + index) % len(CODERS)]
            clip = Clip(style, 24.0, (Grade(0.0, gains),), coder, size=SMALL)
            made.append(Case(f"{name}/{tint}/{coder.name}", clip, (clip.planted(0.0, 24.0, tint),)))
        made.append(Case(f"{name}/clean", Clip(style, 24.0, (), CODERS[turn % len(CODERS)], size=SMALL)))
    for index, wall in enumerate(((170, 108), (104, 100), (120, 170))):
        made.append(Case(f"studio {wall}/clean", Clip(Studio(index, wall), 24.0, size=SMALL)))
    made.append(
        Case("coloured slides/clean", Clip(Slides(3), 24.0, (Grade(0.0, CAST["green"], whole=True),), size=SMALL))
    )
    return made


def soft() -> Sequence[Case]:
    """Out of focus by 8 or 12 pixels (σ, at 1080 lines), the clips being 540 lines high; a short search for focus is clean."""
    made: list[Case] = []
    for turn, (name, style) in enumerate(CAMERAS.items()):
        sigma = 8.0 if turn % 2 else 12.0
        coder = CODERS[(turn + 3) % len(CODERS)]
        clip = Clip(style, 14.0, (Soft(3.0, 11.0, sigma),), coder)
        made.append(Case(f"{name}/σ {sigma:g}/{coder.name}", clip, (clip.planted(3.0, 11.0),)))
        twin = Clip(style, 12.0, (), POOR) if turn % 2 else Clip(style, 12.0, (Soft(5.0, 7.0, 10.0),))
        made.append(Case(f"{name}/clean {'poor' if turn % 2 else 'search'}", twin))
    return made


def barred() -> Sequence[Case]:
    """Letterbox and pillarbox for the whole clip; dark slides and a short film in bars are clean."""
    made: list[Case] = []
    styles = {**CAMERAS, "slides": Slides(1), "slides build": Slides(4, build=True)}
    for turn, (name, style) in enumerate(styles.items()):
        for index, (sides, share) in enumerate((("rows", 0.12), ("columns", 0.125), ("rows", 0.03))):
            if (turn + index) % 3 == 0:
                continue
            coder: Coder = (*CODERS, POOR)[(turn + round(share * 100)) % (len(CODERS) + 1)]
            clip = Clip(style, 6.0, (Bars(share, sides),), coder, size=SMALL)
            made.append(Case(f"{name}/{sides} {share}/{coder.name}", clip, (clip.planted(0.0, 6.0),)))
        made.append(Case(f"{name}/clean", Clip(style, 6.0, (), CODERS[turn % len(CODERS)], size=SMALL)))
    for seed in range(20, 28):
        dark = Slides(seed, dark=True, build=seed % 2 == 1)
        made.append(Case(f"dark slides {seed}/clean", Clip(dark, 20.0, (), CODERS[seed % len(CODERS)], size=SMALL)))
    made.append(Case("short film in bars/clean", Clip(Teacher(), 16.0, (Bars(0.12, "rows", 3, 9),), size=SMALL)))
    return made


def unequal() -> Sequence[Case]:
    """One lecturer before two cameras of which one is tinted; equal ones, and interviews in two different rooms, are clean."""
    made: list[Case] = []
    for seed, source in enumerate(("drawn", "sofa", "drawn", "sofa")):
        style = TwoCameras(source, seed)
        starts = [0, *style.changes(600)]
        for name, gains in (("warm", (1.3, 1.0, 0.7)), ("cold", (0.75, 1.0, 1.35))):
            turns = tuple((at / 25, gains if index % 2 else (1.0, 1.0, 1.0)) for index, at in enumerate(starts))
            clip = Clip(style, 24.0, (Grades(turns),), CODERS[seed], size=SMALL)
            made.append(Case(f"{source} {seed}/{name}", clip, (clip.planted(0.0, 24.0, name),)))
        made.append(Case(f"{source} {seed}/clean", Clip(style, 24.0, (), CODERS[seed], size=SMALL)))
        made.append(Case(f"interview {seed}/clean", Clip(Interview(seed=seed), 24.0, (), CODERS[seed], size=SMALL)))
    return made


def enlarged() -> Sequence[Case]:
    """720-line lectures scaled up from half their size, slides and all; and sharp ones."""
    made: list[Case] = []
    styles: tuple[Style, ...] = (Window("drawn", 1), Slides(2), Window("sofa", 3, noise=1.0), Slides(23, dark=True))
    for turn, style in enumerate(styles):
        for coder in (CODERS[0], CODERS[3]):
            clip = Clip(style, 8.0, (Upscaled(),), coder, size=(1280, 720))
            made.append(Case(f"{turn}/upscaled/{coder.name}", clip, (clip.planted(0.0, 8.0),)))
            made.append(Case(f"{turn}/clean/{coder.name}", Clip(style, 8.0, (), coder, size=(1280, 720))))
    return made


ROWS = (
    Row("noise", Target(recall=1.0, error=1.0), grainy, measure=off_noise, unit="dB"),
    Row("noise-coded", Target(recall=1.0), pure=falling),
    Row("blur", Target(false_per_hour=0.5), soft, reach=1.5),
    Row("upscaled", Target(), enlarged, check="blur", counts=EVERY),
    Row("picture-bars", Target(false_per_hour=0.5), barred),
    Row("colour-jump", Target(false_per_hour=0.5), jumps, reach=0.1),
    Row("colour-cast", Target(false_per_hour=0.5), tinted, counts=EVERY),
    Row("camera-mismatch", Target(false_per_hour=0.5), unequal, counts=EVERY),
)
