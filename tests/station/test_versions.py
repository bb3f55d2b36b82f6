"""A resubmission against the version before: fixed, still there, new; and waivers that follow re-encoded clips."""

from pathlib import Path

import pytest

from gpu.measure import measure
from station.checks.subject import Subject
from station.desk.machine import machine_move
from station.findings import Severity, Verdict
from station.judge import Judgement, judge
from station.profile import default_profile
from station.store import outcomes, versions
from tests.clips import lecture
from tests.station.keyboard import Run, keyboard
from tests.station.room import Room, finding, judgement

DARK, LIGHT = "0" * 64, "5" * 64
SEEN = ("black", "freeze", "audio-gap", "flash")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return keyboard(room, monkeypatch, capsys)


def changes(room: Room, id_: str) -> dict[str, list[str]]:
    view = room.desk("op", "operator").submission(id_)
    told: dict[str, list[str]] = {"still": [], "fresh": [], "fixed": []}
    for part in (view, *view.lessons):
        for found in (*part.findings, *part.fixed):
            if found.change:
                told[found.change].append(found.check)
    return told


def test_a_first_version_is_compared_with_nothing(room: Room) -> None:
    view = room.desk("op", "operator").submission(room.triage(finding()))
    assert view.against is None
    assert (view.lessons[0].findings[0].change, view.lessons[0].fixed) == ("", ())


def test_fixed_still_there_and_new(room: Room) -> None:
    room.triage(finding("black", 3.0), finding("freeze", 9.0), papers=(finding("letter-seal", None),))
    second = room.triage(finding("black", 3.2), finding("flash", 30.0), papers=(finding("quiz-count", None),))
    assert changes(room, second) == {
        "still": ["black"], "fresh": ["quiz-count", "flash"], "fixed": ["letter-seal", "freeze"],
    }  # fmt: skip
    view = room.desk("op", "operator").submission(second)
    assert (view.against, view.compared()) == (1, {"fixed": 2, "still": 1, "fresh": 2})
    assert view.lessons[0].fixed[0].evidence == {}, "its pictures are the earlier version's"


def test_a_graver_finding_at_the_same_place_is_new_and_the_lighter_one_gone(room: Room) -> None:
    room.triage(finding("black", 3.0, severity=Severity.WARNING))
    second = room.triage(finding("black", 3.0, severity=Severity.FAULT))
    assert changes(room, second) == {"still": [], "fresh": ["black"], "fixed": ["black"]}


def test_a_lesson_that_is_not_measured_yet_is_left_out(room: Room) -> None:
    room.triage(finding("black", 3.0), lessons=2)
    second = room.received(lessons=2)
    assert versions.compare(room.store, second) is None
    room.judged(second, 2)
    assert changes(room, second)["fixed"] == []
    room.judged(second, 1)
    assert changes(room, second)["fixed"] == ["black"]


def test_a_version_that_was_never_judged_is_passed_over(room: Room) -> None:
    room.triage(finding("black", 3.0))
    room.received()
    third = room.triage(finding("black", 3.0))
    assert room.desk("op", "operator").submission(third).against == 1


def test_judging_again_keeps_keys_evidence_and_waivers(room: Room) -> None:
    found = finding("black", 3.0, picture=DARK)
    id_ = room.triage(found, finding("freeze", 9.0))
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    desk.waive(id_, view.lessons[0].findings[0].id, "示例", seen=view.revision)
    lesson = f"{id_}-01"
    moved = judgement(finding("black", 3.3, picture=DARK, end=4.3), finding("flash", 50.0))
    for _ in range(2):
        outcomes.record_again(room.store, id_, {lesson: moved}, None)
        view = desk.submission(id_)
        black, flash = view.lessons[0].findings
        assert (black.key, black.standing, set(black.evidence)) == (found.key, False, {"at"})
        assert (flash.standing, flash.evidence) == (True, {})
    assert room.desk("op", "operator").verify().sound


def test_a_rehearsal_leaves_nothing(room: Room) -> None:
    id_ = room.triage(finding("black", 3.0))
    before = room.desk("op", "operator").submission(id_)
    with room.store.rehearsal():
        outcomes.record_again(room.store, id_, {f"{id_}-01": judgement()}, judgement())
        assert outcomes.finding_rows(room.store, id_) == []
    assert room.desk("op", "operator").submission(id_) == before


@pytest.fixture(scope="module")
def judged_clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judgement]:
    """One lecture with three faults; re-encoded at a sixth of its rate; mended but for its black stretch."""
    folder = tmp_path_factory.mktemp("versions")
    shape = {"seconds": 14, "width": 640, "height": 360, "preset": "ultrafast", "seed": 3}
    made = {}
    for name, faults, rate in (
        ("first", ("black", "freeze", "gap"), 6_000_000),
        ("again", ("black", "freeze", "gap"), 1_000_000),
        ("mended", ("black",), 1_500_000),
    ):
        path = folder / f"{name}.mp4"
        lecture(path, faults=faults, video_bit_rate=rate, audio_bit_rate=128_000, **shape)
        whole = judge(Subject(measure(path)), default_profile())
        made[name] = Judgement(tuple(outcome for outcome in whole.outcomes if outcome.check in SEEN))
    return made


def test_waivers_follow_a_re_encoded_lesson(room: Room, judged_clips: dict[str, Judgement]) -> None:
    first = room.received()
    desk = room.desk("op", "operator")
    for name in ("accept", "start"):
        machine_move(room.store, first, name)
    room.judged(first, 1, judgement=judged_clips["first"], evidence={})
    machine_move(room.store, first, "measured")
    assert {f.check for f in desk.submission(first).lessons[0].findings} >= {"black", "freeze", "audio-gap"}
    for found in desk.submission(first).lessons[0].findings:
        desk.waive(first, found.id, "示例", seen=desk.submission(first).revision)
    again = room.received()
    room.judged(again, 1, judgement=judged_clips["again"], evidence={})
    view = desk.submission(again)
    assert (view.verdict, changes(room, again)["fresh"], changes(room, again)["fixed"]) == (Verdict.PASS, [], [])
    mended = room.received()
    room.judged(mended, 1, judgement=judged_clips["mended"], evidence={})
    told = changes(room, mended)
    assert (told["still"], told["fresh"], set(told["fixed"])) == (["black"], [], {"freeze", "audio-gap"})
    assert desk.submission(mended).verdict is Verdict.PASS


def test_station_show_lists_fixed_still_there_and_new(room: Room, run: Run) -> None:
    room.triage(finding("black", 3.0), finding("freeze", 9.0))
    second = room.triage(finding("black", 3.0), finding("flash", 30.0))
    shown = run("op", "show", second).out
    assert "against version 1: 1 fixed, 1 still there, 1 new" in shown
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("fixed")] == ["fixed"]
    told = run("op", "show", second, "--json").json["submission"]
    assert [f["change"] for f in told["lessons"][0]["findings"]] == ["still", "fresh"]
    assert [f["check"] for f in told["lessons"][0]["fixed"]] == ["freeze"]
