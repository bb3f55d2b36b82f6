"""Findings as markers on an editor's timeline: OpenTimelineIO, and a CMX 3600 EDL with locators for editors that read only that.

Both hold the lesson as one clip from 00:00:00:00 on, so that a marker stands where the report says.
"""

from fractions import Fraction

from station.report.model import Part, Point
from station.report.words import Words
from station.text import clean
from station.timecode import timecode

COLOURS = {"fault": "RED", "warning": "YELLOW", "note": "CYAN"}
"""Both formats know these names."""
NAME_LENGTH = 60
"""Characters of a marker's name."""
MOST = 1000
"""Markers of one lesson."""


def markers(part: Part) -> list[Point]:
    """The standing findings that have a place, by time."""
    placed = [point for point in part.points if point.start is not None and point.standing]
    return sorted(placed, key=lambda point: point.start or 0.0)[:MOST]


def rate_of(part: Part) -> Fraction:
    """Frames a second: the nearest of the rates in use where one is near, else what was measured."""
    measured = Fraction(1 / part.frame_seconds).limit_denominator(1001)
    usual = [Fraction(n) for n in (24, 25, 30, 48, 50, 60)] + [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60)]
    nearest = min(usual, key=lambda rate: abs(rate - measured))
    return nearest if abs(float(nearest / measured) - 1) < 0.0005 else measured


def _frames(rate: Fraction, point: Point) -> tuple[int, int]:
    """First frame, and how many, at least one."""
    start = point.start or 0.0
    first = round(start * rate)
    end = point.end if point.end is not None else start
    return first, max(1, round(end * rate) - first)


def as_otio(part: Part, words: Words) -> str:
    """A timeline of one clip with markers, as the text of an .otio file."""
    import opentimelineio as otio  # noqa: PLC0415 - slow to load, for reports alone

    rate = rate_of(part)
    speed = float(rate)
    whole = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, speed),
        otio.opentime.RationalTime(max(1, round((part.duration or 0) * rate)), speed),
    )
    name = clean(part.file)
    clip = otio.schema.Clip(
        name=name,
        media_reference=otio.schema.ExternalReference(target_url=name, available_range=whole),
        source_range=whole,
    )
    for point in markers(part):
        first, count = _frames(rate, point)
        clip.markers.append(
            otio.schema.Marker(
                name=_name(point, words),
                marked_range=otio.opentime.TimeRange(
                    otio.opentime.RationalTime(first, speed), otio.opentime.RationalTime(count, speed)
                ),
                color=getattr(otio.schema.MarkerColor, COLOURS[point.severity.value]),
                metadata={
                    "review-station": {"check": point.check, "clause": point.clause, "severity": point.severity.value},
                    "comment": words.told(point.message, point.params),
                },
            )
        )
    timeline = otio.schema.Timeline(name=name, global_start_time=otio.opentime.RationalTime(0, speed))
    timeline.tracks.append(otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video, children=[clip]))
    text: str = otio.adapters.write_to_string(timeline, "otio_json")
    return text


def _name(point: Point, words: Words) -> str:
    return f"{words('desk.severity.' + point.severity.value)} {words.check(point.check)}"[:NAME_LENGTH]


def as_edl(part: Part, words: Words) -> str:
    """One event, and a locator (`* LOC: timecode colour name`) for every marker; lines end in CR LF."""
    frame = 1 / float(round(rate_of(part)))
    scale = part.frame_seconds / frame  # timecode counts frames: 29.97 a second are counted by thirty

    def code(time: float) -> str:
        return timecode(time / scale, frame, ":")

    name = clean(part.file).replace("\n", " ")
    end = code(part.duration or 0.0)
    lines = [
        f"TITLE: {name[:70]}",
        "FCM: NON-DROP FRAME",
        "",
        f"001  AX       V     C        {code(0.0)} {end} {code(0.0)} {end}",
        f"* FROM CLIP NAME: {name}",
    ]
    for point in markers(part):
        told = words.told(point.message, point.params)
        lines.append(
            f"* LOC: {code(point.start or 0.0)} {COLOURS[point.severity.value]:<7} {_name(point, words)}: {told}"
        )
    return "\r\n".join(lines) + "\r\n"
