"""Clips of slides whose text is known: cards, slides, captions over a camera; real encodes through the machine room's writer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from gpu.synth import ClipWriter
from station.demo.camera import Camera
from station.demo.slides import font

RATE = 25


@dataclass(frozen=True)
class Scene:
    """A picture that stands for `seconds`. `camera`: pixels (left, top, width, height) where a lecturer moves instead, but for the
    picture's own pixels where `keep` is true."""

    picture: Any
    seconds: float
    camera: tuple[int, int, int, int] | None = None
    keep: Any = None


def write(path: Path, scenes: Sequence[Scene], **coding: Any) -> Path:
    """Encode the scenes one after the other, with a quiet tone."""
    height, width = scenes[0].picture.shape[:2]
    number = 0
    with ClipWriter(path, width=width, height=height, **{"gop": 50, "video_bit_rate": 3_000_000} | coding) as clip:
        for scene in scenes:
            frames = round(scene.seconds * RATE)
            if scene.camera is None:
                clip.picture(scene.picture, repeat=frames)
            else:
                for _ in range(frames):
                    clip.picture(_with_camera(scene, number))
                    number += 1
            clip.sound(np.full((round(frames * 44100 / RATE), 2), 0.01, np.float32))
    return path


@cache
def _lecturer(width: int, height: int) -> Camera:
    return Camera(width, height, 3)


def _with_camera(scene: Scene, number: int) -> Any:
    left, top, width, height = scene.camera or (0, 0, 0, 0)
    grey = _lecturer(width, height).frame(number, speaking=0.5).y
    made = scene.picture.copy()
    box = made[top : top + height, left : left + width]
    kept = np.zeros(box.shape[:2], bool) if scene.keep is None else scene.keep[top : top + height, left : left + width]
    box[~kept] = np.repeat(grey[..., None], 3, axis=2)[~kept]
    return made


def caption(
    size: tuple[int, int], lines: Sequence[str], *, bar: tuple[int, int, int] | None = (24, 60, 120)
) -> tuple[Any, Any]:
    """A lower third on black, and which of its pixels are its own."""
    across, down = size
    image = Image.new("RGB", size, (0, 0, 0))
    draw = ImageDraw.Draw(image)
    mask = Image.new("1", size, 0)
    over = ImageDraw.Draw(mask)
    top = round(down * 0.76)
    if bar is not None:
        box = (round(across * 0.06), top, round(across * 0.62), round(down * 0.93))
        draw.rectangle(box, fill=bar)
        over.rectangle(box, fill=1)
    for row, line in enumerate(lines):
        at = (round(across * 0.08), top + round(down * (0.015 + 0.075 * row)))
        draw.text(at, line, font=font(round(down * 0.055)), fill=(250, 250, 250))
        over.text(at, line, font=font(round(down * 0.055)), fill=1)
    return np.asarray(image), np.asarray(mask, bool)
