"""One daemon a station: a lock on a file that the system lets go of when the process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from station.errors import Unavailable, system_words


@contextmanager
def only_daemon(path: Path) -> Iterator[None]:
    """Hold the lock. Raises Unavailable: naming the process that holds it, or why its file can't be written."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Unavailable("daemon.error.folders", path=str(path), detail=system_words(error)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "?"
            raise Unavailable("daemon.error.running", path=str(path), pid=holder) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def owner_name() -> str:
    """This run of the daemon, told apart from every other that ever was here: boot, process, and a random part."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        boot = os.uname().nodename
    return f"{boot}:{os.getpid()}:{os.urandom(6).hex()}"
