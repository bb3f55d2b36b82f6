"""kill -9 of the daemon and of its workers at any moment: nothing lost, nothing twice, nothing stuck.

Every round starts the daemon, drops something, waits a random while, and kills: the daemon alone, one worker, or all at
once. After each kill every file that was sent is still there whole; in the end every drop is one submission in triage.
"""

import contextlib
import os
import random
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from daemon.sums import file_sha256
from tests.daemon.conftest import write_clip
from tests.journeys.watched import Station

LONGEST_WAIT = 4.0


def send(station: Station, number: int, chance: random.Random, scratch: Path) -> list[str]:
    """Drop a folder, an archive or a single file of new clips; the SHA-256 of what was sent."""
    clips = [
        write_clip(
            scratch / f"{number}-{n}.mp4", seconds=chance.choice([0.2, 0.6, 2.0]), shade=30 + (number * 7 + n) % 200
        )
        for n in range(chance.choice([1, 2, 3]))
    ]
    for clip in clips:
        with clip.open("ab") as file:  # a box nobody reads: no two clips of the soak are alike
            file.write(b"\0\0\0\x18free" + os.urandom(16))
    digests = [file_sha256(clip) for clip in clips]
    kind = chance.choice(["folder", "zip", "single"])
    if kind == "single":
        shutil.copy(clips[0], station.inbox / f"{number}.mp4")
        return digests[:1]
    if kind == "zip":
        packed = station.inbox / f"{number}.zip"
        with zipfile.ZipFile(packed, "w") as out:
            for clip in clips:
                out.write(clip, f"课程{number}/{clip.name}")
        return [*digests, file_sha256(packed)]
    drop = station.inbox / f"课程{number}"
    drop.mkdir()
    for clip in clips:
        shutil.copy(clip, drop / clip.name)
    return digests


def soak(station: Station, rounds: int, seed: int, scratch: Path) -> None:
    chance = random.Random(seed)
    sent: list[list[str]] = []
    for number in range(rounds):
        station.start()
        sent.append(send(station, number, chance, scratch))
        time.sleep(chance.uniform(0.0, LONGEST_WAIT))  # the moment of the kill is the random thing here
        how = chance.choice(["daemon", "worker", "all"])
        if how == "worker":
            for process in chance.sample(station.workers(), k=min(1, len(station.workers()))):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            time.sleep(chance.uniform(0.0, 1.0))
        station.kill(group=how == "all")
        there = station.hashes(station.inbox, station.root / "taking", station.root / "submissions")
        for files in sent:
            packed = files[-1] if files[-1] in there else None
            assert packed or all(digest in there for digest in files), f"lost in round {number} (seed {seed})"
    assert station.finish() == 0, station.errors[-1].read_text(encoding="utf-8")[-3000:]
    check_all_measured(station, sent)


def check_all_measured(station: Station, sent: list[list[str]]) -> None:
    assert not station.traceback(), station.traceback()[-4000:]
    assert [row["state"] for row in station.rows("SELECT state FROM drops")] == ["registered"] * len(sent)
    assert [row["state"] for row in station.rows("SELECT state FROM submissions")] == ["triage"] * len(sent)
    jobs = station.rows("SELECT state, owner FROM jobs")
    assert {row["state"] for row in jobs} == {"done"}
    lessons = station.rows("SELECT sha256, file, measurements, rendition FROM lessons")
    assert len(jobs) == len(lessons)
    digests = [row["sha256"] for row in lessons]
    assert len(set(digests)) == len(digests), "a lesson stands twice"
    assert set(digests) <= {digest for files in sent for digest in files}
    kept = station.hashes(station.root / "submissions")
    assert all(kept.get(digest) == 1 for files in sent for digest in files)
    for row in lessons:
        assert file_sha256(station.root / row["file"]) == row["sha256"]
        assert (station.root / row["measurements"]).is_file()
        assert (station.root / row["rendition"]).is_file()
    for folder in (station.inbox, station.root / "taking", station.root / "refused"):
        assert list(folder.iterdir()) == []
    assert not list((station.root / "submissions").glob("*/lessons/.*"))


@pytest.fixture(params=["same disk", "another disk"])
def station(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    """A station whose inbox lies on the same file system (taken by rename), or on another (copied and verified)."""
    if request.param == "same disk":
        yield Station(tmp_path / "station")
        return
    memory = Path("/dev/shm")  # the one other file system that nearly every machine has
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second file system that can be written to")
    inbox = Path(tempfile.mkdtemp(dir=memory))
    yield Station(tmp_path / "station", inbox=inbox)
    shutil.rmtree(inbox)


def test_a_few_kills(station: Station, tmp_path: Path):
    soak(station, 2, random.randrange(1 << 30), tmp_path)


@pytest.mark.slow
def test_thirty_kills(station: Station, tmp_path: Path):
    soak(station, 30, int(os.environ.get("SOAK_SEED", random.randrange(1 << 30))), tmp_path)
