"""The queue: one statement for the rows, one for the jobs that are not done. Fast for 10 000 submissions.

Counts and verdicts are columns that `station.store.outcomes.recount` sets; nothing here walks the findings.
"""

from collections.abc import Sequence
from typing import Any

from station.store.connection import Store

NEWEST_FIRST = "ORDER BY s.received_at DESC, s.id DESC"
SEARCHED = ("s.title", "s.applicant_unit", "s.recommending_unit", "s.lecturer", "s.id")
WORDS, SIGNS = 20, 200
"""Of a search text so much is looked at: SQLite bounds the size of a statement and of a pattern."""
_ROWS = """
SELECT s.id, s.title, s.applicant_unit, s.version, s.state, s.verdict, s.faults, s.warnings, s.received_at,
  s.updated_at, (SELECT count(*) FROM lessons l WHERE l.submission_id = s.id) AS lessons
FROM submissions s
"""
_UNREVIEWED = """(s.state <> 'expert-review' OR NOT EXISTS (SELECT 1 FROM reviews r
  WHERE r.submission_id = s.id AND r.person = :person AND r.state = 'submitted'))"""
_SCORED = """(s.state <> 'expert-review' OR (SELECT count(*) FROM reviews r
  WHERE r.submission_id = s.id AND r.state = 'submitted') >= :scores)"""


def query(
    *,
    text: str = "",
    states: Sequence[str] = (),
    hidden_unit: str = "",
    unreviewed_by: str | None = None,
    scores: int = 0,
) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters. `hidden_unit` is the key of a unit whose submissions are left out (回避);
    `unreviewed_by` leaves out what the person has scored; `scores` wants so many sealed reviews where experts work."""
    wheres: list[str] = []
    params: dict[str, Any] = {}
    if states:
        params |= {f"state{i}": state for i, state in enumerate(states)}
        wheres.append(f"s.state IN ({', '.join(f':state{i}' for i in range(len(states)))})")
    if hidden_unit:
        params["unit"] = hidden_unit
        wheres.append("s.applicant_key <> :unit AND s.recommending_key <> :unit")
    for number, word in enumerate(text.split()[:WORDS]):
        params[f"word{number}"] = "%" + word[:SIGNS].replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        wheres.append("(" + " OR ".join(rf"{column} LIKE :word{number} ESCAPE '\'" for column in SEARCHED) + ")")
    if unreviewed_by is not None:
        params["person"] = unreviewed_by
        wheres.append(_UNREVIEWED)
    if scores:
        params["scores"] = scores
        wheres.append(_SCORED)
    return " ".join([_ROWS, "WHERE " + " AND ".join(wheres) if wheres else "", NEWEST_FIRST]), params


UNFINISHED = """
SELECT submission_id, count(*) AS jobs, sum(state = 'failed') AS failed,
  sum(CASE state WHEN 'running' THEN progress ELSE 0 END) AS progress,
  sum(CASE state WHEN 'running' THEN frames_per_second END) AS frames_per_second,
  max(CASE state WHEN 'running' THEN eta_seconds END) AS eta_seconds
FROM jobs WHERE state IN ('queued', 'running', 'failed') GROUP BY submission_id
"""


def rows(store: Store, **wanted: Any) -> list[tuple[Any, ...]]:
    """The queue's rows, newest first, as tuples in the order of the statement."""
    sql, params = query(**wanted)
    return [tuple(row.values()) for row in store.rows(sql, params)]


def unfinished(store: Store) -> dict[str, dict[str, Any]]:
    """By submission: how many jobs are not done, how many failed, the progress of the running ones (0–1 each, summed),
    their frames a second together and the longest time left in seconds."""
    return {row["submission_id"]: row for row in store.rows(UNFINISHED)}


def job_rows(store: Store) -> list[dict[str, Any]]:
    """Every job that is not done, running ones first, then in the order they will run."""
    return store.rows(
        "SELECT j.*, l.ordinal, l.title AS lesson_title, s.title, s.applicant_key, s.recommending_key "
        "FROM jobs j JOIN lessons l ON l.id = j.lesson_id JOIN submissions s ON s.id = l.submission_id "
        "WHERE j.state IN ('queued', 'running', 'failed') "
        "ORDER BY CASE j.state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END, j.priority DESC, j.created_at, j.id"
    )
