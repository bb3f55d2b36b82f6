"""The audit log: append-only, each row chained to the one before by its hash.

hash = SHA-256(previous hash + newline + canonical JSON of the row's columns as they are stored, `rows` where it has a
value). Whoever changes, removes
or reorders a row breaks the chain from there on; whoever cuts off its end disagrees with `audit_head`, and with any
head that was written down outside (`station verify` prints it).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from station.errors import UsageError
from station.store import row_digest, search
from station.store.connection import Store, storable, to_json, utc_now
from station.store.cross_check import CrossCheck
from station.workflow import MACHINE

GENESIS = "0" * 64
"""The hash before the first row."""
ROWS_DIFFER = "rows-differ"
"""The machine's word in the log: before the act that follows, a submission's rows were not those of the last act."""
COLUMNS = ("seq", "at", "person", "role", "origin", "action", "submission_id", "object", "before", "after")


@dataclass(frozen=True)
class AuditProblem:
    """One thing that is wrong with the log: a text id, its places, and the row where there is one."""

    seq: int | None
    message: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditReport:
    """What `verify` found. `head` is `SEQ:HASH` of the last row."""

    rows: int
    head: str
    problems: tuple[AuditProblem, ...]

    @property
    def sound(self) -> bool:
        """Whether the log is whole."""
        return not self.problems


def append(
    store: Store,
    *,
    person: str,
    role: str,
    origin: str,
    action: str,
    submission_id: str | None,
    object: str,  # noqa: A002 - the column's name
    before: dict[str, Any],
    after: dict[str, Any],
) -> int:
    """Add one row in the open transaction (or in its own); its number. `object` names what was acted on, e.g.
    `finding:<key>`; `before` and `after` hold what changed."""
    with store.transaction():
        last = store.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1") or {"seq": 0, "hash": GENESIS}
        row = {
            "seq": last["seq"] + 1, "at": utc_now(), "person": storable(person), "role": role, "origin": storable(origin),
            "action": action, "submission_id": submission_id, "object": storable(object),
            "before": to_json(before), "after": to_json(after),
        }  # fmt: skip
        row["rows"] = row_digest.digest(store, submission_id) if submission_id else None
        row["previous_hash"] = last["hash"]
        row["hash"] = row_hash(last["hash"], row)
        places = ", ".join(f":{name}" for name in row)
        store.execute(f"INSERT INTO audit({', '.join(row)}) VALUES({places})", row)
        store.execute(
            "INSERT INTO audit_head(id, seq, hash) VALUES(1, :seq, :hash) "
            "ON CONFLICT(id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
            {"seq": row["seq"], "hash": row["hash"]},
        )
        if submission_id and role != "expert" and isinstance(reason := after.get("reason"), str) and reason:
            search.add_reason(store, submission_id, storable(reason))
        return int(row["seq"])


def compare(store: Store, submission_id: str) -> None:
    """Before an act writes, in its transaction: where the submission's rows are not those that the last act on it left, say
    so in the log, since the act's own digest will be of what stands there now. `verify` tells of it from then on."""
    sql = "SELECT rows FROM audit WHERE submission_id = ? ORDER BY seq DESC LIMIT 1"
    left = (store.row(sql, (submission_id,)) or {}).get("rows") or ""
    if not left.startswith(row_digest.VERSION) or (found := row_digest.digest(store, submission_id)) == left:
        return
    append(
        store, person=MACHINE, role=MACHINE, origin="", action=ROWS_DIFFER, submission_id=submission_id,
        object="submission", before={"rows": left}, after={"rows": found},
    )  # fmt: skip


def row_hash(previous: str, row: dict[str, Any]) -> str:
    """The hash of a row as stored, after a row with hash `previous`."""
    told = {name: row[name] for name in (*COLUMNS, "rows") if name != "rows" or row[name] is not None}
    content = previous + "\n" + to_json(told)
    return hashlib.sha256(content.encode("ascii", "replace")).hexdigest()


