"""Damage with exact truth: what a decoder makes of a broken stream, burnt in by a second encode; painted blocks; smears; torn frames."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags

from gpu.synth import ClipWriter
from matrix.lectures import CODERS, Clip, Coder, Setting, at_rate
from matrix.plan import Missing
from station.demo.planes import Array, Planes

FAILURES = (av.error.FFmpegError, ValueError)
GREEN, GREY, PINK = (0, 0, 0), (128, 128, 128), (130, 175, 190)
"""What decoders leave where nothing was decoded: zeros, half, and a chroma plane gone astray."""
BLOCK = 16
Coded = tuple[Array, Array, Array]


VISIBLE_CODES = 12
"""A tile that is off by so many codes on average is seen to be wrong."""
VISIBLE = ((0.03, 3), (0.15, 1))
"""Damage is visible where this share of the tiles is wrong for so many frames."""
TRIES = 12


@dataclass(frozen=True)
class Hit:
    """Bytes of the picture shown at `second` that are not what was sent."""

    second: float
    part: float = 0.3
    """Where in its packet, as a share."""
    count: int = 60
    """How many bytes."""


@dataclass(frozen=True)
class Hurt:
    """A clip of which some bytes were hit, as it is: decoders complain."""

    clip: Clip
    hits: tuple[Hit, ...]
    seed: int = 0

    @property
    def suffix(self) -> str:
        """Of the file."""
        return self.clip.suffix

    def write(self, path: Path) -> None:
        """Encode, hit."""
        self.clip.write(path)
        struck(path, self.hits, self.seed)


@dataclass(frozen=True)
class Burnt:
    """A clip of which bytes were hit so that it is visible, decoded as a player does, and encoded again: no decoder complains."""

    clip: Clip
    hit: Hit
    again: Coder = CODERS[0]
    seed: int = 0

    @property
    def suffix(self) -> str:
        """Of the file."""
        return self.again.suffix

    def write(self, path: Path) -> None:
        """Encode, hit elsewhere until it shows, decode, encode. Raises Missing where nothing ever shows."""
        with tempfile.TemporaryDirectory() as folder:
            first, wrong = (Path(folder) / f"{name}{self.clip.suffix}" for name in ("first", "wrong"))
            self.clip.write(first)
            sound = list(concealed(first, self.clip.frames))
            for turn in range(TRIES):
                wrong.write_bytes(first.read_bytes())
                part = (self.hit.part + 0.07 * turn) % 0.9
                struck(wrong, (Hit(self.hit.second, part, self.hit.count * (1 + turn // 4)),), self.seed + turn)
                pictures = list(concealed(wrong, self.clip.frames))
                if visible(sound, pictures):
                    break
            else:
                raise Missing(f"no hit at {self.hit.second} s shows")
            width, height = self.clip.size
            with ClipWriter(
                path, width=width, height=height, rate=Fraction(self.clip.rate), video_codec=self.again.codec,
                video_bit_rate=self.again.bit_rate, constant=self.again.constant, gop=self.again.gop,
                preset=self.again.preset, options=self.again.options(), threads=1, audio_codec=None,
            ) as writer:  # fmt: skip
                for planes in pictures:
                    writer.picture(planes)


def visible(sound: list[Coded], pictures: list[Coded]) -> bool:
    """Whether somebody would see that the pictures are not the sound ones."""
    wrong = []
    for one, other in zip(sound, pictures, strict=True):
        apart = np.abs(one[0].astype(np.int16) - other[0])
        high, wide = (size // count * count for size, count in zip(apart.shape, (18, 32), strict=True))
        tiles = apart[:high, :wide].reshape(18, high // 18, 32, wide // 32).mean(axis=(1, 3))
        wrong.append(float((tiles >= VISIBLE_CODES).mean()))
    return any(sum(share >= least for share in wrong) >= frames for least, frames in VISIBLE)


def struck(path: Path, hits: tuple[Hit, ...], seed: int) -> None:
    """Overwrite bytes in the file, never those of a NAL unit's head."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        base, origin = stream.time_base or Fraction(1), stream.start_time or 0
        packets = [
            (float((p.pts - origin) * base), p.pos, p.size) for p in container.demux(stream) if p.pts is not None
        ]
    data = bytearray(path.read_bytes())
    random = np.random.default_rng((seed, 41))
    for one in hits:
        _, position, size = min(packets, key=lambda packet: abs(packet[0] - one.second))
        begin = position + min(size - 4, max(24, round(size * one.part)))
        end = min(begin + one.count, position + size)
        data[begin:end] = random.integers(0, 256, max(0, end - begin), dtype=np.uint8).tobytes()
    path.write_bytes(data)


