"""Measurements whose truth is known exactly, made without a video: a picture as light, noise and edges per tile, a sound as levels.

What the arrays hold follows from that as it would from frames: a freeze repeats the light and takes the noise away.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from gpu.measurements import (
    DIGITAL_SILENCE,
    LUMA_EDGES,
    AudioFacts,
    ContainerFacts,
    Event,
    Hashes,
    Measurements,
    Packets,
    Pictures,
    Samples,
    Sounds,
    VideoFacts,
    compand,
)

ROWS, COLS = 18, 32
Box = tuple[int, int, int, int]
WINDOW = (6, 22, 16, 30)
"""Where a lecturer's window usually is."""
ALL = (0, 0, ROWS, COLS)
CONTAINER = ContainerFacts(("mov", "mp4", "m4a"), "isom", 10**8, None, ("video", "audio"), faststart=True)
VIDEO = VideoFacts(
    index=0, codec="h264", profile="High", width=1920, height=1080, sample_aspect="1:1", rotation=0, pixel_format="yuv420p",
    bit_depth=8, field_order="progressive", frame_rate="25/1", average_rate="25/1", time_base="1/12800", start_pts=0,
    declared_bit_rate=None, declared_frames=0, declared_duration=None, colour_range="tv", colour_primaries="bt709",
    colour_transfer="bt709", colour_matrix="bt709",
)  # fmt: skip
AUDIO = AudioFacts(
    index=1, codec="aac", profile="LC", sample_rate=44100, channels=2, layout="stereo", time_base="1/44100", start_pts=0,
    declared_bit_rate=256000, declared_duration=None,
)  # fmt: skip


def box_slices(box: Box) -> tuple[slice, slice]:
    """Rows and columns of a box."""
    return slice(box[0], box[2]), slice(box[1], box[3])


