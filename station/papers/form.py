"""附件1: the form, from .xlsx, .docx or submission.toml.

Fields are found by their labels, merged cells and several topics included. What is missing, wrong or there twice becomes a
`PaperProblem`; a file that can't be read at all raises `BadPaper`.
"""

from dataclasses import fields
from pathlib import Path

from station.papers._figures import read_date, squeeze
from station.papers._form_table import Written, read_table
from station.papers._form_toml import read_toml
from station.papers._form_values import is_telephone, read_hours, read_yes
from station.papers._office_files import read_grids
from station.papers.types import Form, PaperProblem, Topic

REQUIRED_LOOSE = ("recommending_unit", "filled_on", "contact", "telephone")
REQUIRED_OF_TOPIC = (
    "title", "summary", "hours", "lecturer", "lecturer_unit", "lecturer_title", "applicant_unit", "national_base",
)  # fmt: skip


def read_form(path: Path) -> Form:
    """The form in `path`. Raises BadPaper."""
    written, problems = read_toml(path) if path.suffix.lower() == ".toml" else (read_table(read_grids(path)), [])
    return _assemble(written, path.name, problems)


def _assemble(written: Written, file: str, problems: list[PaperProblem]) -> Form:
    told = {(topic, name) for topic, name in written.formulas}
    problems += [PaperProblem("paper.form-formula", {"file": file, "topic": topic}) for topic, _ in written.formulas]
    topics = tuple(_topic(row, n, file, problems, told) for n, row in enumerate(written.topics, 1))
    loose = written.loose
    form = Form(
        recommending_unit=loose.get("recommending_unit", ""),
        filled_on=read_date(loose.get("filled_on", "")),
        contact=loose.get("contact", ""),
        telephone=loose.get("telephone", ""),
        topics=topics,
        file=file,
    )
    problems += _loose_problems(written, form)
    problems += _topic_problems(form, told)
    return Form(
        **{f.name: getattr(form, f.name) for f in fields(Form) if f.name != "problems"}, problems=tuple(problems)
    )


def _topic(
    row: dict[str, str], number: int, file: str, problems: list[PaperProblem], told: set[tuple[int, str]]
) -> Topic:
    """One topic; a value that can't be read becomes None and a problem."""
    text = {name: "" if (number, name) in told else " ".join(value.split()) for name, value in row.items()}
    hours, base = read_hours(text.get("hours", "")), read_yes(text.get("national_base", ""))
    for name, message, value in (
        ("hours", "paper.wrong.hours", hours),
        ("national_base", "paper.wrong.national-base", base),
    ):
        if value is None and text.get(name):
            told.add((number, name))
            problems.append(PaperProblem(message, {"file": file, "topic": number, "value": text[name]}))
    return Topic(
        title=text.get("title", ""),
        summary=text.get("summary", ""),
        hours=hours,
        lecturer=text.get("lecturer", ""),
        lecturer_unit=text.get("lecturer_unit", ""),
        lecturer_title=text.get("lecturer_title", ""),
        applicant_unit=text.get("applicant_unit", ""),
        national_base=base,
        area=text.get("area", ""),
    )


def _loose_problems(written: Written, form: Form) -> list[PaperProblem]:
    found = [
        PaperProblem(f"paper.missing.{name.replace('_', '-')}", {"file": form.file})
        for name in REQUIRED_LOOSE
        if not written.loose.get(name)
    ]
    if written.loose.get("filled_on") and form.filled_on is None:
        found.append(PaperProblem("paper.wrong.filled-on", {"file": form.file, "value": written.loose["filled_on"]}))
    if form.telephone and not is_telephone(form.telephone):
        found.append(PaperProblem("paper.wrong.telephone", {"file": form.file, "value": form.telephone}))
    found += [
        PaperProblem("paper.form-field-twice", {"file": form.file, "label": label, "first": first, "other": other})
        for label, first, other in written.twice
    ]
    found += [
        PaperProblem("paper.form-column-twice", {"file": form.file, "label": label}) for label in written.columns_twice
    ]
    return found


def _topic_problems(form: Form, told: set[tuple[int, str]]) -> list[PaperProblem]:
    if not form.topics:
        return [PaperProblem("paper.form-no-topics", {"file": form.file})]
    found = []
    first: dict[tuple[str, str], int] = {}
    for number, topic in enumerate(form.topics, 1):
        found += [
            PaperProblem(f"paper.topic-missing.{name.replace('_', '-')}", {"file": form.file, "topic": number})
            for name in REQUIRED_OF_TOPIC
            if getattr(topic, name) in {"", None} and (number, name) not in told
        ]
        same = first.setdefault((squeeze(topic.title), squeeze(topic.applicant_unit)), number)
        if same != number and topic.title:
            found.append(
                PaperProblem(
                    "paper.form-topic-twice",
                    {"file": form.file, "topic": number, "first": same, "title": topic.title},
                )
            )
    return found
