"""`station tui` as a person meets it: a real process on a real pseudo-terminal, its screen read by a terminal emulator."""

import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from terminal import DEADLINE, Terminal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tui"))
import fixture_station

from station.desk import Desk
from station.findings import Verdict
from station.store import audit, open_store
from station.workflow import State


@pytest.fixture
def station(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """config.toml of a sample station, and the ids of its submissions."""
    ids = fixture_station.build(tmp_path / "station-data")
    config = tmp_path / "config.toml"
    config.write_text("[review]\nseparate_roles = false\n", encoding="utf-8")
    return config, ids


@pytest.fixture
def sit(station: tuple[Path, dict[str, str]]) -> Iterator[Callable[..., Terminal]]:
    """Opens terminals on the station."""
    terminals: list[Terminal] = []

    def open_terminal(*options: str, **how: bool) -> Terminal:
        terminals.append(Terminal(station[0], *options, **how))
        return terminals[-1]

    yield open_terminal
    for terminal in terminals:
        terminal.close()


def other_desk(config: Path) -> Desk:
    root = config.parent / "station-data"
    settings = fixture_station.config_at(root)
    return fixture_station.desk_of(open_store(settings.database), settings, fixture_station.OPERATOR)


def open_by_filter(terminal: Terminal, unit: str) -> None:
    """To the one submission of a unit."""
    terminal.see("示例课程")
    terminal.press("/")
    terminal.see("筛选：课程名")
    terminal.press(unit)
    terminal.see(f"/{unit}")
    terminal.press("\r\r")  # the first ends the filter, the second opens: typed ahead, as people do


def test_open_waive_approve_quit(station: tuple[Path, dict[str, str]], sit: Callable[..., Terminal]) -> None:
    config, ids = station
    me = sit()
    open_by_filter(me, "示例单位己")
    me.see("12:34.2")
    me.see("黑场 2.4 秒")
    me.press("w")
    me.see("豁免这个问题")
    me.press("片头转场")
    me.see("片头转场")
    me.press("\r")
    me.see("豁免：")
    me.press("a")
    me.see("初检 > 专家评审")
    me.press("y")
    me.wait(lambda: "专家评审" in me.text.split("\n")[0], "approved")
    me.press("\x1b")
    me.see("结论 / 进度")
    me.press("q")
    assert me.ended() == 0
    desk = other_desk(config)
    view = desk.submission(ids["single"])
    assert (view.state, view.verdict) == (State.EXPERT_REVIEW, Verdict.PASS)
    waiver = view.lessons[0].findings[0].waiver
    assert waiver is not None
    assert waiver.reason == "片头转场"
    assert [row.action for row in desk.log(view.id)][-2:] == ["waive", "approve"]
    assert not audit.verify(desk.store).problems


def test_two_people_see_each_other(station: tuple[Path, dict[str, str]], sit: Callable[..., Terminal]) -> None:
    config, ids = station
    one, two = sit(), sit("--lang", "en")
    open_by_filter(one, "示例单位己")
    one.see("黑场 2.4 秒")
    two.see("triage")
    one.press("r")
    one.see("初检 > 已退回修改")
    one.press("重做\r")
    one.wait(lambda: "已退回修改" in one.text.split("\n")[0], "returned")
    done = time.monotonic()
    two.wait(
        lambda: any("returned" in line and "科学精神" in line.replace(" ", "") for line in two.text.split("\n")),
        "the other sees it",
    )
    assert other_desk(config).submission(ids["single"]).state is State.RETURNED
    assert time.monotonic() - done < DEADLINE
    for terminal in (one, two):
        terminal.press("\x11")
        assert terminal.ended() == 0


@pytest.mark.parametrize("ignored", [False, True], ids=["hup", "hup-ignored"])
def test_a_dropped_line_ends_the_process(sit: Callable[..., Terminal], ignored: bool) -> None:
    me = sit(ignore_hup=ignored)
    me.see("示例课程")
    me.hang_up()
    me.ended()


def test_the_terminal_is_left_as_it_was_found(sit: Callable[..., Terminal]) -> None:
    me = sit("--readonly")
    me.see("[只读]")
    cooked = termios.ECHO | termios.ICANON
    assert not termios.tcgetattr(me.master)[3] & cooked
    me.press("\x11")
    assert me.ended() == 0
    assert termios.tcgetattr(me.master)[3] & cooked == cooked
