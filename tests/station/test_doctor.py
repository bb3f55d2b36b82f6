"""`station doctor`: every state of a machine and a station that we can bring about, told with what to do."""

import fcntl
import json
import os
import pty
import pwd
import re
import socket
import sqlite3
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import root
from station.config import Config, EngineSection, load_config
from station.devices import device_phrase
from station.doctor import Level, Line, look_around, worst
from station.doctor.lines import bad, ok, warn
from station.doctor.machine import look_at_clock, look_at_device, look_at_encoders, look_at_memory
from station.doctor.place import existing, look_at_account, look_at_database, look_at_disk, look_at_folders, open_by
from station.doctor.terminal import cells_of, look_at_terminal
from station.store.connection import open_store
from station.store.heartbeat import Beat, beat
from station.store.schema import migrations
from station.text import LANGUAGES, catalogue, say


def told(lines: Iterator[Line]) -> dict[str, tuple[str, str]]:
    """topic → (level, last part of the message's id); all must be sayable."""
    found = {}
    for line in lines:
        for language in LANGUAGES:
            assert say(line.message, language, **line.params)
            assert say(f"doctor.topic.{line.topic}", language)
            assert not line.advice or say(line.advice, language, **line.params)
        assert (line.level is Level.OK) == (not line.advice)
        found[line.topic] = (str(line.level), line.message.split(".")[-1])
    return found


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration whose station does not exist yet."""
    (tmp_path / "config.toml").write_text("", encoding="utf-8")
    return load_config(tmp_path / "config.toml")


@pytest.fixture
def made(config: Config) -> Config:
    """The same with folders and an empty database."""
    config.inbox.mkdir(parents=True)
    open_store(config.database).close()
    return config


# The machine.


def test_device_and_encoders_of_this_machine() -> None:
    assert told(look_at_device(EngineSection(device="cpu")))["device"] == ("ok", "device")
    assert told(look_at_device(EngineSection()))["device"][0] in {"ok", "warn"}
    assert told(look_at_encoders())["encoder"][0] == "ok"


def test_a_device_that_is_wanted_and_not_there() -> None:
    if told(look_at_device(EngineSection()))["device"] == ("ok", "device"):
        pytest.skip("this machine has a CUDA device")
    assert told(look_at_device(EngineSection(device="cuda")))["device"] == ("bad", "device-missing")


@pytest.mark.parametrize(
    ("content", "workers", "expected"),
    [("MemTotal:       16777216 kB\n", 2, ("ok", "memory")), ("MemTotal:        4194304 kB\n", 2, ("warn", "memory")),
     ("nonsense", 2, ("ok", "memory-unknown")), ("MemTotal: x kB", 1, ("ok", "memory-unknown"))],
)  # fmt: skip
def test_memory(tmp_path: Path, content: str, workers: int, expected: tuple[str, str]) -> None:
    (tmp_path / "meminfo").write_text(content)
    assert told(look_at_memory(EngineSection(workers=workers), tmp_path / "meminfo"))["memory"] == expected
    assert told(look_at_memory(EngineSection(workers=workers), tmp_path / "gone"))["memory"] == ("ok", "memory-unknown")


def test_clock() -> None:
    now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert told(look_at_clock(now))["clock"] == ("ok", "clock")
    assert told(look_at_clock(now, now - timedelta(days=1)))["clock"] == ("ok", "clock")
    assert told(look_at_clock(now, now + timedelta(hours=1)))["clock"] == ("bad", "clock-back")
    assert told(look_at_clock(datetime(1970, 1, 1, tzinfo=UTC)))["clock"] == ("bad", "clock-early")


# The terminal.


@contextmanager
def terminal(answer: bytes | None, size: tuple[int, int] = (120, 40)) -> Iterator[int]:
    """A terminal's descriptor, and on its other end a thread that answers where the cursor is with `answer`."""
    screen, own = pty.openpty()
    os.set_blocking(screen, True)
    fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def answering() -> None:
        heard = b""
        while b"\x1b[6n" not in heard:
            try:
                heard += os.read(screen, 64)
            except OSError:
                return
        if answer is not None:
            os.write(screen, answer)

    thread = threading.Thread(target=answering, daemon=True)
    thread.start()
    try:
        yield own
        thread.join(5)
    finally:
        os.close(own)
        os.close(screen)


TRUE = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"\x1b[12;2R", ("ok", "width")),
        (b"\x1b[12;3R", ("warn", "width-wide")),
        (b"ls\r\x1b[1;2R", ("ok", "width")),
        (b"\x1b[?1;2c", ("ok", "width-unknown")),
        (b"", ("ok", "width-unknown")),
    ],
)
def test_width_of_ambiguous_signs(answer: bytes, expected: tuple[str, str]) -> None:
    with terminal(answer) as descriptor:
        found = told(look_at_terminal(TRUE, "utf-8", terminal=descriptor))
    assert found["width"] == expected
    assert found["terminal"] == ("ok", "terminal-size")
    assert found["colours"] == ("ok", "colours-true")


