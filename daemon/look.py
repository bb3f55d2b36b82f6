"""A look into a drop that stands still: whether its containers, archives and checksums are complete."""

from pathlib import Path

from daemon.containers import unfinished
from daemon.snapshot import Snapshot
from daemon.sums import first_mismatch, read_sums, sums_file
from station.store.drops import Reason


def why_unfinished(path: Path, snapshot: Snapshot) -> Reason | None:
    """Why the drop at `path` is not finished, or None."""
    try:
        for entry in snapshot.files:
            if unfinished(path / entry.path if entry.path else path):
                return Reason("intake.wait.unfinished", {"file": entry.path or path.name})
        listed = sums_file(path) if snapshot.kind == "folder" else None
        if listed and (wrong := first_mismatch(read_sums(listed), path)):
            return Reason("intake.wait.sums", {"file": wrong})
    except OSError as error:
        return Reason("intake.wait.unreadable", {"file": str(error.filename or path.name)})
    return None
