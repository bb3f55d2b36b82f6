"""Judgements that need no measurements: of the papers alone, and of a lesson that could not be measured."""

from collections.abc import Sequence
from dataclasses import replace

from gpu.measurements import ContainerFacts, Measurements
from station.checks.subject import Subject
from station.judge import Judgement, judge, not_judged
from station.papers.types import Papers
from station.profile import Profile
from station.store.drops import Reason

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
    """Of a lesson: one fault that says why, and every other check as not measurable."""
    return not_judged(profile, reason.message, reason.params, reason="job.not-measured")


def papers_not_judged(reason: Reason, profile: Profile) -> Judgement:
    """Of papers on which a check of ours broke down: likewise."""
    return not_judged(profile, reason.message, reason.params, reason="job.papers-not-judged", scope="submission")
