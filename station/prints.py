"""Prints: enough of a lesson's head and tail to find a unified intro or outro in it again, with or without a template.

A print holds the tile means of the picture at an even pace, so that 25, 30 and 50 frames a second look alike, and of the sound
what `Measurements` has of it: fingerprint words for its pitch, the envelope for its rhythm.
"""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import numpy as np

from gpu.measurements import DIGITAL_SILENCE, FINGERPRINT_HZ, TILE_COLS, TILE_ROWS, Array, Measurements

PRINT_HZ = 10
"""Pictures a second."""
ENVELOPE_HZ = 50
"""Levels a second."""
FLOOR_DB = -70.0
"""Level that counts as nothing, dBFS."""
REACH_S = 120.0
"""Seconds of a lesson's head, and of its tail, that are kept."""


def _no_levels() -> Array:
    return np.zeros(0, np.uint8)


@dataclass(frozen=True)
class Print:
    """Head or tail of one lesson, or a whole template."""

    name: str
    """What a person knows it by."""
    pictures: Array
    """uint8 (n, 18, 32): tile means, PRINT_HZ a second; picture i stood at (i + ½) / PRINT_HZ."""
    sound: Array
    """uint32 (f,): sound fingerprint words, FINGERPRINT_HZ a second."""
    envelope: Array = field(default_factory=_no_levels)
    """uint8 (m,): level of the sound, ENVELOPE_HZ a second, thirds of a decibel above FLOOR_DB."""
    offset: float = 0.0
    """Seconds of the lesson at which the print begins."""
    sound_start: float = 0.0
    """Seconds from the print's begin to the first word and the first level; negative where the sound begins earlier."""

    @property
    def seconds(self) -> float:
        """How long its picture is."""
        return len(self.pictures) / PRINT_HZ


@dataclass(frozen=True)
class Ends:
    """A lesson's head and tail."""

    head: Print
    tail: Print


def print_of(measurements: Measurements, name: str) -> Print:
    """A print of the whole; what has no picture gives no pictures."""
    return Print(name, _pictures(measurements), *sound_of(measurements))


def ends_of(measurements: Measurements, name: str, reach: float = REACH_S) -> Ends:
    """Prints of the first and of the last `reach` seconds; the whole twice where the lesson is shorter."""
    whole = print_of(measurements, name)
    return Ends(cut(whole, 0.0, reach), cut(whole, whole.seconds - reach, whole.seconds))


def template_print(path: Path) -> Print:
    """Measure a template clip. Raises UnreadableMedia when nothing of it decodes."""
    from gpu.measure import measure  # noqa: PLC0415 - the decoder loads only where a template is configured

    return print_of(measure(path), path.name)


def cut(whole: Print, start: float, end: float) -> Print:
    """The stretch [start, end) in seconds of a print, as a print; on the grid of its pictures."""
    first, last = max(0, round(start * PRINT_HZ)), max(0, round(end * PRINT_HZ))
    begin = first / PRINT_HZ
    word = max(0, int(np.floor((begin - whole.sound_start) * FINGERPRINT_HZ)))
    after = max(word, int(np.ceil((last / PRINT_HZ - whole.sound_start) * FINGERPRINT_HZ)))
    per = ENVELOPE_HZ // FINGERPRINT_HZ
    return replace(
        whole,
        pictures=whole.pictures[first:last],
        sound=whole.sound[word:after],
        envelope=whole.envelope[word * per : after * per],
        offset=whole.offset + begin,
        sound_start=whole.sound_start + word / FINGERPRINT_HZ - begin,
    )


def sound_of(measurements: Measurements) -> tuple[Array, Array, float, float]:
    """Words, envelope, 0 and the second at which both begin, as `Print` holds them."""
    sounds = measurements.sounds
    if sounds is None or not len(sounds.level):
        return np.zeros(0, np.uint32), _no_levels(), 0.0, 0.0
    return sounds.fingerprint, envelope(sounds.level), 0.0, float(sounds.start)


def envelope(level: Array) -> Array:
    """Levels of 10 ms windows (int16 hundredths of dBFS, (w, channels)) as `Print.envelope`: channels by power, windows in
    pairs."""
    power = np.where(level == DIGITAL_SILENCE, 0.0, 10.0 ** (level.astype(np.float32) / 1000)).mean(axis=1)
    per = 100 // ENVELOPE_HZ
    paired = np.pad(power, (0, -len(power) % per)).reshape(-1, per).mean(axis=1)
    decibels = 10 * np.log10(np.maximum(paired, 10 ** (FLOOR_DB / 10)))
    made: Array = np.rint((decibels - FLOOR_DB) * 3).clip(0, 255).astype(np.uint8)
    return made


def _pictures(measurements: Measurements) -> Array:
    times = measurements.times()
    if measurements.pictures is None or not len(times):
        return np.zeros((0, TILE_ROWS, TILE_COLS), np.uint8)
    count = max(1, int((float(times[-1]) + measurements.frame_seconds()) * PRINT_HZ + 1e-6))
    shown = np.searchsorted(times, (np.arange(count) + 0.5) / PRINT_HZ, side="right") - 1
    made: Array = measurements.pictures.tile_mean[np.clip(shown, 0, len(times) - 1)]
    return made


def scatter(prefix: str, one: Print) -> dict[str, Array]:
    """A print's fields as arrays by name, pictures as differences along time, which pack well."""
    row = {f"{prefix}.{f.name}": np.asarray(getattr(one, f.name)) for f in fields(one) if f.name != "name"}
    still = row[f"{prefix}.pictures"]
    row[f"{prefix}.pictures"] = np.diff(still, axis=0, prepend=np.zeros_like(still[:1]))
    return row


def gather(prefix: str, name: str, arrays: dict[str, Array]) -> Print:
    """Undo `scatter`. Raises KeyError when something is missing."""
    row = {f.name: arrays[f"{prefix}.{f.name}"] for f in fields(Print) if f.name != "name"}
    return Print(
        name,
        np.cumsum(row["pictures"], axis=0, dtype=np.uint8),
        row["sound"],
        row["envelope"],
        float(row["offset"]),
        float(row["sound_start"]),
    )
