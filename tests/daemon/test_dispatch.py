"""Jobs that end well, badly, too late, or under a worker that dies; the submission reaches triage every time."""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cloudpickle
import pytest
from distributed import get_worker

from daemon import job as jobwork
from daemon import settling
from daemon.dispatch import Dispatcher
from daemon.engine import Engine
from daemon.intake import Bench, take_in
from daemon.job import JobResult, JobSpec
from daemon.settling import Settled, SettleSpec
from station.config import ReadersSection
from station.context import Context, Copy
from station.desk.machine import machine_move
from station.findings import Verdict
from station.kept import copies_in, readings_in
from station.profile import default_profile
from station.readings import Readings
from station.store import Store, jobs, open_store, outcomes, submissions
from station.workflow import State

DEADLINE = 60.0
COPY = Copy("other", "示例课 / 第 1 讲", 0.0, 0.5, 10.0, 10.5, "both", 0.9)
NO_READERS = ReadersSection(text=False, faces=False, voice=False)


def context(store: Store, lesson_id: str, measured: bool) -> Context:
    """What the lesson is judged against."""
    return Context(received="2026-01-01", copies=(COPY,) if measured else None)


def begun(spec: JobSpec | SettleSpec, topic: str) -> None:
    get_worker().log_event(topic, {"job": spec.job, "pid": os.getpid(), "stage": "start"})
    time.sleep(0.2)  # the event goes out in the worker's own time


def crash_on_first(spec: JobSpec, topic: str) -> JobResult:
    """The first lesson kills whoever reads it; the others are measured."""
    if spec.ordinal == 1:
        begun(spec, topic)
        os.kill(os.getpid(), signal.SIGSEGV)
    return jobwork.run(spec, topic)


def killed_from_outside_once(spec: JobSpec, topic: str) -> JobResult:
    mark = Path(spec.lesson).parent / f"{spec.ordinal}.mark"
    if not mark.exists():
        mark.touch()
        begun(spec, topic)
        os.kill(os.getpid(), signal.SIGKILL)
    return jobwork.run(spec, topic)


def killed_from_outside_always(spec: JobSpec, topic: str) -> JobResult:
    begun(spec, topic)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def raise_always(spec: JobSpec, topic: str) -> JobResult:
    raise RuntimeError("\x1b[31mno\nway")


def hang(spec: JobSpec, topic: str) -> JobResult:
    begun(spec, topic)
    time.sleep(600)
    raise AssertionError


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    from station.config import EngineSection  # noqa: PLC0415 - beside its one use

    made = Engine(EngineSection(memory_gib=1.0), 2, lambda: None)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def submission(bench: Bench, clip: Path) -> str:
    """Two lessons in the queue."""
    drop = bench.places.inbox / "drop"
    drop.mkdir()
    for name in ("第1讲.mp4", "第2讲.mp4"):
        shutil.copy(clip, drop / name)
    with (drop / "第2讲.mp4").open("ab") as file:
        file.write(b"\0\0\0\x08free")
    assert take_in(bench, drop) == "registered"
    (row,) = bench.store.rows("SELECT id FROM submissions")
    return str(row["id"])


Run = Callable[..., Dispatcher]
Work = Callable[[JobSpec, str], JobResult]


def dispatch(bench: Bench, engine: Engine, work: Work, *, minutes: float = 5.0) -> Dispatcher:
    config = replace(bench.config, engine=replace(bench.config.engine, job_minutes=minutes), readers=NO_READERS)
    return Dispatcher(
        bench.store, bench.places, config, engine, bench.log, default_profile(), "", "me", context, work=work
    )


def wait_until(done: Callable[[], bool], step: Callable[[], None]) -> None:
    end = time.monotonic() + DEADLINE
    while not done():
        assert time.monotonic() < end
        step()
        time.sleep(0.01)


@pytest.fixture
def run(bench: Bench, engine: Engine, submission: str) -> Run:
    """Dispatch with `work` until the queue is empty."""

    def until_idle(work: Work, *, minutes: float = 5.0) -> Dispatcher:
        dispatcher = dispatch(bench, engine, work, minutes=minutes)

        def step() -> None:
            dispatcher.step(claiming=True)
            if not engine.alive():
                engine.revive()

        step()
        wait_until(lambda: dispatcher.idle, step)
        return dispatcher

    return until_idle


def lesson_rows(bench: Bench, submission: str) -> list[dict]:
    return submissions.lessons(bench.store, submission)


def test_measured_judged_rendered_and_on_to_triage(bench: Bench, run: Run, submission: str):
    assert run(jobwork.run).failed == 0
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE
    for row in lesson_rows(bench, submission):
        assert row["job_state"] == "done"
        assert row["verdict"] is not None
        assert row["duration"] == pytest.approx(1.0, abs=0.1)
        assert (bench.places.root / row["measurements"]).is_file()
        assert (bench.places.root / row["rendition"]).is_file()
        assert (bench.places.root / row["facts"]["overview"]).is_file()
    assert not list((bench.places.submission(submission) / "lessons").glob(".*"))
    checks = {row["check_id"] for row in outcomes.outcome_rows(bench.store, submission) if row["lesson_id"] is None}
    assert "form-missing" in checks


