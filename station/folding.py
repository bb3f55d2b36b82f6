"""Folding: text brought to the one form in which it is compared, and the sound of Chinese characters without tones.

Full and half width, case, traditional and simplified characters, invisible signs and the blanks around Chinese characters do not
tell two texts apart. The tables are data (`characters.toml`), so that every machine judges alike.
"""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOUNDS_FROM = 0xE000
"""Private-use character that stands for the first reading; one a reading, so that a sounded text stays as long as it was."""


@dataclass(frozen=True)
class Folded:
    """A text as it is compared, and where each of its characters came from."""

    text: str
    places: tuple[int, ...]
    """Index into the original, one a character of `text`."""

    def original(self, first: int, last: int) -> tuple[int, int]:
        """Start and end in the original of characters `[first, last)`, which must not be empty."""
        return self.places[first], self.places[last - 1] + 1


@cache
def _characters() -> tuple[dict[str, str], dict[str, str]]:
    """Traditional → simplified; character → sign of its reading."""
    table = tomllib.loads(Path(__file__).with_name("characters.toml").read_text(encoding="utf-8"))
    simple = dict(zip(*("".join(table[name].split()) for name in ("traditional", "simplified")), strict=True))
    readings = enumerate(table["readings"].values())
    return simple, {character: chr(SOUNDS_FROM + number) for number, alike in readings for character in alike}


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return "\u3400" <= character <= "\u9fff" or character == "〇"


def fold(text: str) -> Folded:
    """The text as it is compared. Blanks stay, one each, only where no Chinese character stands beside them."""
    simple, _ = _characters()
    kept: list[tuple[str, int]] = []
    blank: int | None = None
    for place, raw in enumerate(text):
        if unicodedata.category(raw) == "Cf":
            continue
        for sign in unicodedata.normalize("NFKC", raw).casefold():
            if sign.isspace():
                blank = place if blank is None else blank
                continue
            made = simple.get(sign, sign)
            if blank is not None and kept and not is_han(kept[-1][0]) and not is_han(made):
                kept.append((" ", blank))
            kept.append((made, place))
            blank = None
    return Folded("".join(sign for sign, _ in kept), tuple(place for _, place in kept))


def sounded(folded: str) -> str:
    """A folded text with every Chinese character replaced by the sign of its reading, tones apart; as long as before."""
    _, sounds = _characters()
    return "".join(sounds.get(sign, sign) for sign in folded)
