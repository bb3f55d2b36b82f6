"""From rows to the values that screens show. Nothing here asks who may see what, but for reviews, which are sealed here."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from station.desk import views
from station.findings import OutcomeKind, Severity, Verdict
from station.papers import codec
from station.people import Person
from station.store import Store, audit, drops, outcomes, owners, queue, reviews, submissions
from station.store import versions as comparing
from station.store.names import restored
from station.workflow import State

Row = dict[str, Any]
_BEFORE_MEASURING = frozenset({State.RECEIVED, State.WAITING_PAPERS, State.QUEUED})
_STATES = {state.value: state for state in State}
_VERDICTS: dict[str | None, Verdict | None] = {None: None, **{verdict.value: verdict for verdict in Verdict}}
_NO_JOBS: Row = {"jobs": 0, "failed": 0, "progress": 0.0, "frames_per_second": None, "eta_seconds": None}


def queue_rows(store: Store, **wanted: Any) -> list[views.QueueRow]:
    """The queue, or a page of it (see `station.store.queue.query`)."""
    with store.snapshot():
        rows = queue.rows(store, **wanted)
        unfinished = queue.unfinished(store, None if wanted.get("limit") is None else [row[0] for row in rows])
    return [queue_row(row, unfinished) for row in rows]


def queue_row(row: tuple[Any, ...], unfinished: dict[str, Row]) -> views.QueueRow:
    """One row of the queue, and the jobs of all (`station.store.queue`)."""
    jobs = unfinished.get(row[0], _NO_JOBS)
    id_, title, unit, version, state, verdict, faults, warnings, received_at, updated_at, lessons = row
    stands = _STATES[state]
    done = 0.0 if stands in _BEFORE_MEASURING else 1.0
    if stands is State.MEASURING and lessons:
        done = (lessons - jobs["jobs"] + jobs["failed"] + jobs["progress"]) / lessons
    return views.QueueRow(
        id_, title, unit, version, stands, _VERDICTS[verdict], faults, warnings, lessons, done,
        jobs["frames_per_second"], jobs["eta_seconds"], received_at, updated_at, jobs["failed"],
    )  # fmt: skip


def job_view(row: Row) -> views.JobView:
    """One job that is not done."""
    return views.JobView(
        row["id"], row["submission_id"], row["lesson_id"], row["title"], row["ordinal"], row["lesson_title"],
        row["state"], row["stage"], row["progress"], row["frames_per_second"], row["eta_seconds"], row["attempts"],
        _reason(json.loads(row["reason"]) if row["reason"] else None), row["created_at"], row["started_at"],
    )  # fmt: skip


def drop_views(store: Store, waiting: Sequence[Row]) -> list[views.DropView]:
    """What the daemon waits for, then the drops that are no submission, newest first."""
    held = [views.DropView(str(row["name"]), "waiting", _reason(row), "", "") for row in waiting]
    return held + [
        views.DropView(drop.name, drop.state, _reason(drop.reason), str(drop.target), drop.at)
        for drop in drops.aside(store)
    ]


def _reason(reason: Row | None) -> tuple[str, Row] | None:
    return (reason["message"], reason.get("params", {})) if reason else None


def submission_view(
    store: Store, root: Path, person: Person, row: Row, versions: tuple[tuple[int, str], ...]
) -> views.SubmissionView:
    """One submission, whole, as `person` may see it."""
    compared = comparing.compare(store, row["id"])
    findings: dict[str | None, list[Row]] = {}
    for finding in outcomes.finding_rows(store, row["id"]):
        findings.setdefault(finding["lesson_id"], []).append(finding | {"change": _change(compared, finding["id"])})
    fixed: dict[int | None, list[Row]] = {}
    for finding in compared.fixed if compared else ():
        fixed.setdefault(finding["ordinal"], []).append(finding)
    ends: dict[str | None, list[views.OutcomeView]] = {}
    for outcome in outcomes.outcome_rows(store, row["id"]):
        ends.setdefault(outcome["lesson_id"], []).append(_outcome(outcome))
    lessons = tuple(
        _lesson(
            root,
            lesson,
            tuple(ends.get(lesson["id"], ())),
            findings.get(lesson["id"], []),
            fixed.get(lesson["ordinal"], []),
        )
        for lesson in submissions.lessons(store, row["id"])
    )
    return views.SubmissionView(
        id=row["id"], work_id=row["work_id"], version=row["version"], title=row["title"],
        applicant_unit=row["applicant_unit"], recommending_unit=row["recommending_unit"], lecturer=row["lecturer"],
        hours=row["hours"], state=State(row["state"]), verdict=_VERDICTS[row["verdict"]], revision=row["revision"],
        folder=str(root / restored(row["folder"])), received_at=row["received_at"], updated_at=row["updated_at"],
        papers=codec.from_json(row["papers"]), lessons=lessons, outcomes=tuple(ends.get(None, ())),
        findings=tuple(_finding(root, "", finding) for finding in findings.get(None, [])),
        reviews=visible_reviews(store, row["id"], person), versions=versions,
        fixed=tuple(_finding(root, "", finding | {"change": "fixed"}) for finding in fixed.get(None, [])),
        against=compared.version if compared else None, owner=owners.owner(store, row["id"]),
    )  # fmt: skip


def _change(compared: comparing.Compared | None, finding_id: int) -> str:
    if compared is None:
        return ""
    return "still" if finding_id in compared.still else "fresh" if finding_id in compared.fresh else ""


def _lesson(
    root: Path, row: Row, ends: tuple[views.OutcomeView, ...], findings: list[Row], fixed: list[Row]
) -> views.LessonView:
    facts = row["facts"]
    evidence = facts.get("evidence") or f"submissions/{row['submission_id']}/lessons/{row['ordinal']}/evidence"
    progress = 1.0 if row["job_state"] == "done" else row["job_progress"] or 0.0
    return views.LessonView(
        id=row["id"], ordinal=row["ordinal"], title=row["title"], file=str(root / restored(row["file"])),
        sha256=row["sha256"], duration=row["duration"], verdict=_VERDICTS[row["verdict"]], job_state=row["job_state"],
        job_stage=row["job_stage"] or "", progress=progress, job_reason=_reason(row["job_reason"]),
        rendition=_below(root, row["rendition"]), overview=_below(root, facts.get("overview")), outcomes=ends,
        findings=tuple(_finding(root, evidence, finding) for finding in findings),
        fixed=tuple(_finding(root, "", finding | {"evidence": {}, "change": "fixed"}) for finding in fixed),
    )  # fmt: skip


def _below(root: Path, stored: str | None) -> str | None:
    return str(root / restored(stored)) if stored else None


def _outcome(row: Row) -> views.OutcomeView:
    return views.OutcomeView(
        row["check_id"], row["clause"], OutcomeKind(row["kind"]), row["reason"], row["params"], row["facts"]
    )


def _finding(root: Path, evidence: str, row: Row) -> views.FindingView:
    waiver = None
    if row["waiver_id"] is not None:
        waiver = views.WaiverView(
            row["waiver_reason"], row["waiver_person"], row["waiver_at"], row["second_person"], row["second_at"],
            bool(row["waived"]),
        )  # fmt: skip
    return views.FindingView(
        id=row["id"], key=row["key"], clause=row["clause"], check=row["check_id"], severity=Severity(row["severity"]),
        waivable=bool(row["waivable"]), people=row["people"], start=row["start"], end=row["end"],
        start_frame=row["start_frame"], end_frame=row["end_frame"], value=row["value"], limit=row["limit"],
        unit=row["unit"], message=row["message"], params=row["params"], tiles=row["tiles"],
        evidence={name: str(root / evidence / file) for name, file in row["evidence"].items()}, waiver=waiver,
        change=row.get("change", ""),
    )  # fmt: skip


def opened(store: Store, submission_id: str, person: Person) -> bool:
    """Whether others' reviews are open to `person`: to an expert only once their own is submitted."""
    own = reviews.own(store, submission_id, person.account)
    return not person.has("expert") or (own is not None and own["state"] == "submitted")


