"""Clean lectures of twelve styles and of everything that only looks like a fault, over all checks: nothing may be said of them."""

from collections.abc import Sequence
from functools import cache

from matrix.hard import Embedded, Joined, Late, Pointer, Resting, Skim, Still, ToStill
from matrix.lectures import CODERS, Clip, Coder, Fade, Talk
from matrix.motion_styles import Swayed, Unrepeated, not_clean_of
from matrix.plan import Case, Material, Row, Seen, Target
from matrix.styles import (
    Animated,
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

FILE_CHECKS = frozenset(
    {
        "container", "video-codec", "audio-codec", "resolution", "frame-rate", "variable-frame-rate", "interlaced",
        "aspect-ratio", "video-bitrate", "audio-bitrate", "audio-sample-rate", "rendition", "lesson-length",
    }
)  # fmt: skip
"""What the matrix's small clips break by their making: size, rate and bit rate. All other checks count."""
SECONDS = 30.0
SMALL = (640, 360)
POOR = Coder("x264 400k", bit_rate=400_000, gop=250, preset="veryfast")

STYLES: dict[str, tuple[Style, ...]] = {
    "slides": tuple(Slides(seed, build=seed % 3 == 1, dissolve=12 * (seed % 4 == 2)) for seed in range(8)),
    "dark": (*(Slides(seed, dark=True, build=seed % 2 == 1) for seed in range(20, 24)), Window("sofa", 25, dark=True),
             Window("stage", 26, dark=True, noise=1.0)),
    "window": tuple(Window(source, seed, noise=noise) for seed, (source, noise) in enumerate(
        [("drawn", 0), ("sofa", 0), ("sofa", 1.5), ("stage", 0), ("stage", 1), ("car", 0), ("car", 2), ("office", 0),
         ("office", 1.2), ("drawn", 0)])),
    "teacher": tuple(Teacher(source, seed, noise) for seed, (source, noise) in enumerate(
        [("drawn", 0), ("sofa", 0), ("sofa", 1.5), ("stage", 0), ("stage", 1), ("car", 0), ("office", 0), ("office", 1.5)])),
    "screen": tuple(Screen(source, seed) for seed, source in enumerate(["drawn", "sofa", "stage", "office"])),
    "whiteboard": tuple(Whiteboard(seed, person=seed % 3 != 2) for seed in range(4)),
    "animated": tuple(Animated(seed) for seed in range(6)),
    "handwriting": tuple(Handwriting(seed) for seed in range(5)),
    "recording": tuple(Recording(seed) for seed in range(6)),
    "interview": (Interview(seed=1), Interview(("stage", "car"), 2), Interview(("sofa", "drawn"), 3), Interview(("office", "stage"), 4)),
    "handheld": (Handheld(seed=1), Handheld(seed=2, tremble=3, pan=5), Handheld("sofa", 3), Teacher("roof"), Teacher("chair"),
                 Handheld("car", 4, pan=4)),
    "film": (Film("bikes"), Film("plane"), Film("chaplin"), Film("site")),
    "hard": (Late(60), Embedded(teacher="sofa"), Embedded("chaplin", 2, teacher="stage"), ToStill(), ToStill(dissolve=15, seed=1),
             ToStill("stage", "roof", 2), ToStill("drawn", "site", 3, dissolve=20), Resting(), Resting(1, whole=True), Resting(2),
             Still(), Still(1, 0.8), Skim(), Skim(1, dark=True), Pointer(), Pointer(1, blinks=True),
             Joined((Slides(3), Window("sofa", 4), Teacher("stage", 5), Slides(6, dark=True), Film("bikes")))),
    "embedded": (Embedded(), Embedded("roof", 1), Embedded("chaplin", 2)),
    "steady": (Unrepeated("stage", 1), Unrepeated("stage", 2, 1.0), Unrepeated("chaplin", 3), Swayed(Teacher("sofa", 4, 1.0), 4),
               Swayed(Whiteboard(5), 5), Swayed(Unrepeated("stage", 6, 1.0), 6), Swayed(Interview(seed=7), 7)),
}  # fmt: skip
"""By style. `embedded`: a video on a slide holds its last frame where no other camera is; nothing in the picture tells it from a
lecturer's window that froze, so it is judged by itself. `steady`: takes without the pictures that their makers repeated, and a quiet
hand, where `stage`, `chaplin` and `Handheld` themselves are not clean of stutter and shake."""

HELD = {"film/1 ": ((4.6, 7.3), (15.1, 17.8), (26.9, 29.6))}
"""Seconds in which the footage itself stands: its editor held one picture for 2.5 s before a dissolve (and played to and fro it is
seen three times). That it is told is right, that it is not is no miss."""


@cache
def clips() -> dict[str, Clip]:
    """Every clean clip by name, styles × coders in turn."""
    made: dict[str, Clip] = {}
    turn = 0
    for style, looks in STYLES.items():
        for number, look in enumerate(looks):
            for _ in range(2 if style != "hard" else 1):
                coder, turn = (*CODERS, POOR)[turn % 9], turn + 1
                pauses = ((8.0, 10.0), (20.0, 22.6)) if turn % 3 == 0 else ()
                fade = (Fade(12, 12.6),) if turn % 7 == 0 and style in {"slides", "window", "teacher"} else ()
                variable = style == "recording" and coder.suffix == ".mp4"
                name = f"{style}/{number} {type(look).__name__}/{coder.name}"
                made[name] = Clip(
                    look, SECONDS, fade, coder, Talk(real=turn % 2 == 0, seed=turn, pauses=pauses), variable=variable,
                    size=SMALL if turn % 2 else (960, 540),
                )  # fmt: skip
    return made


def cases(*styles: str) -> Sequence[Case]:
    """Clean twins, all but the embedded ones or of some styles; rooms may use them in rows of their own."""
    wanted = styles or tuple(style for style in STYLES if style != "embedded")
    return [
        Case(
            name,
            clip,
            either=tuple(
                clip.planted(*span) for start, spans in HELD.items() if name.startswith(start) for span in spans
            ),
        )
        for name, clip in clips().items()
        if name.partition("/")[0] in wanted
    ]


def every_check(material: Material, severity: str) -> list[Seen]:
    """Findings of one severity of all checks but those that the clips break by their making: in size and rate all of them, some in
    that their footage repeats pictures or their hand shakes."""
    clip = material.case.recipe
    broken = FILE_CHECKS
    if isinstance(clip, Clip):
        broken |= not_clean_of(clip.style, denoised=clip.coder.crf == 23)
    return [
        Seen(finding.start, finding.end, finding.severity.value, f"{finding.check} {finding.severity.value}")
        for finding in material.judgement.findings
        if finding.severity.value == severity and finding.check not in broken
    ]


ROWS = (
    Row("clean-faults", Target(false_per_hour=0), cases, look=lambda material: every_check(material, "fault")),
    Row("clean-warnings", Target(false_per_hour=3), cases, look=lambda material: every_check(material, "warning")),
)