def test_a_file_that_kills_its_worker_fails_alone(bench: Bench, run: Run, submission: str):
    assert run(crash_on_first).failed == 1
    first, second = lesson_rows(bench, submission)
    assert (first["job_state"], first["verdict"]) == ("failed", Verdict.FAIL)
    assert first["job_reason"] == {"message": "job.failed.crash", "params": {"signal": "SIGSEGV"}}
    assert second["job_state"] == "done"
    row = submissions.header(bench.store, submission)
    assert (row["state"], row["verdict"]) == (State.TRIAGE, Verdict.FAIL)
    assert bench.store.rows("SELECT attempts FROM jobs ORDER BY id") == [{"attempts": 2}, {"attempts": 1}]


def test_a_worker_killed_from_outside_is_no_fault_of_the_file(bench: Bench, run: Run, submission: str):
    assert run(killed_from_outside_once).failed == 0
    assert {row["job_state"] for row in lesson_rows(bench, submission)} == {"done"}


def test_a_worker_that_the_system_killed_for_memory_is(
    bench: Bench, run: Run, submission: str, monkeypatch: pytest.MonkeyPatch
):
    count = iter(range(1000))
    monkeypatch.setattr("daemon.dispatch.oom_kills", lambda: next(count))
    assert run(killed_from_outside_always).failed == 2
    assert lesson_rows(bench, submission)[0]["job_reason"]["message"] == "job.failed.memory"


def test_what_a_job_raises_is_told_in_safe_words(bench: Bench, run: Run, submission: str):
    assert run(raise_always).failed == 2
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE
    reason = lesson_rows(bench, submission)[0]["job_reason"]
    assert reason["message"] == "job.failed.error"
    assert not any(sign in reason["params"]["detail"] for sign in "\x1b\n")


def test_a_job_that_takes_too_long_is_failed(bench: Bench, run: Run, submission: str):
    assert run(hang, minutes=1 / 60).failed == 2
    reason = lesson_rows(bench, submission)[0]["job_reason"]
    assert reason["message"] == "job.failed.time"
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE


def test_an_unreadable_lesson_stands_as_failed_in_triage(bench: Bench, run: Run, submission: str):
    first = lesson_rows(bench, submission)[0]
    (bench.places.root / first["file"]).write_bytes(b"not a video at all")
    assert run(jobwork.run).failed == 1
    first, second = lesson_rows(bench, submission)
    assert (first["job_state"], first["verdict"]) == ("failed", Verdict.FAIL)
    assert second["job_state"] == "done"
    fault = [f for f in outcomes.finding_rows(bench.store, submission) if f["ordinal"] == 1]
    assert [(f["severity"], f["waivable"], f["message"]) for f in fault] == [("fault", 0, "job.failed.unreadable")]
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE


def test_measured_again_when_a_person_asks(bench: Bench, run: Run, submission: str):
    run(jobwork.run)
    with bench.store.transaction():
        submissions.move(bench.store, submission, State.QUEUED)
    run(jobwork.run)
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE
    assert all((bench.places.root / row["measurements"]).is_file() for row in lesson_rows(bench, submission))


def test_a_dead_owners_jobs_go_back(bench: Bench, run: Run, submission: str):
    with bench.store.transaction():
        jobs.claim(bench.store, "dead:1:x", "worker")
        machine_move(bench.store, submission, "start")
    dispatcher = Dispatcher(
        bench.store, bench.places, bench.config, None, bench.log, default_profile(), "", "me", context
    )
    dispatcher.recover()
    assert jobs.counts(bench.store)["queued"] == 2
    assert submissions.header(bench.store, submission)["state"] == State.QUEUED
    assert bench.store.rows("SELECT max(attempts) AS n FROM jobs") == [{"n": 0}]
    assert not jobs.finish(bench.store, lesson_rows(bench, submission)[0]["id"], "dead:1:x")
    run(jobwork.run)
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE


def test_news_that_cannot_be_written_down_are_told_again(bench: Bench, engine: Engine, submission: str):
    dispatcher = dispatch(bench, engine, raise_always)
    wait_until(lambda: len(engine.idle_workers()) == 2, lambda: None)
    dispatcher.step(claiming=True)
    bench.store.db.conn.execute("PRAGMA busy_timeout = 0")
    other = open_store(bench.config.database)
    try:
        with other.transaction():
            wait_until(lambda: not engine.in_flight(), lambda: dispatcher.step(claiming=False))
            dispatcher.step(claiming=False)
            assert jobs.counts(bench.store)["running"] == 2
    finally:
        other.close()
    wait_until(lambda: dispatcher.idle, lambda: dispatcher.step(claiming=True))
    assert dispatcher.failed == 2
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE


def test_a_job_that_cannot_be_given_out_goes_back(bench: Bench, engine: Engine, submission: str):
    unsendable = threading.Lock()
    dispatcher = dispatch(bench, engine, lambda _spec, _topic: unsendable)
    wait_until(lambda: len(engine.idle_workers()) == 2, lambda: None)
    with pytest.raises(TypeError, match="serialize"):
        dispatcher.step(claiming=True)
    assert dispatcher.running == 0
    assert jobs.counts(bench.store)["queued"] == 2
    assert bench.store.rows("SELECT max(attempts) AS n FROM jobs") == [{"n": 0}]


