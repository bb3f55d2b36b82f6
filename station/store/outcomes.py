"""What judging said: outcomes and findings of lessons and papers, and the verdicts computed from those very rows.

`recount` is the one place where a verdict is set; the detail shows the rows it counts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from station.errors import NotFound
from station.findings import Finding, Known, Outcome, Severity, Verdict, adopt, verdict_of
from station.judge import Judgement
from station.store import audit, search
from station.store.connection import Store, storable, to_json
from station.store.names import stored
from station.store.submissions import header, touch
from station.workflow import MACHINE

_FINDINGS = """
SELECT f.*, l.ordinal, v.id AS waiver_id, v.reason AS waiver_reason, v.person AS waiver_person, v.at AS waiver_at,
  v.second_person, v.second_at, v.id IS NOT NULL AND (f.people < 2 OR v.second_person IS NOT NULL) AS waived
FROM findings f JOIN submissions s ON s.id = f.submission_id LEFT JOIN lessons l ON l.id = f.lesson_id
LEFT JOIN waivers v ON v.work_id = s.work_id AND ifnull(v.ordinal, -1) = ifnull(l.ordinal, -1) AND v.key = f.key
  AND v.ended_at IS NULL AND f.waivable
WHERE f.submission_id = ? ORDER BY ifnull(l.ordinal, -1), ifnull(f.start, -1), f.check_id, f.id
"""
_OWN = """
SELECT key, check_id, severity, start, "end", value, picture, evidence FROM findings WHERE submission_id = ? AND lesson_id = ?
ORDER BY id
"""


def record_lesson(
    store: Store,
    lesson_id: str,
    *,
    measurements: str,
    duration: float | None,
    rendition: str | None,
    facts: Mapping[str, Any],
    judgement: Judgement,
    evidence: Mapping[str, Mapping[str, str]],
    overview: str | None,
) -> None:
    """Replace what is known of one lesson, and recompute the verdicts.

    Paths are relative to the station's root; `measurements` is empty and `duration` (seconds) None where the lesson could
    not be measured: it then holds its submission back; `evidence` maps a finding's key to file names inside
    `facts["evidence"]`. Part of the open transaction, or its own. Raises NotFound.
    """
    with store.transaction():
        lesson = store.row("SELECT submission_id, ordinal FROM lessons WHERE id = ?", (lesson_id,))
        if lesson is None:
            raise NotFound("desk.no-such-lesson", id=lesson_id)
        audit.compare(store, lesson["submission_id"])
        kept = {**facts, "overview": stored(overview)} if overview is not None else dict(facts)
        store.execute(
            "UPDATE lessons SET measurements = ?, duration = ?, rendition = ?, facts = ? WHERE id = ?",
            (stored(measurements), duration, stored(rendition) if rendition else None, to_json(kept), lesson_id),
        )
        known = _known(store, lesson["submission_id"], lesson["ordinal"])
        _replace(store, lesson["submission_id"], lesson_id, judgement.outcomes, evidence, known=known)
        search.put_words(store, lesson["submission_id"], lesson["ordinal"], measurements)
        _settle(store, lesson["submission_id"], f"lesson:{lesson['ordinal']}")


def record_again(
    store: Store,
    submission_id: str,
    judgements: Mapping[str, Judgement],
    papers: Judgement | None,
    *,
    person: str = MACHINE,
    role: str = MACHINE,
    origin: str = "",
    action: str = "rejudged",
    evidence: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Judge lessons anew that were measured before (lesson id → judgement), and the papers where `papers` is given.

    What was measured stays, and so do the keys of findings that are the same as before, with their waivers and evidence;
    `evidence` (lesson id → as for `record_lesson`) adds to it. `told` goes into the log with the new verdict. Doing it twice
    leaves what doing it once does. Part of the open transaction, or its own. Raises NotFound.
    """
    with store.transaction():
        if header(store, submission_id) is None:
            raise NotFound("desk.no-such-submission", id=submission_id)
        audit.compare(store, submission_id)
        for lesson_id, judgement in judgements.items():
            lesson = store.row("SELECT submission_id, ordinal FROM lessons WHERE id = ?", (lesson_id,))
            if lesson is None or lesson["submission_id"] != submission_id:
                raise NotFound("desk.no-such-lesson", id=lesson_id)
            _replace_again(store, lesson_id, lesson, judgement, (evidence or {}).get(lesson_id, {}))
        if papers is not None:
            _replace(store, submission_id, None, papers.outcomes, {})
        _settle(
            store, submission_id, "submission", person=person, role=role, origin=origin, action=action, told=told or {}
        )


