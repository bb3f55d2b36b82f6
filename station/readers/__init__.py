"""Readers look at a few selected pictures and at the sound, after the measuring pass: text, codes, faces, voices, speech, lips.

Each reader is a module of its own with a model that ships inside a package; one that is not installed, is switched off or
breaks down gives an `Unread` that says so, never an exception. What they give is kept as `station.readings.Readings`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from gpu.measurements import Measurements
from station.config import ReadersSection
from station.readings import NOT_ASKED, Readings, Unread
from station.text import clean

NO_PICTURE = Unread("no-picture")
NO_SOUND = Unread("no-sound")
NO_MODEL = Unread("no-speech-model")
NO_RENDITION = Unread("no-rendition")
MOST_WORDS = 200
"""Characters kept of what a reader says when it breaks down."""
Observer = Callable[[str], None]
"""Told the name of each reader as it starts: a field of `Readings`."""


def read_lesson(
    lesson: Path,
    measurements: Measurements,
    *,
    settings: ReadersSection,
    speech_model: Path | None,
    rendition: Path | None = None,
    observe: Observer | None = None,
) -> Readings:
    """All that the readers switched on in `settings` make out of a lesson that was measured. Never raises for a reader's sake.

    `rendition`, where there is one, spares readers that need little detail the decoding of the large picture.
    """
    seen = NO_PICTURE if measurements.pictures is None or not len(measurements.pictures.pts) else None
    heard = NO_SOUND if measurements.sounds is None else None
    desk = _Desk(lesson, measurements, observe or (lambda _: None))
    voice = desk.ask("voice", settings.voice, heard)
    faces = desk.ask("faces", settings.faces, seen, rendition=rendition)
    return Readings(
        text=desk.ask("text", settings.text, seen),
        codes=desk.ask("codes", settings.text, seen, rendition=rendition),
        faces=faces,
        voice=voice,
        transcript=desk.ask(
            "transcript", settings.voice, heard or (None if speech_model else NO_MODEL), voice, model=speech_model
        ),
        readability=desk.ask(
            "readability", settings.text, seen or (None if rendition else NO_RENDITION), rendition=rendition
        ),
        lips=desk.ask("lips", settings.faces and settings.voice, seen or heard, faces, voice),
    )


@dataclass(frozen=True)
class _Desk:
    """Asks one reader after the other about one lesson."""

    lesson: Path
    measurements: Measurements
    observe: Observer

    def ask(self, name: str, wanted: bool, lacking: Unread | None, *given: Any, **named: Any) -> Any:
        """What `station.readers.NAME.read_NAME` gives, or why there is nothing."""
        if not wanted:
            return NOT_ASKED
        if lacking is not None:
            return lacking
        self.observe(name)
        try:
            reader = import_module(f"{__name__}.{name}")
            return getattr(reader, f"read_{name}")(self.lesson, self.measurements, *given, **named)
        except ImportError as missing:
            return Unread("reader-missing", {"package": clean(missing.name or str(missing))})
        except Exception as fault:  # noqa: BLE001 - models of strangers raise anything; a reading less is no lost lesson
            return _failed(fault)


def _failed(fault: Exception) -> Unread:
    return Unread("reader-failed", {"detail": clean(f"{type(fault).__name__}: {fault}")[:MOST_WORDS]})
