"""What became of a work's findings from one version to the next: fixed, still there, new.

A finding is still there where the new version holds it under the same key (`station.findings.adopt` gives it that key).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.store.connection import Store
from station.store.outcomes import finding_rows
from station.store.submissions import header

Row = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """One version against the one before."""

    version: int
    """The version before."""
    submission_id: str
    """Its submission."""
    still: frozenset[int]
    """Ids of this version's findings that were there already."""
    fresh: frozenset[int]
    """Ids of this version's findings that were not."""
    fixed: tuple[Row, ...]
    """Findings of the version before that are gone, as `finding_rows` gives them; `ordinal` None: the papers."""


def before(store: Store, submission: Row) -> Row | None:
    """The version before, where it was measured: else there is nothing to compare with."""
    return store.row(
        "SELECT * FROM submissions s WHERE work_id = ? AND version < ?"
        " AND EXISTS (SELECT 1 FROM outcomes WHERE submission_id = s.id) ORDER BY version DESC LIMIT 1",
        (submission["work_id"], submission["version"]),
    )


def compare(store: Store, submission_id: str) -> Compared | None:
    """What is fixed, still there and new. None for a first version, or before anything of this one is judged.

    Lessons that are not measured yet (or could not be) are left out on both sides.
    """
    row = header(store, submission_id)
    earlier = before(store, row) if row else None
    if earlier is None:
        return None
    there = _judged(store, submission_id) & _judged(store, earlier["id"])
    if not there:
        return None
    now = [found for found in finding_rows(store, submission_id) if found["ordinal"] in there]
    then = [found for found in finding_rows(store, earlier["id"]) if found["ordinal"] in there]
    held, known = _keys(now), _keys(then)
    return Compared(
        earlier["version"],
        earlier["id"],
        frozenset(found["id"] for found in now if _key(found) in known),
        frozenset(found["id"] for found in now if _key(found) not in known),
        tuple(found for found in then if _key(found) not in held),
    )


def _judged(store: Store, submission_id: str) -> set[int | None]:
    """Ordinals of measured lessons that have outcomes; None where the papers have."""
    rows = store.rows(
        "SELECT DISTINCT l.ordinal FROM outcomes o LEFT JOIN lessons l ON l.id = o.lesson_id"
        " WHERE o.submission_id = ? AND (o.lesson_id IS NULL OR ifnull(l.measurements, '') <> '')",
        (submission_id,),
    )
    return {row["ordinal"] for row in rows}


def _key(found: Row) -> tuple[int | None, str, str]:
    return found["ordinal"], found["check_id"], found["key"]


def _keys(rows: Sequence[Row]) -> set[tuple[int | None, str, str]]:
    return {_key(found) for found in rows}
