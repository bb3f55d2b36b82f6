"""Grids → what a form says: the topics' rows under a head found by its labels, and the loose fields around them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from station.papers._form_labels import column_field, ends_topics, loose_values
from station.papers._form_values import is_blank
from station.papers.grid import Cell, Grid

HEAD_ROWS = 60
"""The head is looked for in so many rows."""
FEWEST_COLUMNS = 3
"""A row that names fewer fields is no head."""


@dataclass
class Written:
    """What stands in the form, as text."""

    loose: dict[str, str] = field(default_factory=dict)
    topics: list[dict[str, str]] = field(default_factory=list)
    formulas: list[tuple[int, str]] = field(default_factory=list)
    """(topic from 1, field) whose formula has no saved result."""
    twice: list[tuple[str, str, str]] = field(default_factory=list)
    """(label, first value, other value) of fields outside the table."""
    columns_twice: list[str] = field(default_factory=list)
    """Column heads that stand twice."""


def is_form(grids: tuple[Grid, ...]) -> bool:
    """Whether a table of topics is in there."""
    return any(_head(grid) is not None for grid in grids)


def read_table(grids: tuple[Grid, ...]) -> Written:
    """Everything the grids say."""
    written = Written()
    for grid in grids:
        head = _head(grid)
        if head is None:
            _read_loose(grid.rows, written)
            continue
        _read_loose(grid.rows[: head + 1], written)
        columns = _columns(grid, head, written)
        last = _read_topics(grid, head, columns, written)
        _read_loose(grid.rows[last:], written)
    return written


def _head(grid: Grid) -> int | None:
    """The row that names most fields, the title among them."""
    best, found = FEWEST_COLUMNS - 1, None
    for index, row in enumerate(grid.rows[:HEAD_ROWS]):
        names = {column_field(cell.text) for cell in row if cell.text} - {None}
        if "title" in names and len(names) > best:
            best, found = len(names), index
    return found


def _columns(grid: Grid, head: int, written: Written) -> dict[int, str]:
    names = [column_field(cell.text) for cell in grid.rows[head]]
    for place, name in enumerate(names):
        if name == "unit":
            names[place] = _whose_unit(grid, head, place, names)
    columns: dict[int, str] = {}
    for place, name in enumerate(names):
        cell = grid.rows[head][place]
        if name is None or name == "number" or cell.anchor[1] != place:
            continue
        if name in columns.values():
            written.columns_twice.append(cell.text)
        else:
            columns[place] = name
    return columns


def _whose_unit(grid: Grid, head: int, place: int, names: list[str | None]) -> str:
    """A plain 单位 belongs to the group above it; where the groups are gone, to the fields beside it."""
    above = [cell.text for cell in grid.rows[head - 1][: place + 1]] if head else []
    group = next((text for text in reversed(above) if text), "")
    if "申报" in group:
        return "applicant_unit"
    if any(word in group for word in ("授课", "教师", "主讲", "讲师")):
        return "lecturer_unit"
    beside = names[place + 1] if place + 1 < len(names) else None
    return "applicant_unit" if beside == "national_base" or "lecturer_unit" in names[:place] else "lecturer_unit"


def _read_topics(grid: Grid, head: int, columns: dict[int, str], written: Written) -> int:
    """Add the rows below the head; returns the row where they end."""
    title_place = next(place for place, name in columns.items() if name == "title")
    before: tuple[int, int] | None = None
    for index in range(head + 1, len(grid.rows)):
        row = grid.rows[index]
        if ends_topics(row):
            return index
        cells = {name: row[place] for place, name in columns.items() if place < len(row)}
        if all(is_blank(cell.text) and not cell.formula for cell in cells.values()):
            continue
        anchor = row[title_place].anchor if title_place < len(row) else (index, title_place)
        if anchor == before:
            _join(written.topics[-1], cells)
            continue
        before = anchor
        written.topics.append({name: "" if is_blank(cell.text) else cell.text for name, cell in cells.items()})
        written.formulas.extend((len(written.topics), name) for name, cell in cells.items() if _unsaved(cell))
    return len(grid.rows)


def _join(topic: dict[str, str], cells: dict[str, Cell]) -> None:
    """A topic over several rows (two lecturers): what differs is added."""
    for name, cell in cells.items():
        if cell.text and cell.text not in topic.get(name, "").split("、"):
            topic[name] = "、".join(text for text in (topic.get(name, ""), cell.text) if text)


def _unsaved(cell: Cell) -> bool:
    return cell.formula or cell.text.startswith(("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"))


def _read_loose(rows: tuple[tuple[Cell, ...], ...], written: Written) -> None:
    for row in rows:
        for name, label, value in _loose_in(row):
            if not value:
                continue
            if written.loose.get(name, value) != value:
                written.twice.append((label, written.loose[name], value))
            written.loose.setdefault(name, value)


def _loose_in(row: tuple[Cell, ...]) -> Iterator[tuple[str, str, str]]:
    seen: set[tuple[int, int]] = set()
    for place, cell in enumerate(row):
        if cell.anchor in seen:
            continue
        seen.add(cell.anchor)
        found = loose_values(cell.text)
        for name, label, value in found:
            if is_blank(value) and (name, label) == found[-1][:2]:
                yield name, label, _to_the_right(row, place)
            else:
                yield name, label, "" if is_blank(value) else value


def _to_the_right(row: tuple[Cell, ...], place: int) -> str:
    for cell in row[place + 1 :]:
        if cell.anchor != row[place].anchor and cell.text:
            return "" if loose_values(cell.text) or is_blank(cell.text) else cell.text
    return ""
