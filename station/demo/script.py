"""What happens in the two sample lessons, and therefore what must be found in them and what must not.

Cue times are those of a lesson of SHORTEST seconds and stretch with the lesson; faults keep their own length.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from station.demo import slides, voice
from station.demo.planes import Array
from station.demo.render import Lecture, Scene, Span, shaped
from station.text import say

SHORTEST = 36
"""Seconds."""
RATE = 25
SAMPLE_RATE = 44100
SIZE = (1920, 1080)
LATE = 8
"""Frames by which the second lesson's sound comes late."""
PICTURE_CHECKS = {"black": "black", "freeze": "freeze", "flash": "flash"}
SOUND_CHECKS = {"gap": "audio-gap", "dropout": "audio-dropout", "clip": "clipping", "phase": "phase-inverted"}


@dataclass(frozen=True)
class Planted:
    """A fault that must be found."""

    check: str
    lesson: int | None
    """From 1; None: in the papers."""
    start_frame: int | None = None
    end_frame: int | None = None
    """Exclusive; None: the whole lesson."""


@dataclass(frozen=True)
class Decoy:
    """Something normal: none of `checks` may raise a fault or a warning in it."""

    name: str
    lesson: int
    start_frame: int
    end_frame: int
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Truth:
    """All that was planted in the drop."""

    planted: tuple[Planted, ...]
    decoys: tuple[Decoy, ...]
    frames: int
    """Of each lesson."""


@dataclass(frozen=True)
class Lesson:
    """One lesson, ready to be rendered."""

    ordinal: int
    lecture: Lecture
    sound: Array
    audio_bit_rate: int
    sound_start: float
    planted: tuple[Planted, ...]
    decoys: tuple[Decoy, ...]


