"""submission.toml: the 附件1 form for people and programs that would rather write text.

recommending_unit = "示例省人力资源和社会保障厅"
filled_on = 2022-02-11                 # a date, or text in any form that the table may hold
contact = "示例联系人"
telephone = "010-00000000"

[[topic]]                              # one block a topic
title = "数字技术基础"
summary = "…"
hours = 2                              # 课时, 45 minutes each
lecturer = "示例教师"
lecturer_unit = "示例大学"
lecturer_title = "教授"
applicant_unit = "示例继续教育基地"
national_base = true
area = "数字技术"                       # may be left out
"""

import difflib
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from station.errors import BadPaper
from station.papers._form_labels import LOOSE
from station.papers._form_table import Written
from station.papers._office import read_small
from station.papers.types import PaperProblem, Topic

TOPIC_KEYS = tuple(field.name for field in fields(Topic))


def read_toml(path: Path) -> tuple[Written, list[PaperProblem]]:
    """What the file says, and the keys that are unknown or hold the wrong type. Raises BadPaper."""
    try:
        table = tomllib.loads(read_small(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadPaper("paper.toml-syntax", file=path.name, detail=str(error)) from error
    problems: list[PaperProblem] = []
    topics = table.pop("topic", [])
    if not isinstance(topics, list) or not all(isinstance(row, dict) for row in topics):
        problems.append(PaperProblem("paper.toml-type", {"file": path.name, "key": "topic"}))
        topics = []
    written = Written(loose=_texts(table, tuple(LOOSE), "", path.name, problems))
    for number, row in enumerate(topics, 1):
        written.topics.append(_texts(row, TOPIC_KEYS, f"topic[{number}].", path.name, problems))
    return written, problems


def _texts(
    table: dict[str, Any], known: tuple[str, ...], prefix: str, file: str, problems: list[PaperProblem]
) -> dict[str, str]:
    texts = {}
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0)
            problems.append(
                PaperProblem("paper.toml-unknown", {"file": file, "key": prefix + key, "near": near[0] if near else ""})
            )
        elif isinstance(value, bool):
            texts[key] = "是" if value else "否"
        elif isinstance(value, str | int | float | date):
            texts[key] = str(value).strip()
        else:
            problems.append(PaperProblem("paper.toml-type", {"file": file, "key": prefix + key}))
    return texts
