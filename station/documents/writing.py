"""A document under its name: whole or not at all, and never over another one unless that is asked for."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from station.errors import Unavailable, UsageError, system_words


def refuse_existing(path: Path, *, force: bool) -> None:
    """Raises UsageError where something stands at `path` and may not be replaced (a folder never), Unavailable where it can't
    be looked at."""
    try:
        folder = path.is_dir() and not path.is_symlink()
    except OSError as error:
        raise Unavailable("documents.error.unwritable", path=str(path), detail=system_words(error)) from error
    if folder:
        raise UsageError("documents.error.folder-there", path=str(path))
    if not force and os.path.lexists(path):
        raise UsageError("documents.error.there", path=str(path))


def write_whole(path: Path, content: bytes, *, force: bool = False) -> Path:
    """Write beside, sync, then give the name in one step; the path.

    Raises UsageError where something has the name and `force` is not given, Unavailable where it can't be written.
    """
    refuse_existing(path, force=force)

    def fill(part: Path) -> None:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    return _named(path, fill, force=force)


def _named(path: Path, fill: Callable[[Path], None], *, force: bool) -> Path:
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(part)
        _give_name(part, path, force=force)
    except OSError as error:
        raise Unavailable("documents.error.unwritable", path=str(path), detail=system_words(error)) from error
    finally:
        with suppress(OSError):
            part.unlink()
    return path


def _give_name(part: Path, path: Path, *, force: bool) -> None:
    """Give `part` its name. Without `force` a link never replaces what has appeared meanwhile; a file system that knows no
    links gets a rename after a look. Raises UsageError, OSError."""
    if force:
        part.replace(path)
        return
    try:
        os.link(part, path)
    except FileExistsError as error:
        raise UsageError("documents.error.there", path=str(path)) from error
    except OSError:
        refuse_existing(path, force=False)
        part.rename(path)
