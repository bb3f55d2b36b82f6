"""A surveyed drop becomes a submission with its lessons and jobs: one transaction, the same however often it is run."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from daemon.places import Places
from daemon.survey import Survey
from station.desk.machine import machine_move
from station.store import drops, jobs, submissions
from station.store.connection import Store
from station.store.drops import Drop, Reason
from station.store.names import shown
from station.store.submissions import NewLesson, NewSubmission
from station.workflow import State


def enter(store: Store, places: Places, drop: Drop, found: Survey) -> str:
    """Enter the submission, queue its lessons, and close the drop; the submission's id."""
    with store.transaction():
        submission_id = submissions.register(
            store, new_submission(places, drop, found), drop_id=drop.id, submission_id=drop.id
        )
        jobs.enqueue(store, submission_id, [row["id"] for row in submissions.lessons(store, submission_id)])
        if jobs.submission_state(store, submission_id) == State.RECEIVED:
            machine_move(store, submission_id, "accept")
        drops.set_registered(
            store, drop.id, submission_id=submission_id, digest=found.digest, notes=_notes(found.problems)
        )
    return submission_id


def new_submission(places: Places, drop: Drop, found: Survey) -> NewSubmission:
    """What the drop says of itself: its form where there is one, else its folder's name and no unit."""
    folder = places.relative(places.submission(drop.id) / "source")
    form = found.papers.form
    named = found.title or _stem(drop.name)
    topic = form.topic_named(named) if form else None
    return NewSubmission(
        title=(topic.title if topic else "") or named,
        applicant_unit=topic.applicant_unit if topic else "",
        recommending_unit=form.recommending_unit if form else "",
        lecturer=topic.lecturer if topic else "",
        hours=topic.hours if topic else None,
        folder=folder,
        papers=found.papers,
        lessons=tuple(
            NewLesson(
                number,
                shown(PurePosixPath(lesson.path).stem),
                str(PurePosixPath(folder) / lesson.path),
                lesson.sha256,
                lesson.bytes,
            )
            for number, lesson in enumerate(found.lessons, 1)
        ),
    )


def _stem(name: str) -> str:
    lower = name.lower()
    for ending in (".tar.gz", ".tgz", ".tar", ".zip"):
        if lower.endswith(ending):
            return name[: -len(ending)]
    return PurePosixPath(name).stem or name


def _notes(problems: Sequence[Reason]) -> Reason | None:
    if not problems:
        return None
    listed = [{"message": problem.message, "params": problem.params} for problem in problems[:50]]
    return Reason("intake.notes", {"count": len(problems), "problems": listed})
