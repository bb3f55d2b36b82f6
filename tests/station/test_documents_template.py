"""The blank papers: filled in they are read back, blank they hold nothing."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook

from station.documents.settings import default_settings
from station.documents.template import QUESTIONS, ROWS, template_files
from station.papers.form import read_form
from station.papers.letter import read_letter
from station.papers.quiz import read_quiz
from station.papers.read import read_papers
from station.papers.types import Topic
from station.profile import default_profile
from station.rounds import default_round
from station.text import LANGUAGES
from tests.station.papered import saved, words_of

SETTINGS, PROFILE, ROUND = default_settings(), default_profile(), default_round()
TOPICS = (
    Topic("示例课程", "示例简介\n第二行", 2.0, "示例教师", "示例大学", "教授", "示例基地", True, "数字技术"),
    Topic("另一课程", "另一简介", 1.5, "另一教师", "另一大学", "研究员", "另一单位", False, "网络安全"),
)


def files(language: str = "zh") -> dict[str, bytes]:
    return template_files(PROFILE, ROUND, SETTINGS, language, date(2022, 2, 11))


def row_of(topic: Topic) -> tuple[str, ...]:
    return (
        topic.title, topic.area, topic.summary, f"{topic.hours:g}", topic.lecturer, topic.lecturer_unit,
        topic.lecturer_title, topic.applicant_unit, "是" if topic.national_base else "否",
    )  # fmt: skip


def fill_docx(content: bytes, path: Path) -> Path:
    document = Document(io.BytesIO(content))
    table = document.tables[0]
    for number, topic in enumerate(TOPICS):
        for cell, text in zip(table.rows[2 + number].cells[1:], row_of(topic), strict=True):
            cell.text = text
    for paragraph in document.paragraphs:
        for label, text in LOOSE.items():
            if paragraph.text.startswith(label):
                paragraph.text = label + text
    document.save(str(path))
    return path


def fill_xlsx(content: bytes, path: Path) -> Path:
    book = load_workbook(io.BytesIO(content))
    page = book.active
    for number, topic in enumerate(TOPICS):
        for column, text in enumerate(row_of(topic), 2):
            page.cell(6 + number, column).value = text
    for row in page.iter_rows(max_col=1):
        for label, text in LOOSE.items():
            if str(row[0].value).startswith(label):
                row[0].value = label + text
    book.save(path)
    return path


LOOSE = {
    "推荐单位：": "示例省人社厅",
    "填报时间：": "2022 年 2 月 20 日",
    "联系人：": "示例联系人",
    "联系电话：": "010-00000000",
}
FORMS: list[tuple[str, Callable[[bytes, Path], Path]]] = [
    ("附件1-选题征集表.docx", fill_docx), ("附件1-选题征集表.xlsx", fill_xlsx),
]  # fmt: skip


@pytest.mark.parametrize(("name", "fill"), FORMS)
def test_a_filled_form_is_read_back(tmp_path: Path, name: str, fill: Callable[[bytes, Path], Path]) -> None:
    form = read_form(fill(files()[name], tmp_path / name))
    assert form.problems == ()
    assert (form.recommending_unit, form.filled_on) == ("示例省人社厅", date(2022, 2, 20))
    assert (form.contact, form.telephone) == ("示例联系人", "010-00000000")
    assert form.topics == (Topic(**{**vars(TOPICS[0]), "summary": "示例简介 第二行"}), TOPICS[1])


@pytest.mark.parametrize("name", [name for name, _ in FORMS])
def test_a_blank_form_holds_no_topic_and_says_what_is_missing(tmp_path: Path, name: str) -> None:
    form = read_form(saved(tmp_path / name, files()[name]))
    assert form.topics == ()
    assert {problem.message for problem in form.problems} == {
        "paper.form-no-topics", "paper.missing.recommending-unit", "paper.missing.filled-on", "paper.missing.contact",
        "paper.missing.telephone",
    }  # fmt: skip


def test_the_form_is_that_of_the_notice_on_its_side() -> None:
    document = Document(io.BytesIO(files()["附件1-选题征集表.docx"]))
    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    assert document.sections[0].page_width > document.sections[0].page_height
    assert sum(cell.width.mm for cell in document.tables[0].rows[3].cells) == pytest.approx(297 - 28 - 26, abs=0.5)
    above, heads, *rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert above == ["序号"] + ["公需科目课件选题"] * 4 + ["授课教师"] * 3 + ["申报单位"] * 2
    assert heads == [
        "序号", "课件名称", "选题领域", "课件内容简介", "课时", "姓名", "单位", "职称", "单位", "是否国家级继续教育基地",
    ]  # fmt: skip
    assert [row[0] for row in rows] == [str(n + 1) for n in range(ROWS)]
    assert document.paragraphs[0].text == "专业技术人员知识更新工程 2022 年公需科目选题征集表"
    sheet = load_workbook(io.BytesIO(files()["附件1-选题征集表.xlsx"])).active
    assert {str(area) for area in sheet.merged_cells.ranges} >= {"A4:A5", "B4:E4", "F4:H4", "I4:J4"}


def test_a_filled_letter_is_read_back(tmp_path: Path) -> None:
    name = "附件3-知识产权保护承诺书.docx"
    document = Document(io.BytesIO(files()[name]))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("__________", "示例课程").replace("（盖章）：", "（盖章）：示例基地")
            run.text = run.text.replace("2022 年  月  日", "2022 年 3 月 1 日")
    document.save(str(tmp_path / name))
    letter = read_letter(tmp_path / name, scans=False)
    assert (letter.course, letter.unit, letter.dated, letter.problems) == ("示例课程", "示例基地", date(2022, 3, 1), ())


def test_a_filled_quiz_is_read_back(tmp_path: Path) -> None:
    name = "第1课时-测试题.docx"
    document = Document(io.BytesIO(files()[name]))
    number = 0
    for paragraph in document.paragraphs:
        text = paragraph.text.strip()
        if text == f"{number + 1}.":
            number += 1
            paragraph.add_run(f"示例第 {number} 问？")
        elif text in {"A.", "B.", "C.", "D."}:
            paragraph.add_run(f"选项{number}{text[0]}")
        elif text == "答案：":
            paragraph.add_run("ABD" if number > 3 else "C")
    document.save(str(tmp_path / name))
    quiz = read_quiz(tmp_path / name)
    assert (quiz.lesson, quiz.problems) == (1, ())
    assert [question.answer for question in quiz.questions] == ["C", "C", "C", "ABD", "ABD"]
    assert [question.text for question in quiz.questions] == [f"示例第 {n + 1} 问？" for n in range(QUESTIONS)]
    assert quiz.questions[1].options[3] == ("D", "选项2D")


def test_every_file_is_known_for_what_it_is_when_it_comes_back(tmp_path: Path) -> None:
    for name, content in files().items():
        if not name.endswith(".xlsx"):
            saved(tmp_path / name, content)
    fill_docx((tmp_path / "附件1-选题征集表.docx").read_bytes(), tmp_path / "附件1-选题征集表.docx")
    papers = read_papers(tmp_path, lessons=[])
    assert papers.form is not None
    assert papers.letter is not None
    assert [quiz.lesson for quiz in papers.quizzes] == [1]
    assert papers.unreadable == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_checklist_holds_every_clause_of_the_standard(language: str) -> None:
    made = files(language)
    assert len(made) == 5
    name = next(name for name in made if name.startswith(("报送材料清单", "checklist")))
    said = words_of(made[name])
    for clause in PROFILE.clauses.values():
        if not clause.id.startswith("N"):
            assert f"{clause.id} {clause.zh if language == 'zh' else clause.en}" in said
            assert clause.source in said
    for area in ROUND.areas:
        assert area in said
