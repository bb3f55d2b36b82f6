"""Values read from the papers of a submission. What is missing is None or empty, never guessed."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Topic:
    """One row of the 附件1 form."""

    title: str
    summary: str
    hours: float | None
    """课时, 45 minutes each."""
    lecturer: str
    lecturer_unit: str
    lecturer_title: str
    applicant_unit: str
    national_base: bool | None
    area: str = ""
    """Topic area of the notice, where the form says one."""


@dataclass(frozen=True)
class Form:
    """A filled 附件1 form."""

    recommending_unit: str
    filled_on: date | None
    contact: str
    telephone: str
    topics: tuple[Topic, ...]
    file: str
    problems: tuple["PaperProblem", ...] = ()

    def topic_named(self, named: str) -> "Topic | None":
        """The topic whose title stands in `named`, else the first one; None where there is none."""
        of_name = (topic for topic in self.topics if topic.title and topic.title in named)
        return next(of_name, self.topics[0] if self.topics else None)


@dataclass(frozen=True)
class PaperProblem:
    """What a reader noticed in a paper: a text id and its places."""

    message: str
    params: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One quiz question."""

    number: int
    text: str
    options: tuple[tuple[str, str], ...]
    """(letter, text)."""
    answer: str
    """Letters in order, e.g. `ABD`; empty when none was found."""


@dataclass(frozen=True)
class Quiz:
    """One lesson's quiz."""

    file: str
    lesson: int | None
    """Which lesson, from 1; None where neither name nor text says it."""
    questions: tuple[Question, ...]
    problems: tuple[PaperProblem, ...] = ()


@dataclass(frozen=True)
class Letter:
    """The commitment letter, as far as a machine reads it."""

    file: str
    pages: int
    text: str
    """Extractable text; empty for a scan."""
    seal_share: float | None
    """Share of seal-red pixels in the densest seal-sized region, 0–1; None where no picture could be had."""
    problems: tuple[PaperProblem, ...] = ()
    course: str = ""
    unit: str = ""
    dated: date | None = None
    """What stands in the blanks of the letter, as far as its text can be extracted or recognised."""
    recognised: str = ""
    """Text of a scan, as a recogniser read it: it errs. Empty where there is `text`, or no recogniser."""


@dataclass(frozen=True)
class Heading:
    """One title of an outline."""

    level: int
    """From 1."""
    text: str
    """Without its number."""
    lesson: int | None = None
    """Which lesson, from 1; None where the outline does not say."""


@dataclass(frozen=True)
class Outline:
    """The titles of a course, in order."""

    file: str
    headings: tuple[Heading, ...]


@dataclass(frozen=True)
class Papers:
    """All papers of a submission. `unreadable` names files that look like papers and could not be read."""

    form: Form | None = None
    quizzes: tuple[Quiz, ...] = ()
    letter: Letter | None = None
    lessons: int = 0
    """How many lesson files the submission holds."""
    lesson_seconds: tuple[float, ...] = ()
    """Measured duration of every lesson, as far as known."""
    unreadable: tuple[PaperProblem, ...] = ()
    outline: Outline | None = None
    """Optional: what the captions are compared with."""
