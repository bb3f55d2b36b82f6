"""Is a file finished? Real clips, cut."""

import zipfile
from pathlib import Path

import pytest

from daemon.containers import unfinished
from daemon.look import why_unfinished
from daemon.snapshot import take_snapshot
from daemon.sums import file_sha256


def test_a_whole_clip_is_finished(clip: Path):
    assert not unfinished(clip)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_clip_is_not(clip: Path, tmp_path: Path, share: float):
    data = clip.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: int(len(data) * share)])
    assert unfinished(cut)


def test_zeros_where_the_media_should_come_are_not_finished(clip: Path, tmp_path: Path):
    data = clip.read_bytes()
    filling = tmp_path / "filling.mp4"
    filling.write_bytes(data[:2000] + bytes(len(data) - 2000))
    assert unfinished(filling)


def test_what_is_no_container_at_all_is_judged_not_waited_for(tmp_path: Path):
    text = tmp_path / "text.mp4"
    text.write_text("这不是视频，只是改了后缀的文本文件" * 40, encoding="utf-8")
    assert not unfinished(text)
    paper = tmp_path / "empty.txt"
    paper.touch()
    assert not unfinished(paper)


def test_an_archive_without_its_directory_is_not_finished(clip: Path, tmp_path: Path):
    packed = tmp_path / "drop.zip"
    with zipfile.ZipFile(packed, "w") as out:
        out.write(clip, "a.mp4")
    assert not unfinished(packed)
    packed.write_bytes(packed.read_bytes()[:-100])
    assert unfinished(packed)


def test_an_avi_that_is_shorter_than_it_says(tmp_path: Path):
    short = tmp_path / "a.avi"
    short.write_bytes(b"RIFF" + (5000).to_bytes(4, "little") + b"AVI " + bytes(100))
    assert unfinished(short)


def _drop(folder: Path, clip: Path, sums: str) -> Path:
    folder.mkdir()
    (folder / "第1讲.mp4").write_bytes(clip.read_bytes())
    (folder / "SHA256SUMS").write_bytes(sums.encode("utf-8-sig").replace(b"\n", b"\r\n"))
    return folder


def test_checksums_that_agree(clip: Path, tmp_path: Path):
    drop = _drop(tmp_path / "drop", clip, f"{file_sha256(clip)} *./第1讲.mp4\n# a remark\n")
    assert why_unfinished(drop, take_snapshot(drop)) is None


@pytest.mark.parametrize(
    "line", ["{bad}  第1讲.mp4", "{good}  第2讲.mp4", "{good}  ../第1讲.mp4", "{good}  /etc/passwd"]
)
def test_checksums_that_do_not(clip: Path, tmp_path: Path, line: str):
    drop = _drop(tmp_path / "drop", clip, line.format(good=file_sha256(clip), bad="0" * 64) + "\n")
    assert why_unfinished(drop, take_snapshot(drop)).message == "intake.wait.sums"
