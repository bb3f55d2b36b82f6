"""From rows and views to the values that documents are written from. Who may have them is decided in `station.desk.exporting`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from station.desk.views import AuditRow, FindingView, LessonView, SubmissionView
from station.documents.settings import Settings
from station.documents.values import (
    BundleLesson,
    BundleWork,
    Decided,
    Entry,
    ExpertOpinion,
    Fault,
    Opinion,
    ReturnLetter,
    Work,
)
from station.findings import Severity
from station.papers import codec
from station.papers.types import Papers, Quiz, Topic
from station.people import name_key
from station.timecode import timecode
from station.workflow import State

Row = Mapping[str, Any]
FRAME_S = 0.04
"""Where no rate was measured: 25 frames a second, as the notice wants them."""


def return_letter(
    view: SubmissionView, log: Sequence[AuditRow], day_of: Callable[[str], date], *, now: str, within: timedelta
) -> ReturnLetter:
    """The standing faults and warnings, the papers' first; the deadline counts from the return, before it from `now`."""
    draft = view.state is not State.RETURNED
    back = None if draft else next((row for row in reversed(log) if row.after.get("state") == State.RETURNED), None)
    dated = day_of(back.at if back else now)
    faults = [_fault(found, None, FRAME_S) for found in view.findings if _counts(found)]
    for lesson in view.lessons:
        frame = _frame_seconds(lesson)
        faults += [_fault(found, lesson.ordinal, frame) for found in lesson.findings if _counts(found)]
    work = Work(
        view.id, view.version, view.title, view.applicant_unit, view.recommending_unit, view.lecturer, view.hours
    )
    reason = str(back.after.get("reason", "")) if back else ""
    return ReturnLetter(work, reason, tuple(faults), dated, dated + within, within.days, draft)


def _counts(found: FindingView) -> bool:
    return found.standing and found.severity is not Severity.NOTE


def _fault(found: FindingView, lesson: int | None, frame: float) -> Fault:
    place = ""
    if found.start is not None:
        ends = (found.start, found.end if found.end is not None else found.start)
        place = "–".join(timecode(seconds, frame) for seconds in ends)
    return Fault(found.clause, found.check, found.severity, lesson, place, found.message, found.params)


def _frame_seconds(lesson: LessonView) -> float:
    """From the frame numbers of the finding farthest into the lesson, to a whole number of frames a second."""
    known = [(found.start, found.start_frame) for found in lesson.findings if found.start and found.start_frame]
    if not known:
        return FRAME_S
    start, number = max(known, key=lambda pair: pair[1])
    return 1 / max(1, round(number / start))


def opinion(
    row: Row,
    sealed: Sequence[Row],
    log: Sequence[AuditRow],
    day_of: Callable[[str], date],
    *,
    pass_mark: float,
    now: str,
) -> Opinion:
    """The sealed reviews in the order in which they were sealed, and what was decided on them (`log`, oldest first); nothing in
    it says whose they are."""
    work = Work(
        row["id"], row["version"], row["title"], row["applicant_unit"], row["recommending_unit"], row["lecturer"], row["hours"]
    )  # fmt: skip
    ordered = sorted(sealed, key=lambda review: str(review["submitted_at"]))
    experts = tuple(
        ExpertOpinion(r["gate"], r["scores"], r["notes"], r["total"], _timed(r.get("timed", ()))) for r in ordered
    )
    office, group = (_decided(log, state, day_of) for state in (State.OFFICE_AUDIT, State.GROUP_DECISION))
    return Opinion(work, experts, pass_mark, day_of(now), office, group)


def _decided(log: Sequence[AuditRow], state: State, day_of: Callable[[str], date]) -> Decided | None:
    """The last decision taken in a state and not taken back since."""
    undone = {row.after.get("undid") for row in log if row.action == "undo"}
    for row in reversed(log):
        if row.action in {"approve", "return"} and row.before.get("state") == state and row.seq not in undone:
            return Decided(row.action == "approve", str(row.after.get("reason", "")), day_of(row.at))
    return None


def _timed(notes: Sequence[Row]) -> tuple[tuple[int, float, str], ...]:
    return tuple(sorted((int(note["lesson"]), float(note["at"]), str(note["text"])) for note in notes))


def entries(rows: Sequence[Row], settings: Settings) -> list[Entry]:
    """The catalogue from the rows of `station.store.catalogued.entered`: the newest version that stands in it of every work,
    under the number that the work got first."""
    numbers: dict[str, tuple[str, date]] = {}
    counts: dict[int, int] = {}
    standing: dict[str, Row] = {}
    for row in rows:
        if row["work_id"] not in numbers:
            day = settings.day_of(row["entered_at"])
            counts[day.year] = counts.get(day.year, 0) + 1
            numbers[row["work_id"]] = (settings.serial.format(year=day.year, number=counts[day.year]), day)
        before = standing.get(row["work_id"])
        if row["state"] in {State.CATALOGUED, State.PUBLISHED} and (not before or before["version"] < row["version"]):
            standing[row["work_id"]] = row
    return [
        _entry(standing[work], serial, day, settings) for work, (serial, day) in numbers.items() if work in standing
    ]


def _entry(row: Row, serial: str, entered: date, settings: Settings) -> Entry:
    """What the work's own form leaves open is taken from the topic that it is linked to."""
    topic = topic_of(codec.from_json(row["papers"]), row["title"])

    def told(name: str) -> str:
        return str((getattr(topic, name) if topic else "") or row[f"topic_{name}"] or "")

    base = topic.national_base if topic else None
    if base is None and row["topic_national_base"] is not None:
        base = bool(row["topic_national_base"])
    return Entry(
        serial=serial, id=row["id"], version=row["version"], title=row["title"], area=told("area"), summary=told("summary"),
        hours=row["hours"], lecturer=row["lecturer"], lecturer_unit=told("lecturer_unit"),
        lecturer_title=told("lecturer_title"), applicant_unit=row["applicant_unit"],
        recommending_unit=row["recommending_unit"], national_base=base, published=row["state"] == State.PUBLISHED,
        entered=entered, link=settings.link.format(serial=serial, id=row["id"]),
    )  # fmt: skip


def topic_of(papers: Papers, title: str) -> Topic | None:
    """The row of the form that is about the work: the one with its title, or the only one."""
    topics = papers.form.topics if papers.form else ()
    same = [topic for topic in topics if name_key(topic.title) == name_key(title)]
    return same[0] if same else topics[0] if len(topics) == 1 else None


def bundle_work(view: SubmissionView, entry: Entry) -> BundleWork:
    """What a bundle holds of one work. A lesson without a rendition has an empty path: the writer refuses it."""
    quizzes = _quizzes(view.papers)
    lessons = tuple(
        BundleLesson(one.ordinal, one.title, one.rendition or "", one.duration, quizzes.get(one.ordinal))
        for one in view.lessons
    )
    return BundleWork(entry, lessons)


def _quizzes(papers: Papers) -> dict[int, Quiz]:
    from station.checks.papers import quizzes_by_lesson  # noqa: PLC0415 - the checks load arrays

    return quizzes_by_lesson(papers)
