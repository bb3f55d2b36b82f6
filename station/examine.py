"""Measuring, reading and judging one lesson: the one way in, for the command line and for the daemon's workers alike."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from gpu.device import Device
from gpu.errors import UnreadableMedia
from gpu.measure import Progress, measure
from gpu.measurements import Measurements
from gpu.readback import read_back
from station.checks.subject import Subject
from station.config import ReadersSection
from station.context import Context
from station.judge import Judgement, judge
from station.papers.types import Papers
from station.profile import Profile
from station.readers import read_lesson
from station.readings import Readings

Observer = Callable[[Progress], None]


@dataclass(frozen=True)
class Examination:
    """What was measured of a lesson, what readers made out, and what the standard says of both."""

    measurements: Measurements
    judgement: Judgement
    readings: Readings = field(default_factory=Readings)


def examine(
    path: Path,
    *,
    profile: Profile,
    device: Device | None = None,
    rendition: Path | None = None,
    papers: Papers | None = None,
    ordinal: int | None = None,
    readers: ReadersSection | None = None,
    speech_model: Path | None = None,
    context: Context | Callable[[Measurements, Readings], Context] | None = None,
    threads: int = 0,
    observe: Observer | None = None,
) -> Examination:
    """Measure `path`, write and read back its rendition where a path for one is given, let readers look at it, and judge.

    No reader runs without `readers`. `context` is a value, or a function that makes it of what was measured and read.
    `observe` is told the name of each reader as its stage.
    Raises UnreadableMedia when nothing of it decodes, EncodeError when the rendition can't be written, DeviceError.
    """
    measured = with_read_back(measure(path, device=device, rendition=rendition, threads=threads, observe=observe))
    readings = Readings()
    if readers is not None:
        made = Path(measured.rendition.path) if measured.rendition and measured.rendition.read_back else None
        told = None if observe is None else _stages(observe, measured)
        readings = read_lesson(
            path, measured, settings=readers, speech_model=speech_model, rendition=made, observe=told
        )
    around = context(measured, readings) if callable(context) else context or Context()
    return Examination(measured, judge(Subject(measured, papers, ordinal, readings, around), profile), readings)


def _stages(observe: Observer, measured: Measurements) -> Callable[[str], None]:
    frames = 0 if measured.pictures is None else len(measured.pictures.pts)
    duration = measured.duration()
    return lambda reader: observe(Progress(reader, frames, frames, duration))


def with_read_back(measured: Measurements) -> Measurements:
    """The measurements with what reading the rendition back gave; nothing read back where it does not even open."""
    if measured.rendition is None:
        return measured
    try:
        back = read_back(Path(measured.rendition.path))
    except UnreadableMedia:
        return measured
    return replace(measured, rendition=replace(measured.rendition, read_back=back))
