"""Background music under the intro, clause 2.1 (片头背景乐), by the voice reader."""

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_measurable
from station.checks.sound import without_sound
from station.checks.subject import Subject
from station.findings import Outcome, Severity
from station.profile import CheckSpec
from station.readings import Unread, Voice

MUSIC = ("music", "singing")


@check("intro-music")
def intro_music(subject: Subject, spec: CheckSpec) -> Outcome:
    """Music within the intro's time (the template's length), else within the head: a warning at most, a note where no intro is known."""
    if (ended := without_sound(subject, spec)) is not None:
        return ended
    voice = subject.readings.voice
    if isinstance(voice, Unread):
        return not_measurable(spec, voice.reason, **voice.params)
    intro = subject.context.intro
    known = intro is not None and intro.seconds > 0
    end = intro.seconds if intro is not None and known else float(spec.limits["head_s"])
    end = min(end, subject.measurements.duration())
    heard = music_seconds(voice, 0.0, end)
    facts = {"music_s": round(heard, 1), "head_s": round(end, 1), "intro": "template" if known else "unknown"}
    if heard >= min(float(spec.limits["least_s"]), 0.5 * end):
        return concluded(spec, [], **facts)
    made = finding(
        spec,
        Severity.WARNING if known else Severity.NOTE,
        "finding.intro-music.intro" if known else "finding.intro-music.head",
        {"length": round(end, 1), "value": round(heard, 1), "limit": spec.limits["least_s"]},
        value=round(heard, 1),
        limit=spec.limits["least_s"],
        unit="s",
    )
    return concluded(spec, [at_seconds(made, subject.measurements, 0.0, end)], **facts)


def music_seconds(voice: Voice, start: float, end: float) -> float:
    """Seconds in [start, end) in which music or singing is heard on any channel."""
    total, reached = 0.0, start
    for span in sorted(voice.spans, key=lambda span: span.start):
        if span.kind in MUSIC:
            first, last = max(reached, span.start), min(end, span.end)
            total += max(0.0, last - first)
            reached = max(reached, min(end, span.end))
    return total