@dataclass
class Film:
    """A picture over time. Frames are counted from 0; a span is [first, last)."""

    frames: int
    rate: int = 25
    seed: int = 0
    gop: int = 250
    breath: float = 0.0
    """Difference, codes, that each key frame draws over everything."""
    light: Any = field(init=False)
    noise: Any = field(init=False)
    edge: Any = field(init=False)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.light = np.zeros((self.frames, ROWS, COLS), np.float32)
        self.noise = np.zeros((self.frames, ROWS, COLS), np.float32)
        self.edge = np.zeros(self.frames, np.float32)
        self.slide(0)

    def slide(self, first: int, last: int | None = None, *, dark: bool = False, seed: int = 1) -> "Film":
        """A slide with text: no noise, sharp edges."""
        last = self.frames if last is None else last
        ink = np.random.default_rng(seed).uniform(0, 60, (ROWS, COLS))
        self.light[first:last] = 18 + 0.2 * ink if dark else 225 - ink
        self.noise[first:last] = 0
        self.edge[first:last] = 25
        return self

    def camera(
        self, first: int = 0, last: int | None = None, *, box: Box = WINDOW, noise: float = 1.0, motion: float = 12.0
    ) -> "Film":
        """A camera: sensor noise in every tile, somebody moving in the middle third."""
        last = self.frames if last is None else last
        rows, cols = box_slices(box)
        high, wide = box[2] - box[0], box[3] - box[1]
        room = self.random.uniform(70, 130, (high, wide))
        time = np.arange(first, last)[:, None, None] / self.rate
        phase = self.random.uniform(0, 6, (high, wide))
        moving = np.zeros((high, wide))
        moving[high // 4 :, wide // 3 : wide - wide // 3] = motion
        self.light[first:last, rows, cols] = room + moving * np.sin(time * 5 + phase)
        grain = noise * self.random.uniform(0.85, 1.15, (last - first, high, wide))
        self.noise[first:last, rows, cols] = grain
        self.edge[first:last] = np.maximum(self.edge[first:last], 6)
        return self

    def rest(self, first: int, last: int, box: Box = WINDOW) -> "Film":
        """Nobody moves; the camera's noise goes on."""
        rows, cols = box_slices(box)
        self.light[first:last, rows, cols] = self.light[first - 1, rows, cols]
        return self

    def freeze(self, first: int, last: int, box: Box = WINDOW) -> "Film":
        """Frames `[first, last)` repeat the frame before them within the box."""
        rows, cols = box_slices(box)
        self.light[first:last, rows, cols] = self.light[first - 1, rows, cols]
        self.noise[first:last, rows, cols] = 0
        return self

    def paint(self, first: int, last: int, code: float, box: Box = ALL, *, edge: float = 0.5) -> "Film":
        """One colour."""
        rows, cols = box_slices(box)
        self.light[first:last, rows, cols] = code
        self.noise[first:last, rows, cols] = 0
        if box == ALL:
            self.edge[first:last] = edge
        return self

    def foreign(self, first: int, last: int, seed: int = 99) -> "Film":
        """Another picture."""
        self.light[first:last] = np.random.default_rng(seed).uniform(20, 230, (ROWS, COLS))
        self.edge[first:last] = 20
        return self

    def fade(self, first: int, last: int, ramp: int = 25) -> "Film":
        """Down to black, which lasts `[first, last)`, and up again."""
        for step in range(1, ramp + 1):
            share = 1 - step / (ramp + 1)
            for at in (first - ramp - 1 + step, last + ramp - step):
                if 0 <= at < self.frames:
                    self.light[at] = 16 + (self.light[at] - 16) * share
        return self.paint(first, last, 16)

    def measurements(self, **changes: Any) -> Measurements:
        """What measuring the film would give."""
        step = np.abs(np.diff(self.light, axis=0, prepend=self.light[:1]))
        difference = step + self.noise * (step < 3)
        key = np.arange(self.frames) % self.gop == 0
        difference[key] += self.breath
        difference[0] = 0
        flat = self.light.reshape(self.frames, -1)
        bins = np.stack([np.histogram(row, LUMA_EDGES)[0] for row in flat]) / flat.shape[1]
        tick = 12800 // self.rate
        pts = np.arange(self.frames, dtype=np.int64) * tick
        pictures = Pictures(
            pts=pts,
            key=key,
            corrupt=np.zeros(self.frames, bool),
            interlaced=np.zeros(self.frames, bool),
            luma_mean=flat.mean(axis=1).astype(np.float32),
            luma_histogram=np.rint(bins * 65535).astype(np.uint16),
            chroma_mean=np.full((self.frames, 2), 128, np.float32),
            equal=(difference == 0).reshape(self.frames, -1).mean(axis=1).astype(np.float32),
            edge_max=self.edge,
            tile_mean=np.rint(self.light).clip(0, 255).astype(np.uint8),
            tile_difference=compand(difference.clip(0, 254)),
            block_grid=np.ones(self.frames, np.float32),
        )
        hashed = slice(0, None, self.rate)
        bits = np.packbits(flat[hashed, :256] > np.median(flat[hashed, :256], axis=1, keepdims=True), axis=1)
        made = Measurements(
            container=CONTAINER,
            video=replace(VIDEO, frame_rate=f"{self.rate}/1", average_rate=f"{self.rate}/1"),
            audio=None,
            pictures=pictures,
            samples=Samples(pts[:0], *(np.zeros((0, ROWS, COLS), np.uint8) for _ in range(3))),
            hashes=Hashes(pts[hashed], bits, np.full(len(bits), 90, np.uint8)),
            video_packets=packets(self.frames, tick, 20_000_000 / 8 / self.rate, key),
            audio_packets=None,
            sounds=None,
            events=(),
            origin=0.0,
            device="cpu: test",
        )
        return replace(made, **changes)


def packets(count: int, tick: int, size: float, key: Any = None) -> Packets:
    """Equal packets."""
    pts = np.arange(count, dtype=np.int64) * tick
    return Packets(pts, pts, np.full(count, round(size), np.int32), np.ones(count, bool) if key is None else key)


@dataclass
class Voice:
    """A sound over time, as levels. Windows are 10 ms; a span is in seconds."""

    seconds: float
    channels: int = 2
    rate: int = 44100
    speech: float = -20.0
    room: float = -55.0
    seed: int = 0
    level: Any = field(init=False)
    clipped: Any = field(init=False)
    correlation: Any = field(init=False)

    def __post_init__(self) -> None:
        windows = round(self.seconds * 100)
        random = np.random.default_rng(self.seed)
        words = np.sin(np.arange(windows) / 100 * 2 * np.pi / 1.3) > -0.6
        line = np.where(words, self.speech + random.normal(0, 2, windows), self.room + random.normal(0, 1, windows))
        self.level = np.repeat(line[:, None], self.channels, axis=1)
        self.clipped = np.ones((windows, self.channels), np.uint16)
        self.correlation = np.ones(windows // 10)

    def quiet(self, start: float, end: float, level: float | None = None, channel: int | None = None) -> "Voice":
        """A stretch at `level` dBFS; None: digital zero."""
        where = slice(None) if channel is None else channel
        self.level[round(start * 100) : round(end * 100), where] = -np.inf if level is None else level
        return self

    def pause(self, start: float, end: float) -> "Voice":
        """Nobody speaks; the room is heard."""
        return self.quiet(start, end, self.room)

    def clip(self, start: float, end: float, run: int = 20) -> "Voice":
        """Flat tops."""
        self.clipped[round(start * 100) : round(end * 100)] = run
        return self

    def invert(self, start: float, end: float) -> "Voice":
        """Channel 2 turned over."""
        self.correlation[round(start * 10) : round(end * 10)] = -1
        return self

    def sounds(self, start: float = 0.0) -> Sounds:
        """What measuring it would give."""
        windows, blocks = len(self.level), len(self.level) // 10
        power = 10 ** (self.level / 10)
        mean = power[: blocks * 10].reshape(blocks, 10, self.channels).mean(axis=1)
        pair = np.zeros((blocks, 3), np.float32)
        if self.channels > 1:
            pair[:, :2] = mean[:, :2]
            pair[:, 2] = self.correlation[:blocks] * np.sqrt(mean[:, 0] * mean[:, 1])
        dead = np.isinf(self.level)
        level = np.where(dead, 0.0, self.level * 100).astype(np.int16)
        level[dead] = DIGITAL_SILENCE
        return Sounds(
            start=start,
            samples=round(self.seconds * self.rate),
            peak=np.minimum(np.sqrt(power) * 3 * 32768, 65535).astype(np.uint16),
            level=level,
            zeros=np.where(dead, self.rate // 100, 0).astype(np.uint16),
            clipped=np.broadcast_to(self.clipped, (windows, self.channels)).copy(),
            k_power=mean.astype(np.float32),
            true_peak=(np.sqrt(mean) * 3).astype(np.float32),
            pair=pair,
            fingerprint=np.zeros(0, np.uint32),
        )


def lesson(film: Film | None = None, voice: Voice | None = None, *, start: float = 0.0, **changes: Any) -> Measurements:
    """Picture and sound together; one of them may be missing."""
    made = (film or Film(1)).measurements()
    if film is None:
        made = replace(made, video=None, pictures=None, samples=None, hashes=None, video_packets=None)
    if voice is not None:
        layout = {1: "mono", 2: "stereo"}.get(voice.channels, "5.1")
        made = replace(
            made,
            audio=replace(
                AUDIO, channels=voice.channels, sample_rate=voice.rate, layout=layout, time_base=f"1/{voice.rate}"
            ),
            sounds=voice.sounds(start),
            audio_packets=packets(int(voice.seconds * voice.rate / 1024), 1024, 256000 / 8 * 1024 / voice.rate),
        )
    return replace(made, **changes)


def event(time: float, kind: str, stream: str = "video", amount: float = 1.0) -> Event:
    """Something that a decoder told."""
    return Event(time, stream, kind, amount, "test")


def seconds_of(frames: int, rate: int = 25) -> float:
    """Frames as seconds."""
    return float(Fraction(frames, rate))
