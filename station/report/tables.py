"""The report for programs: findings as CSV (a spreadsheet opens it), everything as JSON."""

import csv
import io
import json
import math
from dataclasses import asdict
from typing import Any

from station.report.model import Part, Point, Report
from station.report.words import Words, number
from station.text import clean
from station.timecode import timecode

SCHEMA = 1
"""Of the JSON; a field may be added, none changes its meaning."""
COLUMNS = (
    "lesson", "file", "severity", "standing", "change", "clause", "check", "title", "start", "end", "timecode_start",
    "timecode_end", "start_frame", "end_frame", "value", "limit", "unit", "message", "waived_by", "waiver_reason",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula."""


def as_csv(report: Report, language: str) -> str:
    """One line a finding, the first one names; UTF-8 with its mark, as spreadsheets want it."""
    words, buffer = Words(language, report.profile), io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for part in report.parts:
        for point in part.ranked():
            writer.writerow([_cell(value) for value in _row(part, point, words)])
    return "\ufeff" + buffer.getvalue()


def _row(part: Part, point: Point, words: Words) -> tuple[Any, ...]:
    def code(time: float | None) -> str:
        return "" if time is None else timecode(time, part.frame_seconds)

    waived = point.waived
    return (
        part.ordinal, part.file, point.severity.value, int(point.standing), point.change, point.clause, point.check,
        words.check(point.check), point.start, point.end, code(point.start), code(point.end), point.start_frame,
        point.end_frame, point.value, point.limit, point.unit, words.told(point.message, point.params),
        "" if waived is None else ", ".join(waived.people), "" if waived is None else waived.reason,
    )  # fmt: skip


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value if math.isfinite(value) else ""
    text = clean(value if isinstance(value, str) else number(value))
    return f"'{text}" if text.startswith(FORMULA) else text


def as_json(report: Report, language: str) -> str:
    """Everything that the page holds but its pictures."""
    words = Words(language, report.profile)
    table = {
        "schema": SCHEMA,
        "title": clean(report.title),
        "profile": report.profile.id,
        "verdict": report.verdict,
        "against_version": report.against,
        "head": {name.removeprefix("report."): clean(value) for name, value in report.head},
        "parts": [_part(part, words) for part in report.parts],
    }
    return json.dumps(_plain(table), ensure_ascii=False, indent=1, allow_nan=False)


def _part(part: Part, words: Words) -> dict[str, Any]:
    return {
        "lesson": part.ordinal,
        "title": part.title,
        "file": part.file,
        "sha256": part.sha256,
        "duration": part.duration,
        "frame_seconds": part.frame_seconds,
        "verdict": part.verdict,
        "trouble": words.told(*part.trouble) if part.trouble else None,
        "outcomes": [
            {"check": e.check, "clause": e.clause, "kind": e.kind, "facts": e.facts, "limits": dict(_limits(words, e.check)),
             "decides": words.decides(e.check), "reason": words.told(e.reason, e.params) if e.reason else None}
            for e in part.ends
        ],
        "findings": [_point(point, words) for point in part.ranked()],
        "fixed": [_point(point, words) for point in part.fixed],
    }  # fmt: skip


def _limits(words: Words, check: str) -> dict[str, Any]:
    spec = words.profile.checks.get(check)
    return {} if spec is None else dict(spec.limits)


def _point(point: Point, words: Words) -> dict[str, Any]:
    row = asdict(point)
    del row["stills"], row["params"]
    return row | {"message": words.told(point.message, point.params), "standing": point.standing}


def _plain(value: Any) -> Any:
    """What JSON can hold: no infinity, no lone surrogates, no control characters in texts."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return clean(value)
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
