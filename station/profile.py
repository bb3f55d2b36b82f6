"""The standard as data: clauses, checks, limits. Next year's notice is a new file, not new code."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from station.errors import UsageError, system_words

KINDS = ("absolute", "objective", "subjective", "human")
SCOPES = ("lesson", "submission")
SHIPPED = "cacee-2022.toml"
Limits = Mapping[str, Any]


@dataclass(frozen=True)
class Clause:
    """One clause of the notice."""

    id: str
    zh: str
    en: str
    source: str
    """The notice's own words."""
    kind: str


@dataclass(frozen=True)
class CheckSpec:
    """One check: which clause it serves, who decides, its limits."""

    id: str
    clause: str
    zh: str
    en: str
    kind: str
    scope: str
    waivable: bool
    people: int
    """How many people a waiver of its findings needs."""
    limits: Limits
    """One that a profile leaves out is the shipped profile's: an older file still serves a newer program."""


@dataclass(frozen=True)
class Profile:
    """One year's standard."""

    id: str
    zh: str
    en: str
    clauses: Mapping[str, Clause]
    checks: Mapping[str, CheckSpec]


@cache
def default_profile() -> Profile:
    """The notice of 2022 as shipped."""
    return parse_profile(_shipped(), SHIPPED)


@cache
def _shipped() -> str:
    return files("station.profiles").joinpath(SHIPPED).read_text(encoding="utf-8")


@cache
def _shipped_limits() -> dict[str, dict[str, Any]]:
    return {row["id"]: row.get("limits", {}) for row in tomllib.loads(_shipped())["check"]}


def load_profile(path: Path) -> Profile:
    """A profile from a file. Raises UsageError that names the file and what is wrong in it."""
    try:
        return parse_profile(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("error.profile-unreadable", path=str(path), detail=system_words(error)) from error


def profile_at(path: str) -> Profile:
    """The profile of a path as text, as it is told to other processes; empty: the one that is shipped. Raises UsageError."""
    return load_profile(Path(path)) if path else default_profile()


def parse_profile(text: str, where: str) -> Profile:
    """A profile from TOML text. Raises UsageError."""
    try:
        table = tomllib.loads(text)
        clauses = {
            row["id"]: Clause(row["id"], row["zh"], row["en"], row["source"], row["kind"]) for row in table["clause"]
        }
        checks = {row["id"]: _check(row) for row in table["check"]}
        profile = Profile(table["id"], table["zh"], table["en"], MappingProxyType(clauses), MappingProxyType(checks))
    except tomllib.TOMLDecodeError as error:
        raise UsageError("error.profile-syntax", path=where, detail=str(error)) from error
    except KeyError as error:
        raise UsageError("error.profile-key", path=where, key=str(error.args[0])) from error
    for check in profile.checks.values():
        if check.clause not in profile.clauses or check.kind not in KINDS or check.scope not in SCOPES:
            raise UsageError("error.profile-check", path=where, check=check.id)
    return profile


def _check(row: dict[str, Any]) -> CheckSpec:
    return CheckSpec(
        id=row["id"],
        clause=row["clause"],
        zh=row["zh"],
        en=row["en"],
        kind=row["kind"],
        scope=row.get("scope", "lesson"),
        waivable=row["waivable"],
        people=row.get("people", 1),
        limits=MappingProxyType({**_shipped_limits().get(row["id"], {}), **row.get("limits", {})}),
    )
