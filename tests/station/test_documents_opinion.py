"""The experts' opinion: numbers instead of names, everything they said, and only once all is sealed."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from station.documents.opinion import mean_of, opinion_docx
from station.documents.settings import default_settings
from station.documents.values import Decided, ExpertOpinion, Opinion, Work
from station.errors import NotAllowed
from station.rubric import default_rubric
from station.text import LANGUAGES
from station.workflow import State
from tests.station.papered import exports, tables_of, words_of
from tests.station.room import Room

RUBRIC, SETTINGS = default_rubric(), default_settings()
YES = {point.id: {"pass": True, "reason": ""} for point in RUBRIC.gate}


def expert(share: float, *, gate: dict[str, dict[str, object]] | None = None, notes: str = "") -> ExpertOpinion:
    scores = {line.id: line.maximum * share for line in RUBRIC.lines}
    return ExpertOpinion(gate or YES, scores, notes, RUBRIC.total(scores))


OPINION = Opinion(
    Work("01示例", 1, "示例课", "示例大学", "示例省人社厅", "示例教师", 2.0),
    (
        expert(0.9, notes="很好"),
        expert(0.8),
        expert(0.7, gate={**YES, "territory": {"pass": False, "reason": "地图有误"}}),
    ),
    80.0,
    date(2022, 4, 1),
)


def test_gate_scores_and_mean_stand_in_their_tables() -> None:
    about, gate, scores, signs = tables_of(opinion_docx(OPINION, RUBRIC, SETTINGS, "zh"))
    assert ["课件名称", "示例课"] in about
    assert gate[0] == ["条款", "评审要点", "专家1", "专家2", "专家3"]
    assert [row[2:] for row in gate[1:-1]] == [["通过", "通过", "通过"]] * (len(RUBRIC.gate) - 1)
    assert gate[-1][2:] == ["通过", "通过", "不通过"]
    first = RUBRIC.lines[0]
    assert scores[1] == [first.clause, first.zh, "15", "13.5", "12", "10.5", "12.00"]
    assert scores[-1] == ["", "合计", "100", "90", "80", "70", "80.00"]
    assert len(scores) == 2 + len(RUBRIC.lines)
    assert [row[0] for row in signs] == ["办公室审核意见", "协调小组意见"]


def test_reasons_notes_and_the_proposal_are_said() -> None:
    said = words_of(opinion_docx(OPINION, RUBRIC, SETTINGS, "zh"))
    assert "专家3对“领土国界问题上没有偏差（含地图）”不通过，理由：地图有误" in said
    assert "专家1：很好" in said
    assert "专家2：（无）" in said
    assert "3 位专家平均 80.00 分（极差 20，标准差 8.16），达到 80 分，建议通过" in said
    lower = replace(OPINION, pass_mark=80.5)
    assert "未达到 80.5 分，不建议通过" in words_of(opinion_docx(lower, RUBRIC, SETTINGS, "zh"))


def test_notes_at_places_are_printed_with_their_timecode() -> None:
    noted = replace(OPINION, experts=(replace(OPINION.experts[0], timed=((2, 61.52, "示例之处"),)),))
    assert "第 2 课时 00:01:01.13：示例之处" in words_of(opinion_docx(noted, RUBRIC, SETTINGS, "zh"))


def test_the_mean_is_that_of_whole_scores() -> None:
    assert mean_of(OPINION.experts) == pytest.approx(80.0)
    assert mean_of(()) is None
    with pytest.raises(ValueError, match="sealed"):
        opinion_docx(replace(OPINION, experts=()), RUBRIC, SETTINGS, "zh")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 3, 7])
def test_tables_fit_the_page_with_any_number_of_experts(language: str, count: int) -> None:
    many = replace(OPINION, experts=(OPINION.experts * 3)[:count])
    for table in Document(io.BytesIO(opinion_docx(many, RUBRIC, SETTINGS, language))).tables:
        widths = [sum(cell.width.mm for cell in row.cells) for row in table.rows]
        assert all(width == pytest.approx(156, abs=0.5) for width in widths)
        assert min(cell.width.mm for cell in table.rows[0].cells) > 9


def test_no_expert_can_be_recognised_in_the_file(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.at(State.EXPERT_REVIEW)
    for account in ("zzz-first-name", "aaa-second-name"):
        room.score(id_, account)
    made = exports(room).opinion(id_)
    assert len(made.experts) == 2
    content = opinion_docx(made, RUBRIC, SETTINGS, "zh")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"-first-name" not in whole
    assert b"-second-name" not in whole
    assert words_of(content).count("专家1") > 1


def test_it_is_closed_until_all_are_sealed(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.at(State.EXPERT_REVIEW)
    office = exports(room)
    assert office.why_not(id_, "opinion") == ("guard.enough-scores", {"there": 0, "wanted": 2})
    for account in ("expert-a", "expert-b"):
        room.score(id_, account)
    third = room.desk("expert-c", "expert")
    third.save_draft(id_, **room.filled(), seen=0)
    assert office.why_not(id_, "opinion") == ("documents.guard.drafts", {"count": 1})
    with pytest.raises(NotAllowed):
        office.opinion(id_)
    room.desk("expert-c", "expert").submit_review(id_, seen=1)
    assert len(office.opinion(id_).experts) == 3


def test_who_may_still_write_a_review_never_sees_the_others(tmp_path: Path) -> None:
    room = Room(tmp_path, separate_roles=False)
    id_ = room.at(State.OFFICE_AUDIT)
    both = exports(room, "both", "expert", "office")
    assert both.why_not(id_, "opinion") == ("documents.guard.own-review", {})
    with pytest.raises(NotAllowed):
        both.opinion(id_)


def test_what_was_decided_stands_in_its_row_unless_taken_back(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.at(State.OFFICE_AUDIT)
    office = room.desk("office2", "office")
    room.move(id_, "approve", office, "示例：误按")
    office.undo(id_, seen=office.submission(id_).revision)
    assert exports(room).opinion(id_).office is None
    room.move(id_, "approve", office, "示例：审核属实")
    made = exports(room).opinion(id_)
    assert made.office == Decided(True, "示例：审核属实", made.dated)
    assert made.group is None
    room.move(id_, "return", room.desk("group1", "group"), "示例：签章不清")
    signs = tables_of(opinion_docx(exports(room).opinion(id_), RUBRIC, SETTINGS, "zh"))[-1]
    assert signs[0][1].startswith("同意。理由：示例：审核属实（")
    assert signs[1][1].startswith("退回修改。理由：示例：签章不清（")


def test_the_grid_agrees_with_the_cells_and_no_row_is_torn() -> None:
    for table in Document(io.BytesIO(opinion_docx(OPINION, RUBRIC, SETTINGS, "zh"))).tables:
        assert [column.width for column in table.columns] == [cell.width for cell in table.rows[0].cells]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
