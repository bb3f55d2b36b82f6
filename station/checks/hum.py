"""Hum of the mains and the noise of the room, clause 2.7.2 (交流哼声、底噪): what is heard while nobody speaks.

Hum is a comb of lines at 50 or 60 Hz and their multiples that stands over its surroundings in nearly every pause of the lesson.
"""

from dataclasses import dataclass

import numpy as np

from gpu.measurements import MAINS_LINES, Array, Sounds
from gpu.soundmarks import mains_decibels
from station.checks import check
from station.checks._common import concluded, finding, not_measurable
from station.checks._hearing import WINDOWS, loudest
from station.checks.sound import LIVELY_DB, SPEECH_PERCENTILE, without_sound
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec
from station.readings import Voice

PER_BLOCK = 10
"""Sound windows in a block."""
FRAME_BLOCKS = 4
"""Blocks that a line's level was taken over."""
PAUSE_DB, OVER_ROOM_DB, CLEAR_DB = 22.0, 3.0, 6.0
"""A block is a pause where all that was taken in stands so far under the speech; or no more than so much over a louder room (the
quietest tenth), which is so much under the speech: a loud hum fills its pauses itself."""
FEWEST_PAUSES = 15
"""Blocks of pause to tell anything by."""
OVER_DB, OFTEN = 8.0, 0.7
"""A line stands so far over its surroundings, in this share of the pauses."""
STRONG_DB = 14.0
"""One line alone makes a hum where it stands so far out, and is one of the comb's first two."""
LOWEST_DB = -120.0
FAMILIES = {50: slice(0, 6), 60: slice(6, 12)}
A_WEIGHTING = {50: -30.3, 60: -26.2, 100: -19.1, 120: -16.2, 150: -13.2, 180: -11.4, 200: -10.8, 240: -9.1, 250: -8.7, 300: -7.1, 360: -5.8}  # fmt: skip
"""dB, IEC 61672-1 A weighting at each line: the ear is deaf to 50 Hz and hears 300."""


@dataclass(frozen=True)
class Comb:
    """Lines of one mains frequency that stand out in the pauses."""

    hertz: int
    level_db: float
    """Of its lines together, dBFS."""
    weighted_db: float
    """The same with A weighting."""
    lines: tuple[int, ...]
    """Hz."""


@check("hum")
def hum(subject: Subject, spec: CheckSpec) -> Outcome:
    """A comb of mains lines in the pauses: a warning where it is heard beside the speech, a note where it is only there. A loud room is a note."""
    if (ended := without_sound(subject, spec)) is not None:
        return ended
    sounds = subject.measurements.sounds
    assert sounds is not None
    if sounds.mains is None:
        return not_measurable(spec, "measured-earlier")
    level = loudest(sounds)
    lively = level[level > LIVELY_DB]
    if not len(lively):
        return not_measurable(spec, "too-quiet")
    speech = float(np.percentile(lively, SPEECH_PERCENTILE))
    quiet = pauses(subject, sounds, level, speech)
    if int(quiet.sum()) < FEWEST_PAUSES:
        return not_measurable(spec, "no-pauses", seconds=round(float(quiet.sum()) / 10, 1))
    room = _room(level, quiet)
    facts: dict[str, float | str | None] = {
        "speech_db": round(speech, 1),
        "room_db": round(room, 1),
        "snr_db": round(speech - room, 1),
        "pauses_s": round(float(quiet.sum()) / 10, 1),
    }
    found: list[Finding] = []
    comb = strongest(mains_decibels(sounds.mains[: len(quiet)][quiet]))
    if comb is not None:
        facts |= {"hum_hz": comb.hertz, "hum_db": round(comb.level_db, 1)}
        if comb.level_db >= spec.limits["lowest_db"]:
            found.append(_hum(spec, comb, speech))
    made_of_hum = comb is not None and comb.level_db > room - 3
    if speech - room < spec.limits["snr_note_db"] and not made_of_hum:
        limit = spec.limits["snr_note_db"]
        told = {"value": round(speech - room), "room": round(room), "limit": round(limit)}
        found.append(
            finding(spec, Severity.NOTE, "finding.hum.noise", told, value=round(speech - room, 1), limit=limit, unit="dB", part="noise")
        )  # fmt: skip
    return concluded(spec, found, **facts)


