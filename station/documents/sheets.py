"""A workbook of plain tables: heads, widths, print layout; every text is text, never a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from station.documents.settings import Settings
from station.text import clean

Value = str | float | int | None
MOST_SIGNS = 32_000
"""A cell holds 32 767."""


@dataclass(frozen=True)
class Sheet:
    """One table."""

    name: str
    title: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    """Of the columns, in signs."""
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = ()
    """Lines under the table."""


HEAD_ROW = 2
"""The title stands in row 1, the heads in row 2."""


def workbook(sheets: Sequence[Sheet], settings: Settings) -> bytes:
    """The sheets as an .xlsx file."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet, settings)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write(page: Any, sheet: Sheet, settings: Settings) -> None:
    wide = len(sheet.heads)
    line = Side(style="thin")
    border = Border(left=line, right=line, top=line, bottom=line)
    heading, text = (Font(name=settings.fonts[name][0], size=12) for name in ("heading", "text"))
    middle = Alignment(wrap_text=True, vertical="center", horizontal="center")
    left = Alignment(wrap_text=True, vertical="center")
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=wide)
    _put(page, (1, 1), sheet.title, Font(name=settings.fonts["title"][0], size=18), middle)
    for column, (head, width) in enumerate(zip(sheet.heads, sheet.widths, strict=True), 1):
        _put(page, (HEAD_ROW, column), head, heading, middle).border = border
        page.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(sheet.rows, HEAD_ROW + 1):
        for column, value in enumerate(row, 1):
            align = left if isinstance(value, str) else middle
            _put(page, (number, column), value, text, align).border = border
    for number, note in enumerate(sheet.notes, HEAD_ROW + len(sheet.rows) + 2):
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=wide)
        _put(page, (number, 1), note, text, left)
    page.freeze_panes = page.cell(HEAD_ROW + 1, 1)
    page.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    page.page_setup.paperSize, page.page_setup.orientation = 9, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _put(page: Any, place: tuple[int, int], value: Value, font: Font, align: Alignment) -> Any:
    cell = page.cell(*place)
    if isinstance(value, str):
        cell.value = clean(value)[:MOST_SIGNS]
        cell.data_type = "s"  # what begins with = is a name that somebody chose, no formula
    else:
        cell.value = value
    cell.font, cell.alignment = font, align
    return cell


def blank_form(
    before: Sequence[str],
    groups: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str]],
    widths_mm: Sequence[float],
    after: Sequence[str],
    *,
    settings: Settings,
) -> bytes:
    """A form to be filled in: lines before the table (the first is its title), the table, whose first row is joined by
    `groups` (name, columns), and lines after it, each over the whole width."""
    book = Workbook()
    page = book.active
    line = Side(style="thin")
    middle = Alignment(wrap_text=True, vertical="center", horizontal="center")
    wide, head = len(widths_mm), len(before) + 1
    text = Font(name=settings.fonts["text"][0], size=12)
    for number, said in enumerate((*before, *after), 1):
        place = number if number <= len(before) else number + len(rows)
        page.merge_cells(start_row=place, end_row=place, start_column=1, end_column=wide)
        title = number == 1
        font = Font(name=settings.fonts["title"][0], size=18) if title else text
        _put(page, (place, 1), said, font, middle if title else Alignment(vertical="center"))
    for number, row in enumerate(rows):
        font = Font(name=settings.fonts["heading"][0], size=12) if number < len(rows[:2]) else text
        for column, said in enumerate(row, 1):
            cell = _put(page, (head + number, column), said or None, font, middle)
            cell.border = Border(left=line, right=line, top=line, bottom=line)
    for top, left, bottom, right in joined(groups):
        page.merge_cells(start_row=head + top, end_row=head + bottom, start_column=left + 1, end_column=right + 1)
    for column, width in enumerate(widths_mm, 1):
        page.column_dimensions[get_column_letter(column)].width = width / 2
    page.page_setup.paperSize, page.page_setup.orientation = 9, "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def joined(groups: Sequence[tuple[str, int]]) -> list[tuple[int, int, int, int]]:
    """Top, left, bottom, right (from 0) of the joined cells of two rows of heads: a group of one column spans both rows."""
    places, left = [], 0
    for _, span in groups:
        places.append((0, left, 1 if span == 1 else 0, left + span - 1))
        left += span
    return places
