"""Sound that measures like a lecture's: syllables with pitch and formants, breaths and pauses, room tone, and music."""

from collections.abc import Iterator

import numpy as np

from station.demo.planes import Array

ROOM_TONE = 0.0006
"""RMS of the room, −64 dBFS."""
VOWELS = (
    (800, 1200, 2600),
    (350, 2300, 3000),
    (350, 800, 2500),
    (500, 1800, 2500),
    (500, 900, 2500),
    (300, 2100, 2400),
)
"""First three formants, Hz, of a i u e o ü."""
SPEECH_LEVEL = 0.1
"""RMS of a voiced syllable: about −23 LUFS over a lecture."""


Times = tuple[tuple[float, float], ...]
"""(start, end) in seconds."""


def speech(seconds: float, *, rate: int = 44100, seed: int = 0, pauses: Times = (), steady: Times = ()) -> Array:
    """float32 (n,): a voice that speaks in phrases with pauses of 0.3–1 s; no room tone.

    It is silent in `pauses` and takes no breath in `steady`.
    """
    rng = np.random.default_rng((seed, 11))
    line = np.zeros(round(seconds * rate) + rate, np.float32)
    for start, length in _syllables(rng, seconds, pauses, steady):
        piece = _syllable(rng, length, rate)
        place = round(start * rate)
        line[place : place + len(piece)] += piece
    return line[: round(seconds * rate)]


def _syllables(rng: np.random.Generator, seconds: float, pauses: Times, steady: Times) -> Iterator[tuple[float, float]]:
    """(start, length) in seconds of every syllable: four or five a second, in phrases of 6–14."""
    time = 0.15
    left = int(rng.integers(6, 15))
    while True:
        length = float(rng.uniform(0.16, 0.26))
        blocked = next((end for start, end in pauses if time + length > start and time < end), None)
        if blocked is not None:
            time = blocked + 0.05
            continue
        if time + length >= seconds:
            return
        yield time, length
        left -= 1
        time += length * 0.97
        if left <= 0 and not any(start - 1.0 < time < end for start, end in steady):
            time += float(rng.uniform(0.3, 1.0))
            left = int(rng.integers(6, 15))


def _syllable(rng: np.random.Generator, length: float, rate: int) -> Array:
    count = round(length * rate)
    time = np.arange(count) / rate
    start, end = rng.uniform(105, 165), rng.uniform(95, 175)  # four tones rise and fall
    phase = 2 * np.pi * (start * time + (end - start) * time**2 / (2 * length))
    formants = VOWELS[int(rng.integers(len(VOWELS)))]
    pitch = (start + end) / 2
    numbers = np.arange(1, int(min(4000, rate * 0.45) / max(start, end)) + 1)
    gains = sum(
        strength / (1 + ((numbers * pitch - f) / 90) ** 2) for f, strength in zip(formants, (1, 0.5, 0.25), strict=True)
    )
    gains = gains + 0.03 / numbers
    voiced = (gains[:, None] * np.sin(numbers[:, None] * phase + rng.uniform(0, 6, (len(numbers), 1)))).sum(axis=0)
    voiced *= SPEECH_LEVEL / np.sqrt(np.mean(voiced**2)) * rng.uniform(0.7, 1.2)
    if rng.random() < 0.5:
        consonant = min(count, round(0.05 * rate))
        voiced[:consonant] = np.diff(rng.normal(0, 0.02, consonant + 1))
    swell = np.minimum(1, np.minimum(time / 0.02, (length - time) / 0.05))
    syllable: Array = (voiced * np.clip(swell, 0, 1)).astype(np.float32)
    return syllable


def room(count: int, channels: int, seed: int = 0) -> Array:
    """float32 (n, channels): the room's own noise, its own on every channel."""
    rng = np.random.default_rng((seed, 12))
    return (rng.standard_normal((count, channels), dtype=np.float32) * ROOM_TONE).astype(np.float32)


def music(seconds: float, *, rate: int = 44100, seed: int = 0) -> Array:
    """float32 (n,): plucked notes of a five-tone scale over a slow bass; fades in and out."""
    rng = np.random.default_rng((seed, 13))
    count = round(seconds * rate)
    line = np.zeros(count + 2 * rate, np.float32)
    time = np.arange(round(1.4 * rate)) / rate
    scale = 261.6 * 2 ** (np.array([0, 2, 4, 7, 9, 12, 14, 16]) / 12)
    for beat in range(int(seconds / 0.3)):
        notes = [scale[int(rng.integers(len(scale)))]] + ([scale[0] / 2] if beat % 4 == 0 else [])
        for note in notes:
            tone = sum(np.sin(2 * np.pi * note * k * time) / k**2 for k in (1, 2, 3)) * np.exp(-3 * time)
            place = round(beat * 0.3 * rate)
            line[place : place + len(tone)] += (0.07 * tone).astype(np.float32)
    ramp = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.4 * rate))
    return line[:count] * ramp.astype(np.float32)


def loudness_curve(line: Array, rate: int, frames_per_second: float) -> Array:
    """How wide the mouth stands in each frame, 0–1, by the sound's level."""
    step = rate / frames_per_second
    frames = int(len(line) / step)
    edges = (np.arange(frames + 1) * step).astype(int)
    levels = np.sqrt(np.add.reduceat(line.astype(np.float64) ** 2, edges[:-1]) / step) if frames else np.zeros(0)
    return np.clip(levels / SPEECH_LEVEL, 0, 0.999)
