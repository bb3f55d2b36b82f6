"""Rows of black, frozen and foreign pictures, and of slide changes."""

from collections.abc import Sequence

from matrix import rows_clean
from matrix.hard import Late, Overlaid, Pointer, Resting, Skim, ToStill
from matrix.lectures import CODERS, SLOW, Black, Clip, Fade, Foreign, Freeze, Talk
from matrix.plan import Case, Material, Row, Seen, Target
from matrix.rows_clean import POOR
from matrix.styles import (
    Film,
    Handheld,
    Handwriting,
    Interview,
    Recording,
    Screen,
    Slides,
    Style,
    Teacher,
    Whiteboard,
    Window,
)
from station.checks._changes import slide_changes

SMALL_WINDOW = (0.8, 0.7, 0.18, 0.28)
FROZEN: dict[str, Style] = {
    "window drawn": Window(),
    "window sofa": Window("sofa", 1),
    "window sofa noise": Window("sofa", 2, noise=1.5),
    "window stage": Window("stage", 3),
    "window car": Window("car", 4),
    "window office": Window("office", 5, noise=0.8),
    "small window sofa": Window("sofa", 6, box=SMALL_WINDOW),
    "small window drawn": Window("drawn", 7, box=SMALL_WINDOW),
    "dark window sofa": Window("sofa", 8, dark=True),
    "dark window stage": Window("stage", 9, dark=True, noise=1.0),
    "teacher drawn": Teacher(),
    "teacher sofa": Teacher("sofa", 1),
    "teacher sofa noise": Teacher("sofa", 2, 1.5),
    "teacher stage": Teacher("stage", 3),
    "teacher car": Teacher("car", 4),
    "teacher office": Teacher("office", 5),
    "screen drawn": Screen(),
    "screen sofa": Screen("sofa", 1),
    "whiteboard": Whiteboard(),
    "whiteboard alone": Whiteboard(1, person=False),
    "interview": Interview(seed=3),
    "handheld drawn": Handheld(),
    "handheld pan": Handheld(seed=2, tremble=3, pan=5),
    "handheld sofa": Handheld("sofa", 3),
    "zoom in the hand": Teacher("roof"),
    "walk with a phone": Teacher("chair"),
    "film chaplin": Film("chaplin"),
    "window in a camera": Overlaid(),
    "window in a handheld one": Overlaid("chair", "stage", 2),
    "resting": Resting(1, rests=(100, 200)),
}
"""What is frozen."""
SPANS: dict[str, tuple[tuple[float, float], ...]] = {
    "2 s and 3 s": ((4.0, 6.0), (9.0, 12.0)),
    "early 2.2 s and 5 s": ((1.0, 3.2), (7.0, 12.0)),
    "to the end": ((10.0, 99.0),),
    "2.4 s twice": ((5.0, 7.4), (8.6, 11.0)),
}
LENGTH = 14.0


def freezes() -> Sequence[Case]:
    """Every base with every kind of span, coders in turn; and windows that open shortly before they freeze."""
    made: list[Case] = []
    coders = (*CODERS, POOR, SLOW)
    turn = 0
    for name, style in FROZEN.items():
        for kind, spans in SPANS.items():
            turn += 3
            coder = coders[turn % len(coders)]
            plants = tuple(Freeze(*span) for span in spans)
            silent = ((3.5, 7.5),) if turn % 4 == 0 else ()
            clip = Clip(
                style,
                LENGTH,
                plants,
                coder,
                Talk(seed=turn, pauses=silent),
                size=(640, 360) if turn % 2 else (960, 540),
            )
            made.append(Case(f"{name}/{kind}/{coder.name}", clip, tuple(clip.planted(*span) for span in spans)))
    for begins, source, coder in (
        (40, "sofa", CODERS[0]),
        (60, "stage", CODERS[3]),
        (50, "drawn", CODERS[6]),
        (45, "car", CODERS[1]),
    ):
        start = begins / 25 + 1.0
        clip = Clip(Late(begins, source), 9.0, (Freeze(start, start + 3),), coder)
        made.append(Case(f"late {source}/1 s after it opens/{coder.name}", clip, (clip.planted(start, start + 3),)))
    return [*made, *rows_clean.cases()]


