"""The demo's parts: the truth it claims is the truth it draws, its papers read back, its account is right, its folder is its own."""

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from station.cli import Session
from station.commands.demo import default_folder, demo
from station.demo import score, script, slides, stage, voice
from station.demo.drop import Drop, fingerprint
from station.demo.papers import write_papers
from station.demo.render import FADE_FRAMES, Lecture, Scene, Span, pictures, shaped
from station.desk.views import FindingView, LessonView, SubmissionView
from station.errors import Unavailable, UsageError
from station.findings import Severity, Verdict
from station.papers.read import read_papers
from station.papers.seal import SEAL_HINT
from station.papers.types import Papers
from station.profile import default_profile
from station.text import LANGUAGES, catalogue, say
from station.workflow import State

# --- the script ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [36, 47, 60, 200])
def test_the_truth_lies_inside_the_lessons_and_apart(seconds: int) -> None:
    truth = script.truth(seconds)
    for fault in truth.planted:
        if fault.start_frame is not None and fault.end_frame is not None:
            assert 0 < fault.start_frame < fault.end_frame < truth.frames
    for decoy in truth.decoys:
        assert 0 <= decoy.start_frame < decoy.end_frame <= truth.frames
        clashes = [
            fault
            for fault in truth.planted
            if fault.lesson == decoy.lesson
            and fault.check in decoy.checks
            and fault.start_frame is not None
            and fault.end_frame is not None
            and fault.start_frame < decoy.end_frame
            and decoy.start_frame < fault.end_frame
        ]
        assert clashes == []


def test_every_planted_check_is_in_the_standard() -> None:
    checks = default_profile().checks
    truth = script.truth(60)
    assert {fault.check for fault in truth.planted} <= checks.keys()
    assert {check for decoy in truth.decoys for check in decoy.checks} <= checks.keys()


def test_the_usual_demo_holds_what_was_promised() -> None:
    truth = script.truth(60)
    spans = {f.check: f for f in truth.planted if f.start_frame is not None and f.end_frame is not None}
    lengths = {check: (f.end_frame - f.start_frame) / script.RATE for check, f in spans.items()}
    assert lengths["black"] >= 0.5
    assert lengths["freeze"] >= 3
    assert lengths["audio-gap"] == 4
    assert 1 <= lengths["flash"] * script.RATE <= 3
    static = next(decoy for decoy in truth.decoys if decoy.name == "static")
    assert (static.end_frame - static.start_frame) / script.RATE == 30


def test_the_slides_have_words_that_fit() -> None:
    for name in (f"demo.slide-{number}" for number in range(1, 10)):
        title, *lines = say(name).split("|")
        assert title
        assert 2 <= len(lines) <= 6
        for line in lines:
            assert slides.font(46).getlength(line) < 0.68 * 1920 - 160 or name == "demo.slide-8"


def test_both_languages_have_the_same_shapes() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    for key in (key for key in zh if key.startswith("demo.")):
        assert zh[key].count("|") == en[key].count("|"), key
    assert set(LANGUAGES) == {"zh", "en"}


def test_without_any_chinese_typeface_the_demo_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slides, "find_spec", lambda name: None)
    monkeypatch.setattr(slides, "SYSTEM_FONTS", ())
    slides.font_file.cache_clear()
    try:
        with pytest.raises(Unavailable) as caught:
            slides.font_file()
    finally:
        slides.font_file.cache_clear()
    assert "fonts-noto-cjk" in say(caught.value.message)


# --- drawing and speaking -----------------------------------------------------------------------------------------------


def small(*spans: Span, scenes: tuple[Scene, ...] = (Scene(0, "a"),), frames: int = 50) -> Lecture:
    size = (320, 180)
    drawn = {
        "a": slides.slide(size, "示例", ["示例"], width=0.6),
        "b": slides.slide(size, "示例", ["示例"], theme=slides.DARK, width=0.6),
    }
    return Lecture(frames=frames, pictures=drawn, scenes=scenes, spans=spans, size=size, rate=Fraction(25), seed=4)


def drawn(lecture: Lecture) -> list[np.ndarray]:
    return [picture.y.copy() for picture in pictures(lecture)]


def test_the_same_seed_draws_the_same_lecture() -> None:
    assert all(np.array_equal(a, b) for a, b in zip(drawn(small()), drawn(small()), strict=True))
    assert not np.array_equal(drawn(small())[0], drawn(replace(small(), seed=5))[0])


def test_faults_are_drawn_to_the_frame() -> None:
    frames = drawn(small(Span("black", 10, 14), Span("flash", 20, 22), Span("freeze", 30, 40)))
    assert [n for n, y in enumerate(frames) if (y == 16).all()] == [10, 11, 12, 13]
    strange = [
        n
        for n, y in enumerate(frames)
        if abs(float(y.mean()) - float(frames[0].mean())) > 10 and n not in range(10, 14)
    ]
    assert strange == [20, 21]
    same = [n for n in range(1, 50) if np.array_equal(frames[n], frames[n - 1])]
    assert same == [11, 12, 13, 21, *range(30, 40)]


