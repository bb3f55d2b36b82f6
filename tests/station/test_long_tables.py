"""Long tables look as short ones do."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from station.commands import _long_tables
from station.commands._long_tables import LONG, print_table

cells = st.lists(st.text("示例课a b-", max_size=12).map(str.strip), min_size=3, max_size=3)


def table(rows: list[list[str]]) -> Table:
    made = Table(show_edge=False, pad_edge=False, box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("编号", "课程", "结论"):
        made.add_column(Text(name), overflow="fold")
    made.columns[0].no_wrap = True
    for row in rows:
        made.add_row(Text(row[0][:4]), Text(row[1]), Text(row[2], "red"))
    return made


def printed(made: Table, width: int, *, long: bool, color: bool = False) -> list[str]:
    out = Console(file=io.StringIO(), width=width, force_terminal=color, color_system="standard" if color else None)
    if long:
        print_table(out, made)
    else:
        out.print(made)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]  # type: ignore[attr-defined]


@settings(max_examples=20, deadline=None)
@given(st.lists(cells, min_size=1, max_size=6), st.booleans())
def test_a_long_table_that_fits_is_what_rich_prints(rows: list[list[str]], color: bool) -> None:
    made = table(rows * (LONG // len(rows) + 1))
    assert _plain(printed(made, 100, long=True, color=color)) == _plain(printed(made, 100, long=False, color=color))


@settings(max_examples=30, deadline=None)
@given(st.lists(cells, min_size=1, max_size=6), st.integers(24, 40))
def test_one_that_does_not_fit_folds_and_loses_nothing(rows: list[list[str]], width: int) -> None:
    lines = printed(table(rows * (LONG // len(rows) + 1)), width, long=True)
    assert all(cell_len(line) <= width for line in lines)
    signs = lambda text: sorted("".join(text).replace(" ", ""))  # noqa: E731 - one use
    wanted = [sign for row in rows * (LONG // len(rows) + 1) for sign in (row[0][:4], *row[1:])]
    assert signs(lines) == signs(["编号课程结论", *wanted])


def test_colours_stay_and_a_short_table_is_rich_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(table([["1", "课", "不合格"]] * LONG), 60, long=True, color=True)
    assert lines[0].startswith("\x1b[1m编号")
    assert "\x1b[31m不合格\x1b[0m" in lines[1]
    monkeypatch.setattr(_long_tables, "_row", lambda *_: pytest.fail("short ones go another way"))
    assert len(printed(table([["1", "课", "不合格"]] * (LONG - 1)), 60, long=True)) == LONG


def _plain(lines: list[str]) -> list[str]:
    return [Text.from_ansi(line).plain.rstrip() if line else "" for line in lines]
