"""公需科目课件目录 as .xlsx and .json, and how much each applicant unit brought."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.documents.settings import Settings
from station.documents.sheets import Sheet, workbook
from station.documents.values import Catalogue, Entry
from station.text import clean, say

SCHEMA = 1
"""Of the JSON; a field may be added, none changes its meaning."""
COLUMNS = {
    "serial": 12.0, "title": 32.0, "area": 16.0, "hours": 8.0, "lecturer": 14.0, "lecturer-unit": 24.0, "unit": 24.0,
    "summary": 48.0, "state": 10.0, "link": 28.0,
}  # fmt: skip
"""Column → width in signs."""
UNIT_COLUMNS = {"unit": 36.0, "base": 16.0, "works": 12.0, "hours": 12.0}


@dataclass(frozen=True)
class UnitShare:
    """What one applicant unit has in the catalogue (a national base is evaluated by it)."""

    unit: str
    national_base: bool | None
    works: int
    hours: float


def catalogue_xlsx(catalogue: Catalogue, settings: Settings, language: str) -> bytes:
    """The catalogue, and a sheet by applicant unit."""
    sheets = (_works(catalogue, language), _units(by_unit(catalogue.entries), language))
    return workbook(sheets, settings)


def catalogue_json(catalogue: Catalogue) -> bytes:
    """The catalogue for programs, UTF-8."""
    content = {
        "schema": SCHEMA, "hours": catalogue.hours, "goal_hours": catalogue.goal_hours, "left_out": catalogue.left_out,
        "works": [entry_table(entry) for entry in catalogue.entries],
    }  # fmt: skip
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def entry_table(entry: Entry) -> dict[str, Any]:
    """One work as JSON holds it."""
    return {
        "serial": entry.serial, "id": entry.id, "version": entry.version, "title": clean(entry.title),
        "area": clean(entry.area), "hours": entry.hours, "lecturer": clean(entry.lecturer),
        "lecturer_unit": clean(entry.lecturer_unit), "lecturer_title": clean(entry.lecturer_title),
        "unit": clean(entry.applicant_unit), "recommending_unit": clean(entry.recommending_unit),
        "national_base": entry.national_base, "summary": clean(entry.summary), "published": entry.published,
        "entered": entry.entered.isoformat(), "link": entry.link,
    }  # fmt: skip


def by_unit(entries: Sequence[Entry]) -> list[UnitShare]:
    """Works and 课时 by applicant unit, the most hours first."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.applicant_unit, []).append(entry)
    shares = [
        UnitShare(unit, _base(works), len(works), sum(work.hours or 0.0 for work in works))
        for unit, works in groups.items()
    ]
    return sorted(shares, key=lambda share: (-share.hours, -share.works, share.unit))


def _base(works: Sequence[Entry]) -> bool | None:
    """Whether the unit is a national base: a form that says so is enough; None where none says anything."""
    said = {work.national_base for work in works} - {None}
    return True in said if said else None


def _works(catalogue: Catalogue, language: str) -> Sheet:
    def words(message: str, **params: object) -> str:
        return say(f"documents.catalogue.{message}", language, **params)

    rows = [
        (
            entry.serial, entry.title, entry.area, entry.hours, entry.lecturer, entry.lecturer_unit,
            entry.applicant_unit, entry.summary, words("published" if entry.published else "catalogued"), entry.link,
        )
        for entry in catalogue.entries
    ]  # fmt: skip
    reached = "goal-reached" if catalogue.hours >= catalogue.goal_hours else "goal-open"
    notes = [words(reached, works=len(rows), hours=f"{catalogue.hours:g}", goal=f"{catalogue.goal_hours:g}")]
    unknown = [entry.serial for entry in catalogue.entries if entry.hours is None]
    notes += [words("no-hours", serials=", ".join(unknown))] if unknown else []
    notes += [words("left-out", count=catalogue.left_out)] if catalogue.left_out else []
    heads = tuple(words(f"column-{name}") for name in COLUMNS)
    return Sheet(words("sheet"), words("title"), heads, tuple(COLUMNS.values()), rows, notes)


def _units(shares: Sequence[UnitShare], language: str) -> Sheet:
    def words(message: str) -> str:
        return say(f"documents.catalogue.{message}", language)

    base = {True: words("yes"), False: words("no"), None: ""}
    rows = [(share.unit, base[share.national_base], share.works, share.hours) for share in shares]
    heads = tuple(words(f"column-{name}") for name in UNIT_COLUMNS)
    return Sheet(words("units-sheet"), words("units-title"), heads, tuple(UNIT_COLUMNS.values()), rows)
