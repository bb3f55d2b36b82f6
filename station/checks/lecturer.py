"""The lecturer's standing (F1.3): a senior title on the form, by the list in the profile; what it does not know is for a person."""

from collections.abc import Iterator

from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.folding import fold
from station.papers.types import Topic
from station.profile import CheckSpec


@check("lecturer-title")
def lecturer_title(subject: Subject, spec: CheckSpec) -> Outcome:
    """Every topic's lecturer holds a senior title. An empty field is the form's fault, told there."""
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    if papers.form is None:
        return not_measurable(spec, "no-form")
    topics = [(number, topic) for number, topic in enumerate(papers.form.topics, start=1) if topic.lecturer_title]
    if not topics:
        return not_measurable(spec, "no-lecturer-title")
    return concluded(
        spec, [made for number, topic in topics for made in _judged(spec, number, topic)], titles=len(topics)
    )


def _judged(spec: CheckSpec, number: int, topic: Topic) -> Iterator[Finding]:
    title = fold(topic.lecturer_title).text
    plain = title
    for word in spec.limits["not_senior"]:
        plain = plain.replace(word, "")
    if any(word in plain for word in spec.limits["senior"]):
        return
    known = plain != title or any(word in title for word in spec.limits["junior"])
    yield finding(
        spec,
        Severity.WARNING if known else Severity.NOTE,
        f"finding.lecturer-title.{'junior' if known else 'unknown'}",
        {"topic": number, "lecturer": topic.lecturer, "value": topic.lecturer_title},
        value=topic.lecturer_title,
        part=f"topic {number}",
    )
