"""What came back from the vote: a tally (topic, votes) or one row a ballot, from .csv or .xlsx. All of a file, or nothing.

Columns are found by their names. Every row that is wrong is told with its line.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from station.errors import UsageError
from station.people import name_key
from station.text import Phrase

HEAD_LINES = 20
"""The names of the columns are looked for in so many lines."""
MOST_VOTES = 100_000_000
"""More in one row is a slip of the pen."""
TOLD = 50
"""So many problems are listed, the rest is counted."""
NUMBER = r"(选题|课件)?(序号|编号)|(选题|课件)号|no\.?|number|id|topic(no\.?|number|id)"
TOPIC = r"topic|title|course|(课件|选题|课程)?(名称|题目|标题)|选题|课件|课程|课件选题"
VOTES = r"(得|总)?票数?|得票|votes?|count|tally"
BALLOT = r"(选|投)?票(编)?号|选票(编号)?|投票(人|单位|者|账号)|ballot(no\.?|id)?|voter(id)?"
SUM = r"合计|总计|共计|sum|total"
BETWEEN = r"[、,，;；|\n]"


@dataclass(frozen=True)
class Line:
    """One row of a file. `number` is its line there, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A topic that a ballot may name, by its number or its title."""

    number: int
    title: str
    listed: bool = True
    """Whether it stands on the voting list."""
    id: str = ""
    """Round and number (`2022-0034`), as which a file may name it too."""


@dataclass(frozen=True)
class Count:
    """What one file says. `ballots` maps a ballot's key to its line; empty for a tally."""

    kind: str
    """`tally` or `ballots`."""
    votes: Mapping[int, int]
    """Number → votes; topics without any may be missing."""
    ballots: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Ballots with what they name, in any order."""

    def digest(self, source: str) -> str:
        """Tells the same votes from the same source again, however the file was saved."""
        votes = sorted((number, amount) for number, amount in self.votes.items() if amount)
        content = [name_key(source), self.kind, votes, sorted(self.marks)]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


class _Reading:
    """One pass over the rows, gathering what is wrong."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.problems: list[Phrase] = []
        self._numbers: dict[int | None, Candidate] = {one.number: one for one in candidates}
        self._ids = {_id_key(one.id): one for one in candidates if one.id}
        self._titles: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            self._titles.setdefault(name_key(candidate.title), []).append(candidate)

    def wrong(self, line: int, message: str, **places: object) -> None:
        """Note what is wrong with a line."""
        self.problems.append(Phrase(f"topic.votes.line.{message}", {"line": line, **places}))

    def knows(self, text: str) -> bool:
        """Whether the text names a topic as a whole."""
        return bool(self._found(text))

    def named(self, text: str, line: int) -> int | None:
        """The topic that `text` names, by number or title; None where it names none on the list, which is noted."""
        found = self._found(text)
        if not found:
            self.wrong(line, "unknown", topic=text)
        elif len(found) > 1:
            self.wrong(line, "ambiguous", topic=text, numbers=", ".join(str(one.number) for one in found))
        elif not found[0].listed:
            self.wrong(line, "not-listed", topic=text)
        else:
            return found[0].number
        return None

    def _found(self, text: str) -> list[Candidate]:
        """By number; else by title and by id, which may be two topics."""
        number = _figure(text)
        if number in self._numbers:
            return [self._numbers[number]]
        titled, numbered = self._titles.get(name_key(text), []), self._ids.get(_id_key(text))
        return titled if numbered is None or numbered in titled else [*titled, numbered]

    def title_of(self, number: int) -> str:
        """The title of a known topic."""
        return self._numbers[number].title


@dataclass(frozen=True)
class _Head:
    line: int
    """Index of the row."""
    number: int | None
    topics: tuple[int, ...]
    votes: int | None
    ballot: int | None


def count(lines: Sequence[Line], candidates: Sequence[Candidate], file: str) -> Count:
    """The votes in the rows. Raises UsageError with every problem and its line; then nothing of the file counts."""
    head = _find_head(lines)
    if head is None:
        raise UsageError("topic.votes.no-head", file=file)
    if head.ballot is not None and head.votes is not None:
        raise UsageError("topic.votes.two-kinds", file=file)
    reading = _Reading(candidates)
    body = [line for line in lines[head.line + 1 :] if any(cell.strip() for cell in line.cells)]
    counted = (_ballots if head.ballot is not None else _tally)(body, head, reading)
    if not body:
        raise UsageError("topic.votes.empty", file=file)
    if reading.problems:
        raise UsageError("topic.votes.wrong", file=file, problems=told(reading.problems))
    return counted


