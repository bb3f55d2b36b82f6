"""The words of a report in one language: outside text made safe, numbers with their units, names of facts and limits."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from station.profile import Profile
from station.text import catalogue, clean, say
from station.timecode import timecode

NONE = "—"
SHORT_LIST = 6
"""Words of a list that are told one by one in a table."""
UNITS = {
    "s": "s", "ms": "ms", "db": "dB", "dbtp": "dBTP", "lufs": "LUFS", "lu": "LU", "mbps": "Mbit/s", "kbps": "kbit/s", "hz": "Hz",
    "share": "%", "frames": None, "codes": None, "minutes": "min", "tiles": None, "samples": None,
}  # fmt: skip
"""Unit by the last word of a fact's or limit's name; a share is told in percent."""


@dataclass(frozen=True)
class Words:
    """Says everything in `language`."""

    language: str
    profile: Profile

    def __call__(self, message: str, **params: Any) -> str:
        """A text of the catalogue."""
        return say(message, self.language, **params)

    def told(self, message: str, params: Mapping[str, Any]) -> str:
        """A stored message; its id where this program no longer knows it."""
        if message not in catalogue(self.language):
            return clean(message)
        try:
            return say(message, self.language, **params)
        except (KeyError, ValueError, IndexError):
            return clean(message)

    def check(self, name: str) -> str:
        """A check's title."""
        spec = self.profile.checks.get(name)
        return name if spec is None else (spec.zh if self.language == "zh" else spec.en)

    def clause(self, name: str) -> str:
        """A clause's title."""
        clause = self.profile.clauses.get(name)
        return "" if clause is None else (clause.zh if self.language == "zh" else clause.en)

    def decides(self, name: str) -> str:
        """Who has the last word on a check."""
        spec = self.profile.checks.get(name)
        if spec is None:
            return NONE
        if spec.kind == "human":
            return self("report.decides-person")
        if not spec.waivable:
            return self("report.decides-machine")
        return self("report.decides-both", people=spec.people)

    def fact(self, name: str, value: Any) -> str:
        """One number behind an outcome."""
        known = f"tui.fact.{name.replace('_', '-')}"
        if known in catalogue(self.language):
            return say(known, self.language, value=clean(number(value)))
        return f"{clean(name)} {self.measure(name, value)}"

    def measure(self, name: str, value: Any) -> str:
        """A value with the unit that its name ends in."""
        word = name.rpartition("_")[2]
        unit = None if "_per_" in name else UNITS.get(word)
        if word == "share" and isinstance(value, int | float) and not isinstance(value, bool):
            value = value * 100
        return clean(number(value)) + (f" {unit}" if unit else "")

    def facts(self, facts: Mapping[str, Any]) -> list[str]:
        """All numbers behind an outcome."""
        return [self.fact(name, value) for name, value in facts.items() if value is not None]

    def limits(self, name: str, *, brief: bool = False) -> list[tuple[str, str]]:
        """A check's limits: name and value; of long lists only how long they are where it is to be brief."""
        spec = self.profile.checks.get(name)
        return [
            (key, self("report.items", count=len(value)) if brief and _long(value) else self.measure(key, value))
            for key, value in (spec.limits.items() if spec else ())
        ]

    def place(self, start: float | None, end: float | None, frame: float) -> str:
        """Timecodes, or "the whole"."""
        if start is None:
            return self("check.whole")
        return f"{timecode(start, frame)}–{timecode(end if end is not None else start, frame)}"

    def method(self, check: str, part: str) -> str:
        """A paragraph of a check's method page; empty where a later standard names a check of its own."""
        known = f"method.{check}.{part}"
        return say(known, self.language) if known in catalogue(self.language) else ""


def _long(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) > SHORT_LIST


def number(value: Any) -> str:
    """A value as a person reads it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:.5g}"
    if isinstance(value, list | tuple):
        return ", ".join(number(item) for item in value)
    return str(value)
