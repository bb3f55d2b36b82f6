"""Language (1.4): the national common language, as far as a transcript tells. Dialects are beyond it: a person listens."""

from station.checks import check
from station.checks._common import concluded, finding, not_measurable
from station.checks.subject import Subject
from station.findings import Outcome, Severity
from station.profile import CheckSpec
from station.readings import Unread


@check("language")
def language(subject: Subject, spec: CheckSpec) -> Outcome:
    """Most of the speech is in the language of the profile. `share` of another one counts against it."""
    transcript = subject.readings.transcript
    if isinstance(transcript, Unread):
        return not_measurable(spec, transcript.reason, **transcript.params)
    spoken = sum(utterance.end - utterance.start for utterance in transcript.utterances)
    if spoken < spec.limits["shortest_s"]:
        return not_measurable(spec, "too-little-speech", seconds=round(spoken, 1), limit=spec.limits["shortest_s"])
    wanted, limits = spec.limits["language"], spec.limits
    facts = {"language": transcript.language, "share": round(transcript.share, 3), "speech_s": round(spoken, 1)}
    params = {"spoken": transcript.language, "share": round(100 * transcript.share)}
    if transcript.language != wanted:
        made = finding(
            spec,
            Severity.WARNING,
            "finding.language.other",
            {**params, "limit": wanted},
            value=transcript.language,
            limit=wanted,
        )
        return concluded(spec, [made], **facts)
    if transcript.share >= limits["least_share"]:
        return concluded(spec, [], **facts)
    severity = Severity.WARNING if transcript.share < limits["warning_share"] else Severity.NOTE
    made = finding(
        spec,
        severity,
        "finding.language.mixed",
        {**params, "limit": round(100 * limits["least_share"])},
        value=round(transcript.share, 3),
        limit=limits["least_share"],
    )
    return concluded(spec, [made], **facts)
