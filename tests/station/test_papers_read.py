"""Finding the papers among whatever a sender put into the folder."""

import os
from pathlib import Path

import docx
import pytest
from openpyxl import Workbook
from PIL import Image, ImageDraw

from station.papers.codec import from_json, to_json
from station.papers.read import read_papers
from station.papers.types import Papers
from station.text import LANGUAGES, say

QUIZ = "1. 题目\nA. 甲\nB. 乙\n答案：A\n"
LETTER = "知识产权保护承诺书\n公需科目 示例 选题的课件\n申报单位名称（盖章）：示例大学\n日期：2022年2月11日"
HEAD = ["课件名称", "课件内容简介", "课时", "姓名", "工作单位", "职称", "申报单位", "是否国家级继续教育基地"]


def form(path: Path) -> None:
    """A small form."""
    book = Workbook()
    book.active.append(HEAD)
    book.active.append(["示例题目", "简介", 1, "示例教师", "示例大学", "教授", "示例单位", "是"])
    book.save(path)


def letter(path: Path) -> None:
    """A typed letter."""
    document = docx.Document()
    for line in LETTER.split("\n"):
        document.add_paragraph(line)
    document.save(str(path))


def sealed(path: Path) -> None:
    """A picture with a seal."""
    page = Image.new("RGB", (420, 594), "white")
    ImageDraw.Draw(page).ellipse([250, 400, 334, 484], outline=(210, 30, 40), width=6)
    page.save(path)


def read(folder: Path, lessons: list[Path] | None = None) -> Papers:
    """Read, and prove that everything in it can be said and kept."""
    papers = read_papers(folder, lessons=lessons or [])
    for problem in papers.unreadable:
        assert problem.params["file"]
        assert all(say(problem.message, language, **problem.params) for language in LANGUAGES)
    assert from_json(to_json(papers)) == papers
    return papers


def problems(papers: Papers) -> list[tuple[str, object]]:
    """(text id, file)."""
    return [(problem.message, problem.params["file"]) for problem in papers.unreadable]


def test_by_their_usual_names(tmp_path: Path) -> None:
    (tmp_path / "材料").mkdir()
    form(tmp_path / "材料/附件1 选题征集表.xlsx")
    letter(tmp_path / "材料/附件3-示例选题承诺书.docx")
    (tmp_path / "第2讲测试题.txt").write_text(QUIZ, encoding="gbk")
    (tmp_path / "第1讲测试题.txt").write_text(QUIZ, encoding="utf-8")
    video = tmp_path / "第1讲.mp4"
    video.write_bytes(b"video")
    papers = read(tmp_path, [video])
    assert papers.form is not None
    assert papers.letter is not None
    assert papers.form.topics[0].title == "示例题目"
    assert [quiz.lesson for quiz in papers.quizzes] == [1, 2]
    assert (papers.letter.unit, papers.lessons, papers.unreadable) == ("示例大学", 1, ())


def test_by_their_content(tmp_path: Path) -> None:
    form(tmp_path / "a.xlsx")
    letter(tmp_path / "b.docx")
    (tmp_path / "c.txt").write_text(QUIZ, encoding="utf-8")
    (tmp_path / "readme.txt").write_text("说明：请查收。", encoding="utf-8")
    papers = read(tmp_path)
    assert papers.form is not None
    assert papers.letter is not None
    assert len(papers.quizzes) == 1
    assert papers.unreadable == ()


def test_a_sealed_picture_is_taken_for_the_letter_when_there_is_no_other(tmp_path: Path) -> None:
    sealed(tmp_path / "scan001.jpg")
    for colour in ("green", "red", (200, 150, 120)):
        Image.new("RGB", (400, 300), colour).save(tmp_path / f"poster-{colour}.png")
    papers = read(tmp_path)
    assert papers.letter is not None
    assert papers.letter.file == "scan001.jpg"
    letter(tmp_path / "承诺书.docx")
    papers = read(tmp_path)
    assert papers.letter is not None
    assert papers.letter.file == "承诺书.docx"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("网络安全测试技术选题征集表.xlsx", "form"), ("submission.toml", "form"), ("示例选题承诺书.pdf", "letter"), ("附件三.jpg", "letter"),
     ("附件一.docx", "form"), ("附件12.docx", None), ("performance.txt", None), ("latest.txt", None), ("Quiz 3.txt", "quiz"),
     ("课程测试题.docx", "quiz")],
)  # fmt: skip
def test_names(tmp_path: Path, name: str, kind: str | None) -> None:
    (tmp_path / name).write_bytes(b"")
    assert problems(read(tmp_path)) == ([("paper.empty", name)] if kind else [])


