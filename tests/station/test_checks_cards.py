"""Title card, introduction and captions on texts whose truth is known: what is right passes, what is wrong is a warning, never a fault."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from station.checks import registry
from station.checks.cards import people
from station.checks.subject import Subject
from station.findings import Outcome, OutcomeKind
from station.likeness import edits, nearest, plain
from station.papers.types import Heading, Outline, Papers
from station.profile import default_profile
from station.readings import Page, Pages, Readings, TextLine, Unread
from station.text import LANGUAGES, say
from tests.measured import Film
from tests.station.reads import form, page, text

COURSE, NAME = "专业技术人员网络安全能力提升", "示例甲"
PAPERS = form((COURSE, NAME))
LESSON = Film(600, rate=5).measurements()
SLIDE = page(40, 60, "第一章 网络安全概述", "一、基本概念")


def outcome(check: str, readings: Readings, papers: Papers | None = PAPERS, ordinal: int | None = 1) -> Outcome:
    made = registry()[check](Subject(LESSON, papers, ordinal, readings), default_profile().checks[check])
    for language in LANGUAGES:
        assert not made.reason or say(made.reason, language, **made.params)
        for finding in made.findings:
            assert say(finding.message, language, **finding.params)
            assert finding.severity != "fault"
    return made


def told(made: Outcome) -> list[str]:
    return [finding.message.removeprefix("finding.") for finding in made.findings]


@pytest.mark.parametrize(
    "card",
    [
        page(2, 8, COURSE, f"主讲人：{NAME} 教授"),
        page(2, 8, "《专业技术人员", "网络安全能力提升》", "主讲　示例甲"),
        page(2, 8, "專業技術人員網絡安全能力提升", NAME),
        page(2, 8, "2022 年公需科目", "专业 技术 人员 网络安全能力提升", "示 例 甲"),
        page(2, 8, "专业技术人员网络安全能力提井", NAME),  # one sign misread of fourteen
    ],
)
def test_a_right_card_passes(card: Page) -> None:
    assert outcome("title-card", text(card, SLIDE)).kind is OutcomeKind.OK


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (page(2, 8, "专业技术人员信息安全素质提升", NAME), ["title-card.course-differs"]),
        (page(2, 8, "数字技术基础", NAME), ["title-card.course-missing"]),
        (page(2, 8, COURSE, "主讲人：示列甲"), ["title-card.lecturer-differs"]),
        (page(2, 8, COURSE), ["title-card.lecturer-missing"]),
        (page(2, 8, "谢谢观看"), ["title-card.course-missing", "title-card.lecturer-missing"]),
    ],
)
def test_a_wrong_card_is_a_warning(card: Page, expected: list[str]) -> None:
    assert told(outcome("title-card", text(card, SLIDE))) == expected


def test_names_after_the_head_do_not_count() -> None:
    assert told(outcome("title-card", text(page(100, 110, COURSE, NAME)))) == ["title-card.none"]


def test_one_of_several_courses_and_lecturers_is_enough() -> None:
    papers = form(("数字技术基础", "示例乙"), (COURSE, "示例丙、示例甲"))
    assert outcome("title-card", text(page(2, 8, COURSE, NAME)), papers).kind is OutcomeKind.OK


def test_without_form_or_reader_it_says_so() -> None:
    bare = outcome("title-card", text(page(2, 8, COURSE)), None)
    assert (bare.kind, bare.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.no-form-for-card")
    assert COURSE in say(bare.reason, "zh", **bare.params)
    off = outcome("title-card", Readings(text=Unread("reader-missing", {"package": "rapidocr"})))
    assert off.reason == "reason.reader-missing"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("示例甲、示例乙 示例丙", ["示例甲", "示例乙", "示例丙"]),
        ("示例甲和示例乙", ["示例甲", "示例乙"]),
        ("示　例", ["示　例"]),
        ("示和平", ["示和平"]),
        ("Example Person", ["Example Person"]),
        ("", []),
    ],
)
def test_names_in_one_field(field: str, expected: list[str]) -> None:
    assert people(field) == expected


ABOUT = ("教师简介", NAME, "示例大学教授，博士生导师", "长期从事网络安全研究")


@pytest.mark.parametrize(("seconds", "expected"), [(20, []), (30.8, []), (34, ["teacher-intro-long"])])
def test_an_introduction_is_timed_to_the_first_slide(seconds: float, expected: list[str]) -> None:
    readings = text(
        page(2, 8, COURSE, NAME), page(8, 8 + seconds / 2, *ABOUT), page(8 + seconds / 2, 8 + seconds, *ABOUT),
        page(8 + seconds, 90, "第一章 网络安全概述"),
    )  # fmt: skip
    made = outcome("teacher-intro-long", readings)
    assert told(made) == expected
    if expected:
        assert made.findings[0].start == pytest.approx(8, abs=0.3)
        assert made.findings[0].end == pytest.approx(8 + seconds, abs=0.3)


def test_a_card_a_caption_and_somebody_elses_life_are_no_introduction() -> None:
    readings = text(
        page(2, 8, COURSE, f"主讲人：{NAME} 教授"), page(8, 70, f"{NAME} 教授", "示例大学"),
        page(70, 119, "人物：图灵", "博士，从事计算理论研究，教授"),
    )  # fmt: skip
    assert outcome("teacher-intro-long", readings).kind is OutcomeKind.NOT_APPLICABLE


HEADINGS = (Heading(1, "网络安全概述"), Heading(2, "基本概念"), Heading(3, "机密性与完整性"), Heading(4, "细节"))


def outlined(headings: Any, lessons: int = 1) -> Papers:
    return replace(PAPERS, outline=Outline("提纲.txt", headings), lessons=lessons)


def test_titles_of_the_outline_are_looked_for_on_the_screen() -> None:
    whole = text(SLIDE, page(60, 90, "（一）机密性与完整性"))
    assert outcome("caption-missing", whole, outlined(HEADINGS)).kind is OutcomeKind.OK
    (note,) = outcome("caption-missing", text(SLIDE), outlined(HEADINGS)).findings
    assert (note.severity, note.value, note.limit) == ("note", 1, 3)
    (loud,) = outcome("caption-missing", text(page(1, 9, "别的")), outlined(HEADINGS)).findings
    assert loud.severity == "warning"


def test_each_lesson_has_its_own_titles() -> None:
    second = tuple(replace(heading, lesson=2) for heading in HEADINGS)
    assert outcome("caption-missing", text(SLIDE), outlined(HEADINGS, 2)).reason == "reason.outline-without-lessons"
    assert outcome("caption-missing", text(SLIDE), outlined(second, 2)).reason == "reason.outline-without-lessons"
    assert len(outcome("caption-missing", text(SLIDE), outlined(second, 2), ordinal=2).findings) == 1


def test_without_outline_nothing_is_missing() -> None:
    assert outcome("caption-missing", text(SLIDE)).reason == "reason.no-outline"


SIGNS = some.text(some.sampled_from("甲乙丙丁ab12"), max_size=12)


@given(SIGNS, SIGNS)
def test_edits_are_a_distance(one: str, other: str) -> None:
    assert edits(one, other) == edits(other, one)
    assert (edits(one, other) == 0) == (one == other)
    assert edits(one, other) <= max(len(one), len(other))


@given(SIGNS, SIGNS, SIGNS)
def test_a_text_is_found_in_a_longer_one(before: str, wanted: str, after: str) -> None:
    place = nearest(wanted, before + wanted + after)
    assert place.edits == 0
    whole = before + wanted + after
    assert edits(wanted, whole[place.start : place.end]) == 0


@given(SIGNS, SIGNS)
def test_the_place_that_is_named_has_so_many_edits(wanted: str, text_: str) -> None:
    place = nearest(wanted, text_)
    assert edits(wanted, text_[place.start : place.end]) == place.edits


def test_signs_alone_tell_nothing_apart() -> None:
    assert plain("《网络 安全》：ＡＢ－１") == "网络安全ab1"


def test_a_page_of_no_lines_is_no_card() -> None:
    empty = Pages((Page(0, 5, (TextLine("…", 0.9, (0, 0, 1, 1)),)),))
    assert told(outcome("title-card", Readings(text=empty))) == [
        "title-card.course-missing",
        "title-card.lecturer-missing",
    ]
