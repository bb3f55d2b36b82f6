"""SHA-256: of a file, of a drop, and against the SHA256SUMS that came along."""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from daemon.names import SUMS

CHUNK = 1 << 20
LINE = re.compile(rb"^(\\?)([0-9a-fA-F]{64}) [ *](.+)$")
LARGEST_SUMS_FILE = 1 << 22


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file's bytes. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def drop_digest(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the sorted (path, SHA-256) of a drop's files: the same bytes under the same names, whenever sent."""
    total = hashlib.sha256()
    for path, digest in sorted((os.fsencode(path), digest) for path, digest in files):
        total.update(path + b"\0" + digest.encode() + b"\n")
    return total.hexdigest()


def sums_file(folder: Path) -> Path | None:
    """The list of checksums that came along, or None."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False))
    except OSError:
        return None
    return next((folder / name for name in names if name.lower() in SUMS), None)


def read_sums(path: Path) -> dict[str, str]:
    """Relative path → SHA-256, from a file as `sha256sum` writes it (also with a BOM, CRLF, or GBK names). Lines of
    another form are passed over. Raises OSError."""
    with path.open("rb") as file:
        lines = file.read(LARGEST_SUMS_FILE).removeprefix(b"\xef\xbb\xbf").splitlines()
    wanted: dict[str, str] = {}
    for line in lines:
        if match := LINE.match(line.rstrip()):
            escaped, digest, name = match.groups()
            if escaped:
                name = name.replace(b"\\n", b"\n").replace(b"\\\\", b"\\")
            relative = str(PurePosixPath(_named(name, path.parent)))
            wanted[relative] = digest.decode().lower()
    return wanted


def _named(name: bytes, folder: Path) -> str:
    plain = os.fsdecode(name)
    if os.path.exists(os.path.join(folder, plain)):  # noqa: PTH110, PTH118 - False for names no file can have, where Path raises
        return plain
    try:
        return name.decode("gb18030")
    except UnicodeDecodeError:
        return plain


def first_mismatch(wanted: dict[str, str], folder: Path) -> str | None:
    """The first listed file that is missing, lies outside, or differs; None when all agree. Raises OSError."""
    for relative, digest in wanted.items():
        file = folder / relative
        outside = PurePosixPath(relative).is_absolute() or ".." in PurePosixPath(relative).parts
        if outside or file.is_symlink() or not file.is_file() or file_sha256(file) != digest:
            return relative
    return None
