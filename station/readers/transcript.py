"""Transcript: what is said on channel 1, by a faster-whisper model from a folder of the operator's own. Nothing is ever downloaded.

A recogniser invents text on music, noise and silence: it hears only what the voice reader calls speech, packed into stretches of
up to half a minute (the model always works on 30 s), and what looks invented is left out. With the base model in 8 bits a minute
of speech costs about 5 s of one core.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gpu.errors import UnreadableMedia
from gpu.listening import SPEECH_RATE, Heard, listen
from gpu.measurements import Array, Measurements
from station.readings import Transcript, Unread, Utterance, Voice
from station.text import clean

NEEDED = ("model.bin", "config.json", "tokenizer.json")
"""Files of a model's folder; without the last one the library would look for it on the network."""
LONGEST_S, JOIN_S, MARGIN_S = 28.0, 3.0, 0.3
"""A stretch is so long at most, bridges pauses of up to JOIN_S, and has MARGIN_S around it."""
DETECT_EVERY, DETECT_SURE, DETECT_S = 3, 0.5, 3.0
"""The language is asked of every third stretch of DETECT_S or more, for an eighth of the work; an answer less sure does not count."""
BEAM = 3
LEAST_CONFIDENCE = 0.25
"""Segments less sure are left out: exp of the mean log probability of a token."""
MOST_COMPRESSED = 2.4
"""Text that packs better than this repeats itself (the model's authors' own limit)."""
NO_SPEECH, NO_SPEECH_CONFIDENCE = 0.6, 0.5
"""Segments that the model itself calls no speech count only where it is surer of their words than this."""
MOST_REPEATS = 2
"""One text so often in a row is meant; more often it is invented."""
PHANTOMS = (
    "请不吝点赞", "明镜与点点", "字幕由", "字幕志愿者", "字幕提供", "amara.org", "中文字幕", "谢谢观看", "感谢观看",
    "thanks for watching", "优优独播剧场",
)  # fmt: skip
"""What such models learned from film subtitles and say of silence; a segment that is little else is left out."""
PHANTOM_EXTRA = 30
CHINESE = "zh"


@dataclass(frozen=True)
class Segment:
    """What the recogniser made of a part of a stretch."""

    start: float
    end: float
    """Seconds from the stretch's start."""
    text: str
    confidence: float
    """0–1."""
    compression: float
    """Length of the text over its length when packed."""
    no_speech: float
    """0–1: the model's own doubt that anybody speaks."""


@dataclass(frozen=True)
class Recogniser:
    """A speech model, loaded. Sound is float32 (n,) at SPEECH_RATE."""

    name: str
    detect: Callable[[Array], tuple[str, float]]
    """Sound → language (ISO 639-1), confidence 0–1."""
    understand: Callable[[Array, str], list[Segment]]
    """Sound, language → segments in order."""
    simplify: Callable[[str], str]
    """Traditional → simplified characters."""


def read_transcript(
    lesson: Path, measurements: Measurements, voice: Voice | Unread, *, model: Path | None
) -> Transcript | Unread:
    """What is said in a lesson, or why it was not understood. Raises ImportError without the packages of the extra `speech`."""
    if isinstance(voice, Unread):
        return voice
    if model is None:
        return Unread("no-speech-model")
    for name in NEEDED:
        if not (model / name).is_file():
            return Unread("speech-model-wrong", {"file": name})
    channel, spans = speech(voice)
    if not spans:
        return Unread("no-speech")
    recogniser = load_recogniser(model)
    try:
        sounds = cut(listen(lesson, origin=measurements.origin), packed(spans), channel)
        return transcribed(sounds, recogniser)
    except UnreadableMedia as damage:
        return Unread("reader-failed", {"detail": clean(str(damage))})


def speech(voice: Voice) -> tuple[int, list[tuple[float, float]]]:
    """Channel 1 (index 0), or the first one that somebody speaks on; and when, in seconds."""
    spoken = [span for span in voice.spans if span.kind == "speech"]
    channel = min((span.channel for span in spoken), default=0)
    return channel, sorted((span.start, span.end) for span in spoken if span.channel == channel)


