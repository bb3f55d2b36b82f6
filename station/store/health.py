"""Looking at a database without changing it: for `station doctor`, also on one that is damaged, locked or too new."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from station.errors import Unavailable
from station.store import heartbeat
from station.store.connection import Store, translated
from station.store.schema import migrations

PATIENCE = 2.0
"""Seconds to wait for a lock."""


@dataclass(frozen=True)
class Health:
    """What was found."""

    sqlite: str
    """Version of the library."""
    journal: str
    """`wal` where all is as it should be."""
    pending: tuple[str, ...]
    """Migrations that this program would apply."""
    newer: tuple[str, ...]
    """Migrations that this program does not know."""
    complaint: str
    """First line of SQLite's quick check; empty where it found nothing."""
    submissions: int
    beat: dict[str, Any] | None
    """The daemon's row, or None where none ever ran."""


def inspect(path: Path) -> Health:
    """Open read-only and look. Raises Unavailable: missing, locked, unreadable, no database."""
    if not path.exists():
        raise Unavailable("error.database-missing", path=str(path))
    with translated(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None
        )
        store = Store(Database(connection, execute_plugins=False), path)
        try:
            return _look(store)
        finally:
            store.close()


def _look(store: Store) -> Health:
    known = [migration.name for migration in migrations.pending(Database(memory=True))]
    tables = {row["name"] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    applied = [migration.name for migration in migrations.applied(store.db)] if "_sqlite_migrations" in tables else []
    checked = [str(next(iter(row.values()))) for row in store.rows("PRAGMA quick_check(1)")]
    current = not (set(known) ^ set(applied))
    return Health(
        sqlite=sqlite3.sqlite_version,
        journal=str(store.rows("PRAGMA journal_mode")[0]["journal_mode"]),
        pending=tuple(name for name in known if name not in applied),
        newer=tuple(name for name in applied if name not in known),
        complaint="" if checked == ["ok"] else "; ".join(checked)[:200],
        submissions=store.rows("SELECT count(*) AS n FROM submissions")[0]["n"] if "submissions" in tables else 0,
        beat=heartbeat.read(store) if current else None,
    )