def test_the_lecturer_lives_and_the_slide_stands() -> None:
    frames = drawn(small(Span("still", 0, 50)))
    changed = frames[7] != frames[8]
    assert changed[80:160, 230:300].mean() > 0.5
    assert not changed[:, :200].any()


def test_a_fade_goes_down_and_comes_up() -> None:
    light = [float(y.mean()) for y in drawn(small(Span("fade", 10, 34)))]
    assert light[10] < light[9]
    assert all(a > b for a, b in pairwise(light[9:20]))
    assert set(light[10 + FADE_FRAMES - 1 : 34 - FADE_FRAMES]) == {16.0}
    assert light[34] == pytest.approx(light[9], abs=1)


def test_an_animation_leaves_nothing_behind() -> None:
    frames = drawn(small(Span("animation", 10, 20), scenes=(Scene(0, "a", camera=False),)))
    assert np.array_equal(frames[0], frames[20])
    assert not np.array_equal(frames[12], frames[13])


def test_scenes_change_at_their_frame() -> None:
    frames = drawn(small(scenes=(Scene(0, "a"), Scene(25, "b", camera=False))))
    assert frames[24].mean() > 100
    assert frames[25].mean() < 40
    assert np.array_equal(frames[25], frames[40])


def test_the_voice_pauses_only_where_it_may() -> None:
    line = voice.speech(20, seed=3, pauses=((5, 7),), steady=((10, 14),))
    assert not line[5 * 44100 : 7 * 44100].any()
    loud = np.abs(line[10 * 44100 : 14 * 44100]).reshape(-1, 4410).max(axis=1)
    assert loud.min() > 0.005
    assert np.array_equal(line, voice.speech(20, seed=3, pauses=((5, 7),), steady=((10, 14),)))
    silent = (np.abs(line).reshape(-1, 441).max(axis=1) < 1e-4).astype(int)
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], silent, [0]]))))[::2]
    assert np.sort(runs)[-2] <= 120


def test_sound_faults_lie_on_their_samples() -> None:
    lecture = small(Span("dropout", 5, 10), Span("phase", 15, 25), Span("gap", 30, 40), Span("clip", 42, 48))
    line = voice.speech(2, seed=1, steady=((0, 2),))
    sound = shaped(lecture, line, voice.room(len(line), 2), 44100)
    step = 44100 // 25
    assert not sound[5 * step : 10 * step].any()
    assert sound[10 * step : 15 * step].any(axis=1).all()
    flipped = sound[15 * step : 25 * step]
    assert np.corrcoef(flipped.T)[0, 1] < -0.9
    assert np.abs(sound[30 * step : 40 * step]).max() < 0.001
    assert np.abs(sound[42 * step : 48 * step]).max() == pytest.approx(1.15)


# --- the papers ---------------------------------------------------------------------------------------------------------


def test_the_papers_read_back(tmp_path: Path) -> None:
    write_papers(tmp_path)
    papers = read_papers(tmp_path, lessons=[])
    assert papers.unreadable == ()
    assert papers.form is not None
    (topic,) = papers.form.topics
    assert papers.form.problems == ()
    assert (topic.title, topic.hours, topic.national_base) == (say("demo.course"), 2.0, True)
    assert (topic.lecturer, topic.applicant_unit) == (say("demo.lecturer"), say("demo.applicant-unit"))
    assert [quiz.lesson for quiz in papers.quizzes] == [1, 2]
    for quiz in papers.quizzes:
        assert quiz.problems == ()
        assert len(quiz.questions) == 5
        assert all(len(question.options) == 4 and question.answer for question in quiz.questions)
    assert papers.letter is not None
    assert papers.letter.seal_share is not None
    assert papers.letter.seal_share > SEAL_HINT


# --- the account --------------------------------------------------------------------------------------------------------


def finding(
    check: str, start: int | None, end: int | None, severity: Severity = Severity.FAULT, number: int = 1
) -> FindingView:
    return FindingView(
        id=number, key=str(number), clause="2.2.4", check=check, severity=severity, waivable=True, people=1,
        start=None if start is None else start / 25, end=None if end is None else end / 25, start_frame=start, end_frame=end,
        value=1, limit=1, unit="s", message="finding.x", params={}, tiles=None, evidence={}, waiver=None,
    )  # fmt: skip


