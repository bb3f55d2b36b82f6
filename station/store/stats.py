"""How often each check found something, and what became of it; how long each stage took. One walk over indexes each.

A finding counts once for a work and a lesson, however many versions and runs show it.
"""

from typing import Any

from station.people import Closed
from station.store.connection import Store
from station.store.queue import open_to

Row = dict[str, Any]
_FOUND = """
WITH latest AS (
  SELECT s.work_id, max(s.version) AS version FROM submissions s
  WHERE EXISTS (SELECT 1 FROM outcomes o WHERE o.submission_id = s.id) AND {open} GROUP BY s.work_id),
seen AS (
  SELECT s.work_id, ifnull(l.ordinal, -1) AS ordinal, f.key, f.clause, f.check_id, max(s.version) AS version,
    max(f.waivable) AS waivable, max(f.people) AS people
  FROM findings f JOIN submissions s ON s.id = f.submission_id LEFT JOIN lessons l ON l.id = f.lesson_id
  WHERE f.severity <> 'note' AND {open} GROUP BY s.work_id, ifnull(l.ordinal, -1), f.key, f.clause, f.check_id)
SELECT w.applicant_unit AS unit, n.clause, n.check_id AS detector, count(*) AS found,
  sum(v.id IS NOT NULL AND (n.people < 2 OR v.second_person IS NOT NULL)) AS waived,
  sum(v.id IS NULL AND n.version < t.version) AS fixed
FROM seen n JOIN latest t ON t.work_id = n.work_id JOIN works w ON w.id = n.work_id
LEFT JOIN waivers v ON v.work_id = n.work_id AND ifnull(v.ordinal, -1) = n.ordinal AND v.key = n.key
  AND v.ended_at IS NULL AND n.waivable
GROUP BY w.applicant_unit, n.clause, n.check_id
"""
_STAGES = """
SELECT submission_id, at, json_extract(after, '$.state') AS state FROM audit s
WHERE submission_id IS NOT NULL AND {open} AND json_extract(after, '$.state') IS NOT NULL ORDER BY submission_id, seq
"""


def found(store: Store, closed: Closed | None = None) -> list[Row]:
    """For every `unit`, `clause` and `detector` together: found, waived, fixed, without what is `closed` to an expert.

    waived: a waiver stands, with as many people as it needs. fixed: gone in the work's last judged version, and not waived.
    """
    condition, params = _open("s.id", closed)
    return store.rows(_FOUND.format(open=condition), params)


def stages(store: Store, closed: Closed | None = None) -> list[tuple[str, str, str]]:
    """Every state that any submission came to, in order for each, without what is `closed` to an expert: submission, time
    (ISO 8601), state."""
    condition, params = _open("s.submission_id", closed)
    return [
        (row["submission_id"], row["at"], row["state"]) for row in store.rows(_STAGES.format(open=condition), params)
    ]


def _open(column: str, closed: Closed | None) -> tuple[str, Row]:
    """The condition that a column names no submission that is closed, and its parameters."""
    if closed is None:
        return "1", {}
    condition, params = open_to(closed)
    return f"{column} IN (SELECT s.id FROM submissions s WHERE {condition})", params  # noqa: S608 - constants
