"""Whether a file looks finished: its container reaches the end. Headers only; FFmpeg is not asked.

MP4/MOV: ISO/IEC 14496-12 boxes from the first to the last byte, with an index (`moov`) and media (`mdat` or fragments).
Matroska and AVI: the size in the header is there. ZIP: the central directory is there. Other files: not empty.
"""

import os
import struct
import zipfile
from pathlib import Path

from daemon.names import is_media, suffix

MP4 = frozenset({".mp4", ".m4v", ".mov", ".f4v", ".3gp"})
FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"styp", b"sidx"})
MOST_BOXES = 1_000_000


def unfinished(path: Path) -> bool:
    """Whether the file at `path` ends too early. Files that are no container at all count as finished: judging says
    what they are. Raises OSError."""
    ending = suffix(path.name)
    if not is_media(path.name) and ending != ".zip":
        return False
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            return True
        head = file.read(16)
        if ending in MP4 and head[4:8] in FIRST_BOXES:
            return not _mp4_reaches_end(path, size)
        if ending == ".avi" and head[:4] == b"RIFF":
            return int.from_bytes(head[4:8], "little") + 8 > size
    return ending == ".zip" and head[:2] == b"PK" and not zipfile.is_zipfile(path)


def _mp4_reaches_end(path: Path, end: int) -> bool:
    kinds: set[bytes] = set()
    with path.open("rb") as file:
        at = 0
        for _ in range(MOST_BOXES):
            if at + 8 > end:
                break
            file.seek(at)
            size, kind = struct.unpack(">I4s", file.read(8))
            header = 8
            if size == 1:
                size, header = int.from_bytes(file.read(8), "big"), 16
            elif size == 0:
                size = end - at
            if size < header or at + size > end:
                return False
            kinds.add(kind)
            at += size
    return at == end and b"moov" in kinds and bool(kinds & {b"mdat", b"moof"})
