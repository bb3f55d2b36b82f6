"""What the statistics say: frequencies by unit, clause and detector, detectors that ask for tuning, and times per stage."""

import statistics as numbers
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from station.config import StatisticsSection
from station.people import Closed
from station.store import Store, stats
from station.workflow import State


@dataclass(frozen=True)
class Frequency:
    """How often something was found (faults and warnings), and what became of it."""

    name: str
    """The unit, clause or detector."""
    found: int
    waived: int
    fixed: int

    @property
    def waived_share(self) -> float:
        """0–1."""
        return self.waived / self.found if self.found else 0.0


@dataclass(frozen=True)
class StageTime:
    """How long submissions stood in one state, those that have left it."""

    state: str
    count: int
    median_hours: float
    longest_hours: float


@dataclass(frozen=True)
class Statistics:
    """All of it."""

    units: tuple[Frequency, ...]
    clauses: tuple[Frequency, ...]
    detectors: tuple[Frequency, ...]
    tuning: tuple[Frequency, ...]
    """Detectors whose findings people waive too often, the worst first."""
    stages: tuple[StageTime, ...]
    """In the order of the procedure."""


def gathered(store: Store, limits: StatisticsSection, closed: Closed | None = None) -> Statistics:
    """The statistics now; what is `closed` to an expert (回避) counts nowhere in them."""
    with store.snapshot():
        rows = stats.found(store, closed)
        times = stage_times(stats.stages(store, closed))
    units, clauses, detectors = (_frequencies(rows, group) for group in ("unit", "clause", "detector"))
    asking = [
        detector
        for detector in detectors
        if detector.found >= limits.tuning_cases and detector.waived_share > limits.tuning_share
    ]
    tuning = tuple(sorted(asking, key=lambda detector: -detector.waived_share))
    return Statistics(units, clauses, detectors, tuning, times)


def _frequencies(rows: Sequence[Mapping[str, Any]], group: str) -> tuple[Frequency, ...]:
    """The counts summed by one of the names, the most frequent first."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        counts[row[group]] = [a + row[b] for a, b in zip(counts[row[group]], ("found", "waived", "fixed"), strict=True)]
    made = [Frequency(name, *sums) for name, sums in counts.items()]
    return tuple(sorted(made, key=lambda one: (-one.found, one.name)))


def stage_times(steps: Iterable[tuple[str, str, str]]) -> tuple[StageTime, ...]:
    """From (submission, time, state), in order for each submission. A step that is told again in the same state goes on."""
    hours: dict[str, list[float]] = defaultdict(list)
    entered: list[tuple[str, str, str]] = []
    for step in steps:
        if not entered or (entered[-1][0], entered[-1][2]) != (step[0], step[2]):
            entered.append(step)
    for (submission, at, state), (following, until, _) in pairwise(entered):
        if submission == following:
            hours[state].append((datetime.fromisoformat(until) - datetime.fromisoformat(at)).total_seconds() / 3600)
    return tuple(
        StageTime(state.value, len(spent), numbers.median(spent), max(spent))
        for state in State
        if (spent := hours.get(state.value))
    )
