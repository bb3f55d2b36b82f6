"""The timeline of a lesson as an inline SVG: lanes of loudness, brightness, life and bit rate over one axis, findings as marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from station.report.model import Part
from station.report.words import Words

WIDTH, LANE, GAP, LEFT, RIGHT, TOP = 1020, 64, 14, 86, 20, 22
"""In SVG units: of the drawing, one lane's height, between lanes, room for names, at the right, for marks."""
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
"""Seconds between two ticks."""
MOST_TICKS = 12
MOST_CHANGES = 400
NARROWEST = 1.5


@dataclass(frozen=True)
class Lane:
    """One curve. `limits` are drawn as dashed lines where they lie inside."""

    name: str
    values: Sequence[float | None]
    lowest: float
    highest: float
    unit: str
    limits: tuple[float, ...] = ()


def lanes(part: Part, words: Words) -> list[Lane]:
    """The lanes of a lesson that has an overview."""
    table = part.overview or {}
    checks = words.profile.checks
    loudness = checks["loudness"].limits if "loudness" in checks else {}
    rate = checks["video-bitrate"].limits if "video-bitrate" in checks else {}
    rates = [value for value in table.get("bit_rate") or () if value is not None]
    top = max([*rates, float(rate.get("lowest_mbps", 1.0)) * 1.2, 1.0])
    made = [
        Lane(
            "loudness", table.get("loudness") or (), -60, 0, "LUFS", _numbers(loudness, "lowest_lufs", "highest_lufs")
        ),
        Lane("luma", table.get("luma") or (), 0, 255, ""),
        Lane("alive", table.get("alive") or (), 0, 1, ""),
        Lane("bit-rate", table.get("bit_rate") or (), 0, top, "Mbit/s", _numbers(rate, "lowest_mbps", "highest_mbps")),
    ]
    return [lane for lane in made if any(value is not None for value in lane.values)]


def _numbers(limits: Any, *names: str) -> tuple[float, ...]:
    return tuple(float(limits[name]) for name in names if name in limits)


def timeline(part: Part, words: Words) -> Markup:
    """The drawing; empty where nothing was measured."""
    shown, duration = lanes(part, words), part.duration or 0.0
    if not shown or duration <= 0:
        return Markup("")
    height = TOP + len(shown) * (LANE + GAP) + 18
    pieces = [
        (
            f'<svg viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
            f"<title>{escape(words('report.timeline'))}</title>"
        ),
        *_marks(part, words, duration, height - 18),
        *(piece for row, lane in enumerate(shown) for piece in _lane(lane, TOP + row * (LANE + GAP), words)),
        *_changes((part.overview or {}).get("changes") or (), duration),
        *_axis(duration, height),
        "</svg>",
    ]
    return Markup("".join(pieces))  # noqa: S704 - numbers, and escaped words


def _x(time: float, duration: float) -> float:
    return LEFT + min(max(time / duration, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)


def _marks(part: Part, words: Words, duration: float, bottom: float) -> Iterable[str]:
    """Findings as bands over all lanes; the gravest drawn last, on top."""
    for point in reversed(part.ranked()):
        if point.start is None:
            continue
        left = _x(point.start, duration)
        width = max(NARROWEST, _x(point.end if point.end is not None else point.start, duration) - left)
        title = f"{words.check(point.check)} {words.place(point.start, point.end, part.frame_seconds)}"
        kind = f"{point.severity.value}{'' if point.standing else ' waived'}"
        yield f'<g class="{kind}"><title>{escape(title)}</title>'
        yield f'<rect class="band" x="{left:.2f}" y="{TOP - 4}" width="{width:.2f}" height="{bottom - TOP}"/>'
        middle = left + width / 2
        yield f'<path class="flag" d="M{middle - 4:.2f} 6h8l-4 8z"/></g>'


def _lane(lane: Lane, top: float, words: Words) -> Iterable[str]:
    yield f'<rect class="lane" x="{LEFT}" y="{top}" width="{WIDTH - LEFT - RIGHT}" height="{LANE}"/>'
    name = escape(words(f"report.lane-{lane.name}"))
    yield f'<text x="{LEFT - 6}" y="{top + 14}" class="name">{name}</text>'
    unit = f" {escape(lane.unit)}" if lane.unit else ""
    yield f'<text x="{LEFT - 6}" y="{top + 30}" class="scale">{lane.highest:.3g}{unit}</text>'
    yield f'<text x="{LEFT - 6}" y="{top + LANE - 2}" class="scale">{lane.lowest:.3g}</text>'
    for limit in lane.limits:
        if lane.lowest < limit < lane.highest:
            y = _y(limit, lane, top)
            yield f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
    yield f'<path class="curve" d="{_curve(lane, top)}"/>'


def _y(value: float, lane: Lane, top: float) -> float:
    share = (value - lane.lowest) / ((lane.highest - lane.lowest) or 1)
    return top + LANE * (1 - min(max(share, 0.0), 1.0))


def _curve(lane: Lane, top: float) -> str:
    """A path that is interrupted where nothing was measured."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(lane.values))
    pieces, down = [], False
    for column, value in enumerate(lane.values):
        if value is None:
            down = False
            continue
        pieces.append(f"{'L' if down else 'M'}{LEFT + (column + 0.5) * step:.1f} {_y(float(value), lane, top):.1f}")
        down = True
    return "".join(pieces)


def _changes(times: Sequence[float], duration: float) -> Iterable[str]:
    """Slide and scene changes as ticks under the flags."""
    places = "".join(f"M{_x(float(time), duration):.1f} {TOP - 4}v4" for time in times[:MOST_CHANGES])
    if places:
        yield f'<path class="change" d="{places}"/>'


def _axis(duration: float, height: float) -> Iterable[str]:
    step = next((s for s in STEPS if duration / s <= MOST_TICKS), STEPS[-1])
    for number in range(int(duration // step) + 1):
        seconds = number * step
        x = _x(seconds, duration)
        clock = (
            f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            if duration >= 3600
            else f"{seconds // 60}:{seconds % 60:02}"
        )
        yield f'<path class="tick" d="M{x:.1f} {height - 18}v4"/><text x="{x:.1f}" y="{height - 3}" class="clock">{clock}</text>'
