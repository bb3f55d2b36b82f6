"""Extra persons (2.2.2): more faces in the camera's picture than the lesson has lecturers, by the form. A hint for a person.

Faces on slides, cards and photographs don't count: only those whose tiles a camera fills (`_substrate.Kind.CAMERA`). Where none
of the faces stands at a place the lecturer uses, the scene is another one (a film, the audience): a note.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS
from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable
from station.checks._substrate import CAMERA_SHARE, Kind, Substrate
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec, Limits
from station.readings import Box, FaceLook, Unread

NAMES = re.compile(r"[、,，;；/／\n]|\s{2,}|(?<=\w)和(?=\w)")
"""What stands between the names of several lecturers."""
USUAL_SHARE, NEAR = 0.2, 0.12
"""A place is the lecturer's where at least this share of the looks with faces has one within so much of the picture's width."""
FILMED_SHARE = 0.5
"""Share of a face's tiles that a camera must fill."""
FRESH_S = 1.2
"""What stirs in so many seconds from the look on is a camera's already, before the substrate's memory of 10 s knows it."""
SINGLE_SCORE = 0.88
"""A face on one look alone must be this sure: most mistakes of a detector last one look. Clear faces score 0.86 to 0.94."""


@dataclass(frozen=True)
class _Crowd:
    """A stretch of looks with too many faces."""

    start: float
    end: float
    most: int
    """Faces on one picture, at most."""
    looks: int
    beside: bool
    """The lecturer is in the picture too."""
    sure: float
    """Confidence of the least sure face of the surest look."""


@check("extra-person")
def extra_person(subject: Subject, spec: CheckSpec) -> Outcome:
    """Stretches with more faces than lecturers. The longest one beside the lecturer is the warning; the others are notes."""
    faces, measurements = subject.readings.faces, subject.measurements
    if measurements.pictures is None or not len(measurements.pictures.pts):
        return not_applicable(spec, "no-picture")
    if isinstance(faces, Unread):
        return not_measurable(spec, faces.reason, **faces.params)
    looks = [_counted(look, subject.substrate, spec.limits) for look in faces.looks]
    if not any(look.boxes for look in looks):
        return not_applicable(spec, "no-faces")
    lecturers = _lecturers(subject)
    crowds = [
        crowd
        for crowd in _crowds(looks, lecturers or 1, faces.interval, spec.limits["shortest_s"])
        if crowd.sure >= (spec.limits["sure_score"] if crowd.looks > 1 else SINGLE_SCORE)
    ]
    beside = [crowd for crowd in crowds if crowd.beside]
    worst = max(beside, key=lambda crowd: crowd.end - crowd.start, default=None)
    grave = worst if worst is not None and worst.looks > 1 and lecturers else None
    found = [_told(subject, spec, crowd, lecturers or 1, grave=crowd is grave) for crowd in crowds]
    return concluded(spec, found, lecturers=lecturers, most=max(len(look.boxes) for look in looks))


def _lecturers(subject: Subject) -> int | None:
    """How many the form names for one topic, at most; None without a form."""
    if subject.papers is None or subject.papers.form is None:
        return None
    named = (topic.lecturer for topic in subject.papers.form.topics)
    return (
        max((len([name for name in NAMES.split(names.strip()) if name.strip()]) for names in named), default=0) or None
    )


def _counted(look: FaceLook, substrate: Substrate, limits: Limits) -> FaceLook:
    """The look with the faces that count: sure, large enough, in a camera's picture."""
    kept = [
        (box, score)
        for box, score in zip(look.boxes, look.scores, strict=True)
        if score >= limits["least_score"]
        and box[2] - box[0] >= limits["least_height"]
        and _filmed(box, look.time, substrate)
    ]
    return FaceLook(look.time, tuple(box for box, _ in kept), tuple(score for _, score in kept))


def _filmed(box: Box, time: float, substrate: Substrate) -> bool:
    """Whether a camera fills most of the face's tiles, now or from now on: a cut makes no camera's picture older."""
    if not substrate.beats:
        return False
    beat = min(int(time / (substrate.beat * substrate.frame)), substrate.beats - 1)
    top, left, bottom, right = box
    rows = slice(min(int(top * TILE_ROWS), TILE_ROWS - 1), max(int(np.ceil(bottom * TILE_ROWS)), 1))
    cols = slice(min(int(left * TILE_COLS), TILE_COLS - 1), max(int(np.ceil(right * TILE_COLS)), 1))
    soon = slice(beat, beat + max(substrate.spell(FRESH_S), 2))
    stirring = (substrate.pulse[soon] >= substrate.life).mean(axis=0) >= CAMERA_SHARE
    camera = (substrate.kinds[beat] == Kind.CAMERA) | stirring
    return float(camera.reshape(TILE_ROWS, TILE_COLS)[rows, cols].mean()) >= FILMED_SHARE


def _crowds(looks: Sequence[FaceLook], lecturers: int, interval: float, shortest: float) -> list[_Crowd]:
    """Stretches of looks with more faces than lecturers. A look stands for `interval` seconds from it on; one look between two
    such, with fewer faces, is bridged: somebody turned the head."""
    usual = _usual_places(looks)
    many = [len(look.boxes) > lecturers for look in looks]
    for index in range(1, len(many) - 1):
        many[index] |= many[index - 1] and many[index + 1]
    made: list[_Crowd] = []
    first: int | None = None
    for index, crowded in enumerate([*many, False]):
        if crowded and first is None:
            first = index
        elif not crowded and first is not None:
            part, first = looks[first:index], None
            end = looks[index].time if index < len(looks) else part[-1].time + interval
            if end - part[0].time >= shortest:
                beside = any(_at(box, place) for look in part for box in look.boxes for place in usual)
                most = max(len(look.boxes) for look in part)
                sure = max(min(look.scores) for look in part if len(look.boxes) > lecturers)
                made.append(_Crowd(part[0].time, end, most, len(part), beside, sure))
    return made


def _usual_places(looks: Sequence[FaceLook]) -> list[Box]:
    """Boxes at which a face is found again and again."""
    seen = [look for look in looks if look.boxes]
    need = USUAL_SHARE * len(seen)
    boxes = [box for look in seen for box in look.boxes]
    usual: list[Box] = []
    for box in boxes:
        if any(_at(box, place) for place in usual):
            continue
        if sum(any(_at(other, box) for other in look.boxes) for look in seen) >= need:
            usual.append(box)
    return usual


def _at(box: Box, place: Box) -> bool:
    """Whether two boxes have their middles at one place."""
    down = abs(box[0] + box[2] - place[0] - place[2]) / 2
    across = abs(box[1] + box[3] - place[1] - place[3]) / 2
    return across <= NEAR and down <= NEAR


def _told(subject: Subject, spec: CheckSpec, crowd: _Crowd, lecturers: int, *, grave: bool) -> Finding:
    kind = "beside" if crowd.beside else "scene"
    made = finding(
        spec,
        Severity.WARNING if grave else Severity.NOTE,
        f"finding.extra-person.{kind}",
        {"value": crowd.most, "limit": lecturers, "length": round(crowd.end - crowd.start, 1)},
        value=crowd.most,
        limit=lecturers,
        unit="faces",
    )
    return at_seconds(made, subject.measurements, crowd.start, min(crowd.end, subject.measurements.duration()))
