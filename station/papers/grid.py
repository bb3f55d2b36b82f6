"""Tables and text of an office file as one plain value: rows of cells, merged cells repeated, no library behind it.

A form and a quiz are then read the same way whether somebody sent .xlsx or .docx.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_ROWS, MAX_COLUMNS = 2000, 64
"""What a person may have filled by hand; anything beyond is formatting."""


@dataclass(frozen=True)
class Cell:
    """One cell as a reader sees it."""

    text: str
    anchor: tuple[int, int]
    """Row and column where the (merged) cell begins: equal anchors are one cell."""
    formula: bool = False
    """Holds a formula whose result was never saved: the text is empty though a person saw a value."""


@dataclass(frozen=True)
class Grid:
    """One table, or a stretch of plain paragraphs (one cell a row)."""

    rows: tuple[tuple[Cell, ...], ...]
    table: bool = True
    """False for plain paragraphs."""

    def lines(self) -> Iterator[str]:
        """The rows as text: every merged cell once, cells parted by a tab; a cell's own line breaks begin new lines."""
        seen: set[tuple[int, int]] = set()
        for row in self.rows:
            texts = []
            for cell in row:
                if cell.anchor not in seen:
                    seen.add(cell.anchor)
                    texts.append(cell.text)
            yield from "\t".join(text for text in texts if text).split("\n")
