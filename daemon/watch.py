"""Noticing that something happened in the inbox: native events on local disks, polling where the kernel is not told of
what other machines write. Events only wake the daemon; what it does follows from looking."""

import re
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

REMOTE = re.compile(
    r"nfs\d?|cifs|smb\w*|ncpfs|afs|9p|ceph|glusterfs|lustre|beegfs|davfs\d?|fuse\..*|fuse|vboxsf|prl_fs|drvfs|virtiofs"
)
"""Types of file systems on which others write without this kernel seeing it."""
POLL_SECONDS = 5.0
MOUNTS = Path("/proc/self/mounts")
_WATCHED = ("created", "modified", "moved", "deleted", "closed")


def file_system(path: Path, mounts: str | None = None) -> str:
    """Type of the file system that holds `path`, as /proc/self/mounts says; empty where it cannot be told."""
    try:
        table = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape") if mounts is None else mounts
    except OSError:
        return ""
    at, kind = -1, ""
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), fields[1]))
        if path.is_relative_to(point) and len(point.parts) >= at:  # of two on one place the later hides the earlier
            at, kind = len(point.parts), fields[2]
    return kind


def polls(events: str, path: Path, mounts: str | None = None) -> bool:
    """Whether `path` is polled under the setting `events` (auto, native, polling)."""
    if events != "auto":
        return events == "polling"
    return REMOTE.fullmatch(file_system(path.resolve(), mounts)) is not None


class _Waker(FileSystemEventHandler):
    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in _WATCHED:  # not opened, not closed_no_write: our own looking would wake us
            self._wake()


class Watch:
    """Calls `wake` (from a thread of its own) when something changes below the inbox."""

    def __init__(self, inbox: Path, events: str, wake: Callable[[], None]) -> None:
        self._inbox, self._wake = inbox, wake
        self.polling = polls(events, inbox)
        self._observer: BaseObserver | None = None

    def start(self) -> OSError | None:
        """Begin. Returns what kept native events (the inbox is polled instead) or any from being had, else None."""
        trouble = self._begin(self.polling)
        if trouble is not None and not self.polling:
            self.polling = self._begin(True) is None
        return trouble

    def _begin(self, polling: bool) -> OSError | None:
        observer = PollingObserver(timeout=POLL_SECONDS) if polling else Observer()
        try:
            observer.schedule(_Waker(self._wake), str(self._inbox), recursive=True)
            observer.start()
        except OSError as error:
            observer.stop()
            return error
        self._observer = observer
        return None

    def alive(self) -> bool:
        """Whether events can still come."""
        observer = self._observer
        return observer is not None and observer.is_alive() and all(e.is_alive() for e in observer.emitters)

    def stop(self) -> None:
        """End the threads."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(5)
            self._observer = None
