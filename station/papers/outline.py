"""The outline of a course (提纲): its titles with their levels, from .txt or .docx. It is optional; what the captions check reads.

A level is told by its sign: 第一章, 第一节, 一、, （一）, 1., 1.1, （1）, ①. Which signs a paper uses decides which level each one is.
A line such as 第2讲 … or 课时2 begins a lesson's part. Raises `BadPaper` for a file that can't be read.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from station.papers._figures import FIGURE, fold, readable_name
from station.papers._office import read_small
from station.papers._office_files import read_grids
from station.papers._quiz_signs import lesson_number
from station.papers.quiz import decode
from station.papers.types import Heading, Outline

MAX_LINES, MAX_TITLE = 5000, 60
"""Lines of a file, signs of a title: what is longer is a paragraph."""
SIGNS: tuple[str, ...] = (
    rf"第{FIGURE}[章编篇部]",
    rf"第{FIGURE}节",
    r"[一二三四五六七八九十]{1,3}\s*[、.]",
    r"\([一二三四五六七八九十]{1,3}\)",
    r"\d{1,2}(?:[、.](?!\d)|\s+(?=\D))",
    r"\d{1,2}[.]\d{1,2}(?![.\d])[.、]?",
    r"\d{1,2}[.]\d{1,2}[.]\d{1,2}(?![.\d])[.、]?",
    r"\(\d{1,2}\)|\d{1,2}\)",
    r"[①-⑳]",
)
"""Signs that begin a title, from the highest level to the lowest."""
_SIGN = re.compile(
    r"[\s#*\-•·]*(?:" + "|".join(f"(?P<s{index}>{sign})" for index, sign in enumerate(SIGNS)) + r")[\s:、]*"
)
_LESSON = re.compile(rf"[\s#*【\[]*(?:第\s*{FIGURE}\s*(?:讲|课时|课|学时)|课时\s*{FIGURE}|lesson\s*\d+)", re.IGNORECASE)


def read_outline(path: Path) -> Outline:
    """The titles of the outline in `path`. Raises BadPaper."""
    if path.suffix.lower() == ".txt":
        lines: Iterable[str] = decode(read_small(path), path.name).splitlines()
    else:
        lines = (line for grid in read_grids(path) for line in grid.lines())
    return Outline(path.name, tuple(_headings(lines, lesson_number(readable_name(path.stem)))))


def joined(outlines: Iterable[Outline]) -> Outline | None:
    """Several files, one a lesson perhaps, as one outline; None where there is none."""
    every = list(outlines)
    if not every:
        return None
    return Outline(
        "、".join(outline.file for outline in every), tuple(h for outline in every for h in outline.headings)
    )


def _headings(lines: Iterable[str], lesson: int | None) -> Iterator[Heading]:
    found: list[tuple[int, str, int | None]] = []
    for number, line in enumerate(lines):
        if number >= MAX_LINES:
            break
        folded = fold(line)
        if _LESSON.match(folded):
            lesson = lesson_number(folded) or lesson
            continue
        match = _SIGN.match(folded)
        title = line[match.end() :].strip() if match else ""
        if match and title and len(title) <= MAX_TITLE and not title.endswith(("。", "；", ";")):
            found.append((next(i for i in range(len(SIGNS)) if match[f"s{i}"]), title, lesson))
    levels = {sign: level for level, sign in enumerate(sorted({sign for sign, _, _ in found}), start=1)}
    yield from (Heading(levels[sign], title, of) for sign, title, of in found)
