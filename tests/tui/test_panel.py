"""The screens of the experts' panel and of the approvals, on a real desk."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fixture_station
import pytest
from fixture_station import EXPERTS, GROUP, OFFICE, OPERATOR
from seat import Open, screen_text, until
from textual.widgets import Static

from station.desk import Desk
from station.people import Person
from station.workflow import State
from tui.app import ReviewApp
from tui.screens.approvals import ApprovalsScreen
from tui.screens.asking import AskScreen
from tui.screens.panel import PanelScreen
from tui.screens.submission import SubmissionScreen

DeskOf = Callable[[Person], Desk]
SECOND = replace(OFFICE, account="shili-bangong2")


@pytest.fixture
def staffed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A station whose experts stand in the configuration."""
    people = {p.account: {"roles": sorted(p.roles), "unit": p.unit, "name": p.name} for p in EXPERTS}
    people["shili-jian"] = {"roles": ["expert"], "unit": "示例单位丁", "name": "示例回避者"}
    plain = fixture_station.config_at
    monkeypatch.setattr(fixture_station, "config_at", lambda root, **tui: replace(plain(root, **tui), people=people))


async def ask(app: ReviewApp, pilot, reason: str) -> None:  # type: ignore[no-untyped-def]
    await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.focused is not None)
    await pilot.press(*reason, "enter")


async def test_assigning_relieving_reopening(staffed: None, opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened(person=OFFICE) as (app, pilot):
        screen = PanelScreen(ids["experts"])
        await app.push_screen(screen)
        await until(pilot, lambda: len(screen.table.rows) == 4)
        await until(pilot, lambda: "不可指派" in screen_text(app))
        await pilot.press("A")
        await until(pilot, lambda: sum(bool(e.how) for e in screen.view.experts) == 3)
        chosen = next(n for n, row in enumerate(screen.table.rows) if row.account == EXPERTS[1].account)
        screen.table.move_to(chosen)
        await pilot.press("u")
        await ask(app, pilot, "出差")
        await until(pilot, lambda: EXPERTS[1].account not in {e.account for e in screen.view.experts})
        screen.table.move_to(next(n for n, row in enumerate(screen.table.rows) if row.account == EXPERTS[1].account))
        await pilot.press("a")
        await until(pilot, lambda: EXPERTS[1].account in {e.account for e in screen.view.experts})
        screen.table.move_to(next(n for n, row in enumerate(screen.table.rows) if row.account == EXPERTS[0].account))
        await until(pilot, lambda: "90" in screen_text(app))
        await pilot.press("o")
        await ask(app, pilot, "填反")
        await until(pilot, lambda: screen.view.kept)
        await until(pilot, lambda: "填反" in screen.query_one("#paneldetail", Static).content.plain)
    assert desk(OFFICE).panel(ids["experts"]).submitted == 0


async def test_keys_before_the_panel_is_read_are_kept(staffed: None, opened: Open, ids: dict[str, str]) -> None:
    held = threading.Event()
    async with opened(person=OFFICE) as (app, pilot):
        slow = asyncio.create_task(app.desk.call(lambda desk: held.wait()))
        screen = PanelScreen(ids["experts"])
        await app.push_screen(screen)
        await pilot.press("j", "k", "A", "u")  # the last would ask: it is not answered by what was typed blind
        assert screen.view is None
        held.set()
        await slow
        await until(pilot, lambda: screen.view and sum(bool(e.how) for e in screen.view.experts) == 3)
        assert app.screen is screen


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_approvals_in_one_go_by_two_people(
    opened: Open, ids: dict[str, str], desk: DeskOf, root: Path, language: str
) -> None:
    async with opened(person=SECOND, language=language) as (app, pilot):
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, ApprovalsScreen) and app.screen.table.rows)
        screen = app.screen
        assert [row.id for row in screen.table.rows] == [ids["office"]]
        await until(pilot, lambda: f"{screen.table.rows[0].mean:.1f}" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SubmissionScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        await pilot.press("space")
        await until(pilot, lambda: screen._marked == {ids["office"]})
        await pilot.press("a")
        await ask(app, pilot, "同意")
        await until(pilot, lambda: not screen.table.rows)
    view = desk(OFFICE).submission(ids["office"])
    assert view.state is State.GROUP_DECISION
    assert desk(OFFICE).log(ids["office"])[-1].after["reason"] == "同意"
    async with opened(person=GROUP, language=language) as (app, pilot):
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, ApprovalsScreen) and app.screen.table.rows)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.focused is not None)
        await pilot.press("enter")
        assert isinstance(app.screen, AskScreen), "a return needs its reason"
        await pilot.press(*"重做", "enter")
        await until(pilot, lambda: not app.screen.table.rows)
    assert desk(OFFICE).submission(ids["office"]).state is State.RETURNED


async def test_nothing_waits_for_an_operator(opened: Open, ids: dict[str, str]) -> None:
    async with opened(person=OPERATOR) as (app, pilot):
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, ApprovalsScreen) and "没有等您决定" in screen_text(app))
