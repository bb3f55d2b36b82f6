"""Lips: how dark the mouth of one large face is, and how loud the voice, side by side, over a few stretches of 12 s.

An open mouth is dark, and a voice comes out of open mouths. The face is sought once a second, and the mouth between two such
looks lies between theirs. Nothing but these stretches is decoded. What the two series tell of each other: `station.checks._lips`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gpu.errors import UnreadableMedia
from gpu.measurements import Array, Measurements
from gpu.stills import Excerpt, each_still, excerpt
from station.readers.faces import WIDTH, Detector, load_detector
from station.readers.transcript import speech
from station.readings import Box, FaceLook, Faces, Lips, LipStretch, Unread, Voice
from station.text import clean

RATE = 25
"""Values a second of both series."""
STRETCH_S, LEAST_S, MOST = 12.0, 6.0, 4
"""Length of a stretch, the least speech in it (both seconds), and how many are read."""
MOUTH_SHARE, MOUTH_PX = 0.4, 40
"""A mouth is so wide, as a share of its face's box; at the lesson's own resolution it must have so many pixels."""
FACE_PX = 128
"""Pixels of the face's width that are enough: a larger picture is decoded smaller."""
ALONE = 0.5
"""A second face so large, as a share of the first, may be the one that speaks: no stretch."""
MOUTH: Box = (0.64, 0.25, 0.94, 0.75)
"""Where the mouth lies in the face's box."""
DARKEST = 0.15
"""Share of the mouth's pixels that are taken for its inside."""
SEEN = 0.75
"""Share of the looks, one a second, that must find the face."""
VOICE_HZ = (300.0, 3400.0)
FLOOR = 1e-4
"""−80 dBFS: quieter sound is no quieter voice."""
Chosen = tuple[float, float, float, float]
"""Start and end of a stretch, speech in it (all seconds), the face's width as a share of the picture's."""


def read_lips(lesson: Path, measurements: Measurements, faces: Faces | Unread, voice: Voice | Unread) -> Lips | Unread:
    """Mouth and voice of up to `MOST` stretches, or why there are none. Raises ImportError without OpenCV or the network."""
    for needed in (faces, voice):
        if isinstance(needed, Unread):
            return needed
    video = measurements.video
    if not isinstance(faces, Faces) or not isinstance(voice, Voice) or video is None:
        return Unread("no-picture")
    size = (video.height, video.width) if video.rotation % 180 else (video.width, video.height)
    channel, spans = speech(voice)
    chosen = choose(faces.looks, spans, size[0], measurements.duration())
    if not chosen:
        return Unread("no-large-face", {"limit": MOUTH_PX})
    desk = _Desk(lesson, measurements.origin, size, channel, load_detector())
    try:
        made = [desk.read(one) for one in chosen]
    except UnreadableMedia as damage:
        return Unread("reader-failed", {"detail": clean(str(damage))})
    kept = tuple(one for one in made if one is not None)
    return Lips(RATE, kept) if kept else Unread("no-large-face", {"limit": MOUTH_PX})


def choose(
    looks: Sequence[FaceLook], spans: Sequence[tuple[float, float]], width: int, duration: float
) -> list[Chosen]:
    """The stretches with most speech, in order of time.

    Every look in a stretch must show one large face. `width`: pixels of the lesson's upright picture; `duration` in seconds.
    """
    made = []
    for start in np.arange(0.0, duration, STRETCH_S).tolist():
        end = min(start + STRETCH_S, duration)
        sizes = [_alone(look) for look in looks if start <= look.time < end]
        spoken = sum(max(0.0, min(end, last) - max(start, first)) for first, last in spans)
        if sizes and min(sizes) * width * MOUTH_SHARE >= MOUTH_PX and spoken >= LEAST_S:
            made.append((start, end, spoken, float(np.median(sizes))))
    return sorted(sorted(made, key=lambda one: -one[2])[:MOST])


def _alone(look: FaceLook) -> float:
    """Width of the look's largest face as a share of the picture; 0 where there is none, or another one about as large."""
    widths = sorted((box[3] - box[1] for box in look.boxes), reverse=True)
    return 0.0 if not widths or (len(widths) > 1 and widths[1] >= ALONE * widths[0]) else widths[0]


