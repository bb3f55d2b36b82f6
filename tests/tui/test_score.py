"""An expert's form on a real desk: draft at every change, sealing, conflicts, who sees what."""

from collections.abc import Callable

from fixture_station import EXPERTS, OFFICE
from seat import Open, screen_text, until
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from station.desk import Desk
from station.people import Person
from station.rubric import default_rubric
from tui.app import ReviewApp
from tui.screens.modals import AttestScreen
from tui.screens.score import ScoreScreen
from tui.widgets.choice import Choice

DeskOf = Callable[[Person], Desk]
EXPERT = EXPERTS[1]
RUBRIC = default_rubric()


async def show(app: ReviewApp, pilot: Pilot[None], submission: str) -> ScoreScreen:
    screen = ScoreScreen(submission)
    await app.push_screen(screen)
    await until(pilot, lambda: screen.view is not None)
    await pilot.pause()
    return screen


async def saved(pilot: Pilot[None], screen: ScoreScreen) -> None:
    await until(pilot, lambda: not screen._saving and not screen._dirty and screen._saved == "tui.score.saved")


def own(desk: DeskOf, submission: str, person: Person = EXPERT):
    return next((r for r in desk(person).submission(submission).reviews if r.person == person.account), None)


async def test_every_change_is_saved_as_a_draft(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        await until(pilot, lambda: isinstance(app.focused, Choice))
        await pilot.press("n", "tab")
        await pilot.press(*"地图有误")
        line = RUBRIC.lines[0]
        screen.query_one(f"#score-{line.id}", Input).focus()
        await pilot.press("9")
        screen.query_one("#notes", TextArea).focus()
        await pilot.press(*"好")
        await saved(pilot, screen)
        review = own(desk, ids["experts"])
        assert review.state == "draft"
        assert review.gate[RUBRIC.gate[0].id] == {"pass": False, "reason": "地图有误"}
        assert review.scores == {line.id: 9.0}
        assert review.notes == "好"


async def test_a_draft_comes_back(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    gate = {RUBRIC.gate[1].id: {"pass": True, "reason": ""}}
    desk(EXPERT).save_draft(ids["experts"], gate=gate, scores={RUBRIC.lines[1].id: 7.5}, notes="续写", seen=0)
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        assert screen.query_one(f"#gate-{RUBRIC.gate[1].id}", Choice).answer is True
        assert screen.query_one(f"#score-{RUBRIC.lines[1].id}", Input).value == "7.5"
        assert screen.query_one("#notes", TextArea).text == "续写"
        assert "合计 7.5 分" in screen_text(app)


async def test_a_score_out_of_range_is_marked_and_not_saved(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        field = screen.query_one(f"#score-{RUBRIC.lines[0].id}", Input)
        field.focus()
        await pilot.press("9", "9")
        await until(pilot, lambda: field.has_class("wrong"))
        await pilot.press("backspace")
        await saved(pilot, screen)
        assert not field.has_class("wrong")
        assert own(desk, ids["experts"]).scores == {RUBRIC.lines[0].id: 9.0}


async def test_submitting_wants_everything_then_seals_and_opens_the_others(
    opened: Open, ids: dict[str, str], desk: DeskOf
) -> None:
    gate = {point.id: {"pass": True, "reason": ""} for point in RUBRIC.gate}
    scores = {line.id: line.maximum - 1 for line in RUBRIC.lines[1:]}
    desk(EXPERT).save_draft(ids["experts"], gate=gate, scores=scores, notes="", seen=0)
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        assert "自己提交后" in screen._others().plain
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, AttestScreen))
        await pilot.press("y")
        await until(pilot, lambda: any(n.severity == "error" for n in app._notifications))
        assert own(desk, ids["experts"]).state == "draft"
        screen.query_one(f"#score-{RUBRIC.lines[0].id}", Input).focus()
        await pilot.press("9")
        await saved(pilot, screen)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, AttestScreen))
        await pilot.press("y")
        await until(pilot, lambda: screen.own is not None and screen.own.state == "submitted")
        assert not screen.editable
        assert EXPERTS[0].account in screen._others().plain


async def test_the_same_person_in_two_terminals_overwrites_nothing(
    opened: Open, ids: dict[str, str], desk: DeskOf
) -> None:
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        line = RUBRIC.lines[0]
        field = screen.query_one(f"#score-{line.id}", Input)
        field.focus()
        await pilot.press("5")
        await saved(pilot, screen)
        app.desk.changed = _never  # the other terminal's change is not noticed before the next key
        other = own(desk, ids["experts"])
        desk(EXPERT).save_draft(
            ids["experts"], gate={}, scores={line.id: 11.0}, notes="另一个窗口", seen=other.revision
        )
        field.value = "6"
        await until(pilot, lambda: any(n.severity == "error" for n in app._notifications))
        await until(pilot, lambda: field.value == "11")
        assert own(desk, ids["experts"]).scores == {line.id: 11.0}


async def _never() -> bool:
    return False


async def test_the_office_looks_and_can_not_write(opened: Open, ids: dict[str, str]) -> None:
    async with opened(person=OFFICE) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        assert not screen.editable
        assert all(field.disabled for field in screen.query(Input))
        assert "合计 90 分" in screen._others().plain
        assert "只能查看" in screen_text(app)
