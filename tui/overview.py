"""What overview.json holds of a lesson, as shares that the timeline and the wave can draw. Missing rows are empty."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOUDNESS = (-50.0, -5.0)
"""LUFS at the bottom and at the top of the row."""
TOP_BIT_RATE = 1.0
"""Mbit/s: the row's own maximum counts, but never less than this."""
LEAST_ALIVE = 0.1
"""Share of living tiles: the row's own maximum counts, but never less than this."""
LARGEST = 16 * 1024 * 1024
"""Bytes; a larger file is none of ours."""


@dataclass(frozen=True)
class Overview:
    """One lesson. Every row runs evenly over `duration` seconds."""

    duration: float
    luma: Sequence[float | None] = ()
    alive: Sequence[float | None] = ()
    """As square roots: a slide's change is all tiles, a lecturer's life a few, and both must be seen."""
    bit_rate: Sequence[float | None] = ()
    loudness: Sequence[float | None] = ()
    channels: Sequence[Sequence[float]] = ()
    """Peaks 0–1."""
    top_bit_rate: float = 0.0
    """Mbit/s at the top of the bit-rate row."""


def read_overview(path: str | None) -> Overview | None:
    """From the file; None where there is none or it can't be read: the screen then shows the findings alone."""
    if path is None:
        return None
    try:
        file = Path(path)
        if file.stat().st_size > LARGEST:
            return None
        table = json.loads(file.read_text(encoding="utf-8"))
        return _overview(table)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _overview(table: dict[str, Any]) -> Overview:
    low, high = LOUDNESS
    alive = table.get("alive") or []
    liveliest = max([LEAST_ALIVE, *(v for v in alive if v is not None)])
    rates = [v for v in table.get("bit_rate") or [] if v is not None]
    top = max([TOP_BIT_RATE, *rates])
    return Overview(
        duration=float(table["duration"]),
        luma=_shares(table.get("luma"), 0.0, 255.0),
        alive=[None if v is None else math.sqrt(max(0.0, v)) for v in _shares(alive, 0.0, liveliest)],
        bit_rate=_shares(table.get("bit_rate"), 0.0, top),
        loudness=_shares(table.get("loudness"), low, high),
        channels=_channels(table.get("envelope")),
        top_bit_rate=top if rates else 0.0,
    )


def _shares(values: Sequence[float | None] | None, low: float, high: float) -> list[float | None]:
    return [None if v is None else (float(v) - low) / (high - low) for v in values or []]


def _channels(columns: Sequence[Sequence[float]] | None) -> list[list[float]]:
    """From one row of channels per column to one row of columns per channel."""
    if not columns:
        return []
    return [[float(column[index] or 0.0) for column in columns] for index in range(len(columns[0]))]
