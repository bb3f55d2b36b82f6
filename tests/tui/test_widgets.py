"""The painters, without an app where that is possible."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from rich.cells import cell_len
from textual.app import App, ComposeResult

from tui.look import COLOURS, styles
from tui.widgets.braille import bars, spread
from tui.widgets.frame import Frame, cell_style, line, load_picture, pack
from tui.widgets.keybar import Hint, choose
from tui.widgets.table import Column, VirtualTable, widths
from tui.widgets.timeline import Timeline, column, ticks
from tui.widgets.wave import share


def look() -> dict:
    return styles("dark")


# key bar

hints = st.lists(
    st.builds(
        Hint,
        st.text("ab", min_size=1),
        st.just("k"),
        st.text("示例a", min_size=1, max_size=6),
        st.integers(1, 9),
        st.booleans(),
    ),
    max_size=20,
)


@given(hints, st.integers(10, 160))
def test_the_key_bar_always_fits_and_tells_what_it_left_out(offered: list[Hint], width: int) -> None:
    kept, left_out = choose(offered, width)
    assert sum(h.cells for h in kept) + (len(f" +{left_out} ?") if left_out else 0) <= width
    assert len(kept) + left_out == len(offered)


@given(hints, st.integers(10, 160))
def test_what_is_left_out_is_never_more_wanted_than_what_stays(offered: list[Hint], width: int) -> None:
    kept, _ = choose(offered, width)
    gone = [h for h in offered if all(h is not k for k in kept)]
    assert not kept or not gone or max(h.priority for h in kept) <= min(h.priority for h in gone)


# half-blocks


def test_cells_carry_the_upper_pixel_as_colour_and_the_lower_as_ground() -> None:
    pixels = np.zeros((2, 3, 3), np.uint8)
    pixels[0, :, 0], pixels[1, :, 2] = 255, 128
    runs = line(pack(pixels)[0])
    assert [segment.text for segment in runs] == ["▀▀▀"]
    style = runs[0].style
    assert style.color.triplet == (255, 0, 0)
    assert style.bgcolor.triplet == (0, 0, 128)


@given(st.lists(st.integers(0, 2**24 - 1), min_size=1, max_size=40))
def test_runs_cover_every_cell_once(colours: list[int]) -> None:
    cells = np.array([c << 24 | c for c in colours], np.int64)
    runs = line(cells)
    assert sum(len(r.text) for r in runs) == len(colours)
    spread_out = [r.style for r in runs for _ in r.text]
    assert spread_out == [cell_style(int(c)) for c in cells]


def test_few_colours_keep_five_bits() -> None:
    pixels = np.full((2, 1, 3), 0xFF, np.uint8)
    assert int(pack(pixels, few_colours=True)[0, 0]) & 0xFFFFFF == 0xF8F8F8


class Framed(App[None]):
    def compose(self) -> ComposeResult:
        yield Frame(look, id="frame")


async def test_a_frame_keeps_the_shape_and_zooms_to_native_pixels_at_most() -> None:
    picture = Image.new("RGB", (960, 540), (10, 20, 30))
    app = Framed()
    async with app.run_test(size=(64, 19)) as pilot:
        frame = app.query_one(Frame)
        frame.show(picture, "示例")
        await pilot.pause()
        assert len(frame._lines) == 18
        assert {s.cell_length for s in frame._lines} == {64}
        frame.look_at(zoom=1000)
        assert frame.zoom == pytest.approx(960 / 64)
        frame.look_at(by=(-9, -9))
        assert frame.centre == pytest.approx((0.5 / frame.zoom, 0.5 / frame.zoom))
        frame.look_at(zoom=0)
        assert (frame.zoom, frame.centre) == (1.0, (0.5, 0.5))


async def test_only_changed_lines_are_painted_again() -> None:
    first, second = Image.new("RGB", (64, 36)), Image.new("RGB", (64, 36))
    second.paste((255, 0, 0), (0, 0, 64, 2))
    app = Framed()
    async with app.run_test(size=(64, 19)) as pilot:
        frame = app.query_one(Frame)
        frame.show(first, "")
        await pilot.pause()
        before = list(frame._lines)
        frame.show(second, "")
        assert [a is b for a, b in zip(before, frame._lines, strict=True)] == [False] + [True] * 17


async def test_the_place_of_a_finding_is_framed() -> None:
    app = Framed()
    async with app.run_test(size=(64, 19)) as pilot:
        frame = app.query_one(Frame)
        frame.show(Image.new("RGB", (64, 36)), "", tiles=(9, 16, 18, 32))
        await pilot.pause()
        pixels = frame._pixels(frame._picture, 64, 36)
        assert tuple(pixels[18, 40]) == (255, 200, 0)
        assert tuple(pixels[20, 40]) == (0, 0, 0)
        assert tuple(pixels[30, 32]) == (255, 200, 0)


def test_a_still_that_can_not_be_read_is_none(tmp_path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    assert load_picture(str(broken)) is None
    assert load_picture(str(tmp_path / "missing.jpg")) is None


# curves


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=50), st.integers(1, 30), st.integers(1, 4))
def test_curves_fill_their_grid(values: list, columns: int, rows: int) -> None:
    lines = bars(values, columns, rows)
    assert [cell_len(text) for text in lines] == [columns] * rows


def test_a_short_peak_and_a_short_hole_are_never_lost() -> None:
    peak, hole = [0.0] * 99 + [1.0], [1.0] * 99 + [0.0]
    assert max(spread(peak, 7)) == 1.0
    assert min(spread(hole, 7, lowest=True)) == 0.0
    assert bars([1.0], 1, 1) == ["⣿"]
    assert bars([0.5], 1, 1, hanging=True) == ["⠛"]


def test_levels() -> None:
    assert (share(0.0), share(1.0), share(0.1)) == (0.0, 1.0, pytest.approx(0.5))


@given(st.floats(0, 5000), st.floats(0.1, 5000), st.integers(1, 200))
def test_moments_stay_on_the_axis(seconds: float, duration: float, width: int) -> None:
    assert 0 <= column(seconds, duration, width) < width
    assert len(ticks(duration, width)) == width


# table


@given(
    st.lists(
        st.builds(Column, st.just("x"), st.integers(0, 12), st.booleans(), st.integers(1, 3)), min_size=1, max_size=8
    )
)
def test_columns_fill_the_width(columns: list[Column]) -> None:
    total = 140
    cells = widths(columns, total)
    if any(c.width == 0 for c in columns):
        assert sum(cells) + len(columns) - 1 == total
    assert all(got == c.width for got, c in zip(cells, columns, strict=True) if c.width)


class Tabled(App[None]):
    painted = 0

    def paint(self, row: int) -> list[tuple[str, str]]:
        self.painted += 1
        return [(f"第{row}行 [/foo]", "text")]

    def compose(self) -> ComposeResult:
        yield VirtualTable(key=lambda row: row, paint=self.paint, styles_of=look, id="table")


async def test_ten_thousand_rows_paint_one_view() -> None:
    app = Tabled()
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(VirtualTable)
        app.painted = 0
        table.show(range(10_000), [Column("行")])
        await pilot.pause()
        assert app.painted <= 3 * 20
        table.move_to(9_999)
        await pilot.pause()
        assert table.current == 9_999
        assert table.scroll_offset.y == 10_000 - table.page


async def test_the_selection_stays_on_its_row_at_its_height_when_rows_come_above() -> None:
    app = Tabled()
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(VirtualTable)
        table.show(range(100, 300), [Column("行")])
        await pilot.pause()
        table.move_to(50)
        await pilot.pause()
        height = table.cursor - table.scroll_offset.y
        table.show(range(80, 300))
        await pilot.pause()
        assert table.current == 150
        assert table.cursor - table.scroll_offset.y == height


async def test_when_the_row_has_gone_the_place_stays() -> None:
    app = Tabled()
    async with app.run_test(size=(60, 20)) as pilot:
        table = app.query_one(VirtualTable)
        table.show(range(10), [Column("行")])
        table.move_to(9)
        table.show(range(5))
        await pilot.pause()
        assert table.current == 4
        table.show([])
        assert table.current is None


async def test_a_click_on_the_timeline_is_a_moment() -> None:
    seen: list[float] = []

    class Timed(App[None]):
        def compose(self) -> ComposeResult:
            yield Timeline(look, id="timeline")

        def on_timeline_picked(self, message: Timeline.Picked) -> None:
            seen.append(message.seconds)

    app = Timed()
    async with app.run_test(size=(110, 10)) as pilot:
        app.query_one(Timeline).show(1000.0, [], [], ("", ""))
        await pilot.click("#timeline", offset=(60, 0))
        await pilot.pause()
    assert seen == [pytest.approx(500.0)]


@pytest.mark.parametrize("name", COLOURS)
def test_every_theme_has_every_style(name: str) -> None:
    assert styles(name).keys() == styles("dark").keys()
