"""A submission as it stood at an earlier moment, from the log and from the tables that keep their past.

States, owners, waivers and sealed reviews are known for any moment. Findings are kept of the last judgement alone: where there
was another one since, they are left out, and that is said.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from station.desk.guards import WhyNot
from station.desk.reading import opened
from station.desk.views import AuditRow, FindingView, LessonView, ReviewView, SubmissionView, WaiverView
from station.errors import NotFound, UsageError
from station.findings import Verdict, verdict_of
from station.people import Person
from station.store import Store, reviews, waivers
from station.workflow import State

Row = dict[str, Any]


@dataclass(frozen=True)
class AsOf:
    """What is known of a moment."""

    at: str
    """ISO 8601, UTC."""
    seq: int
    """Last row of the log that counts."""
    view: SubmissionView
    """As it stood; `revision` and `updated_at` are today's."""
    log: tuple[AuditRow, ...]
    missing: tuple[WhyNot, ...]
    """What can't be known any more, in words."""


def moment(text: str, log: Iterable[AuditRow]) -> tuple[str, int | None]:
    """From a time (ISO 8601; without a zone: the reader's own) or `#SEQ`, a row of the log: the time in UTC, and the row's
    number. A date alone is its end. Raises UsageError, NotFound."""
    if text.startswith("#"):
        for row in log:
            if str(row.seq) == text[1:]:
                return row.at, row.seq
        raise NotFound("desk.no-such-row", seq=text[1:])
    try:
        read = datetime.fromisoformat(text + "T23:59:59.999999" if len(text.strip()) == len("2022-02-28") else text)
        return read.astimezone(UTC).isoformat(timespec="microseconds"), None
    except (ValueError, OverflowError) as error:
        raise UsageError("desk.no-moment", text=text) from error


def as_of(store: Store, person: Person, view: SubmissionView, log: list[AuditRow], text: str) -> AsOf:
    """The submission `view` as it stood at the moment `text`. Raises UsageError, NotFound (it was not there yet)."""
    at, seq = moment(text, log)
    then = [row for row in log if (row.seq <= seq if seq is not None else row.at <= at)]
    if not then:
        raise NotFound("desk.not-there-yet", id=view.id, at=at)
    since = log[len(then) :]
    known = {name: value for row in then for name, value in row.after.items() if name in {"state", "owner"}}
    judged = next((row for row in since if "verdict" in row.after and "faults" in row.after), None)
    held = _waivers(store, view.work_id, at)
    shown = _without(view) if judged else _waived(view, held, at)
    shown = replace(
        shown, state=State(known["state"]), owner=known.get("owner", ""), reviews=_reviews(store, person, view, at),
        verdict=_verdict(then) if judged else _standing(shown), fixed=(), against=None,
        versions=tuple(version for version in view.versions if version[0] <= view.version),
    )  # fmt: skip
    return AsOf(at, then[-1].seq, shown, tuple(then), tuple(_missing(judged, since)))


def _missing(judged: AuditRow | None, since: list[AuditRow]) -> Iterable[WhyNot]:
    if judged is not None:
        yield "desk.as-of.findings", {"at": judged.at, "seq": judged.seq}
    if since:
        yield "desk.as-of.drafts", {}
        yield "desk.as-of.files", {}


def _waivers(store: Store, work_id: str, at: str) -> dict[tuple[int | None, str], Row]:
    """The waivers that stood, by lesson and key."""
    return {
        (row["ordinal"], row["key"]): row
        for row in waivers.history(store, work_id)
        if row["at"] <= at and (row["ended_at"] is None or row["ended_at"] > at)
    }


def _finding(found: FindingView, row: Row | None, at: str) -> FindingView:
    if row is None:
        return replace(found, waiver=None, change="")
    second = row["second_person"] if row["second_at"] is not None and row["second_at"] <= at else None
    complete = found.people < 2 or second is not None
    waiver = WaiverView(row["reason"], row["person"], row["at"], second, row["second_at"] if second else None, complete)
    return replace(found, waiver=waiver, change="")


def _waived(view: SubmissionView, held: dict[tuple[int | None, str], Row], at: str) -> SubmissionView:
    """The findings with the waivers of the moment."""

    def of(ordinal: int | None, found: tuple[FindingView, ...]) -> tuple[FindingView, ...]:
        return tuple(_finding(one, held.get((ordinal, one.key)) if one.waivable else None, at) for one in found)

    lessons = tuple(
        replace(
            lesson, findings=(own := of(lesson.ordinal, lesson.findings)), fixed=(), verdict=_of_lesson(lesson, own)
        )
        for lesson in view.lessons
    )
    return replace(view, findings=of(None, view.findings), lessons=lessons)


def _of_lesson(lesson: LessonView, found: tuple[FindingView, ...]) -> Verdict | None:
    verdict = verdict_of([finding.severity for finding in found if finding.standing])
    return verdict if verdict is Verdict.FAIL or lesson.outcomes else None


def _standing(view: SubmissionView) -> Verdict | None:
    """The verdict that the findings made."""
    found = [*view.findings, *(finding for lesson in view.lessons for finding in lesson.findings)]
    verdict = verdict_of([finding.severity for finding in found if finding.standing])
    if verdict is not Verdict.FAIL and not all(lesson.verdict for lesson in view.lessons):
        return None
    return verdict


def _without(view: SubmissionView) -> SubmissionView:
    """Nothing of what was found."""
    lessons = tuple(replace(lesson, findings=(), outcomes=(), fixed=(), verdict=None) for lesson in view.lessons)
    return replace(view, findings=(), outcomes=(), lessons=lessons)


def _verdict(then: list[AuditRow]) -> Verdict | None:
    """What the last judgement before the moment came to; waivers since then apart."""
    told = next((row.after["verdict"] for row in reversed(then) if "verdict" in row.after), None)
    return Verdict(told) if told else None


def _reviews(store: Store, person: Person, view: SubmissionView, at: str) -> tuple[ReviewView, ...]:
    """The reviews that were sealed, by today's rule of who may see them; one that was reopened since is told as it was."""
    others = opened(store, view.id, person)
    sealed = [row for row in reviews.of(store, view.id) if row["submitted_at"] and row["submitted_at"] <= at]
    sealed += [
        row
        for row in reviews.kept(store, view.id)
        if row["submitted_at"] and row["submitted_at"] <= at < row["reopened_at"]
    ]
    return tuple(
        ReviewView(row["person"], "submitted", row["gate"], row["scores"], row["notes"], row["total"], row["revision"],
                   row["submitted_at"], tuple(row["timed"]), True, row["attestation"])
        for row in sealed
        if row["person"] == person.account or others
    )  # fmt: skip
