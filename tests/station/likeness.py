"""Drawn traces and prints with known truth: lessons that move and sound like nothing else, and copies between them."""

from dataclasses import replace
from typing import Any

import numpy as np

from gpu.measurements import FINGERPRINT_HZ
from station.prints import ENVELOPE_HZ, PRINT_HZ, Ends, Print
from station.traces import MOTION_HZ, Trace

NOTHING = Print("", np.zeros((0, 18, 32), np.uint8), np.zeros(0, np.uint32))


def trace(seed: int, seconds: int = 120, *, name: str = "", still: bool = False, silent: bool = False) -> Trace:
    """A lecturer who moves in a window beside slides, and a voice. `still`: nothing moves; `silent`: nothing is heard."""
    rng = np.random.default_rng((seed, 1))
    motion = np.full((seconds * MOTION_HZ, 9, 16), 200, np.uint8)
    walk = np.cumsum(rng.normal(0, 3, (seconds * MOTION_HZ, 4, 5)), axis=0)
    if not still:
        motion[:, 4:8, 10:15] = (110 + 60 * np.sin(walk / 9)).astype(np.uint8)
    levels, words = sound(rng, seconds)
    if silent:
        levels, words = levels * 0, words * 0
    return Trace(name or str(seed), float(seconds), motion, words, levels, 0.0, Ends(NOTHING, NOTHING))


def sound(rng: Any, seconds: int) -> tuple[Any, Any]:
    """An envelope with syllables and pauses, and fingerprint words."""
    syllables = np.repeat(rng.uniform(0, 45, seconds * 5), 10) * np.repeat(rng.random(seconds * 2) > 0.2, 25)
    line = np.convolve(syllables + rng.normal(0, 2, seconds * ENVELOPE_HZ), np.hanning(9) / 4, "same")
    words = rng.integers(1, 1 << 32, seconds * FINGERPRINT_HZ, dtype=np.uint32)
    return (line * 3).clip(0, 255).astype(np.uint8), words


def copied(
    source: Trace, target: Trace, first: int, to: int, seconds: int, *, what: str = "both", noise: int = 0
) -> Trace:
    """`target` with `seconds` of `source` from `first` on at `to`; `noise`: codes of a poor encode, in picture and level."""
    rng = np.random.default_rng((9, first, to))
    lines = {
        "motion": (source.motion, target.motion.copy(), MOTION_HZ, "picture"),
        "words": (source.words, target.words.copy(), FINGERPRINT_HZ, "sound"),
        "envelope": (source.envelope, target.envelope.copy(), ENVELOPE_HZ, "sound"),
    }
    for own, made, hertz, kind in lines.values():
        if what in (kind, "both"):
            part = own[first * hertz : (first + seconds) * hertz]
            if noise and hertz != FINGERPRINT_HZ:
                part = (part.astype(int) + rng.integers(-noise, noise + 1, part.shape)).clip(0, 255)
            made[to * hertz : (to + seconds) * hertz] = part
    return replace(target, **{name: made for name, (_, made, _, _) in lines.items()})


def scene(seed: int, seconds: float) -> Any:
    """Pictures of a print that move, uint8 (n, 18, 32)."""
    rng = np.random.default_rng((seed, 2))
    time = np.arange(round(seconds * PRINT_HZ))[:, None, None] / PRINT_HZ
    y, x = np.mgrid[0:18, 0:32]
    waves = sum(
        30
        * np.sin(x * rng.uniform(0.1, 0.7) + y * rng.uniform(0.1, 0.7) + time * rng.uniform(1, 3) + rng.uniform(0, 6))
        for _ in range(3)
    )
    return (120 + waves).clip(20, 210).astype(np.uint8)


def card(seed: int, seconds: float) -> Any:
    """A title card: one ground, text of its own in some tiles."""
    rng = np.random.default_rng((seed, 3))
    page = np.full((18, 32), 80, np.uint8)
    page[6:8, 6:26] = rng.integers(90, 200, (2, 20))
    return np.repeat(page[None], round(seconds * PRINT_HZ), axis=0)


def printed(pictures: Any, seed: int, name: str = "p", *, silent: bool = False) -> Print:
    """A print with a sound of its own."""
    levels, words = sound(np.random.default_rng((seed, 4)), int(len(pictures) / PRINT_HZ + 1))
    if silent:
        levels, words = levels * 0, words * 0
    size = len(pictures) / PRINT_HZ
    return Print(name, pictures, words[: round(size * FINGERPRINT_HZ)], levels[: round(size * ENVELOPE_HZ)])


def joined(*parts: Print, name: str = "lesson") -> Print:
    """Prints one after the other."""
    return Print(
        name,
        np.concatenate([part.pictures for part in parts]),
        np.concatenate([part.sound for part in parts]),
        np.concatenate([part.envelope for part in parts]),
    )


def delivered(
    one: Print, *, gain: float = 1.0, lift: float = 0.0, logo: bool = False, noise: float = 0.4, quieter: int = 0
) -> Print:
    """The print as another encode of the clip would give it."""
    rng = np.random.default_rng(5)
    pictures = one.pictures * gain + lift + rng.normal(0, noise, one.pictures.shape)
    if logo:
        pictures[:, 1:3, 27:31] = 225
    levels = one.envelope.astype(int) - 3 * quieter
    flips = (rng.random((len(one.sound), 32)) < 0.15) @ (1 << np.arange(32, dtype=np.uint64))
    return replace(
        one,
        pictures=pictures.round().clip(0, 255).astype(np.uint8),
        sound=one.sound ^ flips.astype(np.uint32),
        envelope=levels.clip(0, 255).astype(np.uint8),
    )
