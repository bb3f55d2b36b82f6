"""Papers that come after the drop: copied beside it, read, and put in the place of what was missing or wrong."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from station.errors import UsageError, system_words
from station.papers.types import Papers
from station.store.names import shown

MOST_FILES, MOST_BYTES = 200, 64 << 20
"""Of one act; a paper is a document, not a video."""


@dataclass(frozen=True)
class Copied:
    """Papers that were copied and read."""

    folder: Path
    """`added/.<n>` in the submission's folder, until the act is sure."""
    files: tuple[dict[str, Any], ...]
    """Name, SHA-256 and bytes of each, for the log."""
    papers: Papers

    def keep(self) -> None:
        """Give the folder its name. Raises UsageError."""
        try:
            self.folder.rename(self.folder.with_name(self.folder.name[1:]))
        except OSError as error:
            raise UsageError("desk.papers.unwritable", path=str(self.folder), detail=system_words(error)) from error

    def drop(self) -> None:
        """Remove the copies: the act was not done."""
        shutil.rmtree(self.folder, ignore_errors=True)


def copied(home: Path, sources: Sequence[Path]) -> Copied:
    """Copy files, or all files of folders, into the submission's folder `home`, and read them. The sender's stay as they are.
    Raises UsageError (what can't be copied, and why; nothing in them is a paper)."""
    files = _files(sources)
    folder = _free(home / "added")
    try:
        listed = tuple(_copy(source, folder / source.name) for source in files)
        papers = _read(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Copied(folder, listed, papers)


def _read(folder: Path) -> Papers:
    """Raises UsageError where nothing is a paper, or none can be read."""
    from station.papers.read import read_papers  # noqa: PLC0415 - office readers load only where a paper is read

    papers = read_papers(folder, lessons=[])
    if papers.form or papers.quizzes or papers.letter or papers.outline:
        return papers
    if papers.unreadable:
        raise UsageError(papers.unreadable[0].message, **papers.unreadable[0].params)
    raise UsageError("desk.papers.none")


def said_by(papers: Papers, named: str) -> dict[str, Any]:
    """What the form says of the submission `named` so; empty where it leaves a field open or there is no form."""
    form = papers.form
    topic = form.topic_named(named) if form else None
    if form is None or topic is None:
        return {}
    told = {
        "title": topic.title, "applicant_unit": topic.applicant_unit, "recommending_unit": form.recommending_unit,
        "lecturer": topic.lecturer, "hours": topic.hours,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value not in {"", None}}


def _files(sources: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for source in sources:
        try:
            found += sorted(p for p in source.iterdir() if _is_file(p)) if source.is_dir() else [source]
        except OSError as error:
            raise UsageError("desk.papers.unreadable", path=shown(str(source)), detail=system_words(error)) from error
    for path in found:
        if not _is_file(path):
            raise UsageError("desk.papers.no-file", path=shown(str(path)))
    names = [path.name for path in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError("desk.papers.twice", file=shown(twice))
    if not found or len(found) > MOST_FILES:
        raise UsageError("desk.papers.count", count=len(found), most=MOST_FILES)
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:
        return False


def _free(added: Path) -> Path:
    """A new folder `.<n>`, whose number nobody has. Raises UsageError."""
    try:
        added.mkdir(parents=True, exist_ok=True)
        for number in range(1, 100_000):
            if not (added / str(number)).exists():
                try:
                    (added / f".{number}").mkdir()
                except FileExistsError:
                    continue
                return added / f".{number}"
    except OSError as error:
        raise UsageError("desk.papers.unwritable", path=str(added), detail=system_words(error)) from error
    raise UsageError("desk.papers.unwritable", path=str(added), detail="")


def _copy(source: Path, target: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    try:
        with source.open("rb") as read, target.open("xb") as written:
            while block := read.read(1 << 20):
                size += len(block)
                if size > MOST_BYTES:
                    raise UsageError("desk.papers.too-big", file=shown(source.name), most=MOST_BYTES >> 20)
                digest.update(block)
                written.write(block)
            written.flush()
            os.fsync(written.fileno())
    except OSError as error:
        raise UsageError("desk.papers.not-copied", path=shown(str(source)), detail=system_words(error)) from error
    return {"file": shown(source.name), "sha256": digest.hexdigest(), "bytes": size}
