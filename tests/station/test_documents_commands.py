"""The commands that write documents, as people type them."""

import json
from pathlib import Path

import pytest

from station.workflow import State
from tests.station.papered import catalogued, sheets_of, words_of
from tests.station.room import Room, finding
from tests.station.test_review_commands import PEOPLE, Run, typed

FILES = {
    "letter": ".docx", "opinion": ".docx", "catalogue": ".xlsx", "ledger": ".xlsx", "excellent": ".xlsx",
}  # fmt: skip


@pytest.fixture
def room(tmp_path: Path) -> Room:
    (tmp_path / "config.toml").write_text(PEOPLE, encoding="utf-8")
    return Room(tmp_path)


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return typed(room, monkeypatch, capsys)


def test_letter_and_opinion(room: Room, run: Run, tmp_path: Path) -> None:
    id_ = room.triage(finding("black", 12.5))
    path = tmp_path / "out" / "letter.docx"
    said = run("op", "letter", id_[-6:], "--out", str(path), "--days", "7")
    assert (said.code, said.err) == (0, "")
    assert str(path) in said.out
    assert "7 日内" in words_of(path.read_bytes())
    english = tmp_path / "letter-en.docx"
    assert run("op", "letter", id_, "--out", str(english), lang="en").code == 0
    assert "Courseware returned for correction (draft)" in words_of(english.read_bytes())
    audited = room.at(State.OFFICE_AUDIT)
    path = tmp_path / "opinion.docx"
    assert run("office1", "opinion", audited, "-o", str(path)).code == 0
    assert run("op", "opinion", audited, "-o", str(path), "--force").code == 0
    assert "专家2" in words_of(path.read_bytes())


def test_catalogue_ledger_excellent_and_bundle(room: Room, run: Run, tmp_path: Path) -> None:
    id_ = catalogued(room, "甲课")
    xlsx, as_json = tmp_path / "c.xlsx", tmp_path / "c.json"
    for path in (xlsx, as_json):
        assert run("office1", "catalogue", "--out", str(path)).code == 0
    serial = json.loads(as_json.read_text(encoding="utf-8"))["works"][0]["serial"]
    assert sheets_of(xlsx.read_bytes())["目录"][2][0] == serial
    assert run("op", "ledger", "--out", str(tmp_path / "l.xlsx")).code == 0
    assert sheets_of((tmp_path / "l.xlsx").read_bytes())["台账"][2][7] == 12
    numbers = tmp_path / "n.csv"
    numbers.write_text(f"序号,评价,学习人数\n{serial},95,1200\n", encoding="utf-8")
    assert run("op", "excellent", "--numbers", str(numbers), "--out", str(tmp_path / "e.xlsx")).code == 0
    assert sheets_of((tmp_path / "e.xlsx").read_bytes())["颁证名单"][2][4] == serial
    said = run("op", "bundle", "--out", str(tmp_path / "bag"))
    assert (said.code, said.err) == (0, "")
    assert run("op", "verify", str(tmp_path / "bag")).out.startswith("包完好")
    assert run("op", "bundle", id_, "--out", str(tmp_path / "bag")).code == 2
    log = [row.object for row in room.desk("op", "operator").log(id_) if row.action == "export"]
    assert log == ["document:bundle"]
    assert "导出文书" in run("op", "show", id_, "--log").out


def test_verify_tells_a_changed_bag_and_needs_no_database(room: Room, run: Run, tmp_path: Path) -> None:
    catalogued(room, "甲课")
    run("op", "bundle", "--out", str(tmp_path / "bag"))
    room.config.database.rename(tmp_path / "elsewhere.db")
    assert run("op", "verify", str(tmp_path / "bag"), "--json").json["sound"] is True
    next((tmp_path / "bag").rglob("*.mp4")).write_bytes(b"x")
    said = run("op", "verify", str(tmp_path / "bag"))
    assert said.code == 1
    assert "处问题" in said.out
    told = run("op", "verify", str(tmp_path / "bag"), "--json")
    assert (told.code, told.json["sound"]) == (1, False)
    assert run("op", "verify", str(tmp_path)).code == 2
    assert run("op", "verify", str(tmp_path / "bag"), "--head", "1:00").code == 2


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_replaced_and_nothing_logged_where_it_can_not_be_written(
    room: Room,
    run: Run,
    tmp_path: Path,
    name: str,
) -> None:
    id_ = room.triage()
    path = tmp_path / f"there{FILES[name]}"
    path.write_bytes(b"before")
    before = len(room.store.rows("SELECT seq FROM audit"))
    arguments = [name, *([id_] if name in {"letter", "opinion"} else []), "--out", str(path)]
    arguments += ["--numbers", str(path)] if name == "excellent" else []
    said = run("op", *arguments)
    assert (said.code, said.out) == (2, "")
    assert "--force" in said.err
    assert path.read_bytes() == b"before"
    wrong = run("op", *[str(tmp_path / "x.pdf") if part == str(path) else part for part in arguments])
    assert wrong.code == 2
    assert FILES[name] in wrong.err
    assert len(room.store.rows("SELECT seq FROM audit")) == before


def test_who_may_not_is_told_with_code_3(room: Room, run: Run, tmp_path: Path) -> None:
    id_ = room.triage()
    for person in ("e1", "own", "boss", "stranger"):
        said = run(person, "letter", id_, "--out", str(tmp_path / "x.docx"))
        assert (said.code, said.out) == (3, ""), person
        assert run(person, "catalogue", "--out", str(tmp_path / "x.xlsx")).code == 3
    assert not list(tmp_path.glob("x.*"))


@pytest.mark.parametrize("days", ["0", "-1", "367", "x"])
def test_a_deadline_that_makes_no_sense_is_refused(room: Room, run: Run, tmp_path: Path, days: str) -> None:
    id_ = room.triage()
    said = run("op", "letter", id_, "--out", str(tmp_path / "x.docx"), "--days", days)
    assert said.code == 2
    assert not (tmp_path / "x.docx").exists()


def test_wrong_numbers_are_told_line_by_line(room: Room, run: Run, tmp_path: Path) -> None:
    numbers = tmp_path / "n.csv"
    numbers.write_text("序号,评价,学习人数\n没有,95,1\n还是没有,95,1\n", encoding="utf-8")
    said = run("op", "excellent", "--numbers", str(numbers), "--out", str(tmp_path / "e.xlsx"))
    assert said.code == 2
    assert "第 2 行" in said.err
    assert "第 3 行" in said.err
    assert run("op", "excellent", "--numbers", str(tmp_path / "none.csv"), "--out", str(tmp_path / "e.xlsx")).code == 2


def test_the_blank_papers_need_no_database(room: Room, run: Run, tmp_path: Path) -> None:
    room.config.database.rename(tmp_path / "elsewhere.db")
    folder = tmp_path / "blank"
    assert run("stranger", "template", str(folder)).code == 0
    assert len(list(folder.iterdir())) == 5
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    next(iter(kept)).unlink()
    said = run("stranger", "template", str(folder))
    assert said.code == 2
    assert len(list(folder.iterdir())) == 4, "not even the one that is missing"
    assert run("stranger", "template", str(folder), "--force").code == 0
    assert set(folder.iterdir()) == set(kept)