def packed(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Spans in order of time joined into stretches that do not overlap. A span longer than LONGEST_S stays whole."""
    made: list[tuple[float, float]] = []
    for start, last in spans:
        end = last + MARGIN_S
        if made and start - made[-1][1] <= JOIN_S and end - made[-1][0] <= LONGEST_S:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        else:
            made.append((max(start - MARGIN_S, made[-1][1] if made else -math.inf), end))
    return made


def cut(
    pieces: Iterable[Heard], stretches: Iterable[tuple[float, float]], channel: int
) -> Iterator[tuple[float, Array]]:
    """(start in seconds, sound float32 (n,)) of each stretch that the pieces reach; the pieces follow each other."""
    wanted = iter(stretches)
    stretch = next(wanted, None)
    parts: list[Array] = []
    begun = 0.0
    for piece in pieces:
        if channel >= len(piece.planes):
            continue
        line, end = piece.planes[channel], piece.start + piece.planes.shape[1] / SPEECH_RATE
        while stretch is not None and stretch[0] < end:
            first = max(0, round((stretch[0] - piece.start) * SPEECH_RATE))
            part = line[first : max(0, round((stretch[1] - piece.start) * SPEECH_RATE))]
            if not parts:
                begun = piece.start + first / SPEECH_RATE
            parts.append(part)
            if stretch[1] > end:
                break
            yield begun, np.concatenate(parts)
            parts, stretch = [], next(wanted, None)
    if parts:
        yield begun, np.concatenate(parts)


@dataclass
class _Course:
    """What was understood so far."""

    language: str = CHINESE
    heard: Counter[str] = field(default_factory=Counter)
    """Seconds of speech by language."""
    utterances: list[Utterance] = field(default_factory=list)


def transcribed(sounds: Iterable[tuple[float, Array]], recogniser: Recogniser) -> Transcript | Unread:
    """The transcript of stretches given with their starts, in order of time."""
    course = _Course()
    asked = 0
    for start, sound in sounds:
        if len(sound) >= DETECT_S * SPEECH_RATE:
            if asked % DETECT_EVERY == 0:
                language, sure = recogniser.detect(sound)
                course.language = language if sure >= DETECT_SURE else course.language
            asked += 1
        course.heard[course.language] += len(sound)
        for segment in recogniser.understand(sound, course.language):
            _take(course, segment, (start, start + len(sound) / SPEECH_RATE), recogniser)
    if not course.utterances:
        return Unread("no-speech")
    ((language, most),) = course.heard.most_common(1)
    share = round(most / course.heard.total(), 3)
    return Transcript(language, share, recogniser.name, tuple(course.utterances))


def _take(course: _Course, segment: Segment, stretch: tuple[float, float], recogniser: Recogniser) -> None:
    """Add a segment of a stretch (start and end in seconds) to what was understood, unless it looks invented."""
    text = segment.text.strip()
    text = recogniser.simplify(text) if course.language == CHINESE else text
    last = course.utterances[-MOST_REPEATS:]
    repeated = len(last) == MOST_REPEATS and all(utterance.text == text for utterance in last)
    if text and not repeated and not invented(segment, text):
        begin, end = (round(min(stretch[0] + time, stretch[1]), 2) for time in (segment.start, segment.end))
        course.utterances.append(Utterance(begin, max(begin, end), text, round(segment.confidence, 3)))


def invented(segment: Segment, text: str) -> bool:
    """Whether a segment with this text is likelier made up than said."""
    if segment.confidence < LEAST_CONFIDENCE or segment.compression > MOST_COMPRESSED:
        return True
    if segment.no_speech > NO_SPEECH and segment.confidence < NO_SPEECH_CONFIDENCE:
        return True
    plain = text.casefold()
    return any(phantom in plain and len(plain) - len(phantom) <= PHANTOM_EXTRA for phantom in PHANTOMS)


def load_recogniser(model: Path) -> Recogniser:
    """The model in a folder. Raises ImportError without the packages, RuntimeError or ValueError where it does not load."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - optional and heavy
    from opencc import OpenCC  # noqa: PLC0415 - optional

    whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)

    def detect(sound: Array) -> tuple[str, float]:
        if not whisper.model.is_multilingual:
            return "en", 1.0
        language, sure, _ = whisper.detect_language(audio=sound)
        return language, float(sure)

    def understand(sound: Array, language: str) -> list[Segment]:
        found, _ = whisper.transcribe(
            sound, language=language, beam_size=BEAM, temperature=0.0, condition_on_previous_text=False
        )
        return [
            Segment(s.start, s.end, s.text, math.exp(s.avg_logprob), s.compression_ratio, s.no_speech_prob)
            for s in found
        ]

    return Recogniser(clean(model.name), detect, understand, OpenCC("t2s").convert)
