"""The benchmark's contestants: floors that do less than the product, and FFmpeg with the same list of checks.

All run in one process on one clip, one after the other, so that only ratios of one run are ever compared. CPU time counts,
not wall time: other work on the machine does not change who is faster.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

import av
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from gpu import device as devices
from gpu.encoders import AUDIO_BIT_RATE, KEY_DISTANCE_S, SAMPLE_RATE, VIDEO_BIT_RATE, X264
from gpu.measure import measure
from gpu.measurements import PLANE_H, PLANE_W

SMART = (
    "[0:v]split=2[f][s];[f]blackdetect=d=0.1,freezedetect=n=-60dB:d=1,scdet,blockdetect,nullsink;"
    "[s]scale=960:540:flags=area,split=2[r][h];[h]photosensitivity=bypass=1,signalstats,blurdetect,nullsink;"
    "[0:a]asplit=2[a][b];[b]silencedetect=n=-60dB:d=3,astats=metadata=1:reset=0,ebur128=peak=true,anullsink"
)
"""FFmpeg's filters for about the same list of checks, the dear ones at 540p."""


@dataclass(frozen=True)
class Run:
    """One contestant, once over the clip."""

    name: str
    frames: int
    cpu_s: float
    """User and system time, with threads and child processes."""
    wall_s: float

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds a frame."""
        return self.cpu_s * 1000 / max(1, self.frames)

    @property
    def fps(self) -> float:
        """Frames a second of wall time."""
        return self.frames / max(self.wall_s, 1e-9)


@dataclass(frozen=True)
class Ratio:
    """CPU time of one contestant over another's, and what it should be."""

    name: str
    value: float
    """Median over the rounds."""
    limit: float
    most: bool
    """True: at most `limit`; False: at least."""

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        return self.value <= self.limit if self.most else self.value >= self.limit


def ffmpeg() -> str | None:
    """The ffmpeg program on PATH."""
    return shutil.which("ffmpeg")


def contestants(clip: Path, folder: Path) -> dict[str, Callable[[], int]]:
    """Every contestant by name; each returns the frames it saw."""
    cpu = devices.choose()
    every: dict[str, Callable[[], int]] = {
        "decode": lambda: decode_alone(clip),
        "floor": lambda: floor(clip, folder / "floor.mp4"),
        "whole": lambda: _pictures(measure(clip, device=cpu, rendition=folder / "whole.mp4")),
        "measure": lambda: _pictures(measure(clip, device=cpu)),
    }
    if program := ffmpeg():
        every["smart"] = lambda: smart(program, clip, folder / "smart.mp4")
    return every


def compare(clip: Path, folder: Path, rounds: int, done: Callable[[Run], None]) -> list[Run]:
    """Run all contestants `rounds` times, alternating; `done` hears of each."""
    runs = []
    for _ in range(rounds):
        for name, contestant in contestants(clip, folder).items():
            cpu, wall = cpu_seconds(), time.perf_counter()
            frames = contestant()
            runs.append(Run(name, frames, cpu_seconds() - cpu, time.perf_counter() - wall))
            done(runs[-1])
    return runs


def ratios(runs: list[Run]) -> list[Ratio]:
    """The targets: medians of the rounds' own ratios."""
    pairs = (("whole", "floor", 1.20, True), ("measure", "decode", 1.35, True), ("smart", "whole", 2.5, False))
    found = []
    for one, other, limit, most in pairs:
        values = [a.cpu_ms / b.cpu_ms for a, b in zip(_of(runs, one), _of(runs, other), strict=False)]
        if values:
            found.append(Ratio(f"{one}/{other}", median(values), limit, most))
    return found


def _of(runs: list[Run], name: str) -> list[Run]:
    return [run for run in runs if run.name == name]


