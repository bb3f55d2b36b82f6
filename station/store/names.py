"""File names as stored text. SQLite takes valid UTF-8 only; a file name may be any bytes.

Python shows undecodable bytes as lone surrogates U+DC80–U+DCFF. They are stored as the private characters
U+10DC80–U+10DCFF and turned back on the way out, so that every other name stands in the database as it is.
"""

import re

from station.text import clean

_SHIFT = 0x100000
_FIRST, _LAST = 0xDC80, 0xDCFF
_OUT = {code: code + _SHIFT for code in range(_FIRST, _LAST + 1)}
_BACK = {stored: code for code, stored in _OUT.items()}
_TAKEN = {stored: "".join(chr(0xDC00 + byte) for byte in chr(stored).encode()) for stored in _BACK}


def stored(path: str) -> str:
    """`path` as text that any database or JSON file takes; `restored` undoes it."""
    return path.translate(_TAKEN).translate(_OUT)


def restored(text: str) -> str:
    """The path again, as the file system knows it."""
    return text.translate(_BACK)


def shown(name: str) -> str:
    """A file name made safe to show; undecodable bytes are read as GBK where they are GBK."""
    raw = name.encode("utf-8", "surrogateescape") if not _foreign(name) else name.encode("utf-8", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return clean(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return clean(name)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts 第2讲 before 第10讲."""
    parts = re.split(r"([0-9]+)", text.casefold())
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts if part)


def _foreign(name: str) -> bool:
    """Whether the name holds surrogates that stand for no byte: such text never came from a file system."""
    return any(0xD800 <= ord(sign) <= 0xDFFF and not _FIRST <= ord(sign) <= _LAST for sign in name)
