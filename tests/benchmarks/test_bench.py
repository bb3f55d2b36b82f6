"""The benchmark: its clip, its contestants, its ratios, its words."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from gpu import bench as contest
from gpu.bench import Run, ratios
from gpu.lecture import Lecture, camera_area, pictures, slide, write
from gpu.probe import probe
from station.cli import root


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / "clip.mp4"
    write(path, Lecture(seconds=1, width=640, height=360, bit_rate=1_000_000, preset="ultrafast"))
    return path


def test_the_scene_stands_where_the_slide_is_and_moves_where_the_camera_is():
    lecture = Lecture(seconds=1, width=640, height=360)
    frames = [luma for luma, _, _ in pictures(lecture)]
    left, top, right, bottom = camera_area(lecture)
    assert len(frames) == 25
    assert all((frame[:, :left] == frames[0][:, :left]).all() for frame in frames)
    assert (frames[0][top:bottom, left:right] != frames[1][top:bottom, left:right]).mean() > 0.5
    assert (slide(lecture, 0) != slide(lecture, 1)).any()
    assert slide(lecture, 2).mean() < 80


def test_every_contestant_sees_every_frame(tmp_path, clip):
    runs = contest.compare(clip, tmp_path, 1, lambda run: None)
    assert {run.name for run in runs} >= {"decode", "floor", "whole", "measure"}
    assert {run.frames for run in runs} == {25}
    assert all(run.cpu_ms > 0 and run.fps > 0 for run in runs)


def test_ratios_are_medians_of_the_rounds():
    cpu = {
        "decode": (1, 1, 1),
        "measure": (1.2, 1.3, 9),
        "floor": (2, 2, 2),
        "whole": (2.2, 2.6, 2.5),
        "smart": (6, 7, 8),
    }
    runs = [Run(name, 1, values[i], 1) for i in range(3) for name, values in cpu.items()]
    found = {ratio.name: (round(ratio.value, 2), ratio.holds) for ratio in ratios(runs)}
    assert found == {"whole/floor": (1.25, False), "measure/decode": (1.3, True), "smart/whole": (2.73, True)}
    assert [r.name for r in ratios([r for r in runs if r.name != "smart"])] == ["whole/floor", "measure/decode"]


def test_looping_a_clip(tmp_path, clip):
    contest.loop(clip, tmp_path / "long.mp4", 4)
    assert probe(tmp_path / "long.mp4").video.declared_frames == 100


def test_the_command_prints_json(clip):
    done = CliRunner().invoke(root, ["bench", "--file", str(clip), "--rounds", "1", "--json"])
    found = json.loads(done.output)
    assert found["schema"] == 1
    assert {run["name"] for run in found["runs"]} >= {"decode", "whole"}
    assert done.exit_code == (0 if all(ratio["holds"] for ratio in found["ratios"]) else 1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_prints_tables(clip, language):
    done = CliRunner().invoke(root, ["--lang", language, "bench", "--file", str(clip), "--rounds", "1"])
    assert done.exit_code in {0, 1}
    assert "÷" in done.output
    assert "bench." not in done.output


def test_a_file_without_sound_is_refused(tmp_path):
    (tmp_path / "no.mp4").write_bytes(b"no")
    done = CliRunner().invoke(root, ["bench", "--file", str(tmp_path / "no.mp4")])
    assert done.exit_code != 0


def test_peak_memory_is_the_pass_s_own_not_its_parent_s(clip, tmp_path):
    ballast = np.ones(100_000_000)
    peak = contest.peak_memory(clip, tmp_path)
    assert 50_000_000 < peak < ballast.nbytes
