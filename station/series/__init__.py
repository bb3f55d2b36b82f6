"""Traces: the measured series behind a check's outcome, for `station why`. They judge nothing and cost nothing until asked for.

A trace is registered with `@trace("id")` under the id of its check; it gives series (a number over time) and entries (words over
time: what readers made out). A check without one still shows its limits, its facts and its findings.
"""

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType

from gpu.measurements import Array
from station.checks.subject import Subject
from station.profile import CheckSpec


@dataclass(frozen=True)
class Series:
    """A number over time."""

    name: str
    """Text id: a name in the table `trace` of the text catalogue."""
    unit: str
    times: Array
    """float64 (n,): seconds from the first picture, rising."""
    values: Array
    """float (n,) in `unit`; NaN where nothing was measured."""
    limit: float | None = None
    """The profile's limit on it, where it has one in the same unit."""
    number: int | None = None
    """Of the channel, from 1, where there are several."""


@dataclass(frozen=True)
class Entry:
    """Something in words that was made out at a time."""

    name: str
    """As `Series.name`."""
    start: float
    end: float
    text: str
    """Outside text, as it was read."""


Traced = Sequence[Series | Entry]
TraceFunction = Callable[[Subject, CheckSpec], Traced]
_registered: dict[str, TraceFunction] = {}


def trace(*names: str) -> Callable[[TraceFunction], TraceFunction]:
    """Register a function as the trace of these checks. Raises ValueError where one has a trace already."""

    def register(function: TraceFunction) -> TraceFunction:
        for name in names:
            if name in _registered:
                raise ValueError(f"check {name} has two traces")
            _registered[name] = function
        return function

    return register


@cache
def traces() -> Mapping[str, TraceFunction]:
    """Every trace there is, by check."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return MappingProxyType(_registered)


def traced(subject: Subject, spec: CheckSpec) -> tuple[Series | Entry, ...]:
    """The series and entries behind a check on a lesson; none where the check has no trace."""
    function = traces().get(spec.id)
    return tuple(function(subject, spec)) if function else ()
