"""Lines of text → quizzes: a small machine that walks down a page the way a reader does."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from station.papers._figures import figure, fold
from station.papers._quiz_keys import read_key
from station.papers._quiz_signs import (
    ANSWER,
    ANSWER_IN_STEM,
    EXPLANATION,
    FALSE_SIGNS,
    KEY_HEADING,
    LESSON_HEADING,
    LETTERS,
    QUESTION,
    TRUE_SIGNS,
    lesson_number,
    letters_of,
    section_kind,
    split_options,
)

MAX_LINES, MAX_LINE, MAX_STEM_LINES, MAX_TEXT = 20_000, 2_000, 30, 4_000
"""Lines of a file, signs of a line, lines of a stem, signs of an option: what is beyond them is no quiz, and is not read."""


@dataclass
class Draft:
    """A question while it is being read."""

    number: int
    kind: str | None
    """As its section says: `one`, `many`, `judge`, `other`; None where no section was named."""
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str = ""
    judged: bool = False
    """Answered with right or wrong."""
    closed: bool = False
    """Answer or explanation seen: what follows until the next question is no part of it."""
    awaiting: bool = False
    """The last line was the label of an answer alone."""
    chapter: bool = False
    """Numbered 一、 where other questions are not: perhaps a chapter's heading."""


@dataclass
class Page:
    """The questions of one lesson."""

    lesson: int | None = None
    drafts: list[Draft] = field(default_factory=list)


class Reader:
    """Feed lines, then take `pages`."""

    def __init__(self) -> None:
        self.pages = [Page()]
        self._kind: str | None = None
        self._in_key = False
        self._lines = 0

    def feed(self, lines: Iterable[str]) -> None:
        """Read on."""
        for line in lines:
            text = line[:MAX_LINE].strip()
            self._lines += 1
            if text and self._lines <= MAX_LINES:
                self._line(text)

    def _line(self, text: str) -> None:
        folded = fold(text)
        if self._heading(text, folded):
            return
        page = self.pages[-1]
        if page.drafts and read_key(folded, page.drafts, self._kind, in_key=self._in_key):
            return
        if self._in_key:
            return
        if match := self._begins_question(text, folded):
            self._question(match, text[match.end() :])
        elif page.drafts:
            self._continue(page.drafts[-1], text, folded)

    def _heading(self, text: str, folded: str) -> bool:
        """Lesson, section and answer headings."""
        if KEY_HEADING.match(folded) and _awaits_key(self.pages[-1].drafts):
            self._in_key, self._kind = True, None
            return True
        if kind := section_kind(text):
            self._kind = kind
            return True
        return self._lesson_heading(folded)

    def _lesson_heading(self, folded: str) -> bool:
        match = LESSON_HEADING.match(folded)
        unfinished = any(_is_unfinished(draft) for draft in self.pages[-1].drafts[-1:])
        if match is None or len(folded) > 60 or (unfinished and not self._in_key):
            return False
        self._turn_to(lesson_number(folded))
        self._kind = None
        read_key(folded[match.end() :], self.pages[-1].drafts, None, in_key=False)
        return True

    def _turn_to(self, lesson: int | None) -> None:
        """Open the lesson's page. The answers of all lessons at the end of a file name each lesson again."""
        same = [page for page in self.pages if page.lesson == lesson]
        if same:
            self.pages.remove(same[0])
            self.pages.append(same[0])
        elif self.pages[-1].drafts:
            self.pages.append(Page(lesson))
            self._in_key = False
        else:
            self.pages[-1].lesson = lesson

    def _begins_question(self, text: str, folded: str) -> re.Match[str] | None:
        match = QUESTION.match(folded)
        if match is None or match.end() >= len(folded):
            return None
        drafts = self.pages[-1].drafts
        # A bracketed list inside a stem, （1）……（2）……, starts anew; questions go on counting.
        inside = drafts and _is_unfinished(drafts[-1]) and not drafts[-1].chapter
        return None if inside and match["bracket"] and (_number(match) or 0) <= drafts[-1].number else match

    def _question(self, match: re.Match[str], rest: str) -> None:
        page = self.pages[-1]
        draft = Draft(_number(match) or len(page.drafts) + 1, self._kind, chapter=bool(match["chinese"]))
        page.drafts.append(draft)
        before, options = split_options(rest, "A")
        if len(options) > 1:
            draft.stem.append(before.strip())
            self._take_options(draft, options)
        else:
            self._stem(draft, rest)

    def _stem(self, draft: Draft, text: str) -> None:
        """A line of the stem, which may hold the answer at its end (`……。答案：B`)."""
        if len(draft.stem) >= MAX_STEM_LINES:
            return
        match = _answer_at_end(fold(text))
        draft.stem.append(text[: match.start()].strip() if match else text)
        if match:
            _set_answer(draft, fold(text)[match.end() :])

    def _continue(self, draft: Draft, text: str, folded: str) -> None:
        awaiting, draft.awaiting = draft.awaiting, False
        if EXPLANATION.match(folded):
            draft.closed = True
        elif match := _labelled_answer(folded, awaiting=awaiting):
            draft.awaiting = not _set_answer(draft, folded[match.end() :])
            draft.closed = True
        elif draft.closed:
            return
        elif options := self._options(draft, text):
            self._take_options(draft, options)
        elif draft.options:
            letter, last = draft.options[-1]
            draft.options[-1] = (letter, f"{last} {text}".strip()[:MAX_TEXT])
        else:
            self._stem(draft, text)

    def _options(self, draft: Draft, text: str) -> list[tuple[str, str]]:
        expected = chr(ord(draft.options[-1][0]) + 1) if draft.options else "A"
        before, options = split_options(text, expected)
        return options if not before.strip() else []

    def _take_options(self, draft: Draft, options: list[tuple[str, str]]) -> None:
        """Add options; an answer behind the last one on its line (`D. 丁  答案：B`) is taken off."""
        letter, last = options[-1]
        if match := _answer_at_end(fold(last)):
            _set_answer(draft, fold(last)[match.end() :])
            options[-1] = (letter, last[: match.start()].strip())
        draft.options.extend(options)


