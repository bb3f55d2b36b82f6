"""The numbers behind one outcome: which lesson is meant, at which time, and what was measured there."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gpu.measurements import Array, Measurements
from station.checks import registry
from station.checks.subject import Subject
from station.context import Context
from station.desk.views import LessonView
from station.errors import NotFound, UsageError
from station.findings import Finding, Outcome, OutcomeKind
from station.judge import Judgement
from station.profile import CheckSpec, Profile
from station.readings import Readings
from station.series import Entry, Series, traced, traces

ROWS = 25
"""Values listed about a time."""
COLUMNS = 60
"""Columns of a plot."""
BARS = "▁▂▃▄▅▆▇█"
MOST_ENTRIES = 40
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)")
_FRAMES = re.compile(r"(\d+):(\d{2}):(\d{2})[.:](\d{2})")


def moment(text: str, frame_seconds: float) -> float:
    """Seconds from `12.5`, `1:02.5`, `1:01:02.5`, or a timecode `hh:mm:ss.ff` as `station check` prints it, where ff counts
    frames. Raises UsageError."""
    if code := _FRAMES.fullmatch(text.strip()):
        hours, minutes, seconds, frames = (int(part) for part in code.groups())
        return hours * 3600 + minutes * 60 + seconds + frames * frame_seconds
    if clock := _CLOCK.fullmatch(text.strip()):
        hours, minutes = (int(part or 0) for part in clock.groups()[:2])
        return hours * 3600 + minutes * 60 + float(clock.group(3))
    raise UsageError("why.error.time", time=text)


def place(text: str) -> tuple[str, int | None]:
    """Submission and lesson from `SUBMISSION:2`, `SUBMISSION-02` or `SUBMISSION`. Raises UsageError."""
    found = re.fullmatch(r"([0-9A-Za-z]+)(?:[:/-](\d{1,3}))?", text.strip())
    if found is None:
        raise NotFound("why.error.lesson", name=text)
    return found.group(1), int(found.group(2)) if found.group(2) else None


@dataclass(frozen=True)
class Window:
    """The part of a lesson that is looked at, in seconds."""

    start: float
    end: float
    at: float | None
    """The time that was asked for; None: the whole lesson."""

    def cut(self, times: Array) -> slice:
        """Indices of the times inside."""
        return slice(int(np.searchsorted(times, self.start)), int(np.searchsorted(times, self.end, "right")))


def window(duration: float, at: float | None, around: float) -> Window:
    """`around` seconds either side of `at`; everything without it."""
    if at is None:
        return Window(-np.inf, np.inf, None)
    return Window(at - around, at + around, min(max(at, 0.0), duration))


@dataclass(frozen=True)
class Plot:
    """A series as a line of bars: each column the value in its stretch that lies farthest from the median."""

    bars: str
    lowest: float
    highest: float
    start: float
    end: float


def plot(series: Series, part: Window) -> Plot | None:
    """A line of at most COLUMNS bars; None where nothing lies inside."""
    inside = part.cut(series.times)
    times, values = series.times[inside], np.asarray(series.values[inside], dtype=np.float64)
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    lowest, highest, middle = float(known.min()), float(known.max()), float(np.median(known))
    pieces = np.array_split(values, min(COLUMNS, len(values)))
    bars = "".join(_bar(_telling(piece, middle), lowest, highest) for piece in pieces)
    return Plot(bars, lowest, highest, float(times[0]), float(times[-1]))


def _telling(piece: Array, middle: float) -> float:
    known = piece[np.isfinite(piece)]
    return float(known[np.abs(known - middle).argmax()]) if len(known) else float("nan")


def _bar(value: float, lowest: float, highest: float) -> str:
    if not np.isfinite(value):
        return " "
    share = (value - lowest) / (highest - lowest) if highest > lowest else 0.0
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]


@dataclass(frozen=True)
class Row:
    """Values of several series at one time."""

    time: float
    frame: int | None
    values: tuple[float | None, ...]


def table(series: Sequence[Series], part: Window, times: Array) -> list[Row]:
    """About ROWS rows around the time asked for, on the grid of the finest series; none where no time was asked for.

    `times`: of the lesson's frames.
    """
    inside = [s for s in series if len(s.times[part.cut(s.times)])]
    if part.at is None or not inside:
        return []
    grid = max(inside, key=lambda s: len(s.times[part.cut(s.times)])).times
    middle = int(np.argmin(np.abs(grid - part.at)))
    rows = []
    for time in grid[max(0, middle - ROWS // 2) : middle + ROWS // 2 + 1]:
        frame = int(np.searchsorted(times, time + 1e-6, "right")) - 1 if len(times) else None
        rows.append(Row(float(time), frame, tuple(_value(s, float(time)) for s in series)))
    return rows


def _value(series: Series, time: float) -> float | None:
    """The value of the last entry at or before the time."""
    index = int(np.searchsorted(series.times, time + 1e-6, "right")) - 1
    value = float(series.values[index]) if 0 <= index < len(series.values) else float("nan")
    return value if np.isfinite(value) else None


def entries(found: Sequence[Series | Entry], part: Window) -> tuple[list[Entry], int]:
    """The entries that touch the window, at most MOST_ENTRIES, and how many there are."""
    touching = [e for e in found if isinstance(e, Entry) and e.start <= part.end and e.end >= part.start]
    return touching[:MOST_ENTRIES], len(touching)


@dataclass(frozen=True)
class Case:
    """One outcome and everything behind it."""

    subject: Subject
    profile: Profile
    spec: CheckSpec
    outcome: Outcome
    window: Window
    series: tuple[Series, ...]
    entries: tuple[Entry, ...]
    entry_count: int
    """How many entries touch the window; `entries` holds the first of them."""

    @property
    def rows(self) -> list[Row]:
        """Values around the time asked for."""
        return table(self.series, self.window, self.subject.measurements.times())


def build_case(subject: Subject, profile: Profile, outcome: Outcome, time: str | None, around: float) -> Case:
    """Everything behind an outcome, about `time` (see `moment`) or over the whole lesson. Raises UsageError."""
    measured = subject.measurements
    at = None if time is None else moment(time, measured.frame_seconds())
    part = window(measured.duration(), at, around)
    spec = profile.checks[outcome.check]
    found = traced(subject, spec)
    shown, count = entries(found, part)
    return Case(
        subject, profile, spec, outcome, part, tuple(s for s in found if isinstance(s, Series)), tuple(shown), count
    )


def find_check(profile: Profile, name: str) -> str:
    """The id of a check by its id or its title. Raises UsageError that names near ones."""
    for spec in profile.checks.values():
        if name.strip().lower() in {spec.id, spec.zh, spec.en.lower()}:
            if spec.scope != "lesson":
                raise UsageError("why.error.papers", name=spec.id)
            return spec.id
    near = difflib.get_close_matches(name, profile.checks, n=3, cutoff=0.4)
    raise UsageError("why.error.check", name=name, near=", ".join(near or sorted(profile.checks)))


def reads(check: str) -> bool:
    """Whether a check stands on readers."""
    function = traces().get(check)
    return function is None or function.__module__.endswith(".reading")


def subject_of_file(measurements: Measurements, readings: Readings, context: Context) -> Subject:
    """A file as checks look at it."""
    return Subject(measurements, None, None, readings, context)


def outcome_of(judgement: Judgement, check: str) -> Outcome:
    """One check's end."""
    return next(outcome for outcome in judgement.outcomes if outcome.check == check)


def judged_now(subject: Subject, profile: Profile, check: str) -> Outcome:
    """One check alone, run now."""
    spec, function = profile.checks[check], registry().get(check)
    if function is None:
        return Outcome(check, spec.clause, OutcomeKind.NOT_MEASURABLE, reason="reason.not-built")
    return function(subject, spec)


def stored_outcome(lesson: LessonView, check: str) -> Outcome | None:
    """What was said of a lesson, with its findings; None where it was judged before the check was there."""
    row = next((outcome for outcome in lesson.outcomes if outcome.check == check), None)
    if row is None:
        return None
    found = tuple(
        Finding(
            f.clause, f.check, f.severity, f.waivable, f.message, f.params, f.start, f.end, f.start_frame, f.end_frame,
            f.value, f.limit, f.unit, f.tiles, f.people, known_as=f.key,
        )
        for f in lesson.findings
        if f.check == check
    )  # fmt: skip
    return Outcome(row.check, row.clause, row.kind, found, row.reason, row.params, row.facts)
