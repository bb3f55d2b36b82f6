"""Outcomes, findings and the verdicts computed from them."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station.errors import NotFound
from station.findings import Outcome, OutcomeKind, Severity, Verdict
from station.judge import Judgement
from station.store import outcomes
from tests.station.room import Room, finding, judgement


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_everything_recorded_comes_back(room: Room) -> None:
    found = finding("black", 12.5, start_frame=312, end_frame=337, picture="ab12", people=2, severity=Severity.WARNING)
    id_ = room.triage(found)
    lesson = room.desk("op", "operator").submission(id_).lessons[0]
    view = lesson.findings[0]
    for name in ("key", "clause", "check", "severity", "waivable", "people", "start", "end", "start_frame", "end_frame", "value",
                 "limit", "unit", "message", "params", "tiles"):  # fmt: skip
        assert getattr(view, name) == getattr(found, name), name
    base = room.config.root / f"submissions/{id_}/lessons/1"
    assert view.evidence == {"at": str(base / "evidence" / f"{found.key}.jpg")}
    assert (lesson.overview, lesson.rendition) == (str(base / "overview.json"), str(base / "rendition.mp4"))
    assert (lesson.duration, lesson.verdict, view.standing) == (2700.0, Verdict.ATTENTION, True)
    assert [(o.check, o.kind) for o in lesson.outcomes] == [
        ("black", OutcomeKind.FINDINGS),
        ("rendition", OutcomeKind.OK),
    ]


def test_recording_again_replaces_and_never_uses_a_finding_id_twice(room: Room) -> None:
    id_ = room.triage(finding("black", 1.0), finding("freeze", 5.0))
    desk = room.desk("op", "operator")
    before = desk.submission(id_)
    room.judged(id_, 1, finding("black", 9.0))
    after = desk.submission(id_)
    assert [found.check for found in after.lessons[0].findings] == ["black"]
    assert after.lessons[0].findings[0].id > max(found.id for found in before.lessons[0].findings)
    assert after.revision > before.revision, "what somebody looked at no longer holds"


def test_lessons_and_papers_do_not_replace_each_other(room: Room) -> None:
    id_ = room.triage(finding("black", 1.0), papers=(finding("form-missing", None),), lessons=2)
    outcomes.record_papers(room.store, id_, judgement(finding("quiz-missing", None)))
    view = room.desk("op", "operator").submission(id_)
    assert [found.check for found in view.findings] == ["quiz-missing"]
    assert [len(lesson.findings) for lesson in view.lessons] == [1, 0]
    assert [lesson.verdict for lesson in view.lessons] == [Verdict.FAIL, Verdict.PASS]
    assert (view.verdict, room.raw(id_, "faults")) == (Verdict.FAIL, 2)


def test_no_verdict_while_a_lesson_is_not_measured_unless_a_fault_stands(room: Room) -> None:
    id_ = room.received(lessons=2)
    assert room.raw(id_, "verdict") is None
    outcomes.record_papers(room.store, id_, judgement())
    room.judged(id_, 1)
    assert room.raw(id_, "verdict") is None
    room.judged(id_, 1, finding())
    assert room.raw(id_, "verdict") == "fail"
    room.judged(id_, 1)
    room.judged(id_, 2, finding(severity=Severity.WARNING))
    assert room.raw(id_, "verdict") == "attention"
    room.judged(id_, 2, finding(severity=Severity.NOTE))
    assert room.raw(id_, "verdict") == "pass"


def test_a_lesson_that_could_not_be_measured_fails_and_holds_back_even_if_all_is_waived(room: Room) -> None:
    id_ = room.triage()
    room.judged(id_, 1, finding("corrupt", None), measurements="", duration=None, rendition=None, overview=None)
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    assert (view.verdict, view.lessons[0].verdict, view.lessons[0].duration) == (Verdict.FAIL, Verdict.FAIL, None)
    desk.waive(id_, view.lessons[0].findings[0].id, "示例", seen=view.revision)
    assert desk.submission(id_).verdict is None
    assert desk.why_not(id_, "approve") == ("guard.all-measured", {"lessons": "1"})


def test_papers_alone_make_no_verdict(room: Room) -> None:
    id_ = room.received(lessons=0)
    outcomes.record_papers(room.store, id_, judgement())
    assert room.raw(id_, "verdict") is None
    assert room.desk("op", "operator").why_not(id_, "approve") is not None


def test_numbers_of_every_kind_are_kept(room: Room) -> None:
    id_ = room.received()
    facts: dict[str, Any] = {"a": np.float32(0.5), "b": -math.inf, "c": np.int64(3), "d": None, "e": "x\udc80"}
    outcome = Outcome("loudness", "2.7.2", OutcomeKind.OK, facts=facts, params={"n": np.bool_(True)})
    room.judged(id_, 1, judgement=Judgement((outcome,)), facts={"device": "cpu", "n": np.float64(1.5)})
    kept = room.desk("op", "operator").submission(id_).lessons[0].outcomes[0]
    assert kept.facts == {"a": 0.5, "b": -math.inf, "c": 3, "d": None, "e": "x\udc80"}
    assert kept.params == {"n": True}


def test_what_does_not_exist_is_told(room: Room) -> None:
    with pytest.raises(NotFound, match=r"desk\.no-such-lesson"):
        room.judged("01NOWHERE", 1)
    with pytest.raises(NotFound, match=r"desk\.no-such-submission"):
        outcomes.record_papers(room.store, "01NOWHERE", judgement())


def test_a_judgement_is_written_whole_or_not_at_all(room: Room) -> None:
    id_ = room.triage(finding())
    twice = Judgement((Outcome("black", "2", OutcomeKind.OK), Outcome("black", "2", OutcomeKind.OK)))
    with pytest.raises(Exception, match="UNIQUE"):
        room.judged(id_, 1, judgement=twice)
    assert len(room.desk("op", "operator").submission(id_).lessons[0].findings) == 1


SEVERITIES = st.sampled_from(list(Severity))
FINDINGS = st.lists(
    st.builds(
        lambda check, start, severity, waivable, people: finding(
            check, start, severity=severity, waivable=waivable, people=people
        ),
        st.sampled_from(["black", "freeze", "flash"]), st.none() | st.integers(0, 4).map(float), SEVERITIES, st.booleans(),
        st.integers(1, 2),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FINDINGS, st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["one", "two", "end"])), max_size=12))
def test_the_summary_is_always_what_the_detail_shows(room: Room, found: list[Any], acts: list[tuple[int, str]]) -> None:
    id_ = room.triage(*found, title=f"课{len(room.store.rows('SELECT id FROM works'))}")
    one, two = room.desk("op", "operator"), room.desk("op2", "operator")
    for number, act in acts:
        view = one.submission(id_)
        if not view.lessons[0].findings:
            break
        chosen = view.lessons[0].findings[number % len(view.lessons[0].findings)]
        if act == "one" and chosen.waivable and chosen.waiver is None:
            one.waive(id_, chosen.id, "示例", seen=view.revision)
        elif act == "two" and chosen.waiver and not chosen.waiver.complete:
            two.second_waiver(id_, chosen.id, seen=view.revision)
        elif act == "end" and chosen.waiver:
            one.end_waiver(id_, chosen.id, seen=view.revision)
    view = one.submission(id_)
    row = next(row for row in one.queue() if row.id == id_)
    standing = [f.severity for f in view.lessons[0].findings if f.standing]
    assert (row.faults, row.warnings) == (standing.count(Severity.FAULT), standing.count(Severity.WARNING))
    waived = frozenset(f.key for f in view.lessons[0].findings if f.waiver and f.waiver.complete)
    assert view.verdict == row.verdict == view.lessons[0].verdict
    if len({(f.key, f.waivable, f.people) for f in found}) == len({f.key for f in found}):
        assert view.verdict == judgement(*found).verdict(waived)
