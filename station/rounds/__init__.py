"""One year's round as data: deadlines, how many topics are chosen, the hours wanted, profile, rubric, templates.

A round is a TOML file; the notice of 2022 is shipped. Nothing of a year stands in code.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from station.errors import UsageError, system_words

SHIPPED = "2022.toml"
LAYOUT: dict[str, dict[str, type]] = {
    "": {"id": str, "year": int, "zh": str, "en": str, "profile": str, "rubric": str, "goal_hours": float},
    "topics": {"deadline": date, "chosen": int, "areas": list},
    "courseware": {"months": int, "earliest": date},
    "templates": {"intro": str, "outro": str},
}
"""Table → key → kind. Every key must be there."""
RANGES: dict[str, tuple[float, float]] = {
    "year": (2000, 2999), "goal_hours": (0.5, 10_000), "topics.chosen": (1, 1000), "courseware.months": (1, 24),
}  # fmt: skip
FILES = ("profile", "rubric", "templates.intro", "templates.outro")
"""Keys that name a file, relative to the round's own; empty: none."""


@dataclass(frozen=True)
class Round:
    """One year's selection of topics and courseware."""

    id: str
    """What the store knows it by."""
    year: int
    zh: str
    en: str
    goal_hours: float
    """课时 of courseware wanted, 45 minutes each."""
    deadline: date
    """Last day on which 附件1 forms come in."""
    places: int
    """How many topics the vote chooses."""
    areas: tuple[str, ...]
    """Topic areas of the notice."""
    months: int
    """From the choice of a topic until its courseware is due."""
    earliest: date
    """Existing courseware may be recommended where it was made on this day or later."""
    profile: Path | None = None
    """The standard; None: the notice of 2022 as shipped."""
    rubric: Path | None = None
    """What experts score by; None: as shipped."""
    intro: Path | None = None
    outro: Path | None = None
    """The unified clips; None: none is given."""


@lru_cache(maxsize=1)
def default_round() -> Round:
    """The round of the notice of 2022, as shipped."""
    return parse_round(files("station.rounds").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED, Path.cwd())


def load_round(path: Path | None) -> Round:
    """The round in a file; None: the one that is shipped. Raises UsageError that names the file and what is wrong in it."""
    if path is None:
        return default_round()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("topic.round.unreadable", path=str(path), detail=system_words(error)) from error
    return parse_round(text, str(path), path.absolute().parent)


def parse_round(text: str, where: str, folder: Path) -> Round:
    """A round from TOML text; files it names lie relative to `folder`. Raises UsageError."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError("topic.round.syntax", path=where, detail=str(error)) from error
    values = _values(table, where)
    paths = {key: (folder / values[key]).absolute() if values[key] else None for key in FILES}
    for key, path in paths.items():
        if path is not None and not path.is_file():
            raise UsageError("topic.round.no-file", path=where, key=key, file=str(path))
    return Round(
        id=values["id"], year=values["year"], zh=values["zh"], en=values["en"], goal_hours=values["goal_hours"],
        deadline=values["topics.deadline"], places=values["topics.chosen"], areas=tuple(values["topics.areas"]),
        months=values["courseware.months"], earliest=values["courseware.earliest"], profile=paths["profile"],
        rubric=paths["rubric"], intro=paths["templates.intro"], outro=paths["templates.outro"],
    )  # fmt: skip


def _values(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Every value of the layout as `table.key`, of the right kind and in its range. Raises UsageError."""
    values: dict[str, Any] = {}
    for name, keys in LAYOUT.items():
        part: Any = table if not name else table.get(name, {})
        if not isinstance(part, Mapping):
            raise UsageError("topic.round.kind", path=where, key=name, value=repr(part))
        unknown = part.keys() - keys.keys() - (LAYOUT.keys() if not name else set())
        if unknown:
            raise UsageError("topic.round.unknown", path=where, key=_full(name, min(unknown)))
        for key, kind in keys.items():
            full = _full(name, key)
            if key not in part:
                raise UsageError("topic.round.missing", path=where, key=full)
            values[full] = _value(part[key], kind, full, where)
    if not values["id"].strip():
        raise UsageError("topic.round.missing", path=where, key="id")
    return values


def _value(value: Any, kind: type, key: str, where: str) -> Any:
    if kind is float and type(value) is int:
        value = float(value)
    right = type(value) is kind and all(isinstance(part, str) for part in (value if isinstance(value, list) else ()))
    if not right:
        raise UsageError("topic.round.kind", path=where, key=key, value=repr(value))
    lowest, highest = RANGES.get(key, (value, value))
    if not lowest <= value <= highest:
        raise UsageError(
            "topic.round.range", path=where, key=key, value=repr(value), lowest=f"{lowest:g}", highest=f"{highest:g}"
        )
    return value


def _full(table: str, key: str) -> str:
    return f"{table}.{key}" if table else key