def test_the_terminal_is_left_as_it_was() -> None:
    with terminal(b"\x1b[1;2R") as descriptor:
        before = termios.tcgetattr(descriptor)
        assert cells_of("x", descriptor) == 1
        assert termios.tcgetattr(descriptor) == before


def test_what_is_no_terminal_has_no_width(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+b") as file:
        assert cells_of("x", file.fileno()) is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm", "COLORTERM": "24bit"}, ("ok", "colours-true")),
        ({"TERM": "xterm-256color"}, ("warn", "colours-256")),
        ({"TERM": "tmux-256color", "TMUX": "x"}, ("warn", "colours-256")),
        ({"TERM": "xterm"}, ("warn", "colours-16")),
        ({"TERM": "dumb"}, ("bad", "colours-none")),
        ({}, ("bad", "colours-none")),
        ({**TRUE, "NO_COLOR": ""}, ("warn", "colours-off")),
    ],
)
def test_colours(environment: dict[str, str], expected: tuple[str, str]) -> None:
    with terminal(b"\x1b[1;2R", size=(79, 24)) as descriptor:
        found = told(look_at_terminal(environment, "utf-8", terminal=descriptor))
    assert found["colours"] == expected
    assert found["terminal"] == ("warn", "terminal-size")


@pytest.mark.parametrize(
    ("encoding", "level"),
    [("utf-8", "ok"), ("UTF8", "ok"), ("ascii", "bad"), ("gbk", "bad"), ("", "bad"), ("zz", "bad")],
)
def test_encoding(encoding: str, level: str) -> None:
    found = told(look_at_terminal({}, encoding, terminal=None))
    assert found["locale"][0] == level
    assert found["terminal"] == ("ok", "terminal-none")


# The station.


def test_no_station_yet(config: Config) -> None:
    assert told(look_at_folders(config)) == {"root": ("warn", "root-none")}
    assert told(look_at_database(config)) == {"database": ("warn", "database-none")}
    assert told(look_at_disk(config))["disk"][1] == "disk"
    assert not config.root.exists()


def test_a_fresh_station(made: Config) -> None:
    assert told(look_at_folders(made)) == {"root": ("ok", "folder"), "inbox": ("ok", "folder")}
    assert told(look_at_database(made)) == {
        "database": ("ok", "database"),
        "storage": ("ok", "storage"),
        "daemon": ("warn", "daemon-none"),
    }


def test_looking_changes_nothing(made: Config) -> None:
    before = made.database.read_bytes()
    told(look_at_database(made))
    assert made.database.read_bytes() == before


def test_a_file_where_the_station_should_be(config: Config) -> None:
    config.root.write_text("x")
    assert told(look_at_folders(config)) == {"root": ("bad", "not-a-folder")}


def test_a_missing_inbox(made: Config) -> None:
    made.inbox.rmdir()
    assert told(look_at_folders(made))["inbox"] == ("warn", "inbox-none")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folders_without_permission(made: Config) -> None:
    made.inbox.chmod(0o500)
    assert told(look_at_folders(made))["inbox"] == ("bad", "folder-denied")
    made.database.chmod(0o400)
    assert told(look_at_database(made))["storage"] == ("bad", "storage-readonly")


def test_a_database_of_a_newer_program(made: Config) -> None:
    store = open_store(made.database)
    with store.transaction() as db:
        db["_sqlite_migrations"].insert(
            {"migration_set": migrations.name, "name": "from_the_future", "applied_at": "2099-01-01"}
        )
    store.close()
    assert told(look_at_database(made))["database"] == ("bad", "database-newer")


def test_an_empty_database_is_an_older_one(config: Config) -> None:
    config.root.mkdir()
    sqlite3.connect(config.database).close()
    config.database.touch()
    assert told(look_at_database(config))["database"] == ("warn", "database-older")


