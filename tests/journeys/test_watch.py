"""`station watch` as a process: drops in, submissions out; slow copies, a second daemon, SIGTERM and Ctrl-C."""

import os
import shutil
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.conftest import write_clip
from tests.journeys.watched import Station, wait_for


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = Station(tmp_path / "station")
    yield made
    if made.daemon is not None and made.daemon.poll() is None:
        made.kill()
    assert not made.traceback(), made.traceback()


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clips")
    return [write_clip(folder / f"{n}.mp4", seconds=1.0, shade=40 + 20 * n) for n in range(4)]


def test_once_empties_the_inbox(station: Station, clips: list[Path]):
    drop = station.inbox / "网络安全"
    drop.mkdir()
    shutil.copy(clips[0], drop / "第1讲.mp4")
    shutil.copy(clips[1], drop / "第2讲.mp4")
    with zipfile.ZipFile(station.inbox / "心理健康.zip", "w") as out:
        out.write(clips[2], "心理健康/第1讲.mp4")
    shutil.copy(clips[3], station.inbox / "数字技术.mp4")
    assert station.finish() == 0
    rows = station.rows("SELECT title, state, verdict FROM submissions ORDER BY title")
    assert [row["title"] for row in rows] == ["心理健康", "数字技术", "网络安全"]
    assert {row["state"] for row in rows} == {"triage"}
    assert all(row["verdict"] for row in rows)
    lessons = station.rows("SELECT rendition, measurements FROM lessons")
    assert len(lessons) == 4
    assert all((station.root / row[name]).is_file() for row in lessons for name in row)
    assert list(station.inbox.iterdir()) == []
    assert station.beat()["state"] == "stopped"


def test_once_tells_trouble_by_its_exit_code(station: Station, clips: list[Path]):
    (station.inbox / "说明.txt").write_text("no video", encoding="utf-8")
    (station.inbox / "a.mp4").write_bytes(b"text, renamed" * 30)
    shutil.copy(clips[0], station.inbox / "b.mp4.part")
    assert station.finish() == 1
    assert station.rows("SELECT state FROM drops ORDER BY state") == [{"state": "refused"}, {"state": "registered"}]
    assert station.rows("SELECT state, verdict FROM submissions") == [{"state": "triage", "verdict": "fail"}]
    assert [path.name for path in station.inbox.iterdir()] == ["b.mp4.part"]
    (refused,) = (station.root / "refused").iterdir()
    assert sorted(path.name for path in refused.iterdir()) == ["reason.txt", "说明.txt"]


def test_a_slow_copy_is_taken_once_and_whole(tmp_path: Path, clips: list[Path]):
    """File by file, in pieces; each next piece comes when the daemon has been seen waiting for this one. No rescan helps:
    what wakes it is the kernel's events."""
    station = Station(tmp_path / "station", settle=2.5, rescan=3600.0)
    station.start()
    try:
        wait_for(lambda: (station.beat() or {}).get("state") == "idle")
        drop = station.inbox / "慢拷贝"
        drop.mkdir()
        for number, clip in enumerate(clips, 1):
            data = clip.read_bytes()
            with (drop / f"第{number}讲.mp4").open("wb") as out:
                out.write(data[: len(data) // 2])
                out.flush()
                wait_for(lambda: station.beat()["waiting"])
                out.write(data[len(data) // 2 :])
            assert station.rows("SELECT * FROM drops") == []
        wait_for(lambda: station.rows("SELECT 1 FROM submissions WHERE state = 'triage'"))
        assert len(station.rows("SELECT * FROM drops")) == 1
        assert len(station.rows("SELECT * FROM lessons")) == 4
        assert station.stop() == 0
    finally:
        station.kill()
    assert not station.traceback()


def test_a_second_daemon_is_told_of_the_first(station: Station):
    first = station.start()
    wait_for(lambda: (station.beat() or {}).get("state") == "idle")
    assert station.start().wait(30) == 2
    assert str(first.pid) in station.errors[-1].read_text(encoding="utf-8")
    station.daemon = first
    assert station.stop() == 0


def test_ctrl_c_hands_jobs_back_and_the_next_start_ends_them(station: Station):
    write_clip(station.inbox / "long.mp4", seconds=12.0)
    station.start()
    wait_for(lambda: (station.beat() or {}).get("state") == "measuring")
    os.killpg(station.daemon.pid, signal.SIGINT)  # as a terminal does: the workers hear it too
    assert station.daemon.wait(45) == 0
    assert station.beat()["state"] == "stopped"
    (job,) = station.rows("SELECT state, attempts, owner FROM jobs")
    if job["state"] != "done":
        assert (job["state"], job["attempts"], job["owner"]) == ("queued", 0, None)
    assert station.finish() == 0
    assert station.rows("SELECT state FROM submissions") == [{"state": "triage"}]