class Cues:
    """Cue times of a lesson of `seconds`, in frames."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.frames = seconds * RATE

    def at(self, cue: float) -> int:
        """The frame of a cue."""
        return round(cue * self.seconds / SHORTEST * RATE)

    def span(self, kind: str, cue: float, frames: int) -> Span:
        """A span of `frames` from a cue on."""
        return Span(kind, self.at(cue), self.at(cue) + frames)

    def between(self, kind: str, cue: float, until: float) -> Span:
        """A span from cue to cue."""
        return Span(kind, self.at(cue), self.at(until))


def lesson(ordinal: int, seconds: int) -> Lesson:
    """Lesson 1 or 2. `seconds` at least SHORTEST."""
    return (_first if ordinal == 1 else _second)(Cues(seconds))


def truth(seconds: int) -> Truth:
    """What both lessons and the papers hold, without drawing anything."""
    planted = _first_planted(Cues(seconds)) + _second_planted(Cues(seconds)) + (Planted("lesson-length", None),)
    return Truth(planted, _first_decoys(Cues(seconds)) + _second_decoys(Cues(seconds)), seconds * RATE)


def _first_spans(cues: Cues) -> tuple[Span, ...]:
    return (
        cues.span("animation", 5.0, 25),
        cues.span("black", 7.0, 20),
        cues.span("fade", 9.0, 24),
        cues.span("gap", 11.5, 100),
        cues.span("flash", 17.0, 2),
        cues.span("clip", 19.3, 75),
        cues.span("freeze", 23.0, 90),
        cues.span("dropout", 29.0, 10),
    )


def _second_spans(cues: Cues) -> tuple[Span, ...]:
    return (
        cues.between("still", 4.2, 8.5),
        cues.span("pause", 5.5, 50),
        cues.span("phase", 11.0, 125),
    )


def _first_planted(cues: Cues) -> tuple[Planted, ...]:
    return tuple(_planted(1, span, 0) for span in _first_spans(cues) if _check_of(span))


def _second_planted(cues: Cues) -> tuple[Planted, ...]:
    found = tuple(_planted(2, span, LATE) for span in _second_spans(cues) if _check_of(span))
    return (*found, Planted("audio-bitrate", 2), Planted("av-offset", 2))


def _first_decoys(cues: Cues) -> tuple[Decoy, ...]:
    fade = cues.span("fade", 9.0, 24)
    moving = cues.span("animation", 5.0, 25)
    every = ("black", "freeze", "flash")
    return (
        Decoy("title", 1, 0, cues.at(3), every),
        Decoy("animation", 1, moving.start, moving.end, every),
        Decoy("fade", 1, fade.start, fade.end, every),
        Decoy("dark", 1, fade.end, cues.at(14), every),
        Decoy("white", 1, cues.at(14), cues.at(17), every),
    )


def _second_decoys(cues: Cues) -> tuple[Decoy, ...]:
    still, pause = _second_spans(cues)[:2]
    return (
        Decoy("still", 2, still.start, still.end, ("freeze",)),
        Decoy("pause", 2, pause.start + LATE, pause.end + LATE, ("audio-gap", "audio-dropout")),
        Decoy("static", 2, cues.at(9), cues.at(27), ("freeze", "black", "flash")),
    )


def _check_of(span: Span) -> str | None:
    return PICTURE_CHECKS.get(span.kind) or SOUND_CHECKS.get(span.kind)


def _planted(ordinal: int, span: Span, late: int) -> Planted:
    """Sound that comes `late` frames after its picture has its faults later by as much."""
    shift = late if span.kind in SOUND_CHECKS else 0
    return Planted(_check_of(span) or "", ordinal, span.start + shift, span.end + shift)


def _first(cues: Cues) -> Lesson:
    scenes = [
        Scene(0, "title", camera=False),
        Scene(cues.at(3), "slide-1"),
        Scene(cues.at(4.6), "slide-2-partial"),
        Scene(cues.at(5.8), "slide-2"),
        Scene(cues.at(9) + 12, "slide-3"),
        Scene(cues.at(14), "slide-4"),
        Scene(cues.at(19), "slide-5"),
        Scene(cues.at(28), "slide-6"),
        Scene(cues.at(33), "credits", camera=False),
    ]
    themes = {"slide-3": slides.DARK, "slide-4": slides.WHITE}
    lecture, sound = _perform(1, cues, scenes, themes=themes, spans=_first_spans(cues))
    return Lesson(1, lecture, sound, 288_000, 0.0, _first_planted(cues), _first_decoys(cues))


def _second(cues: Cues) -> Lesson:
    scenes = [
        Scene(0, "title", camera=False),
        Scene(cues.at(3), "slide-7"),
        Scene(cues.at(9), "slide-8", camera=False),
        Scene(cues.at(27), "slide-9"),
        Scene(cues.at(33), "credits", camera=False),
    ]
    lecture, sound = _perform(2, cues, scenes, themes={}, spans=_second_spans(cues))
    sound = sound[: -round(LATE / RATE * SAMPLE_RATE)]  # both streams end together
    return Lesson(2, lecture, sound, 96_000, LATE / RATE, _second_planted(cues), _second_decoys(cues))


def _perform(
    ordinal: int,
    cues: Cues,
    scenes: list[Scene],
    *,
    themes: Mapping[str, slides.Theme],
    spans: tuple[Span, ...],
) -> tuple[Lecture, Array]:
    """Draw the slides, let the voice speak between title and credits, and lay music under these two."""
    first, last = scenes[1].start / RATE, scenes[-1].start / RATE
    silent = [(0.0, first + 0.2), (last - 0.2, float(cues.seconds))]
    silent += [(span.start / RATE, span.end / RATE) for span in spans if span.kind == "pause"]
    spoken = [span for span in spans if span.kind in SOUND_CHECKS]
    steady = tuple(
        (span.start / RATE - 1, span.end / RATE + 1) for span in spoken
    )  # a breath at its edge would move it
    line = voice.speech(cues.seconds, rate=SAMPLE_RATE, seed=ordinal, pauses=tuple(silent), steady=steady)
    mouth = voice.loudness_curve(line, SAMPLE_RATE, RATE)
    for start, end in ((0.0, first), (last, float(cues.seconds))):
        piece = voice.music(end - start, rate=SAMPLE_RATE, seed=ordinal)
        place = round(start * SAMPLE_RATE)
        line[place : place + len(piece)] += piece[: len(line) - place]
    lecture = Lecture(
        frames=cues.frames,
        pictures={scene.picture: _drawn(ordinal, scene, themes) for scene in scenes},
        scenes=scenes,
        spans=spans,
        size=SIZE,
        rate=Fraction(RATE),
        seed=ordinal,
        mouth=mouth,
    )
    return lecture, shaped(lecture, line, voice.room(len(line), 2, ordinal), SAMPLE_RATE)


def _drawn(ordinal: int, scene: Scene, themes: Mapping[str, slides.Theme]) -> Array:
    unit = say("demo.applicant-unit")
    if scene.picture == "title":
        lines = say("demo.card-lines", lecturer=say("demo.lecturer"), unit=unit).split("|")
        return slides.card(SIZE, say("demo.course"), [say(f"demo.lesson-{ordinal}"), *lines])
    if scene.picture == "credits":
        headline, *lines = say("demo.credits", unit=unit).split("|")
        return slides.card(SIZE, headline, lines)
    title, *lines = say(f"demo.{scene.picture}").split("|")
    return slides.slide(
        SIZE,
        title,
        lines,
        theme=themes.get(scene.picture, slides.LIGHT),
        footer=say("demo.footer"),
        width=0.68 if scene.camera else 1.0,
    )
