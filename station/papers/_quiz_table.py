"""Quizzes laid out as a table: a column for the question, for the options (one each, or all in one), for the answer."""

import re

from station.papers._figures import figure, fold, squeeze
from station.papers._quiz_lines import Draft
from station.papers._quiz_signs import FALSE_SIGNS, KIND, TRUE_SIGNS, lesson_number, letters_of, split_options
from station.papers.grid import Grid

COLUMNS = {
    "number": r"序号|题号|编号|no\.?",
    "lesson": r"(所属)?(课时|课程|讲次|章节|课次|课件)(名称|序号)?",
    "kind": r"(题目?|试题)?(类型|题型)|题型",
    "stem": r"题干|题目|题目内容|试题|试题内容|问题|题干内容|题目描述|question",
    "options": r"选项|选项内容|备选项|备选答案|options",
    "answer": r"(正确|参考|标准)?答案|answer",
}
HEAD_ROWS = 20


def read_table_quiz(grid: Grid) -> list[tuple[int | None, Draft]] | None:
    """(lesson, question) for every row, or None when the grid has no head that names a question and an answer."""
    head = next((r for r in range(min(HEAD_ROWS, len(grid.rows))) if _columns(grid, r)), None)
    if head is None:
        return None
    columns = _columns(grid, head)
    rows: list[tuple[int | None, Draft]] = []
    for row in grid.rows[head + 1 :]:
        texts = {name: row[place].text.strip() for name, place in columns.items() if place < len(row)}
        if texts.get("stem"):
            rows.append((_lesson(texts.get("lesson", "")), _draft(texts, len(rows) + 1)))
    return rows


def _columns(grid: Grid, r: int) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(grid.rows[r]):
        label = squeeze(cell.text)
        letter = re.fullmatch(r"(?:选项|option)?([a-h])(?:选项|项)?", label)
        name = letter[1].upper() if letter else next((n for n, p in COLUMNS.items() if re.fullmatch(p, label)), None)
        if name is not None:
            columns.setdefault(name, place)
    return columns if {"stem", "answer"} <= columns.keys() and ("A" in columns or "options" in columns) else {}


def _lesson(text: str) -> int | None:
    return lesson_number(text) or figure(text)


def _draft(texts: dict[str, str], otherwise: int) -> Draft:
    kind = KIND.search(texts.get("kind", ""))
    draft = Draft(figure(texts.get("number", "")) or otherwise, kind.lastgroup if kind else None)
    draft.stem.append(" ".join(texts["stem"].split()))
    draft.options = [(letter, texts[letter]) for letter in "ABCDEFGH" if texts.get(letter)]
    if not draft.options and texts.get("options"):
        draft.options = split_options(texts["options"].replace("\n", "  "), "A")[1]
    answer = fold(texts.get("answer", "")).strip()
    if answer in TRUE_SIGNS | FALSE_SIGNS and not draft.options:
        draft.judged = True
    elif re.fullmatch(r"[A-Ha-h\s,、;，；]*", answer):
        draft.answer = letters_of(answer)
    return draft
