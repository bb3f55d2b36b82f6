"""Evidence of findings on a real clip: the right pictures, the right sound, and no more of them than a person can look at."""

import json
import os
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gpu.device import choose
from gpu.measure import measure
from gpu.measurements import Measurements
from gpu.synth import ClipWriter
from station.evidence import gather, overview
from station.evidence._gather import LONGEST_CLIP, MAX_PER_CHECK, clip_range, moments
from station.findings import Finding, Severity
from station.profile import default_profile

RATE = 25
SECONDS = 8
BLACK = (75, 100)
"""Frames [75, 100) are black, 3 s to 4 s; before them the picture is red, after them blue."""
SOUND_GONE = (2.0, 5.0)
SAMPLE_RATE = 44100


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds with a black second and three seconds without sound, at a sixth of the usual size."""
    path = tmp_path_factory.mktemp("clip") / "课时1.mp4"
    time = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    tone = np.where((time < SOUND_GONE[0]) | (time >= SOUND_GONE[1]), 0.5 * np.sin(2 * np.pi * 440 * time), 0.0)
    with ClipWriter(path, width=640, height=360, video_bit_rate=1_000_000) as writer:
        for colour, count in (((200, 30, 30), 75), ((0, 0, 0), 25), ((30, 30, 200), 100)):
            writer.picture(np.full((360, 640, 3), colour, np.uint8), repeat=count)
        writer.sound(np.stack([tone, tone], axis=1).astype(np.float32))
    return path


@pytest.fixture(scope="module")
def measured(clip: Path) -> Measurements:
    return measure(clip, device=choose("cpu"))


def finding(check: str, start: float | None, end: float | None, severity: Severity = Severity.FAULT) -> Finding:
    return Finding("2.2.4", check, severity, True, f"finding.{check}", start=start, end=end)


def colour(path: Path) -> str:
    """What a still shows."""
    red, _, blue = (int(part) for part in np.asarray(Image.open(path)).mean(axis=(0, 1)))
    return "black" if max(red, blue) < 30 else ("red" if red > blue else "blue")


def test_stills_show_the_last_good_the_bad_and_the_first_good_frame(
    clip: Path, measured: Measurements, tmp_path: Path
) -> None:
    black = finding("black", 3.0, 4.0)
    found = gather(clip, measured, [black], tmp_path / "evidence")
    assert found == {black.key: {name: f"{black.key}-{name}.jpg" for name in ("before", "at", "after")}}
    shown = {name: colour(tmp_path / "evidence" / file) for name, file in found[black.key].items()}
    assert shown == {"before": "red", "at": "black", "after": "blue"}
    assert Image.open(tmp_path / "evidence" / found[black.key]["at"]).size == (640, 360)


def test_one_foreign_frame_is_met_exactly(clip: Path, measured: Measurements, tmp_path: Path) -> None:
    single = finding("flash", BLACK[0] / RATE, (BLACK[0] + 1) / RATE)
    files = gather(clip, measured, [single], tmp_path)[single.key]
    assert (colour(tmp_path / files["before"]), colour(tmp_path / files["at"])) == ("red", "black")


def test_at_the_head_there_is_no_before_and_at_the_tail_no_after(
    clip: Path, measured: Measurements, tmp_path: Path
) -> None:
    whole = finding("freeze", 0.0, measured.duration() + 1)
    assert set(gather(clip, measured, [whole], tmp_path)[whole.key]) == {"at"}


def test_sound_is_heard_with_handles(clip: Path, measured: Measurements, tmp_path: Path) -> None:
    gap = finding("audio-gap", 2.0, 5.0)
    file = gather(clip, measured, [gap], tmp_path)[gap.key]["sound"]
    with wave.open(str(tmp_path / file)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (SAMPLE_RATE, 2, 2)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16).reshape(-1, 2)
    assert len(samples) == 6 * SAMPLE_RATE
    level = np.abs(samples.astype(np.int32)).max(axis=1)
    assert level[:SAMPLE_RATE].max() > 10_000
    assert level[2 * SAMPLE_RATE : 4 * SAMPLE_RATE].max() < 100
    assert level[5 * SAMPLE_RATE :].max() > 10_000


def test_pictures_alone_make_no_sound_clip(clip: Path, measured: Measurements, tmp_path: Path) -> None:
    black = finding("black", 3.0, 4.0)
    gather(clip, measured, [black], tmp_path)
    assert not list(tmp_path.glob("*.wav"))


def test_clips_are_never_long() -> None:
    start, end = clip_range(finding("audio-gap", 100.0, 900.0))
    assert (start, end - start) == (98.5, LONGEST_CLIP)


def test_moments_lie_inside_and_beside() -> None:
    assert moments(finding("black", 10.0, 30.0), 0.04) == {"before": 9.96, "at": 11.0, "after": 30.0}
    assert moments(finding("flash", 0.0, 0.04), 0.04) == {"at": 0.02, "after": 0.04}
    assert moments(finding("corrupt", 5.0, None), 0.04)["after"] == 5.04


def test_a_check_with_very_many_findings_gets_its_worst_and_earliest(
    clip: Path, measured: Measurements, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station.evidence._gather.MAX_PER_CHECK", 12)
    many = [finding("flash", 0.5 + n / 5, 0.54 + n / 5, Severity.WARNING) for n in range(30)]
    late = finding("flash", 7.5, 7.54)
    found = gather(clip, measured, [*many, late], tmp_path)
    assert len(found) == 12
    assert late.key in found
    assert many[0].key in found
    assert many[-1].key not in found


def test_every_finding_that_a_check_lists_gets_evidence() -> None:
    assert max(int(spec.limits.get("most", 100)) for spec in default_profile().checks.values()) <= MAX_PER_CHECK


def test_whole_lesson_findings_have_no_place_and_no_evidence(
    clip: Path, measured: Measurements, tmp_path: Path
) -> None:
    assert gather(clip, measured, [finding("resolution", None, None)], tmp_path / "none") == {}
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", [b"", b"no video", None])
def test_a_lesson_that_cannot_be_opened_gives_nothing(
    measured: Measurements, tmp_path: Path, content: bytes | None
) -> None:
    lesson = tmp_path / "x.mp4"
    if content is not None:
        lesson.write_bytes(content)
    assert gather(lesson, measured, [finding("black", 3.0, 4.0)], tmp_path / "e") == {}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(clip: Path, measured: Measurements, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError, match="denied"):
        gather(clip, measured, [finding("black", 3.0, 4.0)], tmp_path / "e")


def test_overview_of_the_clip(measured: Measurements) -> None:
    rows = overview(measured)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    columns = rows["columns"]
    assert columns == np.ceil(measured.duration() / 0.1 - 1e-9)
    assert all(len(rows[name]) == columns for name in ("luma", "alive", "bit_rate", "loudness", "envelope"))
    place = int(3.5 / rows["duration"] * columns)
    assert rows["luma"][place] < 20 < rows["luma"][10]
    assert rows["alive"][place] == 0.0
    assert rows["changes"] == [3.0, 4.0]
    assert max(rows["envelope"][place]) < 0.01 < 0.4 < min(rows["envelope"][10]) < 0.6
    assert (rows["loudness"][place] or -70) < -40
    assert -12 < rows["loudness"][-5] < -3
    assert all(rate >= 0 for rate in rows["bit_rate"])


def test_bit_rate_adds_up(measured: Measurements) -> None:
    rows = overview(measured)
    assert measured.video_packets is not None
    whole = float(measured.video_packets.size.sum()) * 8 / 1e6
    width = rows["duration"] / rows["columns"]
    assert sum(rows["bit_rate"]) * width == pytest.approx(whole, rel=0.35)


@pytest.mark.parametrize(
    ("name", "size"),
    [("camera/portrait_4k60.mp4", (540, 960)), ("av-oddities/video_with_failing_audio.mp4", None),
     ("broken/sample_missing_stsd.mp4", None), ("av-oddities/no_duration.webm", None)],
)  # fmt: skip
def test_real_files_give_what_they_have(
    shared_media: Path, tmp_path: Path, name: str, size: tuple[int, int] | None
) -> None:
    lesson = shared_media / name
    measurements = measure(lesson, device=choose("cpu"))
    json.dumps(overview(measurements), allow_nan=False)
    middle = finding("audio-gap", measurements.duration() / 2, measurements.duration() / 2 + 0.2)
    files = gather(lesson, measurements, [middle], tmp_path)[middle.key]
    assert {"before", "at"} <= set(files)
    assert size is None or Image.open(tmp_path / files["at"]).size == size


def test_overview_of_long_lessons_stays_small(measured: Measurements) -> None:
    assert measured.pictures is not None
    stretched = replace(measured, pictures=replace(measured.pictures, pts=measured.pictures.pts * 300))
    rows = overview(stretched)
    assert rows["columns"] == 1200
    assert len(json.dumps(rows)) < 100_000


def test_overview_without_pictures_sound_or_anything(measured: Measurements) -> None:
    sound = overview(
        replace(measured, video=None, pictures=None, samples=None, hashes=None, video_packets=None, origin=0.0)
    )
    assert (sound["luma"][0], sound["bit_rate"], len(sound["envelope"]) == sound["columns"]) == (None, [], True)
    silent = overview(replace(measured, audio=None, sounds=None, audio_packets=None))
    assert (silent["loudness"], silent["envelope"]) == ([], [])
    nothing = replace(measured, video=None, audio=None, pictures=None, sounds=None)
    assert overview(nothing)["columns"] == 1
