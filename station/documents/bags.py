"""BagIt: making a bag, and finding out whether one is whole. The one place that knows the `bagit` library."""

import logging
import os
import stat
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from station.text import clean

DECLARATION = "bagit.txt"
CHECKSUMS = ("sha256", "sha512")


@dataclass(frozen=True)
class BagProblem:
    """One thing that is wrong with a bag: a text id and its places."""

    message: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class BagReport:
    """What `verify_bag` found."""

    files: int
    """Of the payload."""
    bytes: int
    """Of the payload."""
    problems: tuple[BagProblem, ...]

    @property
    def sound(self) -> bool:
        """Whether the bag is whole."""
        return not self.problems


@cache
def library() -> ModuleType:
    """`bagit`. It asks for its version through pkg_resources, which warns that it is going; and it logs what it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import bagit  # noqa: PLC0415 - only bundles need it
    bagit.LOGGER.addHandler(logging.NullHandler())
    return bagit  # type: ignore[no-any-return]


def is_bag(folder: Path) -> bool:
    """Whether a folder says that it is a bag."""
    return (folder / DECLARATION).is_file()


def make_bag(folder: Path, info: Mapping[str, str]) -> bytes:
    """Turn a folder into a bag, its content into `data/`; the payload's SHA-256 manifest. Raises OSError."""
    try:
        library().make_bag(str(folder.absolute()), dict(info), checksums=list(CHECKSUMS))
    except library().BagError as error:
        raise OSError(str(error)) from error
    return (folder / "manifest-sha256.txt").read_bytes()


def verify_bag(folder: Path) -> BagReport:
    """Every file against every manifest. Nothing but plain files and folders may stand in a bag: a link or a device would
    lead out of it. Raises OSError where the folder can't be read."""
    strange = [path for path in _everything(folder) if not _is_plain(path)]
    if strange:
        told = {"file": clean(str(strange[0].relative_to(folder)))}
        return BagReport(0, 0, (BagProblem("documents.bag.strange", told),))
    payload = [path for path in _everything(folder / "data") if path.is_file()]
    size = sum(path.stat().st_size for path in payload)
    bagit = library()
    try:
        bagit.Bag(str(folder.absolute())).validate()
    except bagit.BagValidationError as error:
        details = list(getattr(error, "details", None) or [])
        problems = tuple(_problem(bagit, detail) for detail in details) or (_broken(error),)
        return BagReport(len(payload), size, problems)
    except (bagit.BagError, ValueError, LookupError) as error:
        return BagReport(len(payload), size, (_broken(error),))
    return BagReport(len(payload), size, ())


def _everything(folder: Path) -> list[Path]:
    """Files, links, and folders below; links are not followed."""
    return [Path(place) / name for place, folders, names in os.walk(folder) for name in (*folders, *names)]


def _is_plain(path: Path) -> bool:
    mode = path.lstat().st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def _problem(bagit: ModuleType, detail: Any) -> BagProblem:
    for kind, message in (
        (bagit.ChecksumMismatch, "documents.bag.changed"),
        (bagit.FileMissing, "documents.bag.missing"),
        (bagit.UnexpectedFile, "documents.bag.unexpected"),
    ):
        if isinstance(detail, kind):
            return BagProblem(message, {"file": clean(str(detail.path))})
    return _broken(detail)


def _broken(error: object) -> BagProblem:
    return BagProblem("documents.bag.broken", {"detail": clean(str(error))})
