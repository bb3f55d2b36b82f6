"""Opening the database: WAL, foreign keys, migrations; errors of SQLite turned into ours."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from station.errors import Unavailable
from station.people import lecturer_keys
from station.store.schema import migrations

BUSY_SECONDS = 30.0
"""How long a writer waits for another's short transaction before a person is told."""


def utc_now() -> str:
    """ISO 8601, UTC, microseconds: sorts as text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def storable(text: str) -> str:
    """A person's words as the database can hold them: what is no Unicode text becomes `�`, NUL too."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd") if text else ""


def to_json(value: Any) -> str:
    """JSON in one canonical form, plain ASCII, so that any text can be stored and hashed; numbers of other libraries
    become Python's."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


class Store:
    """One connection. Not shared between threads: each thread opens its own."""

    def __init__(self, database: Database, path: Path) -> None:
        self.db = database
        self.path = path

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """A short write transaction that takes the write lock at once, so that what it read still holds when it
        writes. Inside another one it is part of that."""
        with self._within("BEGIN IMMEDIATE"):
            yield self.db

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads that all see the database as it stands at the first."""
        with self._within("BEGIN"):
            yield

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """A write transaction that is taken back at its end: what would be if it were written. Not inside another one."""
        with translated(self.path):
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                if self.db.conn.in_transaction:
                    self.db.conn.execute("ROLLBACK")

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        with translated(self.path):
            if self.db.conn.in_transaction:
                yield
                return
            self.db.conn.execute(begin)
            try:
                yield
                self.db.conn.execute("COMMIT")
            except BaseException:
                if self.db.conn.in_transaction:
                    self.db.conn.execute("ROLLBACK")
                raise

    def rows(self, sql: str, params: Any = ()) -> list[dict[str, Any]]:
        """All rows of a query as dictionaries."""
        with translated(self.path):
            cursor = self.db.conn.execute(sql, params)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def tuples(self, sql: str, params: Any = ()) -> list[tuple[Any, ...]]:
        """All rows of a query as they are."""
        with translated(self.path):
            return self.db.conn.execute(sql, params).fetchall()

    @contextmanager
    def damaged_text(self) -> Iterator[None]:
        """Text that is no UTF-8 any more is read with its bytes as lone surrogates, instead of failing."""
        before = self.db.conn.text_factory
        self.db.conn.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        try:
            yield
        finally:
            self.db.conn.text_factory = before

    def row(self, sql: str, params: Any = ()) -> dict[str, Any] | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, params)
        return rows[0] if rows else None

    def execute(self, sql: str, params: Any = ()) -> int:
        """Run one change inside an open transaction; how many rows it touched."""
        with translated(self.path):
            touched: int = self.db.conn.execute(sql, params).rowcount
            return touched

    def data_version(self) -> int:
        """Changes when another connection has committed (12 µs; poll it for live screens)."""
        version: int = self.db.conn.execute("PRAGMA data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Give the file back."""
        self.db.conn.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into `Unavailable` with what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        for sign, message in (
            ("locked", "error.database-locked"),
            ("readonly", "error.database-readonly"),
            ("full", "error.disk-full"),
            ("disk I/O", "error.database-io"),
            ("unable to open", "error.database-unopenable"),
        ):
            if sign in text:
                raise Unavailable(message, path=str(path), detail=text) from error
        raise
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise Unavailable("error.database-damaged", path=str(path), detail=str(error)) from error
        raise


def open_store(path: Path, *, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> Store:
    """Open, and bring to this program's version. Raises Unavailable: locked, read-only, damaged, or from a newer program."""
    if not create and not path.exists():
        raise Unavailable("error.database-missing", path=str(path))
    with translated(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists():  # sealed reviews stand in it: only the station's own account may open the file
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise Unavailable("error.database-unopenable", path=str(path), detail=str(error)) from error
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None)
        try:
            _use_wal(connection, time.monotonic() + busy_seconds)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.create_function("names_lecturer", 2, _names_lecturer, deterministic=True)
            database = Database(connection, execute_plugins=False)
            _migrate(database, path)
        except BaseException:
            connection.close()
            raise
        return Store(database, path)


def _names_lecturer(lecturer: str, keys: str) -> bool:
    """Whether one of `keys` (JSON) is a lecturer that the field names."""
    return not lecturer_keys(lecturer).isdisjoint(_parsed(keys))


@cache
def _parsed(keys: str) -> frozenset[str]:
    return frozenset(json.loads(keys))


def _use_wal(connection: sqlite3.Connection, deadline: float) -> None:
    """SQLite does not wait by itself where two programs turn a new file to WAL at once."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _migrate(database: Database, path: Path) -> None:
    if not _pending(database, path):
        return
    with Store(database, path).transaction():  # two programs may start at once: one migrates, the other finds it done
        if _pending(database, path):
            migrations.apply(database)


def _pending(database: Database, path: Path) -> bool:
    known = {migration.name for migration in migrations.pending(Database(memory=True, execute_plugins=False))}
    applied = {migration.name for migration in migrations.applied(database)}
    if newer := applied - known:
        raise Unavailable("error.database-newer", path=str(path), detail=", ".join(sorted(newer)))
    return bool(known - applied)
