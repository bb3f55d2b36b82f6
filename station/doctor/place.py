"""The station: configuration, account, folders, disk, database, daemon."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from station.config import Config
from station.devices import device_phrase
from station.doctor.lines import Level, Line, bad, ok, warn
from station.errors import NotAllowed, StationError, system_words
from station.people import identify
from station.store.health import Health, inspect
from station.text import Phrase

SCARCE_GIB, EXHAUSTED_GIB = 50.0, 2.0
"""Free space: a lesson of 45 minutes at 20 Mbit/s is 7 GiB."""
FEW_FILES = 10_000
STALE_SECONDS = 15.0
"""The daemon beats once a second."""
GIB = 2**30


def look_at_account(config: Config, environment: dict[str, str]) -> Iterator[Line]:
    """Who is at the keyboard, and what they may do."""
    try:
        person = identify(config, environment)
    except NotAllowed as error:
        yield Line("account", Level.BAD, error.message, dict(error.params), "doctor.do.account-sudo")
        return
    params = {"account": person.account, "roles": ", ".join(sorted(person.roles)) or "-", "origin": person.origin}
    if not config.people:
        yield ok("account", "account-alone", **params)
    elif person.roles:
        yield ok("account", "account", **params)
    else:
        yield warn("account", "account", "account", **params)


def look_at_folders(config: Config) -> Iterator[Line]:
    """The station's folder and its inbox: there, writable, and on which file system."""
    root, inbox = config.root, config.inbox
    if not root.is_dir():
        if root.exists():
            yield bad("root", "not-a-folder", "not-a-folder", path=str(root))
        elif os.access(existing(root), os.W_OK):
            yield warn("root", "root-none", "root-none", path=str(root))
        else:
            yield bad("root", "root-none", "root-denied", path=str(root))
        return
    yield _folder("root", root)
    if inbox.is_dir():
        line = _folder("inbox", inbox)
        apart = line.level is Level.OK and inbox.stat().st_dev != root.stat().st_dev
        yield warn("inbox", "inbox-apart", "inbox-apart", path=str(inbox)) if apart else line
    else:
        yield warn("inbox", "inbox-none", "root-none", path=str(inbox))


def _folder(topic: str, path: Path) -> Line:
    if os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return ok(topic, "folder", path=str(path))
    return bad(topic, "folder-denied", "folder-denied", path=str(path))


def existing(path: Path) -> Path:
    """The nearest folder above that is there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def look_at_disk(config: Config) -> Iterator[Line]:
    """Free space where the station writes (for this account, not for root)."""
    try:
        room = os.statvfs(existing(config.root))
    except OSError as error:
        yield bad("disk", "disk-unknown", "folder-denied", path=str(config.root), detail=system_words(error))
        return
    free = room.f_bavail * room.f_frsize / GIB
    params = {
        "free": f"{free:.1f}",
        "total": f"{room.f_blocks * room.f_frsize / GIB:.1f}",
        "path": str(existing(config.root)),
    }
    if free < EXHAUSTED_GIB or (room.f_files and room.f_favail < FEW_FILES // 10):
        yield bad("disk", "disk", "disk", **params)
    elif free < SCARCE_GIB or (room.f_files and room.f_favail < FEW_FILES):
        yield warn("disk", "disk", "disk", **params)
    else:
        yield ok("disk", "disk", **params)


def look_at_database(config: Config) -> Iterator[Line]:
    """The database as it is (nothing is changed), who has it open, and the daemon's last sign of life."""
    path = config.database
    if not path.exists():
        yield warn("database", "database-none", "root-none", path=str(path))
        return
    try:
        health = inspect(path)
    except StationError as error:
        holders = ", ".join(open_by(path)) or "-"
        yield Line(
            "database", Level.BAD, error.message, {**error.params, "holders": holders}, "doctor.do.database-holders"
        )
        return
    yield _schema(path, health)
    yield from _storage(path, health)
    yield _daemon(health, datetime.now(UTC))


def _schema(path: Path, health: Health) -> Line:
    params = {"path": str(path), "submissions": health.submissions, "sqlite": health.sqlite, "size": _size(path)}
    if health.newer:
        return bad("database", "database-newer", "database-newer", names=", ".join(health.newer), **params)
    if health.complaint:
        return bad("database", "database-damaged", "database-damaged", detail=health.complaint, **params)
    if health.pending:
        return warn("database", "database-older", "database-older", names=", ".join(health.pending), **params)
    return ok("database", "database", **params)


def _storage(path: Path, health: Health) -> Iterator[Line]:
    holders = ", ".join(open_by(path)) or "-"
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        yield bad("storage", "storage-readonly", "folder-denied", path=str(path), holders=holders)
    elif health.journal != "wal":
        yield warn("storage", "storage-journal", "storage-journal", journal=health.journal, holders=holders)
    else:
        yield ok("storage", "storage", journal=health.journal, holders=holders)


def _size(path: Path) -> str:
    files = (path, path.with_name(path.name + "-wal"))
    return f"{sum(file.stat().st_size for file in files if file.exists()) / 2**20:.1f}"


def _daemon(health: Health, now: datetime) -> Line:
    beat = health.beat
    if beat is None:
        return warn("daemon", "daemon-none", "daemon")
    params = {
        "pid": beat["pid"],
        "host": beat["host"],
        "at": datetime.fromisoformat(beat["beat_at"]).astimezone().isoformat(sep=" ", timespec="seconds"),
        "device": device_phrase(beat["device"]),
        "state": Phrase(f"daemon.state.{beat['state']}"),
    }
    if beat["state"] == "stopped":
        return warn("daemon", "daemon-stopped", "daemon", **params)
    age = (now - datetime.fromisoformat(beat["beat_at"])).total_seconds()
    if age > STALE_SECONDS:
        return bad("daemon", "daemon-stale", "daemon-stale", seconds=round(age), **params)
    return ok("daemon", "daemon", **params)


def open_by(path: Path, processes: Path = Path("/proc")) -> list[str]:
    """`name (pid)` of every process that has the file open, as far as this account may see."""
    try:
        wanted = path.stat()
        folders = sorted((entry for entry in processes.iterdir() if entry.name.isdigit()), key=lambda e: int(e.name))
    except OSError:
        return []
    return [f"{_name(entry)} ({entry.name})" for entry in folders if _holds(entry, wanted)]


def _holds(process: Path, wanted: os.stat_result) -> bool:
    try:
        for descriptor in (process / "fd").iterdir():
            try:
                if os.path.samestat(descriptor.stat(), wanted):
                    return True
            except OSError:
                continue
    except OSError:
        return False
    return False


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "?"


def last_written(config: Config) -> datetime | None:
    """When this station last wrote to its database; None where there is none."""
    try:
        return datetime.fromtimestamp(config.database.stat().st_mtime, UTC)
    except OSError:
        return None
