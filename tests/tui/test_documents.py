"""Documents from the screens: letter, opinion, the catalogue and its workbook, each in the station's folder."""

from collections.abc import Callable
from pathlib import Path

from bagit import Bag
from docx import Document
from fixture_station import OFFICE, OPERATOR
from openpyxl import load_workbook
from seat import Open, screen_text, until
from textual.pilot import Pilot

from station.desk import Desk
from station.people import Person
from tui.app import ReviewApp
from tui.screens.catalogue import CatalogueScreen
from tui.screens.submission import SubmissionScreen
from tui.screens.topic_question import TopicQuestion


async def show(app: ReviewApp, pilot: Pilot[None], submission: str) -> SubmissionScreen:
    screen = SubmissionScreen(submission)
    await app.push_screen(screen)
    await until(pilot, lambda: screen.view is not None, "the submission is read")
    return screen


def exported(root: Path) -> list[Path]:
    return sorted((root / "exports").glob("[!.]*"))


async def test_a_letter_lies_in_the_stations_folder(opened: Open, ids: dict[str, str], root: Path) -> None:
    async with opened(person=OPERATOR) as (app, pilot):
        await show(app, pilot, ids["faulty"])
        await pilot.press("L")
        told = await until(pilot, lambda: [n.message for n in app._notifications], "it says where")
        (path,) = exported(root)
        assert str(path) in told[0]
        assert ids["faulty"] in path.name
        lines = [paragraph.text for paragraph in Document(str(path)).paragraphs]
        assert lines[0] == "公需科目课件退回修改通知（稿）"
        await pilot.press("L")
        await until(pilot, lambda: len(exported(root)) == 2, "the second has a name of its own")


async def test_an_opinion_waits_until_all_are_sealed(opened: Open, ids: dict[str, str], root: Path) -> None:
    async with opened(person=OFFICE) as (app, pilot):
        await show(app, pilot, ids["experts"])
        await pilot.press("O")
        await until(pilot, lambda: any(n.severity == "error" for n in app._notifications), "it is refused")
        assert exported(root) == []
        await show(app, pilot, ids["catalogued"])
        await pilot.press("O")
        await until(pilot, lambda: exported(root), "it is written")


async def test_an_expert_is_told_why_not(opened: Open, ids: dict[str, str], root: Path) -> None:
    async with opened(person=Person("shili-zhuanjia", frozenset({"expert"}), "示例研究院")) as (app, pilot):
        await show(app, pilot, ids["experts"])
        await pilot.press("L")
        await until(pilot, lambda: app._notifications)
        assert [n.message for n in app._notifications] == ["只有业务员和办公室可以导出文书"]
        assert exported(root) == []


async def test_the_catalogue_shows_the_goal_and_is_written(opened: Open, ids: dict[str, str], root: Path) -> None:
    async with opened(person=OFFICE) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CatalogueScreen) and app.screen.table.rows, "it is read")
        await pilot.pause()
        text = screen_text(app)
        assert "30 学时以上" in text
        entry = app.screen.table.rows[0]
        assert entry.id == ids["catalogued"]
        assert entry.serial in text
        await pilot.press("x")
        (path,) = await until(pilot, lambda: exported(root), "it is written")
        assert load_workbook(path)["目录"]["A3"].value == entry.serial
        await pilot.press("f2")
        await until(pilot, lambda: "Serial" in screen_text(app), "the other language")


async def test_looking_at_the_catalogue_is_no_export(opened: Open, root: Path) -> None:
    async with opened(person=Person("shili-zhuanjia", frozenset({"expert"}), "示例研究院")) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CatalogueScreen))
        await pilot.press("x")
        await until(pilot, lambda: app._notifications)
        assert exported(root) == []


async def test_bundle_hours_and_ranking_from_the_catalogue(
    opened: Open, desk: Callable[[Person], Desk], root: Path, tmp_path: Path
) -> None:
    async with opened(person=OFFICE) as (app, pilot):
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CatalogueScreen) and app.screen.table.rows, "it is read")
        entry = app.screen.table.rows[0]
        await pilot.press("h")
        await until(pilot, lambda: [p for p in exported(root) if p.name.startswith("ledger-")], "the hours")
        numbers = tmp_path / "numbers.csv"
        numbers.write_text(f"id,learners,response\n{entry.id},100,90\n", encoding="utf-8")
        await pilot.press("e")
        await until(
            pilot, lambda: isinstance(app.screen, TopicQuestion) and app.focused is not None, "it asks for the file"
        )
        app.focused.value = str(numbers)
        await pilot.press("enter")
        (book,) = await until(
            pilot, lambda: [p for p in exported(root) if p.name.startswith("excellent-")], "the ranking"
        )
        assert entry.title in str([cell.value for row in load_workbook(book).worksheets[0].rows for cell in row])
        store = desk(OFFICE).store  # the sample station has no renditions
        for lesson in store.rows("SELECT id, ordinal FROM lessons WHERE submission_id = ?", (entry.id,)):
            place = f"submissions/{entry.id}/lessons/{lesson['ordinal']}/rendition.mp4"
            (root / place).parent.mkdir(parents=True, exist_ok=True)
            (root / place).write_bytes(b"rendition")
            store.execute("UPDATE lessons SET rendition = ? WHERE id = ?", (place, lesson["id"]))
        await pilot.press("b")
        await until(pilot, lambda: any("/bundle-" in n.message for n in app._notifications), "it says where")
        (bag,) = (path for path in exported(root) if path.name.startswith("bundle-"))
        assert Bag(str(bag)).is_valid()
    exports = [row for row in desk(OFFICE).log(entry.id) if row.action == "export"]
    assert [row.object for row in exports] == ["document:bundle"]
