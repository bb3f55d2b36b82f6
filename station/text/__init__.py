"""The text catalogue: every word a person reads, in Chinese and English, by id.

Files: `station/text/<language>/<room>.toml`, flat keys, `{name}` places. Both languages hold the same ids with the same
places (a test pins it). A missing id is an error, never a silent blank.
"""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Phrase:
    """A text inside a text: given as a place, it is said in the language of the whole."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of one language. Raises ValueError when two files hold one id."""
    texts: dict[str, str] = {}
    for file in sorted(files("station.text").joinpath(language).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            flat = _flatten(tomllib.loads(file.read_text(encoding="utf-8")))
            if twice := texts.keys() & flat.keys():
                raise ValueError(f"{language}/{file.name}: ids stand twice: {sorted(twice)}")
            texts.update(flat)
    return texts


def _flatten(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = str(value)
    return flat


def say(message: str, language: str = "zh", **params: Any) -> str:
    """The text `message` in `language` with its places filled. Raises KeyError for an unknown id."""
    template = catalogue(language)[message]
    return template.format_map({k: _place(v, language) for k, v in params.items()}) if params else template


def _place(value: Any, language: str) -> Any:
    """Outside text made safe; a phrase said; a list of phrases one a line."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Phrase):
        return say(value.message, language, **value.params)
    if isinstance(value, tuple) and value and all(isinstance(part, Phrase) for part in value):
        return "\n".join(f"  {_place(part, language)}" for part in value)
    return value


def clean(text: str) -> str:
    """Outside text made safe for any terminal, log or report: control, escape and direction signs become `�`, tabs and
    newlines a blank."""
    return "".join(_safe(sign) for sign in text)


def _safe(sign: str) -> str:
    if sign in "\t\r\n":
        return " "
    return "\ufffd" if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else sign
