"""Long tables: what `rich` lays out cell by cell takes half a millisecond a row; ten thousand rows are printed in one piece here, and
look the same."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style
from rich.table import Table
from rich.text import Text

LONG = 200
"""Rows from which a table is long."""
GAP = 2
"""Blanks between columns, as `station.commands._tables.table` sets them."""

LEAST = 2
"""Cells of a column that has given way: one Chinese sign."""


def print_table(out: Console, made: Table) -> None:
    """Print a table of plain columns (no box, no edges, cells of `Text`); a long one quickly."""
    if made.row_count < LONG:
        out.print(made)
        return
    heads = [_text(column.header) for column in made.columns]
    columns = [[_text(cell) for cell in column.cells] for column in made.columns]
    widths = _widths(
        [max(cell_len(text.plain) for text in (head, *cells)) for head, cells in zip(heads, columns, strict=True)],
        [column.no_wrap for column in made.columns], out.width - GAP * (len(heads) - 1),
    )  # fmt: skip
    bold = Style.parse("bold")
    segments = list(_row(out, heads, widths, bold))
    for cells in zip(*columns, strict=True):
        segments += _row(out, cells, widths, Style.null())
    out.print(Segments(segments), end="")


def _text(cell: object) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))


def _widths(wanted: Sequence[int], fixed: Sequence[bool], room: int) -> list[int]:
    """Cells of each column: where they do not fit, the widest ones that may fold give way first."""
    widths = list(wanted)
    while sum(widths) > room:
        free = [place for place, held in enumerate(fixed) if not held and widths[place] > LEAST]
        if not free:
            break
        widest = max(free, key=lambda place: widths[place])
        below = max((widths[place] for place in free if widths[place] < widths[widest]), default=LEAST)
        widths[widest] = max(below, widths[widest] - (sum(widths) - room), LEAST)
    return widths


def _row(out: Console, cells: Sequence[Text], widths: Sequence[int], style: Style) -> Iterator[Segment]:
    """One row, on as many lines as its tallest cell folds to."""
    if all(cell_len(cell.plain) <= width and "\n" not in cell.plain for cell, width in zip(cells, widths, strict=True)):
        yield from _line(out, cells, widths, style)
        return
    folded = [list(cell.wrap(out, width, overflow="fold")) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, folded))):
        yield from _line(out, [lines[number] if number < len(lines) else Text() for lines in folded], widths, style)


def _line(out: Console, cells: Sequence[Text], widths: Sequence[int], style: Style) -> Iterator[Segment]:
    plain: list[str] = []
    """What has no style of its own goes out in one piece."""
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        rest = " " * (width - cell_len(cell.plain) + (GAP if number < len(cells) - 1 else 0))
        if cell.style or cell.spans:
            yield Segment("".join(plain), style)
            yield from Segment.apply_style(cell.render(out), style + out.get_style(cell.style))
            plain = [rest]
        else:
            plain += [cell.plain, rest]
    yield Segment("".join(plain), style)
    yield Segment.line()
