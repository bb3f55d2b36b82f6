"""SoundMeter: exact however it is fed; loudness and true peak by the EBU's and the ITU's own signals; one fault, one number."""

from dataclasses import fields
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu.loudness import integrated_loudness, k_filters, layout_weights, loudness_range, momentary, short_term
from gpu.measurements import DIGITAL_SILENCE, Sounds
from gpu.sound import SoundMeter
from gpu.synth import ClipWriter

RNG = np.random.default_rng(7)
STEREO = layout_weights("stereo", 2)


def measured(planes: np.ndarray, rate: int = 44100, piece: int = 4096) -> Sounds:
    meter = SoundMeter(rate, len(planes))
    for place in range(0, planes.shape[1], piece):
        meter.feed(planes[:, place : place + piece])
    return meter.finish()


def read(path: Path) -> tuple[np.ndarray, int, str]:
    with av.open(str(path)) as media:
        stream = media.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=stream.rate)
        pieces = [piece.to_ndarray() for frame in media.decode(stream) for piece in resampler.resample(frame)]
        return np.concatenate(pieces, axis=1), stream.rate, stream.layout.name


def wander(rng: np.random.Generator, time: np.ndarray, step: float) -> np.ndarray:
    knots = np.arange(0, time[-1] + 2 * step, step)
    return np.interp(time, knots, rng.uniform(0, 1, len(knots)))


def speechlike(seconds: float, rate: int = 44100, channels: int = 2, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    turns = np.cumsum(100 + 60 * wander(rng, time, 0.3)) / rate
    tones = sum(wander(rng, time, 0.11) / k * np.sin(2 * np.pi * k * turns) for k in range(1, 20))
    line = tones * wander(rng, time, 0.08) * 0.1 + rng.normal(size=len(time)) * 0.002
    return np.repeat(line[None].astype(np.float32), channels, axis=0)


# --- loudness ---------------------------------------------------------------------------------------------------------


def test_k_filters_are_the_tables_of_bs1770() -> None:
    (shelf_b, shelf_a), (pass_b, pass_a) = k_filters(48000)
    assert shelf_b == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285], abs=1e-12)
    assert shelf_a == pytest.approx([1.0, -1.69065929318241, 0.73248077421585], abs=1e-12)
    assert pass_b == pytest.approx([1.0, -2.0, 1.0])
    assert pass_a == pytest.approx([1.0, -1.99004745483398, 0.99007225036621], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "loudness"),
    [
        ("seq-3341-1-16bit.wav", -23.0),
        ("seq-3341-2-16bit.wav", -33.0),
        ("1kHz_Sine_-20_LUFS-16bit.wav", -20.0),
        ("1770-2_Comp_RelGateTest.wav", -10.0),
    ],
)
def test_integrated_loudness_of_the_conformance_signals(shared_media: Path, name: str, loudness: float) -> None:
    planes, rate, layout = read(shared_media / "loudness" / name)
    sounds = measured(planes, rate)
    assert integrated_loudness(sounds.k_power, layout_weights(layout, len(planes))) == pytest.approx(loudness, abs=0.1)


def test_short_term_and_momentary_of_the_conformance_signals(shared_media: Path) -> None:
    planes, rate, _ = read(shared_media / "loudness" / "seq-3341-10-1-24bit.wav")
    assert short_term(measured(planes, rate).k_power, STEREO).max() == pytest.approx(-23.0, abs=0.1)
    planes, rate, _ = read(shared_media / "loudness" / "seq-3341-13-1-24bit.wav")
    assert momentary(measured(planes, rate).k_power, STEREO).max() == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(("number", "peak"), [(15, -6.0), (19, 3.0), (20, 0.0)])
def test_true_peak_of_the_conformance_signals(shared_media: Path, number: int, peak: float) -> None:
    planes, rate, _ = read(shared_media / "loudness" / f"seq-3341-{number}-24bit.wav.wav")
    decibels = 20 * np.log10(measured(planes, rate).true_peak.max())
    assert peak - 0.4 <= decibels <= peak + 0.2


def ffmpeg_says(planes: np.ndarray, rate: int) -> dict[str, float]:
    """What FFmpeg's ebur128 tells of stereo, a second at a time; `peak` in dBTP."""
    graph = av.filter.Graph()
    source = graph.add(
        "abuffer", sample_rate=str(rate), sample_fmt="fltp", channel_layout="stereo", time_base=f"1/{rate}"
    )
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    said: dict[str, float] = {}
    pieces = range(0, planes.shape[1], rate)
    for place in (*pieces, None):
        frame = None
        if place is not None:
            part = np.ascontiguousarray(planes[:, place : place + rate])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = rate, place
        graph.push(frame)
        while True:
            try:
                said.update({key: float(value) for key, value in graph.pull().metadata.items()})
            except (av.EOFError, av.BlockingIOError):
                break
    said["peak"] = 20 * np.log10(max(value for key, value in said.items() if "true_peak" in key))
    return said


