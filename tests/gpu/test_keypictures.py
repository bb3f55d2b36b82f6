"""Pictures at key frames: the right ones at the right times, and nothing but an end where a file breaks off."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from gpu.errors import UnreadableMedia
from gpu.keypictures import key_pictures
from gpu.synth import ClipWriter


def level(number: int) -> int:
    return 40 + number % 8 * 24


def counted(path: Path, frames: int = 200, gop: int = 25, **writer: object) -> Path:
    """A clip whose frame n is grey `level(n)`, with a key frame every `gop`."""
    with ClipWriter(path, width=320, height=180, gop=gop, **writer) as clip:
        for number in range(frames):
            clip.picture(np.full((180, 320, 3), level(number), np.uint8))
            clip.sound(np.zeros((1764, 2), np.float32))
    return path


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        ("a.mp4", {}),
        ("a.mkv", {}),
        ("a.ts", {}),
        ("a.mp4", {"video_codec": "mpeg2video"}),
        ("a.mp4", {"preset": "medium"}),
    ],
)
def test_one_picture_a_key_frame(tmp_path: Path, name: str, coding: dict[str, object]) -> None:
    found = list(key_pictures(counted(tmp_path / name, **coding), every=0.5, width=160))
    numbers = [round(time * 25) for time, _ in found]
    assert numbers[0] == 0
    assert len(numbers) >= 8
    assert all(12 < b - a <= 25 + 12 for a, b in pairwise(numbers))
    for number, (_, rgb) in zip(numbers, found, strict=True):
        assert rgb.shape == (90, 160, 3)
        assert rgb.mean() == pytest.approx(level(number), abs=4)


def test_key_frames_in_between_are_passed_over(tmp_path: Path) -> None:
    times = [time for time, _ in key_pictures(counted(tmp_path / "a.mp4"), every=3.0, width=160)]
    assert times == pytest.approx([0, 3, 6])


def test_times_count_from_the_origin_that_is_named(tmp_path: Path) -> None:
    times = [time for time, _ in key_pictures(counted(tmp_path / "a.mp4"), every=3.0, width=160, origin=-2.0)]
    assert times == pytest.approx([2, 5, 8])


def test_a_file_that_breaks_off_ends(tmp_path: Path) -> None:
    whole = counted(tmp_path / "a.ts").read_bytes()
    (tmp_path / "cut.ts").write_bytes(whole[: len(whole) // 2])
    assert 1 < len(list(key_pictures(tmp_path / "cut.ts", every=0.5, width=160))) < 8


def test_what_is_no_recording_raises_and_sound_alone_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    with pytest.raises(UnreadableMedia):
        list(key_pictures(tmp_path / "text.mp4", every=1, width=160))
    with ClipWriter(tmp_path / "sound.mp4", video_codec=None) as clip:
        clip.sound(np.zeros((44100, 2), np.float32))
    assert list(key_pictures(tmp_path / "sound.mp4", every=1, width=160)) == []
