"""Judging: measurements + papers + profile → outcomes and a verdict. Pure; needs no video, takes milliseconds."""

from dataclasses import dataclass

from station.checks import registry
from station.checks.subject import Subject
from station.findings import Finding, Outcome, OutcomeKind, Severity, Verdict, verdict
from station.profile import Profile


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
            outcomes.append(function(subject, spec))
    return Judgement(tuple(outcomes))


def unreadable(profile: Profile, detail: str) -> Judgement:
    """The judgement of a lesson that can't be opened: one fault that says why, and nothing passes in silence."""
    outcomes = []
    for spec in profile.checks.values():
        if spec.scope != "lesson":
            continue
        if spec.id == "corrupt":
            made = Finding(
                spec.clause, spec.id, Severity.FAULT, spec.waivable, "finding.corrupt.unreadable", {"detail": detail}
            )
            outcomes.append(Outcome(spec.id, spec.clause, OutcomeKind.FINDINGS, (made,)))
        else:
            outcomes.append(Outcome(spec.id, spec.clause, OutcomeKind.NOT_MEASURABLE, reason="reason.unreadable"))
    return Judgement(tuple(outcomes))
