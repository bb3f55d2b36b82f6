"""Checks: small pure functions (measurements, papers, limits) → outcome, one family a file.

A check is registered with `@check("id")`; its clause, kind and limits come from the profile. `registry()` imports every
module of this package once and returns all of them. A check that the profile names and nobody wrote yet ends as
`not-measurable: not built yet`; one that is written but not in the profile is an error of the program.
"""

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from station.checks.subject import Subject
from station.findings import Outcome
from station.profile import CheckSpec

CheckFunction = Callable[[Subject, CheckSpec], Outcome]
_registered: dict[str, CheckFunction] = {}


def check(name: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a check function under its id. Raises ValueError when the id is taken."""

    def register(function: CheckFunction) -> CheckFunction:
        if name in _registered:
            raise ValueError(f"check {name} is registered twice")
        _registered[name] = function
        return function

    return register


@cache
def registry() -> Mapping[str, CheckFunction]:
    """Every check there is, by id."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return MappingProxyType(_registered)
