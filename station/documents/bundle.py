"""The publication bundle: renditions, quizzes and metadata of catalogued works as a BagIt bag.

data/catalogue.json, data/catalogue.xlsx, and for every work data/<serial>/metadata.json, lesson-NN.mp4, quiz-NN.txt.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

from station.documents.bags import make_bag, verify_bag
from station.documents.catalogue import catalogue_json, catalogue_xlsx, entry_table
from station.documents.settings import Settings
from station.documents.values import BundleLesson, BundleWork, Catalogue
from station.errors import Unavailable, UsageError, system_words
from station.papers.types import Quiz
from station.text import clean, say

SCHEMA = 1
"""Of metadata.json; a field may be added, none changes its meaning."""


def write_bundle(
    target: Path,
    catalogue: Catalogue,
    works: Sequence[BundleWork],
    settings: Settings,
    language: str,
    *,
    sealed: Callable[[bytes], None],
) -> None:
    """Write the bag beside `target`, check it, tell `sealed` its manifest, and give it its name in one step.

    Raises UsageError where something has the name, nothing is catalogued or a rendition is missing; Unavailable where the
    bag can't be written or is not whole.
    """
    _refuse(target, works)
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        part.mkdir(parents=True)
        (part / "catalogue.json").write_bytes(catalogue_json(catalogue))
        (part / "catalogue.xlsx").write_bytes(catalogue_xlsx(catalogue, settings, language))
        for work in works:
            _write_work(part / work.entry.serial, work)
        manifest = make_bag(part, _info(works, settings, language))
        report = verify_bag(part)
        if not report.sound:
            problem = report.problems[0]
            raise Unavailable("documents.error.bag-unsound", detail=say(problem.message, language, **problem.params))
        sealed(manifest)
        if target.is_symlink() or target.exists():
            raise UsageError("documents.error.there", path=str(target))
        part.rename(target)
    except OSError as error:
        raise Unavailable("documents.error.unwritable", path=str(target), detail=system_words(error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _refuse(target: Path, works: Sequence[BundleWork]) -> None:
    if target.is_symlink() or target.exists():
        raise UsageError("documents.error.there", path=str(target))
    if not works:
        raise UsageError("documents.error.nothing-catalogued")
    for work in works:
        for lesson in work.lessons:
            if not lesson.rendition or not Path(lesson.rendition).is_file():
                raise UsageError("documents.error.no-rendition", serial=work.entry.serial, lesson=lesson.ordinal)


def _write_work(folder: Path, work: BundleWork) -> None:
    folder.mkdir()
    for lesson in work.lessons:
        shutil.copyfile(lesson.rendition, folder / _video(lesson))
        if lesson.quiz is not None:
            (folder / _quiz(lesson)).write_text(quiz_text(lesson.quiz, lesson.ordinal), "utf-8", "replace")
    content = {"schema": SCHEMA, **entry_table(work.entry), "lessons": [_lesson(lesson) for lesson in work.lessons]}
    (folder / "metadata.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8", "replace")


def _lesson(lesson: BundleLesson) -> dict[str, object]:
    return {
        "ordinal": lesson.ordinal, "title": clean(lesson.title), "file": _video(lesson), "seconds": lesson.duration,
        "quiz": _quiz(lesson) if lesson.quiz else None,
    }  # fmt: skip


def _video(lesson: BundleLesson) -> str:
    return f"lesson-{lesson.ordinal:02}.mp4"


def _quiz(lesson: BundleLesson) -> str:
    return f"quiz-{lesson.ordinal:02}.txt"


def quiz_text(quiz: Quiz, ordinal: int) -> str:
    """A quiz as text that `station.papers.quiz` reads back, one way for all: Chinese, as the quizzes are."""
    lines = [say("documents.quiz.heading", number=ordinal)]
    for number, question in enumerate(quiz.questions, 1):
        lines += ["", f"{number}. {clean(question.text)}"]
        lines += [f"{letter}. {clean(text)}" for letter, text in question.options]
        lines.append(say("documents.quiz.answer", letters=question.answer))
    return "\n".join(lines) + "\n"


def _info(works: Sequence[BundleWork], settings: Settings, language: str) -> dict[str, str]:
    return {
        "Source-Organization": settings.issuer[language],
        "External-Description": say("documents.bag.description", language, works=len(works)),
        "Bag-Software-Agent": "Review Station",
    }
