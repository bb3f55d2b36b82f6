"""Papers added from the submission's screen."""

from pathlib import Path

from fixture_station import OPERATOR
from seat import Open, screen_text, until

from station.papers import codec
from station.store import open_store
from tests.station.test_papers_added import FORM
from tui.app import ReviewApp
from tui.screens.asking import AskScreen
from tui.screens.submission import SubmissionScreen


def form_of(app: ReviewApp, id_: str) -> object:
    store = open_store(app.config.database)
    row = store.row("SELECT papers FROM submissions WHERE id = ?", (id_,))
    store.close()
    assert row is not None
    return codec.from_json(row["papers"]).form


async def test_a_form_is_added(opened: Open, ids: dict[str, str], tmp_path: Path) -> None:
    form = tmp_path / "submission.toml"
    form.write_text(FORM, encoding="utf-8")
    async with opened(person=OPERATOR) as (app, pilot):
        screen = SubmissionScreen(ids["single"])
        await app.push_screen(screen)
        await until(pilot, lambda: screen.view is not None)
        for path, told in ((tmp_path / "gone", "不是普通文件"), (form, "材料已补入")):
            await pilot.press("p")
            await until(pilot, lambda: isinstance(app.screen, AskScreen) and app.focused is not None)
            await pilot.press(*str(path), "enter")
            await until(pilot, lambda told=told: told in screen_text(app))
    found = form_of(app, ids["single"])
    assert found is not None
    assert found.topics[0].lecturer == "示例教师甲"  # type: ignore[attr-defined]


async def test_not_once_the_experts_have_it(opened: Open, ids: dict[str, str]) -> None:
    async with opened(person=OPERATOR) as (app, pilot):
        screen = SubmissionScreen(ids["experts"])
        await app.push_screen(screen)
        await until(pilot, lambda: screen.view is not None)
        await pilot.press("p")
        await until(pilot, lambda: not isinstance(app.screen, AskScreen) and app._notifications)
        assert app.screen is screen
