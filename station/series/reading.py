"""Traces of checks that stand on readers: what was read, seen and heard, with its time."""

import numpy as np

from station.checks.subject import Subject
from station.profile import CheckSpec
from station.readings import Codes, Faces, Lips, Pages, Transcript, Voice
from station.series import Entry, Series, trace


def pages(subject: Subject) -> list[Entry]:
    """On-screen text, a page an entry."""
    read = subject.readings.text
    if not isinstance(read, Pages):
        return []
    return [Entry("page", page.start, page.end, " / ".join(line.text for line in page.lines)) for page in read.pages]


def codes(subject: Subject) -> list[Entry]:
    """QR and bar codes."""
    read = subject.readings.codes
    return [Entry("code", c.start, c.end, f"{c.kind} {c.text}") for c in read.codes] if isinstance(read, Codes) else []


def spoken(subject: Subject) -> list[Entry]:
    """What was said."""
    read = subject.readings.transcript
    return [Entry("spoken", u.start, u.end, u.text) for u in read.utterances] if isinstance(read, Transcript) else []


def voices(subject: Subject) -> list[Entry]:
    """Speech, singing and music per channel."""
    read = subject.readings.voice
    if not isinstance(read, Voice):
        return []
    return [Entry("voice", span.start, span.end, f"{span.kind} {span.channel + 1}") for span in read.spans]


@trace("advert", "watch-term")
def _words(subject: Subject, _spec: CheckSpec) -> list[Entry]:
    return [*codes(subject), *pages(subject), *spoken(subject)]


@trace("title-card", "caption-missing", "rendition")
def _text(subject: Subject, _spec: CheckSpec) -> list[Entry]:
    return pages(subject)


@trace("language")
def _language(subject: Subject, _spec: CheckSpec) -> list[Entry]:
    return [*spoken(subject), *pages(subject)]


@trace("intro-music", "teacher-intro-long")
def _voices(subject: Subject, _spec: CheckSpec) -> list[Entry]:
    return voices(subject)


@trace("extra-person")
def _faces(subject: Subject, _spec: CheckSpec) -> list[Series]:
    read = subject.readings.faces
    if not isinstance(read, Faces) or not read.looks:
        return []
    times = np.array([look.time for look in read.looks])
    return [Series("faces", "", times, np.array([float(len(look.boxes)) for look in read.looks]))]


@trace("lip-sync")
def _lips(subject: Subject, _spec: CheckSpec) -> list[Series]:
    """Mouth and voice of all stretches."""
    read = subject.readings.lips
    if not isinstance(read, Lips) or not read.stretches:
        return []
    times = np.concatenate([one.start + np.arange(len(one.dark)) / read.rate for one in read.stretches])
    mouth, voice = (
        np.concatenate(parts) for parts in zip(*((one.dark, one.loud) for one in read.stretches), strict=True)
    )
    return [Series("mouth", "", times, mouth), Series("voice-band", "dBFS", times, voice * 20 / np.log(10))]


@trace("duplicate")
def _copies(subject: Subject, _spec: CheckSpec) -> list[Entry]:
    return [
        Entry(
            "copy",
            copy.start,
            copy.end,
            f"{copy.title} {copy.other_start:.1f}–{copy.other_end:.1f} s, {copy.by} {copy.similarity:.2f}",
        )
        for copy in subject.context.copies or ()
    ]
