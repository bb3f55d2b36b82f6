"""MP4 boxes read from their headers alone: brand, and whether the index comes before the media data."""

import os
import struct
from dataclasses import dataclass
from pathlib import Path

MOST_BOXES = 200
"""Top-level boxes looked at; a fragmented file may hold thousands, the answer stands in the first few."""


@dataclass(frozen=True)
class Layout:
    """How an MP4 file is laid out."""

    brand: str | None
    """Major brand, e.g. `isom`."""
    faststart: bool | None
    """`moov` before `mdat`; None where one of them is missing."""


def layout(path: Path) -> Layout:
    """Read the top-level box headers of `path`. Nonsense in the file ends the walk; raises OSError only."""
    brand: str | None = None
    seen: list[bytes] = []
    with path.open("rb") as file:
        end = os.fstat(file.fileno()).st_size
        at = 0
        while at + 8 <= end and len(seen) < MOST_BOXES and not {b"moov", b"mdat"} <= set(seen):
            file.seek(at)
            head = file.read(16)
            size, kind = struct.unpack(">I4s", head[:8])
            if size == 1 and len(head) == 16:
                size = struct.unpack(">Q", head[8:])[0]
            if kind == b"ftyp" and len(head) >= 12:
                brand = head[8:12].decode("latin-1").strip() or None
            seen.append(kind)
            if size < 8:  # 0: reaches to the end of the file
                break
            at += size
    if b"moov" not in seen or b"mdat" not in seen:
        return Layout(brand, None)
    return Layout(brand, seen.index(b"moov") < seen.index(b"mdat"))