def concealed(path: Path, frames: int) -> Iterator[Coded]:
    """Every picture, damaged ones as FFmpeg patches them; one that does not decode repeats the one before."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        context.flags |= Flags.output_corrupt
        context.thread_count = 1
        rate, base, origin = (
            stream.average_rate or Fraction(25),
            stream.time_base or Fraction(1),
            stream.start_time or 0,
        )
        shown, last = 0, None
        for frame in _frames(container, stream):
            number = round((frame.pts - origin) * base * rate)
            while last is not None and shown < min(number, frames):
                yield last
                shown += 1
            last = _planes(frame)
        while last is not None and shown < frames:
            yield last
            shown += 1


def _frames(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    for packet in container.demux(stream):
        try:
            yield from stream.codec_context.decode(packet if packet.size else None)
        except FAILURES:
            continue


def _planes(frame: av.VideoFrame) -> tuple[Array, Array, Array]:
    made = []
    for plane in frame.reformat(format="yuv420p").planes:
        rows = np.frombuffer(plane, np.uint8)[: plane.height * plane.line_size].reshape(plane.height, plane.line_size)
        made.append(rows[:, : plane.width].copy())
    return made[0], made[1], made[2]


@dataclass(frozen=True)
class Blocks:
    """Macroblocks of one colour over [start, end) seconds: from row `top` (share) on, `rows` rows of them, the first from `left`."""

    start: float
    end: float
    colour: tuple[int, int, int] = GREEN
    top: float = 0.5
    rows: int = 4
    left: float = 0.0
    right: float = 1.0

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        width, height = setting.size
        top = int(self.top * height) // BLOCK * BLOCK
        left, right = (int(share * width) // BLOCK * BLOCK for share in (self.left, self.right))
        box = (slice(top, top + self.rows * BLOCK), slice(left, right))
        for number, picture in enumerate(pictures):
            yield painted(picture, box, self.colour) if first <= number < last else picture


def painted(picture: Planes, box: tuple[slice, slice], colour: tuple[int, int, int]) -> Planes:
    """A copy with one colour in the box."""
    y, u, v = picture.y.copy(), picture.u.copy(), picture.v.copy()
    half = tuple(slice(part.start // 2, part.stop // 2) for part in box)
    y[box], u[half], v[half] = colour
    return Planes(y, u, v)


@dataclass(frozen=True)
class Mess:
    """Macroblocks changed places and colours over [start, end) seconds, in another way every few frames."""

    start: float
    end: float
    share: float = 0.3
    """Of the picture's rows, from `top` on."""
    top: float = 0.4
    density: float = 0.6
    every: int = 3
    seed: int = 0

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        for number, picture in enumerate(pictures):
            yield self._messed(picture, (number - first) // self.every) if first <= number < last else picture

    def _messed(self, picture: Planes, turn: int) -> Planes:
        random = np.random.default_rng((self.seed, turn))
        y, u, v = picture.y.copy(), picture.u.copy(), picture.v.copy()
        high, wide = y.shape[0] // BLOCK, y.shape[1] // BLOCK
        for row in range(int(self.top * high), min(high, int((self.top + self.share) * high))):
            for col in np.flatnonzero(random.random(wide) < self.density):
                other = random.integers(0, high), random.integers(0, wide)
                offset, tint = int(random.integers(-60, 60)), random.integers(-40, 40, 2)
                for plane, source, size, plus in (
                    (y, picture.y, BLOCK, offset), (u, picture.u, BLOCK // 2, tint[0]), (v, picture.v, BLOCK // 2, tint[1]),
                ):  # fmt: skip
                    block = source[other[0] * size : (other[0] + 1) * size, other[1] * size : (other[1] + 1) * size]
                    place = (slice(row * size, (row + 1) * size), slice(col * size, (col + 1) * size))
                    plane[place] = np.clip(block.astype(np.int16) + plus, 0, 255)
        return Planes(y, u, v)


@dataclass(frozen=True)
class Smear:
    """From row `top` (share) down, over [start, end) seconds, the last good row is drawn out to the bottom."""

    start: float
    end: float
    top: float = 0.5

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        row = int(self.top * setting.size[1]) // BLOCK * BLOCK
        for number, picture in enumerate(pictures):
            if not first <= number < last:
                yield picture
                continue
            y, u, v = picture.y.copy(), picture.u.copy(), picture.v.copy()
            y[row:], u[row // 2 :], v[row // 2 :] = y[row - 1], u[row // 2 - 1], v[row // 2 - 1]
            yield Planes(y, u, v)


@dataclass(frozen=True)
class Torn:
    """Frames [start, end) seconds show their upper part as it is and, from row `top` on, the next picture moved sideways."""

    start: float
    end: float
    top: float = 0.5
    shift: float = 0.06
    """Of the width."""

    def over(self, pictures: Iterator[Planes], setting: Setting) -> Iterator[Planes]:
        first, last = at_rate(self.start, self.end, setting.rate)
        row = int(self.top * setting.size[1]) // 2 * 2
        right = int(self.shift * setting.size[0]) // 2 * 2
        before: Planes | None = None
        for number, picture in enumerate(pictures):
            if before is not None:
                inside = first <= number - 1 < last
                yield self._torn(before, picture, row, right) if inside else before
            before = picture
        if before is not None:
            yield before

    def _torn(self, upper: Planes, lower: Planes, row: int, right: int) -> Planes:
        y, u, v = upper.y.copy(), upper.u.copy(), upper.v.copy()
        y[row:] = np.roll(lower.y[row:], right, axis=1)
        u[row // 2 :] = np.roll(lower.u[row // 2 :], right // 2, axis=1)
        v[row // 2 :] = np.roll(lower.v[row // 2 :], right // 2, axis=1)
        return Planes(y, u, v)
