"""Arrays that grow at their end in bounded memory: a lesson's measurements are collected in these.

What outgrows a small buffer goes to a temporary file that has no name and ends with the process; the finished array is that file,
mapped. So a pass needs no more memory for three hours than for three minutes.
"""

import os
import tempfile
from pathlib import Path
from typing import IO

import numpy as np

from gpu.measurements import Array

BUFFER = 2**19
"""Bytes an array holds in memory before it goes to its file."""


class Growing:
    """One array, longer by every `extend`. Raises OSError where the temporary folder is full."""

    def __init__(self, shape: tuple[int, ...], dtype: type, buffer: int = BUFFER) -> None:
        """`shape` and `dtype` of one row; `buffer` in bytes."""
        row = int(np.prod(shape)) * np.dtype(dtype).itemsize
        self._rows: Array = np.empty((max(1, buffer // row), *shape), dtype)
        self._held = 0
        self._filed = 0
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return self._filed + self._held

    def extend(self, rows: Array) -> None:
        """Add `rows` along the first axis."""
        done = 0
        while done < len(rows):
            if self._held == len(self._rows):
                self._spill()
            piece = rows[done : done + len(self._rows) - self._held]
            self._rows[self._held : self._held + len(piece)] = piece
            self._held += len(piece)
            done += len(piece)

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=scratch_folder())  # noqa: SIM115 - `finish` closes it
        self._rows[: self._held].tofile(self._file)
        self._filed += self._held
        self._held = 0

    def finish(self) -> Array:
        """All rows; nothing may be added afterwards."""
        if self._file is None:
            return self._rows[: self._held].copy()
        self._spill()
        with self._file:
            self._file.flush()
            mapped = np.memmap(self._file, self._rows.dtype, "c", shape=(self._filed, *self._rows.shape[1:]))
        return mapped.view(np.ndarray)


def scratch_folder() -> str:
    """Where temporary files of some size go: $TMPDIR, else /var/tmp, which is on disk where /tmp may be memory."""
    if "TMPDIR" not in os.environ and os.access("/var/tmp", os.W_OK):  # noqa: S108 - the files there have no name
        return str(Path("/var/tmp"))  # noqa: S108
    return tempfile.gettempdir()
