"""评审意见表: what the experts answered and gave, by number alone, the mean, and room for the office's word."""

import statistics
from collections.abc import Sequence

from station.documents.letter import day
from station.documents.official import OfficialPaper
from station.documents.settings import Settings
from station.documents.values import Decided, ExpertOpinion, Opinion
from station.rubric import GatePoint, Rubric, RubricLine
from station.text import clean, say
from station.timecode import timecode

CLAUSE_MM, WIDE_MM, EXPERT_MM, LEAST_MM = 14.0, 156.0, 14.0, 40.0
"""Of a page's 156 mm an expert's column takes 14 while the column of the points keeps 40."""
TEXT_LENGTH = 2000
"""Signs of an expert's notes that are printed."""
SIGN_MM = 22.0
"""Height of a row in which somebody signs."""
FRAME_S = 0.04
"""Places of notes are printed at 25 frames a second."""


def opinion_docx(opinion: Opinion, rubric: Rubric, settings: Settings, language: str) -> bytes:
    """The opinion as a .docx file. Raises ValueError without a single sealed review."""
    if not opinion.experts:
        raise ValueError("no sealed review")

    def words(message: str, **params: object) -> str:
        return say(f"documents.opinion.{message}", language, **params)

    issuer = settings.issuer[language]
    paper = OfficialPaper(settings, name=words("title"), author=issuer, made=opinion.dated)
    paper.title(words("title"))
    paper.table(_about(opinion, language), (34.0, 122.0), heads=0, aligns="cl")
    names = tuple(words("expert", number=number) for number in range(1, len(opinion.experts) + 1))
    paper.heading(words("gate-head"))
    gate = [(words("clause"), words("point"), *names)]
    gate += [_gate_row(point, opinion.experts, language) for point in rubric.gate]
    paper.table(gate, _widths(1, len(names)), aligns="cl")
    for told in _reasons(opinion.experts, rubric, language):
        paper.text(told)
    paper.heading(words("scores-head"))
    scores = [(words("clause"), words("line"), words("maximum"), *names, words("mean"))]
    scores += [_score_row(line, opinion.experts, language) for line in rubric.lines]
    scores.append(_total_row(rubric, opinion.experts, words("total")))
    paper.table(scores, _widths(2, len(names) + 1), aligns="cl")
    paper.text(_result(opinion, language))
    paper.heading(words("notes-head"))
    for name, expert in zip(names, opinion.experts, strict=True):
        paper.text(words("note", expert=name, notes=expert.notes.strip()[:TEXT_LENGTH] or words("no-notes")))
        for lesson, at, text in expert.timed:
            paper.text(words("timed", lesson=lesson, at=timecode(at, FRAME_S), text=text))
    paper.heading(words("office-head"))
    signs = [(words("office"), _decided(opinion.office, language)), (words("group"), _decided(opinion.group, language))]
    paper.table(signs, (34.0, 122.0), heads=0, aligns="cl", least_mm=SIGN_MM)
    paper.line("", keep=True)
    paper.line(day(opinion.dated, language), "right")
    return paper.content()


def mean_of(experts: Sequence[ExpertOpinion]) -> float | None:
    """Mean of the totals, of 100; None where nobody has one."""
    totals = [expert.total for expert in experts if expert.total is not None]
    return statistics.fmean(totals) if totals else None


def _decided(decided: Decided | None, language: str) -> str:
    """What was decided; empty, for a hand to fill in, where nothing was."""
    if decided is None:
        return ""
    message = "documents.opinion.approved" if decided.approved else "documents.opinion.returned"
    reason = decided.reason or say("documents.opinion.no-notes", language)
    return say(message, language, reason=reason[:TEXT_LENGTH], date=day(decided.on, language))


def _widths(fixed: int, shared: int) -> tuple[float, ...]:
    """Of a table with the clause, the point, `fixed` - 1 further narrow columns, and `shared` ones that share the rest, in mm."""
    first = max(LEAST_MM, WIDE_MM - fixed * CLAUSE_MM - shared * EXPERT_MM)
    share = (WIDE_MM - fixed * CLAUSE_MM - first) / shared
    return (CLAUSE_MM, first, *(CLAUSE_MM for _ in range(fixed - 1)), *(share for _ in range(shared)))


def _about(opinion: Opinion, language: str) -> list[tuple[str, str]]:
    work = opinion.work
    hours = "" if work.hours is None else f"{work.hours:g}"
    rows = (
        ("course", work.title), ("applicant", work.applicant_unit), ("recommender", work.recommending_unit),
        ("lecturer", work.lecturer), ("hours", hours), ("number", f"{work.id} / {work.version}"),
    )  # fmt: skip
    return [(say(f"documents.opinion.{name}", language), value) for name, value in rows]


def _gate_row(point: GatePoint, experts: Sequence[ExpertOpinion], language: str) -> tuple[str, ...]:
    answers = (
        say("documents.opinion.yes" if expert.gate.get(point.id, {}).get("pass") else "documents.opinion.no", language)
        for expert in experts
    )
    return point.clause, _in(point, language), *answers


def _reasons(experts: Sequence[ExpertOpinion], rubric: Rubric, language: str) -> list[str]:
    """Why somebody said no."""
    points = {point.id: _in(point, language) for point in rubric.gate}
    return [
        say("documents.opinion.reason", language, number=number, point=points[id_], reason=answer.get("reason", ""))
        for number, expert in enumerate(experts, 1)
        for id_, answer in expert.gate.items()
        if id_ in points and not answer.get("pass")
    ]


def _score_row(line: RubricLine, experts: Sequence[ExpertOpinion], language: str) -> tuple[str, ...]:
    given = [expert.scores[line.id] for expert in experts if line.id in expert.scores]
    shown = tuple(f"{expert.scores[line.id]:g}" if line.id in expert.scores else "" for expert in experts)
    mean = f"{statistics.fmean(given):.2f}" if given else ""
    return line.clause, _in(line, language), f"{line.maximum:g}", *shown, mean


def _total_row(rubric: Rubric, experts: Sequence[ExpertOpinion], name: str) -> tuple[str, ...]:
    totals = tuple("" if expert.total is None else f"{expert.total:g}" for expert in experts)
    mean = mean_of(experts)
    whole = sum(line.maximum for line in rubric.lines)
    return "", name, f"{whole:g}", *totals, "" if mean is None else f"{mean:.2f}"


def _result(opinion: Opinion, language: str) -> str:
    totals = [expert.total for expert in opinion.experts if expert.total is not None]
    mean = mean_of(opinion.experts)
    if mean is None:
        return say("documents.opinion.no-total", language)
    message = "documents.opinion.proposed" if mean >= opinion.pass_mark else "documents.opinion.not-proposed"
    return say(
        message, language, count=len(totals), mean=f"{mean:.2f}", spread=f"{max(totals) - min(totals):g}",
        deviation=f"{statistics.pstdev(totals):.2f}", mark=f"{opinion.pass_mark:g}",
    )  # fmt: skip


def _in(part: GatePoint | RubricLine, language: str) -> str:
    return clean(part.zh if language == "zh" else part.en)
