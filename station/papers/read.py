"""Find the papers among the files of a submission and read them. Never raises for what a sender sent.

A paper is known by its name (附件1, 征集表, 测试题, 承诺书 …), else by its content. What looks like a paper and can't be read
becomes a problem that names the file.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from station.errors import BadPaper
from station.papers._figures import readable_name
from station.papers._form_table import is_form
from station.papers._office_files import read_grids
from station.papers.form import read_form
from station.papers.letter import PICTURES, letter_text, read_letter
from station.papers.outline import joined, read_outline
from station.papers.quiz import read_quizzes
from station.papers.seal import SEAL_HINT, SEAL_MOST
from station.papers.types import PaperProblem, Papers, Quiz

MAX_FILES = 2000
MAX_DEPTH = 8
GRIDDED = (".xlsx", ".xlsm", ".docx")
OLD = (".doc", ".xls", ".wps", ".et", ".rtf")
READABLE = (*GRIDDED, *OLD, *PICTURES, ".toml", ".txt", ".pdf")
NAMES: tuple[tuple[str, str], ...] = (
    ("letter", r"承诺书|承诺函|commitment"),
    ("form", r"征集表|申报表|推荐表|^submission\.toml$"),
    ("quiz", r"测试题|测验|试题|习题|考题|题库|(?<![a-z])quiz"),
    ("outline", r"提纲|大纲|课程纲要|(?<![a-z])outline"),
    ("form", r"附件[1一](?!\d)|(?<![a-z])form(?![a-z])"),
    ("letter", r"附件[3三](?!\d)|(?<![a-z])letter(?![a-z])|承诺"),
    ("quiz", r"测试|(?<![a-z])test(?![a-z])"),
    ("form", r"选题"),
)
"""Kind and what the name of such a file holds; the surer signs first."""
NO_PAPER = re.compile(r"材料清单|checklist")
"""The list that `station template` writes quotes every paper and is none."""
READS: dict[str, tuple[str, ...]] = {
    "form": (*GRIDDED, ".toml"),
    "quiz": (*GRIDDED, ".txt"),
    "letter": (".pdf", ".docx", *PICTURES),
    "outline": (".docx", ".txt"),
}
Paper = TypeVar("Paper")


def read_papers(folder: Path, *, lessons: Sequence[Path]) -> Papers:
    """All papers of the submission in `folder`; `lessons` are its videos, which are not papers."""
    found: dict[str, list[Path]] = {kind: [] for kind in READS}
    unknown: list[Path] = []
    problems: list[PaperProblem] = []
    for path in _candidates(folder, lessons):
        kind = _kind_by_name(path)
        if kind is not None and path.suffix.lower() in READS[kind]:
            found[kind].append(path)
        elif path.suffix.lower() in OLD:
            problems.append(PaperProblem("paper.old-format", {"file": path.name}))
        elif kind == "outline":
            continue  # nobody has to send one
        elif kind is not None:
            problems.append(PaperProblem("paper.other-format", {"file": path.name}))
        elif not NO_PAPER.search(readable_name(path.name).lower()):
            unknown.append(path)
    for path in unknown:
        if kind := _kind_by_content(path, have_letter=bool(found["letter"])):
            found[kind].append(path)
    form = _one(found["form"], read_form, "paper.form-second", problems)
    letter = _one(found["letter"], read_letter, "paper.letter-second", problems)
    quizzes = _quizzes(found["quiz"], problems)
    outline = joined(paper for path in found["outline"] if (paper := _try(path, read_outline, problems)) is not None)
    return Papers(form, quizzes, letter, len(lessons), (), tuple(problems), outline)


def supplemented(held: Papers, added: Papers) -> Papers:
    """`held` with `added` in place of what it holds of the same kind: the form, the letter, the outline, the quizzes of the same
    lessons; what could not be read of these is told no more."""
    kinds = {"form": added.form, "letter": added.letter, "outline": added.outline, "quiz": added.quizzes}
    come = {kind for kind, paper in kinds.items() if paper}
    lessons = {quiz.lesson for quiz in added.quizzes}
    quizzes = [*(quiz for quiz in held.quizzes if quiz.lesson not in lessons), *added.quizzes]
    kept = (p for p in held.unreadable if _kind_by_name(Path(str(p.params.get("file", "")))) not in come)
    return replace(
        held,
        form=added.form or held.form,
        letter=added.letter or held.letter,
        outline=added.outline or held.outline,
        quizzes=tuple(sorted(quizzes, key=lambda quiz: (quiz.lesson is None, quiz.lesson or 0))),
        unreadable=(*kept, *added.unreadable),
    )


def _candidates(folder: Path, lessons: Sequence[Path]) -> Iterator[Path]:
    """Files that may be papers, in order of their names; links are not followed, traces of Office and macOS left out."""
    videos = {path.absolute() for path in lessons}
    count = 0
    for base, folders, files in os.walk(folder):
        depth = len(Path(base).relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if name != "__MACOSX" and not name.startswith("."))
        if depth >= MAX_DEPTH:
            folders.clear()
        for name in sorted(files):
            path = Path(base) / name
            hidden = name.startswith((".", "~$"))
            if hidden or path.suffix.lower() not in READABLE or path.absolute() in videos or not _is_plain(path):
                continue
            count += 1
            if count > MAX_FILES:
                return
            yield path


def _is_plain(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:
        return False


def _kind_by_name(path: Path) -> str | None:
    name = readable_name(path.name).lower()
    return next((kind for kind, pattern in NAMES if re.search(pattern, name)), None)


def _kind_by_content(path: Path, *, have_letter: bool) -> str | None:
    """What an unnamed file is; None for one that is no paper or can't be read: nobody said it was one."""
    suffix = path.suffix.lower()
    try:
        if suffix in GRIDDED and is_form(read_grids(path)):
            return "form"
        if suffix in {".docx", ".pdf"} and re.search(
            r"承诺[\s\S]*(知识产权|版权|著作权)|(知识产权|版权)[\s\S]*承诺", letter_text(path)
        ):
            return "letter"
        if suffix in READS["quiz"] and any(q.options for quiz in read_quizzes(path) for q in quiz.questions):
            return "quiz"
        if suffix in {".pdf", *PICTURES} and not have_letter:
            return "letter" if SEAL_HINT <= (read_letter(path, scans=False).seal_share or 0) <= SEAL_MOST else None
    except Exception:  # noqa: BLE001 - nobody said that it was a paper, and it may break a library in unforeseen ways
        return None
    return None


