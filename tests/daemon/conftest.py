"""A station in a temporary folder, tiny real clips, and drops of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daemon.intake import Bench
from daemon.log import EventLog
from daemon.places import Places, places_of
from gpu.synth import ClipWriter
from station.config import Config, load_config
from station.store import Store, open_store

MakeClip = Callable[..., Path]


def write_clip(path: Path, *, seconds: float = 1.0, shade: int = 90, silent: bool = False) -> Path:
    """A tiny lesson: 320×180, 25 frames a second, a moving bar and a tone."""
    frames = max(1, round(seconds * 25))
    options = {"audio_codec": None} if silent else {}
    with ClipWriter(path, width=320, height=180, video_bit_rate=300_000, threads=1, **options) as clip:
        for number in range(frames):
            picture = np.full((180, 320, 3), shade, np.uint8)
            left = number * 7 % 280
            picture[40:140, left : left + 40] = 200
            clip.picture(picture)
            if not silent:
                times = np.arange(number * 1764, (number + 1) * 1764) / 44100
                tone = (0.2 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
                clip.sound(np.stack([tone, tone], axis=1))
    return path


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One good clip; copy it."""
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A station with an inbox on the same file system, which settles fast."""
    file = tmp_path / "config.toml"
    file.write_text(
        '[station]\nroot = "root"\nlanguage = "en"\n[watch]\nsettle_seconds = 0.2\nrescan_seconds = 1.0\n'
        'max_archive_gib = 0.01\nmax_archive_files = 50\n[engine]\nworkers = 2\nmemory_gib = 1.0\ndevice = "cpu"\n',
        encoding="utf-8",
    )
    return load_config(file)


@pytest.fixture
def places(config: Config) -> Places:
    """Its folders."""
    made = places_of(config)
    made.make()
    return made


@pytest.fixture
def store(config: Config, places: Places) -> Iterator[Store]:
    """Its database."""
    opened = open_store(config.database)
    yield opened
    opened.close()


@pytest.fixture
def bench(store: Store, places: Places, config: Config) -> Bench:
    """What intake works with."""
    return Bench(store, places, config, EventLog("en"))


def limited(bench: Bench, **watch: object) -> Bench:
    """The same bench with other settings of [watch]."""
    return replace(bench, config=replace(bench.config, watch=replace(bench.config.watch, **watch)))