def visible_reviews(store: Store, submission_id: str, person: Person) -> tuple[views.ReviewView, ...]:
    """One's own review, and the sealed ones of others where they are open. Nobody sees another's draft."""
    others = opened(store, submission_id, person)
    return tuple(
        views.ReviewView(
            row["person"], row["state"], row["gate"], row["scores"], row["notes"], row["total"], row["revision"],
            row["submitted_at"], tuple(row["timed"]), row["gate_signed_at"] is not None or row["state"] == "submitted",
            row["attestation"],
        )
        for row in reviews.of(store, submission_id)
        if row["person"] == person.account or (others and row["state"] == "submitted")
    )  # fmt: skip


def log_rows(store: Store, submission_id: str, person: Person) -> list[views.AuditRow]:
    """The log of one submission, oldest first; what is in others' reviews is left out while they are closed."""
    others = opened(store, submission_id, person)
    return [audit_row(row, person, others=others) for row in audit.rows_of(store, submission_id)]


def audit_row(row: Row, person: Person, *, others: bool) -> views.AuditRow:
    """One row of the log; `others`: whether others' reviews of its submission are open to the person."""
    shown = others or row["person"] == person.account or row["role"] != "expert"
    return views.AuditRow(
        row["seq"], row["at"], row["person"], row["role"], row["origin"], row["action"], row["object"],
        json.loads(row["before"]), json.loads(row["after"]) if shown else {},
    )  # fmt: skip