def ended() -> Sequence[Case]:
    """Videos on slides that hold their last frame."""
    return rows_clean.cases("embedded")


BLACKS = ((3, 16, 0.0), (4, 16, 0.6), (6, 17, 0.0), (12, 16, 1.0), (25, 16, 0.0), (60, 18, 0.5))
"""Frames, luma code, grain (codes, σ)."""
BLACK_BASES: dict[str, Style] = {
    "slides": Slides(30),
    "dark slides": Slides(31, dark=True),
    "dark window": Window("stage", 32, dark=True),
    "window": Window("sofa", 33, noise=1.0),
    "teacher": Teacher("sofa", 34, 1.0),
    "dark hall": Teacher("site", 35),
    "stage": Teacher("stage", 36),
    "interview": Interview(seed=37),
    "handheld": Handheld(seed=38),
    "recording": Recording(39),
}


def blacks() -> Sequence[Case]:
    """Black of 3 to 60 frames in every base, coders in turn; a decoy fade beside it."""
    made: list[Case] = []
    coders, turn = (*CODERS, POOR), 0
    for name, style in BLACK_BASES.items():
        for half in (BLACKS[::2], BLACKS[1::2]):
            turn += 2
            coder, rate = coders[turn % len(coders)], 25
            spans = [
                (2.0 + 3.6 * index, 2.0 + 3.6 * index + frames / rate, code, grain)
                for index, (frames, code, grain) in enumerate(half)
            ]
            plants = (*(Black(*span) for span in spans), Fade(14.0, 14.4, 0.8))
            clip = Clip(style, 16.5, plants, coder, Talk(seed=turn), size=(640, 360) if turn % 4 else (960, 540))
            lengths = ", ".join(str(frames) for frames, _, _ in half)
            made.append(
                Case(
                    f"{name}/{lengths} frames/{coder.name}",
                    clip,
                    tuple(clip.planted(a, b, f"code {c} σ {g}") for a, b, c, g in spans),
                )
            )
    return [*made, *rows_clean.cases()]


def flashes() -> Sequence[Case]:
    """1–5 foreign frames of each kind in every base, coders in turn. What the same shot shows 3 s later may be the same picture, or
    somebody who has moved: that it is told is neither right nor wrong."""
    made: list[Case] = []
    coders, turn = (*CODERS, POOR), 0
    kinds = ("bands", "white", "black", "slide", "later")
    for name, style in FLASH_BASES.items():
        for shift in range(2):
            turn += 1
            coder = coders[turn % len(coders)]
            plants = tuple(
                Foreign(2.0 + 2.6 * index, 1 + (index + turn + shift) % 5, kinds[(index + 2 * shift + turn) % 5])
                for index in range(4)
            )
            clip = Clip(style, 15.0, plants, coder, Talk(seed=turn), size=(640, 360) if turn % 4 else (960, 540))
            spans = {
                one: clip.planted(one.start, one.start + one.frames / 25, f"{one.frames} {one.shows}") for one in plants
            }
            truth = tuple(span for one, span in spans.items() if one.shows != "later")
            same = tuple(span for one, span in spans.items() if one.shows == "later")
            made.append(Case(f"{name}/{shift}/{coder.name}", clip, truth, same))
    return [*made, *rows_clean.cases()]


