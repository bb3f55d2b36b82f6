"""A recipe as a key: its values, and the source of all that draws it."""

import ast
import hashlib
import inspect
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from matrix.plan import Recipe

OURS = ("matrix.", "station.demo.", "gpu.synth")
"""Modules whose source counts; a library's does not."""


def key(recipe: Recipe) -> str:
    """Name of a recipe's clip in the cache: another value, or another line of code that draws it, gives another key."""
    kinds: set[type] = set()
    values = "\n".join(_values(recipe, kinds))
    sources = sorted({source for kind in kinds for source in _sources(kind)})
    return hashlib.sha256("\n".join([values, *sources]).encode()).hexdigest()[:24]


def _values(value: object, kinds: set[type]) -> Iterator[str]:
    if is_dataclass(value) and not isinstance(value, type):
        kinds.add(type(value))
        yield type(value).__name__
        for field in fields(value):
            yield field.name
            yield from _values(getattr(value, field.name), kinds)
    elif isinstance(value, tuple | list):
        yield f"{len(value)}"
        for item in value:
            yield from _values(item, kinds)
    elif callable(value):
        yield inspect.getsource(value)
    else:
        yield repr(value)


@cache
def _sources(thing: object) -> frozenset[str]:
    """The source of a class or function and, by the names it uses, of everything of ours that it stands on."""
    found: dict[object, str] = {}
    waiting: list[object] = [thing]
    while waiting:
        one = inspect.unwrap(waiting.pop())  # type: ignore[arg-type]
        if one in found:
            continue
        found[one] = inspect.getsource(one)  # type: ignore[arg-type]
        waiting += [other for other in _used(one, found[one]) if _ours(other)]
        found |= {name: name for name in _constants(one, found[one])}
    return frozenset(found.values())


def _names(source: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(textwrap.dedent(source))) if isinstance(node, ast.Name)}


def _scope(one: object) -> dict[str, object]:
    return {} if isinstance(one, ModuleType) else vars(sys.modules[one.__module__])


def _used(one: object, source: str) -> list[object]:
    scope = _scope(one)
    return [scope[name] for name in _names(source) if name in scope]


def _constants(one: object, source: str) -> list[str]:
    scope = _scope(one)
    plain = (int, float, str, tuple, dict)
    return [f"{name} = {scope[name]!r}" for name in _names(source) if isinstance(scope.get(name), plain)]


def _ours(other: object) -> bool:
    if isinstance(other, ModuleType):
        return other.__name__.startswith(OURS)
    other = inspect.unwrap(other) if callable(other) else other
    return (inspect.isfunction(other) or inspect.isclass(other)) and other.__module__.startswith(OURS)


REPOSITORY = Path(__file__).resolve().parent.parent.parent


@cache
def measuring() -> str:
    """Key of what measures: the sources of gpu/ but for those that only make clips."""
    made = hashlib.sha256()
    for path in sorted((REPOSITORY / "gpu").glob("*.py")):
        if path.name not in {"synth.py", "bench.py", "lecture.py"}:
            made.update(path.read_bytes())
    return made.hexdigest()[:12]
