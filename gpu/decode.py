"""Packets in, pictures and sounds out, whatever the file is like.

A file is demuxed and decoded packet by packet: `container.decode` would end at the first packet that does not decode.
Nothing but UnreadableMedia comes out of here; what went wrong on the way is told as events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from av.packet import Packet
from av.stream import Discard
from av.video.frame import VideoFrame

from gpu import logs
from gpu.events import EventLog
from gpu.opening import FAILURES, best_video, first_audio, open_media
from gpu.packets import PacketLog
from gpu.probe import Probe, facts
from gpu.soundreader import Sound, SoundReader
from gpu.timeline import PictureClock

PATIENCE = 16
"""Pictures that may come between a decoder thread's words and the picture they are about."""
MOST_FAILED_READS = 100
"""Reads that may fail in a row before the rest of the file is given up."""
CONCEALED = ("conceal", "error while decoding", "corrupt")
"""Words of decoders that patched a picture."""


@dataclass(frozen=True)
class Segment:
    """A part of a lesson: pictures with start ≤ pts < end, in the video stream's time base; None: no border."""

    start: int | None = None
    end: int | None = None

    def holds(self, pts: int) -> bool:
        """Whether a picture at `pts` belongs to this part."""
        return (self.start is None or pts >= self.start) and (self.end is None or pts < self.end)


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture."""

    frame: VideoFrame
    pts: int
    """Repaired: later than the picture before."""
    key: bool
    corrupt: bool
    """Flagged by the decoder, or after such a one and before the next key frame."""


@dataclass
class _Damage:
    """Pictures from a flagged one to the next key frame."""

    first: int
    count: int = 0


@dataclass
class _Patch:
    """Pictures that a decoder said it patched, but did not flag."""

    pts: int
    count: int
    said: str
    age: int = 0


class Reader:
    """One pass over one file. A context manager: leaving it frees decoders and file.

    `threads`: 0 as many as FFmpeg likes, 1 none, else so many. `hwaccel` keeps pictures on a GPU where it can.
    """

    def __init__(
        self, path: Path, *, segment: Segment | None = None, threads: int = 0, hwaccel: Any = None, sound: bool = True
    ) -> None:
        self.segment = segment or Segment()
        self.events = EventLog()
        self.video_packets = PacketLog()
        self.audio_packets = PacketLog()
        self._stack = ExitStack()
        self._container = self._stack.enter_context(open_media(path, hwaccel))
        self.facts: Probe = facts(self._container, path)
        self.video = best_video(self._container)
        self.audio = first_audio(self._container) if sound else None
        self._lines = self._stack.enter_context(logs.words())
        self._set_up(threads)

    def _set_up(self, threads: int) -> None:
        wanted = {stream.index for stream in (self.video, self.audio) if stream is not None}
        for stream in self._container.streams:
            if stream.index not in wanted:
                stream.discard = Discard.all
        if self.video is not None:
            context = self.video.codec_context
            context.thread_type = "NONE" if threads == 1 else "AUTO"
            context.thread_count = threads
            self._clock = PictureClock(self.time_base, _constant_rate(self.video), self._report_picture)
        if self.audio is not None:
            self._sound = SoundReader(self.audio, self.events, self._lines)
        self._sent: deque[int] = deque(maxlen=64)
        self._damage: _Damage | None = None
        self._held: _Patch | None = None
        self._recording = self.segment.start is None
        self._pictures_done = self.video is None
        self._size: tuple[int, int, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drain()
        self._stack.close()

    @property
    def time_base(self) -> Fraction:
        """Unit of the pictures' timestamps, in seconds."""
        return Fraction(self.facts.video.time_base) if self.facts.video else Fraction(1, 1_000_000)

    @property
    def sound_start(self) -> Fraction | None:
        """Seconds of the first sample on the file's own clock; None before there is one."""
        return self._sound.clock.start if self.audio is not None else None

    @property
    def sound_now(self) -> Fraction:
        """Seconds of the next sample on the file's own clock."""
        return self._sound.now()

    def read(self) -> Iterator[Picture | Sound]:
        """Everything of the segment, in the file's order."""
        if self.segment.start is not None:
            self._seek(self.segment.start)
        for packet in self._packets():
            if self.audio is not None and packet.stream_index == self.audio.index:
                self.audio_packets.add(packet)
                yield from self._sound.decode(packet)
            elif not self._pictures_done:
                self._note(packet)
                yield from self._pictures(packet)
            if self._pictures_done and self.audio is None:
                break
        if not self._pictures_done:
            yield from self._pictures(None)
        if self.audio is not None:
            yield from self._sound.decode(None)
        self._end_damage()
        self._tell_patch()

    def _packets(self) -> Iterator[Packet[Any]]:
        """All packets of the chosen streams; reading goes on behind places that cannot be read."""
        streams = [stream for stream in (self.video, self.audio) if stream is not None]
        failed = 0
        while failed < MOST_FAILED_READS:
            try:
                for packet in self._container.demux(streams):
                    failed = 0
                    if packet.size:  # an empty one repeats the picture before; decoders take it for an error
                        yield packet
            except FAILURES as error:
                failed += 1
                if failed == 1 and self.segment.end is None:
                    self.events.add(self._now(), self._main, "truncated", 1, logs.tell(error, self._lines))
            else:
                return

    @property
    def _main(self) -> str:
        return "video" if self.video is not None else "audio"

    def _now(self) -> Fraction:
        if self.video is not None:
            return (self._clock.last or 0) * self.time_base
        return self._sound.now()

    # ---- pictures

    def _note(self, packet: Packet[Any]) -> None:
        """Keep the packet if it lies in the segment: from its first key packet up to the next segment's, in file order."""
        pts, segment = packet.pts, self.segment
        if packet.is_keyframe and pts is not None:
            if segment.start is not None and pts >= segment.start:
                self._recording = True
            if segment.end is not None and pts >= segment.end:
                self._recording = False
        if self._recording:
            self.video_packets.add(packet)

    def _pictures(self, packet: Packet[Any] | None) -> Iterator[Picture]:
        """Decode one packet, or flush the decoder with None."""
        assert self.video is not None
        if packet is not None:
            self._sent.append(packet.pts if packet.pts is not None else (packet.dts or 0))
        for frame in self._decoded(packet):
            picture = self._place(frame)
            if self.segment.end is not None and picture.pts >= self.segment.end:
                self._pictures_done = True
                self._end_damage()
                self.video.discard = Discard.all
                return
            if self.segment.holds(picture.pts):
                self._look(picture)
            yield picture
        if packet is None:
            self._pictures_done = True

    def _decoded(self, packet: Packet[Any] | None) -> list[VideoFrame]:
        assert self.video is not None
        try:
            frames: list[Any] = self.video.codec_context.decode(packet)
        except FAILURES as error:
            self._failed(error)
            frames = self._rest() if packet is None else []
        return frames

    def _rest(self) -> list[Any]:
        """What a decoder still gives when its flush stumbled over one picture."""
        assert self.video is not None
        frames: list[Any] = []
        for _ in range(self._sent.maxlen or 0):
            try:
                frames += self.video.codec_context.decode(None)
            except EOFError:
                break
            except FAILURES as error:
                self._failed(error)
        return frames

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, EOFError):
            return
        assert self.video is not None
        behind = max(1, self.video.codec_context.thread_count)  # frame threads report that much late
        pts = self._sent[-min(behind, len(self._sent))] if self._sent else 0
        if self.segment.holds(pts):
            self.events.add(pts * self.time_base, "video", "undecodable-packet", 1, logs.tell(error, self._lines))
        self._lines.clear()
        if self._damage is None:
            self._damage = _Damage(pts)

    def _place(self, frame: VideoFrame) -> Picture:
        pts = self._clock.place(frame.pts)
        key = frame.key_frame
        if key:
            self._end_damage()
        if frame.is_corrupt and self._damage is None:
            self._damage = _Damage(pts)
        if self._damage is not None:
            self._damage.count += self.segment.holds(pts)
        return Picture(frame, pts, key, self._damage is not None)

    def _end_damage(self) -> None:
        damage, self._damage = self._damage, None
        if damage is not None and damage.count:
            said = self._held.said if self._held is not None else ""
            detail = self._lines[-1][2] if self._lines else said
            self._held = None
            self.events.add(damage.first * self.time_base, "video", "corrupt-frame", damage.count, detail)
        if damage is not None:
            self._lines.clear()

    def _look(self, picture: Picture) -> None:
        """Tell what changed at this picture and what the decoder patched."""
        frame = picture.frame
        size = (frame.width, frame.height, frame.format.name)
        if self._size is not None and size != self._size:
            kind = "size-change" if size[:2] != self._size[:2] else "format-change"
            change = f"{self._size[0]}×{self._size[1]} {self._size[2]} → {size[0]}×{size[1]} {size[2]}"
            self.events.add(picture.pts * self.time_base, "video", kind, 1, change)
        self._size = size
        if self._damage is None:
            self._suspect(picture.pts)

    def _suspect(self, pts: int) -> None:
        """Hold what a decoder says of patching: its threads speak before the picture comes, which may be flagged itself."""
        said = [line[2] for line in self._lines if any(word in line[2].lower() for word in CONCEALED)]
        self._lines.clear()
        if said and self._held is None:
            self._held = _Patch(pts, len(said), said[0])
        elif self._held is not None:
            self._held.age += 1
            self._held.count += len(said)
            if self._held.age > PATIENCE:
                self._tell_patch()

    def _tell_patch(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            self.events.add(held.pts * self.time_base, "video", "concealed", held.count, held.said)

    def _report_picture(self, pts: int, kind: str, amount: float) -> None:
        if self.segment.holds(pts):
            self.events.add(pts * self.time_base, "video", kind, amount)

    def _seek(self, start: int) -> None:
        """Go to a key packet before `start`, so that the picture before the first one is decoded too."""
        assert self.video is not None
        step = max(1, int(Fraction(1, 10) / self.time_base))
        target = start - 1
        for _ in range(24):
            self._container.seek(target, stream=self.video)
            head = next((p for p in self._container.demux(self.video) if p.is_keyframe and p.size), None)
            if head is not None and head.pts is not None and head.pts < start:
                break
            target -= step
            step *= 2
        self._container.seek(target, stream=self.video)

    def _drain(self) -> None:
        """Let decoder threads come to rest: one that logs while it is freed would wait for the interpreter for ever."""
        for stream in (self.video, self.audio):
            if stream is not None and stream.codec_context.is_open:
                for _ in range(64):
                    try:
                        if not stream.codec_context.decode(None):
                            break
                    except EOFError:
                        break
                    except FAILURES:
                        continue


def _constant_rate(stream: Any) -> Fraction | None:
    """Frames per second where header and average agree within 5 %."""
    base, average = stream.base_rate, stream.average_rate
    if not base or not average or abs(base - average) > Fraction(1, 20) * base:
        return None
    return Fraction(base)


def first_picture(path: Path) -> tuple[int, int] | None:
    """Timestamp (pts) and rotation in degrees of the first picture that decodes; None where there is none.

    Raises UnreadableMedia.
    """
    with Reader(path, threads=1, sound=False) as reader:
        if reader.video is None:
            return None
        for picture in reader.read():
            assert isinstance(picture, Picture)
            return picture.pts, picture.frame.rotation % 360
    return None
