"""Papers that come after the drop: what they replace, what they say, who may add them, and what is no paper."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from station.cli import root
from station.desk import Desk
from station.errors import Conflict, NotAllowed, NotFound, UsageError
from station.papers import codec
from station.papers.read import supplemented
from station.papers.types import PaperProblem, Papers
from station.people import Person, account_name
from station.profile import default_profile
from station.rubric import default_rubric
from station.store import audit
from station.workflow import State
from tests.station.papered import papers as held_papers
from tests.station.papered import quiz
from tests.station.room import UNIT, Room

FORM = """
recommending_unit = "示例省厅"
filled_on = 2022-02-11
contact = "示例联系人"
telephone = "010-00000000"
[[topic]]
title = "数字技术基础（示例）"
summary = "示例简介"
hours = 1
lecturer = "示例教师甲"
lecturer_unit = "示例大学"
lecturer_title = "教授"
applicant_unit = "示例继续教育基地"
national_base = true
"""
QUIZ = "第1讲 测试题\n" + "".join(f"{n}. 示例第 {n} 问？\nA. 甲{n}\nB. 乙{n}\nC. 丙{n}\n答案：B\n" for n in range(1, 6))


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "station")


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """What a unit sent afterwards."""
    folder = tmp_path / "补交"
    folder.mkdir()
    (folder / "submission.toml").write_text(FORM, encoding="utf-8")
    (folder / "第1讲测试题.txt").write_text(QUIZ, encoding="utf-8")
    return folder


def operator(room: Room, account: str = "op", unit: str = "") -> Desk:
    """Judges by the real profile."""
    person = Person(account, frozenset({"operator"}), unit, origin="test")
    return Desk(room.store, person, room.config, default_profile(), default_rubric())


def add(desk: Desk, id_: str, *files: Path) -> Papers:
    desk.add_papers(id_, files, seen=desk.submission(id_).revision)
    row = desk.store.row("SELECT papers FROM submissions WHERE id = ?", (id_,))
    assert row is not None
    return codec.from_json(row["papers"])


def checks(desk: Desk, id_: str) -> set[str]:
    return {finding.check for finding in desk.submission(id_).findings}


def test_a_form_and_a_quiz_that_were_missing(room: Room, sent: Path) -> None:
    id_ = room.triage(title="数字技术基础（示例）", unit="", recommender="")
    desk = operator(room)
    other = sent / "别的.txt"
    other.write_text("请查收", encoding="utf-8")
    papers = add(desk, id_, sent / "第1讲测试题.txt", other)
    assert [q.lesson for q in papers.quizzes] == [1]
    assert "form-missing" in checks(desk, id_)
    papers = add(desk, id_, sent / "submission.toml")
    assert papers.form is not None
    assert len(papers.quizzes) == 1
    assert "form-missing" not in checks(desk, id_)
    view = desk.submission(id_)
    assert (view.title, view.applicant_unit, view.hours) == ("数字技术基础（示例）", "示例继续教育基地", 1.0)
    assert room.raw(id_, "applicant_key")
    assert [hit.submission.id for hit in desk.search("示例继续教育基地")] == [id_]
    logged = [row for row in desk.log(id_) if row.action == "add-papers"]
    assert [row.person for row in logged] == ["op", "op"]
    assert {row["file"] for row in logged[0].after["files"]} == {"第1讲测试题.txt", "别的.txt"}
    assert logged[1].before["applicant_unit"] == ""
    assert audit.verify(room.store).sound
    assert sorted(p.name for p in (room.config.root / "submissions" / id_ / "added").iterdir()) == ["1", "2"]
    assert (sent / "submission.toml").read_text(encoding="utf-8") == FORM


def test_the_work_keeps_its_name_where_another_has_it(room: Room, sent: Path) -> None:
    first = room.triage(title="数字技术基础（示例）", unit="示例继续教育基地")
    second = room.triage(title="文件夹", unit="")
    add(operator(room), second, sent)
    assert room.raw(second, "title") == "数字技术基础（示例）"
    assert room.raw(second, "work_id") != room.raw(first, "work_id")
    assert audit.verify(room.store).sound


def test_their_own_unit_is_closed_from_then_on(room: Room, sent: Path) -> None:
    """回避 follows the form that came later."""
    id_ = room.triage(title="数字技术基础（示例）", unit="")
    theirs = operator(room, "their", unit="示例继续教育基地")
    assert theirs.why_not(id_, "approve") != ("guard.not-applicant", {})
    add(operator(room), id_, sent)
    assert (theirs.why_not(id_, "approve") or ("",))[0] == "guard.not-applicant"
    with pytest.raises(NotAllowed):
        theirs.add_papers(id_, [sent], seen=room.raw(id_, "revision"))


@pytest.mark.parametrize(
    "state",
    [state for state in State if state not in {State.WAITING_PAPERS, State.QUEUED, State.MEASURING, State.TRIAGE}],
)
def test_not_once_the_experts_have_it(room: Room, sent: Path, state: State) -> None:
    id_ = room.at(state)
    with pytest.raises(NotAllowed):
        operator(room, "fresh").add_papers(id_, [sent], seen=room.raw(id_, "revision"))
    assert not (room.config.root / "submissions" / id_ / "added").exists()


def test_before_it_is_measured_the_daemon_judges(room: Room, sent: Path) -> None:
    id_ = room.at(State.MEASURING)
    desk = operator(room)
    assert add(desk, id_, sent).form is not None
    assert [row.action for row in desk.log(id_)][-1] == "add-papers"
    assert audit.verify(room.store).sound


def test_what_is_no_paper_is_refused_and_leaves_nothing(room: Room, sent: Path, tmp_path: Path) -> None:
    id_ = room.triage()
    desk = operator(room)
    before = room.raw(id_, "revision"), room.raw(id_, "papers")
    (tmp_path / "x.txt").write_text("没有题目", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (tmp_path / "征集表.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "link.toml").symlink_to(sent / "submission.toml")
    with (tmp_path / "第1讲测试题.txt").open("wb") as huge:
        huge.truncate((64 << 20) + 1)
    os.mkfifo(tmp_path / "pipe")
    for files, message in (
        ([tmp_path / "x.txt"], "desk.papers.none"),
        ([tmp_path / "empty"], "desk.papers.count"),
        ([tmp_path / "gone.docx"], "desk.papers.no-file"),
        ([tmp_path / "link.toml"], "desk.papers.no-file"),
        ([tmp_path / "pipe"], "desk.papers.no-file"),
        ([tmp_path / "第1讲测试题.txt"], "desk.papers.too-big"),
        ([sent / "submission.toml", sent], "desk.papers.twice"),
        ([tmp_path / "征集表.xlsx"], "paper.damaged"),
    ):
        with pytest.raises(UsageError) as caught:
            desk.add_papers(id_, files, seen=before[0])
        assert caught.value.message.startswith(message.split(".damaged")[0]), caught.value
    with pytest.raises(Conflict):
        desk.add_papers(id_, [sent], seen=before[0] - 1)
    with pytest.raises(NotFound):
        desk.add_papers("nothing", [sent], seen=0)
    assert (room.raw(id_, "revision"), room.raw(id_, "papers")) == before
    assert list((room.config.root / "submissions" / id_ / "added").iterdir()) == []


def test_each_takes_the_place_of_its_kind() -> None:
    held = held_papers("示例", 2)
    bad = PaperProblem("paper.damaged", {"file": "第2讲测试题.docx"})
    letter = PaperProblem("paper.damaged", {"file": "承诺书.pdf"})
    held = Papers(held.form, held.quizzes, None, 2, (), (bad, letter))
    made = supplemented(held, Papers(quizzes=(quiz(2, 7), quiz(3))))
    assert [(q.lesson, len(q.questions)) for q in made.quizzes] == [(1, 5), (2, 7), (3, 5)]
    assert (made.form, made.lessons, made.unreadable) == (held.form, 2, (letter,))
    assert supplemented(held, Papers()) == held


def test_the_command(room: Room, sent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = room.triage(unit=UNIT)
    room.config.path.write_text(f'[people]\n"{account_name()}" = {{ roles = ["operator"] }}\n', encoding="utf-8")
    monkeypatch.setenv("STATION_CONFIG", str(room.config.path))
    done = CliRunner().invoke(root, ["papers", id_, str(sent)])
    assert done.exit_code == 0, done.output
    assert "数字技术基础（示例）" in done.output
    refused = CliRunner().invoke(root, ["papers", id_, str(sent / "gone.docx")])
    assert refused.exception.message == "desk.papers.no-file"  # type: ignore[union-attr]
