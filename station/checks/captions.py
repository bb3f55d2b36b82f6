"""Captions (2.3): the titles of level 1 to 3 that the outline names should stand on the screen. A hint; reading errs."""

from collections.abc import Sequence

from station.checks import check
from station.checks._common import concluded, finding, not_applicable, not_measurable
from station.checks.subject import Subject
from station.findings import Outcome, Severity
from station.likeness import nearest, plain
from station.papers.types import Heading, Papers
from station.profile import CheckSpec
from station.readings import Pages, Unread

SHOWN = 5
"""Titles named in one finding."""


@check("caption-missing")
def caption_missing(subject: Subject, spec: CheckSpec) -> Outcome:
    """The outline's titles of level 1–3 against the text on the screen."""
    pages = subject.readings.text
    if isinstance(pages, Unread):
        return not_measurable(spec, pages.reason, **pages.params)
    papers = subject.papers
    if papers is None:
        return not_applicable(spec, "no-papers")
    if papers.outline is None:
        return not_measurable(spec, "no-outline")
    headings = _of_lesson(papers, subject.ordinal)
    if headings is None:
        return not_measurable(spec, "outline-without-lessons")
    wanted = [heading for heading in headings if heading.level <= spec.limits["deepest_level"] and plain(heading.text)]
    missing = [heading for heading in wanted if not _stands(heading, pages, spec)]
    facts = {"titles": len(wanted), "missing": len(missing)}
    if not missing:
        return concluded(spec, [], **facts)
    many = len(missing) > spec.limits["many_share"] * len(wanted)
    named = "、".join(heading.text[:20] for heading in missing[:SHOWN]) + ("…" if len(missing) > SHOWN else "")
    made = finding(
        spec,
        Severity.WARNING if many else Severity.NOTE,
        "finding.caption-missing",
        {"value": len(missing), "limit": len(wanted), "titles": named},
        value=len(missing),
        limit=len(wanted),
    )
    return concluded(spec, [made], **facts)


def _of_lesson(papers: Papers, ordinal: int | None) -> Sequence[Heading] | None:
    """The outline's part for this lesson; None where it does not say which titles belong to which lesson."""
    headings = papers.outline.headings if papers.outline else ()
    if papers.lessons <= 1:
        return headings
    own = [heading for heading in headings if heading.lesson is not None and heading.lesson == ordinal]
    return own or None


def _stands(heading: Heading, pages: Pages, spec: CheckSpec) -> bool:
    wanted = plain(heading.text)
    allowed = int(spec.limits["edits_share"] * len(wanted))
    return any(
        nearest(wanted, plain("".join(line.text for line in page.lines))).edits <= allowed for page in pages.pages
    )