def head(store: Store) -> str:
    """`SEQ:HASH` of the last row: write it down outside the station, and `verify(expected=…)` proves that nothing up
    to it has changed."""
    last = store.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
    return f"{last['seq']}:{last['hash']}" if last else f"0:{GENESIS}"


def rows_of(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The log of one submission, oldest first."""
    return store.rows("SELECT * FROM audit WHERE submission_id = ? ORDER BY seq", (submission_id,))


def latest(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """Who did what to one submission, with before and after as JSON, newest first."""
    return store.rows(
        "SELECT seq, person, action, before, after FROM audit WHERE submission_id = ? ORDER BY seq DESC",
        (submission_id,),
    )


def roles_of(store: Store, work_id: str, person: str) -> set[str]:
    """The roles in which `person` has acted on any version of the work."""
    rows = store.rows(
        "SELECT DISTINCT a.role FROM submissions s JOIN audit a ON a.submission_id = s.id "
        "WHERE s.work_id = ? AND a.person = ? AND a.role <> 'machine'",
        (work_id, storable(person)),
    )
    return {row["role"] for row in rows}


def actors_of(store: Store, submission_id: str, action: str) -> list[str]:
    """Who did `action` on the submission and did not take it back, oldest first."""
    rows = store.rows(
        "SELECT person FROM audit WHERE submission_id = :id AND action = :action AND seq NOT IN (SELECT "
        "json_extract(after, '$.undid') FROM audit WHERE submission_id = :id AND action = 'undo') ORDER BY seq",
        {"id": submission_id, "action": action},
    )
    return [row["person"] for row in rows]


def verify(store: Store, *, expected: str | None = None) -> AuditReport:
    """Walk the whole chain, compare it with what the tables hold, and with a head written down earlier (`SEQ:HASH`).
    Finds every changed, missing, added and reordered row. Raises UsageError for a head that is none."""
    head = None if expected is None else _head(expected)
    problems: list[AuditProblem] = []
    with store.snapshot(), store.damaged_text():
        told = CrossCheck()
        previous, seq, rows = GENESIS, 0, 0
        written = GENESIS if head is not None and head[0] == 0 else None
        for row in _all_rows(store):
            problems += _row_problems(row, previous, seq)
            previous, seq = row["hash"], row["seq"]
            rows += 1
            if head is not None and seq == head[0]:
                written = previous
            told.take(row)
        problems += _end_problems(store, seq, previous)
        problems += [AuditProblem(None, message, params) for message, params in told.problems(store)]
    if head is not None and written != head[1]:
        problems.append(AuditProblem(head[0], "audit.head-differs", {"seq": head[0]}))
    return AuditReport(rows, f"{seq}:{previous}", tuple(problems))


def _all_rows(store: Store) -> Iterator[dict[str, Any]]:
    start = -(2**63)
    while page := store.rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT 1000", (start,)):
        yield from page
        start = page[-1]["seq"]


def _row_problems(row: dict[str, Any], previous: str, seq: int) -> list[AuditProblem]:
    found = []
    if row["seq"] != seq + 1:
        found.append(AuditProblem(row["seq"], "audit.gap", {"seq": row["seq"], "expected": seq + 1}))
    if row["previous_hash"] != previous:
        found.append(AuditProblem(row["seq"], "audit.broken-link", {"seq": row["seq"]}))
    if row["hash"] != row_hash(row["previous_hash"], row):
        found.append(AuditProblem(row["seq"], "audit.changed", {"seq": row["seq"]}))
    return found


def _end_problems(store: Store, seq: int, last: str) -> list[AuditProblem]:
    kept = store.row("SELECT seq, hash FROM audit_head WHERE id = 1") or {"seq": 0, "hash": GENESIS}
    if (kept["seq"], kept["hash"]) == (seq, last):
        return []
    return [AuditProblem(seq, "audit.cut-off", {"seq": seq, "expected": kept["seq"]})]


def _head(written: str) -> tuple[int, str]:
    """The number and hash of a head that was written down."""
    form = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", written.strip())
    if form is None:
        raise UsageError("audit.head-form", head=written)
    return int(form[1]), form[2]
