""".docx → grids. Reads the XML itself: python-docx shows neither the numbers Word adds to a list nor what stands in
content controls, and quizzes and forms are full of both.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from station.errors import BadPaper
from station.papers._numbering import Numbering
from station.papers._office import UNPACKING, guard_office
from station.papers.grid import MAX_COLUMNS, MAX_ROWS, Cell, Grid

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
SILENT = {f"{W}pPr", f"{W}rPr", f"{W}moveFrom", "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
SYMBOLS = {"FE": "☑", "52": "☑", "FC": "√", "FD": "☑", "A8": "□", "6F": "□", "A3": "□"}
"""Signs of the Wingdings fonts that forms use as boxes."""


def docx_grids(path: Path) -> tuple[Grid, ...]:
    """Tables and stretches of paragraphs, in order. Raises BadPaper."""
    guard_office(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            document = _part(archive, "word/document.xml")
            numbering = Numbering(
                _part(archive, "word/numbering.xml") if "word/numbering.xml" in names else None,
                _part(archive, "word/styles.xml") if "word/styles.xml" in names else None,
            )
        body = document.find(f"{W}body")
        return tuple(_grids(body, numbering)) if body is not None else ()
    except (*UNPACKING, ParseError, DefusedXmlException, LookupError, RecursionError) as error:
        raise BadPaper("paper.damaged", file=path.name, detail=f"{type(error).__name__}: {error}") from error


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    # WPS and newer Word may save the strict dialect, which differs only in the names' prefix.
    text = archive.read(name).replace(STRICT[1:-1].encode(), W[1:-1].encode())
    root: Element = fromstring(text, forbid_dtd=True)
    return root


def _grids(body: Element, numbering: Numbering) -> Iterator[Grid]:
    loose: list[tuple[Cell, ...]] = []
    for block in _blocks(body):
        if block.tag == f"{W}p":
            loose.append((Cell(_paragraph(block, numbering), (len(loose), 0)),))
        else:
            if loose:
                yield Grid(tuple(loose), table=False)
                loose = []
            yield Grid(tuple(_rows(block, numbering)))
    if loose:
        yield Grid(tuple(loose), table=False)


def _blocks(parent: Element) -> Iterator[Element]:
    """Paragraphs and tables, content controls and insertions opened."""
    for child in parent:
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
            yield from _blocks(child)


def _rows(table: Element, numbering: Numbering) -> Iterator[tuple[Cell, ...]]:
    above: dict[int, Cell] = {}
    for r, row in enumerate(_inside(table, f"{W}tr")):
        if r >= MAX_ROWS:
            return
        cells: dict[int, Cell] = {}
        column = 0
        for box in _inside(row, f"{W}tc"):
            span = min(_number(box.find(f"{W}tcPr/{W}gridSpan"), 1), MAX_COLUMNS)
            merged = box.find(f"{W}tcPr/{W}vMerge")
            continues = merged is not None and merged.get(f"{W}val", "continue") == "continue"
            here = above[column] if continues and column in above else Cell(_box(box, numbering), (r, column))
            for _ in range(max(span, 1)):
                cells[column] = here
                column += 1
            if column >= MAX_COLUMNS:
                break
        above = cells
        yield tuple(cells.values())


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
            yield from _inside(child, tag)


def _number(element: Element | None, otherwise: int) -> int:
    text = element.get(f"{W}val", "") if element is not None else ""
    return int(text) if text.isdecimal() else otherwise


def _box(box: Element, numbering: Numbering) -> str:
    lines = []
    for block in _blocks(box):
        if block.tag == f"{W}p":
            lines.append(_paragraph(block, numbering))
        else:
            lines.extend("\t".join(cell.text for cell in row) for row in _rows(block, numbering))
    return "\n".join(lines).strip()


def _paragraph(paragraph: Element, numbering: Numbering) -> str:
    text = "".join(_signs(paragraph)).strip()
    return numbering.label(paragraph) + text if text else ""


def _signs(element: Element) -> Iterator[str]:
    """The text as shown: no moved-away text, a text box once (its fallback says it again), ticked boxes as ☑."""
    if element.tag == f"{W}t":
        yield element.text or ""
    elif element.tag in {f"{W}tab", f"{W}ptab"}:
        yield "\t"
    elif element.tag in {f"{W}br", f"{W}cr"}:
        yield "\n"
    elif element.tag == f"{W}sym":
        yield SYMBOLS.get(element.get(f"{W}char", "").upper()[-2:], "")
    elif element.tag not in SILENT:
        for child in element:
            yield from _signs(child)