def test_old_and_other_formats_are_named(tmp_path: Path) -> None:
    for name in ("附件1.xls", "测试题.doc", "承诺书.txt", "征集表.pdf"):
        (tmp_path / name).write_bytes(b"x")
    assert sorted(problems(read(tmp_path))) == [
        ("paper.old-format", "测试题.doc"),
        ("paper.old-format", "附件1.xls"),
        ("paper.other-format", "征集表.pdf"),
        ("paper.other-format", "承诺书.txt"),
    ]


def test_a_second_form_and_letter_are_named(tmp_path: Path) -> None:
    form(tmp_path / "征集表1.xlsx")
    form(tmp_path / "征集表2.xlsx")
    letter(tmp_path / "承诺书1.docx")
    letter(tmp_path / "承诺书2.docx")
    assert problems(read(tmp_path)) == [("paper.form-second", "征集表2.xlsx"), ("paper.letter-second", "承诺书2.docx")]


def test_the_first_readable_form_counts(tmp_path: Path) -> None:
    (tmp_path / "征集表1.xlsx").write_bytes(b"broken")
    form(tmp_path / "征集表2.xlsx")
    papers = read(tmp_path)
    assert papers.form is not None
    assert problems(papers) == [("paper.damaged", "征集表1.xlsx")]


def test_traces_of_other_programs_and_links_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "__MACOSX").mkdir()
    for name in ("~$征集表.xlsx", "._征集表.xlsx", "__MACOSX/征集表.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    outside = tmp_path / "outside"
    (tmp_path / "in").mkdir()
    outside.mkdir()
    form(outside / "征集表.xlsx")
    (tmp_path / "in/征集表.xlsx").symlink_to(outside / "征集表.xlsx")
    assert read(tmp_path / "in") == Papers()
    (outside / "征集表.xlsx").unlink()
    assert read(tmp_path) == Papers()


def test_names_that_hurt(tmp_path: Path) -> None:
    names = [
        "征集表".encode("gb18030") + b" \x1b[31m[@click=x]\n.xlsx",
        "承诺书\u202e\U0001f600.pdf".encode(),
        b"\xff" * 240 + b" quiz.txt",
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    papers = read(tmp_path)
    assert sorted(problem.message for problem in papers.unreadable) == ["paper.damaged", "paper.damaged"]
    assert len(papers.quizzes) == 1


def test_lesson_number_in_a_name_of_another_encoding(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode("第3讲测试题".encode("gb18030") + b".txt")).write_text(QUIZ, encoding="utf-8")
    assert [quiz.lesson for quiz in read(tmp_path).quizzes] == [3]


def test_an_empty_and_a_missing_folder(tmp_path: Path) -> None:
    assert read(tmp_path) == Papers()
    assert read(tmp_path / "gone") == Papers()


def test_an_unnamed_file_that_breaks_its_reader_is_no_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form(tmp_path / "附件1.xlsx")
    Image.new("RGB", (40, 40), "white").save(tmp_path / "封面.png")

    def breaking(path: Path) -> None:
        raise ZeroDivisionError(path.name)

    monkeypatch.setattr("station.papers.read.read_letter", breaking)
    papers = read_papers(tmp_path, lessons=[])
    assert papers.form is not None
    assert papers.letter is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    form(tmp_path / "征集表.xlsx")
    (tmp_path / "征集表.xlsx").chmod(0)
    assert problems(read(tmp_path)) == [("paper.unreadable", "征集表.xlsx")]
