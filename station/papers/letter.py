"""附件3: the commitment letter, from .pdf, .jpg, .png or .docx.

A machine reads what it can: pages, text where there is any, else what a recogniser makes out on the scan, the blanks that
either fills, and whether something like a red seal is in the scan. The rest is for a person. A file that can't be read at all raises `BadPaper`.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from station.errors import BadPaper
from station.papers._figures import fold, read_date
from station.papers._office import read_small
from station.papers._office_files import read_grids
from station.papers.picture import open_picture
from station.papers.seal import seal_share
from station.papers.types import Letter, PaperProblem
from station.readings import TextLine

MAX_PAGES = 20
"""Pages that are looked at; the notice's letter has one."""
MAX_PICTURES, MAX_RECOGNISED = 12, 3
"""Pictures that are looked at for a seal, and read: the letter is one page."""
SCAN_SIDE = 2000
"""Longest side, in pixels, of a page that is read: A4 at 170 dpi."""
MAX_TEXT = 20_000
PICTURES = (".jpg", ".jpeg", ".png")
TURNS = (0, 90, 270, 180)
"""Degrees; a scan that does not read as a letter is tried on its side and upside down."""
SAID = ("承诺", "课件", "单位")
"""One of these stands in every letter."""
PDF_FAULTS = (
    PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, ZeroDivisionError, AssertionError,
)  # fmt: skip
"""What pypdf lets through on files that break the rules of PDF."""
_COURSE = re.compile(r"公需科目[\s_]*[“\"《]?(?P<course>[^_\n。]*?)[”\"》]?[\s_]*选题的?课件")
_UNIT = re.compile(r"申报单位(?:名称)?\s*(?:\([^()]{0,12}\))?\s*:[ \t_]*(?P<unit>[^\n]*)")
_SIGNED = re.compile(r"(?:日\s*期|填报日期)\s*:\s*(?P<date>[^\n]*)")


def read_letter(path: Path, *, scans: bool = True) -> Letter:
    """The letter in `path`; `scans`: recognise text where there are only pictures of it. Raises BadPaper."""
    suffix = path.suffix.lower()
    data = read_small(path)
    if suffix == ".pdf":
        return _from_pdf(path, scans=scans)
    if suffix == ".docx":
        text = "\n".join(line for grid in read_grids(path) for line in grid.lines())
        return _letter(path.name, 1, text, *_looked_at(_docx_pictures(path), recognise=scans and not text.strip()))
    if suffix in PICTURES:
        try:
            picture = open_picture(data)
            share = seal_share(picture)
            return _letter(path.name, 1, "", share, _recognised(picture) if scans else "")
        except ValueError as error:
            raise BadPaper("paper.bomb", file=path.name) from error
        except (OSError, SyntaxError) as error:  # Pillow's PNG reader raises SyntaxError on a damaged chunk
            raise BadPaper("paper.damaged", file=path.name, detail=str(error)) from error
    raise BadPaper("paper.other-format", file=path.name)


def letter_text(path: Path) -> str:
    """Only the text, for finding out what a file is. Empty where there is none or it can't be read."""
    try:
        return read_letter(path, scans=False).text
    except BadPaper:
        return ""


def _from_pdf(path: Path, *, scans: bool) -> Letter:
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadPaper("paper.encrypted", file=path.name)
        pages = len(reader.pages)
        text = "\n".join(page.extract_text() for page in reader.pages[:MAX_PAGES])
        looked = _looked_at(_pdf_pictures(reader), recognise=scans and not text.strip())
        return _letter(path.name, pages, text, *looked)
    except PDF_FAULTS as error:
        raise BadPaper("paper.damaged", file=path.name, detail=f"{type(error).__name__}: {error}") from error
    except (NotImplementedError, ImportError) as error:  # a cipher that needs a library we don't bring
        raise BadPaper("paper.encrypted", file=path.name) from error