def test_papers_on_which_a_check_breaks_down_hold_nobody(
    bench: Bench, run: Run, submission: str, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("daemon.record.judge_papers", broken)
    assert run(jobwork.run).failed == 0
    row = submissions.header(bench.store, submission)
    assert (row["state"], row["verdict"]) == (State.TRIAGE, Verdict.FAIL)
    told = [f for f in outcomes.finding_rows(bench.store, submission) if f["lesson_id"] is None]
    assert [(f["message"], f["severity"], f["waivable"]) for f in told] == [("job.failed.papers", "fault", 0)]
    ends = {row["reason"] for row in outcomes.outcome_rows(bench.store, submission) if row["kind"] == "not-measurable"}
    assert "job.papers-not-judged" in ends


def settle_killed_once(spec: SettleSpec, topic: str) -> Settled:
    mark = Path(spec.lessons[0].file).parent / "settled.mark"
    if not mark.exists():
        mark.touch()
        begun(spec, topic)
        os.kill(os.getpid(), signal.SIGSEGV)
    return settling.run(spec, topic)


def settle_never(spec: SettleSpec, topic: str) -> Settled:
    raise RuntimeError("no way")


def settle_with(bench: Bench, engine: Engine, work: Callable[[SettleSpec, str], Settled]) -> Dispatcher:
    dispatcher = dispatch(bench, engine, jobwork.run)
    dispatcher.settling.work = work

    def step() -> None:
        dispatcher.step(claiming=True)
        if not engine.alive():
            engine.revive()

    wait_until(lambda: dispatcher.idle, step)
    return dispatcher


def judged(bench: Bench, submission: str) -> list[str]:
    rows = bench.store.rows("SELECT object FROM audit WHERE submission_id = ? AND action = 'judged'", (submission,))
    return [row["object"] for row in rows]


def test_lessons_are_judged_together_when_the_last_is_measured(bench: Bench, engine: Engine, submission: str):
    settle_with(bench, engine, settling.run)
    assert submissions.header(bench.store, submission)["state"] == State.TRIAGE
    assert sorted(judged(bench, submission)) == ["lesson:1", "lesson:2", "papers", "submission"]
    found = outcomes.finding_rows(bench.store, submission)
    before = [(f["ordinal"], f["key"], f["evidence"]) for f in found]
    for row in lesson_rows(bench, submission):
        folder = (bench.places.root / row["measurements"]).parent
        assert copies_in(folder) == (COPY,)
        assert readings_in(folder) == Readings()
    with bench.store.transaction():
        submissions.move(bench.store, submission, State.MEASURING)
    settle_with(bench, engine, settling.run)
    again = [(f["ordinal"], f["key"], f["evidence"]) for f in outcomes.finding_rows(bench.store, submission)]
    assert again == before, "doing it twice leaves what doing it once does"


def test_a_worker_that_dies_while_lessons_are_judged_together(bench: Bench, engine: Engine, submission: str):
    dispatcher = settle_with(bench, engine, settle_killed_once)
    assert (dispatcher.failed, submissions.header(bench.store, submission)["state"]) == (0, State.TRIAGE)
    assert "submission" in judged(bench, submission)


def test_lessons_that_cannot_be_judged_together_stay_as_they_are(bench: Bench, engine: Engine, submission: str):
    dispatcher = settle_with(bench, engine, settle_never)
    assert (dispatcher.failed, submissions.header(bench.store, submission)["state"]) == (0, State.TRIAGE)
    assert "submission" not in judged(bench, submission)
    assert all(row["verdict"] for row in lesson_rows(bench, submission))


def test_withdrawn_while_its_lessons_are_judged_together(bench: Bench, engine: Engine, submission: str):
    dispatcher = dispatch(bench, engine, jobwork.run)
    wait_until(lambda: dispatcher.settling.running == 1, lambda: dispatcher.step(claiming=True))
    with bench.store.transaction():
        submissions.move(bench.store, submission, State.WITHDRAWN)
    wait_until(lambda: dispatcher.idle and not dispatcher.running, lambda: dispatcher.step(claiming=True))
    assert submissions.header(bench.store, submission)["state"] == State.WITHDRAWN


def test_all_lessons_are_in_the_index_before_the_first_looks_around(bench: Bench, engine: Engine, submission: str):
    def around(store: Store, lesson_id: str, measured: bool) -> Context:
        if measured:
            seen.append(store.rows("SELECT count(*) AS n FROM traces")[0]["n"])
        return Context()

    seen: list[int] = []
    config = replace(bench.config, readers=NO_READERS)
    dispatcher = Dispatcher(
        bench.store, bench.places, config, engine, bench.log, default_profile(), "", "me", around, work=jobwork.run
    )
    wait_until(lambda: dispatcher.idle, lambda: dispatcher.step(claiming=True))
    assert seen == [2, 2]
