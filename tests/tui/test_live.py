"""Looking again costs what changed: on the desk, and on the screen. And what the machine is doing is told as it is."""

import json
import os
import random
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fixture_station
from click.testing import CliRunner
from fixture_station import EXPERTS, OPERATOR, config_at
from seat import Open, screen_text, until

from station.cli import root as cli
from station.desk import Desk
from station.errors import StationError
from station.people import Person
from station.store import Store, heartbeat, jobs, open_store, submissions
from station.store.connection import utc_now
from tui.screens.phrases import daemon_word
from tui.widgets.table import VirtualTable
from tui.words import Words

BEAT = heartbeat.Beat(4242, "sample-host", "cpu: no CUDA driver", "measuring", "2026-01-01T00:00:00+00:00")


def some_step(store: Store, desk: Desk, chance: random.Random, number: int) -> None:
    """Anything that a daemon or a person may do next."""
    kind = chance.randrange(7)
    if kind == 0:
        new = fixture_station.new_submission(f"示例新课程{number}", "示例单位新", number, 2)
        submissions.register(store, new, drop_id=f"later-{number}", submission_id=submissions.new_id())
    elif kind == 1:
        jobs.claim(store, "sample-owner", "sample-worker")
    elif kind in {2, 3}:
        running = store.rows("SELECT id FROM jobs WHERE state = 'running'")
        if running and kind == 2:
            share = chance.random()
            jobs.progress(
                store, running[0]["id"], "sample-owner", stage="measure", share=share, per_second=9.0, eta=1.0
            )
        elif running:
            how = chance.choice([jobs.finish, lambda *a: jobs.fail(*a, jobs.Reason("reason.unreadable"))])
            how(store, chance.choice(running)["id"], "sample-owner")
    elif kind == 4:
        heartbeat.beat(store, BEAT)
    else:
        view = desk.submission(chance.choice(desk.queue()).id)
        try:
            desk.move(view.id, chance.choice(["approve", "return", "remeasure"]), seen=view.revision, reason="示例")
        except StationError:
            return


def test_looking_again_tells_what_reading_anew_tells(root: Path, me: Person) -> None:
    config = config_at(root)
    store, other = open_store(config.database), open_store(config.database)
    people = [fixture_station.desk_of(store, config, person) for person in (me, OPERATOR, EXPERTS[0])]
    acting = fixture_station.desk_of(other, config, me)
    chance = random.Random(2022)
    looks = {(desk, mine): desk.look(mine=mine) for desk in people for mine in (False, True)}
    for number in range(60):
        some_step(other, acting, chance, number)
        for (desk, mine), before in looks.items():
            now = desk.look(before, mine=mine)
            assert list(now.rows) == desk.queue(mine=mine), number
            assert desk.look(now, mine=mine) is now
            looks[desk, mine] = now


def test_a_heartbeat_is_no_change_and_unchanged_rows_are_kept(root: Path, me: Person, ids: dict[str, str]) -> None:
    config = config_at(root)
    store = open_store(config.database)
    desk = fixture_station.desk_of(store, config, me)
    first = desk.look()
    heartbeat.beat(store, BEAT)
    assert desk.look(first) is first
    desk.move(ids["faulty"], "withdraw", seen=desk.submission(ids["faulty"]).revision, reason="示例")
    second = desk.look(first)
    old = {row.id: row for row in first.rows}
    assert {row.id for row in second.rows if old[row.id] is not row} == {ids["faulty"], ids["measuring"]}
    assert desk.look(second, mine=True).rows != second.rows


async def test_a_heartbeat_paints_nothing(opened: Open, root: Path) -> None:
    async with opened() as (app, pilot):
        await until(pilot, lambda: "21%" in screen_text(app))
        await pilot.pause(0.5)
        store = open_store(config_at(root).database)
        painted: list[int] = []
        table: VirtualTable[object] = app.screen.table
        render = table.render_line
        table.render_line = lambda y: (painted.append(y), render(y))[1]  # type: ignore[method-assign]
        before = app.screen._daemon
        heartbeat.beat(store, BEAT)
        await until(pilot, lambda: app.screen._daemon != before)
        await pilot.pause()
        assert painted == []
        job = store.rows("SELECT id FROM jobs WHERE state = 'running'")[0]["id"]
        jobs.progress(store, job, "sample-owner", stage="measure", share=0.9, per_second=100.0, eta=12.0)
        await until(pilot, lambda: "45%" in screen_text(app))
        assert len(set(painted)) == 1


async def test_the_daemon_s_state_is_told_while_the_rows_are_held(opened: Open, root: Path) -> None:
    async with opened() as (app, pilot):
        await pilot.press("p")
        store = open_store(config_at(root).database)
        heartbeat.beat(store, heartbeat.Beat(4242, "sample-host", "cpu: x", "stopped", utc_now()))
        await until(pilot, lambda: "守护进程未运行" in screen_text(app))


def spoken(*, host: str, pid: int, age: float, state: str = "idle") -> str:
    beat_at = (datetime.now(UTC) - timedelta(seconds=age)).isoformat()
    row = {"pid": pid, "host": host, "device": "cpu: x", "state": state, "beat_at": beat_at, "waiting": []}
    return daemon_word(Words("zh"), row)


def test_a_daemon_that_stopped_was_killed_or_is_silent_is_told_so() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here, running, none = socket.gethostname(), "守护进程在运行（cpu）", "守护进程未运行（station watch）"
    assert daemon_word(Words("zh"), None) == none
    assert spoken(host=here, pid=ended.pid, age=0.2) == running
    assert spoken(host=here, pid=ended.pid, age=4) == none
    assert spoken(host=here, pid=os.getpid(), age=4) == running
    assert spoken(host="elsewhere", pid=ended.pid, age=4) == running
    assert spoken(host="elsewhere", pid=ended.pid, age=0, state="stopped") == none
    assert spoken(host=here, pid=os.getpid(), age=31.5) == "守护进程已 31 秒无响应"
    assert spoken(host="elsewhere", pid=1, age=185) == "守护进程已 3 分钟无响应"


def test_the_command_line_lists_drops_too(root: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"[station]\nroot = '{root}'\n", encoding="utf-8")
    said = CliRunner().invoke(cli, ["--config", str(config), "show", "--drops"])
    assert said.exit_code == 0, said.output
    for word in ("未收", "里面没有任何文件", "重复", "等待", "[/foo]", "refused/aside-0"):
        assert word in said.output, word
    assert "\x1b" not in said.output
    told = json.loads(CliRunner().invoke(cli, ["--config", str(config), "show", "--drops", "--json"]).output)
    assert [drop["state"] for drop in told["drops"]] == ["waiting", "refused", "duplicate", "refused"]


def test_who_may_have_to_stand_aside_is_told_no_drops(root: Path) -> None:
    config = config_at(root)
    store = open_store(config.database)
    assert fixture_station.desk_of(store, config, EXPERTS[0]).drops() == []
    assert len(fixture_station.desk_of(store, config, OPERATOR).drops()) == 4
