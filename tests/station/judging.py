"""One check on made measurements."""

from typing import Any

from gpu.measurements import Measurements
from station.checks import registry
from station.checks.subject import Subject
from station.findings import Finding, Outcome
from station.papers.types import Papers
from station.profile import default_profile
from station.text import LANGUAGES, say


def outcome(check: str, measurements: Measurements, papers: Papers | None = None) -> Outcome:
    """The outcome; every text that it names can be said in both languages."""
    made = registry()[check](Subject(measurements, papers), default_profile().checks[check])
    for language in LANGUAGES:
        if made.reason:
            assert say(made.reason, language, **made.params)
        for finding in made.findings:
            assert say(finding.message, language, **finding.params)
    return made


def found(check: str, measurements: Measurements, papers: Papers | None = None) -> tuple[Finding, ...]:
    """The findings."""
    return outcome(check, measurements, papers).findings


def briefly(findings: tuple[Finding, ...]) -> list[tuple[str, Any, Any]]:
    """Severity and frames."""
    return [(finding.severity.value, finding.start_frame, finding.end_frame) for finding in findings]
