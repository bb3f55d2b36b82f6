"""One digest over all rows that say what a submission is: the log keeps it with every act, so that a row that was changed behind
the program's back is found, whatever its column.

Left out is what changes without an act: counters and times of change, verdicts (they follow from the findings, see `recounted`),
drafts but for a signed gate. Waivers belong to a work and are compared one by one (`station.store.cross_check`).
"""

import hashlib
from typing import Any

from station.findings import Severity, Verdict, verdict_of
from station.store.connection import Store, storable, to_json

VERSION = "2:"
"""Of the set of rows and columns: a digest of another set is not compared."""
_ROWS = (
    """SELECT s.id, s.work_id, s.version, s.drop_id, s.title, s.applicant_unit, s.recommending_unit, s.lecturer, s.applicant_key,
    s.recommending_key, s.state, s.folder, s.hours, s.received_at, s.papers, w.title, w.applicant_unit, w.title_key,
    w.applicant_key, w.created_at FROM submissions s JOIN works w ON w.id = s.work_id WHERE s.id = ?""",
    """SELECT id, ordinal, title, file, sha256, bytes, duration, measurements, rendition, facts FROM lessons
    WHERE submission_id = ? ORDER BY ordinal""",
    """SELECT lesson_id, position, check_id, clause, kind, reason, params, facts FROM outcomes
    WHERE submission_id = ? ORDER BY ifnull(lesson_id, ''), check_id""",
    """SELECT id, submission_id, lesson_id, key, clause, check_id, severity, waivable, people, start, "end", start_frame, end_frame, value, "limit",
    unit, message, params, tiles, picture, evidence FROM findings WHERE submission_id = ? ORDER BY id""",
    """SELECT person, state, gate, scores, notes, timed, total, attestation, revision, updated_at, gate_signed_at, submitted_at
    FROM reviews WHERE submission_id = ? AND state = 'submitted' ORDER BY person""",
    """SELECT person, gate, gate_signed_at FROM reviews
    WHERE submission_id = ? AND state <> 'submitted' AND gate_signed_at IS NOT NULL ORDER BY person""",
    """SELECT person, revision, gate, scores, notes, timed, attestation, total, submitted_at, reopened_by, reason, reopened_at
    FROM kept_reviews WHERE submission_id = ? ORDER BY person, revision""",
    """SELECT id, person, how, by_person, at, ended_by, ended_reason, ended_at FROM assignments
    WHERE submission_id = ? ORDER BY id""",
    """SELECT id, person, points, at, second_person, second_agrees, second_reason, second_at, decision, decided_by,
    decided_reason, decided_at FROM gate_stops WHERE submission_id = ? ORDER BY id""",
    "SELECT id, person, text, at FROM discussions WHERE submission_id = ? ORDER BY id",
    "SELECT person, since FROM owners WHERE submission_id = ?",
)
_COUNTS = """
SELECT s.id, NULL AS lesson_id, s.verdict, s.faults, s.warnings,
  (SELECT count(*) FROM lessons WHERE submission_id = s.id) AS lessons,
  (SELECT count(*) FROM lessons WHERE submission_id = s.id AND ifnull(measurements, '') = '') AS unmeasured
FROM submissions s
UNION ALL
SELECT submission_id, id, verdict, NULL, NULL, 1, ifnull(measurements, '') = '' FROM lessons
"""
_STANDING = """
SELECT f.submission_id, f.lesson_id, f.severity, count(*) AS n
FROM findings f JOIN submissions s ON s.id = f.submission_id LEFT JOIN lessons l ON l.id = f.lesson_id
LEFT JOIN waivers v ON v.work_id = s.work_id AND ifnull(v.ordinal, -1) = ifnull(l.ordinal, -1) AND v.key = f.key
  AND v.ended_at IS NULL AND f.waivable
WHERE v.id IS NULL OR (f.people > 1 AND v.second_person IS NULL)
GROUP BY f.submission_id, f.lesson_id, f.severity
"""


def digest(store: Store, submission_id: str) -> str:
    """VERSION, and SHA-256 in hex over the rows of one submission as they are stored."""
    content = [store.tuples(sql, (storable(submission_id),)) for sql in _ROWS]
    return VERSION + hashlib.sha256(to_json(content).encode("ascii", "replace")).hexdigest()


def recounted(store: Store) -> list[str]:
    """Ids of submissions whose verdict or counts, or a lesson's verdict, do not follow from the findings that stand."""
    standing: dict[tuple[str, str | None], dict[str, int]] = {}
    for row in store.rows(_STANDING):
        for place in {(row["submission_id"], None), (row["submission_id"], row["lesson_id"])}:
            counts = standing.setdefault(place, {})
            counts[row["severity"]] = counts.get(row["severity"], 0) + row["n"]
    return sorted({row["id"] for row in store.rows(_COUNTS) if not _follows(row, standing)})


def _follows(row: dict[str, Any], standing: dict[tuple[str, str | None], dict[str, int]]) -> bool:
    counts = standing.get((row["id"], row["lesson_id"]), {})
    verdict: Verdict | None = verdict_of([severity for severity in Severity if counts.get(severity)])
    if verdict is not Verdict.FAIL and (row["unmeasured"] or not row["lessons"]):
        verdict = None
    if row["lesson_id"] is not None:
        return bool(row["verdict"] == verdict)
    held = (row["verdict"], row["faults"], row["warnings"])
    return held == (verdict, counts.get(Severity.FAULT, 0), counts.get(Severity.WARNING, 0))
