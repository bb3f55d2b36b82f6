"""The hours ledger: a lecturer is credited, for the year in which the courseware entered the catalogue, a multiple of its 课时.

Where a form names several lecturers the notice does not say how they share: they stand in one row, and a person decides.
"""

import re
from collections.abc import Sequence

from station.documents.settings import Settings
from station.documents.sheets import Sheet, workbook
from station.documents.values import Credit, Entry
from station.text import say

COLUMNS = {
    "year": 8.0, "lecturer": 16.0, "lecturer-unit": 28.0, "serial": 12.0, "title": 36.0, "hours": 10.0, "times": 8.0,
    "credited": 12.0, "remark": 36.0,
}  # fmt: skip
"""Column → width in signs."""
SUM_COLUMNS = {"year": 8.0, "lecturer": 16.0, "lecturer-unit": 28.0, "works": 10.0, "hours": 12.0, "credited": 14.0}
_SEVERAL = re.compile(r"[、,，;；/／]|\s(?=\S{2,})")


def credits_of(entries: Sequence[Entry], times: float) -> list[Credit]:
    """One row a work, by year, lecturer and serial number. `times`: hours credited for each 课时."""
    made = [
        Credit(
            entry.entered.year, entry.lecturer, entry.lecturer_unit, entry.serial, entry.title, entry.hours,
            None if entry.hours is None else entry.hours * times, is_several(entry.lecturer),
        )
        for entry in entries
    ]  # fmt: skip
    return sorted(made, key=lambda credit: (credit.year, credit.lecturer, credit.lecturer_unit, credit.serial))


def is_several(lecturer: str) -> bool:
    """Whether more than one person is named. A blank inside a name of two signs (`张 三`) parts nobody."""
    return bool(_SEVERAL.search(lecturer.strip()))


def ledger_xlsx(credits_: Sequence[Credit], settings: Settings, language: str) -> bytes:
    """The ledger, and the sums by year and lecturer."""
    return workbook((_rows(credits_, settings, language), _sums(credits_, language)), settings)


def _rows(credits_: Sequence[Credit], settings: Settings, language: str) -> Sheet:
    def words(message: str, **params: object) -> str:
        return say(f"documents.ledger.{message}", language, **params)

    rows = [
        (
            credit.year, credit.lecturer, credit.lecturer_unit, credit.serial, credit.title, credit.hours,
            settings.credit_times, credit.credited, _remark(credit, language),
        )
        for credit in credits_
    ]  # fmt: skip
    heads = tuple(words(f"column-{name}") for name in COLUMNS)
    notes = (words("note", times=f"{settings.credit_times:g}"),)
    return Sheet(words("sheet"), words("title"), heads, tuple(COLUMNS.values()), rows, notes)


def _remark(credit: Credit, language: str) -> str:
    if credit.hours is None:
        return say("documents.ledger.no-hours", language)
    return say("documents.ledger.several", language) if credit.several else ""


def _sums(credits_: Sequence[Credit], language: str) -> Sheet:
    def words(message: str) -> str:
        return say(f"documents.ledger.{message}", language)

    groups: dict[tuple[int, str, str], list[Credit]] = {}
    for credit in credits_:
        groups.setdefault((credit.year, credit.lecturer, credit.lecturer_unit), []).append(credit)
    rows = [
        (*key, len(group), sum(one.hours or 0.0 for one in group), sum(one.credited or 0.0 for one in group))
        for key, group in groups.items()
    ]
    heads = tuple(words(f"column-{name}") for name in SUM_COLUMNS)
    return Sheet(words("sums-sheet"), words("sums-title"), heads, tuple(SUM_COLUMNS.values()), rows)
