"""The scratch station of the demo: its folder and configuration, the drop handed in, and the real daemon on it."""

import contextlib
import fcntl
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from station.config import Config, load_config
from station.demo.drop import Drop
from station.desk import Desk, open_desk
from station.errors import StationError, Unavailable, UsageError
from station.text import clean

MARKER = ".review-station-demo"
"""Only a folder that holds this file is ever emptied."""
SETTLE_SECONDS = 1.0
POLL_SECONDS = 0.25
PATIENCE_SECONDS = 1800.0
"""A demo that is not through by then is not going to be."""
TAIL_LINES = 12
CONFIG = """# 示例站点，由 station demo 生成 / sample station, written by station demo
[station]
root = "station"
language = "{language}"

[watch]
settle_seconds = {settle}

[review]
experts = 1             # 一人即可走完全程 / one person can go all the way
separate_roles = false
"""


@dataclass(frozen=True)
class Stage:
    """Where the demo plays."""

    folder: Path
    lock: BinaryIO
    """Held open: its lock keeps a second demo out."""

    @property
    def config_path(self) -> Path:
        """The configuration that was written for it."""
        return self.folder / "config.toml"

    @property
    def log_path(self) -> Path:
        """What the daemon said."""
        return self.folder / "watch.log"

    def config(self) -> Config:
        """The configuration, read as any other."""
        return load_config(self.config_path)


def set_up(folder: Path, language: str) -> Stage:
    """Take `folder` as the demo's own, alone until this process ends.

    Raises UsageError when something else is in it, Unavailable when another demo plays there, OSError when it can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MARKER).exists():
        if any(folder.iterdir()):
            raise UsageError("demo.not-ours", path=str(folder))
        (folder / MARKER).touch()
    stage = Stage(folder, (folder / MARKER).open("rb+"))
    try:
        fcntl.lockf(stage.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        raise Unavailable("demo.running", path=str(folder)) from taken
    stage.config_path.write_text(CONFIG.format(language=language, settle=SETTLE_SECONDS), encoding="utf-8")
    return stage


def hand_in(stage: Stage, drop: Drop) -> Path:
    """Empty the station and copy the drop into its inbox, as a sender would; its place there."""
    config = stage.config()
    if config.root.exists():
        shutil.rmtree(config.root)
    target = config.inbox / drop.folder.name
    shutil.copytree(drop.folder, target)
    return target


def run_daemon(stage: Stage, observe: Callable[[Desk], None]) -> float:
    """Run `station watch --once` to its end and let `observe` look at the desk meanwhile; the seconds it took.

    Raises StationError when it fails or never ends. On any way out the daemon is stopped.
    """
    began = time.monotonic()
    with stage.log_path.open("wb") as log:
        daemon = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            [sys.executable, "-m", "station", "--config", str(stage.config_path), "watch", "--once"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C comes to us; we tell the daemon ourselves
        )
        try:
            _follow(stage, daemon, observe, began)
        finally:
            _stop(daemon)
    if daemon.returncode not in {0, 1}:
        raise StationError(
            "demo.daemon-failed", code=daemon.returncode, path=str(stage.log_path), tail=_tail(stage.log_path)
        )
    return time.monotonic() - began


def _follow(stage: Stage, daemon: subprocess.Popen[bytes], observe: Callable[[Desk], None], began: float) -> None:
    desk = None
    try:
        while daemon.poll() is None:
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise StationError("demo.daemon-slow", seconds=int(PATIENCE_SECONDS), path=str(stage.log_path))
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.wait(POLL_SECONDS)
            if desk is None and stage.config().database.exists():
                with contextlib.suppress(StationError):  # not migrated yet: look again
                    desk = open_desk(stage.config())
            if desk is not None:
                with contextlib.suppress(StationError):  # locked for a moment
                    observe(desk)
    finally:
        if desk is not None:
            desk.store.close()


def _stop(daemon: subprocess.Popen[bytes]) -> None:
    if daemon.poll() is not None:
        return
    daemon.send_signal(signal.SIGTERM)
    try:
        daemon.wait(20)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _tail(path: Path) -> str:
    """The log's last lines; each is made safe where it is printed."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
    return " / ".join(clean(line) for line in lines)
