"""Mains lines and repeated blocks, on synthetic sound with exact truth and on real speech and music."""

from pathlib import Path

import numpy as np
import pytest

from gpu.measurements import MAINS_LINES, Sounds
from gpu.sound import SoundMeter
from gpu.soundmarks import mains_decibels
from gpu.synth import ClipWriter
from tests.gpu.test_sound import read, speechlike

RATE = 44100


def measured(planes: np.ndarray, rate: int = RATE) -> Sounds:
    meter = SoundMeter(rate, len(planes))
    meter.feed(planes.astype(np.float32))
    return meter.finish()


def tone(hertz: float, decibels: float, seconds: float = 4, rate: int = RATE) -> np.ndarray:
    wave = np.sqrt(2) * 10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[None], 2, 0)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
@pytest.mark.parametrize("line", [0, 1, 5, 6, 7])
def test_a_line_has_its_level(line: int, rate: int) -> None:
    hertz = MAINS_LINES[line]
    decibels = mains_decibels(measured(tone(hertz, -40, rate=rate), rate).mains)[4:]
    assert decibels[:, line, 0] == pytest.approx(np.full(len(decibels), -40), abs=0.6)
    assert (decibels[:, line, 1] < -60).all()


def test_mains_that_are_a_little_off_are_still_the_line() -> None:
    decibels = mains_decibels(measured(tone(150.6, -40)).mains)[4:]
    assert decibels[:, 2, 0] == pytest.approx(np.full(len(decibels), -40.4), abs=0.8)


def test_noise_has_no_lines() -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, (1, RATE * 20))
    decibels = mains_decibels(measured(noise).mains)[4:]
    assert np.abs(np.median(decibels[..., 0] - decibels[..., 1], axis=0)).max() < 5


def stuttered(planes: np.ndarray, at: float, block: float, times: int) -> np.ndarray:
    """The block that ends at `at` seconds is played `times` times more, over what followed."""
    made, place, size = planes.copy(), round(at * RATE), round(block * RATE)
    made[:, place : place + times * size] = np.tile(planes[:, place - size : place], times)
    return made


def again(sounds: Sounds) -> np.ndarray:
    """Blocks that are found again better than any tone."""
    alike, _, shorter = sounds.repeats.astype(float).T
    return (alike >= 0.94) & (alike - shorter >= 0.12)


@pytest.mark.parametrize("block", [0.02, 0.0232, 0.05, 0.09, 0.14, 0.2])
@pytest.mark.parametrize("bit_rate", [None, 128000])
def test_a_block_that_is_played_again_is_found_with_its_length(
    tmp_path: Path, block: float, bit_rate: int | None
) -> None:
    planes = stuttered(speechlike(6), 2.5, block, max(3, round(0.5 / block)))
    if bit_rate:
        with ClipWriter(tmp_path / "a.mp4", video_codec=None, audio_bit_rate=bit_rate) as clip:
            clip.sound(planes.T)
        planes = read(tmp_path / "a.mp4")[0]
    sounds = measured(planes)
    hits = np.flatnonzero(again(sounds))
    assert len(hits) >= 1
    assert hits.min() >= 25
    assert hits.max() <= 32
    lags = sounds.repeats[hits, 1].astype(float) / block / 1000
    assert lags == pytest.approx(np.rint(lags), abs=0.03)


@pytest.mark.parametrize(
    "hertz", [(1000.0,), (220.0,), (261.63, 329.63, 392.0), tuple(100.0 * k for k in range(1, 30))], ids=str
)
def test_tones_and_chords_are_no_repeats(hertz: tuple[float, ...]) -> None:
    assert not again(measured(sum(tone(h, -30) for h in hertz))).any()


def test_real_speech_and_music_never_repeat(shared_media: Path) -> None:
    folders = ("zh-speech", "en-speech", "talk", "music")
    files = [file for name in folders for file in (shared_media / name).iterdir() if file.suffix != ".txt"]
    assert len(files) >= 11
    for file in files:
        planes, rate, _ = read(file)
        assert again(measured(planes, rate)).sum() == 0, file.name


def test_silence_repeats_nothing() -> None:
    assert not measured(np.zeros((2, RATE * 2))).repeats.any()


def test_sound_that_breaks_out_of_digital_silence_repeats_nothing() -> None:
    planes = speechlike(4)
    planes[:, round(1.9 * RATE) : round(2.13 * RATE)] = 0
    planes[:, round(1.9 * RATE) : round(1.91 * RATE)] = 1e-5
    assert not again(measured(planes)).any()
