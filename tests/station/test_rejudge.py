"""The archive judged again under another profile: what would change is told first, written only when asked, and waivers survive."""

import tempfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from gpu import keeping
from station.checks.subject import Subject
from station.context import Context
from station.desk.machine import machine_move
from station.errors import NotAllowed
from station.findings import Verdict
from station.judge import judge
from station.people import Person
from station.profile import default_profile, load_profile
from station.rejudge import Archive
from station.store import outcomes, submissions
from station.workflow import State
from tests.measured import Film, Voice, lesson
from tests.station.keyboard import Run, keyboard
from tests.station.room import Room

BOSS = Person("boss", frozenset({"admin"}), origin="test")


def measured_submission(room: Room, title: str, *, black: int, checks: tuple[str, ...] = ("black", "freeze")) -> str:
    """One lesson with `black` black frames in its middle, measurements and all, in triage."""
    id_ = room.received(title)
    made = lesson(Film(500).camera().paint(200, 200 + black, 16) if black else Film(500).camera(), Voice(20))
    folder = room.config.root / "submissions" / id_ / "lessons" / "1"
    folder.mkdir(parents=True)
    keeping.save(made, folder / "measurements.npz")
    machine_move(room.store, id_, "accept")
    machine_move(room.store, id_, "start")
    whole = judge(Subject(made, None, 1, context=Context(received="2026-01-01")), default_profile())
    room.judged(id_, 1, judgement=whole, evidence={f.key: {"at": "x.jpg"} for f in whole.findings}, duration=20.0)
    outcomes.record_papers(room.store, id_, judge(Subject(made), default_profile(), "submission"))
    machine_move(room.store, id_, "measured")
    return id_


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return keyboard(room, monkeypatch, capsys)


@pytest.fixture
def lenient(tmp_path: Path) -> Path:
    """A profile that lets a second of black pass as a warning."""
    text = files("station.profiles").joinpath("cacee-2022.toml").read_text(encoding="utf-8")
    assert "fault_s = 0.5, edge_note_s" in text
    path = tmp_path / "lenient.toml"
    path.write_text(text.replace("fault_s = 0.5, edge_note_s", "fault_s = 5.0, edge_note_s"), encoding="utf-8")
    return path


def black_of(room: Room, id_: str) -> tuple[str, bool, str]:
    (row,) = [f for f in outcomes.finding_rows(room.store, id_) if f["check_id"] == "black"]
    return row["severity"], bool(row["waived"]), row["key"]


def test_nothing_is_written_until_it_is_asked_for(room: Room, run: Run, lenient: Path) -> None:
    grave, clean = measured_submission(room, "甲课", black=20), measured_submission(room, "乙课", black=0)
    before = {id_: submissions.header(room.store, id_) for id_ in (grave, clean)}
    told = run("op", "rejudge", "--profile", lenient, "--workers", 1, "--json")
    assert told.code == 0, told.err
    (change,) = [c for c in told.json["changes"] if any(f["check"] == "black" for f in c["findings"])]
    assert (change["id"], told.json["written"]) == (grave, None)
    (found,) = [f for f in change["findings"] if f["check"] == "black"]
    assert (found["before"], found["after"], found["ordinal"]) == ("fault", None, 1) or found["after"] == "warning"
    assert {id_: submissions.header(room.store, id_) for id_ in (grave, clean)} == before
    assert black_of(room, grave)[0] == "fault"


def test_written_with_a_row_in_the_log_and_the_waiver_still_there(room: Room, run: Run, lenient: Path) -> None:
    id_ = measured_submission(room, "甲课", black=20)
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    (black,) = [f for f in view.lessons[0].findings if f.check == "black"]
    desk.waive(id_, black.id, "示例", seen=view.revision)
    done = run("boss", "rejudge", "--profile", lenient, "--workers", 1, "--write", "--yes")
    assert done.code == 0, done.err
    assert "set [station] profile" in done.err
    severity, waived, key = black_of(room, id_)
    assert (severity, waived, key) == ("warning", True, black.key)
    (row,) = [row for row in desk.log(id_) if row.action == "rejudged"]
    assert (row.person, row.role, row.after["profile"]) == ("boss", "admin", default_profile().id)
    assert desk.verify().sound
    kept = [f.evidence for f in desk.submission(id_).lessons[0].findings if f.check == "black"]
    assert list(kept[0]) == ["at"]
    again = run("boss", "rejudge", "--profile", lenient, "--workers", 1, "--json").json
    assert [c for c in again["changes"] if c["findings"] or c["lessons"]] == []


