"""Strangers' office files made safe to open: what kind they are, how large they unpack, and that no XML trick is inside.

Everything here raises `BadPaper` with the file's name and what the sender can do.
"""

import lzma
import re
import zipfile
import zlib
from pathlib import Path

from station.errors import BadPaper

MAX_FILE = 64 * 2**20
"""Bytes: a form, quiz or letter is never larger; a scan of ten pages is about 10 MB."""
MAX_XML = 16 * 2**20
"""Bytes of XML in one office file once unpacked."""
MAX_UNPACKED = 256 * 2**20
"""Bytes of everything in one office file once unpacked."""
MAX_PARTS = 2000
MAX_MERGED_CELLS = 20_000
"""Cells inside merged ranges of one sheet: openpyxl makes an object for every one of them."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of .doc and .xls, and of every encrypted .docx and .xlsx."""
UNPACKING = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError, OSError, KeyError
)  # fmt: skip
"""What zipfile raises on damaged, encrypted or strangely packed archives."""
MERGE_REFERENCE = re.compile(rb'mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def read_small(path: Path) -> bytes:
    """The whole file. Raises BadPaper when it is empty, too large for a paper, or can't be read."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise BadPaper("paper.too-large", file=path.name, megabytes=size // 2**20, limit=MAX_FILE // 2**20)
        data = path.read_bytes()
    except OSError as error:
        raise BadPaper("paper.unreadable", file=path.name, detail=error.strerror or str(error)) from error
    if not data:
        raise BadPaper("paper.empty", file=path.name)
    return data


def guard_office(path: Path) -> None:
    """Look before a library opens it: an office file, not encrypted, that unpacks to a sane size, with no DTD. Raises BadPaper."""
    data = read_small(path)
    if data.startswith(OLD_OFFICE):
        old = path.suffix.lower() in {".doc", ".xls", ".wps", ".et"}
        raise BadPaper("paper.old-format" if old else "paper.encrypted", file=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            _guard_parts(archive, path.name)
    except UNPACKING as error:
        raise BadPaper("paper.damaged", file=path.name, detail=str(error)) from error


def _guard_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    written = [part for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
    if (
        len(parts) > MAX_PARTS
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or sum(part.file_size for part in written) > MAX_XML
    ):
        raise BadPaper("paper.bomb", file=name)
    for part in written:
        # ZipFile never yields more than the declared size, so the sums above hold.
        content = archive.read(part).replace(b"\0", b"")
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise BadPaper("paper.entities", file=name)
        if sum(_area(match) for match in MERGE_REFERENCE.finditer(content)) > MAX_MERGED_CELLS:
            raise BadPaper("paper.bomb", file=name)


def _area(match: re.Match[bytes]) -> int:
    left, top, right, bottom = match.groups()
    return (_column(right) - _column(left) + 1) * (int(bottom) - int(top) + 1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