def view(first: list[FindingView], papers: list[FindingView] | None = None) -> SubmissionView:
    lesson = LessonView(
        id="l", ordinal=1, title="示例", file="/示例.mp4", sha256="0", duration=60.0, verdict=Verdict.FAIL, job_state="done",
        job_stage="", progress=1.0, job_reason=None, rendition=None, overview=None, outcomes=(), findings=tuple(first),
    )  # fmt: skip
    return SubmissionView(
        id="s", work_id="w", version=1, title="示例", applicant_unit="示例", recommending_unit="示例", lecturer="示例讲师甲",
        hours=2.0, state=State.TRIAGE, verdict=Verdict.FAIL, revision=1, folder="/", received_at="", updated_at="", papers=Papers(),
        lessons=(lesson,), outcomes=(), findings=tuple(papers or []), reviews=(),
    )  # fmt: skip


TRUTH = script.Truth(
    planted=(
        script.Planted("black", 1, 100, 120),
        script.Planted("audio-bitrate", 1),
        script.Planted("lesson-length", None),
    ),
    decoys=(script.Decoy("dark", 1, 200, 300, ("black", "freeze")),),
    frames=1500,
)
ALL = [finding("black", 101, 119, number=1), finding("audio-bitrate", None, None, number=2)]
PAPERS = [finding("lesson-length", None, None, number=3)]


def test_everything_found_and_nothing_else_is_good() -> None:
    result = score.compare(view(ALL, PAPERS), TRUTH)
    assert result.good
    assert (result.missed, result.alarms) == (0, 0)


def test_a_missed_fault_and_one_in_the_wrong_place() -> None:
    result = score.compare(view([finding("black", 400, 420), ALL[1]], PAPERS), TRUTH)
    assert [row.finding is None for row in result.planted] == [True, False, False]
    assert result.missed == 1
    assert [alarm.check for _, alarm in result.others] == ["black"]
    assert not result.good


def test_an_alarm_in_a_decoy_counts_once() -> None:
    alarm = finding("freeze", 250, 280, number=9)
    result = score.compare(view([*ALL, alarm], PAPERS), TRUTH)
    assert result.decoys[0].alarms == (alarm,)
    assert result.alarms == 1


def test_notes_and_other_warnings_are_no_alarm() -> None:
    extra = [finding("loudness", None, None, Severity.NOTE, 7), finding("shake", 500, 510, Severity.WARNING, 8)]
    assert score.compare(view([*ALL, *extra], PAPERS), TRUTH).good


# --- the scratch station ------------------------------------------------------------------------------------------------


def test_a_strangers_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError) as caught:
        stage.set_up(tmp_path, "zh")
    assert caught.value.message == "demo.not-ours"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_one_person_can_go_all_the_way_on_the_sample_station(tmp_path: Path) -> None:
    review = stage.set_up(tmp_path / "demo", "zh").config().review
    assert review.experts == 1
    assert not review.separate_roles


def test_handing_in_empties_the_station_and_keeps_the_drop(tmp_path: Path) -> None:
    place = stage.set_up(tmp_path / "demo", "en")
    assert place.config().station.language == "en"
    source = tmp_path / "demo" / "drop-1" / "示例"
    source.mkdir(parents=True)
    (source / "a.txt").write_text("a")
    drop = Drop(source, TRUTH, fresh=True)
    old = place.config().root / "old"
    old.mkdir(parents=True)
    target = stage.hand_in(place, drop)
    assert (target / "a.txt").read_text() == "a"
    assert target.parent == place.config().inbox
    assert not old.exists()
    assert (source / "a.txt").exists()


HOLD = """
import pathlib, sys
from station.demo import stage
place = stage.set_up(pathlib.Path(sys.argv[1]), "zh")
print("held", flush=True)
sys.stdin.read()
"""


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "demo")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(Unavailable) as caught:
            stage.set_up(tmp_path / "demo", "zh")
        assert caught.value.message == "demo.running"
    finally:
        first.communicate()
    assert stage.set_up(tmp_path / "demo", "zh").config().station.language == "zh"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = CliRunner().invoke(demo, ["--dir", str(tmp_path / "file" / "demo")], obj=Session(None, "zh"))
    assert isinstance(told.exception, Unavailable)
    assert told.exception.message == "demo.disk"


def test_a_daemon_that_cannot_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    place = stage.set_up(tmp_path / "demo", "zh")
    place.config().root.write_text("a file where the station's folder belongs")
    with pytest.raises(stage.StationError) as caught:
        stage.run_daemon(place, lambda desk: None)
    assert caught.value.message == "demo.daemon-failed"
    assert str(place.config().root) in caught.value.params["tail"]


def test_the_fingerprint_follows_the_length() -> None:
    assert fingerprint(60) == fingerprint(60) != fingerprint(61)


def test_the_default_folder_is_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert default_folder().parent == tmp_path / "cache"
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked / "cache"))
    assert not default_folder().is_relative_to(tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_and_impossible_lengths(language: str) -> None:
    told = CliRunner().invoke(demo, ["--help"], obj=Session(None, language))
    assert told.exit_code == 0
    assert say("demo.help-keep", language)[:10] in told.output
    assert CliRunner().invoke(demo, ["--seconds", "5"], obj=Session(None, language)).exit_code == 2
