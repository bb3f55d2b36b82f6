"""Making the sample drop: both lessons at once, each in a process of its own, and the papers beside them.

A drop that was made by the same code with the same length is used again.
"""

import hashlib
import multiprocessing
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gpu.synth import ClipWriter
from station.demo import script
from station.demo.papers import write_papers
from station.demo.render import render
from station.demo.slides import font_file
from station.errors import StationError, Unavailable
from station.text import say

LESSONS = (1, 2)
VIDEO_BIT_RATE = 17_000_000
"""bit/s, constant: the clause asks for at least 15 Mbit/s."""
HEADROOM = 3.5
"""How many times the drop's own size must be free: the drop, its copy in the inbox, renditions and evidence."""
POLL_SECONDS = 0.1
Observe = Callable[[int, int, int], None]
"""Called with lesson, frames done, frames in all."""


@dataclass(frozen=True)
class Drop:
    """A drop that is ready to be handed in."""

    folder: Path
    truth: script.Truth
    fresh: bool
    """Made just now, not found."""


def make_drop(shelf: Path, seconds: int, observe: Observe) -> Drop:
    """The sample drop of lessons of `seconds`, made in `shelf` or found there. Raises Unavailable, StationError, OSError."""
    font_file()
    home = shelf / f"drop-{fingerprint(seconds)}"
    folder = home / say("demo.folder")
    truth = script.truth(seconds)
    if folder.is_dir():
        return Drop(folder, truth, fresh=False)
    for old in shelf.glob("drop-*"):
        shutil.rmtree(old)
    _check_space(shelf, seconds)
    partial = shelf / "drop-partial"
    partial.mkdir()
    _render_all(partial, seconds, observe)
    write_papers(partial)
    home.mkdir()
    partial.rename(folder)
    return Drop(folder, truth, fresh=True)


def fingerprint(seconds: int) -> str:
    """12 hex digits over the code and the words that the drop is made of, and its length."""
    sign = hashlib.sha256(str(seconds).encode())
    here = Path(__file__).parent
    sources = [*sorted(here.glob("*.py")), here.parent / "text/zh/demo.toml", here.parents[1] / "gpu/synth.py"]
    for source in sources:
        sign.update(source.read_bytes())
    return sign.hexdigest()[:12]


def lesson_file(ordinal: int) -> str:
    """Name of a lesson's file."""
    return say(f"demo.lesson-{ordinal}") + ".mp4"


def write_lesson(path: Path, ordinal: int, seconds: int, done: Any = None) -> None:
    """Draw, speak and encode one lesson. `done.value` follows the frames written."""
    lesson = script.lesson(ordinal, seconds)
    width, height = lesson.lecture.size
    with ClipWriter(
        path,
        width=width,
        height=height,
        rate=lesson.lecture.rate,
        video_bit_rate=VIDEO_BIT_RATE,
        constant=True,
        gop=50,
        audio_bit_rate=lesson.audio_bit_rate,
        sample_rate=script.SAMPLE_RATE,
        sound_start=lesson.sound_start,
    ) as writer:
        for frames in render(lesson.lecture, writer, lesson.sound):
            if done is not None:
                done.value = frames


def _work(path: Path, ordinal: int, seconds: int, done: Any) -> None:
    """A lesson in a process of its own; Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    write_lesson(path, ordinal, seconds, done)


def _render_all(folder: Path, seconds: int, observe: Observe) -> None:
    context = multiprocessing.get_context("spawn")  # a fork would copy whatever threads the caller runs
    counters = {ordinal: context.Value("i", 0) for ordinal in LESSONS}
    workers = {
        ordinal: context.Process(
            target=_work, args=(folder / lesson_file(ordinal), ordinal, seconds, counters[ordinal]), daemon=True
        )
        for ordinal in LESSONS
    }
    try:
        for worker in workers.values():
            worker.start()
        while any(worker.is_alive() for worker in workers.values()):
            time.sleep(POLL_SECONDS)
            for ordinal, counter in counters.items():
                observe(ordinal, counter.value, seconds * script.RATE)
    finally:
        for worker in workers.values():
            worker.terminate()
            worker.join()
    for ordinal, worker in workers.items():
        if worker.exitcode:
            raise StationError("demo.lesson-failed", ordinal=ordinal, code=worker.exitcode)


def _check_space(shelf: Path, seconds: int) -> None:
    need = int(VIDEO_BIT_RATE / 8 * seconds * len(LESSONS) * HEADROOM / 1e6)
    free = int(shutil.disk_usage(shelf).free / 1e6)
    if free < need:
        raise Unavailable("demo.no-space", path=str(shelf), free=free, need=need)
