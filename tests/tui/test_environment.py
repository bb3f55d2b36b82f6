"""What stands before the app: environment, command line, the desk's thread, the line's watch."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from fixture_station import config_at, desk_of

from station.cli import root as station
from station.config import TuiSection
from station.errors import StationError, Unavailable
from station.people import Person
from station.store import open_store
from tui.app import line_gone
from tui.deskside import Deskside
from tui.environment import apply, textual_environment
from tui.overview import read_overview
from tui.pinyin import initials, matches


def test_colours_and_movement_are_set_for_textual() -> None:
    wanted = textual_environment(TuiSection(colour="16"), low_bandwidth=True)
    assert wanted["TEXTUAL_COLOR_SYSTEM"] == "standard"
    assert wanted["TEXTUAL_ANIMATIONS"] == "none"
    assert wanted["TEXTUAL_FPS"] == "4"
    assert "TEXTUAL_FPS" not in textual_environment(TuiSection(), low_bandwidth=False)


def test_what_the_person_set_stays() -> None:
    environment = {"TEXTUAL_COLOR_SYSTEM": "256"}
    apply({"TEXTUAL_COLOR_SYSTEM": "auto", "TEXTUAL_ANIMATIONS": "none"}, environment)
    assert environment == {"TEXTUAL_COLOR_SYSTEM": "256", "TEXTUAL_ANIMATIONS": "none"}


def test_the_command_and_the_first_paint_load_no_store_and_no_pictures() -> None:
    code = (
        "import sys, tui.command; assert 'textual' not in sys.modules; import tui.app;"
        "bad = {'sqlite3', 'sqlite_utils', 'PIL', 'numpy', 'av'} & sys.modules.keys(); sys.exit(', '.join(bad) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_a_terminal_the_command_says_what_to_do(root: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[station]\nroot = "{root}"\n', encoding="utf-8")
    result = CliRunner().invoke(station, ["--config", str(config), "tui"])
    assert isinstance(result.exception, Unavailable)
    assert result.exception.message == "tui.error.no-terminal"


def test_help_speaks_both_languages() -> None:
    for language, word in (("zh", "只看不改"), ("en", "change nothing")):
        result = CliRunner().invoke(station, ["--lang", language, "tui", "--help"])
        assert result.exit_code == 0
        assert word in result.output


async def test_the_desk_answers_in_order_and_failures_reach_the_caller(root: Path, me: Person) -> None:
    config = config_at(root)
    side = Deskside(lambda: desk_of(open_store(config.database), config, me))
    try:
        assert await side.changed()
        assert not await side.changed()
        rows = await asyncio.gather(*(side.call(lambda desk: len(desk.queue())) for _ in range(5)))
        assert rows == [10] * 5
        with pytest.raises(StationError):
            await side.call(lambda desk: desk.submission("01NOSUCHSUBMISSION"))
        assert len(await side.call(lambda desk: desk.queue())) == 10
    finally:
        side.close()


async def test_a_commit_elsewhere_is_seen(root: Path, me: Person, ids: dict[str, str]) -> None:
    config = config_at(root)
    side = Deskside(lambda: desk_of(open_store(config.database), config, me))
    try:
        await side.changed()
        other = desk_of(open_store(config.database), config, me)
        other.move(ids["faulty"], "withdraw", seen=other.submission(ids["faulty"]).revision, reason="示例")
        assert await side.changed()
        assert not await side.changed()
    finally:
        side.close()


def test_a_line_that_hung_up_is_noticed() -> None:
    master, slave = os.openpty()
    assert not line_gone(slave)
    os.close(master)
    assert line_gone(slave)
    os.close(slave)
    assert line_gone(slave)


def test_first_letters() -> None:
    assert initials("通过 退回a1") == "tgtha1"
    assert matches("tg", "通过")
    assert matches("", "通过")
    assert not matches("zz", "通过")


@pytest.mark.parametrize(
    "content", ["", "[]", '{"duration": "x"}', '{"duration": 3, "luma": ["a"]}', '{"duration": 3, "envelope": [1]}']
)
def test_a_strange_overview_is_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "overview.json"
    file.write_text(content, encoding="utf-8")
    assert read_overview(str(file)) is None


def test_an_overview_in_shares(tmp_path: Path) -> None:
    file = tmp_path / "overview.json"
    file.write_text(
        '{"duration": 10, "luma": [0, 255], "loudness": [null, -5], "envelope": [[0.5, 1], [0, 0.25]]}',
        encoding="utf-8",
    )
    overview = read_overview(str(file))
    assert overview is not None
    assert list(overview.luma) == [0.0, 1.0]
    assert list(overview.loudness) == [None, 1.0]
    assert overview.channels == [[0.5, 0.0], [1.0, 0.25]]
    assert read_overview(None) is None
