"""Small lectures with known truth, for every test that wants real clips: slides, a lecturer in a corner, a voice.

`lecture(path, faults=("black", ("freeze", 2.0, 5.0)))` plants what is named, at its usual place or at the seconds given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from gpu.synth import ClipWriter
from station.demo import slides, voice
from station.demo.render import Lecture, Scene, Span, render, shaped

USUAL = {
    "black": (0.30, 0.8),
    "freeze": (0.55, 3.0),
    "flash": (0.20, 0.08),
    "gap": (0.35, 4.0),
    "dropout": (0.62, 0.4),
    "clip": (0.70, 1.2),
    "phase": (0.40, 4.0),
    "fade": (0.45, 1.0),
    "still": (0.30, 4.0),
    "pause": (0.30, 2.0),
    "animation": (0.15, 1.0),
}
"""Where a span starts, as a share of the clip, and how many seconds it lasts."""
DECOYS = ("static", "dark", "slides", "fade", "still", "pause", "animation")
Planted = str | tuple[str, float, float]


@dataclass(frozen=True)
class Truth:
    """What a clip holds, in frames, ends exclusive."""

    path: Path
    frames: int
    rate: Fraction
    spans: tuple[Span, ...]

    def span(self, kind: str) -> Span:
        """The one span of a kind."""
        (found,) = [span for span in self.spans if span.kind == kind]
        return found

    def seconds(self, kind: str) -> tuple[float, float]:
        """Start and end of the one span of a kind."""
        span = self.span(kind)
        return float(span.start / self.rate), float(span.end / self.rate)


def lecture(
    path: Path,
    *,
    seconds: float = 12,
    width: int = 1920,
    height: int = 1080,
    rate: Fraction | int = 25,
    faults: Sequence[Planted] = (),
    seed: int = 0,
    sound: bool = True,
    **writer: Any,
) -> Truth:
    """Write a clip and say what is in it.

    Faults: black, freeze, flash, gap, dropout, clip, phase. Decoys, which must not be found: `static` (one slide without a
    lecturer), `dark` (a dark slide), `slides` (a change every 2 s, dark and white), `fade`, `still`, `pause`, `animation`. Other
    keywords go to ClipWriter (`video_codec`, `audio_bit_rate`, `sample_rate`, `channels`, `sound_start` …).
    """
    rate = Fraction(rate)
    frames = round(seconds * rate)
    names = [fault for fault in faults if isinstance(fault, str)]
    spans = tuple(_span(fault, frames, rate) for fault in faults if fault not in ("static", "dark", "slides"))
    sample_rate = writer.setdefault("sample_rate", 44100)
    line = _voice(seconds, sample_rate, seed, spans, rate)
    content = Lecture(
        frames=frames,
        pictures=_pictures((width, height)),
        scenes=_scenes(names, frames, rate),
        spans=spans,
        size=(width, height),
        rate=rate,
        seed=seed,
        mouth=voice.loudness_curve(line, sample_rate, float(rate)),
    )
    samples = shaped(content, line, voice.room(len(line), 2, seed), sample_rate) if sound else None
    if samples is not None:
        samples = samples[:, [channel % 2 for channel in range(writer.get("channels", 2))]]
    if not sound:
        writer["audio_codec"] = None
    with ClipWriter(path, width=width, height=height, rate=rate, **writer) as clip:
        for _ in render(content, clip, samples):
            pass
    return Truth(path, frames, rate, spans)


def _span(fault: Planted, frames: int, rate: Fraction) -> Span:
    if isinstance(fault, tuple):
        return Span(fault[0], round(fault[1] * rate), round(fault[2] * rate))
    place, length = USUAL[fault]
    start = round(place * frames)
    return Span(fault, start, min(frames, start + max(1, round(length * rate))))


def _voice(seconds: float, sample_rate: int, seed: int, spans: tuple[Span, ...], rate: Fraction) -> Any:
    pauses = tuple((float(span.start / rate), float(span.end / rate)) for span in spans if span.kind == "pause")
    return voice.speech(seconds, rate=sample_rate, seed=seed, pauses=pauses)


def _pictures(size: tuple[int, int]) -> dict[str, Any]:
    lines = ["示例：第一点说明", "示例：第二点说明", "示例：第三点说明"]
    return {
        "light": slides.slide(size, "示例幻灯片 一", lines, width=0.68, footer="示例"),
        "dark": slides.slide(size, "示例幻灯片 二", lines[:2], width=0.68, theme=slides.DARK, footer="示例"),
        "white": slides.slide(size, "示例幻灯片 三", lines, width=0.68, theme=slides.WHITE, footer="示例"),
    }


def _scenes(names: list[str], frames: int, rate: Fraction) -> list[Scene]:
    camera = "static" not in names
    if "slides" in names:
        step = round(2 * rate)
        order = ("light", "dark", "white")
        return [Scene(start, order[i % 3], camera) for i, start in enumerate(range(0, frames, step))]
    return [Scene(0, "dark" if "dark" in names else "light", camera)]
