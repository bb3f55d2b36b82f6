"""Traces: what is kept of a lesson to find the same stretch in another one, and the landmarks by which it is looked up.

Pictures count by what moves in them, sound by its rhythm: a room, a lecturer at rest or a template's slide that two lessons
share leaves no trace, a copied stretch leaves the same one however it was encoded, scaled, brightened or marked with a logo.
"""

import io
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from gpu.measurements import TILE_COLS, TILE_ROWS, Array, Measurements
from station.prints import ENVELOPE_HZ, Ends, Print, ends_of, gather, scatter, sound_of

SCHEMA = 1
MOTION_HZ = 5
CELL_ROWS, CELL_COLS = 9, 16
TICK_HZ = 10
"""Landmarks are placed in tenths of a second."""
STRIP = 4096


@dataclass(frozen=True)
class Trace:
    """One lesson's trace and its ends."""

    name: str
    duration: float
    """Seconds."""
    motion: Array
    """uint8 (n, 9, 16): means of cells over a fifth of a second, MOTION_HZ a second."""
    words: Array
    """uint32 (f,): sound fingerprint words, FINGERPRINT_HZ a second."""
    envelope: Array
    """uint8 (m,): as `Print.envelope`."""
    sound_start: float
    """Seconds from the first picture to the first word and level."""
    ends: Ends


_NOTHING = Print("", np.zeros((0, TILE_ROWS, TILE_COLS), np.uint8), np.zeros(0, np.uint32))
NO_ENDS = Ends(_NOTHING, _NOTHING)


def trace_of(measurements: Measurements, name: str) -> Trace:
    """The trace of a lesson."""
    words, levels, _, start = sound_of(measurements)
    return Trace(
        name, measurements.duration(), _motion(measurements), words, levels, start, ends_of(measurements, name)
    )


