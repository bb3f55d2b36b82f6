"""What a unit is given before it sends anything: the blank form, letter and quiz, and a checklist made from the standard."""

from collections.abc import Callable
from datetime import date

from station.documents.official import OfficialPaper
from station.documents.settings import Settings
from station.documents.sheets import blank_form, joined
from station.profile import Profile
from station.report.words import Words
from station.rounds import Round
from station.text import say

GROUPS = (("number", 1), ("courseware", 4), ("lecturer", 3), ("applicant", 2))
"""Heads above the heads of the form, and how many columns each spans."""
COLUMNS = ("course", "area", "summary", "hours", "name", "unit", "rank", "unit", "base")
FORM_MM = (11.0, 36.0, 20.0, 50.0, 12.0, 18.0, 28.0, 18.0, 28.0, 22.0)
ROWS, QUESTIONS, SINGLE = 3, 5, 3
"""Blank topics of the form; questions of the quiz, and how many of them have one answer."""
LETTERS = "ABCD"
MATERIALS = ("form", "letter", "video", "quiz", "outline", "folder")


def template_files(profile: Profile, round_: Round, settings: Settings, language: str, made: date) -> dict[str, bytes]:
    """File name → content. The form and the letter are in Chinese in every language: so they are handed in."""
    make: dict[str, Callable[[], bytes]] = {
        "form-docx": lambda: _form_docx(round_.year, settings, made),
        "form-xlsx": lambda: _form_xlsx(round_.year, settings),
        "letter": lambda: _letter(round_.year, settings, made),
        "quiz": lambda: _quiz(settings, made),
        "checklist": lambda: _checklist(profile, round_, settings, language, made),
    }
    return {say(f"documents.template.file-{name}", language): write() for name, write in make.items()}


def _words(message: str, **params: object) -> str:
    """Of what is handed in: Chinese."""
    return say(f"documents.template.{message}", "zh", **params)


def _form_rows() -> list[tuple[str, ...]]:
    """Two rows of heads and the blank ones; what is joined stands in its first cell alone."""
    above = tuple(said for group, span in GROUPS for said in (_words(f"form-{group}"), *("",) * (span - 1)))
    heads = ("", *(_words(f"form-{column}") for column in COLUMNS))
    return [above, heads, *((str(number), *("",) * len(COLUMNS)) for number in range(1, ROWS + 1))]


def _form_docx(year: int, settings: Settings, made: date) -> bytes:
    title = _words("form-title", year=year)
    paper = OfficialPaper(settings, name=title, author=settings.issuer["zh"], made=made, landscape=True)
    paper.title(title)
    paper.line(_words("form-recommending"))
    paper.line(_words("form-date", year=year))
    table = paper.table(_form_rows(), FORM_MM, heads=2, aligns="clclcccccc")
    for top, left, bottom, right in joined(GROUPS):
        table.cell(top, left).merge(table.cell(bottom, right))
    for name in ("form-contact", "form-telephone", "form-remark"):
        paper.line(_words(name))
    return paper.content()


def _form_xlsx(year: int, settings: Settings) -> bytes:
    before = (
        _words("form-title", year=year),
        _words("form-recommending"),
        _words("form-date", year=year),
    )
    after = tuple(_words(name) for name in ("form-contact", "form-telephone", "form-remark"))
    return blank_form(before, GROUPS, _form_rows(), FORM_MM, after, settings=settings)


def _letter(year: int, settings: Settings, made: date) -> bytes:
    title = _words("letter-title")
    paper = OfficialPaper(settings, name=title, author=settings.issuer["zh"], made=made)
    paper.title(title)
    paper.text(_words("letter-body", year=year))
    paper.line("")
    for name in ("letter-unit", "letter-signature"):
        paper.line(_words(name))
    paper.line(_words("letter-date", year=year))
    return paper.content()


def _quiz(settings: Settings, made: date) -> bytes:
    title = _words("quiz-title")
    paper = OfficialPaper(settings, name=title, author=settings.issuer["zh"], made=made)
    paper.title(title)
    for number in range(1, QUESTIONS + 1):
        if number in {1, SINGLE + 1}:
            paper.heading(_words("quiz-single" if number == 1 else "quiz-many"))
        paper.line(f"{number}. ")
        for letter in LETTERS:
            paper.line(f"{letter}. ")
        paper.line(_words("quiz-answer"))
    return paper.content()


def _checklist(profile: Profile, round_: Round, settings: Settings, language: str, made: date) -> bytes:
    words = Words(language, profile)
    title = words("documents.template.checklist-title")
    paper = OfficialPaper(settings, name=title, author=settings.issuer[language], made=made)
    paper.title(title)
    paper.heading(words("documents.template.checklist-materials"))
    heads = tuple(words(f"documents.template.column-{name}") for name in ("tick", "material", "wanted"))
    rows = [
        ("□", words(f"documents.template.material-{name}"), words(f"documents.template.wanted-{name}"))
        for name in MATERIALS
    ]
    paper.table([heads, *rows], (12.0, 36.0, 108.0), aligns="cll")
    paper.heading(words("documents.template.checklist-standard"))
    heads = tuple(words(f"documents.template.column-{name}") for name in ("tick", "clause", "source"))
    clauses = [clause for clause in profile.clauses.values() if clause.id[:1] in "12F"]
    lines = [("□", f"{clause.id} {words.clause(clause.id)}", clause.source) for clause in clauses]
    paper.table([heads, *lines], (12.0, 36.0, 108.0), aligns="cll")
    paper.note(words("documents.template.areas", areas="、".join(round_.areas)))
    paper.note(words("documents.template.check-first"))
    return paper.content()
