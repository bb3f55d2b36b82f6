"""Arrays that grow at their end without being copied twice: a lesson's measurements are collected in these."""

import numpy as np

from gpu.measurements import Array


class Growing:
    """One array, longer by every `extend`. `room` is what it starts with; it grows by a quarter."""

    def __init__(self, shape: tuple[int, ...], dtype: type, room: int = 1024) -> None:
        self._array: Array = np.empty((room, *shape), dtype)
        self._used = 0

    def __len__(self) -> int:
        return self._used

    def extend(self, rows: Array) -> None:
        """Add `rows` along the first axis."""
        end = self._used + len(rows)
        if end > len(self._array):
            room = max(end, len(self._array) * 5 // 4)
            self._array.resize((room, *self._array.shape[1:]), refcheck=False)
        self._array[self._used : end] = rows
        self._used = end

    def finish(self) -> Array:
        """The array itself, cut to its length; nothing may be added afterwards."""
        self._array.resize((self._used, *self._array.shape[1:]), refcheck=False)
        return self._array
