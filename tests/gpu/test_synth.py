"""ClipWriter: what goes in comes out, in number, place and size."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from gpu.synth import ClipWriter


def grey(value: int, width: int = 320, height: int = 180) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def decoded(path: Path, kind: str) -> list[object]:
    with av.open(str(path)) as media:
        return list(media.decode(media.streams.best(kind)))


def tone(count: int, channels: int = 2) -> np.ndarray:
    return np.repeat(0.25 * np.sin(np.arange(count) * 0.05)[:, None], channels, axis=1).astype(np.float32)


def test_every_picture_comes_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "steps.mp4"
    with ClipWriter(path, width=320, height=180, audio_codec=None) as clip:
        for value in range(40, 220, 20):
            clip.picture(grey(value), repeat=3)
    frames = decoded(path, "video")
    assert [round(f.time * 25) for f in frames] == list(range(27))
    means = [f.to_ndarray()[:180].mean() for f in frames]
    expected = [16 + value * 219 / 255 for value in range(40, 220, 20) for _ in range(3)]
    assert means == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize(("codec", "suffix"), [("aac", "mp4"), ("pcm_s16le", "mov"), ("mp2", "mpg")])
def test_sound_keeps_length_and_channels(tmp_path: Path, channels: int, codec: str, suffix: str) -> None:
    if codec == "mp2" and channels == 6:
        channels = 1
    path = tmp_path / f"sound.{suffix}"
    with ClipWriter(path, video_codec=None, audio_codec=codec, channels=channels) as clip:
        for _ in range(10):
            clip.sound(tone(1764, channels))
    frames = decoded(path, "audio")
    assert frames[0].layout.nb_channels == channels
    assert sum(f.samples for f in frames) == pytest.approx(17640, abs=1152)


@pytest.mark.parametrize("start", [0.0, 0.12, -0.1])
def test_sound_starts_where_it_is_told(tmp_path: Path, start: float) -> None:
    path = tmp_path / "late.mp4"
    with ClipWriter(path, width=320, height=180, sound_start=start) as clip:
        for _ in range(25):
            clip.picture(grey(120))
            clip.sound(tone(1764))
    sound, picture = decoded(path, "audio"), decoded(path, "video")
    assert len(picture) == 25
    assert sound[0].time - picture[0].time == pytest.approx(start, abs=1024 / 44100 + 0.001)  # priming may show


def test_constant_bit_rate_is_held_by_filler(tmp_path: Path) -> None:
    path = tmp_path / "constant.mp4"
    with ClipWriter(path, width=320, height=180, video_bit_rate=2_000_000, constant=True, audio_codec=None) as clip:
        clip.picture(grey(120), repeat=100)
    assert path.stat().st_size * 8 / 4 == pytest.approx(2_000_000, rel=0.05)


@pytest.mark.parametrize(
    ("codec", "rate", "pixel_format", "name"),
    [
        ("mpeg2video", Fraction(25), "yuv420p", "a.ts"),
        ("libx264", Fraction(30000, 1001), "yuv420p10le", "b.mkv"),
        ("mpeg4", Fraction(50), "yuv420p", "c.mp4"),
    ],
)
def test_other_codecs_rates_and_depths(
    tmp_path: Path, codec: str, rate: Fraction, pixel_format: str, name: str
) -> None:
    path = tmp_path / name
    with ClipWriter(path, width=320, height=180, rate=rate, video_codec=codec, pixel_format=pixel_format) as clip:
        for value in range(40, 200, 4):
            clip.picture(grey(value))
            clip.sound(tone(int(44100 / rate)))
    with av.open(str(path)) as media:
        assert media.streams.video[0].average_rate == rate
        assert media.streams.video[0].pix_fmt == pixel_format
    assert len(decoded(path, "video")) == 40


def test_planes_go_in_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "planes.mkv"
    luma = np.tile(np.arange(16, 216, dtype=np.uint8), (100, 1))
    chroma = np.full((50, 100), 90, np.uint8)
    with ClipWriter(path, width=200, height=100, audio_codec=None, options={"qp": "0"}, video_bit_rate=None) as clip:
        clip.picture((luma, chroma, chroma), repeat=2)
    back = decoded(path, "video")[1].to_ndarray()
    assert np.array_equal(back[:100], luma)
    assert (back[100:] == 90).all()


def test_holes_in_the_timestamps(tmp_path: Path) -> None:
    path = tmp_path / "hole.mkv"
    with ClipWriter(path, width=320, height=180, audio_codec=None) as clip:
        clip.picture(grey(90), repeat=10)
        clip.skip_pictures(5)
        clip.picture(grey(90), repeat=10)
    times = [f.time for f in decoded(path, "video")]
    assert max(np.diff(times)) == pytest.approx(6 / 25, abs=0.002)
