"""Judgements that need no measurements: of the papers alone, and of a lesson that could not be measured."""

from collections.abc import Sequence
from dataclasses import replace

from gpu.measurements import ContainerFacts, Measurements
from station.checks.subject import Subject
from station.findings import Finding, Outcome, OutcomeKind, Severity
from station.judge import Judgement, judge
from station.papers.types import Papers
from station.profile import Profile
from station.store.drops import Reason

UNREADABLE_CHECK = "corrupt"
"""The check under which a lesson that cannot be measured is told: what cannot be decoded is damaged."""
NOTHING = Measurements(
    container=ContainerFacts((), None, 0, None, (), None),
    video=None, audio=None, pictures=None, samples=None, hashes=None, video_packets=None, audio_packets=None, sounds=None,
    events=(), origin=0.0, device="",
)  # fmt: skip


def judge_papers(papers: Papers, seconds: Sequence[float], profile: Profile) -> Judgement:
    """The judgement of a submission's papers, given how long its measured lessons are."""
    whole = replace(papers, lesson_seconds=tuple(seconds))
    return judge(Subject(NOTHING, whole), profile, "submission")


def not_measured(reason: Reason, profile: Profile) -> Judgement:
    """One fault that says why, and every other check as not measurable: nothing passes in silence."""
    outcomes = []
    for spec in profile.checks.values():
        if spec.scope != "lesson":
            continue
        if spec.id == UNREADABLE_CHECK:
            fault = Finding(spec.clause, spec.id, Severity.FAULT, False, reason.message, dict(reason.params))
            outcomes.append(Outcome(spec.id, spec.clause, OutcomeKind.FINDINGS, (fault,)))
        else:
            outcomes.append(Outcome(spec.id, spec.clause, OutcomeKind.NOT_MEASURABLE, reason="job.not-measured"))
    return Judgement(tuple(outcomes))
