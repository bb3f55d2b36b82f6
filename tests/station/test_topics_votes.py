"""What comes back from the vote: tallies and ballots in every encoding of the trade; everything wrong is told by its line."""

import contextlib
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from station.errors import BadPaper, UsageError
from station.text import LANGUAGES, say
from station.topics.sheets import read_lines
from station.topics.votes import TOLD, Candidate, Count, count

NAMES = [
    "示例选题",
    "示例：网络安全, 基础",
    "示例\u201c引号\u201d",
    "2035",
    "示例、顿号；分号",
    "=1+1",
    "Sample topic",
    "示例",
]
CANDIDATES = [Candidate(number, title) for number, title in enumerate(NAMES, 1)]
RELAXED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])
tallies = st.dictionaries(st.integers(1, len(NAMES)), st.integers(0, 10_000), min_size=1)
ballots = st.lists(st.sets(st.integers(1, len(NAMES)), max_size=4), min_size=1, max_size=20)


def table(path: Path, rows: list[list[Any]], encoding: str = "utf-8", between: str = ",") -> Path:
    """The rows as .csv, or .xlsx where the name says so."""
    if path.suffix == ".xlsx":
        book = Workbook()
        for row in rows:
            book.active.append(row)
        for cells in book.active.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        book.save(path)
        return path
    text = io.StringIO()
    csv.writer(text, delimiter=between).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def counted(path: Path, candidates: list[Candidate] = CANDIDATES) -> Count:
    return count(read_lines(path), candidates, path.name)


def test_a_topic_may_be_named_by_its_id(tmp_path: Path) -> None:
    known = [Candidate(n, title, id=f"2022-{n:04}") for n, title in enumerate(["示例甲", "示例乙", "2022-1"], 1)]
    rows = [["编号", "票数"], ["2022-0001", 5], ["2022－2", 4]]
    assert counted(table(tmp_path / "t.csv", rows[:1] + rows[2:]), known).votes == {2: 4}
    assert complaints(table(tmp_path / "t.csv", [rows[0], ["2022-1", 5]]), known) == [("ambiguous", 2)], (
        "another topic is called so"
    )
    assert counted(table(tmp_path / "t.csv", rows), known[:2]).votes == {1: 5, 2: 4}
    assert complaints(table(tmp_path / "t.csv", [*rows, ["2021-0001", 1]]), known[:2]) == [("unknown", 4)]
    marks = [["票号", "选题"], ["a", "2022-0001、2022-0002"]]
    assert counted(table(tmp_path / "b.csv", marks), known[:2]).votes == {1: 1, 2: 1}


def complaints(path: Path, candidates: list[Candidate] = CANDIDATES) -> list[tuple[str, int]]:
    """(what, line) of every problem; each sayable in both languages."""
    with pytest.raises(UsageError) as caught:
        counted(path, candidates)
    assert caught.value.message == "topic.votes.wrong"
    for language in LANGUAGES:
        assert say(caught.value.message, language, **caught.value.params)
    problems = caught.value.params["problems"]
    return [(one.message.rpartition(".")[2], one.params.get("line", 0)) for one in problems]


@RELAXED
@given(tallies, encodings, st.sampled_from([",", "\t", ";"]), st.booleans(), st.booleans())
def test_a_tally_reads_back_whatever_its_encoding(
    tmp_path: Path, tally: dict[int, int], encoding: str, between: str, by_title: bool, turned: bool
) -> None:
    rows = [["课件名称" if by_title else "编号", "票数"]]
    rows += [[NAMES[number - 1] if by_title else number, amount] for number, amount in tally.items()]  # type: ignore[list-item]
    if turned:
        rows = [row[::-1] for row in rows]
    made = counted(table(tmp_path / "t.csv", rows, encoding, between))
    assert (made.kind, dict(made.votes), made.ballots) == ("tally", tally, {})
    assert made.digest("甲") == counted(table(tmp_path / "t.xlsx", rows)).digest(" 甲")
    assert made.digest("甲") != made.digest("乙")


@RELAXED
@given(ballots, encodings, st.booleans())
def test_ballots_add_up(tmp_path: Path, cast: list[set[int]], encoding: str, wide: bool) -> None:
    width = max(1, *(len(one) for one in cast))
    rows: list[list[Any]] = [["票号", *(f"选题{n}" for n in range(1, width + 1))] if wide else ["票号", "选题"]]
    for number, one in enumerate(cast, 1):
        rows.append([f"示例{number}", *sorted(one)] if wide else [f"示例{number}", "、".join(map(str, sorted(one)))])
    made = counted(table(tmp_path / "b.csv", rows, encoding))
    assert made.kind == "ballots"
    assert len(made.ballots) == len(cast)
    assert {n: made.votes.get(n, 0) for n in range(1, 9)} == {n: sum(n in one for one in cast) for n in range(1, 9)}


