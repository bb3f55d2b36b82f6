"""The queue: one statement for a page of rows, one for the jobs that are not done. Fast for 10 000 submissions.

Counts and verdicts are columns that `station.store.outcomes.recount` sets; nothing here walks the findings. A screen that
looks again reads `stamps` first, and then only the rows that changed.
"""

import json
from collections.abc import Sequence
from typing import Any

from station.people import Closed
from station.store.connection import Store, storable, to_json, translated
from station.store.queue_order import ORDERS, RECEIVED, Place
from station.workflow import OVER

SEARCHED = ("s.title", "s.applicant_unit", "s.recommending_unit", "s.lecturer", "s.id")
WORDS, SIGNS = 20, 200
"""Of a search text so much is looked at: SQLite bounds the size of a statement and of a pattern."""
_HEAD = """
SELECT s.id, s.title, s.applicant_unit, s.version, s.state, s.verdict, s.faults, s.warnings, s.received_at,
  s.updated_at, {lessons} AS lessons FROM submissions s
"""
_COUNTED = """
LEFT JOIN (SELECT submission_id, count(*) AS lessons FROM lessons GROUP BY submission_id) l ON l.submission_id = s.id
"""
_FEW = _HEAD.format(lessons="(SELECT count(*) FROM lessons l WHERE l.submission_id = s.id)")
_ALL = _HEAD.format(lessons="ifnull(l.lessons, 0)") + _COUNTED
"""Lessons are counted for each row of a page or of what a filter leaves, and in one walk for the whole list."""
_ORDER = "SELECT s.id, s.updated_at FROM submissions s"
_COUNTS = "SELECT s.state, count(*) FROM submissions s"
_ONLY = "WHERE s.id IN (SELECT value FROM json_each(:ids))"
_UNREVIEWED = """(s.state <> 'expert-review' OR NOT EXISTS (SELECT 1 FROM reviews r
  WHERE r.submission_id = s.id AND r.person = :person AND r.state = 'submitted'))"""
_ASSIGNED = """(s.state <> 'expert-review' OR EXISTS (SELECT 1 FROM assignments a
  WHERE a.submission_id = s.id AND a.person = :person AND a.ended_at IS NULL))"""
_OWNED = """(s.state NOT IN (SELECT value FROM json_each(:operator_states)) OR NOT EXISTS (SELECT 1 FROM owners w
  WHERE w.submission_id = s.id AND w.person <> :operator))"""
_SCORED = """(s.state <> 'expert-review' OR (SELECT count(*) FROM reviews r
  WHERE r.submission_id = s.id AND r.state = 'submitted') >= :scores)"""


def query(
    select: str = _FEW, *, sort: str = RECEIVED, after: Place | None = None, limit: int | None = None, **wanted: Any
) -> tuple[str, dict[str, Any]]:
    """The statement for what is wanted (see `_where`) in the order `sort` (`ORDERS`), and its parameters: what comes `after` a
    place in it, `limit` rows at most."""
    wheres, params = _where(**wanted)
    if after is not None:
        condition, named = ORDERS[sort].after(after)
        wheres, params = [*wheres, condition], params | named
    part = "" if limit is None else " LIMIT :limit"
    return f"{select} {_all_of(wheres)} {ORDERS[sort].sql}{part}", params | ({} if limit is None else {"limit": limit})


def _all_of(wheres: Sequence[str]) -> str:
    return "WHERE " + " AND ".join(wheres) if wheres else ""


def _where(
    *,
    text: str = "",
    states: Sequence[str] = (),
    verdicts: Sequence[str] = (),
    applicant: str = "",
    closed: Closed | None = None,
    unreviewed_by: str | None = None,
    assigned: bool = False,
    scores: int = 0,
    operator: str = "",
    operator_states: Sequence[str] = (),
) -> tuple[list[str], dict[str, Any]]:
    """The conditions of a statement, and their parameters. `applicant` is a unit's key; what is `closed` is left out (回避);
    `unreviewed_by` leaves out what the person has scored, and with `assigned` what they are not assigned to; `scores` wants so
    many sealed reviews where experts work; `operator` leaves out what another operator looks after in `operator_states`.
    There are few verdicts, so that the index of the order is walked for them (`+`) and none is looked up."""
    wheres: list[str] = []
    params: dict[str, Any] = {}
    for column, name, values in (("s.state", "state", states), ("+s.verdict", "verdict", verdicts)):
        if values:
            params |= {f"{name}{i}": value for i, value in enumerate(values)}
            wheres.append(f"{column} IN ({', '.join(f':{name}{i}' for i in range(len(values)))})")
    if applicant:
        params["applicant"] = storable(applicant)
        wheres.append("s.applicant_key = :applicant")
    if closed is not None:
        condition, named = open_to(closed)
        wheres.append(condition)
        params |= named
    for number, word in enumerate(text.split()[:WORDS]):
        params[f"word{number}"] = "%" + word[:SIGNS].replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
        wheres.append("(" + " OR ".join(rf"{column} LIKE :word{number} ESCAPE '\'" for column in SEARCHED) + ")")
    if unreviewed_by is not None:
        params["person"] = unreviewed_by
        wheres.append(_UNREVIEWED)
        if assigned:
            wheres.append(_ASSIGNED)
    if scores:
        params["scores"] = scores
        wheres.append(_SCORED)
    if operator:
        params |= {"operator": storable(operator), "operator_states": to_json(operator_states)}
        wheres.append(_OWNED)
    return wheres, params