def _is_unfinished(draft: Draft) -> bool:
    """Only part of its stem has been read: the next line goes on with it."""
    return not (draft.options or draft.kind in {"judge", "other"} or _is_answered(draft))


def _is_answered(draft: Draft) -> bool:
    return bool(draft.answer) or draft.judged or any(ANSWER_IN_STEM.search(fold(line)) for line in draft.stem)


def _number(match: re.Match[str]) -> int | None:
    return figure(match["ordinal"] or match["bracket"] or match["plain"] or match["chinese"])


def _awaits_key(drafts: list[Draft]) -> bool:
    """`答案：` alone is the heading of answers for all, unless the last question alone still waits for its own."""
    waiting = [draft for draft in drafts if not _is_answered(draft)]
    return bool(drafts) and waiting != drafts[-1:]


def _answer_at_end(folded: str) -> re.Match[str] | None:
    """An answer's label within a line, when only letters or a judgement follow."""
    for match in ANSWER.finditer(folded):
        rest = folded[match.end() :].strip(" .。;；])】")
        labelled = match.start() > 0 and "答案" in match.group()
        if labelled and (re.fullmatch(LETTERS, rest) or rest in TRUE_SIGNS | FALSE_SIGNS):
            return match
    return None


def _labelled_answer(folded: str, *, awaiting: bool) -> re.Match[str] | None:
    """The label of an answer at the head of the line (empty where the line before was the label)."""
    if awaiting and re.fullmatch(LETTERS, folded.strip()):
        return re.match("", folded)
    match = ANSWER.match(folded)
    if match is None:
        return None
    rest = _bare(folded[match.end() :])
    return match if not rest or _is_letters(rest) or rest in TRUE_SIGNS | FALSE_SIGNS else None


def _bare(text: str) -> str:
    return text.strip(" .。;；()[]【】\t")


def _is_letters(text: str) -> bool:
    return re.match(rf"(?:{LETTERS})(?![A-Za-z])", text) is not None


def _set_answer(draft: Draft, text: str) -> bool:
    """Take the answer from what follows its label. False when nothing stands there."""
    rest = _bare(text)
    if match := re.match(rf"({LETTERS})(?![A-Za-z])", rest):
        draft.answer = letters_of(match[1])
    elif rest:
        draft.judged = True
    return bool(rest)


def questions_of(page: Page) -> list[Draft]:
    """The drafts that are questions: a chapter's heading numbered 一、 among questions numbered 1. is none."""
    if all(draft.chapter for draft in page.drafts):
        return page.drafts
    return [draft for draft in page.drafts if not draft.chapter or draft.options or draft.answer]


def settle(draft: Draft) -> tuple[str, str]:
    """(stem, answer) once all is read: an answer in the stem's brackets counts where no other was given."""
    stem = " ".join(line for line in draft.stem if line)
    matches = list(ANSWER_IN_STEM.finditer(fold(stem)))
    if not matches or draft.answer or draft.judged:
        return stem, draft.answer
    match = matches[-1]
    found = match["answer"]
    if found in TRUE_SIGNS | FALSE_SIGNS and not (draft.options and letters_of(found)):
        draft.judged = True
        return stem[: match.start()] + "（ ）" + stem[match.end() :], ""
    return stem[: match.start()] + "（ ）" + stem[match.end() :], letters_of(found)