def _pdf_pictures(reader: PdfReader) -> Iterator[Image.Image]:
    """A picture that pypdf can't unpack is a picture less, not an unreadable letter."""
    for page in reader.pages[:MAX_PAGES]:
        for name in _faultless(lambda: list(page.images.keys()), []):  # noqa: B023 - called before the loop goes on
            image: Image.Image | None = _faultless(lambda: page.images[name].image, None)  # noqa: B023 - likewise
            if image is not None:
                yield image


def _faultless(call: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return call()
    except (*PDF_FAULTS, NotImplementedError, ImportError, SyntaxError, Image.DecompressionBombError):
        return otherwise


def _docx_pictures(path: Path) -> Iterator[Image.Image]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("word/media/"):
                try:
                    yield open_picture(archive.read(name))
                except (OSError, ValueError, SyntaxError):
                    continue


def _looked_at(pictures: Iterable[Image.Image], *, recognise: bool) -> tuple[float | None, str]:
    """The best hint of a seal in all pictures, None where none could be had; and the text of the first few, where wanted."""
    best: float | None = None
    texts: list[str] = []
    for count, picture in enumerate(pictures):
        if count >= MAX_PICTURES:
            break
        try:
            best = max(best or 0.0, seal_share(picture))
        except (OSError, ValueError, SyntaxError):
            continue
        if recognise and count < MAX_RECOGNISED:
            texts.append(_recognised(picture))
    return best, "\n".join(text for text in texts if text)


def _recognised(picture: Image.Image) -> str:
    """The text on a scan; empty where the reader is not installed or breaks down."""
    try:
        return _printed(picture)
    except Exception:  # noqa: BLE001 - a model of strangers raises anything; the letter is then for a person alone
        return ""


def _printed(picture: Image.Image) -> str:
    """The text on a scan, turned until it reads as a letter; else as it is. Raises what the reader raises."""
    from station.readers.ocr import as_text, read_lines  # noqa: PLC0415 - optional and heavy; most letters need none

    small = ImageOps.exif_transpose(picture).convert("RGB")
    small.thumbnail((SCAN_SIDE, SCAN_SIDE))
    first = ""
    for angle in TURNS:
        page = small.rotate(angle, expand=True)
        lines = read_lines(np.asarray(page))
        if not lines:
            break
        text = as_text(lines)[:MAX_TEXT]
        if _is_upright(lines, page.size) and any(word in text for word in SAID):
            return text
        first = first or text
    return first


def _is_upright(lines: Sequence[TextLine], size: tuple[int, int]) -> bool:
    """Whether most lines run across; the recogniser reads some that run down as well, but in no order."""
    across = [(box[3] - box[1]) * size[0] >= (box[2] - box[0]) * size[1] for box in (line.box for line in lines)]
    return 2 * sum(across) > len(across)


def _letter(file: str, pages: int, text: str, share: float | None, recognised: str = "") -> Letter:
    text = text.strip()[:MAX_TEXT]
    course, unit, dated = _blanks(text or recognised)
    problems = [PaperProblem("paper.letter-no-pages", {"file": file})] if pages == 0 else []
    if text:
        blanks = {"course": course, "unit": unit, "date": dated}
        problems += [
            PaperProblem(f"paper.letter-no-{name}", {"file": file}) for name, value in blanks.items() if not value
        ]
    return Letter(file, pages, text, share, tuple(problems), course, unit, dated, "" if text else recognised)


def _blanks(text: str) -> tuple[str, str, date | None]:
    """What stands in the blanks: course, unit, date."""
    folded = fold(text)
    course, unit, signed = _COURSE.search(folded), _UNIT.search(folded), _SIGNED.search(folded)
    return (
        (text[course.start("course") : course.end("course")] if course else "").strip(" _\t\u3000\n"),
        (text[unit.start("unit") : unit.end("unit")] if unit else "").strip(" _\t\u3000"),
        read_date(signed["date"] if signed else ""),
    )
