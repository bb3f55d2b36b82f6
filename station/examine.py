"""Measuring and judging one lesson: the one way in, for the command line and for the daemon's workers alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gpu.device import Device
from gpu.errors import UnreadableMedia
from gpu.measure import Progress, measure
from gpu.measurements import Measurements
from gpu.readback import read_back
from station.checks.subject import Subject
from station.judge import Judgement, judge
from station.papers.types import Papers
from station.profile import Profile


@dataclass(frozen=True)
class Examination:
    """What was measured of a lesson, and what the standard says of it."""

    measurements: Measurements
    judgement: Judgement


def examine(
    path: Path,
    *,
    profile: Profile,
    device: Device | None = None,
    rendition: Path | None = None,
    papers: Papers | None = None,
    ordinal: int | None = None,
    threads: int = 0,
    observe: Callable[[Progress], None] | None = None,
) -> Examination:
    """Measure `path`, write and read back its rendition where a path for one is given, and judge.

    Raises UnreadableMedia when nothing of it decodes, EncodeError when the rendition can't be written, DeviceError.
    """
    measured = measure(path, device=device, rendition=rendition, threads=threads, observe=observe)
    measured = with_read_back(measured)
    return Examination(measured, judge(Subject(measured, papers, ordinal), profile))


def with_read_back(measured: Measurements) -> Measurements:
    """The measurements with what reading the rendition back gave; nothing read back where it does not even open."""
    if measured.rendition is None:
        return measured
    try:
        back = read_back(Path(measured.rendition.path))
    except UnreadableMedia:
        return measured
    return replace(measured, rendition=replace(measured.rendition, read_back=back))
