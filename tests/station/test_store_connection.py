"""Opening the database: locked, read-only, damaged, newer; transactions and snapshots."""

import multiprocessing
import os
import signal
import sqlite3
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from station.errors import ExitCode, StationError, Unavailable
from station.store import open_store
from station.store.audit import append, verify
from station.store.connection import storable, to_json, utc_now
from station.text import say
from tests.station.room import Room


def message(error: StationError, language: str = "zh") -> str:
    return say(error.message, language, **error.params)


def test_a_new_file_gets_the_tables_and_the_safe_settings(tmp_path: Path) -> None:
    store = open_store(tmp_path / "deep" / "station.db")
    settings = {name: store.rows(f"PRAGMA {name}")[0][name] for name in ("journal_mode", "foreign_keys", "synchronous")}
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}
    strict = {row["name"]: row["strict"] for row in store.rows("PRAGMA table_list") if row["type"] == "table"}
    ours = {name for name in strict if not name.startswith(("sqlite_", "_sqlite"))}
    assert {"submissions", "audit", "waivers", "reviews", "findings", "outcomes", "lessons", "works", "jobs"} <= ours
    assert all(strict[name] for name in ours)


def test_nobody_else_can_open_the_file(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.received()
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("station-data/station.db*")}
    assert set(modes.values()) == {0o600}, modes
    assert "station.db-wal" in modes


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.received()
    room.store.close()
    assert open_store(room.config.database).rows("SELECT id FROM submissions") == [{"id": id_}]


def test_foreign_keys_hold(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        open_store(tmp_path / "a.db").execute(
            "INSERT INTO lessons(id, submission_id, ordinal, title, file, sha256, bytes) VALUES('l', 'no', 1, '', '', '', 1)"
        )


@pytest.mark.parametrize(
    "content", [b"this is no database, but a long enough text to have a header" * 30, b"\0" * 5000]
)
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "station.db"
    path.write_bytes(content)
    with pytest.raises(Unavailable) as caught:
        open_store(path)
    assert caught.value.message == "error.database-damaged"
    assert caught.value.exit_code == ExitCode.COULD_NOT
    assert str(path) in message(caught.value)


def test_a_file_with_a_damaged_page_is_told_when_it_is_read(tmp_path: Path) -> None:
    room = Room(tmp_path)
    for number in range(200):
        room.received(f"课{number}")
    room.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = room.store.rows("PRAGMA page_size")[0]["page_size"]
    page = room.store.rows("SELECT rootpage FROM sqlite_master WHERE name = 'audit'")[0]["rootpage"]
    room.store.close()
    with room.config.database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(Unavailable, match=r"error\.database-damaged"):
        open_store(room.config.database).rows("SELECT * FROM audit")


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.store.execute(
        "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES('review-station', 'from_the_future', '')"
    )
    room.store.close()
    before = room.config.database.read_bytes()
    with pytest.raises(Unavailable) as caught:
        open_store(room.config.database)
    assert caught.value.message == "error.database-newer"
    assert "from_the_future" in message(caught.value, "en")
    assert room.config.database.read_bytes() == before


def test_a_locked_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    room = Room(tmp_path)
    holder = room.another_store()
    waiting = open_store(room.config.database, busy_seconds=0.05)
    with holder.transaction():
        with pytest.raises(Unavailable) as caught, waiting.transaction():
            pass
        assert waiting.rows("SELECT count(*) AS n FROM submissions") == [{"n": 0}], "reading goes on"
    assert caught.value.message == "error.database-locked"
    assert "station doctor" in message(caught.value)
    with waiting.transaction():
        pass


def test_a_missing_file_is_made_only_where_wanted(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"error\.database-missing"):
        open_store(tmp_path / "station.db", create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "station.db").mkdir()
    with pytest.raises(Unavailable, match=r"error\.database-unopenable"):
        open_store(tmp_path / "station.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match=r"error\.database-unopenable"):
        open_store(tmp_path / "file" / "station.db")


def _write_as_nobody(path: str) -> str:
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        append(open_store(Path(path)), person="p", role="r", origin="", action="a", submission_id=None, object="",
               before={}, after={})  # fmt: skip
    except Unavailable as error:
        return error.message
    return "written"


@pytest.mark.parametrize("folder_mode", [0o755, 0o777])
def test_a_read_only_file_is_told(folder_mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "station.db"
        open_store(path).close()
        path.chmod(0o444)
        folder.chmod(folder_mode if os.getuid() == 0 else folder_mode & 0o577)
        with multiprocessing.get_context("fork").Pool(1) as pool:
            told = pool.apply(_write_as_nobody, (str(path),))
        folder.chmod(0o755)
    assert told in {"error.database-readonly", "error.database-unopenable"}


def test_a_failing_transaction_leaves_nothing_and_frees_the_lock(tmp_path: Path) -> None:
    room = Room(tmp_path)

    def fails() -> None:
        with room.store.transaction(), room.store.transaction():
            room.store.execute("INSERT INTO works VALUES('w', 't', 'a', 't', 'a', '')")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert room.store.rows("SELECT * FROM works") == []
    with room.another_store().transaction():
        pass


def test_a_snapshot_does_not_see_what_is_committed_meanwhile(tmp_path: Path) -> None:
    room = Room(tmp_path)
    other = Room(tmp_path)
    version = room.store.data_version()
    with room.store.snapshot():
        assert room.store.rows("SELECT * FROM works") == []
        other.received()
        assert room.store.rows("SELECT * FROM works") == []
    assert len(room.store.rows("SELECT * FROM works")) == 1
    assert room.store.data_version() != version


def _open(path: str) -> int:
    store = open_store(Path(path))
    tables = len(store.rows("SELECT name FROM sqlite_master WHERE type = 'table'"))
    store.close()
    return tables


def _die_in_the_middle(path: str, ready: Connection) -> None:
    store = open_store(Path(path))
    with store.transaction():
        append(store, person="p", role="r", origin="", action="a", submission_id=None, object="", before={}, after={})
        store.execute("UPDATE submissions SET state = 'published'")
        ready.send(True)
        signal.pause()


def test_a_process_killed_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    room = Room(tmp_path)
    id_ = room.triage()
    rows = verify(room.store).rows
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(
        target=_die_in_the_middle, args=(str(room.config.database), theirs)
    )
    process.start()
    assert ours.poll(20)
    process.kill()
    process.join(20)
    assert process.exitcode == -signal.SIGKILL
    room.move(id_, "approve", room.desk("op", "operator"))
    report = verify(room.store)
    assert (report.sound, report.rows) == (True, rows + 1)


def test_programs_that_start_at_once_on_a_new_station_all_open_it(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        tables = pool.map(_open, [str(tmp_path / "station.db")] * 8)
    assert len(set(tables)) == 1


def test_stored_forms() -> None:
    assert storable("a\udc80b\0") == "a?b\ufffd"
    assert to_json({"b": "示", "a": {2, 1}}) == '{"a":[1,2],"b":"\\u793a"}'
    assert utc_now() < utc_now() or len(utc_now()) == 32
