"""Damage, the upload rendition, the papers, the length of lessons."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gpu.measurements import Measurements, ReadBack, Rendition
from station.findings import OutcomeKind
from station.papers.types import Form, Letter, PaperProblem, Papers, Question, Quiz, Topic
from tests.measured import Film, Voice, event, lesson
from tests.station.judging import briefly, found, outcome

BACK = ReadBack(
    formats=("mov", "mp4"), faststart=True, width=960, height=540, frames=500, video_codec="h264", video_bit_rate=1.0e6,
    audio_codec="aac", audio_bit_rate=128e3, audio_sample_rate=44100, audio_channels=2, duration=20.0, audio_duration=20.0,
    longest_key_distance=2.0, errors=0,
)  # fmt: skip


def damaged(*events: object, gop: int = 50) -> Measurements:
    return replace(lesson(Film(500, gop=gop).camera(), Voice(20)), events=events)


@pytest.mark.parametrize("kind", ["undecodable-packet", "corrupt-frame", "concealed"])
def test_damage_lasts_until_the_next_key_frame(kind: str) -> None:
    made = found("corrupt", damaged(event(4.4, kind)))
    assert briefly(made) == [("fault", 110, 150)]
    assert not made[0].waivable


def test_damage_in_one_group_of_pictures_is_one_finding() -> None:
    made = found("corrupt", damaged(event(4.4, "concealed"), event(4.8, "concealed"), event(9.0, "undecodable-packet")))
    assert briefly(made) == [("fault", 110, 150), ("fault", 225, 250)]
    assert made[0].value == 2


def test_frames_that_the_decoder_marked_count_without_an_event() -> None:
    made = damaged()
    flags = np.isin(np.arange(500), (60, 61))
    assert briefly(found("corrupt", replace(made, pictures=replace(made.pictures, corrupt=flags)))) == [
        ("fault", 60, 100)
    ]


def test_a_file_cut_off_says_so() -> None:
    made = found("corrupt", damaged(event(19.9, "truncated")))
    assert [f.message for f in made] == ["finding.corrupt.truncated"]


def promised(formats: tuple[str, ...], frames: int, duration: float) -> Measurements:
    made = lesson(Film(500), Voice(20))
    assert made.video is not None
    return replace(
        made,
        container=replace(made.container, formats=formats, duration=duration),
        video=replace(made.video, declared_frames=frames, declared_duration=duration),
    )


@pytest.mark.parametrize(
    ("formats", "frames", "duration", "cut_off"),
    [
        (("mov", "mp4"), 1000, 40.0, True),
        (("mov", "mp4"), 500, 20.0, False),
        (("mov", "mp4"), 500, 25.0, False),  # the last picture stands long
        (("mov", "mp4"), 560, 20.0, False),  # an edit list hides some
        (("matroska", "webm"), 0, 40.0, True),
        (("matroska", "webm"), 0, 20.1, False),
        (("mpegts",), 0, 40.0, False),  # no header: FFmpeg guesses
    ],
)
def test_a_file_that_holds_less_than_its_header_promises(
    formats: tuple[str, ...], frames: int, duration: float, cut_off: bool
) -> None:
    made = found("corrupt", promised(formats, frames, duration))
    assert [(f.severity.value, f.message, f.value) for f in made] == (
        [("fault", "finding.corrupt.cut-off", 20.0)] if cut_off else []
    )


def test_damaged_sound_is_no_garbled_picture() -> None:
    assert found("corrupt", damaged(event(4.4, "undecodable-packet", "audio"))) == ()
    assert outcome("corrupt", lesson(None, Voice(5))).kind is OutcomeKind.NOT_APPLICABLE


def rendered(**changes: object) -> Measurements:
    back = replace(BACK, **changes)
    return replace(lesson(Film(500), Voice(20)), rendition=Rendition("x.mp4", "libx264", "", 500, 882000, back))


def test_a_right_rendition_passes() -> None:
    assert outcome("rendition", rendered()).kind is OutcomeKind.OK


@pytest.mark.parametrize(
    ("field", "value", "kind", "severity"),
    [
        ("width", 1280, "size", "fault"), ("formats", ("matroska",), "container", "fault"),
        ("video_codec", "hevc", "video-codec", "fault"), ("audio_codec", "mp3", "audio-codec", "fault"),
        ("audio_codec", None, "no-audio", "fault"), ("audio_sample_rate", 48000, "sample-rate", "fault"),
        ("audio_channels", 6, "channels", "fault"), ("video_bit_rate", 1.2e6, "video-rate-high", "fault"),
        ("video_bit_rate", 0.5e6, "video-rate-low", "note"), ("audio_bit_rate", 90e3, "audio-rate-low", "note"),
        ("duration", 19.9, "duration", "fault"), ("errors", 2, "errors", "fault"), ("frames", 499, "frames", "fault"),
        ("longest_key_distance", 10.0, "keys", "warning"),
    ],
)  # fmt: skip
def test_whatever_reading_back_shows_wrong_is_told(field: str, value: object, kind: str, severity: str) -> None:
    made = found("rendition", rendered(**{field: value}))
    assert [(f.message, f.severity.value) for f in made] == [(f"finding.rendition.{kind}", severity)]


def test_no_rendition_or_an_unreadable_one() -> None:
    assert outcome("rendition", lesson(Film(100))).kind is OutcomeKind.NOT_APPLICABLE
    made = replace(lesson(Film(100)), rendition=Rendition("x.mp4", "libx264", "", 100, 0))
    assert outcome("rendition", made).kind is OutcomeKind.NOT_MEASURABLE


TOPIC = Topic(
    "示例课", "示例简介", 2.0, "示例教师", "示例大学", "教授", "示例基地", national_base=True, area="数字技术"
)
FORM = Form("示例推荐单位", date(2022, 2, 11), "示例联系人", "010-00000000", (TOPIC,), "附件1.xlsx")
QUESTIONS = tuple(Question(n, f"示例题 {n}", (("A", "甲"), ("B", "乙")), "A") for n in range(1, 6))
QUIZZES = (Quiz("测验1.txt", 1, QUESTIONS), Quiz("测验2.txt", 2, QUESTIONS))
LETTER = Letter("承诺书.pdf", 1, "承诺书正文", 0.12, unit="示例基地")
PAPERS = Papers(form=FORM, quizzes=QUIZZES, letter=LETTER, lessons=2, lesson_seconds=(2700.0, 2690.0))
PAPER_CHECKS = [
    "form-missing", "form-field", "letter-missing", "letter-field", "letter-seal", "quiz-missing", "quiz-count", "quiz-format",
    "lesson-length",
]  # fmt: skip


def on_papers(check: str, papers: Papers | None) -> list[tuple[str, str]]:
    return [(f.severity.value, f.message) for f in found(check, lesson(Film(1)), papers)]


@pytest.mark.parametrize("check", PAPER_CHECKS)
def test_papers_in_order_pass_and_without_papers_nothing_applies(check: str) -> None:
    assert outcome(check, lesson(Film(1)), PAPERS).kind is OutcomeKind.OK
    assert outcome(check, lesson(Film(1)), None).kind is OutcomeKind.NOT_APPLICABLE


def test_missing_papers_are_faults_and_what_hangs_on_them_not_measurable() -> None:
    empty = Papers(lessons=2)
    assert on_papers("form-missing", empty) == [("fault", "finding.form-missing")]
    assert on_papers("letter-missing", empty) == [("fault", "finding.letter-missing")]
    assert on_papers("quiz-missing", empty) == [("fault", "finding.quiz-missing")] * 2
    for check in ("form-field", "letter-field", "letter-seal", "quiz-count", "quiz-format", "lesson-length"):
        assert outcome(check, lesson(Film(1)), empty).kind is OutcomeKind.NOT_MEASURABLE, check


def test_an_unreadable_paper_is_told_where_the_paper_is_missing() -> None:
    problem = PaperProblem("paper.empty", {"file": "附件1.xlsx"})
    papers = replace(PAPERS, form=None, unreadable=(problem,))
    assert on_papers("form-missing", papers) == [("fault", "finding.form-missing"), ("fault", "paper.empty")]
    assert on_papers("letter-missing", papers) == []


def test_what_a_reader_noticed_becomes_a_finding_in_its_words() -> None:
    problems = (
        PaperProblem("paper.missing.contact", {"file": "附件1.xlsx"}),
        PaperProblem("paper.topic-missing.hours", {"file": "附件1.xlsx", "topic": 1}),
        PaperProblem("paper.topic-missing.hours", {"file": "附件1.xlsx", "topic": 2}),
    )
    papers = replace(PAPERS, form=replace(FORM, problems=problems))
    assert [message for _, message in on_papers("form-field", papers)] == [p.message for p in problems]
    assert len({f.key for f in found("form-field", lesson(Film(1)), papers)}) == 3


def test_another_topic_area_is_a_note() -> None:
    papers = replace(PAPERS, form=replace(FORM, topics=(replace(TOPIC, area="示例领域"),)))
    assert on_papers("form-field", papers) == [("note", "finding.form-field.area")]


def test_a_quiz_without_a_number_fills_the_lesson_left() -> None:
    papers = replace(PAPERS, quizzes=(QUIZZES[1], replace(QUIZZES[0], lesson=None)))
    assert on_papers("quiz-missing", papers) == []
    assert on_papers("quiz-missing", replace(PAPERS, quizzes=QUIZZES[:1])) == [("fault", "finding.quiz-missing")]


def test_four_questions_are_too_few() -> None:
    papers = replace(PAPERS, quizzes=(QUIZZES[0], replace(QUIZZES[1], questions=QUESTIONS[:4])))
    assert on_papers("quiz-count", papers) == [("fault", "finding.quiz-count")]


def test_the_letters_unit_is_the_forms_and_a_scan_is_for_people() -> None:
    papers = replace(PAPERS, letter=replace(LETTER, unit="另一示例单位"))
    assert on_papers("letter-field", papers) == [("warning", "finding.letter-field.unit")]
    scan = replace(PAPERS, letter=replace(LETTER, text="", unit=""))
    assert outcome("letter-field", lesson(Film(1)), scan).reason == "reason.letter-scan"


@pytest.mark.parametrize(("share", "kind"), [(0.2, "ok"), (0.05, "ok"), (0.01, "findings"), (None, "not-measurable")])
def test_a_seal_is_a_hint(share: float | None, kind: str) -> None:
    papers = replace(PAPERS, letter=replace(LETTER, seal_share=share))
    assert outcome("letter-seal", lesson(Film(1)), papers).kind.value == kind


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(90, []), (86, []), (84, [("warning", "short")]), (71, [("fault", "short")]), (120, [("warning", "long")])],
)
def test_the_lessons_length_against_the_hours_declared(minutes: float, expected: list[tuple[str, str]]) -> None:
    papers = replace(PAPERS, lesson_seconds=(minutes * 30, minutes * 30))
    assert on_papers("lesson-length", papers) == [(s, f"finding.lesson-length.{m}") for s, m in expected]


def test_length_waits_until_all_lessons_are_measured() -> None:
    papers = replace(PAPERS, lesson_seconds=(2700.0,))
    assert outcome("lesson-length", lesson(Film(1)), papers).reason == "reason.not-all-measured"
