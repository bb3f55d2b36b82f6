"""Votes on topics: what every import brought, which ballots it held, and the sums. An import is taken back, never deleted."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from station.store.connection import Store, storable, to_json, utc_now

Row = dict[str, Any]


@dataclass(frozen=True)
class NewVotes:
    """Votes of one file. `votes`: id of a topic → votes; `ballots`: keys of single ballots, none for a tally."""

    file: str
    source: str
    kind: str
    digest: str
    votes: Mapping[str, int]
    ballots: frozenset[str] = field(default_factory=frozenset)


def ballot_hash(round_id: str, ballot: str) -> str:
    """What is kept of a ballot's number: enough to know it again, not who voted."""
    return hashlib.sha256(to_json([round_id, ballot]).encode()).hexdigest()


def counted_already(store: Store, round_id: str, digest: str) -> Row | None:
    """The import that counts the same votes, or None."""
    return store.row(
        "SELECT * FROM vote_imports WHERE round = ? AND digest = ? AND ended_at IS NULL", (round_id, digest)
    )


def known_ballots(store: Store, round_id: str, ballots: Iterable[str]) -> set[str]:
    """Those of `ballots` that an import counts already."""
    hashes = {ballot_hash(round_id, ballot): ballot for ballot in ballots}
    found = store.rows(
        "SELECT b.ballot FROM json_each(?) j JOIN ballots b ON b.round = ? AND b.ballot = j.value",
        (to_json(list(hashes)), round_id),
    )
    return {hashes[row["ballot"]] for row in found}


def add(store: Store, round_id: str, new: NewVotes, person: str) -> int:
    """Count the votes in the open transaction; the import's number."""
    store.execute(
        "INSERT INTO vote_imports(round, file, source, kind, digest, counted_by, counted_at) VALUES(?, ?, ?, ?, ?, ?, ?)",
        (round_id, storable(new.file), storable(new.source), new.kind, new.digest, storable(person), utc_now()),
    )
    last = store.row("SELECT max(id) AS id FROM vote_imports")
    number = int(last["id"]) if last else 0
    for topic, amount in new.votes.items():
        if amount:
            store.execute("INSERT INTO votes(import_id, topic_id, votes) VALUES(?, ?, ?)", (number, topic, amount))
    for ballot in sorted(new.ballots):
        hashed = ballot_hash(round_id, ballot)
        store.execute("INSERT INTO ballots(round, ballot, import_id) VALUES(?, ?, ?)", (round_id, hashed, number))
    _recount(store, round_id)
    return number


def end(store: Store, round_id: str, import_id: int, *, person: str, reason: str) -> None:
    """Take an import back in the open transaction: its votes no longer count, its ballots may come again."""
    store.execute(
        "UPDATE vote_imports SET ended_by = ?, ended_at = ?, reason = ? WHERE id = ?",
        (storable(person), utc_now(), storable(reason), import_id),
    )
    store.execute("DELETE FROM ballots WHERE import_id = ?", (import_id,))
    _recount(store, round_id)


def _recount(store: Store, round_id: str) -> None:
    store.execute(
        "UPDATE topics SET votes = fresh.sum, updated_at = :now FROM (SELECT t.id, (SELECT ifnull(sum(v.votes), 0) FROM votes v"
        " JOIN vote_imports i ON i.id = v.import_id WHERE v.topic_id = t.id AND i.ended_at IS NULL) AS sum"
        " FROM topics t WHERE t.round = :round) fresh WHERE topics.id = fresh.id AND topics.votes <> fresh.sum",
        {"round": round_id, "now": utc_now()},
    )


def imports(store: Store, round_id: str) -> list[Row]:
    """All imports of a round in order, those taken back too, each with the sum of its votes (`votes`)."""
    return store.rows(
        "SELECT i.*, (SELECT ifnull(sum(votes), 0) FROM votes v WHERE v.import_id = i.id) AS votes FROM vote_imports i"
        " WHERE round = ? ORDER BY id",
        (round_id,),
    )


def told(store: Store, import_id: int) -> Row:
    """All that is kept of an import, as the log tells it: its row, number of the topic → votes, and a digest of its ballots."""
    row = store.row("SELECT * FROM vote_imports WHERE id = ?", (import_id,)) or {}
    ballots = store.tuples("SELECT round, ballot FROM ballots WHERE import_id = ? ORDER BY round, ballot", (import_id,))
    given = {str(number): amount for number, amount in by_topic(store, import_id).items()}
    held = {name: value for name, value in row.items() if name not in {"id", "round"}}
    return held | {"votes": given, "ballots": hashlib.sha256(to_json(ballots).encode("ascii", "replace")).hexdigest()}


def by_topic(store: Store, import_id: int) -> dict[int, int]:
    """What an import gave: number of the topic → votes."""
    found = store.rows(
        "SELECT t.number, v.votes FROM votes v JOIN topics t ON t.id = v.topic_id WHERE v.import_id = ? ORDER BY t.number",
        (import_id,),
    )
    return {row["number"]: row["votes"] for row in found}
