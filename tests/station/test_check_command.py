"""`station check`: its JSON contract, its table, its exit codes, and every kind of bad input."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from gpu.measurements import Measurements
from station.commands._lessons import Looked
from station.commands._looking import Asked, together
from station.profile import default_profile
from station.timecode import timecode
from tests.clips import lecture
from tests.measured import ALL, Film, Voice
from tests.measured import lesson as filmed


def run(*arguments: object, cwd: Path, readers: bool = False) -> subprocess.CompletedProcess[bytes]:
    """The real program, in a process of its own; without readers, whose models take their time to load, unless asked for."""
    typed = [os.fsencode(str(a)) if isinstance(a, str) else a for a in arguments]
    command = [sys.executable, "-m", "station", *typed, *([] if readers else ["--no-readers"])]
    return subprocess.run(command, cwd=cwd, capture_output=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    lecture(folder / "black.mp4", seconds=6, faults=["black"], width=640, height=360)
    lecture(folder / "mute.mp4", seconds=3, width=320, height=180, sound=False)
    return folder


def judged(done: subprocess.CompletedProcess[bytes]) -> list[dict]:
    table = json.loads(done.stdout)
    assert table["schema"] == 1
    return table["lessons"]


def test_the_json_is_the_contract(clips: Path) -> None:
    done = run("check", "black.mp4", "--json", "--lang", "en", cwd=clips, readers=True)
    assert (done.returncode, done.stderr) == (1, b"")
    (lesson,) = judged(done)
    assert {"file", "sha256", "duration", "verdict", "outcomes", "findings", "rendition"} <= set(lesson)
    assert (lesson["file"], lesson["verdict"], lesson["rendition"]) == ("black.mp4", "fail", None)
    assert len(lesson["sha256"]) == 64
    assert lesson["duration"] == pytest.approx(6.0, abs=0.1)
    assert set(lesson["outcomes"]) == {c.id for c in default_profile().checks.values() if c.scope == "lesson"}
    assert set(lesson["outcomes"].values()) == {"ok", "findings", "not-applicable", "not-measurable"}
    (black,) = [finding for finding in lesson["findings"] if finding["check"] == "black"]
    assert {
        "clause", "check", "severity", "waivable", "start", "end", "start_frame", "end_frame", "value", "limit", "unit", "message",
    } <= set(black)  # fmt: skip
    assert (black["clause"], black["severity"], black["waivable"]) == ("2.2.4", "fault", True)
    assert black["end_frame"] - black["start_frame"] == 20
    assert black["message"].isascii()


def test_the_table_says_verdict_place_and_limit_in_chinese(clips: Path) -> None:
    done = run("check", "black.mp4", cwd=clips)
    text = done.stdout.decode()
    assert done.returncode == 1
    assert text.index("不合格") < text.index("黑场") < text.index("合格的项目")
    assert "00:00:01.20" in text
    assert "黑场 0.8 秒（20 帧）" in text.replace("\n", "")


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_language_may_stand_on_either_side(clips: Path, place: str) -> None:
    words = ["--lang", "en", "check", "black.mp4"] if place == "before" else ["check", "black.mp4", "--lang", "en"]
    assert "black picture for" in run(*words, cwd=clips).stdout.decode()


def test_a_folder_gives_its_media_and_the_rendition_is_made_beside(clips: Path, tmp_path: Path) -> None:
    done = run("check", clips, "--json", "--rendition", tmp_path / "out", cwd=clips)
    lessons = judged(done)
    assert [Path(lesson["file"]).name for lesson in lessons] == ["black.mp4", "mute.mp4"]
    for lesson in lessons:
        assert (tmp_path / "out" / f"{Path(lesson['file']).stem}.960x540.mp4").stat().st_size > 1000
        assert lesson["rendition"]["width"] == 960
        assert lesson["outcomes"]["rendition"] in ("ok", "findings")


BAD = {
    "empty.mp4": b"",
    "text.mp4": b"this is no video\n" * 50,
    "header.mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41",
    "zeros.mp4": bytes(4096),
}


def test_bad_files_are_told_and_the_good_one_still_judged(clips: Path, tmp_path: Path) -> None:
    for name, data in BAD.items():
        (tmp_path / name).write_bytes(data)
    whole = (clips / "black.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    done = run("check", *BAD, "cut.mp4", "none.mp4", tmp_path / "sub", clips / "mute.mp4", "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    lessons = judged(done)
    assert len(lessons) == len(BAD) + 4
    for lesson in lessons[: len(BAD) + 1]:
        assert lesson["verdict"] == "fail", lesson["file"]
        assert lesson["error"]["message"]
        assert lesson["outcomes"]["corrupt"] == "findings"
    assert lessons[-3]["error"]["id"] == "check.error.missing"
    assert lessons[-3]["verdict"] is None
    assert "error" not in lessons[-1]


def test_the_configured_profile_lies_beside_the_configuration(clips: Path, tmp_path: Path) -> None:
    shipped = files("station.profiles").joinpath("cacee-2022.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(shipped, encoding="utf-8")
    (tmp_path / "config.toml").write_text('[station]\nprofile = "own.toml"\n', encoding="utf-8")
    done = run("--config", tmp_path / "config.toml", "check", "mute.mp4", "--json", cwd=clips)
    assert (done.returncode, done.stderr) == (1, b"")


def _sung(film: Measurements, seed: int) -> Measurements:
    """The film with a melody of its own."""
    words = np.random.default_rng(seed).integers(0, 2**32, 200, dtype=np.uint32)
    return replace(film, sounds=replace(film.sounds, fingerprint=words))


def test_several_files_are_judged_as_lessons_of_one_course() -> None:
    """Two lessons that are alike, and one that is not."""
    films = [_sung(filmed(Film(500, seed=seed).camera(box=ALL), Voice(20, seed=seed)), seed) for seed in (1, 1, 2)]
    looked = [Looked(Path(f"{n}.mp4"), measurements=film) for n, film in enumerate(films)]
    asked = Asked(default_profile(), None, None, set())
    told = [one.judgement for one in together(looked, asked)]
    kinds = {
        check: [outcome.kind for made in told if made for outcome in made.outcomes if outcome.check == check]
        for check in ("duplicate", "intro-missing")
    }
    assert kinds["duplicate"] == ["findings", "findings", "ok"], "two are one lesson twice"
    assert kinds["intro-missing"][2] == "findings", "the third begins unlike the others"
    assert together(looked[:1], asked) == looked[:1], "one alone has nobody beside it"
    broken = Looked(Path("x.mp4"), error="check.error.missing")
    assert together([looked[0], broken], asked)[1] is broken


def test_a_template_or_a_list_that_cannot_be_read_is_told_before_any_work(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "no.mp4").write_bytes(b"nothing")
    for words in (("--intro", "no.mp4"), ("--outro", "none.mp4"), ("--terms", "none.txt")):
        done = run("check", clips / "mute.mp4", *words, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b"")
        assert words[1].encode() in done.stderr


def test_watch_terms_come_from_the_list(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("示例\n", encoding="utf-8")
    outcomes = judged(run("check", clips / "mute.mp4", "--json", cwd=tmp_path))[0]["outcomes"]
    listed = judged(run("check", clips / "mute.mp4", "--terms", "terms.txt", "--json", cwd=tmp_path))[0]
    assert outcomes["watch-term"] in {"not-applicable", "not-measurable"}
    assert listed["outcomes"]["watch-term"] == "not-measurable", "there is a list, and nobody read"


def test_nothing_to_look_at_is_exit_code_two(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for words in (["none.mp4"], ["empty"], ["none.mp4", "empty"]):
        done = run("check", *words, cwd=tmp_path)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
    assert run("check", cwd=tmp_path).returncode == 2
    assert run("check", "x", "--profile", "none.toml", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    "name",
    [
        b"new\nline.mp4", b"esc\x1b[31m.mp4", b"[red]x[bold] [.mp4", b"[@click=app.quit].mp4", "示例 🎓.mp4".encode(),
        "rtl\u202e4pm.mp4".encode(), b"bad\xff\xfe.mp4", b"-dash.mp4", b"a" * 251 + b".mp4",
    ],
)  # fmt: skip
def test_any_file_name_is_printed_safely(clips: Path, tmp_path: Path, name: bytes) -> None:
    target = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - a name that is no text
    os.link(clips / "mute.mp4", target)
    shown = run("check", target, cwd=tmp_path)
    assert shown.returncode in (0, 1)
    assert b"Traceback" not in shown.stderr
    assert b"\x1b" not in shown.stdout
    assert "\u202e" not in shown.stdout.decode()
    (lesson,) = judged(run("check", target, "--json", "--rendition", tmp_path / "out", cwd=tmp_path))
    assert os.fsencode(lesson["file"]) == target


def test_renditions_of_two_lessons_with_one_name_stay_apart(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    os.link(clips / "mute.mp4", tmp_path / "mute.mp4")
    os.link(clips / "mute.mp4", tmp_path / "b" / "mute.mp4")
    lessons = judged(run("check", "mute.mp4", "b/mute.mp4", "--json", "--rendition", "out", cwd=tmp_path))
    assert len({lesson["rendition"]["file"] for lesson in lessons}) == 2


def test_a_rendition_folder_that_cannot_be_is_told_before_any_work(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run("check", clips / "mute.mp4", "--rendition", tmp_path / "file", cwd=tmp_path)
    assert done.returncode == 2
    assert "file" in done.stderr.decode()


@pytest.mark.parametrize(
    ("seconds", "frame", "shown"),
    [(0, 0.04, "00:00:00.00"), (8.04, 0.04, "00:00:08.01"), (3723.96, 0.04, "01:02:03.24"), (1.5, 1 / 30, "00:00:01.15"),
     (10.01, 1001 / 30000, "00:00:10.00"), (1, 1.0, "00:00:01.00")],
)  # fmt: skip
def test_timecodes_count_frames(seconds: float, frame: float, shown: str) -> None:
    assert timecode(seconds, frame) == shown
