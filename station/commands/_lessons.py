"""The lessons that `station check` is asked to look at: files by name, folders by what is in them; and each one's JSON."""

import hashlib
import json
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gpu.measurements import Measurements
from station.findings import Finding, OutcomeKind, Verdict
from station.judge import Judgement
from station.readings import Readings
from station.text import say

SCHEMA = 1
"""Of the JSON; a field may be added, none changes its meaning."""
MEDIA = frozenset({
    ".mp4", ".m4v", ".mov", ".mpg", ".mpeg", ".m2v", ".mpv", ".vob", ".ts", ".m2ts", ".mts", ".mkv", ".webm", ".avi", ".wmv",
    ".asf", ".flv", ".f4v", ".3gp", ".mxf", ".ogv", ".rmvb", ".rm", ".dv", ".h264", ".264", ".hevc", ".m4a", ".aac", ".mp3",
    ".wav", ".flac", ".ogg",
})  # fmt: skip
"""What counts as a lesson in a folder; a file that is named is looked at whatever it is called."""


@dataclass(frozen=True)
class Looked:
    """One lesson that was looked at; `error` is a text id where it could not be, and then only `file` is sure."""

    file: Path
    judgement: Judgement | None = None
    measurements: Measurements | None = None
    sha256: str | None = None
    error: str | None = None
    params: dict[str, Any] | None = None
    readings: Readings = field(default_factory=Readings)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict; `fail` for a file that is no readable medium; None where there was no file to look at."""
        return self.judgement.verdict() if self.judgement else None


def lessons(named: Sequence[Path]) -> list[Path | Looked]:
    """The files to look at, in the order named; a folder gives its media, by name. What can't be looked at says why."""
    found: list[Path | Looked] = []
    for path in named:
        try:
            found += _inside(path) if path.is_dir() else [path if path.is_file() else _not_a_file(path)]
        except OSError as error:
            found.append(Looked(path, error="check.error.unreadable", params={"file": str(path), "detail": str(error)}))
    return found


def _inside(folder: Path) -> list[Path | Looked]:
    media: list[Path | Looked] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        media += [
            Path(place, name)
            for name in sorted(files)
            if not name.startswith(".") and Path(name).suffix.lower() in MEDIA and Path(place, name).is_file()
        ]
    return media or [Looked(folder, error="check.error.no-media", params={"file": str(folder)})]


def _not_a_file(path: Path) -> Looked:
    kind = "not-file" if path.exists() else "missing"
    return Looked(path, error=f"check.error.{kind}", params={"file": str(path)})


def digest(path: Path) -> str:
    """SHA-256 of a file, hex. Raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def as_json(looked: Sequence[Looked], language: str) -> str:
    """The contract of the command line, as text that any decoder reads: lone surrogates of odd file names are escaped."""
    table = {"schema": SCHEMA, "lessons": [_lesson(one, language) for one in looked]}
    text = json.dumps(_finite(table), ensure_ascii=False, indent=1, default=_plain, allow_nan=False)
    return "".join(f"\\u{ord(sign):04x}" if 0xD800 <= ord(sign) <= 0xDFFF else sign for sign in text)


def _lesson(one: Looked, language: str) -> dict[str, Any]:
    measured, judgement = one.measurements, one.judgement
    outcomes = judgement.outcomes if judgement else ()
    row: dict[str, Any] = {
        "file": str(one.file),
        "sha256": one.sha256,
        "duration": None if measured is None else round(measured.duration(), 6),
        "verdict": one.verdict,
        "outcomes": {outcome.check: outcome.kind for outcome in outcomes},
        "findings": [_finding(found, language) for found in (judgement.findings if judgement else ())],
        "rendition": _rendition(measured),
        "reasons": {
            outcome.check: say(outcome.reason, language, **outcome.params) for outcome in outcomes if outcome.reason
        },
        "facts": {outcome.check: dict(outcome.facts) for outcome in outcomes if outcome.facts},
        "device": None if measured is None else measured.device,
    }
    if one.error is not None:
        row["error"] = {"id": one.error, "message": say(one.error, language, **(one.params or {}))}
    return row


def _finding(found: Finding, language: str) -> dict[str, Any]:
    return {
        "clause": found.clause,
        "check": found.check,
        "severity": found.severity,
        "waivable": found.waivable,
        "start": found.start,
        "end": found.end,
        "start_frame": found.start_frame,
        "end_frame": found.end_frame,
        "value": found.value,
        "limit": found.limit,
        "unit": found.unit,
        "message": say(found.message, language, **found.params),
        "key": found.key,
        "tiles": found.tiles,
    }


def _rendition(measured: Measurements | None) -> dict[str, Any] | None:
    made = measured.rendition if measured else None
    if made is None:
        return None
    row: dict[str, Any] = {
        "file": made.path, "encoder": made.encoder, "reason": made.reason, "frames": made.frames, "samples": made.samples,
    }  # fmt: skip
    if (back := made.read_back) is not None:
        row |= {
            "width": back.width,
            "height": back.height,
            "video_codec": back.video_codec,
            "video_bit_rate": round(back.video_bit_rate),
            "audio_codec": back.audio_codec,
            "audio_bit_rate": None if back.audio_bit_rate is None else round(back.audio_bit_rate),
            "audio_sample_rate": back.audio_sample_rate,
            "audio_channels": back.audio_channels,
            "duration": round(back.duration, 6),
            "errors": back.errors,
        }
    return row


def _plain(value: Any) -> Any:
    """A NumPy number as Python's own."""
    return value.item()


def _finite(value: Any) -> Any:
    """JSON knows no infinity: such a number is null."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def not_measured(one: Looked) -> list[tuple[str, str, dict[str, Any]]]:
    """Checks that gave no answer, with the text id of why; those that this version does not have are left out."""
    outcomes = one.judgement.outcomes if one.judgement else ()
    return [
        (outcome.check, outcome.reason, outcome.params)
        for outcome in outcomes
        if outcome.kind is OutcomeKind.NOT_MEASURABLE and outcome.reason and outcome.reason != "reason.not-built"
    ]
