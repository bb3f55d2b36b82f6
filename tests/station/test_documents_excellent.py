"""The ranking of excellent courseware: numbers read with care, weighed as the settings say, ties left to a person."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.documents.excellent import Numbers, excellent_xlsx, rank, read_numbers
from station.documents.settings import Excellence, default_settings
from station.errors import UsageError
from tests.station.papered import catalogued, exports, sheets_of
from tests.station.room import Room
from tests.station.test_documents_catalogue import entry

RULES = Excellence(2, 0.5, 0.25, 0.25, 80.0, 80.0, 1)
ENTRIES = [entry(f"2022-00{n}") for n in range(1, 5)]
IDS = [one.id for one in ENTRIES]
MARKS = dict(zip(IDS, (90.0, 85.0, 95.0, 82.0), strict=True))


def numbers(*pairs: tuple[float, int]) -> dict[str, Numbers]:
    return {id_: Numbers(*pair) for id_, pair in zip(IDS, pairs, strict=False)}


def test_three_shares_are_weighed() -> None:
    ranked = rank(ENTRIES, MARKS, numbers((90, 100), (100, 400), (80, 300), (90, 200)), RULES)
    assert [(one.entry.serial[-1], one.rank, one.state) for one in ranked] == [
        ("2", 1, "proposed"), ("3", 2, "proposed"), ("4", 3, "not-proposed"), ("1", 4, "not-proposed"),
    ]  # fmt: skip
    assert ranked[0].score == pytest.approx(0.5 * 0.85 + 0.25 * 1.0 + 0.25 * 1.0)
    assert ranked[3].score == pytest.approx(0.5 * 0.90 + 0.25 * 0.9 + 0.25 * 0.25)


def test_a_tie_at_the_last_place_is_left_to_a_person() -> None:
    marks = dict.fromkeys(IDS, 90.0)
    marks[IDS[0]] = 95.0
    ranked = rank(ENTRIES, marks, numbers(*[(90, 50)] * 4), RULES)
    assert [one.state for one in ranked] == ["proposed", "tie", "tie", "tie"]
    assert [one.rank for one in ranked] == [1, 2, 2, 2]
    listed = sheets_of(excellent_xlsx(ranked, default_settings(), "zh"))["颁证名单"]
    assert [row[1] for row in listed[2:3]] == ["示例教师"]
    assert listed[3][0] is None


def test_who_lacks_numbers_marks_or_the_least_values_is_not_ranked() -> None:
    marks = {IDS[0]: 90.0, IDS[1]: 79.9, IDS[2]: 90.0}
    told = numbers((90, 10), (90, 10)) | {IDS[3]: Numbers(90, 10)}
    ranked = rank(ENTRIES, marks, told, RULES)
    assert [(one.entry.id, one.state) for one in ranked] == [
        (IDS[0], "proposed"), (IDS[1], "below"), (IDS[2], "no-numbers"), (IDS[3], "no-marks"),
    ]  # fmt: skip
    assert {one.rank for one in ranked[1:]} == {None}


@given(
    st.lists(st.tuples(st.floats(80, 100), st.floats(80, 100), st.integers(1, 10**7)), max_size=12), st.integers(0, 14)
)
def test_never_more_are_proposed_than_wanted_and_the_best_come_first(
    rows: list[tuple[float, float, int]], count: int
) -> None:
    entries = [entry(f"2022-{n:03}") for n in range(len(rows))]
    marks = {one.id: row[0] for one, row in zip(entries, rows, strict=True)}
    told = {one.id: Numbers(row[1], row[2]) for one, row in zip(entries, rows, strict=True)}
    ranked = rank(entries, marks, told, replace(RULES, count=count))
    assert len(ranked) == len(rows)
    scores = [one.score for one in ranked if one.score is not None]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 + 1e-9 for score in scores)
    states = [one.state for one in ranked]
    assert states.count("proposed") <= count
    assert states.count("proposed") + states.count("tie") >= min(count, len(rows))
    order = [("proposed", "tie", "not-proposed").index(state) for state in states]
    assert order == sorted(order)


def test_numbers_name_works_by_serial_id_or_title() -> None:
    text = f'课件名称,学习人数,满意度\n2022-001,1200,95.5%\n{IDS[1]},"1,300",90\n课　2022-003,0,100\n'
    told = read_numbers(text.encode("gb18030"), "n.csv", ENTRIES)
    assert told == {IDS[0]: Numbers(95.5, 1200), IDS[1]: Numbers(90.0, 1300), IDS[2]: Numbers(100.0, 0)}


def test_everything_wrong_in_the_numbers_is_told_at_once() -> None:
    text = "serial,response,learners\n2022-001,90,1\n2022-001,90,1\n2022-009,90,1\n2022-002,101,1\n2022-003,x,1\n2022-004,90,-1\n"
    with pytest.raises(UsageError) as caught:
        read_numbers(text.encode(), "n.csv", ENTRIES)
    told = [(problem.message, problem.params["line"]) for problem in caught.value.params["problems"]]
    assert told == [
        ("documents.error.twice", 3), ("documents.error.unknown-work", 4), ("documents.error.no-number", 5),
        ("documents.error.no-number", 6), ("documents.error.no-number", 7),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n\n", "a,b,c\n", "serial,response\n2022-001,90\n"])
def test_numbers_without_their_columns_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no-column"):
        read_numbers(text.encode(), "n.csv", ENTRIES)


def test_two_works_of_one_title_must_be_named_by_number() -> None:
    twins = [entry("2022-001", title="同名"), entry("2022-002", title="同名")]
    with pytest.raises(UsageError):
        read_numbers("title,response,learners\n同名,90,1\n".encode(), "n.csv", twins)


def test_marks_are_the_means_of_the_sealed_reviews(tmp_path: Path) -> None:
    room = Room(tmp_path)
    good, better = catalogued(room, "甲课", share=0.85), catalogued(room, "乙课", share=0.95)
    office = exports(room)
    made = office.catalogue("excellent")
    marks = office.marks(made.entries)
    assert marks == {good: pytest.approx(85.0), better: pytest.approx(95.0)}
    told = {good: Numbers(90, 10), better: Numbers(90, 10)}
    rows = sheets_of(excellent_xlsx(rank(made.entries, marks, told, RULES), office.settings, "zh"))
    assert [row[:3] for row in rows["排名"][2:4]] == [
        (1, made.entries[1].serial, "乙课"),
        (2, made.entries[0].serial, "甲课"),
    ]
    assert [row[1:4] for row in rows["颁证名单"][2:4]] == [("示例教师", "示例大学", "教授")] * 2


def test_number_and_quality_by_unit() -> None:
    entries = [
        entry("2022-001", applicant_unit="甲", national_base=True), entry("2022-002", applicant_unit="甲", hours=3.0),
        entry("2022-003", applicant_unit="乙", hours=4.0),
    ]  # fmt: skip
    marks = {entries[0].id: 90.0, entries[1].id: 81.5}
    told = {entries[0].id: Numbers(90, 5), entries[1].id: Numbers(90, 1)}
    ranked = rank(entries, marks, told, replace(RULES, count=1))
    rows = sheets_of(excellent_xlsx(ranked, default_settings(), "zh"))["按申报单位"][2:]
    assert rows == [("甲", "是", 2, 5, 85.75, 1), ("乙", None, 1, 4, None, 0)]
