"""Evidence: the right frame at the right time, the right samples, and nothing but an empty answer where there is nothing."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from gpu.errors import UnreadableMedia
from gpu.stills import excerpt, stills
from gpu.synth import ClipWriter


def level(number: int) -> int:
    return 40 + number % 8 * 24


def counted(path: Path, frames: int = 200, rate: Fraction | int = 25, **writer: object) -> Path:
    """A clip whose frame n is grey `level(n)` and whose sound counts up in steps, one a frame."""
    with ClipWriter(path, width=320, height=180, rate=rate, gop=50, **writer) as clip:
        for number in range(frames):
            clip.picture(np.full((180, 320, 3), level(number), np.uint8))
            if "audio_codec" not in writer or writer["audio_codec"]:
                clip.sound(np.full((1764, 2), (number + 1) / 256, np.float32))
    return path


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_the_frame_shown_at_a_time(tmp_path: Path, suffix: str) -> None:
    path = counted(tmp_path / f"count.{suffix}")
    with av.open(str(path)) as media:
        origin = float(next(media.decode(video=0)).time)
    numbers = [0, 1, 49, 50, 51, 120, 199]
    found = stills(path, [n / 25 for n in numbers], origin=origin)
    assert [round(still.time * 25) for still in found] == numbers
    for number, still in zip(numbers, found, strict=True):
        assert still.rgb.shape == (180, 320, 3)
        assert still.rgb.mean() == pytest.approx(level(number), abs=3)


def test_between_two_frames_the_earlier_one_stands(tmp_path: Path) -> None:
    path = counted(tmp_path / "count.mp4")
    (still,) = stills(path, [4.039], origin=0.0)
    assert still.rgb.mean() == pytest.approx(level(100), abs=3)


def test_times_in_any_order_and_outside_the_file(tmp_path: Path) -> None:
    path = counted(tmp_path / "count.mp4", frames=50)
    found = stills(path, [1.2, -3.0, 0.4, 99.0], origin=0.0)
    assert [still.time for still in found] == [0.4, 1.2]


def test_the_last_picture_stands_a_little_longer(tmp_path: Path) -> None:
    path = counted(tmp_path / "count.mp4", frames=50)
    (still,) = stills(path, [2.1], origin=0.0)
    assert still.rgb.mean() == pytest.approx(level(49), abs=3)


def test_wide_pixels_and_turned_pictures_come_upright(shared_media: Path) -> None:
    (still,) = stills(shared_media / "camera" / "portrait_4k60.mp4", [0.1], origin=0.0, width=320)
    assert still.rgb.shape == (320, 180, 3)


def test_a_file_without_picture_or_sound(tmp_path: Path) -> None:
    silent = counted(tmp_path / "silent.mp4", frames=10, audio_codec=None)
    assert excerpt(silent, 0, 1, origin=0.0).samples.shape[0] == 0
    blind = tmp_path / "blind.m4a"
    with ClipWriter(blind, video_codec=None, container="mp4") as clip:
        clip.sound(np.zeros((4410, 2), np.float32))
    assert stills(blind, [0.0], origin=0.0) == []


def test_a_damaged_stretch_is_left_out(tmp_path: Path) -> None:
    path = counted(tmp_path / "count.mkv")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(4000)
    path.write_bytes(data)
    found = stills(path, [0.2, 4.0, 7.5], origin=0.0)
    assert found[0].rgb.mean() == pytest.approx(level(5), abs=3)
    assert all(still.rgb.shape == (180, 320, 3) for still in found)
    excerpt(path, 0, 8, origin=0.0)


def test_what_is_no_medium_says_so(tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("no clip")
    with pytest.raises(UnreadableMedia):
        stills(text, [0.0], origin=0.0)
    with pytest.raises(UnreadableMedia):
        excerpt(text, 0, 1, origin=0.0)


def test_an_excerpt_holds_the_samples_of_its_time(tmp_path: Path) -> None:
    path = counted(tmp_path / "pcm.mov", audio_codec="pcm_s16le")
    piece = excerpt(path, 2.0, 3.0, origin=0.0)
    assert piece.rate == 44100
    assert piece.samples.shape == (44100, 2)
    steps = piece.samples[882::1764, 0] / 32768 * 256
    assert np.rint(steps).tolist() == list(range(51, 76))


def test_an_excerpt_ends_where_the_file_ends(tmp_path: Path) -> None:
    path = counted(tmp_path / "pcm.mov", frames=50, audio_codec="pcm_s16le")
    assert len(excerpt(path, 1.5, 9.0, origin=0.0).samples) == 22050
    assert len(excerpt(path, 5.0, 9.0, origin=0.0).samples) == 0
    early = excerpt(path, -1.0, 0.5, origin=0.0).samples
    assert len(early) == 66150
    assert not early[:44100].any()


def test_an_excerpt_of_late_sound(tmp_path: Path) -> None:
    path = counted(tmp_path / "late.mkv", frames=75, audio_codec="pcm_s16le", sound_start=0.5)
    piece = excerpt(path, 0.0, 1.0, origin=0.0).samples[:, 0]
    assert np.flatnonzero(piece)[0] == pytest.approx(22050, abs=50)