def _one(paths: list[Path], read: Callable[[Path], Paper], second: str, problems: list[PaperProblem]) -> Paper | None:
    """The first that can be read; every other one is named."""
    chosen: tuple[Path, Paper] | None = None
    for path in paths:
        paper = _try(path, read, problems)
        if paper is None:
            continue
        if chosen is None:
            chosen = (path, paper)
        else:
            problems.append(PaperProblem(second, {"file": path.name, "first": chosen[0].name}))
    return chosen[1] if chosen else None


def _quizzes(paths: list[Path], problems: list[PaperProblem]) -> tuple[Quiz, ...]:
    quizzes = [quiz for path in paths for quiz in _try(path, read_quizzes, problems) or ()]
    return tuple(sorted(quizzes, key=lambda quiz: (quiz.lesson is None, quiz.lesson or 0)))


def _try(path: Path, read: Callable[[Path], Paper], problems: list[PaperProblem]) -> Paper | None:
    try:
        return read(path)
    except BadPaper as error:
        problems.append(PaperProblem(error.message, dict(error.params)))
    except Exception as error:  # noqa: BLE001 - a stranger's file may break a library in ways nobody foresaw
        detail = f"{type(error).__name__}: {error}"
        problems.append(PaperProblem("paper.damaged", {"file": path.name, "detail": detail[:200]}))
    return None
