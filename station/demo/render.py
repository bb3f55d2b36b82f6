"""A lecture as a value, and its rendering: scenes over time, and on top of them planted faults and decoys, exact to the frame."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from gpu.synth import ClipWriter
from station.demo.camera import Camera
from station.demo.planes import Array, Planes, black, from_rgb
from station.demo.slides import foreign

FADE_FRAMES = 10
"""Frames in which a fade goes down, and again in which it comes up."""
BOX_SIDE = 80
"""Pixels, at 1080 lines, of the square that an animation moves."""


@dataclass(frozen=True)
class Scene:
    """From frame `start` on: one picture, with or without the lecturer in it."""

    start: int
    picture: str
    camera: bool = True


@dataclass(frozen=True)
class Span:
    """Something that happens over frames [start, end).

    Picture: `black`, `freeze` (the lecturer's area stops), `flash` (a foreign picture), `fade` (down, black, up), `still` (the lecturer
    stands still), `animation` (a square moves over the slide). Sound: `gap` (room tone far down), `dropout` (digital zero),
    `clip` (far too loud), `phase` (channel 2 turned over), `pause` (nobody speaks).
    """

    kind: str
    start: int
    end: int

    def covers(self, frame: int) -> bool:
        """Whether `frame` lies in it."""
        return self.start <= frame < self.end


@dataclass(frozen=True)
class Lecture:
    """A whole lesson, before it is drawn."""

    frames: int
    pictures: Mapping[str, Array]
    """RGB uint8 by name."""
    scenes: Sequence[Scene]
    spans: Sequence[Span] = ()
    size: tuple[int, int] = (1920, 1080)
    rate: Fraction = Fraction(25)
    camera_box: tuple[float, float, float, float] = (0.7, 0.33, 0.27, 0.58)
    """Left, top, width, height of the lecturer's area, as shares of the picture."""
    seed: int = 0
    mouth: Array = field(default_factory=lambda: np.zeros(0))
    """How wide the mouth stands per frame, 0–1."""

    def scene(self, frame: int) -> Scene:
        """The scene that frame shows."""
        return [scene for scene in self.scenes if scene.start <= frame][-1]

    def span(self, kind: str, frame: int) -> Span | None:
        """The span of that kind which covers a frame."""
        return next((span for span in self.spans if span.kind == kind and span.covers(frame)), None)


def pictures(lecture: Lecture) -> Iterator[Planes]:
    """Every frame in order. A frame that comes back may be painted over when the next is asked for."""
    width, height = lecture.size
    drawn = {name: from_rgb(rgb) for name, rgb in lecture.pictures.items()}
    strange, dark = from_rgb(foreign(lecture.size)), black(width, height)
    left, top, broad, high = (
        _even(share * side) for share, side in zip(lecture.camera_box, (width, height) * 2, strict=True)
    )
    camera = Camera(broad, high, lecture.seed)
    shown: Scene | None = None
    canvas = dark
    for number in range(lecture.frames):
        scene = lecture.scene(number)
        if scene is not shown or lecture.span("animation", number - 1):
            canvas, shown = drawn[scene.picture].copy(), scene
        if scene.camera:
            canvas.paste(_lecturer(lecture, camera, number), left, top)
        if lecture.span("black", number):
            yield dark
        elif lecture.span("flash", number):
            yield strange
        else:
            yield _over(lecture, canvas, number)


def _lecturer(lecture: Lecture, camera: Camera, number: int) -> Planes:
    frozen = lecture.span("freeze", number)
    number = frozen.start - 1 if frozen else number
    speaking = float(lecture.mouth[number]) if 0 <= number < len(lecture.mouth) else 0.0
    return camera.frame(number, speaking=speaking, still=lecture.span("still", number) is not None)


def _over(lecture: Lecture, canvas: Planes, number: int) -> Planes:
    """What an animation or a fade makes of the finished picture."""
    if moving := lecture.span("animation", number):
        unit = lecture.size[1] / 1080
        share = (number - moving.start) / (moving.end - moving.start)
        left, top, side = _even(lecture.size[0] * (0.1 + 0.4 * share)), _even(840 * unit), _even(BOX_SIDE * unit)
        canvas.y[top : top + side, left : left + side] = 120
    if fade := lecture.span("fade", number):
        share = min(
            1.0, max(fade.start + FADE_FRAMES - number - 1, number - fade.end + FADE_FRAMES + 1, 0) / FADE_FRAMES
        )
        return canvas.faded(share)
    return canvas


def shaped(lecture: Lecture, line: Array, quiet: Array, sample_rate: int) -> Array:
    """float32 (n, 2): a voice and the room's tone, with the spans of the sound laid over them."""
    sound = quiet + line[:, None]
    for span in lecture.spans:
        first, last = (round(frame / lecture.rate * sample_rate) for frame in (span.start, span.end))
        part = sound[first:last]
        if span.kind == "gap":
            part[:] = quiet[first:last] / 8
        elif span.kind == "dropout":
            part[:] = 0
        elif span.kind == "clip":
            part[:] = np.clip(part * 10, -1, 1) * 1.15
        elif span.kind == "phase":
            part[:, 1] *= -1
    return sound


def render(lecture: Lecture, writer: ClipWriter, sound: Array | None) -> Iterator[int]:
    """Write every frame and its sound, side by side; yields how many frames are written."""
    done = 0
    for number, picture in enumerate(pictures(lecture), start=1):
        writer.picture((picture.y, picture.u, picture.v))
        if sound is not None:
            until = round(number / lecture.rate * writer.sample_rate)
            writer.sound(sound[done:until])
            done = until
        yield number


def _even(value: float) -> int:
    return round(value / 2) * 2
