"""An expert's form on a real desk: draft at every change, sealing, conflicts, who sees what."""

from collections.abc import Callable

import pytest
from fixture_station import EXPERTS, OFFICE
from seat import Open, screen_text, until
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from station.desk import Desk
from station.errors import NotAllowed
from station.people import Person
from station.rubric import default_rubric
from tui.app import ReviewApp
from tui.screens.asking import AskScreen
from tui.screens.modals import AttestScreen
from tui.screens.panel import PanelScreen
from tui.screens.queue import QueueScreen
from tui.screens.score import ScoreScreen
from tui.timed import parse
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


def signed(desk: DeskOf, submission: str) -> None:
    """The expert's draft with its gate signed."""
    gate = {point.id: {"pass": True, "reason": ""} for point in RUBRIC.gate}
    revision = desk(EXPERT).save_draft(submission, gate=gate, scores={}, notes="", seen=0)
    desk(EXPERT).sign_gate(submission, seen=revision)


def own(desk: DeskOf, submission: str, person: Person = EXPERT):
    return next((r for r in desk(person).submission(submission).reviews if r.person == person.account), None)


async def test_every_change_is_saved_as_a_draft(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        await until(pilot, lambda: isinstance(app.focused, Choice))
        await pilot.press("n", "tab")
        await pilot.press(*"地图有误")
        assert all(field.disabled for field in screen.query(".points")), "the gate comes first"
        screen.query_one("#notes", TextArea).focus()
        await pilot.press(*"好")
        await saved(pilot, screen)
        review = own(desk, ids["experts"])
        assert review.state == "draft"
        assert review.gate[RUBRIC.gate[0].id] == {"pass": False, "reason": "地图有误"}
        assert review.scores == {}
        assert review.notes == "好"


async def test_a_draft_comes_back(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    gate = {point.id: {"pass": True, "reason": ""} for point in RUBRIC.gate}
    desk(EXPERT).save_draft(ids["experts"], gate=gate, scores={RUBRIC.lines[1].id: 7.5}, notes="续写", seen=0)
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        assert screen.query_one(f"#gate-{RUBRIC.gate[1].id}", Choice).answer is True
        assert screen.query_one(f"#score-{RUBRIC.lines[1].id}", Input).value == "7.5"
        assert screen.query_one("#notes", TextArea).text == "续写"
        assert "合计 7.5 分" in screen_text(app)


async def test_a_score_out_of_range_is_marked_and_not_saved(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    signed(desk, ids["experts"])
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
    signed(desk, ids["experts"])
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


async def test_keys_of_a_slow_line_that_come_in_one_bundle_go_where_they_were_meant(
    opened: Open, ids: dict[str, str], desk: DeskOf
) -> None:
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        await until(pilot, lambda: isinstance(app.focused, Choice))
        for _ in RUBRIC.gate:
            for key in ("y", "tab", "tab"):
                app.post_message(events.Key(key, key if key == "y" else None))
        await until(
            pilot, lambda: len(own(desk, ids["experts"]).gate if own(desk, ids["experts"]) else ()) == len(RUBRIC.gate)
        )
        await saved(pilot, screen)
        assert {answer["pass"] for answer in own(desk, ids["experts"]).gate.values()} == {True}


async def test_the_office_looks_and_can_not_write(opened: Open, ids: dict[str, str]) -> None:
    async with opened(person=OFFICE) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        assert not screen.editable
        assert all(field.disabled for field in screen.query(Input))
        assert "合计 90 分" in screen._others().plain
        assert "只能查看" in screen_text(app)


async def test_the_gate_is_signed_before_the_scores_open(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        await until(pilot, lambda: isinstance(app.focused, Choice))
        assert "F6" in screen_text(app)
        for point in RUBRIC.gate:
            screen.query_one(f"#gate-{point.id}", Choice).focus()
            await pilot.press("y")
        await saved(pilot, screen)
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("y")
        await until(pilot, lambda: screen.scoring)
        assert own(desk, ids["experts"]).gate_signed
        assert all(choice.disabled for choice in screen.query(Choice))
        field = screen.query_one(f"#score-{RUBRIC.lines[0].id}", Input)
        await until(pilot, lambda: app.focused is field)
        await pilot.press("9")
        await saved(pilot, screen)
        assert own(desk, ids["experts"]).scores == {RUBRIC.lines[0].id: 9.0}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_no_stops_the_scoring_and_the_panel_shows_it(
    opened: Open, ids: dict[str, str], desk: DeskOf, language: str
) -> None:
    gate = {point.id: {"pass": True, "reason": ""} for point in RUBRIC.gate}
    gate[RUBRIC.gate[4].id] = {"pass": False, "reason": "示例：地图有误"}
    desk(EXPERTS[2]).sign_gate(
        ids["experts"], seen=desk(EXPERTS[2]).save_draft(ids["experts"], gate=gate, scores={}, notes="", seen=0)
    )
    signed(desk, ids["experts"])
    async with opened(person=EXPERT, language=language) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        assert screen.stopped
        assert all(field.disabled for field in screen.query(".points"))
        panel = PanelScreen(ids["experts"])
        await app.push_screen(panel)
        await until(pilot, lambda: panel.view is not None and "地图有误" in panel._result().plain.replace("\n", ""))
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.focused is not None)
        await pilot.press(*"无误", "enter")
        await until(pilot, lambda: panel.view.stops[0].second_person == EXPERT.account)
    async with opened(person=OFFICE, language=language) as (app, pilot):
        panel = PanelScreen(ids["experts"])
        await app.push_screen(panel)
        await until(pilot, lambda: panel.view is not None)
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.focused is not None)
        await pilot.press(*"解除", "enter")
        await until(pilot, lambda: panel.view.stops[0].decision == "lifted")
        assert ("解除" if language == "zh" else "lifted") in screen_text(app)


async def test_notes_at_timecodes_are_typed_and_taken_away(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    signed(desk, ids["experts"])
    async with opened(person=EXPERT) as (app, pilot):
        screen = await show(app, pilot, ids["experts"])
        for typed, count in (
            ("2 12:34.5 术语有误", 1),
            ("9 1:00 没有这一课", 1),
            ("x", 1),
            ("1 0:05 好", 2),
            ("-1", 1),
        ):
            await pilot.press("f9")
            await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.focused is not None)
            app.screen.query_one("#reason", Input).value = typed
            await pilot.press("enter")
            await until(pilot, lambda: app.screen is screen)
            await until(pilot, lambda n=count: len(screen.timed) == n)
        await saved(pilot, screen)
        assert own(desk, ids["experts"]).timed == ({"lesson": 1, "at": 5.0, "text": "好"},)
        assert "00:05.0" in screen._timed().plain


async def test_standing_aside_closes_the_work(opened: Open, ids: dict[str, str], desk: DeskOf) -> None:
    async with opened(person=EXPERT) as (app, pilot):
        await show(app, pilot, ids["experts"])
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.focused is not None)
        await pilot.press(*"示例", "enter")
        await until(pilot, lambda: isinstance(app.screen, QueueScreen))
        await until(pilot, lambda: ids["experts"] not in {row.id for row in app.screen.table.rows})
        with pytest.raises(NotAllowed):
            desk(EXPERT).submission(ids["experts"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [("2 12:34.5 词", (2, 754.5, "词")), ("1 1:02:03 词", (1, 3723.0, "词")), ("1 0:75 词", None), ("12:34 词", None), ("1 2:03", None)],
)  # fmt: skip
def test_a_timed_note_as_it_is_typed(typed: str, found: tuple[int, float, str] | None) -> None:
    assert parse(typed) == found
