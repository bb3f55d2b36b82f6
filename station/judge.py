"""Judging: measurements + papers + profile → outcomes and a verdict. Pure; needs no video, takes milliseconds."""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gpu.measurements import ContainerFacts, Measurements
from station.checks import CheckFunction, registry
from station.checks.subject import Subject
from station.context import Context
from station.findings import Finding, Outcome, OutcomeKind, Severity, Verdict, verdict
from station.papers.types import Papers
from station.profile import CheckSpec, Profile

NOTHING = Measurements(
    container=ContainerFacts((), None, 0, None, (), None),
    video=None, audio=None, pictures=None, samples=None, hashes=None, video_packets=None, audio_packets=None, sounds=None,
    events=(), origin=0.0, device="",
)  # fmt: skip
"""What is measured of papers."""


@dataclass(frozen=True)
class Judgement:
    """Every outcome of one lesson (or of the papers), in the profile's order."""

    outcomes: tuple[Outcome, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, by time; those about the whole lesson first."""
        found = [finding for outcome in self.outcomes for finding in outcome.findings]
        return tuple(sorted(found, key=lambda f: (-1.0 if f.start is None else f.start, f.check)))

    def verdict(self, waived: frozenset[str] = frozenset()) -> Verdict:
        """The technical verdict, from the same findings that the detail shows."""
        return verdict(self.findings, waived)


def judge(subject: Subject, profile: Profile, scope: str = "lesson") -> Judgement:
    """Run every check of `scope` that the profile names, in its order."""
    written = registry()
    outcomes = []
    for spec in profile.checks.values():
        if spec.scope != scope:
            continue
        function = written.get(spec.id)
        if function is None:
            outcomes.append(Outcome(spec.id, spec.clause, OutcomeKind.NOT_MEASURABLE, reason="reason.not-built"))
        else:
            outcomes.append(_run(function, subject, spec))
    return Judgement(tuple(outcomes))


def _run(function: CheckFunction, subject: Subject, spec: CheckSpec) -> Outcome:
    """A check that breaks down costs neither the lesson nor the other checks: it ends in a warning that says where it broke."""
    try:
        return function(subject, spec)
    except Exception as error:  # noqa: BLE001 - whatever a check trips over in a stranger's file
        place = traceback.extract_tb(error.__traceback__)[-1]
        params = {
            "detail": f"{type(error).__name__}: {error}"[:200],
            "place": f"{Path(place.filename).name}:{place.lineno}",
        }
        broken = Finding(spec.clause, spec.id, Severity.WARNING, True, "finding.check-broke", params)
        return Outcome(spec.id, spec.clause, OutcomeKind.FINDINGS, (broken,))


def judge_papers(
    papers: Papers, seconds: Sequence[float], profile: Profile, context: Context | None = None
) -> Judgement:
    """The judgement of a submission's papers, given how long (seconds) its measured lessons are."""
    whole = replace(papers, lesson_seconds=tuple(seconds))
    return judge(Subject(NOTHING, whole, context=context or Context()), profile, "submission")


UNREADABLE_CHECK = "corrupt"
"""The check under which a lesson that cannot be measured is told: what cannot be decoded is damaged."""


def unreadable(profile: Profile, detail: str) -> Judgement:
    """The judgement of a lesson that can't be opened: one fault that says why, and nothing passes in silence."""
    return not_judged(profile, "finding.corrupt.unreadable", {"detail": detail}, reason="reason.unreadable")


def not_judged(
    profile: Profile, message: str, params: Mapping[str, Any], *, reason: str, scope: str = "lesson"
) -> Judgement:
    """One fault that nobody can waive says why; every other check of `scope` is not measurable for `reason` (text ids)."""
    specs = [spec for spec in profile.checks.values() if spec.scope == scope]
    told = next((spec for spec in specs if spec.id == UNREADABLE_CHECK), specs[0] if specs else None)
    outcomes = []
    for spec in specs:
        if spec is told:
            fault = Finding(spec.clause, spec.id, Severity.FAULT, False, message, dict(params))
            outcomes.append(Outcome(spec.id, spec.clause, OutcomeKind.FINDINGS, (fault,)))
        else:
            outcomes.append(Outcome(spec.id, spec.clause, OutcomeKind.NOT_MEASURABLE, reason=reason))
    return Judgement(tuple(outcomes))
