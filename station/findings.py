"""What judging says: findings, outcomes, a verdict. Values only; no pixels, no store, no text."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a finding is."""

    FAULT = "fault"
    """The clause is broken."""
    WARNING = "warning"
    """Probably broken: look."""
    NOTE = "note"
    """Information."""


class OutcomeKind(StrEnum):
    """How a check ended on a lesson. The last two are results, never a silent pass."""

    OK = "ok"
    FINDINGS = "findings"
    NOT_APPLICABLE = "not-applicable"
    NOT_MEASURABLE = "not-measurable"


class Verdict(StrEnum):
    """The technical verdict of a lesson or a submission."""

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    ATTENTION = "attention"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One contiguous cause, once."""

    clause: str
    check: str
    severity: Severity
    waivable: bool
    message: str
    """Id in the text catalogue."""
    params: dict[str, Any] = field(default_factory=dict)
    """Places of the message; numbers and short strings only."""
    start: float | None = None
    """Seconds from the first picture; None for a finding about the whole lesson."""
    end: float | None = None
    """Seconds, exclusive: the start of the first good frame."""
    start_frame: int | None = None
    end_frame: int | None = None
    """Exclusive, as `end`."""
    value: float | str | None = None
    """What was measured."""
    limit: float | str | None = None
    unit: str | None = None
    tiles: tuple[int, int, int, int] | None = None
    """Where in the picture: top, left, bottom, right in 18×32 tiles, the last two exclusive."""
    people: int = 1
    """How many people a waiver needs."""
    picture: str = ""
    """Hash of the picture at the start (hex), where there is one: finds the same place again in a re-cut lesson."""
    part: str = ""
    """What it is about, where one check can find several things at one place: a channel, a field of a form."""
    known_as: str = ""
    """Key of the same finding in an earlier measurement of the same work (see `adopt`)."""

    @property
    def key(self) -> str:
        """Stable identity: the check, the place to half a second, the part. Survives a re-run; across a re-encode or a
        re-cut, where the place may move, `adopt` carries the earlier key over."""
        if self.known_as:
            return self.known_as
        place = self.message if self.start is None else f"{round(self.start * 2) / 2:.1f}"
        return hashlib.sha256(f"{self.check}|{place}|{self.part}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Known:
    """What is kept of a finding of an earlier version, enough to know it again."""

    key: str
    check: str
    severity: Severity
    start: float | None
    end: float | None
    value: float | str | None
    picture: str


NEAR_S = 0.6
"""Two findings of one check that start so close may be the same."""
LIKE_BITS = 40
"""Two 256-bit picture hashes that differ in at most so many bits show the same picture (PDQ's limit is 31; a re-encode of a
blurred or dark picture needs a little more)."""
LIKE_SHARE = 0.1
"""Lengths, or values of a finding about the whole lesson, that differ by no more than this share are alike."""
_GRAVITY = (Severity.NOTE, Severity.WARNING, Severity.FAULT)


def adopt(findings: Iterable[Finding], known: Iterable[Known]) -> tuple[Finding, ...]:
    """Findings of a new version under the keys of the earlier one, wherever they are the same finding.

    The same: one check, no graver than before, as long, the same picture, and a start within NEAR_S; or all that
    elsewhere, where the pictures prove it (the lesson was re-cut). Each earlier finding is adopted once, the nearest first.
    What is not the same never takes an earlier key, even at the same place: what somebody waived is not what stands there now.
    """
    fresh, earlier = list(findings), list(known)
    taken = {old.key for old in earlier}
    pairs = sorted(
        (distance, index, place)
        for index, new in enumerate(fresh)
        for place, old in enumerate(earlier)
        if (distance := _distance(new, old)) is not None
    )
    adopted: dict[int, int] = {}
    for _, index, place in pairs:
        if index not in adopted and place not in adopted.values():
            adopted[index] = place
    return tuple(
        replace(new, known_as=earlier[adopted[index]].key if index in adopted else _own_key(new, taken))
        for index, new in enumerate(fresh)
    )


def _own_key(new: Finding, taken: set[str]) -> str:
    """The finding's own key; where an earlier, different finding has it, one that also holds what was measured."""
    if new.key not in taken:
        return new.known_as
    text = f"{new.key}|{new.severity}|{new.start}|{new.end}|{new.value}|{new.picture}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _distance(new: Finding, old: Known) -> float | None:
    """0 for the same place, growing with the way between; None where they are not the same finding."""
    if new.check != old.check or (new.start is None) != (old.start is None):
        return None
    if _GRAVITY.index(new.severity) > _GRAVITY.index(old.severity):
        return None
    if new.start is None or old.start is None:
        return 0.0 if new.key == old.key and _alike(new.value, old.value) else None
    if new.end is not None and old.end is not None:
        length, before = new.end - new.start, old.end - old.start
        if abs(length - before) > max(0.2, LIKE_SHARE * before):
            return None
    away = abs(new.start - old.start)
    comparable = bool(new.picture) and len(new.picture) == len(old.picture)
    if comparable and (int(new.picture, 16) ^ int(old.picture, 16)).bit_count() > LIKE_BITS:
        return None
    return away if away <= NEAR_S or comparable else None


def _alike(new: float | str | None, old: float | str | None) -> bool:
    if isinstance(new, int | float) and isinstance(old, int | float):
        return abs(new - old) <= LIKE_SHARE * abs(old)
    return new == old


@dataclass(frozen=True)
class Outcome:
    """The end of one check on one lesson (or on the submission's papers)."""

    check: str
    clause: str
    kind: OutcomeKind
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    """Text id that says why it is not applicable or not measurable."""
    params: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, float | str | None] = field(default_factory=dict)
    """The numbers behind the outcome, also when it is `ok` (e.g. measured loudness)."""


def verdict(findings: Iterable[Finding], waived: frozenset[str] = frozenset()) -> Verdict:
    """`fail` if an un-waived fault stands, `attention` if an un-waived warning stands, else `pass`."""
    return verdict_of(f.severity for f in findings if f.key not in waived or not f.waivable)


def verdict_of(standing: Iterable[Severity]) -> Verdict:
    """The verdict that the severities of the standing findings make."""
    severities = set(standing)
    if Severity.FAULT in severities:
        return Verdict.FAIL
    return Verdict.ATTENTION if Severity.WARNING in severities else Verdict.PASS
