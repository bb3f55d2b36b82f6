"""Lock, log, systemd's messages, places: the small parts of the daemon's life."""

import json
import logging
import os
import socket
import sys
from pathlib import Path

import pytest

from daemon.job import Pace
from daemon.lock import only_daemon, owner_name
from daemon.log import LOGGER, close_log, open_log
from daemon.notify import notify, watched
from daemon.places import places_of
from gpu.measure import Progress
from station.config import Config, StationSection
from station.errors import Unavailable, UsageError
from station.text import Phrase, say


def test_one_daemon_a_station(tmp_path: Path):
    with only_daemon(tmp_path / "lock"):
        with pytest.raises(Unavailable) as caught, only_daemon(tmp_path / "lock"):
            pass
        assert caught.value.params["pid"] == str(os.getpid())
    with only_daemon(tmp_path / "lock"):
        pass


def test_a_lock_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "lock").mkdir()
    with pytest.raises(Unavailable) as caught, only_daemon(tmp_path / "lock"):
        pass
    assert caught.value.message == "daemon.error.folders"
    assert "Errno" not in say(caught.value.message, "zh", **caught.value.params)


def test_every_run_has_its_own_name():
    assert owner_name() != owner_name()


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify(READY="1", STATUS="空闲")
        assert ear.recv(200).decode() == "READY=1\nSTATUS=空闲"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@nobody-listens", "relative"])
def test_without_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch, address: str):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify(READY="1")


def test_the_watchdog_of_another_process_is_not_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WATCHDOG_USEC", "30000000")
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert not watched()
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert watched()


def test_a_phrase_in_a_line_is_said(tmp_path: Path):
    log = open_log(tmp_path, "zh")
    try:
        log.info("daemon.log.started", root="r", workers=1, device=Phrase("device.reason.no-cuda-driver"))
    finally:
        close_log()
    line = json.loads((tmp_path / "watch.jsonl").read_text(encoding="utf-8"))
    assert line["device"] == say("device.reason.no-cuda-driver")
    assert line["device"] in line["text"]


def test_one_line_an_event_and_nothing_a_terminal_obeys(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    log = open_log(tmp_path, "en")
    try:
        log.info("daemon.log.taken", name="a\nb\x1b[31m\u202e\udcff", id="1")
        log.failure("daemon.log.intake-failed", OSError(5, "x\ny"), name="[@click=x]")
        logging.getLogger(LOGGER).warning("from elsewhere\n%s", "\x1b]0;x\x07")
    finally:
        close_log()
    lines = (tmp_path / "watch.jsonl").read_text(encoding="utf-8").splitlines()
    assert capsys.readouterr().err.splitlines() == lines
    assert len(lines) == 3
    assert not any(sign in line for line in lines for sign in "\x1b\x07\u202e")
    first = json.loads(lines[0])
    assert first["event"] == "daemon.log.taken"
    assert first["name"].startswith("a b")
    assert json.loads(lines[1])["level"] == "error"


def test_the_station_may_not_lie_in_its_own_inbox(tmp_path: Path):
    with pytest.raises(UsageError):
        places_of(Config(tmp_path / "config.toml", StationSection(inbox=str(tmp_path))))


def test_progress_is_said_four_times_a_second_at_most():
    now, said = [0.0], []
    pace = Pace("job", said.append, lambda: now[0])
    for frame in range(1, 1001):
        now[0] = frame / 100
        pace.observe(Progress("measure", frame, 1000, frame / 25))
    assert 35 <= len(said) <= 41
    assert said[-1]["rate"] == pytest.approx(100, rel=0.01)


def test_help_loads_no_engine():
    code = (
        "import sys; from click.testing import CliRunner; from station.cli import root; "
        "r = CliRunner().invoke(root, ['watch', '--help']); assert r.exit_code == 0, r.output; "
        "sys.exit(bool({'distributed', 'av', 'watchdog'} & set(sys.modules)))"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0
