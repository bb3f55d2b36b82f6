"""Words and cells: texts by id in the language of the moment, outside text made safe, cut and padded by terminal cells."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from station.text import catalogue, clean, say

FIRST_WIDE = "\u2e80"
CLINGING = "，。；：、！？）」》 "
"""Signs that never begin a line."""
CUT = ".."
"""Marks a cut text. Two narrow signs: `…` is two cells wide in many Chinese set-ups and would tear a table."""


class Words:
    """Texts in one language, exchanged live."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, message: str, **params: Any) -> str:
        """The text of an id this room owns. Raises KeyError for an unknown id."""
        return say(message, self.language, **params)

    def knows(self, message: str) -> bool:
        """Whether there is such a text."""
        return message in catalogue(self.language)

    def outside(self, message: str, params: Mapping[str, Any]) -> str:
        """The text of an id that came from the store. An id or place that this program does not know (the row may be of
        another version) is shown as it stands instead of failing the screen."""
        try:
            return say(message, self.language, **params)
        except (KeyError, IndexError, ValueError, TypeError):
            places = ", ".join(f"{name}={value}" for name, value in params.items())
            return clean(f"{message} {places}".strip())

    def either(self, chinese: str, english: str) -> str:
        """The one of two names (clauses, checks, rubric lines come in both) that fits the language."""
        return clean(chinese if self.language == "zh" else english)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Outside or own text in exactly `width` cells: cleaned, cut with `..` or padded."""
    if width <= 0:
        return ""
    safe = clean(text)
    have = cell_len(safe)
    if have > width:
        return set_cell_size(safe, width) if width <= len(CUT) else set_cell_size(safe, width - len(CUT)) + CUT
    padding = " " * (width - have)
    return padding + safe if right else safe + padding


def breaks(text: str, width: int) -> list[int]:
    """Where lines must begin so that each has at most `width` cells: at blanks where a word fits a line, between any two
    Chinese signs, and inside a word only where it is longer than a line. Offsets in signs."""
    room, used, place = max(2, width), 0, 0
    offsets: list[int] = []
    for piece in _pieces(text):
        if used and used + cell_len(piece.rstrip()) > room:
            offsets.append(place)
            used = 0
        if cell_len(piece.rstrip()) > room:
            for number, sign in enumerate(piece):
                if used + cell_len(sign) > room:
                    offsets.append(place + number)
                    used = 0
                used += cell_len(sign)
        else:
            used += cell_len(piece)
        place += len(piece)
    return offsets


def wrap(text: str, width: int) -> list[str]:
    """Outside or own text, cleaned, in lines of at most `width` cells."""
    safe = clean(text)
    starts = [0, *breaks(safe, width)]
    return [safe[a:b].strip() for a, b in zip(starts, [*starts[1:], len(safe)], strict=True)]


def folded(text: Text, width: int) -> Text:
    """A styled text with its lines broken as `wrap` does: Textual breaks at blanks alone, which Chinese has not."""
    lines = (piece for line in text.split("\n", allow_blank=True) for piece in line.divide(breaks(line.plain, width)))
    return Text("\n").join(lines)


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for sign in text:
        latin = pieces and not pieces[-1].endswith(" ") and max(sign, pieces[-1][-1]) < FIRST_WIDE
        if latin or (pieces and sign in CLINGING):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def timecode(seconds: float | None) -> str:
    """`H:MM:SS.s`, without the hour where there is none; `-` for the whole lesson."""
    if seconds is None:
        return "-"
    tenths = round(max(0.0, seconds) * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{minutes:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{tail}" if hours else tail


def clock(stamp: str | None) -> str:
    """An ISO time of the store (UTC) as local `MM-DD HH:MM`; empty where there is none or it can't be read."""
    try:
        return datetime.fromisoformat(stamp or "").astimezone().strftime("%m-%d %H:%M")
    except ValueError:
        return ""


def number(value: Any) -> str:
    """A measured value in few signs: at most four significant digits, no trailing zeros; None is `-`."""
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return clean(str(value))
    return f"{value:.4g}" if abs(value) < 10000 else f"{value:.0f}"