def told(problems: Sequence[Phrase]) -> tuple[Phrase, ...]:
    """The first of them, and how many more there are."""
    more = len(problems) - TOLD
    rest = (Phrase("topic.votes.line.more", {"count": more}),) if more > 0 else ()
    return (*problems[:TOLD], *rest)


def _find_head(lines: Sequence[Line]) -> _Head | None:
    for index, line in enumerate(lines[:HEAD_LINES]):
        labels = [re.sub(r"[（(][^()（）]*[)）]|[:：]", "", name_key(cell)) for cell in line.cells]
        number, votes, ballot = (_first(labels, pattern) for pattern in (NUMBER, VOTES, BALLOT))
        topics = tuple(place for place, label in enumerate(labels) if re.fullmatch(rf"(?:{TOPIC})\d{{0,3}}", label))
        if (number is not None or topics) and (votes is not None or ballot is not None):
            return _Head(index, number, topics, votes, ballot)
    return None


def _first(labels: Sequence[str], pattern: str) -> int | None:
    return next((place for place, label in enumerate(labels) if re.fullmatch(pattern, label)), None)


def _tally(body: Sequence[Line], head: _Head, reading: _Reading) -> Count:
    votes: dict[int, int] = {}
    lines: dict[int, int] = {}
    total = 0
    place = head.topics[0] if head.number is None else head.number
    for line in body:
        amount = _amount(_cell(line, head.votes), line.number, reading)
        if re.fullmatch(SUM, name_key(next(cell for cell in line.cells if cell.strip()))):
            if amount is not None and amount != total:
                reading.wrong(line.number, "sum", told=amount, total=total)
            continue
        number = reading.named(_cell(line, place), line.number)
        if number is None or amount is None:
            continue
        title = _cell(line, head.topics[0]) if head.topics else ""
        if head.number is not None and title and name_key(title) != name_key(reading.title_of(number)):
            reading.wrong(line.number, "title", number=number, title=title, known=reading.title_of(number))
        if number in lines:
            reading.wrong(line.number, "twice", number=number, first=lines[number])
            continue
        lines[number], votes[number] = line.number, amount
        total += amount
    return Count("tally", votes)


def _ballots(body: Sequence[Line], head: _Head, reading: _Reading) -> Count:
    votes: dict[int, int] = {}
    ballots: dict[str, int] = {}
    marks: list[tuple[str, tuple[int, ...]]] = []
    places = head.topics or ((head.number,) if head.number is not None else ())
    for line in body:
        written = _cell(line, head.ballot)
        key = name_key(written)
        if not key:
            reading.wrong(line.number, "no-ballot")
        elif key in ballots:
            reading.wrong(line.number, "double", ballot=written, first=ballots[key])
        ballots.setdefault(key, line.number)
        texts = [text for place in places for text in _split(_cell(line, place), reading.knows)]
        numbers = [number for text in texts if (number := reading.named(text, line.number)) is not None]
        for number in sorted({number for number in numbers if numbers.count(number) > 1}):
            reading.wrong(line.number, "marked-twice", number=number)
        for number in numbers:
            votes[number] = votes.get(number, 0) + 1
        marks.append((key, tuple(sorted(numbers))))
    return Count("ballots", votes, ballots, tuple(marks))


def _cell(line: Line, place: int | None) -> str:
    return line.cells[place].strip() if place is not None and place < len(line.cells) else ""


def _split(text: str, knows: Callable[[str], bool]) -> list[str]:
    """The topics that one cell names; a title may hold the very signs that stand between topics."""
    if not text or knows(text):
        return [text] if text else []
    return [part.strip() for part in re.split(BETWEEN, text) if part.strip()]


def _figure(text: str) -> int | None:
    """A whole number from 0 as it may be written, or None."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = re.fullmatch(r"(\d{1,12})(?:\.0+)?", plain, re.ASCII)
    return int(match[1]) if match else None


def _id_key(text: str) -> str:
    """An id as it is compared: the number's leading noughts, the form of the dash do not tell two apart."""
    return re.sub(r"-0*(?=\d+$)", "-", re.sub("[‐-―−]", "-", name_key(text)))


def _amount(text: str, line: int, reading: _Reading) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("票").replace(",", "")
    if not plain:
        return 0
    amount = _figure(plain)
    if amount is None or amount > MOST_VOTES:
        reading.wrong(line, "amount", value=text)
        return None
    return amount
