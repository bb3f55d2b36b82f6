"""What a look says: one line with a level, a text, and advice where something can be better."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How good it is."""

    OK = "ok"
    WARN = "warn"
    """Works, but not as well as it could."""
    BAD = "bad"
    """The main job does not work."""


@dataclass(frozen=True)
class Line:
    """One thing looked at."""

    topic: str
    """Short machine word; its name is the text `doctor.topic.<topic>`."""
    level: Level
    message: str
    """Text id, `doctor.says.…` or an error's."""
    params: dict[str, Any] = field(default_factory=dict)
    advice: str = ""
    """Text id, `doctor.do.…`; empty where there is nothing to do. It gets the same places as the message."""


def ok(topic: str, message: str, **params: Any) -> Line:
    """All is well."""
    return Line(topic, Level.OK, f"doctor.says.{message}", params)


def warn(topic: str, message: str, advice: str, **params: Any) -> Line:
    """It works, and could be better."""
    return Line(topic, Level.WARN, f"doctor.says.{message}", params, f"doctor.do.{advice}")


def bad(topic: str, message: str, advice: str, **params: Any) -> Line:
    """It does not work."""
    return Line(topic, Level.BAD, f"doctor.says.{message}", params, f"doctor.do.{advice}")


def worst(lines: Iterable[Line]) -> Level:
    """The worst level of all; `ok` for none."""
    order = list(Level)
    return max((line.level for line in lines), key=order.index, default=Level.OK)
