"""优秀课件: marks, learners' response and learner numbers into one ranking; who stands on it is proposed, a person decides.

Each of the three is a share 0–1 (marks and response of 100; learners as the share of the ranked works that have no more of
them, so that one very popular work does not push all others to nothing), and the settings weigh them.
"""

import csv
import io
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from station.documents.catalogue import by_unit
from station.documents.settings import Excellence, Settings
from station.documents.sheets import Sheet, workbook
from station.documents.values import Entry
from station.errors import UsageError
from station.papers.quiz import decode
from station.people import name_key
from station.text import Phrase, say

NAMES = {
    "work": ("序号", "编号", "课件名称", "课件", "serial", "id", "title"),
    "response": ("评价", "学员评价", "满意度", "好评", "response"),
    "learners": ("学习人数", "人数", "learners"),
}
"""What the head of a column of the numbers may say."""
COLUMNS = {
    "rank": 8.0, "serial": 12.0, "title": 36.0, "lecturer": 16.0, "unit": 28.0, "marks": 12.0, "response": 12.0,
    "learners": 12.0, "score": 10.0, "state": 24.0,
}  # fmt: skip
"""Column → width in signs."""
LIST_COLUMNS = {
    "number": 8.0,
    "lecturer": 16.0,
    "lecturer-unit": 28.0,
    "lecturer-title": 16.0,
    "serial": 12.0,
    "title": 36.0,
}
UNIT_COLUMNS = {"unit": 36.0, "base": 16.0, "works": 10.0, "hours": 10.0, "mean": 14.0, "proposed": 12.0}
_SAME = 1e-9


@dataclass(frozen=True)
class Numbers:
    """What the platform tells of one work."""

    response: float
    """0–100."""
    learners: int


@dataclass(frozen=True)
class Ranked:
    """One work of the ranking."""

    entry: Entry
    marks: float | None
    numbers: Numbers | None
    score: float | None
    """0–1; None: not ranked."""
    rank: int | None
    state: str
    """`proposed`, `tie` (as good as one beyond the last place: a person decides), `not-proposed`, `below`, `no-numbers`, `no-marks`."""


def read_numbers(content: bytes, file: str, entries: Sequence[Entry]) -> dict[str, Numbers]:
    """The numbers by submission, from a CSV with a head. A work is named by serial number, id or title.

    Raises UsageError with every problem, one a line; BadPaper for text in no known encoding.
    """
    rows = [row for row in csv.reader(io.StringIO(decode(content, file))) if any(cell.strip() for cell in row)]
    places = _places(rows[0]) if rows else {}
    if missing := [name for name in NAMES if name not in places]:
        raise UsageError("documents.error.no-column", path=file, names=", ".join(NAMES[missing[0]]))
    known = _known(entries)
    problems: list[Phrase] = []
    found: dict[str, Numbers] = {}
    for line, row in enumerate(rows[1:], 2):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        id_, numbers = known.get(name_key(cells["work"])), _numbers(cells)
        if id_ is None:
            problems.append(Phrase("documents.error.unknown-work", {"line": line, "work": cells["work"]}))
        elif numbers is None:
            told = {"line": line, "response": cells["response"], "learners": cells["learners"]}
            problems.append(Phrase("documents.error.no-number", told))
        elif id_ in found:
            problems.append(Phrase("documents.error.twice", {"line": line, "work": cells["work"]}))
        else:
            found[id_] = numbers
    if problems:
        raise UsageError("documents.error.numbers", path=file, problems=tuple(problems))
    return found


def _places(head: Sequence[str]) -> dict[str, int]:
    said = [name_key(cell) for cell in head]
    return {
        name: said.index(known)
        for name, alike in NAMES.items()
        for known in [next((word for word in alike if word in said), None)]
        if known is not None
    }


def _known(entries: Sequence[Entry]) -> dict[str, str]:
    """Serial number, id or title → submission. A title that two works have names neither."""
    titles = [name_key(entry.title) for entry in entries]
    made = {name_key(entry.title): entry.id for entry in entries if titles.count(name_key(entry.title)) == 1}
    return made | {name_key(name): entry.id for entry in entries for name in (entry.serial, entry.id)}


def _numbers(cells: Mapping[str, str]) -> Numbers | None:
    try:
        response, learners = float(cells["response"].rstrip("%％")), int(cells["learners"].replace(",", ""))
    except ValueError:
        return None
    good = math.isfinite(response) and 0 <= response <= 100 and learners >= 0
    return Numbers(response, learners) if good else None