@pytest.mark.parametrize("rate", [22050, 44100, 48000, 96000])
def test_loudness_agrees_with_ffmpeg(tmp_path: Path, rate: int) -> None:
    planes = np.concatenate(
        [speechlike(5, rate), 0.1 * speechlike(4, rate, seed=2), 0.4 * speechlike(6, rate, seed=3)], axis=1
    )
    said = ffmpeg_says(planes, rate)
    sounds = measured(planes, rate)
    assert integrated_loudness(sounds.k_power, STEREO) == pytest.approx(said["lavfi.r128.I"], abs=0.05)
    assert 20 * np.log10(sounds.true_peak.max()) == pytest.approx(said["peak"], abs=0.1)


LONG = [("talk/example.mp4",), ("music/rain.mp3",), ("music/piano.wav", "music/chaplin.mp4", "talk/short_hamilton_clip.mp4",
        "en-speech/jfk.flac"), ("talk/demo3_video.mp4",)]  # fmt: skip


@pytest.mark.parametrize("names", LONG)
def test_loudness_range_and_peak_of_real_sound_agree_with_ffmpeg(shared_media: Path, names: tuple[str, ...]) -> None:
    parts = [read(shared_media / name) for name in names]
    planes, rate = np.concatenate([part[0] for part in parts], axis=1), parts[0][1]
    said, sounds = ffmpeg_says(planes, rate), measured(planes, rate)
    assert integrated_loudness(sounds.k_power, STEREO) == pytest.approx(said["lavfi.r128.I"], abs=0.05)
    assert loudness_range(sounds.k_power, STEREO) == pytest.approx(said["lavfi.r128.LRA"], abs=0.1)
    assert 20 * np.log10(sounds.true_peak.max()) == pytest.approx(said["peak"], abs=0.1)


@pytest.mark.parametrize(
    ("levels", "spread"),
    [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)],
)
def test_loudness_range_of_the_steps_of_tech3342(levels: tuple[int, ...], spread: float) -> None:
    power = np.repeat(10 ** ((np.array(levels) + 0.691) / 10), 200)
    assert loudness_range(power[:, None], [1.0]) == pytest.approx(spread, abs=1)


def test_k_weighting_by_fft_is_the_recursive_filter() -> None:
    planes = speechlike(2.3)
    line = planes[0].astype(np.float64)
    for b, a in k_filters(44100):
        out = np.zeros_like(line)
        for n in range(len(line)):
            out[n] = b[0] * line[n]
            if n > 0:
                out[n] += b[1] * line[n - 1] - a[1] * out[n - 1]
            if n > 1:
                out[n] += b[2] * line[n - 2] - a[2] * out[n - 2]
        line = out
    blocks = (line[: 23 * 4410] ** 2).reshape(23, -1).mean(axis=1)
    assert measured(planes).k_power[:23, 0] == pytest.approx(blocks, rel=1e-4, abs=1e-10)


def test_silence_has_no_loudness() -> None:
    sounds = measured(np.zeros((2, 44100 * 4), np.float32))
    assert integrated_loudness(sounds.k_power, STEREO) is None
    assert loudness_range(sounds.k_power, STEREO) is None
    assert np.isneginf(short_term(sounds.k_power, STEREO)).all()


def test_layout_weights() -> None:
    assert layout_weights("5.1", 6).tolist() == [1, 1, 1, 0, 1.41, 1.41]
    assert layout_weights("nonesuch", 3).tolist() == [1, 1, 1]