def pauses(subject: Subject, sounds: Sounds, level: Array, speech: float) -> Array:
    """Bool (blocks,): nobody is heard in what the block's lines were taken over, and there is some sound."""
    count = min(len(level) // PER_BLOCK, len(sounds.mains) if sounds.mains is not None else 0)
    if not count:
        return np.zeros(0, dtype=bool)
    blocks = level[: count * PER_BLOCK].reshape(count, PER_BLOCK)
    loud, soft = blocks.max(axis=1), blocks.min(axis=1)
    behind = np.lib.stride_tricks.sliding_window_view(
        np.pad(loud, (FRAME_BLOCKS - 1, 0), constant_values=0.0), FRAME_BLOCKS
    )
    under = np.lib.stride_tricks.sliding_window_view(
        np.pad(soft, (FRAME_BLOCKS - 1, 0), constant_values=0.0), FRAME_BLOCKS
    )
    some = under.min(axis=1) > LOWEST_DB + 1
    voice = subject.readings.voice
    if not isinstance(voice, Voice):
        room = float(np.percentile(loud[soft > LIVELY_DB], 10)) if (soft > LIVELY_DB).any() else LOWEST_DB
        return np.asarray(
            (behind.max(axis=1) < max(speech - PAUSE_DB, min(room + OVER_ROOM_DB, speech - CLEAR_DB))) & some
        )
    quiet: Array = some & (behind.max(axis=1) < speech - CLEAR_DB)
    for span in voice.spans:
        first, last = ((time - sounds.start) * WINDOWS / PER_BLOCK for time in (span.start, span.end))
        quiet[max(0, int(first)) : max(0, int(last) + FRAME_BLOCKS)] = False
    return quiet


def _room(level: Array, quiet: Array) -> float:
    """Level of the room in the pauses, dBFS: the median of their windows."""
    windows = level[: len(quiet) * PER_BLOCK].reshape(len(quiet), PER_BLOCK)[quiet]
    return float(np.median(windows))


def strongest(decibels: Array) -> Comb | None:
    """The comb that stands out in pauses, float (pauses, lines, 2) in dBFS: line and surroundings; None where neither does."""
    over = decibels[..., 0] - decibels[..., 1]
    stands = (over >= OVER_DB).mean(axis=0) >= OFTEN
    middle = np.median(over, axis=0)
    combs = []
    for hertz, family in FAMILIES.items():
        lines, out, far = np.array(MAINS_LINES[family]), stands[family], middle[family]
        alone = bool((out[:2] & (far[:2] >= STRONG_DB)).any())
        if not alone and (out.sum() < 2 or not out[:3].any()):
            continue
        power = 10 ** (np.median(decibels[:, family, 0], axis=0)[out] / 10)
        weights = 10 ** (np.array([A_WEIGHTING[line] for line in lines[out].tolist()]) / 10)
        level, weighted = (10 * float(np.log10(value)) for value in (power.sum(), (power * weights).sum()))
        combs.append((float(far[out].sum()), Comb(hertz, level, weighted, tuple(lines[out].tolist()))))
    return max(combs, key=lambda pair: pair[0])[1] if combs else None


def _hum(spec: CheckSpec, comb: Comb, speech: float) -> Finding:
    """A warning where the ear takes it in beside the speech."""
    under = speech - comb.weighted_db
    limit = float(spec.limits["heard_under_speech_db"])
    told = {
        "hertz": comb.hertz,
        "value": round(comb.level_db),
        "under": round(under),
        "lines": "、".join(map(str, comb.lines)),
        "limit": round(limit),
    }
    severity, kind = (Severity.WARNING, "heard") if under < limit else (Severity.NOTE, "faint")
    return finding(
        spec, severity, f"finding.hum.{kind}", told, value=round(comb.level_db, 1), limit=limit, unit="dBFS", part="hum"
    )
