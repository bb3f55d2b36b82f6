"""What the reviews of a submission come to, and the lists of what waits for a decision. Sealed reviews alone are counted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from station.people import Closed
from station.store.connection import Store, storable, utc_now
from station.store.queue import open_to


@dataclass(frozen=True)
class Result:
    """The sealed reviews of one submission together."""

    submitted: int
    mean: float | None
    """Of the totals, 0–100; None without any."""
    spread: float | None
    """Points between the highest and the lowest total; None under two."""


def result_of(totals: Sequence[float]) -> Result:
    """The result of some totals."""
    mean = sum(totals) / len(totals) if totals else None
    return Result(len(totals), mean, max(totals) - min(totals) if len(totals) > 1 else None)


def settled(store: Store, submission_id: str) -> bool:
    """Whether a large spread has been dealt with: a further expert's review is sealed, or a discussion was recorded after
    the last review."""
    row = store.row(
        "SELECT EXISTS(SELECT 1 FROM assignments a JOIN reviews r ON r.submission_id = a.submission_id AND r.person = a.person "
        "WHERE a.submission_id = :id AND a.how = 'further' AND a.ended_at IS NULL AND r.state = 'submitted') "
        "OR EXISTS(SELECT 1 FROM discussions d WHERE d.submission_id = :id AND d.at > "
        "ifnull((SELECT max(r.submitted_at) FROM reviews r WHERE r.submission_id = :id AND r.state = 'submitted'), '')) AS done",
        {"id": submission_id},
    )
    return bool(row and row["done"])


def discussions(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The recorded discussions, oldest first: person, text, at."""
    sql = "SELECT person, text, at FROM discussions WHERE submission_id = ? ORDER BY id"
    return store.rows(sql, (submission_id,))


def discuss(store: Store, submission_id: str, person: str, text: str) -> None:
    """Record a discussion in the open transaction."""
    store.execute(
        "INSERT INTO discussions(submission_id, person, text, at) VALUES(?, ?, ?, ?)",
        (submission_id, storable(person), storable(text), utc_now()),
    )


def biases(store: Store, persons: Sequence[str]) -> dict[str, tuple[float, int]]:
    """By person: the mean, in points, of what their totals lie over the mean of the submission's totals, and over how many
    reviews. Only submissions with two sealed reviews or more tell anything."""
    rows = store.rows(
        "SELECT r.person, avg(r.total - m.mean) AS bias, count(*) AS reviews FROM reviews r JOIN ("
        " SELECT submission_id, avg(total) AS mean FROM reviews WHERE state = 'submitted' AND submission_id IN ("
        "  SELECT submission_id FROM reviews WHERE state = 'submitted' AND person IN (SELECT value FROM json_each(:persons)))"
        " GROUP BY submission_id HAVING count(*) > 1) m ON m.submission_id = r.submission_id "
        "WHERE r.state = 'submitted' AND r.person IN (SELECT value FROM json_each(:persons)) GROUP BY r.person",
        {"persons": json.dumps([storable(person) for person in persons])},
    )
    return {row["person"]: (row["bias"], row["reviews"]) for row in rows}


_WAITING = """
SELECT s.id, s.title, s.applicant_unit, s.recommending_unit, s.lecturer, s.version, s.state, s.verdict, s.faults, s.warnings,
  s.revision, s.updated_at, s.work_id,
  (SELECT count(*) FROM waivers w WHERE w.work_id = s.work_id AND w.ended_at IS NULL) AS waivers,
  (SELECT count(*) FROM reviews r WHERE r.submission_id = s.id AND r.state = 'submitted') AS submitted,
  (SELECT avg(r.total) FROM reviews r WHERE r.submission_id = s.id AND r.state = 'submitted') AS mean,
  (SELECT max(r.total) - min(r.total) FROM reviews r WHERE r.submission_id = s.id AND r.state = 'submitted') AS spread,
  (SELECT count(*) FROM assignments a WHERE a.submission_id = s.id AND a.ended_at IS NULL) AS assigned,
  (SELECT count(*) FROM gate_stops g WHERE g.submission_id = s.id AND g.decision IS NOT 'lifted') AS stops
FROM submissions s
WHERE s.state IN (SELECT value FROM json_each(:states))
"""


def waiting(store: Store, states: Sequence[str], closed: Closed | None) -> list[dict[str, Any]]:
    """Submissions in `states` that are not `closed`, longest waiting first, with what a decision looks at: counts of standing
    findings, waivers, sealed reviews, assignments, standing stops; mean and spread of the totals."""
    condition, params = open_to(closed) if closed is not None else ("1", {})
    return store.rows(
        f"{_WAITING} AND {condition} ORDER BY s.updated_at, s.id", params | {"states": json.dumps(list(states))}
    )


def acted(store: Store, person: str, states: Sequence[str]) -> dict[str, set[str]]:
    """By work of which a version stands in one of `states`: the roles in which the person has acted on any of its versions."""
    rows = store.tuples(
        "SELECT DISTINCT v.work_id, a.role FROM submissions v CROSS JOIN audit a INDEXED BY audit_by_person"
        " ON a.person = :person AND a.submission_id = v.id WHERE a.role <> 'machine' AND v.work_id IN ("
        " SELECT work_id FROM submissions WHERE state IN (SELECT value FROM json_each(:states)))",
        {"person": storable(person), "states": json.dumps(list(states))},
    )
    found: dict[str, set[str]] = {}
    for work, role in rows:
        found.setdefault(work, set()).add(role)
    return found


def approved(store: Store, person: str) -> set[str]:
    """The submissions that the person has approved at some step."""
    sql = "SELECT DISTINCT submission_id FROM audit WHERE person = ? AND action = 'approve'"
    return {row["submission_id"] for row in store.rows(sql, (storable(person),))}


def roles_on(store: Store, work_id: str) -> dict[str, set[str]]:
    """By person: the roles in which they have acted on any version of the work."""
    rows = store.rows(
        "SELECT DISTINCT a.person, a.role FROM submissions s JOIN audit a ON a.submission_id = s.id "
        "WHERE s.work_id = ? AND a.role <> 'machine'",
        (work_id,),
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["person"], set()).add(row["role"])
    return found
