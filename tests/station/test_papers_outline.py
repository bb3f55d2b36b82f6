"""Outlines in the shapes that people write."""

from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from station.errors import BadPaper
from station.papers.codec import from_json, to_json
from station.papers.outline import _headings, read_outline
from station.papers.read import read_papers
from station.papers.types import Heading


def levels(text: str) -> list[tuple[int, str]]:
    return [(heading.level, heading.text) for heading in _headings(text.splitlines(), None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "一、概述\n（一）概念\n1. 机密性\n2、完整性\n（二）法规",
            [(1, "概述"), (2, "概念"), (3, "机密性"), (3, "完整性"), (2, "法规")],
        ),
        ("第一章 概述\n第一节 概念\n一、机密性", [(1, "概述"), (2, "概念"), (3, "机密性")]),
        ("1 概述\n1.1 概念\n1.1.1 机密性\n1.2 法规", [(1, "概述"), (2, "概念"), (3, "机密性"), (2, "法规")]),
        ("# 一、概述\n  （一）概念\n    ① 机密性", [(1, "概述"), (2, "概念"), (3, "机密性")]),
        ("课程提纲\n本课程讲授……。\n1．概述\n1）概念", [(1, "概述"), (2, "概念")]),
        ("2022 年的情况\n3.5 亿人次", [(1, "亿人次")]),
        ("", []),
    ],
)
def test_levels(text: str, expected: list[tuple[int, str]]) -> None:
    assert levels(text) == expected


def test_lessons(tmp_path: Path) -> None:
    path = tmp_path / "课程提纲.txt"
    path.write_text("第1讲 概述\n一、概念\n第二讲：法规\n一、法律\n", encoding="gb18030")
    assert read_outline(path).headings == (Heading(1, "概念", 1), Heading(1, "法律", 2))
    named = tmp_path / "提纲-第3讲.txt"
    named.write_text("一、案例\n", encoding="utf-8")
    assert read_outline(named).headings == (Heading(1, "案例", 3),)


def test_word_and_the_drop(tmp_path: Path) -> None:
    document = docx.Document()
    for line in ("一、概述", "（一）概念"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "提纲.docx"))
    (tmp_path / "大纲.pdf").write_bytes(b"%PDF-1.4 nothing")
    papers = read_papers(tmp_path, lessons=[])
    assert papers.outline is not None
    assert [heading.text for heading in papers.outline.headings] == ["概述", "概念"]
    assert papers.unreadable == ()
    assert from_json(to_json(papers)) == papers


def test_a_damaged_outline_says_so(tmp_path: Path) -> None:
    (tmp_path / "提纲.docx").write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(BadPaper):
        read_outline(tmp_path / "提纲.docx")
    assert read_papers(tmp_path, lessons=[]).outline is None


@given(some.text(max_size=200))
def test_any_text_gives_levels_without_gaps(text: str) -> None:
    found = [heading.level for heading in _headings(text.splitlines(), None)]
    assert set(found) == set(range(1, max(found, default=0) + 1))
