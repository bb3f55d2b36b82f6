"""The station's log on a real desk: pages, filters, the submission's own log, the head; and what an expert is not shown."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fixture_station import OFFICE
from rich.cells import cell_len
from seat import Open, screen_text, until
from textual.pilot import Pilot
from textual.widgets import Input

from station.desk import Desk
from station.desk.station_log import LogAsked
from station.people import Person
from station.store import audit
from tui.app import ReviewApp
from tui.screens.log import LogScreen
from tui.screens.station_log import StationLogScreen, asked_of

DeskOf = Callable[[Person], Desk]


async def shown(app: ReviewApp, pilot: Pilot[None]) -> StationLogScreen:
    await pilot.press("L")
    await until(pilot, lambda: isinstance(app.screen, StationLogScreen) and app.screen._rows, "the log is read")
    assert isinstance(app.screen, StationLogScreen)
    return app.screen


async def ask(app: ReviewApp, pilot: Pilot[None], text: str) -> None:
    await pilot.press("/")
    await until(pilot, lambda: isinstance(app.focused, Input), "the line has the keys")
    app.focused.value = text  # type: ignore[union-attr]
    await pilot.press("enter")


def test_a_filter_line_is_read() -> None:
    words = {"通过": "approve", "take choice back": "topic-unchoose"}
    assert asked_of("@op #ABCD 2022-03-31 通过", words) == LogAsked("ABCD", "op", "approve", "2022-03-31")
    assert asked_of("Take choice  BACK", words) == LogAsked(action="topic-unchoose")
    assert asked_of(" ", words) == LogAsked()
    assert asked_of("通过了", words) is None


async def test_rows_fit_are_filtered_and_lead_to_the_submission(opened: Open, ids: dict[str, str]) -> None:
    for size in ((80, 24), (160, 48)):
        async with opened(size, person=OFFICE) as (app, pilot):
            screen = await shown(app, pilot)
            await until(
                pilot, lambda screen=screen: len(screen.table.rows) == len(screen._rows), "the rows stand there"
            )
            everything = len(screen._rows)
            for _ in range(2):
                assert {cell_len(line) for line in screen_text(app).split("\n")} == {size[0]}
                await pilot.press("f2")
                await pilot.pause()
            await ask(app, pilot, f"#{ids['catalogued']} approve")
            await until(
                pilot, lambda screen=screen: {r.action for r in screen.table.rows} == {"approve"}, "the approvals"
            )
            assert len(screen.table.rows) < everything
            await until(pilot, lambda app=app: "办公室审核 > 协调小组审定" in screen_text(app), "before and after")
            await ask(app, pilot, "nonsense")
            await until(pilot, lambda app=app: "没有这种操作：nonsense" in screen_text(app), "told")
            screen.set_focus(screen.table)
            await pilot.press("enter")
            await until(pilot, lambda app=app: type(app.screen) is LogScreen and app.screen._rows, "its own log")
            assert ids["catalogued"] in screen_text(app)


async def test_pages_follow_and_what_happens_elsewhere_shows(
    opened: Open, desk: DeskOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.station_log.PAGE", 5)
    real = Desk.station_log
    monkeypatch.setattr(Desk, "station_log", lambda self, asked, **kw: real(self, asked, **{"limit": 5, **kw}))
    other = desk(OFFICE)
    total = len(real(other, limit=10_000).rows)
    assert total > 10
    async with opened(person=OFFICE) as (app, pilot):
        screen = await shown(app, pilot)

        def at_the_end() -> bool:
            screen.table.move_to(len(screen.table.rows) - 1)
            return len(screen.table.rows) == total

        await until(pilot, at_the_end, "every page")
        assert [row.seq for row in screen.table.rows] == [row.seq for row in real(other, limit=10_000).rows]
        audit.append(other.store, person="shili-bieren", role="office", origin="示例主机", action="export", submission_id=None,
                     object="document:ledger", before={}, after={"entries": 1})  # fmt: skip
        await until(pilot, lambda: screen.table.rows[0].person == "shili-bieren", "the newest is on top")
        total += 1
        await until(pilot, at_the_end, "nothing that was read is lost")


async def test_the_head_is_written(opened: Open, desk: DeskOf, root: Path) -> None:
    async with opened(person=OFFICE) as (app, pilot):
        await shown(app, pilot)
        await pilot.press("x")
        (path,) = await until(pilot, lambda: list((root / "exports").glob("log-head-*.txt")), "the head")
        await until(pilot, lambda: any(str(path) in n.message for n in app._notifications), "it says where")
        assert desk(OFFICE).verify(expected=path.read_text().strip()).sound


async def test_an_expert_sees_what_is_open(opened: Open, desk: DeskOf) -> None:
    expert = Person("shili-zhuanjia", frozenset({"expert"}), "示例研究院")
    async with opened(person=expert) as (app, pilot):
        screen = await shown(app, pilot)
        assert [row.seq for row in screen._rows] == [row.seq for row in desk(expert).station_log().rows]
        await ask(app, pilot, "#NOSUCH")
        await until(pilot, lambda: any(n.severity == "error" for n in app._notifications), "told")
