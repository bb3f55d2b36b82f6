"""The report as one self-contained page of HTML: no script, no file beside it, nothing fetched; every outside word escaped."""

import base64
import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image, UnidentifiedImageError

from station.report.chart import timeline
from station.report.gather import STILLS
from station.report.model import WEIGHT, Point, Report
from station.report.words import Words, number
from station.text import clean

STILL_WIDTH, QUALITY = 480, 72
"""Pixels, and JPEG quality, of the pictures in the page: about 25 KB each."""
MOST_PICTURED = 60
"""Findings that get pictures, the gravest first: the page stays under a few megabytes."""


def page(report: Report, language: str) -> str:
    """The whole page."""
    words = Words(language, report.profile)
    pictured = _pictured(report)
    made: str = _environment().get_template("page.html").render(
        report=report,
        w=words,
        clean=clean,
        methods=_checks(report),
        pictures=lambda point: pictured.get(id(point), ()),
        timeline=lambda part: timeline(part, words),
        unit=lambda value, unit: clean(number(value) + (f" {unit}" if unit else "")),
        made_at=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S %z"),
        program=f"review-station {version('review-station')}",
    )  # fmt: skip
    return made.encode("utf-8", "replace").decode("utf-8")


def _checks(report: Report) -> list[str]:
    """Those that the page tells of, in the profile's order."""
    told = {end.check for part in report.parts for end in part.ends}
    told |= {point.check for part in report.parts for point in part.points}
    return [check for check in report.profile.checks if check in told]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("station.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _pictured(report: Report) -> Mapping[int, list[tuple[str, str]]]:
    """Pictures as data URIs, by the identity of their finding."""
    points = [point for part in report.parts for point in part.points if point.stills]
    points.sort(key=lambda point: (not point.standing, WEIGHT[point.severity]))
    return {id(point): pictures for point in points[:MOST_PICTURED] if (pictures := _pictures(point))}


def _pictures(point: Point) -> list[tuple[str, str]]:
    uris = ((name, _data_uri(point.stills.get(name))) for name in STILLS)
    return [(name, uri) for name, uri in uris if uri is not None]


def _data_uri(path: Any) -> str | None:
    """A picture made small; None where it is not to be had."""
    if not path:
        return None
    buffer = io.BytesIO()
    try:
        with Image.open(path) as image:
            small = image.convert("RGB")
            small.thumbnail((STILL_WIDTH, STILL_WIDTH))
            small.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    except (OSError, UnidentifiedImageError, ValueError):
        return None
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
