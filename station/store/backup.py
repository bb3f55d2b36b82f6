"""Backup: a consistent copy while others write, checked before it appears under its name."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from station.errors import Unavailable, UsageError, system_words
from station.store import audit
from station.store.connection import Store, translated
from station.store.submissions import new_id


@dataclass(frozen=True)
class BackupReport:
    """What was written."""

    bytes: int
    audit_rows: int
    head: str
    """`SEQ:HASH` of the last row of the audit log in the copy."""


def backup(store: Store, target: Path) -> BackupReport:
    """Write a copy to `target`, which must not exist. Others may go on writing meanwhile.

    The copy is made beside it, checked (SQLite's own check, foreign keys, the audit chain), synced to disk and then given
    its name in one step. Raises UsageError where `target` exists, Unavailable where it can't be written or fails its check.
    """
    if os.path.lexists(target):
        raise UsageError("desk.backup-there", path=str(target))
    part = target.with_name(f".{new_id()}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with translated(part):
            store.db.conn.execute("VACUUM INTO ?", (str(part),))
        report = _checked(part, target)
        _sync(part)
        _give_name(part, target)
        _sync(target.parent)
    except FileExistsError as error:
        raise UsageError("desk.backup-there", path=str(target)) from error
    except OSError as error:
        raise Unavailable("desk.backup-failed", path=str(target), detail=system_words(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return report


def _checked(part: Path, target: Path) -> BackupReport:
    connection = sqlite3.connect(f"{part.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    copy = Store(Database(connection, execute_plugins=False), part)
    try:
        states = [next(iter(row.values())) for row in copy.rows("PRAGMA integrity_check")]
        orphans = copy.rows("PRAGMA foreign_key_check")
        report = audit.verify(copy)
    finally:
        copy.close()
    problems = [state for state in states if state != "ok"] + [f"{row['table']}: foreign key" for row in orphans]
    problems += [problem.message for problem in report.problems]
    if problems:
        raise Unavailable("desk.backup-unsound", path=str(target), detail=", ".join(problems[:3]))
    return BackupReport(part.stat().st_size, report.rows, report.head)


def _give_name(part: Path, target: Path) -> None:
    """A link never replaces what has appeared meanwhile; where the file system has none, a rename after a look."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(str(target)) from None
        part.rename(target)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