@pytest.mark.parametrize(
    "content", [b"this is no database, but long enough to be looked at " * 40, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_damaged_database(config: Config, content: bytes) -> None:
    config.root.mkdir()
    config.database.write_bytes(content)
    assert told(look_at_database(config))["database"] == ("bad", "database-damaged")


def test_a_page_destroyed_in_the_middle(made: Config) -> None:
    store = open_store(made.database)
    store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    data = bytearray(made.database.read_bytes())
    data[4096 * 3 : 4096 * 4] = b"\xee" * 4096
    made.database.write_bytes(data)
    assert told(look_at_database(made))["database"] == ("bad", "database-damaged")


def test_a_locked_database_names_who_holds_it(made: Config) -> None:
    holder = sqlite3.connect(made.database, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    lines = [line for line in look_at_database(made) if line.topic in {"database", "storage"}]
    assert any(str(os.getpid()) in line.params["holders"] for line in lines if "holders" in line.params)
    holder.close()


def test_who_has_a_file_open(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.touch()
    assert open_by(path) == []
    with path.open():
        assert [re.sub(r".*\((\d+)\)", r"\1", name) for name in open_by(path)] == [str(os.getpid())]
    assert open_by(tmp_path / "gone") == []
    assert open_by(path, tmp_path / "no-proc") == []


def test_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    assert existing(tmp_path / "a/b/c") == tmp_path


@pytest.mark.parametrize(
    ("state", "age", "expected"),
    [
        ("idle", 1, ("ok", "daemon")),
        ("measuring", 60, ("bad", "daemon-stale")),
        ("stopped", 900, ("warn", "daemon-stopped")),
    ],
)
def test_the_daemons_heartbeat(made: Config, state: str, age: int, expected: tuple[str, str]) -> None:
    store = open_store(made.database)
    beat(store, Beat(1, "示例主机", "cpu: x", state, "2026-01-01T00:00:00.000000+00:00"))
    then = (datetime.now(UTC) - timedelta(seconds=age)).isoformat(timespec="microseconds")
    with store.transaction() as db:
        db.conn.execute("UPDATE daemon SET beat_at = ?", (then,))
    store.close()
    assert told(look_at_database(made))["daemon"] == expected


@pytest.mark.parametrize(("here", "expected"), [(True, "daemon-stopped"), (False, "daemon")])
def test_a_daemon_that_was_killed_on_this_machine_is_not_told_as_running(
    made: Config, here: bool, expected: str
) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    store = open_store(made.database)
    host = socket.gethostname() if here else "示例主机"
    beat(store, Beat(dead.pid, host, "cpu: no CUDA driver", "measuring", "2026-01-01T00:00:00.000000+00:00"))
    store.close()
    assert told(look_at_database(made))["daemon"][1] == expected


def test_the_daemons_line_is_in_the_readers_language(made: Config) -> None:
    store = open_store(made.database)
    beat(store, Beat(1, "示例主机", "cpu: no CUDA driver", "measuring", "2026-01-01T00:00:00.000000+00:00"))
    store.close()
    line = next(line for line in look_at_database(made) if line.topic == "daemon")
    said = say(line.message, "zh", **line.params)
    assert say("daemon.state.measuring", "zh") in said
    assert say("device.reason.no-cuda-driver", "zh") in said
    assert "cpu: no CUDA driver" in say(line.message, "en", **line.params)
    assert device_phrase("cuda: NVIDIA H200") == "cuda: NVIDIA H200"


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ("", ("ok", "account-alone")),
        ('[people.ACCOUNT]\nroles = ["expert"]', ("ok", "account")),
        ('[people.other]\nroles = ["expert"]', ("warn", "account")),
    ],
)
def test_account(tmp_path: Path, people: str, expected: tuple[str, str]) -> None:
    account = pwd.getpwuid(os.getuid()).pw_name
    (tmp_path / "config.toml").write_text(people.replace("ACCOUNT", account), encoding="utf-8")
    assert told(look_at_account(load_config(tmp_path / "config.toml"), {}))["account"] == expected


def test_an_account_through_sudo_without_roots_configuration() -> None:
    (line,) = look_at_account(Config(), {"SUDO_USER": "someone", "SUDO_COMMAND": "station"})
    assert (line.level, line.message, line.advice) == (Level.BAD, "desk.config-foreign", "doctor.do.account-sudo")


# All of it.


def test_a_broken_configuration_is_a_line_and_the_rest_is_told(tmp_path: Path) -> None:
    for text in ("[staton]", "not toml", '[station]\nprofile = "x.toml"'):
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        found = told(look_around(tmp_path / "config.toml", encoding="utf-8", terminal=None))
        assert found["config"][0] == "bad"
        assert {"device", "encoder", "disk", "account", "clock", "fonts"} <= found.keys()


def test_a_broken_profile(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[station]\nprofile = "p.toml"', encoding="utf-8")
    (tmp_path / "p.toml").write_text("id = 3", encoding="utf-8")
    assert told(look_around(tmp_path / "config.toml", encoding="utf-8", terminal=None))["profile"][0] == "bad"


def test_the_worst_level() -> None:
    assert worst([]) is Level.OK
    assert worst([ok("disk", "disk"), warn("disk", "disk", "disk")]) is Level.WARN
    assert worst([bad("disk", "disk", "disk"), ok("disk", "disk")]) is Level.BAD


def test_json_with_no_station_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(root, ["--lang", "en", "doctor", "--json"])
    document = json.loads(result.stdout)
    assert result.exit_code == (1 if document["level"] == "bad" else 0)
    assert document["schema"] == 1
    assert {line["topic"] for line in document["lines"]} >= {"device", "encoder", "database", "disk", "locale"}
    assert all(line["text"] for line in document["lines"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_for_people_and_exit_code(tmp_path: Path, language: str) -> None:
    (tmp_path / "config.toml").write_text("[staton]", encoding="utf-8")
    result = CliRunner().invoke(root, ["--lang", language, "--config", str(tmp_path / "config.toml"), "doctor"])
    assert result.exit_code == 1
    assert say("doctor.level.bad", language) in result.stdout
    assert say("doctor.topic.encoder", language) in result.stdout


def test_no_text_of_the_doctor_is_left_over(repository: Path) -> None:
    """Every `doctor.says` and `doctor.do` stands in the code, and the other way round."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (repository / "station/doctor").glob("*.py"))
    for key in catalogue("zh"):
        if key.startswith(("doctor.says.", "doctor.do.")):
            assert f'"{key.split(".")[-1]}"' in code or key in code, key