@dataclass(frozen=True)
class _Desk:
    """Reads one stretch of one lesson after the other."""

    lesson: Path
    origin: float
    size: tuple[int, int]
    """Width and height of the upright picture."""
    channel: int
    """Where the voice is."""
    detect: Detector

    def read(self, chosen: Chosen) -> LipStretch | None:
        """One stretch; None where the face is lost in it, or picture or sound has a hole."""
        start, end, spoken, face = chosen
        times = (start + np.arange(int((end - start) * RATE)) / RATE).tolist()
        longest = max(self.size)
        width = min(longest, max(WIDTH, int(FACE_PX / face * longest / self.size[0])))
        shown = each_still(self.lesson, times, origin=self.origin, width=width)
        dark = darkness((one.rgb for one in shown), self.detect)
        loud = loudness(excerpt(self.lesson, start, end, origin=self.origin), self.channel)
        if dark is None or len(dark) < len(times) or len(loud) < LEAST_S * RATE:
            return None
        length = min(len(dark), len(loud))
        return LipStretch(start, round(spoken, 2), _kept(dark[:length]), _kept(loud[:length]))


def darkness(pictures: Iterable[Array], detect: Detector) -> Array | None:
    """How bright the darkest part of the mouth is, as a share of the face's mean; None where the face is lost too often.

    `pictures`: RGB uint8 (h, w, 3), `RATE` a second. Holds a second of them.
    """
    values: list[float] = []
    held: list[Array] = []
    before: Box | None = None
    looks = found = 0
    for number, rgb in enumerate(pictures):
        if number % RATE == 0:
            step = max(1, max(rgb.shape) // WIDTH)
            boxes = [box for box, _ in detect(np.ascontiguousarray(rgb[::step, ::step]))]
            box = max(boxes, key=lambda one: one[3] - one[1], default=before)
            looks, found = looks + 1, found + bool(boxes)
            if box is None:
                return None
            values += _between(held, before or box, box)
            held, before = [], box
        held.append(rgb[..., 1])
    if before is None or found < SEEN * looks:
        return None
    return np.array(values + _between(held, before, before))


def _between(pictures: list[Array], first: Box, last: Box) -> list[float]:
    """The mouth's darkest part on each picture; the face moves evenly from `first` to `last`."""
    made = []
    for number, picture in enumerate(pictures):
        way = number / len(pictures)
        box = tuple(one + (other - one) * way for one, other in zip(first, last, strict=True))
        top, left, bottom, right = box
        height, width = bottom - top, right - left
        mouth = (top + MOUTH[0] * height, left + MOUTH[1] * width, top + MOUTH[2] * height, left + MOUTH[3] * width)
        inside = np.sort(_part(picture, mouth), axis=None)
        darkest = inside[: max(1, int(len(inside) * DARKEST))]
        made.append(float(darkest.mean() / max(float(_part(picture, (top, left, bottom, right)).mean()), 1.0)))
    return made


def _part(picture: Array, box: Box) -> Array:
    """The pixels of a box, at least one."""
    height, width = picture.shape
    top, left = min(int(box[0] * height), height - 1), min(int(box[1] * width), width - 1)
    return picture[top : max(top + 1, int(box[2] * height)), left : max(left + 1, int(box[3] * width))]


def loudness(sound: Excerpt, channel: int) -> Array:
    """Level of the voice's band, natural logarithm, `RATE` values a second; empty without sound."""
    frame = sound.rate // RATE
    if not frame or len(sound.samples) < frame or channel >= sound.samples.shape[1]:
        return np.zeros(0)
    wave = sound.samples[:, channel] / 32768
    lines = np.fft.rfft(wave)
    hertz = np.fft.rfftfreq(len(wave), 1 / sound.rate)
    lines[(hertz < VOICE_HZ[0]) | (hertz > VOICE_HZ[1])] = 0
    band = np.fft.irfft(lines, len(wave))
    edges = np.arange(0, len(wave) * RATE // sound.rate + 1) * sound.rate // RATE
    power = np.diff(np.concatenate(([0.0], np.cumsum(band**2)))[edges]) / frame
    made: Array = np.log(np.sqrt(np.maximum(power, 0)) + FLOOR)
    return made


def _kept(values: Array) -> tuple[float, ...]:
    return tuple(np.round(values, 3).tolist())
