"""What is told of one finding or one outcome: the clause, what was measured, the limit, who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from station.text import clean
from tui.screens.phrases import KINDS, SEVERITIES, severity_word
from tui.words import clock, number, timecode

if TYPE_CHECKING:
    from rich.style import Style

    from station.desk.views import FindingView, OutcomeView, SubmissionView
    from station.profile import Profile
    from tui.words import Words


def check_name(words: Words, profile: Profile, check: str) -> str:
    """The check's name in the language of the moment; its id where this profile does not know it."""
    spec = profile.checks.get(check)
    return words.either(spec.zh, spec.en) if spec else clean(check)


def clause_name(words: Words, profile: Profile, clause: str) -> str:
    """Number and title of a clause."""
    known = profile.clauses.get(clause)
    return f"{clean(clause)} {words.either(known.zh, known.en)}" if known else clean(clause)


def finding_text(words: Words, look: dict[str, Style], profile: Profile, finding: FindingView) -> Text:
    """A finding in three or four lines, the most needed first."""
    text = Text()
    text.append(severity_word(words, finding.severity) + "  ", look[SEVERITIES[finding.severity][1]])
    text.append(words.outside(finding.message, finding.params) + "\n", look["text"])
    text.append(place(words, finding), look["dim"])
    if finding.value is not None:
        text.append("  " + measured(words, finding), look["dim"])
    text.append("\n" + clause_name(words, profile, finding.clause), look["dim"])
    text.append("  " + who_decides(words, finding), look["dim"])
    if finding.change:
        style = "good" if finding.change == "fixed" else "dim" if finding.change == "still" else "warning"
        text.append("  " + words(f"report.told-{finding.change}"), look[style])
    if finding.waiver is not None:
        waiver = finding.waiver
        line = words("tui.detail.waiver", person=waiver.person, at=clock(waiver.at), reason=waiver.reason)
        if waiver.second_person:
            line += words("tui.detail.second", person=waiver.second_person)
        elif not waiver.complete:
            line += words("tui.detail.half")
        text.append("\n" + line, look["good" if waiver.complete else "warning"])
    return text


def place(words: Words, finding: FindingView) -> str:
    """When it is: time codes and frames, or the whole lesson."""
    if finding.start is None:
        return words("tui.detail.whole")
    line = timecode(finding.start)
    if finding.end is not None and finding.end > finding.start:
        line += f" - {timecode(finding.end)}"
    if finding.start_frame is not None and finding.end_frame is not None:
        line += "  " + words(
            "tui.detail.frames", first=finding.start_frame, count=finding.end_frame - finding.start_frame
        )
    return line


def measured(words: Words, finding: FindingView) -> str:
    """What was measured, against which limit."""
    unit = f" {clean(finding.unit)}" if finding.unit else ""
    line = words("tui.detail.value", value=number(finding.value) + unit)
    if finding.limit is not None:
        line += "  " + words("tui.detail.limit", limit=number(finding.limit) + unit)
    return line


def who_decides(words: Words, finding: FindingView) -> str:
    """The machine alone, one person, or two."""
    if not finding.waivable:
        return words("tui.detail.machine")
    return words("tui.detail.people", people=finding.people)


def outcome_text(words: Words, look: dict[str, Style], profile: Profile, outcome: OutcomeView) -> Text:
    """A check's end, with its reason and its numbers."""
    sign, style = KINDS[outcome.kind]
    text = Text()
    text.append(f"{sign} {words(f'desk.kind.{outcome.kind}')}  ", look[style])
    text.append(check_name(words, profile, outcome.check) + "\n", look["text"])
    text.append(clause_name(words, profile, outcome.clause) + "\n", look["dim"])
    if outcome.reason:
        text.append(words.outside(outcome.reason, outcome.params) + "\n", look["warning"])
    text.append("  ".join(_fact(words, k, v) for k, v in outcome.facts.items() if v is not None), look["dim"])
    return text


def _fact(words: Words, name: str, value: Any) -> str:
    """A number behind an outcome in words; its bare name where this program has none for it."""
    known = f"tui.fact.{name.replace('_', '-')}"
    return words(known, value=number(value)) if words.knows(known) else f"{clean(name)} {number(value)}"


def papers_text(words: Words, look: dict[str, Style], view: SubmissionView) -> Text:
    """What the papers say: who, what, how long; which quizzes and which letter came along."""
    papers = view.papers
    units = [("applicant", view.applicant_unit), ("recommending", view.recommending_unit), ("lecturer", view.lecturer)]
    lines = [(words(f"tui.papers.{name}"), clean(value) or "-") for name, value in units]
    lines.append((words("tui.papers.hours"), number(view.hours)))
    lines.append((words("tui.papers.form"), clean(papers.form.file) if papers.form else words("tui.papers.none")))
    quizzes = ", ".join(
        words("tui.papers.quiz", lesson=quiz.lesson or "?", count=len(quiz.questions)) for quiz in papers.quizzes
    )
    lines.append((words("tui.papers.quizzes"), quizzes or words("tui.papers.none")))
    lines.append((words("tui.papers.letter"), clean(papers.letter.file) if papers.letter else words("tui.papers.none")))
    text = Text()
    for name, value in lines:
        text.append(f"{name}  ", look["dim"]).append(value + "\n", look["text"])
    for number_, (version, submission) in enumerate(view.versions):
        lead = words("tui.papers.versions") if number_ == 0 else ""
        text.append(f"{lead}  ", look["dim"]).append(f"v{version} {submission}\n", look["text"])
    return text
