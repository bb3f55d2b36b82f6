"""Moving a drop so that it is never in no place: by rename, or across file systems by copy, check, rename, and only then
the sender's own files go. Killed anywhere and called again, it ends the same way.

Where `target` stands, it is whole: that is the one commit point.
"""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from daemon.errors import NotNow, not_now
from daemon.names import is_litter
from daemon.snapshot import Entry, Snapshot, take_snapshot
from daemon.sums import CHUNK, file_sha256

Stopped = Callable[[], bool]


def move(source: Path, target: Path, scratch: Path, *, stopped: Stopped = lambda: False) -> None:
    """Bring `source` to `target`; `scratch` is a free path on the target's file system, for the copy.

    Raises NotNow, with nothing lost: disk full, no permission, the source changes or vanishes, or `stopped`.
    """
    try:
        remove(scratch)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.rename(target)
            flush_folder(target.parent)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy_over(source, target, scratch, stopped)
    except OSError as error:
        remove(scratch)
        raise not_now(error, source.name) from error
    except NotNow:
        remove(scratch)
        raise


def _copy_over(source: Path, target: Path, scratch: Path, stopped: Stopped) -> None:
    if not _may_clear(source):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(source))
    before = take_snapshot(source)
    if before is None:
        raise NotNow("intake.wait.vanished", file=source.name)
    if shutil.disk_usage(target.parent).free < before.size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
    scratch.parent.mkdir(parents=True, exist_ok=True)
    for entry in before.entries:
        _copy_entry(source, scratch, entry, stopped)
    if take_snapshot(source) != before:
        raise NotNow("intake.wait.changed", file=source.name)
    scratch.rename(target)
    flush_folder(target.parent)
    clear_copied(source, target, verified=before)


def _may_clear(source: Path) -> bool:
    folders = [source.parent, *(Path(at) for at, _, _ in os.walk(source))]
    return all(os.access(folder, os.W_OK | os.X_OK) for folder in folders)


def _copy_entry(source: Path, copy: Path, entry: Entry, stopped: Stopped) -> None:
    here, there = (source / entry.path, copy / entry.path) if entry.path else (source, copy)
    if entry.kind == "folder":
        there.mkdir()
    elif entry.kind == "link":
        there.symlink_to(here.readlink())  # as it is, never followed
    elif entry.kind == "file":
        _copy_file(here, there, entry, stopped)


def _copy_file(source: Path, copy: Path, entry: Entry, stopped: Stopped) -> None:
    digest = hashlib.sha256()
    descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as reader, copy.open("xb") as writer:
        while chunk := reader.read(CHUNK):
            if stopped():
                raise NotNow("intake.wait.stopping")
            digest.update(chunk)
            if writer.tell() + len(chunk) > entry.size:  # it grows as fast as it is read: this would never end
                raise NotNow("intake.wait.changed", file=entry.path or source.name)
            writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
        os.posix_fadvise(
            writer.fileno(), 0, 0, os.POSIX_FADV_DONTNEED
        )  # so that the check reads the disk, not the cache
    os.utime(copy, ns=(entry.mtime_ns, entry.mtime_ns))
    if file_sha256(copy) != digest.hexdigest():
        raise NotNow("intake.wait.copy-differs", file=entry.path or source.name)


def clear_copied(source: Path, target: Path, *, verified: Snapshot | None = None) -> None:
    """Remove from `source` what is in `target` byte for byte; anything else stays where it is.

    `verified`: the snapshot from which `target` was copied. Without it (after a crash) the bytes are compared once more,
    and a source that holds anything else is a new drop of the same name: it is left alone.
    """
    now = take_snapshot(source)
    if now is None:
        return
    known = set(verified.entries) if verified else set(now.entries)
    if verified is None and not all(_alike(source, target, entry) for entry in now.entries):
        return
    for entry in reversed(now.entries):
        here = source / entry.path if entry.path else source
        try:
            if entry.kind == "folder":
                here.rmdir()
            elif entry.kind != "file" or is_litter(entry.name) or entry in known:
                here.unlink()
        except OSError:
            continue  # not empty, or not ours to remove: the next look at the inbox finds what is left
    flush_folder(source.parent)


def _alike(source: Path, target: Path, entry: Entry) -> bool:
    here, there = (source / entry.path, target / entry.path) if entry.path else (source, target)
    if entry.kind == "link":
        return there.is_symlink() and there.readlink() == here.readlink()
    if entry.kind != "file" or is_litter(entry.name):
        return True
    return there.is_file() and there.stat().st_size == entry.size and file_sha256(here) == file_sha256(there)


def remove(path: Path) -> None:
    """Remove a file or a folder of the station's own making, if it is there. Raises OSError."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Make a rename outlive a power cut, where the file system lets us."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)
