"""The terminal: size, colours, encoding, and how wide it draws signs whose width Unicode leaves open."""

import codecs
import os
import select
import termios
import time
import tty
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from station.doctor.lines import Line, bad, ok, warn

SMALLEST = (80, 24)
"""Columns and rows from which every screen is usable."""
AMBIGUOUS = "“"
"""A sign of East Asian Width "ambiguous" (Unicode Annex 11): one cell or two, as the terminal is set."""
PATIENCE = 0.4
"""Seconds a terminal has to say where its cursor is; over a slow line it then counts as not answering."""


def look_at_terminal(environment: Mapping[str, str], encoding: str, *, terminal: int | None) -> Iterator[Line]:
    """`terminal` is the file descriptor of a terminal that is read and written; None where there is none."""
    yield _encoding(encoding)
    if terminal is None:
        yield ok("terminal", "terminal-none")
        return
    yield _size(terminal)
    yield _colours(environment)
    yield _width(terminal)


def _encoding(encoding: str) -> Line:
    try:
        utf8 = codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        utf8 = False
    if utf8:
        return ok("locale", "locale", encoding=encoding)
    return bad("locale", "locale-other", "locale", encoding=encoding or "?")


def _size(terminal: int) -> Line:
    try:
        columns, rows = os.get_terminal_size(terminal)
    except OSError:
        columns, rows = 0, 0
    if columns == 0 or rows == 0:
        return ok("terminal", "terminal-nosize")
    params = {"columns": columns, "rows": rows, "least_columns": SMALLEST[0], "least_rows": SMALLEST[1]}
    if columns >= SMALLEST[0] and rows >= SMALLEST[1]:
        return ok("terminal", "terminal-size", **params)
    return warn("terminal", "terminal-size", "terminal-size", **params)


def _colours(environment: Mapping[str, str]) -> Line:
    """As programs read it: COLORTERM for 16.7 million, TERM for 256 and less."""
    term, colour = environment.get("TERM", ""), environment.get("COLORTERM", "").lower()
    params = {"term": term or "-", "colorterm": colour or "-"}
    if term in {"", "dumb", "unknown"}:
        return bad("colours", "colours-none", "colours-none", **params)
    if "NO_COLOR" in environment:
        return warn("colours", "colours-off", "colours-off", **params)
    if colour in {"truecolor", "24bit"} or term.endswith("-direct"):
        return ok("colours", "colours-true", **params)
    few = "256" not in term
    advice = "colours-tmux" if environment.get("TMUX") or term.startswith(("tmux", "screen")) else "colours"
    return warn("colours", "colours-16" if few else "colours-256", advice, **params)


def _width(terminal: int) -> Line:
    cells = cells_of(AMBIGUOUS, terminal)
    if cells is None:
        return ok("width", "width-unknown")
    if cells == 1:
        return ok("width", "width", sign=AMBIGUOUS)
    return warn("width", "width-wide", "width", sign=AMBIGUOUS, cells=cells)


def cells_of(text: str, terminal: int) -> int | None:
    """How many cells the terminal moves its cursor by for `text`; None when it does not say so in time."""
    try:
        with _quiet(terminal):
            os.write(terminal, b"\r" + text.encode() + b"\x1b[6n")
            answer = _answer(terminal)
            os.write(terminal, b"\r\x1b[K")
    except (OSError, termios.error):
        return None
    _, found, place = answer.rpartition(b"\x1b[")
    row, _, column = place.removesuffix(b"R").partition(b";")
    return int(column) - 1 if found and row.isdigit() and column.isdigit() else None


@contextmanager
def _quiet(terminal: int) -> Iterator[None]:
    """No echo and no line editing meanwhile; what is answered too late is thrown away."""
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal, termios.TCSANOW)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)


def _answer(terminal: int) -> bytes:
    """Bytes up to the `R` that ends a cursor report, or what came until patience ended."""
    answer = b""
    deadline = time.monotonic() + PATIENCE
    while not answer.endswith(b"R") and len(answer) < 64:
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            break
        answer += os.read(terminal, 1)
    return answer
