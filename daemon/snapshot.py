"""A drop as it stands at one moment: every file with what changes when somebody writes it. No content is read."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from daemon.names import is_litter


@dataclass(frozen=True)
class Entry:
    """One file, folder, link or special file."""

    path: str
    """Relative to the drop, with `/`; empty for the drop itself."""
    kind: str
    """`file`, `folder`, `link` or `special`."""
    size: int
    mtime_ns: int
    ctime_ns: int
    blocks: int
    """512-byte blocks on the disk: they grow while a file of foretold size is being filled."""
    readable: bool = True

    @property
    def name(self) -> str:
        """Last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Snapshot:
    """All entries of a drop in the order of their paths; the first one is the drop itself."""

    entries: tuple[Entry, ...]

    @property
    def kind(self) -> str:
        """Kind of the drop itself."""
        return self.entries[0].kind

    @property
    def files(self) -> tuple[Entry, ...]:
        """Regular files that mean something."""
        return tuple(e for e in self.entries if e.kind == "file" and not is_litter(e.name))

    @property
    def unreadable(self) -> tuple[Entry, ...]:
        """What this account may not read."""
        return tuple(e for e in self.entries if not e.readable)

    @property
    def size(self) -> int:
        """Bytes of all regular files."""
        return sum(e.size for e in self.entries if e.kind == "file")

    def same_content(self, other: "Snapshot") -> bool:
        """Whether sizes and times of the same files agree; moving a drop changes nothing of that."""
        return _content(self) == _content(other)


def _content(snapshot: Snapshot) -> list[tuple[str, str, int, int]]:
    return [(e.path, e.kind, e.size, e.mtime_ns) for e in snapshot.entries if e.kind == "file"]


def take_snapshot(path: Path) -> Snapshot | None:
    """Look at `path` and all below it, following no link. None when it is not there (any more)."""
    try:
        top = _entry("", os.fspath(path))
    except OSError:
        return None
    entries = [top]
    todo = [""] if top.kind == "folder" and top.readable else []
    while todo:
        folder = todo.pop()
        for entry in _listed(path, folder):
            entries.append(entry)
            if entry.kind == "folder" and entry.readable:
                todo.append(entry.path)
    return Snapshot(tuple(sorted(entries, key=lambda e: e.path)))


def _listed(top: Path, folder: str) -> list[Entry]:
    found = []
    try:
        names = os.listdir(os.path.join(top, folder))  # noqa: PTH118, PTH208 - names of any bytes, millions of them
    except OSError:
        return []  # gone meanwhile: the next look sees it
    for name in names:
        relative = f"{folder}/{name}" if folder else name
        try:
            found.append(_entry(relative, os.path.join(top, relative)))  # noqa: PTH118
        except OSError:
            continue
    return found


def _entry(relative: str, path: str) -> Entry:
    facts = os.lstat(path)
    mode = facts.st_mode
    if stat.S_ISDIR(mode):
        # A folder's own size and times say nothing that its entries do not say.
        return Entry(relative, "folder", 0, 0, 0, 0, os.access(path, os.R_OK | os.X_OK))
    kind = "file" if stat.S_ISREG(mode) else "link" if stat.S_ISLNK(mode) else "special"
    readable = kind != "file" or os.access(path, os.R_OK)
    return Entry(relative, kind, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_blocks, readable)
