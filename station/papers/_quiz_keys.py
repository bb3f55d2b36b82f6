"""Answers that stand together at the end: `1-5 ABCDA`, `1.A 2.B 3.ABD`, `一、单选 1-3：A B C`."""

import re
from collections.abc import Sequence
from typing import Protocol

from station.papers._quiz_signs import FALSE_SIGNS, KIND, LETTERS, TRUE_SIGNS, letters_of


class Waiting(Protocol):
    """A question that may still get its answer."""

    number: int
    kind: str | None
    answer: str
    judged: bool


_JUDGED = r"[√×✓✔✗对错]|正确|错误"
_RANGE = re.compile(
    rf"(?P<first>\d{{1,3}})\s*[-—–~至到]+\s*(?P<last>\d{{1,3}})\s*题?\s*[:.、)]?\s*(?P<answers>(?:(?:[A-H]+|{_JUDGED})[\s,、;，]*)+)"
)
_ITEM = re.compile(
    rf"(?:第\s*)?\(?(?P<number>\d{{1,3}})\)?\s*题?\s*[.、:)]?\s*(?P<answer>{LETTERS}|{_JUDGED})(?![A-Za-z])"
)
_HEAD = re.compile(r"^\s*(?:[\[【(]?(?:参考|正确|标准)?答案[\]】)]?\s*[:.]?\s*)")
_SECTION = re.compile(
    r"^\s*(?:[一二三四五六七八九十\d]+\s*[、.])?\s*[^\s\d,]{0,4}?(?:单选|多选|单项选择|多项选择|不定项(?:选择)?|选择|判断|是非)题?\s*(?:\([^)]*\))?\s*[:]?\s*"
)


def read_key(folded: str, drafts: Sequence[Waiting], kind: str | None, *, in_key: bool) -> bool:
    """Give the answers of this line to the questions. False when the line is no line of answers."""
    rest = _HEAD.sub("", folded, count=1)
    headed = rest != folded
    if section := _SECTION.match(rest):
        found = KIND.search(section.group())
        kind = found.lastgroup if found else kind
        rest = rest[section.end() :]
    entries = _entries(rest)
    if entries is None or not (in_key or headed or len(entries) > 1 or _numbered(drafts, entries[0][0], kind)):
        return False
    targets = [(_numbered(drafts, number, kind), answer) for number, answer in entries]
    if not in_key and not all(target for target, _ in targets):
        return False
    for target, answer in targets:
        if target and answer in TRUE_SIGNS | FALSE_SIGNS:
            target.judged = True
        elif target:
            target.answer = letters_of(answer)
    return True


def _numbered(drafts: Sequence[Waiting], number: int, kind: str | None) -> Waiting | None:
    """The question that an entry means: of the named section first, then one that still waits for its answer."""
    same = [draft for draft in drafts if draft.number == number]
    of_kind = [draft for draft in same if kind is not None and draft.kind == kind]
    return next((d for d in (*of_kind, *same) if not d.answer and not d.judged), None)


def _entries(text: str) -> list[tuple[int, str]] | None:
    """(number, answer) when nothing else stands in the text."""
    entries: list[tuple[int, str]] = []
    place = 0
    while place < len(text):
        if text[place] in " \t,;，；、。.":
            place += 1
        elif match := _RANGE.match(text, place):
            numbers = range(int(match["first"]), int(match["last"]) + 1)
            answers = _parted(match["answers"], len(numbers))
            if answers is None:
                return None
            entries.extend(zip(numbers, answers, strict=True))
            place = match.end()
        elif match := _ITEM.match(text, place):
            entries.append((int(match["number"]), match["answer"]))
            place = match.end()
        else:
            return None
    return entries or None


def _parted(text: str, count: int) -> list[str] | None:
    """Answers of a range: one sign each, or groups parted by blanks; None when they don't come out even."""
    groups = [group for group in re.split(r"[\s,、;，]+", text) if group]
    if len(groups) == count:
        return groups
    signs = re.findall(rf"[A-H]|{_JUDGED}", text)
    return signs if len(signs) == count else None
