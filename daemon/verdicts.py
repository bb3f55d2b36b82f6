"""Judgements of what could not be judged: a lesson that was not measured, papers that break a check."""

from station.judge import Judgement, not_judged
from station.profile import Profile
from station.store.drops import Reason


def not_measured(reason: Reason, profile: Profile) -> Judgement:
    """Of a lesson: one fault that says why, and every other check as not measurable."""
    return not_judged(profile, reason.message, reason.params, reason="job.not-measured")


def papers_not_judged(reason: Reason, profile: Profile) -> Judgement:
    """Of papers on which a check of ours broke down: likewise."""
    return not_judged(profile, reason.message, reason.params, reason="job.papers-not-judged", scope="submission")
