"""Made readings, and one hint on them: what was read and said is given, not recognised."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gpu.measurements import Measurements
from station.checks import registry
from station.checks.subject import Subject
from station.context import Context
from station.findings import Finding, Outcome
from station.papers.types import Form, Papers, Topic
from station.profile import default_profile
from station.readings import (
    Code,
    Codes,
    FaceLook,
    Faces,
    Page,
    Pages,
    Readings,
    TextLine,
    Transcript,
    Utterance,
)
from station.text import LANGUAGES, say
from tests.measured import Film, lesson

CORNER = (0.8, 0.8, 0.9, 0.9)


def page(start: float, end: float, *lines: str) -> Page:
    """A page whose lines stand apart from each other."""
    boxes = [(0.1 + 0.12 * row, 0.1, 0.14 + 0.12 * row, 0.6) for row in range(len(lines))]
    return Page(start, end, tuple(TextLine(text, 0.98, box) for text, box in zip(lines, boxes, strict=True)), 3)


def pages(*made: Page) -> Pages:
    return Pages(made)


def said(*utterances: tuple[float, float, str], language: str = "zh", share: float = 1.0) -> Transcript:
    return Transcript(language, share, "model", tuple(Utterance(*one, 0.8) for one in utterances))


def qr(start: float, end: float, text: str, kind: str = "qr") -> Code:
    return Code(start, end, kind, text, CORNER)


def codes(*made: Code) -> Codes:
    return Codes(made)


def looks(boxes: Iterable[Iterable[Any]], interval: float = 2.0, score: float = 0.92) -> Faces:
    """One look every `interval` seconds; each is a list of boxes."""
    made = [FaceLook(index * interval, tuple(found), (score,) * len(tuple(found))) for index, found in enumerate(boxes)]
    return Faces(interval, tuple(made))


def form(*topics: dict[str, Any], filled_on: Any = None) -> Papers:
    """Papers with a form of these topics."""
    usual = Topic("示例课程", "", 1.0, "示例讲师", "示例单位", "教授", "示例单位", national_base=False)
    rows = tuple(replace(usual, **topic) for topic in topics or ({},))
    return Papers(form=Form("示例推荐单位", filled_on, "", "", rows, "征集表.xlsx"), lessons=1)


def subject(
    measurements: Measurements | None = None,
    papers: Papers | None = None,
    context: Context | None = None,
    **readings: Any,
) -> Subject:
    """A lesson of a minute of slides unless measurements are given."""
    made = measurements if measurements is not None else lesson(Film(1500))
    return Subject(made, papers, readings=Readings(**readings), context=context or Context())


def outcome(check: str, of: Subject, **limits: Any) -> Outcome:
    """The outcome; every text that it names can be said in both languages."""
    spec = default_profile().checks[check]
    made = registry()[check](of, replace(spec, limits={**spec.limits, **limits}))
    for language in LANGUAGES:
        if made.reason:
            assert say(made.reason, language, **made.params)
        for finding in made.findings:
            assert say(finding.message, language, **finding.params)
    keys = [finding.key for finding in made.findings]
    assert len(set(keys)) == len(keys)
    return made


def briefly(findings: Iterable[Finding]) -> list[tuple[str, float | None, float | None]]:
    """Severity and seconds."""
    return [(finding.severity.value, finding.start, finding.end) for finding in findings]
