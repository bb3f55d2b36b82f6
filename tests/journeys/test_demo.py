"""`station demo` as a person runs it: in a terminal, with bars, the real daemon, the tables, and the screens at the end."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from station.text import say

DEADLINE_SECONDS = 400
SIZE = (40, 120)
"""Lines and columns of the terminal."""


class Terminal:
    """A program in a terminal of its own, and all it has printed."""

    def __init__(self, *arguments: str) -> None:
        self.parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(SIZE[1]), "LINES": str(SIZE[0])}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "station", *arguments],
            stdin=child, stdout=child, stderr=child, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(child)
        self.printed = ""
        self.read_to = 0
        """Where the last text that was waited for ended."""

    def read_until(self, text: str) -> None:
        """Read on until `text` was printed after the last one; fails when the program ends or time runs out before."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (place := self.printed.find(text, self.read_to)) < 0:
            assert time.monotonic() < deadline, self.printed[-3000:]
            if not self._more():
                pytest.fail(f"ended before {text!r}: {self.printed[-3000:]}")
        self.read_to = place + len(text)

    def leave(self, key: str) -> int:
        """Press `key` until the program has ended; its exit code."""
        deadline = time.monotonic() + 60
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.printed[-3000:]
            with contextlib.suppress(OSError):
                os.write(self.parent, key.encode())
            while self._more() and select.select([self.parent], [], [], 0)[0]:
                pass
        return self.process.wait()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        with contextlib.suppress(OSError):
            os.close(self.parent)

    def _more(self) -> bool:
        ready, _, _ = select.select([self.parent], [], [], 1.0)
        if not ready:
            return self.process.poll() is None
        try:
            data = os.read(self.parent, 65536)
        except OSError:  # Linux: the other end is closed
            return False
        self.printed += data.decode(errors="replace")
        return bool(data)


def test_the_demo_finds_all_it_planted_and_opens_the_screens(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    terminal = Terminal("demo", "--dir", str(folder), "--seconds", "36")
    try:
        terminal.read_until(say("demo.making-lesson", ordinal=1))
        terminal.read_until(say("demo.lesson-place", ordinal=1))
        terminal.read_until(say("demo.frames-per-second", value="").strip())
        terminal.read_until(say("demo.faults-title"))
        terminal.read_until(say("demo.summary-good", planted=10, decoys=8))
        terminal.read_until("\x1b[?1049h")  # the screens take the terminal
        terminal.read_until(say("demo.course")[:3])
        assert terminal.leave("q") == 0
    finally:
        terminal.close()

    again = subprocess.run(
        [sys.executable, "-m", "station", "--lang", "en", "demo", "--dir", str(folder), "--seconds", "36", "--keep"],
        capture_output=True, text=True, timeout=DEADLINE_SECONDS, check=False,
    )  # fmt: skip
    assert again.returncode == 0, again.stdout + again.stderr
    assert say("demo.summary-good", "en", planted=10, decoys=8) in again.stdout
    assert say("demo.reusing", "en", path="")[:20] in again.stdout
    assert "\x1b" not in again.stdout
    assert say("demo.missed", "en") not in again.stdout
