"""The one pass: a lesson is decoded once, and out come picture, sound, packets, events and the 960×540 rendition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from gpu import device as devices
from gpu.blas import hold_threads
from gpu.cuda import ON_DEVICE, CudaScaler, accelerator
from gpu.decode import Picture, Reader, Segment, first_picture
from gpu.device import Device
from gpu.errors import MediaError, UnreadableMedia
from gpu.fitting import Fitter
from gpu.logs import plain, tell
from gpu.measurements import Measurements
from gpu.opening import FAILURES
from gpu.picturemeter import PictureMeter, Shot
from gpu.planes import Scaler
from gpu.rendition import RenditionWriter
from gpu.segments import segments
from gpu.sound import SoundMeter
from gpu.soundreader import Sound
from gpu.tones import Levelled, planes, silence

__all__ = ["Progress", "Segment", "measure", "segments"]

REPORT_EVERY = 25
"""Pictures between two reports of progress."""
MOST_HELD = 1000
"""Pieces of sound (20 s or so) that may wait for the first picture."""


@dataclass(frozen=True)
class Progress:
    """How far a pass has come."""

    stage: str
    """`measure`."""
    frames: int
    total: int | None
    """Pictures there will be, by the header; None where it does not say."""
    seconds: float
    """Place in the lesson, in seconds from its first picture or sample."""


Observer = Callable[[Progress], None]


def measure(
    path: Path,
    *,
    device: Device | None = None,
    rendition: Path | None = None,
    segment: Segment | None = None,
    threads: int = 0,
    observe: Observer | None = None,
) -> Measurements:
    """Measure a lesson, or a `segment` of its pictures; write the rendition too where a path is given.

    `threads`: of decoder and encoder, 0 as FFmpeg likes, 1 for one process per core. Sound belongs to the segment without
    a start. Raises UnreadableMedia when nothing decodes, EncodeError when the rendition cannot be written, ValueError for a
    rendition of a segment: it is made of the whole lesson.
    """
    if rendition is not None and segment not in {None, Segment()}:
        raise ValueError("a rendition is made of the whole lesson, not of a segment")
    hold_threads()
    plan = _Plan(path, device or devices.choose(), rendition, segment or Segment(), threads, observe)
    return _Pass(plan).run()


@dataclass(frozen=True)
class _Plan:
    """What was asked for."""

    path: Path
    device: Device
    rendition: Path | None
    segment: Segment
    threads: int
    observe: Observer | None


class _Pass:
    """One pass over one file."""

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan
        self._writer: RenditionWriter | None = None

    def run(self) -> Measurements:
        """Decode, measure, encode."""
        with self._open() as reader:
            self._reader = reader
            try:
                self._loop(self._begin())
                return self._finish()
            except av.FFmpegError as error:  # nothing but our own errors may leave
                self._give_up()
                raise UnreadableMedia(plain(str(self._plan.path)), tell(error, [])) from error
            except BaseException:
                self._give_up()
                raise

    def _give_up(self) -> None:
        if self._writer is not None:
            self._writer.abort()

    def _begin(self) -> Iterator[Picture | Sound]:
        """Set up by the lesson's first picture, which gives time 0 and rotation; then everything there is to read.

        Sounds that come before it are held; a segment, and a file whose pictures come very late, is opened once more.
        """
        items = self._reader.read()
        held: list[Picture | Sound] = []
        first: tuple[int, int] | None = None
        if self._plan.segment.start is not None:
            first = first_picture(self._plan.path)
        else:
            for item in items:
                held.append(item)
                if isinstance(item, Picture):
                    first = item.pts, item.frame.rotation % 360
                    break
                if len(held) > MOST_HELD and self._reader.video is not None:
                    first = first_picture(self._plan.path)
                    break
        self._set_up(first)
        return chain(held, items)

    def _open(self) -> Reader:
        """A reader that leaves pictures on the GPU where it can; the reason why it cannot goes into the label."""
        plan = self._plan
        sound = plan.segment.start is None
        self._label = plan.device.label
        if plan.device.name == "cuda":
            try:
                return Reader(plan.path, segment=plan.segment, threads=1, hwaccel=accelerator(), sound=sound)
            except (MediaError, RuntimeError, ValueError) as refusal:
                self._label += f"; decoding in software: {getattr(refusal, 'detail', refusal)}"
        return Reader(plan.path, segment=plan.segment, threads=plan.threads, sound=sound)

    def _set_up(self, first: tuple[int, int] | None) -> None:
        self._origin = first[0] * self._reader.time_base if first else None
        self._rotation = first[1] if first else 0
        facts = self._reader.facts
        if facts.video is not None:
            facts = replace(facts, video=replace(facts.video, rotation=self._rotation))
        self._facts = facts
        if facts.video is not None:
            self._scaler, self._fitter = Scaler(self._rotation), Fitter(facts.video)
        self._pictures = PictureMeter(self._plan.device, self._reader.time_base, self._origin or Fraction(0))
        self._sounds: SoundMeter | None = None
        audio = facts.audio if self._reader.audio is not None else None
        if audio is not None:
            self._levelled = Levelled(audio.sample_rate, audio.layout, audio.channels)
            self._sounds = SoundMeter(audio.sample_rate, audio.channels, np)
        if self._plan.rendition is not None:
            self._writer = RenditionWriter(
                self._plan.rendition,
                video=facts.video if self._origin is not None else None,
                audio=audio,
                origin=self._origin or Fraction(0),
                threads=self._plan.threads,
            )
        if facts.video is not None and self._plan.device.name == "cuda":
            stays = self._writer is not None and self._writer.encoder.takes_device
            self._cuda = CudaScaler(self._plan.device.xp, facts.video, stays=stays)

    def _loop(self, items: Iterator[Picture | Sound]) -> None:
        for item in items:
            if isinstance(item, Picture):
                self._picture(item)
            else:
                self._sound(item)
        if self._sounds is not None:
            for frame in self._levelled.rest():
                self._hear(frame)

    def _picture(self, picture: Picture) -> None:
        on_device = picture.frame.format.name == ON_DEVICE
        scaler = self._cuda if on_device else self._scaler
        try:
            small = scaler.planes(picture.frame)
        except FAILURES as error:  # a damaged header may claim a format that nothing can scale
            time = picture.pts * self._reader.time_base
            self._reader.events.add(time, "video", "undecodable-packet", 1, tell(error, []))
            return
        wanted = self._plan.segment.holds(picture.pts)
        interlaced = picture.frame.interlaced_frame
        self._pictures.add(Shot(picture.pts, picture.key, picture.corrupt, interlaced, small, wanted))
        if self._writer is not None:
            fitter = self._cuda if on_device else self._fitter
            self._writer.picture(fitter.fit(picture.frame, small), picture.pts)
        count = self._pictures.count
        if self._plan.observe is not None and count % REPORT_EVERY == 0:
            place = float(picture.pts * self._reader.time_base - (self._origin or 0))
            total = self._facts.video.declared_frames if self._facts.video else 0
            self._plan.observe(Progress("measure", count, total or None, place))

    def _sound(self, sound: Sound) -> None:
        assert self._sounds is not None
        for frame in silence(sound.silence, self._sounds.channels, self._sounds.rate):
            self._hear(frame)
        try:
            frames = list(self._levelled.frames(sound.frame))
        except FAILURES as error:  # a damaged header may claim a layout that nothing can turn into ours
            self._reader.events.add(self._reader.sound_now, "audio", "undecodable-packet", 1, tell(error, []))
            return
        for frame in frames:
            self._hear(frame)

    def _hear(self, frame: AudioFrame) -> None:
        assert self._sounds is not None
        self._sounds.feed(planes(frame))
        if self._writer is not None:
            start = self._reader.sound_start or Fraction(0)
            self._writer.sound(frame, start)

    def _finish(self) -> Measurements:
        reader, facts = self._reader, self._facts
        pictures, samples, hashes, closeups, traits, motions = self._pictures.finish()
        start = reader.sound_start
        origin = self._origin if self._origin is not None else (start or Fraction(0))
        late = Fraction(0) if start is None else start - origin
        sounds = self._sounds.finish(float(late)) if self._sounds is not None else None
        if not len(pictures.pts) and (sounds is None or not sounds.samples) and self._plan.segment == Segment():
            raise UnreadableMedia(str(self._plan.path), "nothing in it decodes")
        has_video = facts.video is not None
        return Measurements(
            container=facts.container,
            video=facts.video,
            audio=facts.audio,
            pictures=pictures if has_video else None,
            samples=samples if has_video else None,
            hashes=hashes if has_video else None,
            video_packets=reader.video_packets.finish() if has_video else None,
            audio_packets=reader.audio_packets.finish() if sounds is not None else None,
            sounds=sounds,
            events=reader.events.finish(float(origin)),
            origin=float(origin),
            device=self._label,
            rendition=self._writer.finish() if self._writer is not None else None,
            closeups=closeups if has_video else None,
            traits=traits if has_video else None,
            motions=motions if has_video else None,
        )
