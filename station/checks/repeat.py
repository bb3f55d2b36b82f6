"""Repeated passages (clause 2.2.1): the same picture and sound, or the same words, twice within a lesson. A hint."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_measurable
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.lookup import Echo, echoes
from station.profile import CheckSpec
from station.readings import Transcript, Utterance, Voice
from station.timecode import timecode
from station.traces import trace_of

LIKE_WORDS = 0.9
"""Two utterances of which so much is alike (0–1) are one said twice."""
SURE = 0.5
"""An utterance that was understood with less confidence is not compared."""
SPOKEN_SHARE = 0.3
"""Sound of which less is speech is music or a sting."""


@check("repeat-passage")
def repeat_passage(subject: Subject, spec: CheckSpec) -> Outcome:
    """The same stretch twice: what an edit left in. What returns again and again is a sting between chapters, and a note."""
    trace = trace_of(subject.measurements, "")
    if not len(trace.motion) and not len(trace.words):
        return not_measurable(spec, "no-trace")
    found = []
    twice = echoes(trace, spec.limits["shortest_s"])
    for echo in twice:
        times = 1 + sum(_meet(echo, other) for other in twice)
        if times < spec.limits["times"] or _first(echo, twice):
            found.append(_told(subject, spec, echo, times))
    spoken = subject.readings.transcript
    said = [] if not isinstance(spoken, Transcript) else _said_twice(spoken.utterances, spec)
    found += [_words_told(subject, spec, one, two) for one, two in said if not _within(two, twice)]
    found.sort(key=lambda made: made.start or 0.0)
    return concluded(spec, found, stretches=len(twice), said=len(said))


def _meet(one: Echo, two: Echo) -> bool:
    """Whether a stretch of `one` is for the most part one of `two`: then the same thing is there more than twice, or the same
    pair is counted once, with itself."""
    spans = [(one.first, one.first + one.seconds), (one.second, one.second + one.seconds)]
    others = [(two.first, two.first + two.seconds), (two.second, two.second + two.seconds)]
    return any(min(a[1], b[1]) - max(a[0], b[0]) > 0.5 * one.seconds for a in spans for b in others)


def _first(echo: Echo, twice: Sequence[Echo]) -> bool:
    return not any(_meet(echo, other) for other in twice[: twice.index(echo)])


def _told(subject: Subject, spec: CheckSpec, echo: Echo, times: int) -> Finding:
    grave = times < spec.limits["times"] and echo.seconds >= spec.limits["warning_s"] and echo.by != "picture"
    if echo.by == "sound" and not _spoken(subject, echo):
        grave = False
    frame = subject.measurements.frame_seconds()
    shown = {"other": timecode(echo.first, frame), "seconds": round(echo.seconds, 1)}
    severity = Severity.WARNING if grave else Severity.NOTE
    made = finding(spec, severity, f"finding.repeat-passage.{echo.by}", shown, value=shown["seconds"], unit="s")
    return at_seconds(made, subject.measurements, echo.second, echo.second + echo.seconds)


def _spoken(subject: Subject, echo: Echo) -> bool:
    """Whether somebody speaks in the stretch. Unknown counts as no: looped music is the same sound twice, too."""
    voice = subject.readings.voice
    if not isinstance(voice, Voice):
        return False
    start, end = echo.second, echo.second + echo.seconds
    per_channel = [0.0] * max(1, voice.channels)
    for span in voice.spans:
        if span.kind == "speech" and span.channel < len(per_channel):
            per_channel[span.channel] += max(0.0, min(end, span.end) - max(start, span.start))
    return max(per_channel) >= SPOKEN_SHARE * echo.seconds


def _said_twice(utterances: Sequence[Utterance], spec: CheckSpec) -> list[tuple[Utterance, Utterance]]:
    """Pairs of utterances close together that say the same in enough characters."""
    least, within = int(spec.limits["words"]), spec.limits["words_within_s"]
    told = [(one, re.sub(r"\W+", "", one.text)) for one in utterances if one.confidence >= SURE]
    told = [(one, text) for one, text in told if len(text) >= least]
    found = []
    for place, (two, text) in enumerate(told):
        for one, before in reversed(told[:place]):
            if two.start - one.end > within:
                break
            if _like(before, text):
                found.append((one, two))
                break
    return found


def _like(one: str, two: str) -> bool:
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return (
        matcher.real_quick_ratio() >= LIKE_WORDS
        and matcher.quick_ratio() >= LIKE_WORDS
        and matcher.ratio() >= LIKE_WORDS
    )


def _within(said: Utterance, twice: Sequence[Echo]) -> bool:
    return any(echo.second - 1 <= said.start and said.end <= echo.second + echo.seconds + 1 for echo in twice)


def _words_told(subject: Subject, spec: CheckSpec, one: Utterance, two: Utterance) -> Finding:
    shown = {"other": timecode(one.start, subject.measurements.frame_seconds()), "text": two.text.strip()[:40]}
    made = finding(spec, Severity.NOTE, "finding.repeat-passage.words", shown, part="words")
    return at_seconds(made, subject.measurements, two.start, two.end)