FLASH_BASES: dict[str, Style] = {
    "slides": Slides(40, every=(400, 401)),
    "white slides": Slides(40, every=(400, 401)),
    "dark slides": Slides(41, dark=True, every=(400, 401)),
    "window drawn": Window("drawn", 42, every=(400, 401)),
    "window sofa": Window("sofa", 43, every=(400, 401)),
    "dark window": Window("stage", 44, dark=True, every=(400, 401)),
    "teacher sofa": Teacher("sofa", 45, 1.0),
    "teacher stage": Teacher("stage", 46),
    "teacher drawn": Teacher("drawn", 47),
    "teacher car": Teacher("car", 48),
    "screen": Screen("sofa", 49, every=(400, 401)),
    "whiteboard": Whiteboard(50),
    "handwriting": Handwriting(51),
    "recording": Recording(52),
    "handheld": Handheld(seed=53),
    "handheld pan": Handheld(seed=54, tremble=3, pan=5),
    "zoom in the hand": Teacher("roof"),
    "walk with a phone": Teacher("chair"),
    "film": Film("chaplin"),
}


def changing() -> Sequence[Case]:
    """Slides that change, cameras that are cut: every change is planted. Lines that come one by one may be told or not."""
    made: list[Case] = []
    coders, turn = (*CODERS, POOR), 0
    for name, style in CHANGING.items():
        for seconds in (24.0,):
            turn += 1
            clip = Clip(style, seconds, (), coders[turn % len(coders)], None, size=(640, 360))
            frames = clip.frames
            truth = tuple(clip.planted(at / 25, at / 25) for at in style.changes(frames))
            either = tuple(clip.planted(at / 25 - 0.1, at / 25 + 0.5) for at in style.small_changes(frames))
            made.append(Case(f"{name}/{clip.coder.name}", clip, truth, either))
    return made


CHANGING: dict[str, Style] = {
    **{f"slides {seed}": Slides(seed + 60, every=(40, 160)) for seed in range(6)},
    **{f"dark slides {seed}": Slides(seed + 70, dark=True, every=(40, 160)) for seed in range(4)},
    **{f"built slides {seed}": Slides(seed + 80, build=True, every=(80, 200)) for seed in range(3)},
    **{f"dissolving slides {seed}": Slides(seed + 90, dissolve=10, every=(60, 200)) for seed in range(3)},
    **{
        f"dark dissolving slides {seed}": Slides(seed + 94, dissolve=12, dark=True, every=(60, 200))
        for seed in range(2)
    },
    **{
        f"window {source}": Window(source, 100 + i, every=(50, 170))
        for i, source in enumerate(("drawn", "sofa", "stage", "car"))
    },
    **{
        f"dark window {source}": Window(source, 110 + i, dark=True, every=(50, 170))
        for i, source in enumerate(("sofa", "stage"))
    },
    **{f"screen {source}": Screen(source, 120 + i, every=(50, 170)) for i, source in enumerate(("drawn", "sofa"))},
    "interview": Interview(seed=130),
    "interview close": Interview(("stage", "car"), 131),
    "photograph": ToStill(),
    "leafing": Skim(132, each=(14, 30)),
    "teacher": Teacher("sofa", 133),
    "teacher car": Teacher("car", 134),
    "handheld pan": Handheld(seed=135, tremble=3, pan=5),
    "walk with a phone": Teacher("chair"),
    "whiteboard": Whiteboard(136),
    "pointer": Pointer(137),
    "recording": Recording(138),
}


def told_changes(material: Material) -> list[Seen]:
    """The changes that evidence and readers use."""
    return [Seen(time, time, what="change") for time in slide_changes(material.measurements)]


ROWS = (
    Row("black", Target(recall=1, false_per_hour=0, edge_frames=1), blacks),
    Row("freeze", Target(recall=0.99, false_per_hour=1, edge_frames=1), freezes),
    Row("freeze-embedded", Target(false_per_hour=0), ended, check="freeze", counts=("fault",)),
    Row("flash", Target(recall=0.98, false_per_hour=0.5), flashes),
    Row("slide-changes", Target(f1=0.95), changing, look=told_changes, instants=True, reach=0.5),
)