def cpu_seconds() -> float:
    """User and system time of this process and of the children it waited for."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _pictures(measured: Any) -> int:
    return len(measured.pictures.pts)


def decode_alone(clip: Path) -> int:
    """Decode picture and sound, nothing else."""
    frames = 0
    with av.open(str(clip.absolute())) as source:
        source.streams.video[0].thread_type = "AUTO"
        for packet in source.demux(source.streams.video[0], *source.streams.audio[:1]):
            frames += sum(isinstance(frame, VideoFrame) for frame in packet.decode())
    return frames


def floor(clip: Path, path: Path) -> int:
    """Decode, scale, encode: the rendition and nothing else, with the product's own encoder options."""
    frames = 0
    scaler = VideoReformatter()
    with av.open(str(clip.absolute())) as source, av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        picture = source.streams.video[0]
        picture.thread_type = "AUTO"
        video, audio = _floor_streams(out, picture)
        for packet in source.demux(picture, *source.streams.audio[:1]):
            for frame in packet.decode():
                if not isinstance(frame, VideoFrame):
                    out.mux(audio.encode(frame))
                    continue
                small = scaler.reformat(frame, PLANE_W, PLANE_H, "yuv420p", interpolation=Interpolation.AREA, threads=1)
                small.pict_type, small.pts, small.time_base = 0, frame.pts, picture.time_base
                out.mux(video.encode(small))
                frames += 1
        for stream in (video, audio):
            out.mux(stream.encode(None))
    return frames


def _floor_streams(out: Any, picture: Any) -> tuple[Any, Any]:
    rate = picture.average_rate or Fraction(25)
    video = out.add_stream("libx264", rate=rate, options=dict(X264))
    context = video.codec_context
    context.width, context.height, context.pix_fmt = PLANE_W, PLANE_H, "yuv420p"
    context.bit_rate, context.gop_size = VIDEO_BIT_RATE, int(rate * KEY_DISTANCE_S)
    context.thread_type, context.time_base = "FRAME", picture.time_base
    audio = out.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
    audio.codec_context.bit_rate = AUDIO_BIT_RATE
    return video, audio


def smart(program: str, clip: Path, path: Path) -> int:
    """FFmpeg's program with comparable filters, and the rendition, in one command."""
    arguments = ["-v", "error", "-nostdin", "-y", "-i", str(clip.absolute()), "-filter_complex", SMART]
    arguments += ["-map", "[r]", "-map", "[a]", "-c:v", "libx264", "-preset", "veryfast", "-b:v", "1M"]
    arguments += ["-c:a", "aac", "-b:a", "128k", str(path)]
    subprocess.run([program, *arguments], check=True, capture_output=True)  # noqa: S603 - a fixed command on our own clip
    with av.open(str(path)) as made:
        return made.streams.video[0].frames


def loop(clip: Path, path: Path, times: int) -> None:
    """`clip` so many times after itself, by copying packets."""
    with av.open(str(path), "w") as out, av.open(str(clip.absolute())) as pattern:
        # all streams before the first packet: the header is written with it
        streams = {stream.index: out.add_stream_from_template(stream) for stream in pattern.streams}
        # a tenth of a second between two turns: sound begins a little before 0 and ends after the picture
        length = Fraction(pattern.duration or 0, 1_000_000) + Fraction(1, 10)
        lengths = {stream.index: int(length / (stream.time_base or 1)) for stream in pattern.streams}
        for turn in range(times):
            with av.open(str(clip.absolute())) as source:
                for packet in source.demux():
                    if packet.dts is not None and packet.pts is not None:
                        late = turn * lengths[packet.stream_index]
                        packet.pts, packet.dts = packet.pts + late, packet.dts + late
                        packet.stream = streams[packet.stream_index]
                        out.mux(packet)


def peak_memory(clip: Path, folder: Path) -> int:
    """Bytes that a process of its own needed at most for the whole pass over `clip`.

    Linux's own high-water mark of that process's memory: `ru_maxrss` still holds the parent's, from before it became itself.
    """
    code = (
        "import re, sys; from pathlib import Path; from gpu.measure import measure\n"
        "measure(Path(sys.argv[1]), rendition=Path(sys.argv[2]))\n"
        "print(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    command = [sys.executable, "-c", code, str(clip), str(folder / "memory.mp4")]
    done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own interpreter and code
    return int(done.stdout) * 1024
