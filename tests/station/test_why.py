"""The numbers behind an outcome: times as people write them, plots, values, of files and of lessons in the store."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu import keeping
from station.checks.subject import Subject
from station.context import Context, Copy
from station.errors import NotFound, UsageError
from station.findings import OutcomeKind
from station.judge import judge
from station.profile import default_profile
from station.readings import (
    Code,
    Codes,
    FaceLook,
    Faces,
    Page,
    Pages,
    Readings,
    TextLine,
    Transcript,
    Utterance,
    Voice,
    VoiceSpan,
)
from station.series import Entry, Series, traced, traces
from station.text import LANGUAGES, say
from station.why import BARS, COLUMNS, build_case, judged_now, moment, place, plot, window
from tests.clips import lecture
from tests.measured import Film, lesson
from tests.measured import Voice as Sound
from tests.station.keyboard import Run, keyboard
from tests.station.room import Room

PROFILE = default_profile()
BOX = (0.0, 0.0, 1.0, 1.0)
READ = Readings(
    text=Pages((Page(1.0, 3.0, (TextLine("示例标题", 0.9, BOX),)),)),
    codes=Codes((Code(2.0, 4.0, "qr", "https://example.com/\x1b[2J", BOX),)),
    faces=Faces(1.0, (FaceLook(0.0, (BOX,), (0.9,)), FaceLook(1.0, (BOX, BOX), (0.9, 0.8)))),
    voice=Voice(2, (VoiceSpan(0.0, 5.0, 0, "speech"),)),
    transcript=Transcript("zh", 1.0, "model", (Utterance(0.0, 2.0, "示例讲话", 0.9),)),
)
AROUND = Context(copies=(Copy("x", "示例课 / 第 1 讲", 1.0, 2.0, 3.0, 4.0, "both", 0.9),))
SERIES = (
    "black", "freeze", "flash", "flicker", "corrupt", "audio-gap", "audio-dropout", "clipping", "channel-silent", "phase-inverted",
    "loudness", "hum", "video-bitrate", "audio-bitrate", "frame-rate", "timestamps", "av-offset", "av-drift", "noise", "shake",
    "jump", "colour-jump", "colour-cast", "camera-mismatch", "stutter", "extra-person",
)  # fmt: skip


def whole() -> Subject:
    return Subject(lesson(Film(300).camera().paint(100, 120, 16), Sound(12)), None, 1, READ, AROUND)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("12", 12.0),
        ("12.5", 12.5),
        ("1:02.5", 62.5),
        ("1:01:02", 3662.0),
        ("00:00:04.05", 4.2),
        ("01:00:00:10", 3600.4),
    ],
)
def test_times_as_people_write_them(text: str, seconds: float) -> None:
    assert moment(text, 0.04) == pytest.approx(seconds)


@given(st.text(max_size=12))
def test_any_other_time_is_refused_with_words(text: str) -> None:
    try:
        assert moment(text, 0.04) >= 0
    except UsageError as error:
        assert error.message == "why.error.time"  # noqa: PT017 - either end is right


@pytest.mark.parametrize(
    ("text", "found"), [("01AB:2", ("01AB", 2)), ("01AB-02", ("01AB", 2)), ("01ab", ("01ab", None))]
)
def test_lessons_by_name(text: str, found: tuple[str, int | None]) -> None:
    assert place(text) == found


@pytest.mark.parametrize("text", ["", "a b", "x:y", "课:1", "../x"])
def test_what_names_no_lesson(text: str) -> None:
    with pytest.raises(NotFound):
        place(text)


@pytest.mark.parametrize("check", sorted(PROFILE.checks))
def test_every_trace_gives_rising_times_and_words_that_are_there(check: str) -> None:
    for subject in (
        whole(),
        Subject(lesson(None)),
        Subject(lesson(Film(1))),
        Subject(lesson(None, Sound(1, channels=1))),
    ):
        for one in traced(subject, PROFILE.checks[check]):
            assert all(say(f"trace.{one.name}", language) for language in LANGUAGES)
            if isinstance(one, Series):
                assert len(one.times) == len(one.values)
                assert (np.diff(one.times) >= 0).all()


def test_checks_over_time_have_their_series() -> None:
    assert set(SERIES) <= traces().keys() <= PROFILE.checks.keys()
    for check in SERIES:
        found = [one for one in traced(whole(), PROFILE.checks[check]) if isinstance(one, Series)]
        assert found, check
        assert any(np.isfinite(one.values).any() for one in found), check


def test_what_was_read_is_told_with_its_time() -> None:
    found = traced(whole(), PROFILE.checks["advert"])
    assert [(one.name, one.start) for one in found if isinstance(one, Entry)] == [
        ("code", 2.0), ("page", 1.0), ("spoken", 0.0),
    ]  # fmt: skip
    (copy,) = traced(whole(), PROFILE.checks["duplicate"])
    assert isinstance(copy, Entry)
    assert "示例课 / 第 1 讲" in copy.text


def test_the_black_stretch_shows_in_plot_and_table() -> None:
    subject = whole()
    case = build_case(subject, PROFILE, judged_now(subject, PROFILE, "black"), "4.4", 1.0)
    dark = next(one for one in case.series if one.name == "dark")
    drawn = plot(dark, case.window)
    assert drawn is not None
    assert (drawn.lowest, drawn.highest) == (0.0, 100.0)
    assert drawn.bars.strip(BARS[0]) == BARS[-1] * 20
    rows = {row.frame: row.values[case.series.index(dark)] for row in case.rows}
    assert [frame for frame, value in rows.items() if value == 100.0] == [
        frame for frame in rows if 100 <= (frame or 0) < 120
    ]


@given(st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), max_size=300))
def test_a_plot_never_fails_and_never_grows(values: list[float]) -> None:
    series = Series("luma", "", np.arange(len(values)) / 25, np.array(values, dtype=np.float64))
    drawn = plot(series, window(20.0, None, 1.0))
    assert (drawn is None) == (not np.isfinite(series.values).any())
    if drawn is not None:
        assert 1 <= len(drawn.bars) <= COLUMNS
        assert drawn.lowest <= drawn.highest


def test_a_peak_of_one_frame_is_not_lost_among_thousands() -> None:
    values = np.zeros(60_000)
    values[31_234] = 9.0
    drawn = plot(Series("luma", "", np.arange(60_000) / 25, values), window(2400.0, None, 1.0))
    assert drawn is not None
    assert drawn.bars.count(BARS[-1]) == 1


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return keyboard(room, monkeypatch, capsys)


def stored(room: Room) -> str:
    id_ = room.triage()
    made = replace(whole(), context=Context())
    folder = room.config.root / "submissions" / id_ / "lessons" / "1"
    folder.mkdir(parents=True)
    keeping.save(made.measurements, folder / "measurements.npz")
    room.judged(id_, 1, judgement=judge(made, PROFILE), evidence={})
    return id_


def test_of_a_lesson_in_the_store(room: Room, run: Run) -> None:
    id_ = stored(room)
    said = run("op", "why", f"{id_}:1", "black", "4.4")
    assert said.code == 0, said.err
    for word in ("Black picture", "fault_s = 0.5", "dark pixels (%)", "█", "00:00:04.00–00:00:04.20"):
        assert word in said.out, word
    told = run("op", "why", id_, "黑场", "--json").json
    assert (told["check"], told["outcome"], len(told["findings"])) == ("black", "findings", 1)
    assert [len(series["times"]) == len(series["values"]) for series in told["series"]] == [True] * 3


def test_another_profile_says_it_anew(room: Room, run: Run, tmp_path: Path) -> None:
    from importlib.resources import files  # noqa: PLC0415 - beside its one use

    id_ = stored(room)
    lenient = tmp_path / "lenient.toml"
    text = files("station.profiles").joinpath("cacee-2022.toml").read_text(encoding="utf-8")
    lenient.write_text(text.replace("warning_frames = 3", "warning_frames = 99"), encoding="utf-8")
    told = run("op", "why", id_, "black", "--json", "--profile", lenient).json
    assert told["outcome"] == OutcomeKind.OK


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("{id}:9", "black"), "names no lesson"),
        (("{id}", "blakc"), "near it: black"),
        (("{id}", "quiz-count"), "about the papers"),
        (("{id}", "black", "soon"), "is no time"),
        (("nosuch.mp4", "black"), "no file or lesson"),
    ],
)
def test_what_is_not_there_is_told(room: Room, run: Run, arguments: tuple[str, ...], message: str) -> None:
    id_ = stored(room)
    said = run("op", "why", *(part.format(id=id_) for part in arguments))
    assert (said.code, message in said.err) == (2, True), said.err


def test_recusal_holds_here_too(room: Room, run: Run) -> None:
    id_ = stored(room)
    assert run("own", "why", id_, "black").code != 0


def test_of_a_file(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "课 [1].mp4"
    lecture(path, seconds=4, width=320, height=180, faults=(("black", 1.0, 2.0),), preset="ultrafast")
    said = run("op", "why", path, "black", "1.5", "--around", "0.2")
    assert said.code == 0, said.err
    assert "fault" in said.out
    assert run("op", "why", path, "loudness", "--json").json["facts"]["lufs"] < 0
