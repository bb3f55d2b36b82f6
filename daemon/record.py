"""What a job came to, into the lesson's folder and the store."""

from pathlib import Path

from daemon import verdicts
from daemon.job import JobResult
from daemon.log import EventLog
from daemon.places import Places
from daemon.settling import Settled
from daemon.transfer import remove
from station import kept
from station.around import dates_of
from station.judge import judge_papers
from station.papers import codec
from station.profile import Profile
from station.store import jobs, outcomes, submissions
from station.store.connection import Store
from station.store.drops import Reason
from station.store.jobs import Job


def put_in_place(made: Path, final: Path) -> None:
    """Rename the worker's folder to the lesson's; an earlier one steps aside first and is removed after. Done already, it
    does nothing. Raises OSError."""
    if final.exists() and not made.exists():
        return
    old = final.with_name(f".{final.name}.old")
    remove(old)
    if final.exists():
        final.rename(old)
    made.rename(final)
    remove(old)


def measured(store: Store, places: Places, job: Job, result: JobResult) -> None:
    """In the open transaction: what was measured and judged."""
    folder = Path(places.relative(places.lesson(job.submission_id, job.ordinal)))
    assert result.judgement is not None
    outcomes.record_lesson(
        store,
        job.lesson_id,
        measurements=str(folder / kept.MEASUREMENTS),
        duration=result.duration,
        rendition=str(folder / kept.RENDITION) if result.rendition else None,
        facts={"device": result.device, "evidence": str(folder / kept.EVIDENCE)},
        judgement=result.judgement,
        evidence=result.evidence,
        overview=str(folder / kept.OVERVIEW),
    )


def settled(store: Store, submission_id: str, result: Settled) -> None:
    """In the open transaction: what the lessons are in the light of each other."""
    outcomes.record_again(store, submission_id, result.judgements, None, evidence=result.evidence, action="judged")


def not_measured(store: Store, job: Job, reason: Reason, profile: Profile) -> None:
    """In the open transaction: the lesson stands as failed, with the reason as its fault."""
    outcomes.record_lesson(
        store,
        job.lesson_id,
        measurements="",
        duration=None,
        rendition=None,
        facts={},
        judgement=verdicts.not_measured(reason, profile),
        evidence={},
        overview=None,
    )


def papers(store: Store, submission_id: str, profile: Profile, log: EventLog) -> None:
    """In the open transaction: the judgement of the papers, now that the lessons' lengths are known. A check that breaks
    down on them is a fault to be looked at, and holds neither this submission nor the others."""
    row = submissions.header(store, submission_id)
    if row is None:
        return
    seconds = [lesson["duration"] for lesson in jobs.lessons_of(store, submission_id) if lesson["duration"] is not None]
    try:
        judgement = judge_papers(codec.from_json(row["papers"]), seconds, profile, dates_of(store, row))
    except Exception as error:  # noqa: BLE001 - whatever it is, trying again would end the same way
        log.failure("daemon.log.papers-failed", error, id=submission_id)
        judgement = verdicts.papers_not_judged(Reason("job.failed.papers", {"detail": type(error).__name__}), profile)
    outcomes.record_papers(store, submission_id, judgement)
