"""Rows of a table that somebody filled in elsewhere: .csv in the encodings of the trade, .xlsx. With the lines' numbers."""

import csv
import io
import itertools
from pathlib import Path

from station.errors import BadPaper
from station.papers._office import guard_office, read_small
from station.store.names import shown
from station.topics.votes import Line

MAX_LINES = 300_000
MAX_COLUMNS = 64
MARKS = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 begins: what a spreadsheet calls Unicode text."""


def read_lines(path: Path) -> list[Line]:
    """All rows of a .csv or .xlsx (its first sheet that shows anything). Raises BadPaper."""
    suffix = path.suffix.lower()
    if suffix in {".csv", ".txt", ".tsv"}:
        lines = _csv(path)
    elif suffix in {".xlsx", ".xlsm"}:
        lines = _xlsx(path)
    else:
        raise BadPaper("topic.votes.format", file=shown(path.name))
    if len(lines) > MAX_LINES:
        raise BadPaper("topic.votes.too-long", file=shown(path.name), limit=MAX_LINES)
    return lines


def _csv(path: Path) -> list[Line]:
    text = _decoded(read_small(path), shown(path.name))
    first = text.lstrip("\r\n").split("\n", 1)[0]
    between = max((",", "\t", ";", "，"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between)
    lines: list[Line] = []
    before = 0
    try:
        for cells in itertools.islice(reader, MAX_LINES + 1):
            lines.append(Line(before + 1, tuple(cells[:MAX_COLUMNS])))
            before = reader.line_num
    except csv.Error as error:
        raise BadPaper("paper.damaged", file=shown(path.name), detail=f"{before + 1}: {error}") from error
    return lines


def _decoded(data: bytes, file: str) -> str:
    encodings = ("utf-16",) if data.startswith(MARKS) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadPaper("paper.encoding", file=file)


def _xlsx(path: Path) -> list[Line]:
    from openpyxl import load_workbook  # noqa: PLC0415 - loads only where such a file is read

    guard_office(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = itertools.islice(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), MAX_LINES + 1)
            lines = [Line(number, tuple(map(_text, row))) for number, row in enumerate(rows, 1)]
            if sheet.sheet_state == "visible" and any(any(line.cells) for line in lines):
                return lines
    except Exception as error:  # openpyxl lets anything through on a file it does not understand
        detail = f"{type(error).__name__}: {error}"[:200]
        raise BadPaper("paper.damaged", file=shown(path.name), detail=detail) from error
    return []


def _text(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