def open_to(closed: Closed) -> tuple[str, dict[str, Any]]:
    """The condition that leaves out of the submissions `s` what is closed to an expert, and its parameters."""
    params: dict[str, Any] = {"closed_person": storable(closed.account)}
    wheres = ["NOT EXISTS (SELECT 1 FROM recusals c WHERE c.person = :closed_person AND c.work_id = s.work_id)"]
    if closed.units:
        params["closed_units"] = to_json(closed.units)
        units = "(SELECT value FROM json_each(:closed_units))"
        wheres.append(f"s.applicant_key NOT IN {units} AND s.recommending_key NOT IN {units}")
    if closed.lecturers:
        params["closed_lecturers"] = to_json(closed.lecturers)
        wheres.append("NOT names_lecturer(s.lecturer, :closed_lecturers)")
    if closed.assigned_only:
        wheres.append(
            "EXISTS (SELECT 1 FROM assignments a WHERE a.submission_id = s.id AND a.person = :closed_person "
            "AND a.ended_at IS NULL)"
        )
    return "(" + " AND ".join(wheres) + ")", params


UNFINISHED = """
SELECT submission_id, count(*) AS jobs, sum(state = 'failed') AS failed,
  sum(CASE state WHEN 'running' THEN progress ELSE 0 END) AS progress,
  sum(CASE state WHEN 'running' THEN frames_per_second END) AS frames_per_second,
  max(CASE state WHEN 'running' THEN eta_seconds END) AS eta_seconds
FROM jobs WHERE state IN ('queued', 'running', 'failed') AND submission_id IN ({submissions})
GROUP BY submission_id
"""
MOVING = (
    "SELECT id FROM submissions WHERE state = 'measuring' UNION SELECT submission_id FROM jobs WHERE state = 'failed'"
)
"""What is being measured, or where a job failed: thousands may wait in line."""
_NAMED = "SELECT value FROM json_each(:ids)"


def rows(store: Store, *, only: Sequence[str] | None = None, **wanted: Any) -> list[tuple[Any, ...]]:
    """The queue's rows as tuples in the order asked for (see `query`), or those with the ids `only`, in no order."""
    if only is not None:
        return _tuples(store, _FEW + _ONLY, {"ids": json.dumps(list(only))})
    few = any(wanted.get(name) for name in ("limit", "text", "states", "verdicts", "applicant"))
    return _tuples(store, *query(_FEW if few else _ALL, **wanted))


def counts(store: Store, **wanted: Any) -> dict[str, int]:
    """How many submissions of what is wanted (see `_where`) stand in each state."""
    wheres, params = _where(**wanted)
    return dict(_tuples(store, f"{_COUNTS} {_all_of(wheres)} GROUP BY s.state", params))


def order(store: Store, **wanted: Any) -> list[tuple[str, str]]:
    """What `rows` would hold, as ids and the times of their last change."""
    return [(row[0], row[1]) for row in _tuples(store, *query(_ORDER, **wanted))]


def stamps(store: Store) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Two values that differ when a submission has changed, and when a job has come further: read from indexes alone."""
    submissions = "SELECT count(*), total(revision), max(updated_at) FROM submissions"
    jobs = (
        "SELECT state, count(*), max(updated_at), total(progress) FROM jobs"
        " WHERE state IN ('running', 'failed') GROUP BY state ORDER BY state"
    )
    return _tuples(store, submissions, {})[0], tuple(_tuples(store, jobs, {}))


def _tuples(store: Store, sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with translated(store.path):
        return store.db.conn.execute(sql, params).fetchall()


def unfinished(store: Store, only: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """By submission (of the ids `only`, else where it is being measured or a job failed): how many jobs are not done, how many failed,
    the progress of the running ones (0–1 each, summed), their frames a second together and the longest time left in seconds."""
    sql = UNFINISHED.format(submissions=MOVING if only is None else _NAMED)
    return {
        row["submission_id"]: row for row in store.rows(sql, {} if only is None else {"ids": json.dumps(list(only))})
    }


_JOBS = """
SELECT j.*, l.ordinal, l.title AS lesson_title, s.title
FROM (SELECT s.id, s.title FROM submissions s WHERE s.state NOT IN (SELECT value FROM json_each(:over)) AND s.id IN (
  SELECT submission_id FROM jobs WHERE state IN ('queued', 'running', 'failed')) AND {condition} LIMIT -1) s
CROSS JOIN jobs j ON j.submission_id = s.id AND j.state IN ('queued', 'running', 'failed')
JOIN lessons l ON l.id = j.lesson_id
"""
"""The submissions come first, and stay a table of their own (LIMIT): what closes one is asked once, not once for each job."""
_IN_LINE = (
    "ORDER BY CASE j.state WHEN 'running' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END, j.priority DESC, j.created_at, j.id"
)


def job_rows(store: Store, closed: Closed | None = None) -> list[dict[str, Any]]:
    """Every job that is not done, running ones first, then in the order they will run. None of a submission that is over, or
    `closed`."""
    condition, params = open_to(closed) if closed is not None else ("1", {})
    return store.rows(f"{_JOBS.format(condition=condition)} {_IN_LINE}", params | {"over": to_json(sorted(OVER))})
