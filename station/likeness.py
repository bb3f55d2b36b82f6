"""How alike two texts are: edits between them, and where a text stands nearly so within a longer one."""

from dataclasses import dataclass

from station.folding import fold


@dataclass(frozen=True)
class Place:
    """Where a text stands, more or less, in a longer one."""

    edits: int
    """Signs put in, left out or changed (Levenshtein)."""
    start: int
    end: int
    """Signs `[start, end)` of the longer text."""


def edits(one: str, other: str) -> int:
    """Signs that must be put in, left out or changed to make one text the other (Levenshtein, 1965)."""
    if len(one) < len(other):
        one, other = other, one
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        diagonal, row[0] = row[0], place
        for index, against in enumerate(other, 1):
            diagonal, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, diagonal + (sign != against))
    return row[-1]


def nearest(wanted: str, text: str) -> Place:
    """The stretch of `text` that is nearest to `wanted` (Sellers, 1980); the first of several. Empty texts match nowhere."""
    best = Place(len(wanted), 0, 0)
    row = [(length, 0) for length in range(len(wanted) + 1)]
    for place, sign in enumerate(text, 1):
        diagonal, row[0] = row[0], (0, place)
        for index, against in enumerate(wanted, 1):
            step = min(
                (diagonal[0] + (sign != against), diagonal[1]),
                (row[index][0] + 1, row[index][1]),
                (row[index - 1][0] + 1, row[index - 1][1]),
                key=lambda cell: cell[0],
            )
            diagonal, row[index] = row[index], step
        if row[-1][0] < best.edits:
            best = Place(row[-1][0], row[-1][1], place)
    return best


def plain(text: str) -> str:
    """Folded, letters, figures and Chinese characters alone: blanks, brackets and stops tell nothing apart."""
    return "".join(sign for sign in fold(text).text if sign.isalnum())
