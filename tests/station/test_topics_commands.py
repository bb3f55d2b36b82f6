"""A year's topics played through on the command line: 120 forms, two results of the vote, a tie, thirty chosen."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from station.cli import root
from station.commands._topics import numbers
from station.store import audit
from station.topics.types import TopicState
from tests.station.keyboard import Run, keyboard
from tests.station.room import Room
from tests.station.topic_forms import topic, write_folder, write_toml

PEOPLE = """
[people]
op = {roles = ["operator"]}
own = {roles = ["expert"], unit = "示例基地7"}
of = {roles = ["office"]}
boss = {roles = ["group"]}
"""
COUNT = 120


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    run = keyboard(room, monkeypatch, capsys)
    (room.root / "config.toml").write_text(PEOPLE, encoding="utf-8")
    return run


def votes_of(number: int) -> int:
    """29 topics stand clear, four share the border, the rest lies below."""
    return 1000 - number if number <= 29 else 500 if number <= 33 else 200 - number


def test_a_year_of_topics(room: Room, run: Run) -> None:
    forms = write_folder(room.root / "forms", COUNT)
    write_toml(forms / "示例缺项.toml", [topic(200, lecturer="")])
    said = run("op", "topics", "import", forms, "--received", "2022-02-20", "--json")
    assert said.code == 1, "some files could not be read"
    done = said.json["files"]
    assert sum(len(one["new"]) for one in done) == COUNT + 1
    assert {one["file"] for one in done if one["refused"]} == {"示例损坏.xlsx", "示例旧格式.doc", "示例无关.docx"}
    said = run("op", "topics", "import", forms, "--received", "2022-02-20", lang="zh")
    assert f"共 {COUNT + 4} 个文件：新选题 0 个，更正 0 个，已有 {COUNT + 1} 个，不能读取的文件 3 个" in said.out
    assert run("of", "topics", "check", "--all", "--accept").code == 3
    assert run("op", "topics", "check", "--all", "--accept", "--json").json["numbers"] == list(range(1, COUNT + 1))
    assert run("op", "topics", "check", COUNT + 1, "--accept").code == 2
    assert run("op", "topics", "check", COUNT + 1, "--reject", "--reason", "示例：缺授课教师").code == 0

    _the_vote(room, run)
    _the_choice(room, run)
    assert run("boss", "topics", "undo").code == run("boss", "topics", "undo", 1, "--choice").code == 2
    assert run("op", "topics", "undo", "--choice", "--reason", "示例").code == 3
    assert run("boss", "topics", "undo", "--choice", "--reason", "示例").code == 3, "courseware was linked"
    assert audit.verify(room.store).sound
    assert run("op", "verify").code == 0


def _the_vote(room: Room, run: Run) -> None:
    for name in ("名单.csv", "名单.xlsx"):
        assert run("of", "topics", "ballot", room.root / name).code == 0
    text = (room.root / "名单.csv").read_bytes().decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text))
    assert (head[0], head[-1], len(rows)) == ("No.", "Votes", COUNT)
    book = load_workbook(room.root / "名单.xlsx")
    sheet = book.active
    assert sheet.max_row == COUNT + 3
    for row in range(4, COUNT + 4):  # the list comes back with half of the votes, the rest as ballots' tally in GBK
        number = int(sheet.cell(row, 1).value)
        sheet.cell(row, sheet.max_column).value = votes_of(number) // 2
    book.save(room.root / "回收.xlsx")
    first = run("of", "topics", "votes", room.root / "回收.xlsx", "--source", "示例甲地", "--json")
    assert first.json["counted"]["kind"] == "tally"
    lines = ["选题编号,得票"] + [f"{n},{votes_of(n) - votes_of(n) // 2}" for n in range(1, COUNT + 1)]
    (room.root / "gbk.csv").write_bytes("\r\n".join(lines).encode("gbk"))
    assert run("of", "topics", "votes", room.root / "gbk.csv").code == 0
    again = run("of", "topics", "votes", room.root / "gbk.csv", lang="zh")
    assert (again.code, "同样的投票结果已计入" in again.err) == (2, True)
    (room.root / "wrong.csv").write_text(f"编号,票数\n1,2\n{COUNT + 1},2\n999,3\n", encoding="utf-8")
    wrong = run("of", "topics", "votes", room.root / "wrong.csv", lang="zh")
    assert wrong.code == 2
    assert "第 3 行" in wrong.err
    assert "第 4 行" in wrong.err
    rows = run("of", "topics", "list", "--json").json["topics"]
    assert {row["number"]: row["votes"] for row in rows} == {
        **{n: votes_of(n) for n in range(1, COUNT + 1)},
        COUNT + 1: 0,
    }
    assert len(run("of", "topics", "votes", "--json").json["imports"]) == 2
    assert "示例甲地" in run("of", "topics", "votes").out


def _the_choice(room: Room, run: Run) -> None:
    ranking = run("boss", "topics", "rank", "--json").json
    tied = [row["number"] for row in ranking["ranking"] if row["standing"] == "tied"]
    assert (tied, ranking["open_places"], ranking["places"]) == ([30, 31, 32, 33], 1, 30)
    assert "末位同票" in run("boss", "topics", "rank", lang="zh").out
    assert run("boss", "topics", "choose", "--yes").code == 2
    assert run("boss", "topics", "choose", "--pick", 32, "--on", "2022-03-31").code == 2, "nobody is there to confirm"
    said = run(
        "boss", "topics", "choose", "--pick", 32, "--on", "2022-03-31", "--reason", "示例：领域急需", "--yes", "--json"
    )
    assert (said.code, said.json["due_on"]) == (0, "2022-04-30")
    assert sorted(said.json["chosen"]) == [*range(1, 30), 32]
    rows = run("op", "topics", "list", "--state", "chosen", "--json").json["topics"]
    assert {row["due_on"] for row in rows} == {"2022-04-30"}
    submission = room.received(rows[0]["title"], unit=rows[0]["applicant_unit"])
    other = room.received("示例旧课")
    late = run("op", "topics", "overdue", "--today", "2022-05-02", "--json").json["overdue"]
    assert len(late) >= 29
    assert late[-1]["days"] == 2
    assert run("op", "topics", "overdue", "--today", "2022-04-30", lang="zh").code == 0
    assert run("op", "topics", "link", other, "--existing", "--reason", "示例：高研班录制").code == 0
    links = {one["submission_id"]: one for one in run("op", "topics", "link", "--json").json["links"]}
    assert (links[submission]["kind"], links[submission]["number"]) == ("topic", rows[0]["number"])
    assert (links[other]["kind"], links[other]["by_hand"]) == ("existing", "op")
    assert "2021-01-01" in run("op", "topics", "link").out


def test_one_topic_and_its_problems(room: Room, run: Run) -> None:
    write_toml(room.root / "a.toml", [topic(7, hours="许多", title="[/x] 示例\\u202e")])
    run("op", "topics", "import", room.root / "a.toml", "--received", "2022-03-09")
    said = run("op", "topics", "list", 1, lang="zh")
    for word in ("示例基地7", "示例教师7 教授 示例大学", "课时", "晚于报送截止日 2022-02-28", "待初核"):
        assert word in said.out
    assert "\u202e" not in said.out
    assert run("op", "topics", "list", 1, "--json").json["topic"]["listed"][0]["message"] == "paper.wrong.hours"
    assert run("own", "topics", "list", 1).code == 3
    assert run("own", "topics", "list", "--json").json["topics"] == []
    assert run("op", "topics", "list", 9).code == 2


@pytest.mark.parametrize(
    "typed",
    [
        ["check", "1"], ["check", "1", "--accept", "--reject"], ["check", "--accept"], ["check", "1", "--all", "--accept"],
        ["check", "--all", "--reject"], ["votes", "x.csv", "--take-back", "1"], ["link", "X"], ["link", "--existing"],
        ["link", "X", "--existing", "--topic", "1"],
    ],
)  # fmt: skip
def test_options_that_do_not_go_together(run: Run, typed: list[str]) -> None:
    said = run("op", "topics", *typed)
    assert said.code == 2
    assert said.err.strip()


def test_help_in_both_languages(run: Run) -> None:
    assert "导入征集表" in run("op", "topics", "--help", lang="zh").out
    for name in root.get_command(None, "topics").commands:  # type: ignore[arg-type, union-attr]
        assert "--json" in run("op", "topics", name, "--help").out
    assert set(TopicState) == {"collected", "accepted", "rejected", "chosen", "passed-over"}


def test_numbers_are_drawn_together() -> None:
    assert numbers([3, 1, 2, 7, 9, 10]) == "1-3, 7, 9-10"
    assert numbers([]) == ""


def test_a_new_station_begins_with_its_topics(tmp_path: Path, room: Room, run: Run) -> None:
    """In an empty folder, before any daemon ran; the forms in the order of their numbers."""
    for file in room.config.database.parent.glob("station.db*"):
        file.unlink()
    folder = tmp_path / "新"
    folder.mkdir()
    for number in (10, 2, 1):
        write_toml(folder / f"{number}.toml", [topic(number)])
    refused = run("of", "topics", "import", folder)
    assert (refused.code != 0, "station topics import" in refused.err, room.config.database.exists()) == (
        True,
        True,
        False,
    )
    assert run("op", "topics", "import", folder, "--received", "2022-02-20").code == 0
    listed = run("of", "topics", "list", "--json").json["topics"]
    assert [row["title"] for row in listed] == [topic(number)["title"] for number in (1, 2, 10)]


def test_first_check_and_choice_are_taken_back(room: Room, run: Run) -> None:
    forms = write_toml(room.root / "forms.toml", [topic(1), topic(2)])
    run("op", "topics", "import", forms, "--received", "2022-02-20")
    run("op", "topics", "check", "--all", "--accept")
    assert "1-2" in run("op", "topics", "undo", 2, 1).out
    run("op", "topics", "check", "--all", "--accept")
    (room.root / "票.csv").write_text("编号,票数\n1,2\n2022-0002,1\n", encoding="utf-8")
    assert run("of", "topics", "votes", room.root / "票.csv").code == 0
    assert run("op", "topics", "undo", 1).code == 3
    assert run("boss", "topics", "choose", "--yes").code == 0
    assert run("boss", "topics", "undo", "--choice").code == 2, "a reason is needed"
    assert run("boss", "topics", "undo", "--choice", "--reason", "示例：重投", "--json").json["count"] == 2
    assert {row["state"] for row in run("op", "topics", "list", "--json").json["topics"]} == {"accepted"}
    assert run("op", "verify").code == 0
