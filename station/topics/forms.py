"""附件1 forms in files and folders: hundreds at once, each read or refused by itself."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from station.errors import BadPaper, UsageError
from station.papers.form import read_form
from station.papers.types import Form, PaperProblem, Topic
from station.people import name_key
from station.rounds import Round
from station.store.names import natural, shown

MAX_FILES = 5000
MAX_DEPTH = 8
MEANT = (".xlsx", ".xlsm", ".docx", ".toml", ".doc", ".xls", ".wps", ".et", ".rtf", ".pdf", ".csv", ".ods", ".odt")
"""Files of a folder that somebody may have meant as a form; any other lies there for another reason."""


@dataclass(frozen=True)
class ReadForm:
    """One file as it was read."""

    file: str
    form: Form | None
    refused: PaperProblem | None = None


def forms_in(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, by name (2 before 10); hidden ones, Office's traces and links are left out.

    Raises UsageError for a path that is not there, or for more than 5000 files.
    """
    count = 0
    for path in paths:
        if not path.exists():
            raise UsageError("topic.import.no-such-file", path=str(path))
        for file in _below(path) if path.is_dir() else (path,):
            count += 1
            if count > MAX_FILES:
                raise UsageError("topic.import.too-many", limit=MAX_FILES)
            yield file


def _below(folder: Path) -> Iterator[Path]:
    for base, folders, files in os.walk(folder):
        folders[:] = sorted((name for name in folders if name != "__MACOSX" and not name.startswith(".")), key=natural)
        if len(Path(base).relative_to(folder).parts) >= MAX_DEPTH:
            folders.clear()
        for name in sorted(files, key=natural):
            path = Path(base) / name
            hidden = name.startswith((".", "~$"))
            if not hidden and path.suffix.lower() in MEANT and path.is_file() and not path.is_symlink():
                yield path


def read_one(path: Path) -> ReadForm:
    """The form in a file, or why there is none. Never raises for what a sender sent."""
    file = shown(path.name)
    try:
        form = read_form(path)
    except BadPaper as error:
        return ReadForm(file, None, PaperProblem(error.message, dict(error.params) | {"file": file}))
    except Exception as error:  # noqa: BLE001 - a stranger's file may break a library in ways nobody foresaw
        detail = f"{type(error).__name__}: {error}"[:200]
        return ReadForm(file, None, PaperProblem("paper.damaged", {"file": file, "detail": detail}))
    form = replace(form, file=file)
    if not form.topics:
        return ReadForm(file, None, PaperProblem("paper.form-no-topics", {"file": file}))
    return ReadForm(file, form)


def problems_of(form: Form, number: int, received: date, current: Round) -> tuple[PaperProblem, ...]:
    """Everything that is wrong with topic `number` (from 1) of a form: its own fields and those of the whole form, what
    the round asks for, and whether it came in time."""
    found = [problem for problem in form.problems if problem.params.get("topic", number) == number]
    area = form.topics[number - 1].area
    if area and name_key(area) not in {name_key(known) for known in current.areas}:
        found.append(PaperProblem("topic.problem.area", {"file": form.file, "topic": number, "area": area}))
    if received > current.deadline:
        late: dict[str, str | int | float] = {
            "file": form.file,
            "received": received.isoformat(),
            "deadline": current.deadline.isoformat(),
        }
        found.append(PaperProblem("topic.problem.late", late))
    return tuple(found)


def keys_of(topic: Topic) -> tuple[str, str]:
    """Unit and title as they are compared: both alike make one topic. Empty where the form does not say."""
    return name_key(topic.applicant_unit), name_key(topic.title)
