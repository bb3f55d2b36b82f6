"""A room with papers, for tests of documents: works with a form and quizzes, in the catalogue or on the way to it."""

import io
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook

from station.desk.exporting import ExportDesk
from station.papers import codec
from station.papers.types import Form, Papers, Question, Quiz, Topic
from station.workflow import State
from tests.station.room import RECOMMENDER, STEPS, UNIT, Room

TO_CATALOGUE = (State.EXPERT_REVIEW, State.OFFICE_AUDIT, State.GROUP_DECISION, State.CATALOGUED)


def exports(room: Room, account: str = "office9", *roles: str, unit: str = "") -> ExportDesk:
    return ExportDesk.of(room.desk(account, *(roles or ("office",)), unit=unit))


def topic(title: str, **more: Any) -> Topic:
    values: dict[str, Any] = {
        "title": title, "summary": f"{title}的简介", "hours": 2.0, "lecturer": "示例教师", "lecturer_unit": "示例大学",
        "lecturer_title": "教授", "applicant_unit": UNIT, "national_base": True, "area": "数字技术",
    }  # fmt: skip
    return Topic(**{**values, **more})


def quiz(lesson: int, questions: int = 5) -> Quiz:
    made = tuple(
        Question(n, f"示例第 {n} 问？", (("A", f"甲{n}"), ("B", f"乙{n}"), ("C", f"丙{n}")), "AC" if n == 5 else "B")
        for n in range(1, questions + 1)
    )
    return Quiz(f"第{lesson}讲.docx", lesson, made)


def papers(title: str, lessons: int, **more: Any) -> Papers:
    form = Form(RECOMMENDER, None, "示例", "010-00000000", (topic("别的"), topic(title, **more)), "form.docx")
    return Papers(form, tuple(quiz(n) for n in range(1, lessons + 1)), None, lessons)


def catalogued(room: Room, title: str, *, lessons: int = 1, published: bool = False, **more: Any) -> str:
    """A work in the catalogue, with its form, a quiz a lesson and rendition files."""
    hours, share = more.pop("hours", 2.0), more.pop("share", 0.9)
    id_ = room.triage(title=title, lessons=lessons, unit=more.get("applicant_unit", UNIT))
    with room.store.transaction():
        room.store.execute(
            "UPDATE submissions SET papers = ?, hours = ?, lecturer = ? WHERE id = ?",
            (codec.to_json(papers(title, lessons, **more)), hours, more.get("lecturer", "示例教师"), id_),
        )
    for ordinal in range(1, lessons + 1):
        path = room.config.root / f"submissions/{id_}/lessons/{ordinal}/rendition.mp4"
        path.parent.mkdir(parents=True)
        path.write_bytes(f"{title} {ordinal}".encode() * 100)
    for target in (*TO_CATALOGUE, State.PUBLISHED) if published else TO_CATALOGUE:
        if target is State.OFFICE_AUDIT:
            for number in range(room.experts):
                room.score(id_, f"expert{number}", share=share)
        account, role, action = STEPS[target]
        room.move(id_, action, room.desk(account, role))
    return id_


def words_of(content: bytes) -> str:
    """All text of a .docx: paragraphs and table cells, a line each."""
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell for table in document.tables for row in cells_of(table) for cell in row]
    return "\n".join(lines)


def cells_of(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def tables_of(content: bytes) -> list[list[list[str]]]:
    return [cells_of(table) for table in Document(io.BytesIO(content)).tables]


def sheets_of(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Sheet → rows of values."""
    book = load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def saved(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
