"""Readings: what readers made out on a few selected pictures and in the sound. Values only, saved as JSON beside the measurements.

Every part is either a reading or an `Unread` that says why there is none; a check that needs it repeats that reason. Times are
seconds from the lesson's first picture; boxes are shares of the picture, 0–1: top, left, bottom, right.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = 1
Box = tuple[float, float, float, float]
"""Top, left, bottom, right, as shares of the picture's height and width."""


@dataclass(frozen=True)
class Unread:
    """Why a reader gave nothing."""

    reason: str
    """A name in the table `reason` of the text catalogue."""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TextLine:
    """One line of text on a picture."""

    text: str
    score: float
    """0–1, the recogniser's own confidence."""
    box: Box


@dataclass(frozen=True)
class Page:
    """A picture that stood for a while (a slide, a card, a caption over a camera), and the text on it."""

    start: float
    end: float
    """Seconds, exclusive."""
    lines: tuple[TextLine, ...]
    looks: int = 1
    """On how many frames the lines were voted."""


@dataclass(frozen=True)
class Pages:
    """On-screen text of every distinct page, in order of time."""

    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Code:
    """A QR or bar code that was seen."""

    start: float
    end: float
    kind: str
    """`qr`, `bar`."""
    text: str
    box: Box


@dataclass(frozen=True)
class Codes:
    """QR and bar codes, in order of time."""

    codes: tuple[Code, ...]


@dataclass(frozen=True)
class FaceLook:
    """The faces on one picture."""

    time: float
    boxes: tuple[Box, ...]
    scores: tuple[float, ...]
    """0–1, one a box."""


@dataclass(frozen=True)
class Faces:
    """Faces on pictures about `interval` seconds apart."""

    interval: float
    looks: tuple[FaceLook, ...]


@dataclass(frozen=True)
class VoiceSpan:
    """A stretch of one kind of sound on one channel."""

    start: float
    end: float
    channel: int
    """From 0."""
    kind: str
    """`speech`, `singing`, `music`."""


@dataclass(frozen=True)
class Voice:
    """Who or what is heard when, per channel; stretches of one kind on one channel do not overlap."""

    channels: int
    """How many channels were listened to."""
    spans: tuple[VoiceSpan, ...]


@dataclass(frozen=True)
class Utterance:
    """A sentence or so that was understood."""

    start: float
    end: float
    text: str
    """Simplified characters where it is Chinese."""
    confidence: float
    """0–1."""


@dataclass(frozen=True)
class Transcript:
    """What was said."""

    language: str
    """ISO 639-1 of most of the speech."""
    share: float
    """Share of the speech that is in that language, 0–1."""
    model: str
    """Name of the model's folder."""
    utterances: tuple[Utterance, ...]


@dataclass(frozen=True)
class Readability:
    """How well text that the source shows can still be read on the rendition."""

    characters: int
    """Characters compared."""
    error: float
    """Character error rate of the rendition's text against the source's, 0–1."""
    pages: int


@dataclass(frozen=True)
class LipStretch:
    """Mouth and voice over a stretch with one large face, value by value."""

    start: float
    spoken: float
    """Seconds of speech in it."""
    dark: tuple[float, ...]
    """Brightness of the mouth's darkest part as a share of the face's: an open mouth is dark."""
    loud: tuple[float, ...]
    """Level of the voice's band, natural logarithm of the share of full scale."""


@dataclass(frozen=True)
class Lips:
    """Mouths and voices, `rate` values a second."""

    rate: int
    stretches: tuple[LipStretch, ...]


NOT_ASKED = Unread("reader-off")


@dataclass(frozen=True)
class Readings:
    """All that readers made out of one lesson."""

    text: Pages | Unread = NOT_ASKED
    codes: Codes | Unread = NOT_ASKED
    faces: Faces | Unread = NOT_ASKED
    voice: Voice | Unread = NOT_ASKED
    transcript: Transcript | Unread = NOT_ASKED
    readability: Readability | Unread = NOT_ASKED
    lips: Lips | Unread = NOT_ASKED


KINDS: dict[str, type] = {
    "text": Pages,
    "codes": Codes,
    "faces": Faces,
    "voice": Voice,
    "transcript": Transcript,
    "readability": Readability,
    "lips": Lips,
}


def to_json(readings: Readings) -> str:
    """The readings as JSON text, UTF-8, that `from_json` reads."""
    parts = {name: _part(getattr(readings, name)) for name in KINDS}
    return json.dumps({"schema": SCHEMA, **parts}, ensure_ascii=False)


def _part(value: Any) -> dict[str, Any]:
    return {"unread": asdict(value)} if isinstance(value, Unread) else {"read": asdict(value)}


def from_json(text: str) -> Readings:
    """Readings from `to_json`. Raises ValueError where it is something else."""
    try:
        table = json.loads(text)
        if table["schema"] != SCHEMA:
            raise ValueError(f"schema {table['schema']}, this program reads {SCHEMA}")
        return Readings(**{name: _whole(name, table[name]) for name in KINDS if name in table})
    except (KeyError, TypeError, AttributeError) as damage:
        raise ValueError("not a readings file") from damage


def _whole(name: str, part: dict[str, Any]) -> Any:
    if "unread" in part:
        return Unread(**part["unread"])
    row = part["read"]
    if make := _MADE.get(name):
        return make(row)
    return KINDS[name](**row)


def _page(row: dict[str, Any]) -> Page:
    return Page(**{**row, "lines": tuple(TextLine(**{**line, "box": tuple(line["box"])}) for line in row["lines"])})


def _stretch(row: dict[str, Any]) -> LipStretch:
    return LipStretch(**{**row, "dark": tuple(row["dark"]), "loud": tuple(row["loud"])})


def _look(row: dict[str, Any]) -> FaceLook:
    return FaceLook(row["time"], tuple(tuple(box) for box in row["boxes"]), tuple(row["scores"]))


_MADE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "text": lambda row: Pages(tuple(_page(page) for page in row["pages"])),
    "codes": lambda row: Codes(tuple(Code(**{**code, "box": tuple(code["box"])}) for code in row["codes"])),
    "faces": lambda row: Faces(row["interval"], tuple(_look(look) for look in row["looks"])),
    "voice": lambda row: Voice(row["channels"], tuple(VoiceSpan(**span) for span in row["spans"])),
    "lips": lambda row: Lips(row["rate"], tuple(_stretch(one) for one in row["stretches"])),
    "transcript": lambda row: Transcript(**{**row, "utterances": tuple(Utterance(**one) for one in row["utterances"])}),
}