@RELAXED
@given(ballots, st.data())
def test_a_double_ballot_is_told_with_both_lines(tmp_path: Path, cast: list[set[int]], data: st.DataObject) -> None:
    rows: list[list[Any]] = [
        ["ballot", "topic"],
        *([f"A{n}", ";".join(map(str, one))] for n, one in enumerate(cast, 1)),
    ]
    again = data.draw(st.integers(1, len(cast)))
    rows.append([f" ａ{again} ", "1"])
    assert complaints(table(tmp_path / "b.csv", rows)) == [("double", len(rows))]


@RELAXED
@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    amounts: list[int] = []
    with contextlib.suppress(UsageError, BadPaper):
        amounts = list(counted(path).votes.values())
    assert all(amount >= 0 for amount in amounts)


def test_every_wrong_row_is_told_by_its_line(tmp_path: Path) -> None:
    rows = [["示例投票结果"], [], ["编号", "课件名称", "得票数"], [1, NAMES[0], "12票"], [99, "x", 1], [2, "示例", 3], [1, "", 1], [3, "", -1],
            [4, "", "1.5"], ["", "", 7], ["合计", "", 11]]  # fmt: skip
    assert complaints(table(tmp_path / "t.csv", rows)) == [
        ("unknown", 5), ("title", 6), ("twice", 7), ("amount", 8), ("amount", 9), ("unknown", 10), ("sum", 11)
    ]  # fmt: skip


def test_a_line_is_where_it_stands_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('编号,备注,票数\n1,"两\n行",5\n77,,1\n', encoding="utf-8")
    assert complaints(tmp_path / "t.csv") == [("unknown", 4)]


def test_titles_with_signs_between_topics_are_still_titles(tmp_path: Path) -> None:
    rows = [["票号", "选题"], ["a", NAMES[4]], ["b", f"{NAMES[0]}；7"], ["c", ""]]
    assert dict(counted(table(tmp_path / "b.csv", rows)).votes) == {5: 1, 1: 1, 7: 1}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["票号", "选题"], ["", "1"]], [("no-ballot", 2)]),
        ([["票号", "选题"], ["a", "1、示例选题"]], [("marked-twice", 2)]),
        ([["票号", "选题"], ["a", "88"], ["b", "1"], ["b", "2"]], [("unknown", 2), ("double", 4)]),
        ([["编号", "票数"], [1, 1], [1, 1]], [("twice", 3)]),
    ],
)
def test_ballots_and_tallies_that_are_wrong(tmp_path: Path, rows: list[list[Any]], told: list[tuple[str, int]]) -> None:
    assert complaints(table(tmp_path / "b.csv", rows)) == told


def test_topics_off_the_list_and_names_of_several_are_refused(tmp_path: Path) -> None:
    known = [Candidate(1, "示例甲", listed=False), Candidate(2, "示例乙"), Candidate(3, "示 例 乙")]
    assert complaints(table(tmp_path / "t.csv", [["选题", "票数"], [1, 2], ["示例乙", 2]]), known) == [
        ("not-listed", 2),
        ("ambiguous", 3),
    ]


def test_long_lists_of_problems_are_cut(tmp_path: Path) -> None:
    found = complaints(table(tmp_path / "t.csv", [["编号", "票数"], *([500 + n, 1] for n in range(TOLD + 9))]))
    assert len(found) == TOLD + 1
    assert found[-1] == ("more", 0)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("v.csv", "选题,备注\n1,x\n".encode(), "topic.votes.no-head"),
        ("v.csv", "选题,票号,票数\n1,x,2\n".encode(), "topic.votes.two-kinds"),
        ("v.csv", "编号,票数\n".encode(), "topic.votes.empty"),
        ("v.csv", b"\xff\x00\x81", "paper.encoding"),
        ("v.csv", b"", "paper.empty"),
        ("v.xlsx", b"PK", "paper.damaged"),
        ("v.pdf", b"x", "topic.votes.format"),
    ],
)
def test_files_that_are_no_votes(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises((UsageError, BadPaper)) as caught:
        counted(tmp_path / name)
    assert caught.value.message == message
    assert all(say(message, language, **caught.value.params) for language in LANGUAGES)
