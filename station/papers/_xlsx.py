""".xlsx → grids, through openpyxl."""

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from station.errors import BadPaper
from station.papers._office import guard_office
from station.papers.grid import MAX_COLUMNS, MAX_ROWS, Cell, Grid

MAX_CELLS = 300_000
"""Cells of all sheets together; sheets beyond are not read."""


def xlsx_grids(path: Path) -> tuple[Grid, ...]:
    """Every visible sheet with something in it. Raises BadPaper."""
    guard_office(path)
    try:
        values = load_workbook(path, data_only=True)
        formulas = load_workbook(path) if _holds_formulas(path) else None
        grids: list[Grid] = []
        left = MAX_CELLS
        for sheet in values.worksheets:
            left -= min(sheet.max_row, MAX_ROWS) * min(sheet.max_column, MAX_COLUMNS)
            if sheet.sheet_state == "visible" and left >= 0:
                grids.append(_grid(sheet, formulas[sheet.title] if formulas else None))
        return tuple(grid for grid in grids if grid.rows)
    except Exception as error:  # openpyxl lets anything through on a file it does not understand
        raise BadPaper("paper.damaged", file=path.name, detail=f"{type(error).__name__}: {error}") from error


def _holds_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        sheets = (name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml"))
        return any(b"<f>" in (text := archive.read(name)) or b"<f " in text for name in sheets)


def _grid(sheet: Any, formulas: Any) -> Grid:
    anchors = _anchors(sheet)
    height, width = min(sheet.max_row, MAX_ROWS), min(sheet.max_column, MAX_COLUMNS)
    rows = [
        tuple(_cell(sheet, formulas, anchors.get((r, c), (r, c))) for c in range(1, width + 1))
        for r in range(1, height + 1)
    ]
    while rows and not any(cell.text or cell.formula for cell in rows[-1]):
        rows.pop()
    return Grid(tuple(rows))


def _anchors(sheet: Any) -> dict[tuple[int, int], tuple[int, int]]:
    anchors = {}
    for block in sheet.merged_cells.ranges:
        for r in range(block.min_row, block.max_row + 1):
            for c in range(block.min_col, block.max_col + 1):
                anchors[r, c] = (block.min_row, block.min_col)
    return anchors


def _cell(sheet: Any, formulas: Any, anchor: tuple[int, int]) -> Cell:
    value = sheet.cell(*anchor).value
    unsaved = value is None and formulas is not None and formulas.cell(*anchor).data_type == "f"
    return Cell(_text(value), (anchor[0] - 1, anchor[1] - 1), unsaved)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()
