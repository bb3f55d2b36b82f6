"""Title card and lecturer's introduction (2.1), as far as their text can be read. Reading errs: what it finds is a warning at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.folding import fold, is_han
from station.likeness import nearest, plain
from station.papers.types import Form, Papers, Topic
from station.profile import CheckSpec
from station.readings import Page, Unread

BETWEEN_NAMES = "、,，;；/／|\n"
"""What stands between several lecturers in one field."""
MAYBE_BETWEEN = ("和", "与", "及", " ", "\u3000")
"""What may also stand within one Chinese name: 张　三, 周和平."""
SHOWN = 40
"""Characters shown of what was read."""


@dataclass(frozen=True)
class Reading:
    """How a name of the form was found on the cards."""

    name: str
    """As the form writes it."""
    edits: int
    signs: int
    """Compared."""
    read: str
    """What stands there."""
    page: Page | None


@check("title-card")
def title_card(subject: Subject, spec: CheckSpec) -> Outcome:
    """The course's and the lecturer's name stand in the head, as the form writes them."""
    pages = subject.readings.text
    if isinstance(pages, Unread):
        return not_measurable(spec, pages.reason, **pages.params)
    head = [page for page in pages.pages if page.start < spec.limits["head_s"]]
    form = subject.papers.form if subject.papers else None
    if form is None or not form.topics:
        return not_measurable(spec, "no-form-for-card", read=_shown(head))
    if not head:
        made = finding(spec, Severity.WARNING, "finding.title-card.none", {"limit": spec.limits["head_s"]}, part="card")
        return concluded(spec, [made], pages=0)
    best = min((_topic(topic, head) for topic in form.topics), key=_worst)
    named = dict(zip(("course", "lecturer"), best, strict=True))
    judged = [_judged(subject, spec, part, reading) for part, reading in named.items() if reading is not None]
    found = [told for told in judged if told is not None]
    facts = {part: reading.read if reading else None for part, reading in named.items()}
    return concluded(spec, found, pages=len(head), **facts)


def _shown(pages: Sequence[Page]) -> str:
    text = " / ".join(line.text for page in pages[:2] for line in page.lines)
    return text[:SHOWN] or "-"


def _topic(topic: Topic, head: Sequence[Page]) -> tuple[Reading | None, Reading | None]:
    """The course's name and the best of the lecturers' names; None for what the form leaves open."""
    course = nearest_name(topic.title, head) if plain(topic.title) else None
    names = [nearest_name(name, head) for name in people(topic.lecturer)]
    return course, min(names, key=_share, default=None)


def people(field: str) -> list[str]:
    """The names in one field. A Latin name keeps its blanks; no name of Chinese characters is of one character alone."""
    parts = [field]
    for sign in BETWEEN_NAMES:
        parts = [piece for part in parts for piece in part.split(sign)]
    for sign in MAYBE_BETWEEN:
        parts = [piece for part in parts for piece in _parted(part, sign)]
    return [part.strip() for part in parts if plain(part)]


def _parted(part: str, sign: str) -> list[str]:
    pieces = [piece for piece in part.split(sign) if plain(piece)]
    chinese = all(len(plain(piece)) > 1 and is_han(plain(piece)[0]) for piece in pieces)
    return pieces if chinese else [part]


def nearest_name(name: str, pages: Sequence[Page]) -> Reading:
    """Where a name stands in the text of the pages, more or less. Lines are read on from one to the next."""
    wanted = plain(name)
    best = Reading(name, len(wanted), len(wanted), "", None)
    for page in pages:
        text = plain("".join(line.text for line in page.lines))
        place = nearest(wanted, text)
        if place.edits < best.edits:
            best = Reading(name, place.edits, len(wanted), text[place.start : place.end], page)
    return best


def _share(reading: Reading) -> float:
    return reading.edits / max(1, reading.signs)


def _worst(readings: tuple[Reading | None, Reading | None]) -> float:
    return sum(_share(reading) for reading in readings if reading)


def _judged(subject: Subject, spec: CheckSpec, part: str, reading: Reading) -> Finding | None:
    if reading.edits <= spec.limits["edits_share"] * reading.signs:
        return None
    near = reading.page is not None and reading.edits <= max(1.0, spec.limits["near_share"] * reading.signs)
    params = {"wanted": reading.name[:SHOWN], "read": reading.read[:SHOWN], "limit": spec.limits["head_s"]}
    kind = f"{part}-{'differs' if near else 'missing'}"
    made = finding(spec, Severity.WARNING, f"finding.title-card.{kind}", params, value=reading.read or None, part=part)
    if near and reading.page is not None:
        return at_seconds(made, subject.measurements, reading.page.start, reading.page.end)
    return made


@check("teacher-intro-long")
def teacher_intro_long(subject: Subject, spec: CheckSpec) -> Outcome:
    """Pages about the lecturer, before the lecture, last at most 30 s (and one for the reading). Where they end is for a person."""
    pages = subject.readings.text
    if isinstance(pages, Unread):
        return not_measurable(spec, pages.reason, **pages.params)
    span = _introduction(pages.pages, subject.papers, spec)
    if span is None:
        return not_applicable(spec, "no-teacher-intro", seconds=spec.limits["search_s"])
    start, end = span
    length = round(end - start, 1)
    facts = {"start": start, "end": end, "seconds": length}
    if length <= spec.limits["longest_s"] + spec.limits["tolerance_s"]:
        return concluded(spec, [], **facts)
    limit = spec.limits["longest_s"]
    made = finding(
        spec,
        Severity.WARNING,
        "finding.teacher-intro-long",
        {"value": length, "limit": limit},
        value=length,
        limit=limit,
        unit="s",
    )
    return concluded(spec, [at_seconds(made, subject.measurements, start, end)], **facts)


def _introduction(pages: Sequence[Page], papers: Papers | None, spec: CheckSpec) -> tuple[float, float] | None:
    """From the first page about the lecturer to the first page about something else, seconds."""
    names = _lecturers(papers.form if papers else None)
    told = [(page, _is_about(page, names, spec)) for page in pages if page.start < spec.limits["search_s"]]
    first = next((index for index, (_, about) in enumerate(told) if about), None)
    if first is None:
        return None
    start, end = told[first][0].start, told[first][0].end
    for (_, _), (page, about) in pairwise(told[first:]):
        if page.start - end > spec.limits["apart_s"]:
            break
        if not about and page.start >= end - spec.limits["apart_s"]:
            end = max(end, min(page.start, end + spec.limits["apart_s"]))
            break
        end = max(end, page.end)
    return start, end


def _lecturers(form: Form | None) -> list[str]:
    return [plain(name) for topic in form.topics for name in people(topic.lecturer)] if form else []


def _is_about(page: Page, names: Sequence[str], spec: CheckSpec) -> bool:
    """Whether a page introduces a person: it says so, or names titles and posts enough; with a form, it also names the lecturer."""
    text = fold(" ".join(line.text for line in page.lines)).text
    if names and not any(name in plain(text) for name in names):
        return False
    if any(word in text for word in spec.limits["headings"]):
        return True
    return len(list(_named(text, spec.limits["words"]))) >= int(spec.limits["fewest_words"])


def _named(text: str, words: Sequence[str]) -> Iterator[str]:
    """The words that stand in the text, one that lies within another counted once."""
    for word in sorted(words, key=len, reverse=True):
        if word in text:
            text = text.replace(word, "\n")
            yield word
