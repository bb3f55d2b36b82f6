"""The daemon's one row: who runs, what it does, what it waits for. Screens read it; only the daemon writes it."""

import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.store.connection import Store, utc_now
from station.store.names import stored


@dataclass(frozen=True)
class Beat:
    """What the daemon says of itself once a second."""

    pid: int
    host: str
    device: str
    """What measures, and why."""
    state: str
    """`starting`, `idle`, `taking`, `measuring`, `stopping` or `stopped`: text ids `daemon.state.<word>`."""
    started_at: str
    waiting: Sequence[dict[str, Any]] = ()
    """Drops in the inbox that are not taken in yet: {name, message, params}."""


def beat(store: Store, value: Beat) -> None:
    """Write the row."""
    with store.transaction() as db:
        db.conn.execute(
            "INSERT OR REPLACE INTO daemon(id, pid, host, device, state, started_at, beat_at, waiting)"
            " VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
            (
                value.pid,
                value.host,
                stored(value.device),
                value.state,
                value.started_at,
                utc_now(),
                stored(json.dumps(list(value.waiting), ensure_ascii=False)),
            ),
        )


def read(store: Store) -> dict[str, Any] | None:
    """The row with `waiting` as a list, or None where no daemon ever ran here. One that died on this machine is `stopped`."""
    rows = store.rows("SELECT pid, host, device, state, started_at, beat_at, waiting FROM daemon WHERE id = 1")
    if not rows:
        return None
    row = {**rows[0], "waiting": json.loads(rows[0]["waiting"])}
    return {**row, "state": "stopped", "waiting": []} if _gone(row["host"], row["pid"]) else row


def _gone(host: str, pid: int) -> bool:
    """Whether the process is known to have ended: a killed daemon can't write that it stopped. Only its own machine knows."""
    if host != socket.gethostname() or pid < 1:
        return False
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False
