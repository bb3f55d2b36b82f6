"""What the documents take from data: deadlines, factors, weights, who signs, fonts and margins."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from station.errors import UsageError, system_words
from station.text import LANGUAGES

SHIPPED = "documents-2022.toml"


@dataclass(frozen=True)
class Page:
    """An A4 page of the official layout. Margins in mm, sizes in points."""

    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    title_pt: float
    text_pt: float
    table_pt: float
    line_pt: float


@dataclass(frozen=True)
class Excellence:
    """How excellent courseware is ranked: three weights that make 1, the least values, how many are proposed."""

    count: int
    marks: float
    response: float
    learners: float
    least_marks: float
    """Of 100."""
    least_response: float
    """Of 100."""
    least_learners: int


@dataclass(frozen=True)
class Settings:
    """One year's data."""

    return_days: int
    utc_offset_hours: float
    credit_times: float
    """A lecturer's hours for each 课时."""
    serial: str
    """Pattern with the places `year` and `number`."""
    link: str
    """Pattern with the places `serial` and `id`."""
    issuer: Mapping[str, str]
    """Language → who signs."""
    excellent: Excellence
    fonts: Mapping[str, tuple[str, ...]]
    """`title`, `heading`, `text`, `latin` → the font's name, then what stands in for it."""
    page: Page

    def day_of(self, at: str) -> date:
        """The day of a time stored in UTC (ISO 8601), where the office is."""
        zone = timezone(timedelta(hours=self.utc_offset_hours))
        return datetime.fromisoformat(at).astimezone(zone).date()


@cache
def default_settings() -> Settings:
    """The data of the notice of 2022 as shipped."""
    return parse_settings(files("station.profiles").joinpath(SHIPPED).read_text(encoding="utf-8"), SHIPPED)


def load_settings(path: Path | None) -> Settings:
    """The data in a file; None: as shipped. Raises UsageError that names the file and what is wrong in it."""
    if path is None:
        return default_settings()
    try:
        return parse_settings(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("documents.error.unreadable", path=str(path), detail=system_words(error)) from error


def parse_settings(text: str, where: str) -> Settings:
    """Settings from TOML text. Raises UsageError where something is missing, unknown or does not make sense."""
    try:
        table: dict[str, Any] = tomllib.loads(text)
        excellent = Excellence(**table.pop("excellent"))
        fonts = {name: tuple(names) for name, names in table.pop("fonts").items()}
        made = Settings(
            excellent=excellent, fonts=MappingProxyType(fonts), page=Page(**table.pop("page")),
            issuer=MappingProxyType(table.pop("issuer")), **table,
        )  # fmt: skip
        _check(made)
    except KeyError as error:
        raise UsageError("error.profile-key", path=where, key=str(error.args[0])) from error
    except (TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError) as error:
        raise UsageError("error.profile-syntax", path=where, detail=str(error)) from error
    return made


def _check(made: Settings) -> None:
    """Raises what the first wrong value raises where it is used, or ValueError."""
    weights = made.excellent.marks + made.excellent.response + made.excellent.learners
    if abs(weights - 1.0) > 1e-9:
        raise ValueError(f"weights make {weights:g}, not 1")
    if made.return_days < 1 or made.credit_times <= 0:
        raise ValueError("return_days, credit_times")
    for name in ("title", "heading", "text", "latin"):
        made.fonts[name][0].strip()
    for language in LANGUAGES:
        made.issuer[language].strip()
    one, other = (made.serial.format(year=made.return_days, number=number) for number in (1, 2))
    if one == other:
        raise ValueError("serial")
    made.link.format(serial=one, id=one)
    made.day_of("2022-01-01T00:00:00+00:00")
