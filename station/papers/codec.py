"""Papers ↔ JSON: what the store keeps of a submission's papers. `from_json(to_json(p)) == p`, to the bit."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from station.papers.types import Form, Heading, Letter, Outline, PaperProblem, Papers, Question, Quiz, Topic


def to_json(papers: Papers) -> str:
    """One line of ASCII: file names with surrogate escapes come through any store and any encoding unhurt."""
    return json.dumps(asdict(papers), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in papers")


def from_json(text: str) -> Papers:
    """What `to_json` wrote. Raises ValueError when it is something else."""
    try:
        table = json.loads(text)
        return Papers(
            form=_form(table["form"]) if table["form"] else None,
            quizzes=tuple(_quiz(row) for row in table["quizzes"]),
            letter=_letter(table["letter"]) if table["letter"] else None,
            lessons=table["lessons"],
            lesson_seconds=tuple(table["lesson_seconds"]),
            unreadable=_problems(table["unreadable"]),
            outline=_outline(table.get("outline")),
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"not the papers of a submission: {error}") from error


def _form(row: dict[str, Any]) -> Form:
    return Form(
        **{
            **row,
            "filled_on": _date(row["filled_on"]),
            "topics": tuple(Topic(**topic) for topic in row["topics"]),
            "problems": _problems(row["problems"]),
        }
    )


def _quiz(row: dict[str, Any]) -> Quiz:
    questions = tuple(
        Question(**{**question, "options": tuple((letter, text) for letter, text in question["options"])})
        for question in row["questions"]
    )
    return Quiz(**{**row, "questions": questions, "problems": _problems(row["problems"])})


def _letter(row: dict[str, Any]) -> Letter:
    return Letter(**{**row, "dated": _date(row["dated"]), "problems": _problems(row["problems"])})


def _outline(row: dict[str, Any] | None) -> Outline | None:
    return Outline(row["file"], tuple(Heading(**heading) for heading in row["headings"])) if row else None


def _problems(rows: list[dict[str, Any]]) -> tuple[PaperProblem, ...]:
    return tuple(PaperProblem(**row) for row in rows)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
