"""The search screen, undo and handing over on a real desk."""

from collections.abc import Callable

from seat import Open, screen_text, until

from station.desk import Desk
from station.people import Person
from station.store import owners
from station.workflow import State
from tui.app import ReviewApp
from tui.screens.modals import DecisionScreen, HandOverScreen
from tui.screens.search import SearchScreen
from tui.screens.submission import SubmissionScreen


async def test_words_are_found_and_the_submission_opened(opened: Open, ids: dict[str, str]) -> None:
    async with opened() as (app, pilot):
        await pilot.press("F")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen) and app.focused.id == "words")
        app.screen.query_one("#words").value = "科学"
        await pilot.press("enter")
        await until(pilot, lambda: bool(app.screen.table.rows))
        assert "课件名称" in screen_text(app)
        assert {hit.submission.title for hit in app.screen.table.rows} == {
            hit.submission.title for hit in app.screen.table.rows if "科学" in hit.excerpt
        }
        chosen = app.screen.table.current.submission.id
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SubmissionScreen))
        assert chosen in ids.values()
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        await pilot.press("slash")
        await until(pilot, lambda: app.focused.id == "words")
        app.screen.query_one("#words").value = "没有这个词"
        await pilot.press("enter")
        await until(pilot, lambda: "没有找到" in screen_text(app))
        await pilot.press("f2")
        await until(pilot, lambda: "Nothing was found" in screen_text(app))


def go_to(app: ReviewApp, submission: str) -> None:
    table = app.screen.table
    table.move_to(next(i for i, row in enumerate(table.rows) if row.id == submission))


async def test_a_step_is_taken_back_with_one_key(
    opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk], me: Person
) -> None:
    mine = desk(me)
    mine.move(ids["faulty"], "withdraw", seen=mine.submission(ids["faulty"]).revision, reason="示例")
    async with opened() as (app, pilot):
        go_to(app, ids["faulty"])
        await pilot.press("U")
        await until(pilot, lambda: isinstance(app.screen, DecisionScreen))
        await pilot.press("y")
        await until(pilot, lambda: mine.submission(ids["faulty"]).state is State.TRIAGE)
        go_to(app, ids["single"])
        await pilot.press("U")
        assert "不是您做的" in (await until(pilot, lambda: [n.message for n in app._notifications][1:]))[-1]


async def test_handing_over_asks_for_the_account(
    opened: Open, ids: dict[str, str], desk: Callable[[Person], Desk], me: Person
) -> None:
    async with opened() as (app, pilot):
        go_to(app, ids["faulty"])
        await pilot.press("H")
        await until(pilot, lambda: isinstance(app.screen, HandOverScreen) and app.focused)
        await pilot.press(*"nobody", "enter")
        told = await until(pilot, lambda: [n.message for n in app._notifications])
        assert "不是已登记的业务员" in told[0]
        assert owners.owner(desk(me).store, ids["faulty"]) == ""
