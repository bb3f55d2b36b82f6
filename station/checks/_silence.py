"""Silence: not the least difference in an area, to the last bit. A coder that skips a living camera's noise still carries a trace of it
now and then; a picture that is repeated has none once it is refined."""

from dataclasses import replace

import numpy as np

from gpu.measurements import Array
from station.checks._substrate import TILES, Substrate
from station.checks._trace import Trace

SETTLING = 5
"""Frames in which a coder may still refine what stands."""
SILENT_S, SILENT = 1.6, 0.01
"""A silence is at least so long, and no more than this share of its tiles × frames has any difference. Chosen on one webcam's window
(0.003); rests that a coder refines for long reach 0.15 and are not told by this."""
LATE_S = 0.4
"""A life that is certain only so long after traces came back began with them."""
BACK, MOST = 0.02, 0.6
"""So many of the tiles have traces in so many frames from then on."""


def silent(substrate: Substrate, tiles: Array, traced: Trace) -> bool:
    """Whether the area shows no trace of life in all of a long rest."""
    share = _shares(substrate, tiles, traced)
    return len(share) * substrate.frame >= SILENT_S and float(share.mean()) <= SILENT


def ended(substrate: Substrate, tiles: Array, traced: Trace) -> Trace:
    """The trace, ended where faint life came back after a silence, long before it was strong enough to be certain. What never woke was
    refined by the coder only."""
    if traced.last >= substrate.frames:
        return traced
    stirs = _shares(substrate, tiles, traced) >= BACK
    start = traced.first + SETTLING
    late, least = round(LATE_S / substrate.frame), round(SILENT_S / substrate.frame)
    for at in np.flatnonzero(stirs).tolist():
        if at < least:
            return traced
        if stirs[at:].mean() >= MOST and stirs[at : at + late].mean() >= MOST:
            return replace(traced, last=start + at) if len(stirs) - at > late else traced
    return traced


def _shares(substrate: Substrate, tiles: Array, traced: Trace) -> Array:
    """Share of the tiles with any difference in each frame of the rest; 0 about key frames."""
    frames = slice(traced.first + SETTLING, traced.last)
    differs = substrate.pictures.tile_difference[frames].reshape(-1, TILES)[:, tiles] > 0
    made: Array = differs.mean(axis=1) * ~substrate.discounted[frames]
    return made
