"""FFmpeg's own words: caught while something runs, and made harmless before anybody sees them."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import av.logging

LONGEST = 200
"""Characters kept of one message."""


_BLOCKS = count()


@contextmanager
def words() -> Iterator[list[tuple[int, str, str]]]:
    """Catch FFmpeg's error lines of all threads as (level, component, message) while the block runs.

    FFmpeg's log is one for the process: of two blocks that overlap in time the later one gets the lines. Decoders must be
    drained before they are freed inside the block: a decoder thread that logs waits for the interpreter's lock.
    """
    before = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as lines:
            _part(lines)
            yield lines
    finally:
        av.logging.set_level(before)


def _part(lines: list[tuple[int, str, str]]) -> None:
    """Part this block's lines from the last one's: PyAV keeps back a line that is said again, and tells of it, or swallows it,
    when the next file speaks. Each mark differs from the last, or it would itself be held back."""
    av.logging.log(av.logging.ERROR, "review-station", f"block {next(_BLOCKS)}")
    lines.clear()


def plain(text: str) -> str:
    """`text` on one line, without control or other unprintable characters, at most LONGEST long."""
    signs = (" " if sign.isspace() else sign for sign in text)
    kept = "".join(sign for sign in signs if unicodedata.category(sign)[0] != "C")
    return " ".join(kept.split())[:LONGEST]


def tell(error: BaseException, lines: list[tuple[int, str, str]]) -> str:
    """What went wrong, in FFmpeg's words where it left any, else in the error's."""
    said = [message.strip() for _, _, message in lines if message.strip()]
    cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return plain("; ".join([cause, *dict.fromkeys(said[-3:])]))
