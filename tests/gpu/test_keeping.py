"""Measurements are kept whole: what is read is what was written; damage is told, never guessed around."""

from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from gpu.keeping import load, save
from gpu.measure import measure
from gpu.measurements import Measurements, ReadBack, Rendition
from tests.clips import lecture


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measurements:
    path = tmp_path_factory.mktemp("keeping") / "示例.mp4"
    lecture(path, seconds=2, width=320, height=180, rate=Fraction(25))
    return measure(path)


def same(left: object, right: object) -> None:
    """Fail unless two values agree to the bit, arrays with their types included."""
    if isinstance(left, dict) and isinstance(right, dict):
        assert left.keys() == right.keys()
        for key in left:
            same(left[key], right[key])
    elif isinstance(left, np.ndarray):
        assert isinstance(right, np.ndarray)
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)
    else:
        assert left == right


def test_what_is_read_is_what_was_written(measured: Measurements, tmp_path: Path) -> None:
    back = ReadBack(("mov", "mp4"), True, 960, 540, 50, "h264", 1e6, "aac", 128e3, 44100, 2, 2.0, 2.0, 2.0, 0)
    whole = replace(measured, rendition=Rendition("x.mp4", "libx264", "示例", 50, 88200, back))
    save(whole, tmp_path / "m.npz")
    same(asdict(whole), asdict(load(tmp_path / "m.npz")))
    assert [file.name for file in tmp_path.iterdir()] == ["m.npz"]


def test_a_lesson_without_picture_or_sound_keeps_its_gaps(measured: Measurements, tmp_path: Path) -> None:
    bare = replace(
        measured, video=None, pictures=None, samples=None, hashes=None, video_packets=None, sounds=None, audio=None,
        audio_packets=None,
    )  # fmt: skip
    save(bare, tmp_path / "m.npz")
    same(asdict(bare), asdict(load(tmp_path / "m.npz")))


@pytest.mark.parametrize("damage", ["empty", "cut", "text"])
def test_damage_is_told(measured: Measurements, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "m.npz"
    save(measured, path)
    whole = path.read_bytes()
    path.write_bytes({"empty": b"", "cut": whole[: len(whole) // 2], "text": b"# not measurements\n"}[damage])
    with pytest.raises(ValueError, match="not a measurements file"):
        load(path)


def test_another_schema_is_told(measured: Measurements, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gpu.keeping.SCHEMA", 99)
    save(measured, tmp_path / "m.npz")
    monkeypatch.undo()
    with pytest.raises(ValueError, match="schema 99"):
        load(tmp_path / "m.npz")
