"""Opening archives from strangers. Everything is checked by name before, and by what really comes out while unpacking.

Refused whole: a path that leads outside, links and devices, a password, more files or bytes than the configuration
allows, a bomb, the same name twice, damage. An archive inside an archive stays closed.
"""

import errno
import gzip
import lzma
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from daemon.errors import Refused
from daemon.names import is_litter
from daemon.sums import CHUNK

RATIO_FROM = 256 << 20
"""Bytes unpacked before the ratio is looked at: small files pack arbitrarily well."""
MOST_RATIO = 200
"""Unpacked over packed size; deflate reaches 1032, honest courseware 1 to 20."""
DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error, EOFError,
    LookupError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
"""What Python's readers raise for archives that are damaged or of a kind they do not read."""
UTF8_FLAG = 0x800
UNICODE_PATH = 0x7075


@dataclass(frozen=True)
class Limits:
    """What an archive may be."""

    total: int
    """Bytes, unpacked."""
    files: int
    """Entries."""


@dataclass(frozen=True)
class Member:
    """One entry, its name decoded and proven harmless."""

    path: PurePosixPath
    folder: bool
    open: Callable[[], IO[bytes]]


def unpack(archive: Path, into: Path, limits: Limits) -> None:
    """Unpack `archive` into the new folder `into`. Raises Refused, or OSError (disk full …). Headers alone can be made to
    fill any memory: run it in a process of its own."""
    try:
        if archive.name.lower().endswith(".zip"):
            with zipfile.ZipFile(archive) as opened:
                _write(_zip_members(opened, limits), into, limits, archive.stat().st_size)
        else:
            with tarfile.open(archive, encoding="utf-8", errors="surrogateescape") as tar:
                _write(_tar_members(tar, limits), into, limits, archive.stat().st_size)
                _read_out(tar, limits, archive.stat().st_size)
    except DAMAGE as error:
        raise Refused("intake.refused.archive-damaged", detail=str(error) or type(error).__name__) from error
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # bz2 complains so; or an offset in the archive leads nowhere
            raise Refused("intake.refused.archive-damaged", detail=str(error)) from error
        raise


def _zip_members(opened: zipfile.ZipFile, limits: Limits) -> list[Member]:
    infos = opened.infolist()
    if len(infos) > limits.files:
        raise Refused("intake.refused.archive-files", count=len(infos), limit=limits.files)
    members: list[Member] = []
    for info in infos:
        path = safe_path(zip_name(info))
        mode = info.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Refused("intake.refused.archive-link", file=str(path))
        if info.flag_bits & 1:
            raise Refused("intake.refused.archive-password", file=str(path))
        folder = info.is_dir() or info.orig_filename.endswith("\\")
        members.append(Member(path, folder, partial(opened.open, info)))
    return _distinct(members)


def zip_name(info: zipfile.ZipInfo) -> str:
    """The name as the sender meant it: UTF-8 where the archive says so, else UTF-8, GBK, or the format's own CP437."""
    name = info.orig_filename
    if info.flag_bits & UTF8_FLAG:
        return name
    raw = name.encode("cp437")
    if told := _unicode_path(info.extra, raw):
        return told
    return _decoded(raw) or name


def _decoded(raw: bytes) -> str | None:
    """A name of which nobody says how it is written."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Info-ZIP's extra field 0x7075: version, CRC-32 of the raw name, the name in UTF-8."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == UNICODE_PATH and len(field) > 5 and struct.unpack_from("<I", field, 1)[0] == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
        at += 4 + size
    return None


def _tar_members(tar: tarfile.TarFile, limits: Limits) -> list[Member]:
    members: list[Member] = []
    for info in tar:
        if len(members) >= limits.files:
            raise Refused("intake.refused.archive-files", count=len(members) + 1, limit=limits.files)
        path = safe_path(_tar_name(info.name))
        if not (info.isfile() or info.isdir()):
            raise Refused("intake.refused.archive-link", file=str(path))
        members.append(Member(path, info.isdir(), partial(_tar_file, tar, info)))
    return _distinct(members)


def _tar_file(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(info)
    assert file is not None  # a regular file, checked above
    return file


def _read_out(tar: tarfile.TarFile, limits: Limits, packed: int) -> None:
    """Read on behind the last entry: only where a packed stream ends does its checksum stand."""
    assert tar.fileobj is not None
    total = 0
    while chunk := tar.fileobj.read(CHUNK):
        total += len(chunk)
        _check_size(total, packed, limits)


def _tar_name(name: str) -> str:
    return _decoded(name.encode("utf-8", "surrogateescape")) or name


def safe_path(name: str) -> PurePosixPath:
    """The relative path an entry may be written to. Raises Refused for any name that leads elsewhere."""
    windows = PureWindowsPath(name)
    path = PurePosixPath(name.replace("\\", "/"))
    if windows.drive or windows.root or path.is_absolute() or ".." in path.parts or "\0" in name or not path.parts:
        raise Refused("intake.refused.archive-path", file=name or "?")
    if any(len(part.encode("utf-8", "surrogateescape")) > 255 for part in path.parts):
        raise Refused("intake.refused.archive-name", file=name[:80])
    return path


def _distinct(members: list[Member]) -> list[Member]:
    files: set[str] = set()
    for member in members:
        key = unicodedata.normalize("NFC", str(member.path))
        if not member.folder and key in files:
            raise Refused("intake.refused.archive-twice", file=str(member.path))
        if not member.folder:
            files.add(key)
    for member in members:
        inside = member.path.parents if not member.folder else (member.path, *member.path.parents)
        if hit := next((folder for folder in inside if unicodedata.normalize("NFC", str(folder)) in files), None):
            raise Refused("intake.refused.archive-twice", file=str(hit))
    return members


def _write(members: Iterable[Member], into: Path, limits: Limits, packed: int) -> None:
    into.mkdir(parents=True)
    total = 0
    for member in members:
        if any(is_litter(part) for part in member.path.parts):
            continue
        place = into / member.path
        (place if member.folder else place.parent).mkdir(parents=True, exist_ok=True)
        if member.folder:
            continue
        with member.open() as source, place.open("xb") as out:
            for chunk in _chunks(source):
                total += len(chunk)
                _check_size(total, packed, limits)
                out.write(chunk)


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _check_size(total: int, packed: int, limits: Limits) -> None:
    if total > limits.total:
        raise Refused("intake.refused.archive-size", limit=round(limits.total / (1 << 30), 3))
    if total > RATIO_FROM and total > packed * MOST_RATIO:
        raise Refused("intake.refused.archive-bomb", ratio=total // max(packed, 1))
