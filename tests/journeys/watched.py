"""A station with a real daemon process: start it, drop into its inbox, kill it, and hold what is left against what was sent."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from daemon.snapshot import take_snapshot
from daemon.sums import file_sha256
from station.store import heartbeat, open_store

DEADLINE = 90.0
UNBORN = re.compile(
    r'Traceback [^\n]*\n  File "<string>"[^\n]*\n  File "[^\n]*multiprocessing/spawn\.py"[^\n]*(?:\n  [^\n]*)*\nEOFError: [^\n]*'
)
"""What a process prints whose parent is killed while it hands over what to do."""
CONFIG = """\
[station]
root = "root"
inbox = "{inbox}"
language = "en"
[watch]
settle_seconds = {settle}
rescan_seconds = {rescan}
[engine]
workers = 2
memory_gib = 1.0
device = "cpu"
[readers]
text = false
faces = false
voice = false
"""
"""Readers are the demo's journey: their models take seconds to load in every worker that a test kills."""


def wait_for(true: Callable[[], Any], seconds: float = DEADLINE) -> Any:
    """Wait until `true()`; its value."""
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)
    return value


@dataclass
class Station:
    """One station's folder and its daemon."""

    folder: Path
    settle: float = 0.3
    rescan: float = 1.0
    inbox: Path = Path("inbox")
    """Made absolute: below the station's root, or elsewhere."""
    daemon: subprocess.Popen[bytes] | None = None
    errors: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.inbox = self.root / self.inbox
        (self.folder / "config.toml").write_text(
            CONFIG.format(settle=self.settle, rescan=self.rescan, inbox=self.inbox), encoding="utf-8"
        )
        self.inbox.mkdir(parents=True, exist_ok=True)

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the daemon in a process group of its own."""
        command = [sys.executable, "-m", "station", "--config", str(self.folder / "config.toml"), "watch", *options]
        log = self.folder / f"stderr-{len(self.errors)}.txt"
        self.errors.append(log)
        with log.open("wb") as out:
            self.daemon = subprocess.Popen(command, stderr=out, stdout=out, start_new_session=True)
        return self.daemon

    def finish(self) -> int:
        """Empty the inbox with `--once`; the exit code."""
        return self.start("--once").wait(DEADLINE)

    def workers(self) -> list[psutil.Process]:
        """Every process below the daemon."""
        try:
            return psutil.Process(self.daemon.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def kill(self, *, group: bool = True) -> None:
        """kill -9: the daemon, or it and all its workers at once."""
        if group:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.daemon.pid, signal.SIGKILL)
        self.daemon.kill()
        self.daemon.wait(DEADLINE)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.daemon.terminate()
        return self.daemon.wait(DEADLINE)

    def beat(self) -> dict[str, Any] | None:
        """What the heartbeat says."""
        if not (self.root / "station.db").exists():
            return None
        with self.store() as store:
            return heartbeat.read(store)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """A question to the store."""
        with self.store() as store:
            return store.rows(sql)

    @contextlib.contextmanager
    def store(self) -> Iterator[Any]:
        """The database, while the daemon may be using it."""
        opened = open_store(self.root / "station.db")
        try:
            yield opened
        finally:
            opened.close()

    def traceback(self) -> str:
        """What the daemons printed, where a traceback is among it.

        A process that Python had only just begun to start says so when its daemon is killed at that moment; none of our
        code has run in it.
        """
        told = "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in self.errors)
        return told if "Traceback" in UNBORN.sub("", told) else ""

    def hashes(self, *folders: Path) -> dict[str, int]:
        """SHA-256 of every whole file below these folders → how often."""
        found: dict[str, int] = {}
        for folder in folders:
            snapshot = take_snapshot(folder)
            for entry in snapshot.files if snapshot else ():
                with contextlib.suppress(OSError):
                    digest = file_sha256(folder / entry.path)
                    found[digest] = found.get(digest, 0) + 1
        return found
