"""How far the voice lies from the lips: where the darkness of a mouth and the loudness of a voice match best, and how surely.

What chance does is tried rather than assumed: the same mouths are paired with voices turned round by many other amounts, of
their own stretch and of the others, and the best match of each such pair is compared with that of the right ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array

REACH_S = 0.6
"""Lags tried, to both sides."""
SMOOTH_S = 1.0
"""What changes more slowly is light, pose or distance, not a syllable: it is taken off."""
TURNS = 300
"""Wrong pairs that stand for chance."""
TURNED = (0.15, 0.85)
"""By how much of its length a voice is turned round, least and most: never so little that it is the right pair again."""
GOLDEN = 0.6180339887
"""Steps by this share of 1 spread evenly, however many there are."""
PART_S, NEAR_S = 4.0, 0.08
"""Parts of this length are asked alone; they agree where their own lag lies so near the common one."""
Pair = tuple[Array, Array]
"""Opening of the mouth and loudness of the voice, equally long, value by value."""


@dataclass(frozen=True)
class Estimate:
    """Where the voice lies."""

    early_ms: float
    """The voice is so early against the lips; late where negative."""
    confidence: float
    """Share of the wrong pairs that match less well at their best, 0-1."""
    support: float
    """Share of the parts whose own best lag lies near the common one, 0-1."""


def estimate(pairs: Sequence[Pair], rate: int) -> Estimate | None:
    """The lag at which all pairs together match best; None where there is too little to turn round. `rate`: values a second."""
    reach = round(REACH_S * rate)
    usable = [(_quick(mouth, rate), _quick(voice, rate)) for mouth, voice in pairs if len(mouth) * TURNED[0] > reach]
    if not usable:
        return None
    right = _together(usable, reach)
    best = int(right.argmax())
    chance = [float(_together(_turned(usable, turn), reach).max()) for turn in range(1, TURNS + 1)]
    parts = [_together([part], reach) for pair in usable for part in _parts(pair, round(PART_S * rate))]
    near = [abs(int(part.argmax()) - best) <= NEAR_S * rate for part in parts]
    return Estimate(
        round((reach - best - _between(right, best)) * 1000 / rate, 1),
        float(np.mean(np.array(chance) < right[best])),
        float(np.mean(near)) if near else 0.0,
    )


def _quick(values: Array, rate: int) -> Array:
    """The values without what changes slowly."""
    width = round(SMOOTH_S * rate) | 1
    slow = np.convolve(np.pad(values, width // 2, mode="edge"), np.ones(width) / width, mode="valid")
    made: Array = values - slow
    return made


def _together(pairs: Sequence[Pair], reach: int) -> Array:
    """Correlation at each lag from -reach to +reach, the mean over all pairs by their length."""
    total = np.zeros(2 * reach + 1)
    for mouth, voice in pairs:
        length = len(mouth)
        for place, lag in enumerate(range(-reach, reach + 1)):
            one, other = mouth[max(0, -lag) : length - max(0, lag)], voice[max(0, lag) : length + min(0, lag)]
            size = float(np.sqrt((one @ one) * (other @ other)))
            total[place] += length * float(one @ other) / size if size else 0.0
    made: Array = total / sum(len(mouth) for mouth, _ in pairs)
    return made


def _turned(pairs: Sequence[Pair], turn: int) -> list[Pair]:
    """Every mouth with the voice of the stretch `turn` places on, which may be its own, turned round."""
    share = TURNED[0] + (turn * GOLDEN % 1) * (TURNED[1] - TURNED[0])
    made = []
    for number, (mouth, _) in enumerate(pairs):
        voice = pairs[(number + turn) % len(pairs)][1]
        made.append((mouth, np.resize(np.roll(voice, round(share * len(voice))), len(mouth))))
    return made


def _parts(pair: Pair, length: int) -> list[Pair]:
    """The pair in parts of one length; a shorter rest is left out."""
    mouth, voice = pair
    starts = range(0, len(mouth) - length + 1, length)
    return [(mouth[start : start + length], voice[start : start + length]) for start in starts]


def _between(values: Array, best: int) -> float:
    """How far the peak lies from its highest value, -0.5 to 0.5 steps, by a parabola through its neighbours."""
    if not 0 < best < len(values) - 1:
        return 0.0
    left, middle, right = values[best - 1 : best + 2]
    bend = left - 2 * middle + right
    return float((left - right) / (2 * bend)) if bend < 0 else 0.0
