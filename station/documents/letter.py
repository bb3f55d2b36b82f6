"""退回修改通知: what keeps a work from going on, clause by clause with its place, what to do, and until when."""

from collections.abc import Sequence
from datetime import date

from station.documents.official import OfficialPaper
from station.documents.settings import Settings
from station.documents.values import Fault, ReturnLetter
from station.findings import Severity
from station.profile import Profile
from station.report.words import Words
from station.text import catalogue, say

WIDTHS_MM = (11.0, 26.0, 19.0, 28.0, 38.0, 34.0)
HEADS = ("number", "clause", "lesson", "place", "finding", "todo")


def letter_docx(letter: ReturnLetter, profile: Profile, settings: Settings, language: str) -> bytes:
    """The letter as a .docx file."""
    words = Words(language, profile)
    issuer = settings.issuer[language]
    paper = OfficialPaper(settings, name=words("documents.letter.title"), author=issuer, made=letter.dated)
    paper.title(words("documents.letter.title-draft" if letter.draft else "documents.letter.title"))
    paper.line(words("documents.letter.to", unit=letter.work.applicant_unit or words("documents.unknown")))
    work = letter.work
    paper.text(words(
        "documents.letter.about", title=work.title or words("documents.unknown"), id=work.id, version=work.version,
        recommender=work.recommending_unit or words("documents.unknown"),
    ))  # fmt: skip
    if letter.reason:
        paper.heading(words("documents.letter.reason-head"))
        paper.text(letter.reason)
    paper.heading(words("documents.letter.faults-head"))
    _faults(paper, letter.faults, words)
    paper.heading(words("documents.letter.again-head"))
    paper.text(words("documents.letter.again", date=day(letter.deadline, language), days=letter.days), keep=True)
    paper.line("", keep=True)
    paper.line(issuer, "right", keep=True)
    paper.line(day(letter.dated, language), "right")
    return paper.content()


def _faults(paper: OfficialPaper, faults: Sequence[Fault], words: Words) -> None:
    if not faults:
        paper.text(words("documents.letter.no-faults"))
        return
    rows = [tuple(words(f"documents.letter.column-{name}") for name in HEADS)]
    rows += [_row(number, fault, words) for number, fault in enumerate(faults, 1)]
    paper.table(rows, WIDTHS_MM, aligns="clccll")
    paper.note(words("documents.letter.places"))


def _row(number: int, fault: Fault, words: Words) -> tuple[str, ...]:
    lesson = "documents.letter.papers" if fault.lesson is None else "documents.letter.lesson"
    said = words.told(fault.message, fault.params)
    return (
        str(number), f"{fault.clause} {words.clause(fault.clause)}".strip(), words(lesson, number=fault.lesson or 0),
        fault.place or words("check.whole"), f"{words.check(fault.check)}: {said}", todo(fault, words.language),
    )  # fmt: skip


def todo(fault: Fault, language: str) -> str:
    """What the applicant has to do about a finding; a warning is to be looked at first."""
    known = f"documents.todo.{fault.check}"
    told = say(known if known in catalogue(language) else "documents.todo.other", language)
    return told if fault.severity is Severity.FAULT else say("documents.letter.look-first", language, todo=told)


def day(of: date, language: str) -> str:
    """A date as official papers write it."""
    return say("documents.day", language, year=of.year, month=of.month, date=of.day)
