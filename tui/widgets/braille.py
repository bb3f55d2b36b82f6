"""Curves in braille signs: two columns and four rows of dots in a cell, narrow in every terminal."""

from collections.abc import Sequence

_LEFT = (0x40, 0x04, 0x02, 0x01)
_RIGHT = (0x80, 0x20, 0x10, 0x08)
_BLANK = 0x2800
BARS = {(a, b): chr(_BLANK + sum(_LEFT[:a]) + sum(_RIGHT[:b])) for a in range(5) for b in range(5)}
"""Signs for two heights of 0–4 dots from the bottom."""
HANGING = {(a, b): chr(_BLANK + sum(_LEFT[::-1][:a]) + sum(_RIGHT[::-1][:b])) for a in range(5) for b in range(5)}
"""The same from the top."""
Values = Sequence[float | None]


def spread(values: Values, count: int, *, lowest: bool = False) -> list[float]:
    """`values` on `count` places: the largest of those that fall on one place, so that a short peak is never lost, or the
    `lowest`, where a short hole is what matters. None (nothing measured) counts as 0."""
    size = len(values)
    choose = min if lowest else max
    result: list[float] = []
    for place in range(count):
        first = place * size // count
        piece = values[first : max(first + 1, (place + 1) * size // count)]
        result.append(choose((v or 0.0 for v in piece), default=0.0))
    return result


def heights(values: Values, columns: int, dots: int, *, lowest: bool = False) -> list[int]:
    """Heights in dots, two for each of `columns` cells. `values` are shares 0–1."""
    return [round(min(1.0, max(0.0, v)) * dots) for v in spread(values, columns * 2, lowest=lowest)]


def bars(values: Values, columns: int, rows: int, *, hanging: bool = False, lowest: bool = False) -> list[str]:
    """A curve of shares 0–1 as `rows` lines of `columns` signs, rising from the bottom or hanging from the top."""
    tops = heights(values, columns, rows * 4, lowest=lowest)
    signs = HANGING if hanging else BARS
    lines = []
    for row in range(rows):
        floor = (row if hanging else rows - 1 - row) * 4
        level = [min(4, max(0, top - floor)) for top in tops]
        lines.append("".join(signs[a, b] for a, b in zip(level[0::2], level[1::2], strict=True)))
    return lines
