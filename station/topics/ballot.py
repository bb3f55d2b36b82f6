"""The voting list: what the public vote is held on, as .xlsx and .csv. The votes may come back in its last column."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from station.errors import UsageError, system_words
from station.rounds import Round
from station.text import clean, say
from station.topics.types import TopicView

COLUMNS = (
    ("number", 6), ("title", 40), ("summary", 60), ("hours", 7), ("lecturer", 12), ("lecturer-unit", 24),
    ("lecturer-title", 12), ("applicant", 26), ("base", 14), ("recommending", 26), ("votes", 8),
)  # fmt: skip
"""Names of the columns' titles (`topic.ballot.<name>`), and their widths in signs."""
FORMULA = ("=", "+", "-", "@")
"""A spreadsheet takes a text that begins so for a formula."""
HEAD_ROW = 3


def write_list(path: Path, topics: Sequence[TopicView], current: Round, language: str) -> None:
    """Write the list as its suffix says. Raises UsageError: neither .xlsx nor .csv, or it can't be written."""
    writer = {".xlsx": _xlsx, ".csv": _csv}.get(path.suffix.lower())
    if writer is None:
        raise UsageError("topic.ballot.format", path=str(path))
    data = writer(topics, current, language)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError("topic.ballot.unwritten", path=str(path), detail=system_words(error)) from error


def _cells(topic: TopicView, language: str) -> list[Any]:
    base = (
        "" if topic.national_base is None else say(f"topic.ballot.{'yes' if topic.national_base else 'no'}", language)
    )
    texts = (
        topic.lecturer,
        topic.lecturer_unit,
        topic.lecturer_title,
        topic.applicant_unit,
        base,
        topic.recommending_unit,
    )
    return [topic.number, clean(topic.title), clean(topic.summary), topic.hours, *map(clean, texts), None]


def _titles(language: str) -> list[str]:
    return [say(f"topic.ballot.{name}", language) for name, _ in COLUMNS]


def _csv(topics: Sequence[TopicView], _current: Round, language: str) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_titles(language))
    for topic in topics:
        writer.writerow([_guarded(cell) for cell in _cells(topic, language)])
    return ("\ufeff" + buffer.getvalue()).encode()


def _guarded(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _xlsx(topics: Sequence[TopicView], current: Round, language: str) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - loads only where such a file is written
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    sheet.title = say("topic.ballot.sheet", language)
    last = get_column_letter(len(COLUMNS))
    sheet["A1"] = current.zh if language == "zh" else current.en
    sheet["A2"] = say("topic.ballot.note", language, count=len(topics))
    sheet.merge_cells(f"A1:{last}1")
    sheet.merge_cells(f"A2:{last}2")
    sheet["A1"].font = Font(name="方正小标宋简体", size=18)
    sheet["A1"].alignment = Alignment(horizontal="center", wrap_text=True)
    thin = Side(style="thin")
    rows = [_titles(language), *(_cells(topic, language) for topic in topics)]
    for r, row in enumerate(rows, HEAD_ROW):
        for c, value in enumerate(row, 1):
            cell = sheet.cell(r, c)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with = is a text
            cell.font = Font(name="黑体" if r == HEAD_ROW else "仿宋", size=12)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.border = Border(thin, thin, thin, thin)
    for place, (_, width) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 3)
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
