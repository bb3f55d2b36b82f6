"""Quizzes: .txt, .docx, .xlsx in the shapes that people really write.

What a question lacks becomes a `PaperProblem`; whether five are enough is the check's business. A file that can't be read
at all raises `BadPaper`.
"""

from pathlib import Path

from station.errors import BadPaper
from station.papers._figures import readable_name, squeeze
from station.papers._office import read_small
from station.papers._office_files import read_grids
from station.papers._quiz_lines import Draft, Page, Reader, questions_of, settle
from station.papers._quiz_signs import lesson_number
from station.papers._quiz_table import read_table_quiz
from station.papers.types import PaperProblem, Question, Quiz

MAX_QUESTIONS = 2000
"""More than any course holds: beyond this the file is something else."""


def read_quiz(path: Path) -> Quiz:
    """The quiz of a file that holds one lesson's; of several, the first. Raises BadPaper."""
    return read_quizzes(path)[0]


def read_quizzes(path: Path) -> tuple[Quiz, ...]:
    """One quiz for every lesson that the file speaks of, at least one. Raises BadPaper."""
    if path.suffix.lower() == ".txt":
        reader = Reader()
        reader.feed(decode(read_small(path), path.name).splitlines())
        pages = reader.pages
    else:
        pages = _office_pages(path)
    named = lesson_number(readable_name(path.stem))
    pages = sorted((page for page in pages if page.drafts), key=lambda page: page.lesson or 0) or [Page()]
    return tuple(_quiz(page, named if page.lesson is None or len(pages) == 1 else None, path.name) for page in pages)


def decode(data: bytes, file: str) -> str:
    """Text of a file whose encoding nobody noted: UTF-8, UTF-16 (with or without a mark), GB 18030. Raises BadPaper."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        trials = ["utf-16"]
    elif data[:512].count(0) > len(data[:512]) // 8:
        trials = ["utf-16-le" if data[1:2] == b"\0" or data[3:4] == b"\0" else "utf-16-be"]
    else:
        trials = ["utf-8-sig", "gb18030"]
    for encoding in trials:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadPaper("paper.encoding", file=file)


def _office_pages(path: Path) -> list[Page]:
    reader = Reader()
    tabled: dict[int | None, Page] = {}
    for grid in read_grids(path):
        rows = read_table_quiz(grid) if grid.table else None
        if rows is None:
            reader.feed(grid.lines())
            continue
        for lesson, draft in rows:
            here = lesson if lesson is not None else reader.pages[-1].lesson
            tabled.setdefault(here, Page(here)).drafts.append(draft)
    for page in reader.pages:
        if page.lesson in tabled:
            page.drafts = tabled.pop(page.lesson).drafts + page.drafts
    return [*reader.pages, *tabled.values()]


def _quiz(page: Page, named: int | None, file: str) -> Quiz:
    drafts = questions_of(page)[:MAX_QUESTIONS]
    questions: list[Question] = []
    problems: list[PaperProblem] = []
    first: dict[str, int] = {}
    for draft in drafts:
        stem, answer = settle(draft)
        question = Question(draft.number, " ".join(stem.split()), tuple(draft.options), answer)
        questions.append(question)
        problems += _problems(draft, question, file)
        same = first.setdefault(squeeze(question.text), question.number)
        if same != question.number or sum(q.text == question.text for q in questions) > 1:
            problems.append(
                PaperProblem("paper.quiz-twice", {"file": file, "question": question.number, "first": same})
            )
    if not drafts:
        problems.append(PaperProblem("paper.quiz-empty", {"file": file}))
    return Quiz(file, page.lesson or named, tuple(questions), tuple(problems))


def _problems(draft: Draft, question: Question, file: str) -> list[PaperProblem]:
    place: dict[str, str | int | float] = {"file": file, "question": question.number}
    if draft.kind == "other":
        return [PaperProblem("paper.quiz-open", place)]
    if not question.options and (draft.judged or draft.kind == "judge"):
        return [PaperProblem("paper.quiz-judgement", place)]
    letters = {letter for letter, _ in question.options}
    found = []
    if len(letters) < 2:
        found.append(PaperProblem("paper.quiz-no-options", place))
    if any(not text for _, text in question.options):
        found.append(PaperProblem("paper.quiz-empty-option", place))
    if not question.answer:
        found.append(PaperProblem("paper.quiz-no-answer", place))
    elif letters and set(question.answer) - letters:
        found.append(PaperProblem("paper.quiz-answer-unknown", {**place, "answer": question.answer}))
    elif draft.kind == "one" and len(question.answer) > 1:
        found.append(PaperProblem("paper.quiz-one-answer", {**place, "answer": question.answer}))
    if not question.text:
        found.append(PaperProblem("paper.quiz-no-text", place))
    return found
