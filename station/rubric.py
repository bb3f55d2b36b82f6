"""The rubric as data: the points of the political gate, and the lines that are scored. 100 in all."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from station.errors import UsageError, system_words

TOTAL = 100.0


@dataclass(frozen=True)
class GatePoint:
    """One point of the political gate: it passes or it does not."""

    id: str
    zh: str
    en: str
    clause: str


@dataclass(frozen=True)
class RubricLine:
    """One scored line, from 0 to `maximum`."""

    id: str
    zh: str
    en: str
    clause: str
    maximum: float


@dataclass(frozen=True)
class Attestation:
    """What an expert declares before a review is sealed. The Chinese words are kept with the review."""

    zh: str
    en: str


@dataclass(frozen=True)
class Rubric:
    """What an expert fills in."""

    gate: tuple[GatePoint, ...]
    lines: tuple[RubricLine, ...]
    attestation: Attestation

    def gate_problem(self, gate: Mapping[str, Mapping[str, Any]]) -> tuple[str, dict[str, Any]] | None:
        """What is wrong with (unfinished) gate answers, as a text id and its places."""
        known = {point.id for point in self.gate}
        for id_, answer in gate.items():
            if id_ not in known:
                return "desk.no-such-point", {"point": str(id_)}
            if not isinstance(answer, Mapping) or set(answer) - {"pass", "reason"}:
                return "desk.gate-answer", {"point": id_}
            passes = answer.get("pass")
            if not (passes is None or isinstance(passes, bool)) or not isinstance(answer.get("reason", ""), str):
                return "desk.gate-answer", {"point": id_}
        return None

    def score_problem(self, scores: Mapping[str, float]) -> tuple[str, dict[str, Any]] | None:
        """What is wrong with (unfinished) scores, as a text id and its places."""
        maxima = {line.id: line.maximum for line in self.lines}
        for id_, score in scores.items():
            if id_ not in maxima:
                return "desk.no-such-line", {"line": str(id_)}
            right = isinstance(score, int | float) and not isinstance(score, bool) and math.isfinite(score)
            if not right or not 0 <= score <= maxima[id_]:
                return "desk.score-range", {"line": id_, "maximum": f"{maxima[id_]:g}"}
        return None

    def unfinished(
        self, gate: Mapping[str, Mapping[str, Any]], scores: Mapping[str, float]
    ) -> tuple[str, dict[str, Any]] | None:
        """What keeps a right draft from being submitted: the first open point, reason or line."""
        if problem := self.gate_unfinished(gate):
            return problem
        for line in self.lines:
            if line.id not in scores:
                return "desk.line-open", {"line": line.id}
        return None

    def gate_unfinished(self, gate: Mapping[str, Mapping[str, Any]]) -> tuple[str, dict[str, Any]] | None:
        """What keeps the gate from being signed: the first open point, or a no without its reason."""
        for point in self.gate:
            answer = gate.get(point.id, {})
            if answer.get("pass") is None:
                return "desk.gate-open", {"point": point.id}
            if answer["pass"] is False and not answer.get("reason", "").strip():
                return "desk.gate-reason", {"point": point.id}
        return None

    def total(self, scores: Mapping[str, float]) -> float:
        """The sum of the lines' scores."""
        return math.fsum(scores[line.id] for line in self.lines if line.id in scores)


@cache
def default_rubric() -> Rubric:
    """The rubric of the notice of 2022 as shipped."""
    return parse_rubric(
        files("station.profiles").joinpath("rubric-2022.toml").read_text(encoding="utf-8"), "rubric-2022.toml"
    )


def load_rubric(path: Path | None) -> Rubric:
    """The rubric in a file; None: the one that is shipped. Raises UsageError that names what is wrong."""
    if path is None:
        return default_rubric()
    try:
        return parse_rubric(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("error.profile-unreadable", path=str(path), detail=system_words(error)) from error


def parse_rubric(text: str, where: str) -> Rubric:
    """A rubric from TOML text. Raises UsageError that names what is wrong."""
    try:
        table = tomllib.loads(text)
        rubric = Rubric(
            tuple(GatePoint(row["id"], row["zh"], row["en"], row["clause"]) for row in table["gate"]),
            tuple(
                RubricLine(row["id"], row["zh"], row["en"], row["clause"], float(row["maximum"]))
                for row in table["line"]
            ),
            Attestation(table["attestation"]["zh"], table["attestation"]["en"]),
        )
    except tomllib.TOMLDecodeError as error:
        raise UsageError("error.profile-syntax", path=where, detail=str(error)) from error
    except KeyError as error:
        raise UsageError("error.profile-key", path=where, key=str(error.args[0])) from error
    except (TypeError, ValueError) as error:
        raise UsageError("error.profile-syntax", path=where, detail=str(error)) from error
    ids = [point.id for point in rubric.gate] + [line.id for line in rubric.lines]
    total = math.fsum(line.maximum for line in rubric.lines)
    if len(ids) != len(set(ids)) or total != TOTAL or any(line.maximum <= 0 for line in rubric.lines):
        raise UsageError("desk.rubric-wrong", path=where, total=f"{total:g}")
    return rubric
