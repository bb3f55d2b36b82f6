"""The works that the coordination group took into the catalogue, in the order in which it did, and their marks."""

import json
from collections.abc import Sequence
from typing import Any

from station.store.connection import Store
from station.store.topics import LINKED

_ENTERED = f"""
SELECT s.*, a.at AS entered_at, t.area AS topic_area, t.summary AS topic_summary,
  t.lecturer_unit AS topic_lecturer_unit, t.lecturer_title AS topic_lecturer_title, t.national_base AS topic_national_base
FROM audit a INDEXED BY audit_catalogued JOIN submissions s ON s.id = a.submission_id
JOIN ({LINKED}) k ON k.work_id = s.work_id LEFT JOIN topics t ON t.id = k.topic_id
WHERE instr(a."after", '"state":"catalogued"') > 0 ORDER BY a.seq
"""  # noqa: S608 - a constant
"""One that left the catalogue again is read as well: its number is never given to another work. Rows of audit that the index
holds are as many as works in the catalogue."""


def entered(store: Store) -> list[dict[str, Any]]:
    """Rows of the submissions that ever entered the catalogue, each with `entered_at` (ISO 8601, UTC) of its first time and
    what the linked topic says (`topic_*`, None without one), earliest first."""
    first: dict[str, dict[str, Any]] = {}
    for row in store.rows(_ENTERED):
        first.setdefault(row["id"], row)
    return list(first.values())


def marks(store: Store, ids: Sequence[str]) -> dict[str, float]:
    """Mean total of the sealed reviews (of 100) by submission; one without any is left out."""
    rows = store.rows(
        "SELECT submission_id, avg(total) AS mean FROM reviews WHERE state = 'submitted' AND total IS NOT NULL"
        " AND submission_id IN (SELECT value FROM json_each(?)) GROUP BY submission_id",
        (json.dumps(list(ids)),),
    )
    return {row["submission_id"]: row["mean"] for row in rows}