def rank(
    entries: Sequence[Entry], marks: Mapping[str, float], numbers: Mapping[str, Numbers], rules: Excellence
) -> list[Ranked]:
    """All works: the ranked ones best first, then those that are not ranked, by serial number."""
    fit = [entry for entry in entries if _aside(entry, marks, numbers, rules) is None]
    crowd = [numbers[entry.id].learners for entry in fit]
    scored = []
    for entry in fit:
        own = numbers[entry.id]
        share = sum(count <= own.learners for count in crowd) / len(crowd)
        score = rules.marks * marks[entry.id] / 100 + rules.response * own.response / 100 + rules.learners * share
        scored.append((entry, score))
    scored.sort(key=lambda pair: (-pair[1], pair[0].serial))
    scores = [score for _, score in scored]
    ranked = [
        Ranked(
            entry, marks[entry.id], numbers[entry.id], score, _rank(score, scores), _state(score, scores, rules.count)
        )
        for entry, score in scored
    ]
    rest = [(entry, _aside(entry, marks, numbers, rules)) for entry in sorted(entries, key=lambda entry: entry.serial)]
    return ranked + [
        Ranked(entry, marks.get(entry.id), numbers.get(entry.id), None, None, why) for entry, why in rest if why
    ]


def _aside(entry: Entry, marks: Mapping[str, float], numbers: Mapping[str, Numbers], rules: Excellence) -> str | None:
    """Why a work is not ranked."""
    if entry.id not in marks:
        return "no-marks"
    if entry.id not in numbers:
        return "no-numbers"
    own = numbers[entry.id]
    least = (
        marks[entry.id] >= rules.least_marks, own.response >= rules.least_response, own.learners >= rules.least_learners,
    )  # fmt: skip
    return None if all(least) else "below"


def _rank(score: float, scores: Sequence[float]) -> int:
    """1 for the best; equal scores have one rank."""
    return 1 + sum(other > score + _SAME for other in scores)


def _state(score: float, scores: Sequence[float], count: int) -> str:
    if count <= 0:
        return "not-proposed"
    if count >= len(scores):
        return "proposed"
    last, next_one = scores[count - 1], scores[count]
    if abs(score - last) <= _SAME and abs(last - next_one) <= _SAME:
        return "tie"
    return "proposed" if score >= last - _SAME else "not-proposed"


def excellent_xlsx(ranked: Sequence[Ranked], settings: Settings, language: str) -> bytes:
    """The ranking; the lecturers of the proposed works: the certificates, and the national pool of teachers; and number and
    quality by applicant unit, which count for a national base's evaluation."""
    sheets = (_ranking(ranked, settings.excellent, language), _list(ranked, language), _units(ranked, language))
    return workbook(sheets, settings)


def _ranking(ranked: Sequence[Ranked], rules: Excellence, language: str) -> Sheet:
    def words(message: str, **params: object) -> str:
        return say(f"documents.excellent.{message}", language, **params)

    rows = [
        (
            one.rank, one.entry.serial, one.entry.title, one.entry.lecturer, one.entry.applicant_unit,
            None if one.marks is None else round(one.marks, 2), one.numbers.response if one.numbers else None,
            one.numbers.learners if one.numbers else None, None if one.score is None else round(one.score, 4),
            words(f"state-{one.state}"),
        )
        for one in ranked
    ]  # fmt: skip
    notes = (
        words("note-weights", marks=f"{rules.marks:g}", response=f"{rules.response:g}", learners=f"{rules.learners:g}"),
        words(
            "note-least", marks=f"{rules.least_marks:g}", response=f"{rules.least_response:g}", learners=rules.least_learners,
            count=rules.count,
        ),
    )  # fmt: skip
    heads = tuple(words(f"column-{name}") for name in COLUMNS)
    return Sheet(words("sheet"), words("title"), heads, tuple(COLUMNS.values()), rows, notes)


def _list(ranked: Sequence[Ranked], language: str) -> Sheet:
    def words(message: str) -> str:
        return say(f"documents.excellent.{message}", language)

    chosen = [one.entry for one in ranked if one.state == "proposed"]
    rows = [
        (number, entry.lecturer, entry.lecturer_unit, entry.lecturer_title, entry.serial, entry.title)
        for number, entry in enumerate(chosen, 1)
    ]
    heads = tuple(words(f"column-{name}") for name in LIST_COLUMNS)
    notes = (words("list-note"),)
    return Sheet(words("list-sheet"), words("list-title"), heads, tuple(LIST_COLUMNS.values()), rows, notes)


def _units(ranked: Sequence[Ranked], language: str) -> Sheet:
    def words(message: str) -> str:
        return say(f"documents.excellent.{message}", language)

    base = {True: words("yes"), False: words("no"), None: ""}
    rows = []
    for share in by_unit([one.entry for one in ranked]):
        own = [one for one in ranked if one.entry.applicant_unit == share.unit]
        marks = [one.marks for one in own if one.marks is not None]
        mean = round(statistics.fmean(marks), 2) if marks else None
        proposed = sum(one.state == "proposed" for one in own)
        rows.append((share.unit, base[share.national_base], share.works, share.hours, mean, proposed))
    heads = tuple(words(f"column-{name}") for name in UNIT_COLUMNS)
    return Sheet(words("units-sheet"), words("units-title"), heads, tuple(UNIT_COLUMNS.values()), rows)
