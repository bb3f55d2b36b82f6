"""The papers of a submission: form (附件1), commitment letter (附件3) and quizzes. What a reader noticed in a paper becomes a
finding in the reader's own words."""

from collections.abc import Iterable, Iterator

from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.likeness import nearest, plain
from station.papers.types import Form, Letter, PaperProblem, Papers, Quiz
from station.profile import CheckSpec

MILD = frozenset({
    "paper.form-second", "paper.letter-second", "paper.form-column-twice", "paper.form-field-twice", "paper.form-formula",
    "paper.form-topic-twice", "paper.toml-unknown", "paper.wrong.telephone", "paper.quiz-one-answer", "paper.quiz-twice",
})  # fmt: skip
"""Problems that a person had better look at; every other one breaks the clause."""
MOST_NAMES = 120
"""Characters shown of the names that were looked for."""


@check("form-missing")
def form_missing(subject: Subject, spec: CheckSpec) -> Outcome:
    """A filled 附件1 came along and can be read."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    if papers.form is not None:
        return concluded(spec, [], file=papers.form.file)
    return concluded(spec, [_missing(spec, "finding.form-missing"), *_problems(spec, papers.unreadable)])


@check("form-field")
def form_field(subject: Subject, spec: CheckSpec) -> Outcome:
    """Every field of the form is filled and makes sense; a topic area that the notice does not name is a note."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    form = papers.form
    if form is None:
        return not_measurable(spec, "no-form")
    found = [*_problems(spec, form.problems), *_areas(spec, papers)]
    return concluded(spec, found, topics=len(form.topics))


def _areas(spec: CheckSpec, papers: Papers) -> Iterator[Finding]:
    areas = spec.limits["areas"]
    topics = papers.form.topics if papers.form else ()
    for number, topic in enumerate(topics, start=1):
        if topic.area and not any(area in topic.area or topic.area in area for area in areas):
            yield finding(
                spec,
                Severity.NOTE,
                "finding.form-field.area",
                {"topic": number, "value": topic.area},
                value=topic.area,
                part=f"area {number}",
            )


@check("letter-missing")
def letter_missing(subject: Subject, spec: CheckSpec) -> Outcome:
    """A commitment letter came along and can be read."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    if papers.letter is not None:
        return concluded(spec, [], file=papers.letter.file)
    told = papers.unreadable if papers.form is not None else ()
    return concluded(spec, [_missing(spec, "finding.letter-missing"), *_problems(spec, told)])


@check("letter-field")
def letter_field(subject: Subject, spec: CheckSpec) -> Outcome:
    """The blanks of the letter: the unit is the form's applicant unit. What a recogniser reads on a scan confirms, or asks a person."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    letter = papers.letter
    if letter is None:
        return not_measurable(spec, "no-letter")
    found = list(_problems(spec, letter.problems))
    if not letter.text and not found:
        return _scanned(spec, letter, papers.form)
    units = {topic.applicant_unit for topic in papers.form.topics} if papers.form else set()
    if letter.unit and units and not any(_alike(letter.unit, unit) for unit in units):
        names = {"value": letter.unit, "limit": "、".join(sorted(units))}
        found.append(
            finding(spec, Severity.WARNING, "finding.letter-field.unit", names, value=letter.unit, part="unit")
        )
    return concluded(spec, found, unit=letter.unit, course=letter.course)


def _scanned(spec: CheckSpec, letter: Letter, form: Form | None) -> Outcome:
    """A scan: the form's unit and course are looked for in the recognised text. Not to find them is a note: handwriting, a stamp."""
    if not plain(letter.recognised) or form is None:
        return not_measurable(spec, "letter-scan", pages=letter.pages)
    text = plain(letter.recognised)
    sought = {
        "unit": [topic.applicant_unit for topic in form.topics if topic.applicant_unit],
        "course": [topic.title for topic in form.topics if topic.title],
    }
    found = [
        finding(
            spec,
            Severity.NOTE,
            f"finding.letter-field.scan-{part}",
            {"file": letter.file, "limit": "、".join(sorted(set(names)))[:MOST_NAMES]},
            part=part,
        )
        for part, names in sought.items()
        if names and not any(_stands_in(plain(name), text, spec) for name in names)
    ]
    return concluded(spec, found, unit=letter.unit, course=letter.course, recognised=len(text))


