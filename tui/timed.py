"""A note at a timecode, as it is typed: lesson, time, text, like `2 12:34.5 …`."""

import re

_NOTE = re.compile(r"(\d{1,3})\s+(?:(\d{1,2})[:：])?(\d{1,3})[:：](\d{1,2}(?:\.\d+)?)\s+(\S.*)")


def parse(typed: str) -> tuple[int, float, str] | None:
    """Lesson, seconds in the lesson, text; None where it is no such note."""
    form = _NOTE.fullmatch(typed.strip())
    if form is None or float(form[4]) >= 60:
        return None
    return int(form[1]), int(form[2] or 0) * 3600 + int(form[3]) * 60 + float(form[4]), form[5].strip()


def removed(typed: str) -> int | None:
    """The number of a note to take away, typed as `-3`; None where it is none."""
    form = re.fullmatch(r"-\s*(\d{1,3})", typed.strip())
    return int(form[1]) if form else None
