"""The queue on a real desk: rows, filters, marks of change, steps."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fixture_station import OPERATOR, config_at
from rich.cells import cell_len
from seat import Open, screen_text, until

from station.desk import Desk
from station.people import Person
from station.store import open_store
from station.store.queue_order import ORDERS
from station.workflow import State
from tui.app import SMALLEST, ReviewApp
from tui.screens import queue
from tui.screens.modals import DecisionScreen
from tui.screens.queue import SORTS, QueueScreen
from tui.screens.small import SmallScreen
from tui.screens.submission import SubmissionScreen


def go_to(app: ReviewApp, submission: str) -> None:
    table = app.screen.table
    table.move_to(next(i for i, row in enumerate(table.rows) if row.id == submission))


async def test_states_verdicts_and_counts_in_words_and_signs(opened: Open) -> None:
    async with opened() as (app, _):
        text = screen_text(app)
        for word in ("初检", "x 不合格 3 待核 1", "+ 合格", "! 待核 1", "检测中", "21% 212fps 03:03", "全部 10"):
            assert word in text
        assert "守护进程在运行（cpu）" in text


async def test_every_line_fits_in_both_languages_and_sizes(opened: Open) -> None:
    for size in ((80, 24), (160, 48)):
        async with opened(size) as (app, pilot):
            for _ in range(2):
                lines = screen_text(app).split("\n")
                assert all(cell_len(line) == size[0] for line in lines)
                await pilot.press("f2")
                await pilot.pause()


async def test_language_changes_live(opened: Open) -> None:
    async with opened() as (app, pilot):
        await pilot.press("f2")
        await pilot.pause()
        assert "triage" in screen_text(app)
        assert "初检" not in screen_text(app)
        await pilot.press("f2")
        await pilot.pause()
        assert "初检" in screen_text(app)


async def test_filter_by_text_and_state(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        table = app.screen.table
        await pilot.press("slash")
        await until(pilot, lambda: app.focused and app.focused.id == "filter")
        await pilot.press(*"示例单位己")
        assert [row.id for row in table.rows] == [ids["single"]]
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is table)
        assert len(table.rows) == 10
        await pilot.press("f", "f")
        assert {row.state for row in table.rows} == {State.TRIAGE}
        await pilot.press("enter")
        assert isinstance(app.screen, SubmissionScreen)


async def test_every_order_and_the_cursor_stays_on_its_row(
    opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk]
) -> None:
    async with opened() as (app, pilot):
        table = app.screen.table
        go_to(app, ids["single"])
        for sort in (*SORTS[1:], SORTS[0]):
            await pilot.press("o")
            assert [row.id for row in table.rows] == [row.id for row in desk(OPERATOR).queue(sort=sort)]
            assert table.current.id == ids["single"]
            assert ("[按课程名]" in screen_text(app)) == (sort == "title")
    assert set(SORTS) == set(ORDERS)


async def test_of_a_long_list_the_first_rows_come_at_once_and_keys_wait_for_the_rest(
    opened: Open, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "FIRST", 4)
    read, rest, asked = QueueScreen._read, asyncio.Event(), []

    async def held(screen: QueueScreen) -> None:
        asked.append(screen)
        if len(asked) > 1:
            await rest.wait()
        await read(screen)

    monkeypatch.setattr(QueueScreen, "_read", held)
    async with opened() as (app, pilot):
        table = app.screen.table
        await until(pilot, lambda: len(asked) == 2)
        assert len(table.rows) == 4
        assert "全部 10" in screen_text(app), "the counts are those of all"
        await pilot.press("end", "enter")
        assert table.cursor == 0
        rest.set()
        await until(pilot, lambda: isinstance(app.screen, SubmissionScreen), "the last of all rows is opened")
        assert len(table.rows) == 10
        assert (table.cursor, table.marked) == (9, frozenset()), "nothing has changed"
        assert await until(pilot, app.screen.chosen) == table.rows[9].id


async def test_a_change_made_elsewhere_shows_and_is_marked_and_the_cursor_stays(
    opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk]
) -> None:
    async with opened() as (app, pilot):
        go_to(app, ids["single"])
        height = app.screen.table.cursor - app.screen.table.scroll_offset.y
        other = desk(OPERATOR)
        other.move(ids["faulty"], "withdraw", seen=other.submission(ids["faulty"]).revision, reason="示例")
        table = app.screen.table
        await until(pilot, lambda: next(r for r in table.rows if r.id == ids["faulty"]).state is State.WITHDRAWN)
        assert table.marked == {ids["faulty"]}
        assert table.current.id == ids["single"]
        assert table.cursor - table.scroll_offset.y == height
        go_to(app, ids["faulty"])
        await until(pilot, lambda: not table.marked, "looking at it takes the mark away")


async def test_pause_holds_the_rows(opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk]) -> None:
    async with opened() as (app, pilot):
        await pilot.press("p")
        other = desk(OPERATOR)
        other.move(ids["faulty"], "withdraw", seen=other.submission(ids["faulty"]).revision, reason="示例")
        await until(pilot, lambda: app.desk)
        await app.refresh_screens()
        assert next(r for r in app.screen.table.rows if r.id == ids["faulty"]).state is State.TRIAGE
        await pilot.press("p")
        await until(
            pilot, lambda: next(r for r in app.screen.table.rows if r.id == ids["faulty"]).state is State.WITHDRAWN
        )


async def test_return_wants_a_reason_and_restates_what_stands(
    opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk]
) -> None:
    async with opened() as (app, pilot):
        go_to(app, ids["faulty"])
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, DecisionScreen))
        text = screen_text(app)
        for word in ("初检 > 已退回修改", "x 不合格 未豁免 3 项", "! 待核 未豁免 1 项"):
            assert word in text
        await until(pilot, lambda: app.focused and app.focused.id == "reason")
        await pilot.press("enter")
        assert "请写理由" in screen_text(app)
        await pilot.press(*"黑场")
        await pilot.press("enter")
        await until(pilot, lambda: desk(OPERATOR).submission(ids["faulty"]).state is State.RETURNED)
        after = desk(OPERATOR).log(ids["faulty"])[-1]
        assert (after.action, after.person, after.after["reason"]) == ("return", "shili", "黑场")


async def test_escape_lets_it_be(opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk]) -> None:
    async with opened() as (app, pilot):
        go_to(app, ids["faulty"])
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, DecisionScreen))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, DecisionScreen))
        assert desk(OPERATOR).submission(ids["faulty"]).state is State.TRIAGE


async def test_a_standing_fault_stops_an_approval_with_the_desks_own_words(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        go_to(app, ids["faulty"])
        await pilot.press("a")
        toast = await until(pilot, lambda: [n.message for n in app._notifications])
        assert "3 项" in toast[0]
        assert not isinstance(app.screen, DecisionScreen)


async def test_readonly_changes_nothing_and_says_so(opened: Open, ids: dict[str, str]) -> None:
    async with opened(readonly=True) as (app, pilot):
        assert "[只读]" in screen_text(app)
        go_to(app, ids["faulty"])
        await pilot.press("r")
        assert [n.message for n in app._notifications] == ["只读方式打开，不能修改"]


async def test_a_role_that_is_not_held_is_named(opened: Open, ids: dict[str, str]) -> None:
    person = Person("shili-zu", frozenset({"group"}))
    async with opened(person=person) as (app, pilot):
        go_to(app, ids["faulty"])
        await pilot.press("r")
        assert [n.message for n in app._notifications] == ["需要角色：业务员"]


async def test_a_person_without_a_role_is_told_so(root: Path) -> None:
    app = ReviewApp(config_at(root), Person("shili", frozenset()))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.return_code is not None)
    assert app.return_code == 3


async def test_an_empty_queue_says_where_to_put_things(tmp_path: Path, me: Person) -> None:
    config = config_at(tmp_path / "empty")
    open_store(config.database).close()
    app = ReviewApp(config, me)
    async with app.run_test(size=(100, 24)) as pilot:
        await until(pilot, lambda: app.ready)
        await until(pilot, lambda: "收件箱为空：把课件文件夹放进" in screen_text(app))


async def test_a_small_terminal_is_told_what_is_missing(opened: Open) -> None:
    async with opened() as (app, pilot):
        await pilot.resize_terminal(SMALLEST[0] - 6, SMALLEST[1] - 3)
        await until(pilot, lambda: isinstance(app.screen, SmallScreen))
        assert "还差 6 列、3 行" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: not isinstance(app.screen, SmallScreen))


async def test_a_rebound_key_works_and_shows_in_the_bar(opened: Open) -> None:
    async with opened(size=(160, 48), keys={"filter": "f9"}) as (app, pilot):
        assert "F9 筛选" in screen_text(app)
        await pilot.press("f9")
        await until(pilot, lambda: app.focused and app.focused.id == "filter")


async def test_jump_letters(opened: Open) -> None:
    async with opened() as (app, pilot):
        await pilot.press("g", "d")
        assert app.screen.table.cursor == 3
        assert not app.screen.table.jumping


async def test_a_database_that_is_gone_ends_with_a_message(root: Path, me: Person) -> None:
    config = config_at(root)
    config.database.unlink()
    app = ReviewApp(replace(config), me)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.return_code is not None)
    assert app.return_code == 2


async def test_a_slow_answer_loses_no_change(opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk]) -> None:
    async with opened() as (app, pilot):
        reload, slow = app.screen.reload, asyncio.Event()

        async def held() -> None:
            await slow.wait()
            await reload()

        app.screen.reload = held
        other = desk(OPERATOR)
        other.move(ids["faulty"], "withdraw", seen=other.submission(ids["faulty"]).revision, reason="示例")
        await until(pilot, lambda: app._asking)
        for _ in range(3):
            app._poll()
            await pilot.pause(0.05)
        slow.set()
        await until(
            pilot, lambda: next(r for r in app.screen.table.rows if r.id == ids["faulty"]).state is State.WITHDRAWN
        )