def _stands_in(name: str, text: str, spec: CheckSpec) -> bool:
    allowed: float = spec.limits["edits_share"] * len(name)
    return nearest(name, text).edits <= allowed


def _alike(one: str, other: str) -> bool:
    one, other = "".join(one.split()), "".join(other.split())
    return bool(one and other) and (one in other or other in one)


@check("letter-seal")
def letter_seal(subject: Subject, spec: CheckSpec) -> Outcome:
    """Whether something like a red seal is in the scan: a hint, a person looks."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    letter = papers.letter
    if letter is None:
        return not_measurable(spec, "no-letter")
    if letter.seal_share is None:
        return not_measurable(spec, "letter-no-picture")
    share, limit = letter.seal_share, spec.limits["seal_share"]
    if share >= limit:
        return concluded(spec, [], seal_share=round(share, 4))
    params = {"file": letter.file, "value": round(100 * share, 1), "limit": round(100 * limit, 1)}
    made = finding(spec, Severity.WARNING, "finding.letter-seal", params, value=round(share, 4), limit=limit)
    return concluded(spec, [made], seal_share=round(share, 4))


def quizzes_by_lesson(papers: Papers) -> dict[int, Quiz]:
    """Which quiz belongs to which lesson: by its number; quizzes without one fill the lessons left, in order."""
    placed = {quiz.lesson: quiz for quiz in reversed(papers.quizzes) if quiz.lesson is not None}
    loose = [quiz for quiz in papers.quizzes if quiz.lesson is None]
    free = [number for number in range(1, papers.lessons + 1) if number not in placed]
    return placed | dict(zip(free, loose, strict=False))


@check("quiz-missing")
def quiz_missing(subject: Subject, spec: CheckSpec) -> Outcome:
    """Every lesson has its quiz."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    placed = quizzes_by_lesson(papers)
    found = [
        finding(
            spec, Severity.FAULT, "finding.quiz-missing", {"lesson": number}, value=0, limit=1, part=f"lesson {number}"
        )
        for number in range(1, papers.lessons + 1)
        if number not in placed
    ]
    if found and papers.form is not None and papers.letter is not None:
        found += _problems(spec, papers.unreadable)
    return concluded(spec, found, quizzes=len(papers.quizzes))


@check("quiz-count")
def quiz_count(subject: Subject, spec: CheckSpec) -> Outcome:
    """At least five questions a lesson."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    if not papers.quizzes:
        return not_measurable(spec, "no-quiz")
    fewest = spec.limits["fewest"]
    found = [
        finding(
            spec,
            Severity.FAULT,
            "finding.quiz-count",
            {"file": quiz.file, "value": len(quiz.questions), "limit": fewest},
            value=len(quiz.questions),
            limit=fewest,
            unit="questions",
            part=f"{quiz.file} {quiz.lesson}",
        )
        for quiz in papers.quizzes
        if len(quiz.questions) < fewest
    ]
    return concluded(spec, found, questions=sum(len(quiz.questions) for quiz in papers.quizzes))


@check("quiz-format")
def quiz_format(subject: Subject, spec: CheckSpec) -> Outcome:
    """Each question has options, an answer that is one of them, and stands once."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    if not papers.quizzes:
        return not_measurable(spec, "no-quiz")
    return concluded(spec, [made for quiz in papers.quizzes for made in _problems(spec, quiz.problems)])


def _missing(spec: CheckSpec, message: str) -> Finding:
    return finding(spec, Severity.FAULT, message, value=0, limit=1)


def _problems(spec: CheckSpec, problems: Iterable[PaperProblem]) -> Iterator[Finding]:
    """The readers' problems as findings. Two of one kind are told apart by the place they name."""
    for problem in problems:
        severity = Severity.WARNING if problem.message in MILD else Severity.FAULT
        part = " ".join(f"{problem.params[name]}" for name in sorted(problem.params) if name in PLACES)
        yield finding(spec, severity, problem.message, dict(problem.params), part=part)


PLACES = ("file", "topic", "question", "key", "label", "first")
"""Params of a problem that say where it is, not what was read there."""
