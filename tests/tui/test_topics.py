"""The topics on a real desk: what the rows say, the first check, the vote, a tie decided by marks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fixture_station import OFFICE, OPERATOR, config_at
from rich.cells import cell_len
from seat import Open, screen_text, until
from textual.pilot import Pilot

from station.config import RoundSection
from station.desk import Desk
from station.people import Person
from station.rounds import SHIPPED
from station.topics.types import TopicState
from tests.station.topic_forms import topic, write_toml
from tui.app import ReviewApp
from tui.screens.topic_question import TopicQuestion
from tui.screens.topics import TopicsScreen

DeskOf = Callable[[Person], Desk]
GROUP = Person("shili-zuzhang", frozenset({"group"}), "示例小组", "示例小组成员")


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    folder = tmp_path / "forms"
    folder.mkdir()
    for number in range(1, 5):
        write_toml(folder / f"{number}.toml", [topic(number)])
    write_toml(folder / "5.toml", [topic(5, lecturer="", title="[/x] 示例选题5")])
    (folder / "6.docx").write_bytes(b"")
    return folder


def collect(desk: DeskOf, forms: Path) -> None:
    desk(OPERATOR).topics.import_forms([forms], date(2022, 2, 20))


async def shown(app: ReviewApp, pilot: Pilot[None]) -> TopicsScreen:
    await pilot.press("f3")
    await until(pilot, lambda: isinstance(app.screen, TopicsScreen) and app.screen._stamp, "the topics are read")
    assert isinstance(app.screen, TopicsScreen)
    return app.screen


async def asked(app: ReviewApp, pilot: Pilot[None]) -> TopicQuestion:
    await until(pilot, lambda: isinstance(app.screen, TopicQuestion) and app.screen.is_mounted, "it is asked")
    assert isinstance(app.screen, TopicQuestion)
    return app.screen


async def answer(app: ReviewApp, pilot: Pilot[None], *texts: str) -> None:
    """One question after the other."""
    before = None
    for text in texts:
        await until(pilot, lambda before=before: app.screen is not before, "the next question")
        before = await asked(app, pilot)
        await until(pilot, lambda: app.focused is not None, "the field has the keys")
        app.focused.value = text  # type: ignore[union-attr]
        await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, TopicsScreen), "back")


async def test_rows_counts_and_details_fit_in_both_languages_and_sizes(opened: Open, desk: DeskOf, forms: Path) -> None:
    collect(desk, forms)
    for size in ((80, 24), (160, 48)):
        async with opened(size) as (app, pilot):
            screen = await shown(app, pilot)
            assert len(screen.table.rows) == 5
            screen.table.move_to(4)
            await until(pilot, lambda app=app: "示例基地5" in screen_text(app), "the chosen one whole")
            for word in ("待初核 5", "! 1", "010-00000000", "授课教师"):
                assert word in screen_text(app)
            for _ in range(2):
                assert {cell_len(line) for line in screen_text(app).split("\n")} == {size[0]}
                await pilot.press("f2")
                await pilot.pause()
            await pilot.press("f2")
            await pilot.pause()
            assert "to check 5" in screen_text(app)


async def test_import_check_and_list_from_the_screen(opened: Open, forms: Path, tmp_path: Path) -> None:
    async with opened(person=OPERATOR) as (app, pilot):
        screen = await shown(app, pilot)
        assert "按 i 导入征集表" in screen_text(app)
        await pilot.press("i")
        await answer(app, pilot, str(forms))
        await until(pilot, lambda: len(screen.table.rows) == 5, "the forms are in")
        await until(pilot, lambda: "6.docx" in screen_text(app), "the bad file is told")
        assert all(row.problems for row in screen.table.rows), "they came after the deadline of 2022"
        await pilot.press("A")
        await until(pilot, lambda: "没有可以处理的选题" in screen_text(app), "none is without a problem")
        screen.table.move_to(0)
        await pilot.press("a")
        await answer(app, pilot, "示例：延期")
        await until(pilot, lambda: screen.table.rows[0].state is TopicState.ACCEPTED, "accepted")
        screen.table.move_to(4)
        await pilot.press("r")
        await asked(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "请写明理由" in screen_text(app) or "理由" in screen_text(app))
        assert isinstance(app.screen, TopicQuestion)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TopicsScreen), "let be")
        assert screen.table.rows[4].state is TopicState.COLLECTED
        await pilot.press("c")
        await pilot.pause()
        assert "协调小组" in screen_text(app)


async def test_a_tie_is_marked_and_chosen(desk: DeskOf, forms: Path, root: Path, tmp_path: Path) -> None:
    import station.rounds as rounds  # noqa: PLC0415

    collect(desk, forms)
    operator, office = desk(OPERATOR).topics, desk(OFFICE).topics
    operator.check(operator.unproblematic(), accept=True)
    operator.check([5], accept=False, reason="示例")
    votes = tmp_path / "votes.csv"
    votes.write_text("编号,票数\n1,9\n2,5\n3,5\n4,5\n", encoding="utf-8")
    text = Path(rounds.__file__).with_name(SHIPPED).read_text(encoding="utf-8")
    (tmp_path / "round.toml").write_text(text.replace("chosen = 30", "chosen = 2"), encoding="utf-8")
    office.count_votes(votes)
    app = ReviewApp(replace(config_at(root), round=RoundSection(str(tmp_path / "round.toml"))), GROUP)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: app.ready)
        screen = await shown(app, pilot)
        await until(pilot, lambda: "末位同票 3 个，余 1 个名额，已标 0 个" in screen_text(app))
        await pilot.press("c")
        await until(pilot, lambda: "请用空格标出入选者" in screen_text(app))
        screen.table.move_to(0)
        await pilot.press("space")
        assert screen._picked == set(), "it is in by its votes"
        screen.table.move_to(2)
        await pilot.press("space")
        assert screen._picked == {3}
        await pilot.press("c")
        await answer(app, pilot, "示例：领域急需")
        await until(pilot, lambda: [r.number for r in screen.table.rows if r.state is TopicState.CHOSEN] == [1, 3])
        assert all(r.due_on for r in screen.table.rows if r.state is TopicState.CHOSEN)
        await pilot.press("f", "f", "f", "f")
        await until(pilot, lambda: [r.number for r in screen.table.rows] == [1, 3], "the chosen ones alone")


async def test_a_change_made_elsewhere_shows(opened: Open, desk: DeskOf, forms: Path) -> None:
    collect(desk, forms)
    async with opened(person=OFFICE) as (app, pilot):
        screen = await shown(app, pilot)
        desk(OPERATOR).topics.check([2], accept=True)
        await until(pilot, lambda: screen.table.rows[1].state is TopicState.ACCEPTED, "the other's check")
        await pilot.press("a")
        await until(pilot, lambda: "业务员" in screen_text(app), "told who may")
        await pilot.press("o", "escape")
        await until(pilot, lambda: not isinstance(app.screen, TopicsScreen), "back to the queue")


async def test_first_check_votes_and_choice_are_taken_back_and_links_made(
    opened: Open, desk: DeskOf, forms: Path, tmp_path: Path
) -> None:
    collect(desk, forms)
    operator, office, group = desk(OPERATOR).topics, desk(OFFICE).topics, desk(GROUP).topics
    operator.check([1, 2, 3, 4, 5], accept=True, reason="示例")
    async with opened(person=OPERATOR) as (app, pilot):
        screen = await shown(app, pilot)
        await pilot.press("u")
        await asked(app, pilot)
        await pilot.press("y")
        await until(pilot, lambda: screen.table.rows[0].state is TopicState.COLLECTED, "it waits again")
    operator.check([1], accept=True)
    (tmp_path / "votes.csv").write_text("编号,票数\n1,9\n2,5\n", encoding="utf-8")
    for _ in range(2):
        office.count_votes(tmp_path / "votes.csv", source=f"示例{_}")
    async with opened(person=OFFICE) as (app, pilot):
        screen = await shown(app, pilot)
        await pilot.press("V")
        await answer(app, pilot, "2", "示例：重复")
        await until(pilot, lambda: screen.table.rows[0].votes == 9, "the second no longer counts")
    assert [one.reason for one in office.imports()] == ["", "示例：重复"]
    group.choose([], date(2022, 3, 1))
    async with opened(person=GROUP) as (app, pilot):
        screen = await shown(app, pilot)
        await pilot.press("U")
        await answer(app, pilot, "示例：重投")
        await until(pilot, lambda: {row.state for row in screen.table.rows} == {TopicState.ACCEPTED}, "all as before")
    group.choose([], date(2022, 3, 1))
    work = operator.links()[0].submission_id
    async with opened(person=OPERATOR) as (app, pilot):
        screen = await shown(app, pilot)
        await pilot.press("l")
        await answer(app, pilot, work, "示例：改过名称")
        await until(pilot, lambda: {one.submission_id: one.number for one in operator.links()}[work] == 1, "linked")
        await pilot.press("L")
        await answer(app, pilot, work, "示例：误关联")
        await until(
            pilot, lambda: {one.submission_id: one.number for one in operator.links()}[work] is None, "not any more"
        )


async def test_corrected_forms_replace(opened: Open, desk: DeskOf, forms: Path) -> None:
    collect(desk, forms)
    write_toml(forms / "1.toml", [topic(1, summary="示例更正")])
    async with opened(person=OPERATOR) as (app, pilot):
        await shown(app, pilot)
        await pilot.press("I")
        await answer(app, pilot, str(forms / "1.toml"))
        await until(pilot, lambda: desk(OPERATOR).topics.topic(1).summary == "示例更正", "exchanged")