def test_a_stricter_profile_brings_a_waived_warning_back_as_a_fault(room: Room, tmp_path: Path) -> None:
    id_ = measured_submission(room, "甲课", black=10)
    desk = room.desk("op", "operator")
    view = desk.submission(id_)
    (black,) = [f for f in view.lessons[0].findings if f.check == "black"]
    desk.waive(id_, black.id, "示例", seen=view.revision)
    text = files("station.profiles").joinpath("cacee-2022.toml").read_text(encoding="utf-8")
    strict = tmp_path / "strict.toml"
    strict.write_text(text.replace("fault_s = 0.5, edge_note_s", "fault_s = 0.2, edge_note_s"), encoding="utf-8")
    archive = Archive(room.store, room.config, load_profile(strict), str(strict), workers=1)
    with tempfile.TemporaryFile() as spool:
        changes = list(archive.run(spool))
        assert archive.write(spool, BOSS, {}) == (1, ())
    assert any((f.check, f.after) == ("black", "fault") for f in changes[0].findings)
    severity, waived, key = black_of(room, id_)
    assert (severity, waived) == ("fault", False), "what was waived was lighter"
    assert key != black.key


def test_what_somebody_changed_meanwhile_is_left_alone(room: Room, lenient: Path) -> None:
    one, two = measured_submission(room, "甲课", black=20), measured_submission(room, "乙课", black=20)
    archive = Archive(room.store, room.config, load_profile(lenient), str(lenient), workers=1)
    with tempfile.TemporaryFile() as spool:
        assert {change.id for change in archive.run(spool)} == {one, two}
        desk = room.desk("op", "operator")
        view = desk.submission(one)
        desk.waive(one, next(f.id for f in view.lessons[0].findings if f.waivable), "示例", seen=view.revision)
        assert archive.write(spool, BOSS, {}) == (1, (one,))
    assert (black_of(room, one)[0], black_of(room, two)[0]) == ("fault", "warning")


def test_what_cannot_be_read_stays_as_it_is_and_is_told(room: Room, run: Run, lenient: Path) -> None:
    id_ = measured_submission(room, "甲课", black=20)
    path = room.config.root / "submissions" / id_ / "lessons" / "1" / "measurements.npz"
    path.write_bytes(b"damaged")
    told = run("boss", "rejudge", "--profile", lenient, "--workers", 1, "--json", "--write").json
    (change,) = told["changes"]
    assert [ordinal for ordinal, _ in change["failed"]] == [1]
    assert "measurements" in change["failed"][0][1]
    assert black_of(room, id_)[0] == "fault"


def test_what_the_daemon_has_in_hand_is_left_to_it(room: Room, lenient: Path) -> None:
    id_ = measured_submission(room, "甲课", black=20)
    room.move(id_, "remeasure", room.desk("op", "operator"))
    archive = Archive(room.store, room.config, load_profile(lenient), str(lenient), workers=1)
    with tempfile.TemporaryFile() as spool:
        assert list(archive.run(spool)) == []
        assert list(replace(archive, states=frozenset({State.QUEUED})).run(spool)) == []


def test_who_may(room: Room, run: Run, lenient: Path) -> None:
    measured_submission(room, "甲课", black=20)
    for person, arguments in (("op", ("--write", "--yes")), ("e1", ())):
        said = run(person, "rejudge", "--workers", 1, *arguments)
        assert said.code == NotAllowed.exit_code, said.out
    assert (
        run("boss", "rejudge", "--workers", 1, "--write").code == 0 or "--yes" in run("boss", "rejudge", "--write").err
    )


def test_what_is_closed_to_an_expert_is_neither_told_nor_written(room: Room, run: Run, lenient: Path) -> None:
    id_ = measured_submission(room, "甲课", black=20)
    (room.root / "config.toml").write_text(
        '[people]\nboth = {roles = ["admin", "expert"], unit = "示例大学"}\nboss = {roles = ["admin"]}\n',
        encoding="utf-8",
    )
    arguments = ("rejudge", "--profile", lenient, "--workers", 1, "--json")
    told = run("both", *arguments, "--write", "--yes").json
    assert (told["changes"], told["written"]) == ([], 0)
    assert black_of(room, id_)[0] == "fault"
    assert [change["id"] for change in run("boss", *arguments).json["changes"]] == [id_]


def test_the_table_names_verdicts_and_findings(room: Room, run: Run, lenient: Path) -> None:
    id_ = measured_submission(room, "甲[/]课", black=20)
    said = run("op", "rejudge", "--profile", lenient, "--workers", 1)
    assert said.code == 0, said.err
    assert id_[-8:] in said.out
    assert "甲[/]课" in said.out
    assert "fault → warning" in said.out
    assert "nothing was written" in said.out
    assert submissions.header(room.store, id_)["verdict"] == Verdict.FAIL  # type: ignore[index]
