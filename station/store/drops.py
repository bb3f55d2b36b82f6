"""Drops: what was taken from the inbox, and how far it has come. A row stands before the first file moves.

taking → taken → registered | refused | duplicate. Where the files are follows from the state and from what is on the
disk; `daemon.intake` says how. Paths are kept through `station.store.names`.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.store.connection import Store, utc_now
from station.store.names import restored, stored


@dataclass(frozen=True)
class Reason:
    """Why something is as it is: a text id and its places."""

    message: str
    params: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """As the store keeps it."""
        return stored(json.dumps({"message": self.message, "params": self.params}, ensure_ascii=False))


@dataclass(frozen=True)
class Drop:
    """One row."""

    id: str
    name: str
    """Safe to show."""
    source: Path
    """Where it lay in the inbox, absolute."""
    target: Path
    """Where it is moved to, relative to the station's folder."""
    state: str
    digest: str | None
    reason: dict[str, Any] | None
    submission_id: str | None
    at: str = ""
    """When it came as far as this: ISO 8601, UTC."""


def begin(store: Store, drop_id: str, *, name: str, source: Path, target: Path) -> None:
    """Write down that a drop is about to be moved."""
    now = utc_now()
    with store.transaction() as db:
        db.conn.execute(
            "INSERT INTO drops(id, name, source, target, state, created_at, updated_at) VALUES (?, ?, ?, ?, 'taking', ?, ?)",
            (drop_id, stored(name), stored(str(source)), stored(str(target)), now, now),
        )


def set_taken(store: Store, drop_id: str) -> None:
    """The files are in the station's hands, whole and verified."""
    _update(store, drop_id, state="taken")


def set_registered(store: Store, drop_id: str, *, submission_id: str, digest: str, notes: Reason | None = None) -> None:
    """The drop became a submission. `notes`: what was noticed on the way."""
    _update(
        store,
        drop_id,
        state="registered",
        submission_id=submission_id,
        digest=digest,
        reason=notes.to_json() if notes else None,
    )


def decide_refusal(store: Store, drop_id: str, reason: Reason, digest: str | None = None) -> None:
    """Write down that the drop is going to be refused, before it is moved: a `taken` drop with a reason."""
    _update(store, drop_id, state="taken", reason=reason.to_json(), digest=digest)


def set_refused(store: Store, drop_id: str, *, target: Path, duplicate: bool = False) -> None:
    """The drop is kept aside at `target` (relative to the station's folder), for the reason decided before."""
    _update(store, drop_id, state="duplicate" if duplicate else "refused", target=stored(str(target)))


def forget(store: Store, drop_id: str) -> None:
    """Nothing was moved and the sender took the files back: the row says nothing any more."""
    with store.transaction() as db:
        db.conn.execute("DELETE FROM drops WHERE id = ? AND state = 'taking'", (drop_id,))


def _update(store: Store, drop_id: str, **values: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    with store.transaction() as db:
        db.conn.execute(
            f"UPDATE drops SET {names}, updated_at = ? WHERE id = ?",  # noqa: S608 - names are this module's own
            (*values.values(), utc_now(), drop_id),
        )


def unfinished(store: Store) -> list[Drop]:
    """Drops on their way, oldest first."""
    return [_drop(row) for row in store.rows("SELECT * FROM drops WHERE state IN ('taking', 'taken') ORDER BY id")]


def all_drops(store: Store) -> list[Drop]:
    """Every drop there ever was, oldest first."""
    return [_drop(row) for row in store.rows("SELECT * FROM drops ORDER BY id")]


def aside(store: Store) -> list[Drop]:
    """Drops that are no submission: refused, the same once more, or still on their way; newest first."""
    return [_drop(row) for row in store.rows("SELECT * FROM drops WHERE state <> 'registered' ORDER BY id DESC")]


def earlier_submission(store: Store, digest: str) -> Drop | None:
    """The drop of the same bytes that became a submission which was not withdrawn."""
    rows = store.rows(
        "SELECT d.* FROM drops d JOIN submissions s ON s.id = d.submission_id"
        " WHERE d.digest = ? AND d.state = 'registered' AND s.state <> 'withdrawn' ORDER BY d.id LIMIT 1",
        (digest,),
    )
    return _drop(rows[0]) if rows else None


def _drop(row: dict[str, Any]) -> Drop:
    return Drop(
        id=row["id"],
        name=restored(row["name"]),
        source=Path(restored(row["source"])),
        target=Path(restored(row["target"])),
        state=row["state"],
        digest=row["digest"],
        reason=json.loads(row["reason"]) if row["reason"] else None,
        submission_id=row["submission_id"],
        at=row["updated_at"],
    )