def _motion(measurements: Measurements) -> Array:
    """Mean tiles of every fifth of a second in cells of 2×2 tiles; a slot without a frame repeats the one before."""
    times = measurements.times()
    if measurements.pictures is None or not len(times):
        return np.zeros((0, CELL_ROWS, CELL_COLS), np.uint8)
    tiles = measurements.pictures.tile_mean
    slots = np.maximum(0, np.floor(times * MOTION_HZ + 1e-6).astype(np.int64))
    count = int(slots[-1]) + 1
    sums, frames = np.zeros((count, CELL_ROWS, CELL_COLS), np.uint32), np.bincount(slots, minlength=count)
    shape = (CELL_ROWS, TILE_ROWS // CELL_ROWS, CELL_COLS, TILE_COLS // CELL_COLS)
    for first in range(0, len(tiles), STRIP):
        cells = tiles[first : first + STRIP].reshape(-1, *shape).sum(axis=(2, 4), dtype=np.uint32)
        np.add.at(sums, slots[first : first + STRIP], cells)
    per_cell = shape[1] * shape[3]
    shown = np.maximum.accumulate(np.where(frames > 0, np.arange(count), 0))
    made: Array = np.rint(sums[shown] / (frames[shown] * per_cell)[:, None, None]).astype(np.uint8)
    return made


def save(trace: Trace, path: Path) -> None:
    """Write one compressed file, whole or not at all. Raises OSError."""
    arrays = {
        "schema": np.array(SCHEMA),
        "name": np.frombuffer(trace.name.encode("utf-8", "replace"), np.uint8),
        "duration": np.array(trace.duration),
        "sound_start": np.array(trace.sound_start),
        "motion": np.diff(trace.motion, axis=0, prepend=np.zeros_like(trace.motion[:1])),
        "words": trace.words,
        "envelope": trace.envelope,
        **scatter("head", trace.ends.head),
        **scatter("tail", trace.ends.tail),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(buffer.getbuffer())
    partial.replace(path)


def load(path: Path, *, ends: bool = True) -> Trace:
    """Read what `save` wrote; without its `ends`, empty ones, in half the time. Raises OSError, or ValueError when it is something
    else."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files if ends or "." not in key}
        name = arrays["name"].tobytes().decode("utf-8", "replace")
        made = Trace(
            name=name,
            duration=float(arrays["duration"]),
            motion=np.cumsum(arrays["motion"], axis=0, dtype=np.uint8),
            words=arrays["words"],
            envelope=arrays["envelope"],
            sound_start=float(arrays["sound_start"]),
            ends=Ends(gather("head", name, arrays), gather("tail", name, arrays)) if ends else NO_ENDS,
        )
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as damage:
        raise ValueError(f"{path}: not a trace") from damage
    if int(arrays.get("schema", 0)) != SCHEMA:
        raise ValueError(f"{path}: a trace of another schema")
    return made


@lru_cache(maxsize=64)
def _ends(path: Path, name: str, _stamp: int) -> Ends:
    with np.load(path, allow_pickle=False) as archive:
        arrays = {key: archive[key] for key in archive.files if key.startswith(("head.", "tail."))}
    return Ends(gather("head", name, arrays), gather("tail", name, arrays))


def named_ends(path: Path, name: str) -> Ends | None:
    """Head and tail alone of a trace that `save` wrote, under a name to show; the same value for the same file. None where it
    can't be read."""
    try:
        return _ends(path, name, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


@dataclass(frozen=True)
class Landmarks:
    """Places that are found again: a time and what is there in a few bits."""

    ticks: Array
    """int64 (n,): tenths of a second from the lesson's begin."""
    keys: Array
    """uint32 (n,): kind in the upper eight bits, signs of cosine terms in the lower 24."""


SOUND_KEY, PICTURE_KEY = 1 << 24, 2 << 24
SOUND_BITS, PICTURE_BITS = 24, 20
WEAK_BITS = 3
"""So many bits of a question are asked for both ways: those whose terms are nearest to nothing."""
SMOOTH_S, AFTER_S = 0.4, 3.2
"""The envelope is smoothed over so much to find where a sound sets in; its next seconds make the key."""
RISE_DB, APART_S = 3.0, 0.25
"""A set-in rises by so much within 0.2 s, more than anything so near."""
HALF_STEP = 3
"""A picture's change is taken from so many fifths of a second before to as many after."""
STILL_CODES, LEAST_CHANGE = 0.5, 6.0
"""Cells that change less are at rest; all cells together change at least so much, in codes."""


def landmarks(trace: Trace) -> Landmarks:
    """What goes into an index: one key a place."""
    parts = [(ticks, keys[:, 0]) for ticks, keys in _both(trace, 0)]
    return Landmarks(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))


def questions(trace: Trace) -> Landmarks:
    """What an index is asked with: every place once for each way in which its weakest bits may have fallen, and the moments
    beside a picture's place too."""
    parts = [(np.repeat(ticks, keys.shape[1]), keys.ravel()) for ticks, keys in _both(trace, WEAK_BITS)]
    return Landmarks(np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]))


