"""What `station why` prints: the outcome, its limits and facts, a small plot of every series, values about the time asked for."""

from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from station.cli import Session
from station.commands._report import COLOURS, place_of
from station.commands._spoken import name_of, plain
from station.commands._tables import told
from station.findings import OutcomeKind
from station.report.words import NONE, Words, number
from station.series import Series
from station.text import catalogue, clean, say
from station.timecode import timecode
from station.why import Case, plot


def print_case(session: Session, out: Console, case: Case) -> None:
    """All of it, for a person."""
    outcome, spec = case.outcome, case.spec
    head = plain(name_of(session, case.profile, spec.id))
    head.stylize("bold")
    head.append(f"  {spec.id}  ", style="dim")
    head.append(clean(session.say(f"desk.kind.{outcome.kind}")))
    out.print(head)
    clause = case.profile.clauses[spec.clause]
    out.print(plain(f"{spec.clause} {clause.zh if session.language == 'zh' else clause.en}"), style="dim")
    if outcome.reason:
        out.print(plain(told(session, outcome.reason, outcome.params)), style="yellow")
    words = Words(session.language, case.profile)
    _lines(session, out, "limits", [f"{name} = {value}" for name, value in words.limits(spec.id)])
    _lines(session, out, "facts", words.facts(outcome.facts))
    if outcome.kind is OutcomeKind.FINDINGS:
        _findings(session, out, case)
    _plots(session, out, case)
    _values(session, out, case)
    _entries(session, out, case)


def _lines(session: Session, out: Console, title: str, lines: list[str]) -> None:
    if lines:
        out.print(plain(session.say(f"why.{title}")), style="bold")
        for line in lines:
            out.print(plain(f"  {line}"))


def _findings(session: Session, out: Console, case: Case) -> None:
    frame = case.subject.measurements.frame_seconds()
    out.print(plain(session.say("why.findings")), style="bold")
    for found in case.outcome.findings:
        if found.start is not None and (
            found.start > case.window.end or (found.end or found.start) < case.window.start
        ):
            continue
        line = Text("  ").append(session.say(f"desk.severity.{found.severity}"), style=COLOURS[found.severity])
        line.append("  ").append(plain(place_of(session, found, frame))).append("  ")
        line.append(plain(told(session, found.message, found.params)))
        if found.value is not None:
            unit = f" {found.unit}" if found.unit else ""
            line.append(clean(f"  [{number(found.value)}{unit} / {number(found.limit)}{unit}]"), style="dim")
        out.print(line)


def series_name(series: Series, language: str) -> str:
    """Name, channel and unit."""
    name = say(f"trace.{series.name}", language)
    channel = "" if series.number is None else f" {series.number}"
    return f"{name}{channel}" + (f" ({series.unit})" if series.unit else "")


def _plots(session: Session, out: Console, case: Case) -> None:
    if not case.series:
        out.print(plain(session.say("why.no-series")), style="dim")
        return
    frame = case.subject.measurements.frame_seconds()
    for series in case.series:
        out.print(plain(series_name(series, session.language)), style="bold")
        made = plot(series, case.window)
        if made is None:
            out.print(plain("  " + session.say("why.nothing-here")), style="dim")
            continue
        out.print(Text(f"  {made.bars}"))
        limit = "" if series.limit is None else session.say("why.limit", limit=number(series.limit))
        range_ = session.say("why.range", lowest=number(made.lowest), highest=number(made.highest))
        out.print(
            plain(f"  {timecode(made.start, frame)} – {timecode(made.end, frame)}   {range_}  {limit}"), style="dim"
        )


def _values(session: Session, out: Console, case: Case) -> None:
    rows = case.rows
    if not rows:
        return
    frame = case.subject.measurements.frame_seconds()
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in (session.say("check.time"), session.say("why.frame")):
        made.add_column(plain(title), no_wrap=True)
    for series in case.series:
        made.add_column(plain(series_name(series, session.language)), justify="right")
    at = min(rows, key=lambda row: abs(row.time - (case.window.at or 0.0)))
    for row in rows:
        cells = [f"{timecode(row.time, frame)} {row.time:.3f}", NONE if row.frame is None else str(row.frame)]
        cells += [number(value) for value in row.values]
        made.add_row(*(plain(cell) for cell in cells), style="reverse" if row is at else "")
    out.print(made)


def _entries(session: Session, out: Console, case: Case) -> None:
    frame = case.subject.measurements.frame_seconds()
    for entry in case.entries:
        line = plain(f"{timecode(entry.start, frame)}–{timecode(entry.end, frame)}  ")
        line.append(session.say(f"trace.{entry.name}"), style="dim").append("  ").append(plain(entry.text))
        out.print(line)
    if case.entry_count > len(case.entries):
        out.print(plain(session.say("why.more", count=case.entry_count - len(case.entries))), style="dim")


def as_json(case: Case, language: str) -> dict[str, Any]:
    """All of it, for a script. Series hold the values inside the window."""
    outcome = case.outcome
    return {
        "check": case.spec.id,
        "clause": case.spec.clause,
        "outcome": outcome.kind.value,
        "reason": told_in(language, outcome.reason, outcome.params),
        "limits": {name: _finite(value) for name, value in case.spec.limits.items()},
        "facts": {name: _finite(value) for name, value in outcome.facts.items()},
        "findings": [
            {
                "key": f.key, "severity": f.severity.value, "start": f.start, "end": f.end, "start_frame": f.start_frame,
                "end_frame": f.end_frame, "value": _finite(f.value), "limit": _finite(f.limit), "unit": f.unit,
                "message": told_in(language, f.message, f.params),
            }
            for f in outcome.findings
        ],
        "series": [_series(series, case) for series in case.series],
        "entries": [
            {"name": e.name, "start": e.start, "end": e.end, "text": clean(e.text)} for e in case.entries
        ],
    }  # fmt: skip


def told_in(language: str, message: str | None, params: dict[str, Any]) -> str | None:
    """A stored message in a language; its id where this program no longer knows it."""
    if message is None or message not in catalogue(language):
        return message
    try:
        return say(message, language, **params)
    except (KeyError, ValueError, IndexError):
        return message


def _series(series: Series, case: Case) -> dict[str, Any]:
    inside = case.window.cut(series.times)
    return {
        "name": series.name, "unit": series.unit, "channel": series.number, "limit": _finite(series.limit),
        "times": [round(float(t), 6) for t in series.times[inside]],
        "values": [_finite(float(v)) for v in series.values[inside]],
    }  # fmt: skip


def _finite(value: Any) -> Any:
    """JSON knows no infinity; NumPy's numbers are Python's own."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