# --- the grid ---------------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(
    rate=st.sampled_from([8000, 11025, 22050, 44100]),
    channels=st.integers(1, 3),
    count=st.integers(0, 30000),
    cuts=st.lists(st.integers(0, 30000), max_size=6),
)
def test_the_cutting_of_the_feed_changes_nothing(rate: int, channels: int, count: int, cuts: list[int]) -> None:
    planes = np.random.default_rng(count).normal(0, 0.4, (channels, count)).astype(np.float32)
    whole, pieces = SoundMeter(rate, channels), SoundMeter(rate, channels)
    whole.feed(planes)
    for piece in np.split(planes, sorted(min(cut, count) for cut in cuts), axis=1):
        pieces.feed(piece)
    one, other = whole.finish(), pieces.finish()
    assert one.samples == other.samples == count
    for name in (field.name for field in fields(Sounds) if field.name not in {"start", "samples"}):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    assert len(one.peak) == -(-count * 100 // rate)
    assert len(one.k_power) == len(one.fingerprint) == -(-count * 10 // rate)


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 192000])
def test_windows_lie_where_they_should(rate: int) -> None:
    planes = np.zeros((2, 3 * rate), np.float32)
    place = round(1.234 * rate)
    planes[1, place] = 0.5
    sounds = measured(planes, rate)
    hit = np.argwhere(sounds.peak)
    assert hit.tolist() == [[place * 100 // rate, 1]]
    assert sounds.peak.max() == 16384
    assert (sounds.level[:, 0] == DIGITAL_SILENCE).all()
    width = np.diff(np.arange(301) * rate // 100)
    assert np.array_equal(sounds.zeros[:, 0], width)
    assert sounds.zeros[tuple(hit[0])] == width[hit[0][0]] - 1


def test_levels_of_a_tone() -> None:
    tone = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(44100) / 44100)).astype(np.float32)
    sounds = measured(np.stack([tone, -tone]))
    assert sounds.level == pytest.approx(np.full((100, 2), -903), abs=1)
    assert sounds.pair[:, 0] == pytest.approx(0.125, rel=1e-3)
    assert sounds.pair[:, 2] == pytest.approx(-0.125, rel=1e-3)
    assert (sounds.zeros <= 2).all()


def test_one_channel_has_no_pair() -> None:
    assert not measured(speechlike(1, channels=1)).pair.any()


def test_nothing_fed_is_nothing_measured() -> None:
    sounds = SoundMeter(44100, 2).finish()
    assert sounds.samples == 0
    assert sounds.peak.shape == (0, 2)
    assert sounds.fingerprint.shape == (0,)


@pytest.mark.filterwarnings("error")
def test_damaged_samples_stay_finite() -> None:
    planes = speechlike(2)
    planes[0, 5000], planes[1, 6000], planes[0, 70000] = np.nan, np.inf, 1e30
    sounds = measured(planes)
    for name in ("k_power", "true_peak", "pair"):
        assert np.isfinite(getattr(sounds, name)).all()
    assert sounds.peak.max() == 65535


# --- clipping ---------------------------------------------------------------------------------------------------------


def test_a_flat_top_is_counted_in_samples() -> None:
    planes = np.zeros((1, 44100), np.float32)
    planes[0, 1000:1012] = 1.0
    planes[0, 2000:2003] = -0.99
    planes[0, 3000:3010] = 0.6
    planes[0, 4000:4010] = 0.4
    planes[0, 5000:5006] = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0]
    clipped = measured(planes).clipped[:, 0]
    assert {int(n): int(clipped[n]) for n in np.flatnonzero(clipped)} == {
        1000 // 441: 12,
        2000 // 441: 3,
        3000 // 441: 10,
        5000 // 441: 1,
    }


@pytest.mark.parametrize("hertz", [60, 200, 700, 3000])
def test_loud_but_round_is_not_flat(hertz: int) -> None:
    tone = np.sin(2 * np.pi * hertz * np.arange(44100) / 44100).astype(np.float32)[None]
    assert measured(tone).clipped.max() <= 3


def test_what_lies_over_full_scale_is_cut_off() -> None:
    tone = 1.3 * np.sin(2 * np.pi * 700 * np.arange(44100) / 44100).astype(np.float32)[None]
    assert np.median(measured(tone).clipped) >= 12


@pytest.mark.parametrize("turned_down", [1.0, 0.6])
def test_clipping_is_seen_through_a_codec_and_a_fader(tmp_path: Path, turned_down: float) -> None:
    clean = speechlike(8)
    clean /= np.abs(clean).max()
    for drive, least, most in ((0.95, 0, 3), (3.0, 60, 800)):
        path = tmp_path / f"{drive}.mp4"
        with ClipWriter(path, video_codec=None) as clip:
            clip.sound(turned_down * np.clip(clean * drive, -1, 1).T)
        planes, rate, _ = read(path)
        assert least <= (measured(planes, rate).clipped.max(axis=1) >= 4).sum() <= most


def test_real_speech_and_music_are_not_clipped(shared_media: Path) -> None:
    for name in ("en-speech/jfk.flac", "music/piano.wav", "zh-speech/asr_example.wav"):
        planes, rate, _ = read(shared_media / name)
        planes = planes[:, : 20 * rate] / np.abs(planes).max()
        assert (measured(planes, rate).clipped >= 4).sum() == 0, name


# --- fingerprint ------------------------------------------------------------------------------------------------------


def error_rate(one: np.ndarray, other: np.ndarray) -> float:
    count = min(len(one), len(other))
    return float(np.bitwise_count(one[:count] ^ other[:count]).mean() / 32)


def test_the_fingerprint_survives_coding_level_rate_and_shift(tmp_path: Path) -> None:
    planes = speechlike(12)
    words = measured(planes).fingerprint
    assert error_rate(words, measured(planes * 0.3).fingerprint) < 0.02
    assert error_rate(words, measured(planes * np.array([[1], [-1]], np.float32)).fingerprint) < 0.02
    assert error_rate(words, measured(planes[:, 2205:]).fingerprint) < 0.35
    path = tmp_path / "coded.mp4"
    with ClipWriter(path, video_codec=None, audio_bit_rate=64000) as clip:
        clip.sound(planes.T)
    back, rate, _ = read(path)
    assert error_rate(words, measured(back, rate).fingerprint) < 0.15
    resampled = np.stack([np.interp(np.arange(0, 12, 1 / 48000), np.arange(len(p)) / 44100, p) for p in planes])
    assert error_rate(words, measured(resampled.astype(np.float32), 48000).fingerprint) < 0.1
    assert error_rate(words, measured(speechlike(12, seed=5)).fingerprint) > 0.42