def _both(trace: Trace, weak: int) -> list[tuple[Array, Array]]:
    """Ticks and keys (n, 2 ** weak) of the sound's and of the picture's places."""
    places, terms = _sound_terms(trace.envelope)
    seconds = trace.sound_start + places / ENVELOPE_HZ
    sound = (np.rint(seconds * TICK_HZ).astype(np.int64), _keys(terms, SOUND_KEY, weak))
    places, terms = _picture_terms(trace.motion, beside=weak > 0)
    picture = (places * TICK_HZ // MOTION_HZ, _keys(terms, PICTURE_KEY, weak))
    early = sound[0] >= 0
    return [(sound[0][early], sound[1][early]), picture]


def _sound_terms(levels: Array) -> tuple[Array, Array]:
    """Where sounds set in (index of the envelope), and the cosine terms of the seconds after it."""
    after = round(AFTER_S * ENVELOPE_HZ)
    decibels = levels.astype(np.float32) / 3
    width = round(SMOOTH_S * ENVELOPE_HZ) | 1
    if len(decibels) < after + 2 * width:
        return np.zeros(0, np.int64), np.zeros((0, SOUND_BITS), np.float32)
    hann = np.hanning(width + 2)[1:-1]
    smooth = np.convolve(decibels, hann / hann.sum(), "same")
    step = round(0.1 * ENVELOPE_HZ)
    rise = np.zeros(len(smooth), np.float32)
    rise[step:-step] = smooth[2 * step :] - smooth[: -2 * step]
    places = _tops(rise, round(APART_S * ENVELOPE_HZ), RISE_DB)
    places = places[(places >= width) & (places + step + after <= len(decibels))]
    windows = np.lib.stride_tricks.sliding_window_view(decibels, after)[places + step]
    return places, (windows - windows.mean(axis=1, keepdims=True)) @ _cosines(after, range(1, SOUND_BITS + 1)).T


def _picture_terms(motion: Array, *, beside: bool) -> tuple[Array, Array]:
    """Where pictures change most (index of the motion), and the cosine terms of the change."""
    none = np.zeros(0, np.int64), np.zeros((0, PICTURE_BITS), np.float32)
    if len(motion) <= 2 * HALF_STEP:
        return none
    size = np.zeros(len(motion), np.float32)
    for first in range(0, len(motion), STRIP):
        index = np.arange(first, min(first + STRIP, len(motion)))
        size[index] = np.abs(_change(motion, index)).sum(axis=(1, 2))
    places = _tops(size, 2, LEAST_CHANGE)
    if beside:
        places = np.unique(np.concatenate([places - 1, places, places + 1]).clip(0, len(motion) - 1))
    if not len(places):
        return none
    change = _change(motion, places)
    rows, cols = _cosines(CELL_ROWS, range(5)), _cosines(CELL_COLS, range(7))
    terms = (rows @ change @ cols.T).reshape(len(places), -1)
    return places, terms[:, _lowest(len(rows), len(cols))]


def _change(motion: Array, index: Array) -> Array:
    """How each cell changes around the given moments, in codes; small changes are none."""
    last = len(motion) - 1
    after = motion[np.minimum(index + HALF_STEP, last)].astype(np.float32)
    change = after - motion[np.maximum(index - HALF_STEP, 0)]
    made: Array = np.sign(change) * np.maximum(np.abs(change) - STILL_CODES, 0)
    return made


def _lowest(rows: int, cols: int) -> list[int]:
    """Indices of the PICTURE_BITS terms of the lowest frequency sums."""
    order = sorted((row + col, row, col) for row in range(rows) for col in range(cols))
    return [row * cols + col for _, row, col in order[:PICTURE_BITS]]


def _tops(curve: Array, reach: int, least: float) -> Array:
    """Indices of values above `least` that are the first largest within `reach` on both sides."""
    if len(curve) <= 2 * reach:
        return np.zeros(0, np.int64)
    padded = np.pad(curve, reach, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    made: Array = np.flatnonzero((curve > least) & (around.argmax(axis=1) == reach))
    return made


def _cosines(length: int, orders: range) -> Array:
    places = np.arange(length) + 0.5
    made: Array = np.cos(np.pi / length * np.outer(np.array(orders), places)).astype(np.float32)
    return made


def _keys(terms: Array, kind: int, weak: int) -> Array:
    """Signs as bits, and again with every choice of the `weak` smallest terms turned over: uint32 (n, 2 ** weak)."""
    weights = (1 << np.arange(terms.shape[1], dtype=np.uint32)).astype(np.uint32)
    plain = ((terms > 0) @ weights).astype(np.uint32) | np.uint32(kind)
    if not weak or not len(terms):
        return plain[:, None] if not weak else np.zeros((0, 1 << weak), np.uint32)
    smallest = weights[np.argpartition(np.abs(terms), weak, axis=1)[:, :weak]]
    turned = [np.zeros(len(terms), np.uint32)]
    for column in range(weak):
        turned += [one ^ smallest[:, column] for one in turned]
    made: Array = plain[:, None] ^ np.stack(turned, axis=1)
    return made
