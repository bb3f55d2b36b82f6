"""The index of landmarks on disk: sorted arrays in files that are written once and mapped into memory to be searched.

A segment is a folder of its own file name: `<name>.keys.npy` and `<name>.places.npy`. Merging goes through ranges of keys, so
that it needs little memory however large the index is.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gpu.measurements import Array
from station.lookup import Postings

RANGE = 4_000_000
"""About so many landmarks are in memory at once while segments are merged."""
PARTS = ("keys", "places")


def mapped(folder: Path, name: str) -> Postings:
    """A segment, mapped. Raises OSError, or ValueError where it is damaged."""
    keys, places = (np.load(_path(folder, name, part), mmap_mode="r", allow_pickle=False) for part in PARTS)
    if len(keys) != len(places):
        raise ValueError(f"{folder / name}: keys and places do not match")
    return Postings(keys, places)


def write(folder: Path, name: str, parts: Sequence[Postings]) -> int:
    """Merge `parts` into a new segment; how many landmarks it holds. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [*parts, Postings(np.zeros(0, np.uint32), np.zeros(0, np.uint32))]
    total = sum(len(part.keys) for part in parts)
    arrays = [_new(_path(folder, name, part), total) for part in PARTS]
    at = 0
    borders = [np.concatenate([[0], np.searchsorted(part.keys, _steps(total)), [len(part.keys)]]) for part in parts]
    for step in range(len(_steps(total)) + 1):
        slices = [slice(int(border[step]), int(border[step + 1])) for border in borders]
        keys = np.concatenate([part.keys[here] for part, here in zip(parts, slices, strict=True)])
        places = np.concatenate([part.places[here] for part, here in zip(parts, slices, strict=True)])
        order = np.argsort(keys, kind="stable")
        arrays[0][at : at + len(keys)], arrays[1][at : at + len(keys)] = keys[order], places[order]
        at += len(keys)
    for array in arrays:
        array.flush()
    return total


def remove(folder: Path, name: str) -> None:
    """Remove a segment's files; who has them mapped keeps them. Raises OSError."""
    for part in PARTS:
        _path(folder, name, part).unlink(missing_ok=True)


def _steps(total: int) -> Array:
    """Keys that part all keys into ranges of about RANGE landmarks, were they spread evenly within each kind."""
    parts = max(1, -(-total // RANGE)) * 8
    kinds = [
        np.linspace(kind << 24, (kind << 24) + (1 << bits), parts, endpoint=False) for kind, bits in ((1, 24), (2, 20))
    ]
    made: Array = np.concatenate(kinds).astype(np.uint32)
    return made


def _path(folder: Path, name: str, part: str) -> Path:
    return folder / f"{name}.{part}.npy"


def _new(path: Path, count: int) -> np.memmap:
    if not count:
        np.save(path, np.zeros(0, np.uint32))
        return np.zeros(0, np.uint32).view(np.memmap)
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.uint32, shape=(count,))
