"""A person's terminal: a real process on a real pseudo-terminal, its screen read by a terminal emulator."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

DEADLINE = 40.0
SMALL, LARGE = (80, 24), (160, 48)
"""Columns and rows."""
STATION = [sys.executable, "-c", "from station.cli import main; main()"]
AS = "import sys, station.people as p; who = sys.argv.pop(1); p.account_name = lambda *_: who; from station.cli import main; main()"
"""The same with another operating-system account's name, which a test can't take on."""


class Terminal:
    """One person's terminal with the program in it. `account`: whose; the test's own where none is named."""

    def __init__(
        self,
        config: Path,
        *options: str,
        account: str = "",
        size: tuple[int, int] = SMALL,
        ignore_hup: bool = False,
    ) -> None:
        self.master, slave = pty.openpty()
        self.columns, self.rows = size
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
        self.screen = pyte.Screen(self.columns, self.rows)
        self.stream = pyte.ByteStream(self.screen)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("TEXTUAL", "TMUX", "STATION"))}
        environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}

        def take_terminal() -> None:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            if ignore_hup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)

        program = [sys.executable, "-c", AS, account] if account else STATION
        self.process = subprocess.Popen(
            [*program, "--config", str(config), "tui", *options],
            stdin=slave, stdout=slave, stderr=slave, env=environment, preexec_fn=take_terminal, close_fds=True,  # noqa: PLW1509 - a controlling terminal is set there
        )  # fmt: skip
        os.close(slave)

    def read(self, seconds: float = 0.05) -> None:
        """Feed what came to the emulator."""
        while select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            self.stream.feed(data)
            seconds = 0

    @property
    def text(self) -> str:
        """What stands on the screen; wide signs take two cells of which the second is empty. (`Screen.display` fails where a
        wide sign is half painted over at the moment.)"""
        lines = (self.screen.buffer[y] for y in range(self.rows))
        return "\n".join("".join(line[x].data for x in range(self.columns)).rstrip() for line in lines)

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Read until it is so."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, f"{what}\n{self.text}"
            assert self.process.poll() is None, f"ended with {self.process.returncode} before: {what}\n{self.text}"
            self.read()

    def see(self, word: str) -> None:
        """Wait for a word on the screen."""
        self.wait(lambda: word in self.text, f"waiting to see {word!r}")

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def ended(self) -> int:
        """Wait for the process, reading what it still says."""
        if self.master < 0:
            return self.process.wait(DEADLINE)
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            assert time.monotonic() < end, self.text
            self.read()
        return self.process.returncode

    def hang_up(self) -> None:
        """The line drops."""
        os.close(self.master)
        self.master = -1

    def close(self) -> None:
        """Nothing is left behind."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)
