"""Small clips for the tests of measuring, and comparing measurements to the bit."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gpu.synth import ClipWriter


def scene(count: int, width: int = 320, height: int = 180, seed: int = 1) -> Iterator[np.ndarray]:
    """A gradient with a block that wanders, and noise below it: RGB uint8."""
    random = np.random.default_rng(seed)
    base = np.linspace(30, 200, width, dtype=np.float32)[None, :, None].repeat(height, 0).repeat(3, 2)
    for index in range(count):
        picture = base.copy()
        left = (index * 7) % (width - 40)
        picture[20:60, left : left + 40] = (220, 90, 60)
        picture[height // 2 :] += random.normal(0, 6, (height - height // 2, width, 1))
        yield np.clip(picture, 0, 255).astype(np.uint8)


def tone(start: int, count: int, rate: int = 44100, channels: int = 2, level: float = 0.2) -> np.ndarray:
    """A 440 Hz tone, float32 (count, channels)."""
    wave = level * np.sin(2 * np.pi * 440 * (start + np.arange(count)) / rate)
    return np.repeat(wave[:, None], channels, 1).astype(np.float32)


def write(path: Path, count: int = 75, *, sound: bool = True, seed: int = 1, **options: Any) -> Path:
    """A clip of `scene` with a tone; options go to ClipWriter."""
    settings: dict[str, Any] = {"width": 320, "height": 180, "video_bit_rate": 600_000, **options}
    if not sound:
        settings["audio_codec"] = None
    rate, channels = settings.get("sample_rate", 44100), settings.get("channels", 2)
    with ClipWriter(path, **settings) as clip:
        done = 0
        for index, picture in enumerate(scene(count, settings["width"], settings["height"], seed)):
            if settings.get("video_codec", "") is not None:
                clip.picture(picture)
            if sound:
                end = int((index + 1) * rate / clip.rate)
                clip.sound(tone(done, end - done, rate, channels))
                done = end
    return path


def differing(one: Any, other: Any, where: str = "") -> list[str]:
    """Names of the fields that are not the same to the bit."""
    if is_dataclass(one) and is_dataclass(other):
        return [
            w for f in fields(one) for w in differing(getattr(one, f.name), getattr(other, f.name), f"{where}.{f.name}")
        ]
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        same = one.dtype == other.dtype and one.shape == other.shape and np.array_equal(one, other)
    else:
        same = one == other
    return [] if same else [where]