def _replace_again(
    store: Store, lesson_id: str, lesson: Mapping[str, Any], judgement: Judgement, more: Mapping[str, Mapping[str, str]]
) -> None:
    """The lesson's own findings come before those of the version before, nearest first, so that keys stay."""
    submission_id = lesson["submission_id"]
    rows = store.rows(_OWN, (submission_id, lesson_id))
    own = [_as_known(row) for row in rows]
    keys = {known.key for known in own}
    earlier = [known for known in _known(store, submission_id, lesson["ordinal"]) if known.key not in keys]
    kept = {row["key"]: json.loads(row["evidence"]) for row in rows}
    _replace(store, submission_id, lesson_id, judgement.outcomes, more, known=[*own, *earlier], kept=kept)


def record_papers(store: Store, submission_id: str, judgement: Judgement) -> None:
    """Replace what is known of a submission's papers, and recompute its verdict. Raises NotFound."""
    with store.transaction():
        if header(store, submission_id) is None:
            raise NotFound("desk.no-such-submission", id=submission_id)
        audit.compare(store, submission_id)
        _replace(store, submission_id, None, judgement.outcomes, {})
        _settle(store, submission_id, "papers")


def _settle(
    store: Store,
    submission_id: str,
    thing: str,
    *,
    person: str = MACHINE,
    role: str = MACHINE,
    origin: str = "",
    action: str = "judged",
    told: Mapping[str, Any] | None = None,
) -> None:
    before = _counts(header(store, submission_id))
    recount(store, submission_id)
    touch(store, submission_id)
    audit.append(
        store, person=person, role=role, origin=origin, action=action, submission_id=submission_id, object=thing,
        before=before, after=_counts(header(store, submission_id)) | dict(told or {}),
    )  # fmt: skip


def _counts(row: dict[str, Any] | None) -> dict[str, Any]:
    return {name: row[name] for name in ("verdict", "faults", "warnings")} if row else {}


def _replace(
    store: Store,
    submission_id: str,
    lesson_id: str | None,
    outcomes: Iterable[Outcome],
    evidence: Mapping[str, Mapping[str, str]],
    *,
    known: Sequence[Known] = (),
    kept: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """`evidence` by the keys that the outcomes show; `kept`: evidence that is there already, by the keys as stored."""
    for table in ("findings", "outcomes"):
        store.execute(
            f"DELETE FROM {table} WHERE submission_id = ? AND lesson_id IS ?",  # noqa: S608 - our own names
            (submission_id, lesson_id),
        )
    for position, outcome in enumerate(outcomes):
        store.execute(
            "INSERT INTO outcomes VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (submission_id, lesson_id, position, outcome.check, outcome.clause, outcome.kind.value, outcome.reason,
             to_json(outcome.params), to_json(outcome.facts)),
        )  # fmt: skip
        stored_as = adopt(outcome.findings, known) if known else outcome.findings
        for finding, shown in zip(stored_as, outcome.findings, strict=True):
            files = evidence.get(shown.key) or (kept or {}).get(finding.key, {})
            _insert_finding(store, submission_id, lesson_id, finding, files)
    search.put_findings(store, submission_id, lesson_id)


