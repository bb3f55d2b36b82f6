"""Opening the database: WAL, foreign keys, migrations; errors of SQLite turned into ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from station.errors import Unavailable
from station.store.schema import migrations

BUSY_SECONDS = 15.0


def utc_now() -> str:
    """ISO 8601, UTC, microseconds: sorts as text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Store:
    """One connection. Not shared between threads: each thread opens its own."""

    def __init__(self, database: Database, path: Path) -> None:
        self.db = database
        self.path = path

    @contextmanager
    def transaction(self) -> Iterator[Database]:
        """A short write transaction that takes the write lock at once, so that what it read still holds when it writes."""
        with translated(self.path):
            if self.db.conn.in_transaction:
                yield self.db
                return
            self.db.conn.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.conn.rollback()
                raise
            self.db.conn.commit()

    def rows(self, sql: str, params: Any = ()) -> list[dict[str, Any]]:
        """All rows of a query as dictionaries."""
        with translated(self.path):
            return list(self.db.query(sql, params))

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


def open_store(path: Path, *, create: bool = True) -> Store:
    """Open, and bring to this program's version. Raises Unavailable: locked, read-only, damaged, or from a newer program."""
    if not create and not path.exists():
        raise Unavailable("error.database-missing", path=str(path))
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        database = Database(connection)
        _migrate(database, path)
        return Store(database, path)


def _migrate(database: Database, path: Path) -> None:
    if not _pending(database, path):
        return
    with Store(database, path).transaction():  # two programs may start at once: one migrates, the other finds it done
        if _pending(database, path):
            migrations.apply(database)


def _pending(database: Database, path: Path) -> bool:
    known = {migration.name for migration in migrations.pending(Database(memory=True))}
    applied = {migration.name for migration in migrations.applied(database)}
    if newer := applied - known:
        raise Unavailable("error.database-newer", path=str(path), detail=", ".join(sorted(newer)))
    return bool(known - applied)
