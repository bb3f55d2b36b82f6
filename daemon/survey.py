"""What a drop holds: its lessons in order, its papers, the digest of its bytes. Runs aside, in a process of its own."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from daemon import names
from daemon.snapshot import Entry, Snapshot, take_snapshot
from daemon.sums import drop_digest, file_sha256, read_sums, sums_file
from station.papers.types import PaperProblem, Papers
from station.store.drops import Reason
from station.store.names import natural, shown


@dataclass(frozen=True)
class LessonFile:
    """One lesson."""

    path: str
    """Relative to the surveyed folder."""
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Survey:
    """What was found."""

    digest: str
    title: str
    """Of the folder that holds everything; empty where there is none."""
    lessons: tuple[LessonFile, ...]
    papers: Papers
    problems: tuple[Reason, ...]
    """What a person should know: links that were not followed, archives that were not opened …"""
    bad_sum: str | None
    """The first file that does not agree with the SHA256SUMS that came along."""
    files: int
    """Files that mean something."""


def survey(source: Path, probing: bool, reading: bool) -> Survey:
    """Look through `source`. `probing`: ask FFmpeg about files of unknown endings; `reading`: read the papers.

    Raises OSError when a file cannot be read.
    """
    top = content_top(source)
    snapshot = take_snapshot(top) or Snapshot(())
    hashes = {entry.path: file_sha256(top / entry.path) for entry in snapshot.files}
    found = sorted((e for e in snapshot.files if _is_lesson(top, e, probing)), key=lambda e: natural(e.path))
    lessons = tuple(LessonFile(os.path.relpath(top / e.path, source), hashes[e.path], e.size) for e in found)
    files = [top / entry.path for entry in found]
    papers = _papers(top, files) if reading else Papers(lessons=len(files))
    return Survey(
        digest=drop_digest(hashes.items()),
        title=shown(top.name) if top != source else "",
        lessons=lessons,
        papers=papers,
        problems=tuple(_problems(snapshot)),
        bad_sum=_bad_sum(top, hashes),
        files=len(hashes),
    )


def content_top(source: Path) -> Path:
    """The folder in which the content begins: a folder that holds nothing but one folder is passed through."""
    top = source
    while True:
        inside = [entry for entry in os.scandir(top) if not names.is_litter(entry.name)]
        if len(inside) != 1 or not inside[0].is_dir(follow_symlinks=False):
            return top
        top /= inside[0].name


def _is_lesson(top: Path, entry: Entry, probing: bool) -> bool:
    if names.is_media(entry.name):
        return True
    return probing and entry.size > 0 and names.may_hold_lesson(entry.name) and _has_video(top / entry.path)


def _has_video(path: Path) -> bool:
    from gpu.errors import MediaError  # noqa: PLC0415 - FFmpeg is loaded only in the process that reads strangers' files
    from gpu.probe import probe  # noqa: PLC0415

    try:
        facts = probe(path)
    except MediaError:
        return False
    return facts.video is not None and bool(facts.container.duration)


def _papers(folder: Path, lessons: list[Path]) -> Papers:
    from station.papers.read import read_papers  # noqa: PLC0415 - office readers, likewise

    return read_papers(folder, lessons=lessons)


def without_papers(found: Survey, code: str) -> Survey:
    """The survey of a drop whose papers ended the process that read them; `code`: how."""
    problem = PaperProblem("intake.problem.papers", {"code": code})
    return replace(found, papers=replace(found.papers, unreadable=(problem,)))


def _problems(snapshot: Snapshot) -> list[Reason]:
    found = []
    for entry in snapshot.entries:
        file = shown(entry.path)
        if entry.kind == "link":
            found.append(Reason("intake.problem.link", {"file": file}))
        elif entry.kind == "special":
            found.append(Reason("intake.problem.special", {"file": file}))
        elif entry.kind == "file" and (names.is_archive(entry.name) or names.is_closed_archive(entry.name)):
            found.append(Reason("intake.problem.archive-inside", {"file": file}))
    return found


def _bad_sum(top: Path, hashes: dict[str, str]) -> str | None:
    listed = sums_file(top)
    wanted = read_sums(listed) if listed else {}
    return next((path for path, digest in wanted.items() if hashes.get(path) != digest), None)