def _known(store: Store, submission_id: str, ordinal: int) -> list[Known]:
    """The findings of the same lesson in the version before, which waivers of the work hang on."""
    rows = store.rows(
        """SELECT f.key, f.check_id, f.severity, f.start, f."end", f.value, f.picture
        FROM submissions s JOIN submissions e ON e.work_id = s.work_id AND e.version = (
          SELECT max(version) FROM submissions WHERE work_id = s.work_id AND version < s.version)
        JOIN lessons l ON l.submission_id = e.id AND l.ordinal = ?
        JOIN findings f ON f.lesson_id = l.id WHERE s.id = ?""",
        (ordinal, submission_id),
    )
    return [_as_known(row) for row in rows]


def _as_known(row: Mapping[str, Any]) -> Known:
    return Known(
        row["key"], row["check_id"], Severity(row["severity"]), row["start"], row["end"], json.loads(row["value"]),
        row["picture"],
    )  # fmt: skip


def _insert_finding(
    store: Store, submission_id: str, lesson_id: str | None, finding: Finding, evidence: Mapping[str, str]
) -> None:
    row = {
        "submission_id": submission_id, "lesson_id": lesson_id, "key": finding.key, "clause": finding.clause,
        "check_id": finding.check, "severity": finding.severity.value, "waivable": int(finding.waivable),
        "people": finding.people, "start": finding.start, "end": finding.end, "start_frame": finding.start_frame,
        "end_frame": finding.end_frame, "value": to_json(finding.value), "limit": to_json(finding.limit),
        "unit": finding.unit, "message": finding.message, "params": to_json(finding.params),
        "tiles": to_json(finding.tiles) if finding.tiles else None, "picture": storable(finding.picture),
        "evidence": to_json(dict(evidence)),
    }  # fmt: skip
    names, places = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    store.execute(f"INSERT INTO findings({names}) VALUES({places})", row)


def recount(store: Store, submission_id: str) -> None:
    """Set the verdicts of the lessons and of the submission from the findings that stand, in the open transaction.

    A lesson that was not measured, and a submission of which a lesson was not, has none unless a fault stands already.
    """
    standing: dict[str | None, list[Severity]] = {}
    for row in finding_rows(store, submission_id):
        if not row["waived"]:
            standing.setdefault(row["lesson_id"], []).append(Severity(row["severity"]))
    rows = store.rows("SELECT id, measurements FROM lessons WHERE submission_id = ?", (submission_id,))
    for lesson in rows:
        verdict: Verdict | None = verdict_of(standing.get(lesson["id"], ()))
        if verdict is not Verdict.FAIL and not lesson["measurements"]:
            verdict = None
        store.execute("UPDATE lessons SET verdict = ? WHERE id = ?", (verdict, lesson["id"]))
    everything = [severity for severities in standing.values() for severity in severities]
    whole: Verdict | None = verdict_of(everything)
    if whole is not Verdict.FAIL and not (rows and all(lesson["measurements"] for lesson in rows)):
        whole = None
    store.execute(
        "UPDATE submissions SET verdict = ?, faults = ?, warnings = ? WHERE id = ?",
        (whole, everything.count(Severity.FAULT), everything.count(Severity.WARNING), submission_id),
    )


def finding_rows(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The findings, papers first, then by lesson and time, each with its standing waiver (`waiver_*`) and whether it is
    waived by as many people as it needs."""
    rows = store.rows(_FINDINGS, (submission_id,))
    for row in rows:
        for name in ("value", "limit", "params", "evidence"):
            row[name] = json.loads(row[name])
        row["tiles"] = tuple(json.loads(row["tiles"])) if row["tiles"] else None
    return rows


def outcome_rows(store: Store, submission_id: str) -> list[dict[str, Any]]:
    """The outcomes in the profile's order; `lesson_id` is None for the papers'."""
    rows = store.rows("SELECT * FROM outcomes WHERE submission_id = ? ORDER BY lesson_id, position", (submission_id,))
    for row in rows:
        row["params"], row["facts"] = json.loads(row["params"]), json.loads(row["facts"])
    return rows
