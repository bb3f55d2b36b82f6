"""Statistics: counts by hand, detectors that ask for tuning, times per stage; who may see them."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import root
from station.config import StatisticsSection
from station.desk.statistics import Frequency, stage_times
from station.errors import NotAllowed
from station.findings import Severity
from tests.station.room import UNIT, Room, finding, loads


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path)
    made.config = replace(made.config, statistics=StatisticsSection(tuning_share=0.3, tuning_cases=2))
    return made


def waive(room: Room, id_: str, place: int, account: str = "op") -> None:
    desk = room.desk(account, "operator")
    view = desk.submission(id_)
    desk.waive(id_, view.lessons[0].findings[place].id, "示例", seen=view.revision)


def worked(room: Room) -> None:
    first = room.triage(finding("black"), finding("freeze", 5.0), finding("hum", 9.0, severity=Severity.NOTE))
    waive(room, first, 0)
    room.move(first, "return", room.desk("op", "operator"), "示例")
    room.triage(finding("black"))
    other = room.triage(finding("black"), finding("freeze", 5.0, people=2), title="另一课", unit="另一大学")
    waive(room, other, 1)


def test_a_finding_counts_once_for_a_work(room: Room) -> None:
    worked(room)
    told = room.desk("op", "operator").statistics()
    assert set(told.detectors) == {Frequency("black", 2, 1, 0), Frequency("freeze", 2, 0, 1)}
    assert told.clauses == (Frequency("2.2.4", 4, 1, 1),)
    assert set(told.units) == {Frequency("示例大学", 2, 1, 1), Frequency("另一大学", 2, 0, 0)}


def test_a_detector_that_is_often_waived_is_named(room: Room) -> None:
    worked(room)
    assert room.desk("op", "operator").statistics().tuning == (Frequency("black", 2, 1, 0),)
    room.config = replace(room.config, statistics=StatisticsSection(tuning_share=0.3, tuning_cases=3))
    assert room.desk("op", "operator").statistics().tuning == ()
    room.config = replace(room.config, statistics=StatisticsSection(tuning_share=0.5, tuning_cases=2))
    assert room.desk("op", "operator").statistics().tuning == ()


def test_times_per_stage() -> None:
    steps = [("a", "2026-01-01T00:00:00+00:00", "triage"), ("a", "2026-01-01T01:00:00+00:00", "triage"),
             ("a", "2026-01-01T02:00:00+00:00", "expert-review"), ("b", "2026-01-01T00:00:00+00:00", "triage"),
             ("b", "2026-01-01T04:00:00+00:00", "returned"), ("c", "2026-01-01T00:00:00+00:00", "queued")]  # fmt: skip
    assert [(t.state, t.count, t.median_hours, t.longest_hours) for t in stage_times(steps)] == [
        ("triage", 2, 3.0, 4.0)
    ]


def test_stages_of_real_submissions(room: Room) -> None:
    worked(room)
    counts = {stage.state: stage.count for stage in room.desk("op", "operator").statistics().stages}
    assert counts == {"received": 3, "queued": 3, "measuring": 3, "triage": 1}


def test_who_is_an_expert_alone_is_told_nothing(room: Room) -> None:
    for roles in (("expert",), ()):
        with pytest.raises(NotAllowed, match=r"desk\.needs-office"):
            room.desk("e", *roles).statistics()
    assert room.desk("e", "expert", "office").statistics().units == ()


def test_who_is_an_expert_besides_is_told_nothing_of_what_is_closed_to_them(room: Room) -> None:
    worked(room)
    declared = room.desk("e", "expert", "office")
    all_of_it = room.desk("of", "office", unit=UNIT).statistics()
    assert declared.statistics() == all_of_it, "another role alone stands aside from nothing here"
    own = room.desk("e", "expert", "office", unit=UNIT).statistics()
    assert own.units == (Frequency("另一大学", 2, 0, 0),)
    assert set(own.detectors) == {Frequency("black", 1, 0, 0), Frequency("freeze", 1, 0, 0)}
    assert {stage.state for stage in own.stages} <= {stage.state for stage in all_of_it.stages}
    assert sum(stage.count for stage in own.stages) < sum(stage.count for stage in all_of_it.stages)
    other = room.store.row("SELECT work_id FROM submissions WHERE applicant_unit = '另一大学'") or {}
    room.store.execute(
        "INSERT INTO recusals(work_id, person, reason, at) VALUES(?, 'e', '示例', '')", (other["work_id"],)
    )
    assert room.desk("e", "expert", "office", unit=UNIT).statistics().units == ()


def test_the_command(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    worked(room)
    config = room.root / "config.toml"
    config.write_text("[statistics]\ntuning_cases = 2\n", encoding="utf-8")
    monkeypatch.setenv("STATION_CONFIG", str(config))
    told = loads(CliRunner().invoke(root, ["stats", "--json"]).output)
    assert told["tuning"] == [{"name": "black", "found": 2, "waived": 1, "fixed": 0}]
    shown = CliRunner().invoke(root, ["--lang", "en", "stats"]).output
    assert "Tune the check" in shown
    assert "另一大学" in shown
