"""The one way into .xlsx and .docx files."""

from pathlib import Path

from station.errors import BadPaper
from station.papers._docx import docx_grids
from station.papers._xlsx import xlsx_grids
from station.papers.grid import Grid


def read_grids(path: Path) -> tuple[Grid, ...]:
    """All tables and paragraphs of a .xlsx or .docx, in order. Raises BadPaper."""
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        return xlsx_grids(path)
    if path.suffix.lower() == ".docx":
        return docx_grids(path)
    raise BadPaper("paper.other-format", file=path.name)
