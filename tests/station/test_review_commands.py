"""The commands without a screen: show, decide, waive, score, verify, backup."""

import json
import sqlite3
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.cli import COMMANDS, main
from station.findings import Severity
from station.profile import default_profile
from station.store import audit, jobs, open_store
from station.store.drops import Reason
from station.workflow import State
from tests.station.room import Room, finding

PEOPLE = """
[review]
experts = 2
assigned_only = false
[people]
op = {roles = ["operator"]}
op2 = {roles = ["operator"]}
e1 = {roles = ["expert"]}
e2 = {roles = ["expert"]}
own = {roles = ["expert"], unit = "示例大学"}
office1 = {roles = ["office"]}
boss = {roles = ["admin"]}
"""


@dataclass
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:  # type: ignore[type-arg]
        return json.loads(self.out)  # type: ignore[no-any-return]


Run = Callable[..., Said]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    (tmp_path / "config.toml").write_text(PEOPLE, encoding="utf-8")
    return Room(tmp_path)


@pytest.fixture
def run(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return typed(room, monkeypatch, capsys)


def typed(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("op", "approve", id)`: the command line as that person types it, outside a terminal."""

    def call(person: str, *arguments: str, lang: str = "zh") -> Said:
        monkeypatch.setattr("station.people.account_name", lambda _environment: person)
        monkeypatch.setattr(
            sys, "argv", ["station", "--config", str(room.root / "config.toml"), "--lang", lang, *arguments]
        )
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return call


HOSTILE = "[/foo] \x1b[31m[@click=app.quit]点我[/]\n\u202e:smile: 课"


def test_the_queue_as_a_table_and_as_json(room: Room, run: Run) -> None:
    ids = [room.triage(finding(), title="甲课"), room.received("乙课")]
    said = run("op", "show")
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()[1:3]] == [ids[1][-8:], ids[0][-8:]]
    assert "初检" in said.out
    assert "共 2 件" in said.out
    told = run("op", "show", "--json").json
    assert told["schema"] == 1
    assert [row["id"] for row in told["submissions"]] == ids[::-1]
    assert told["submissions"][1]["faults"] == 1
    assert "triage" in run("op", "show", "--text", "甲", lang="en").out
    assert run("op", "show", "--state", "published").out.strip() == "没有报送件"
    assert [row["id"] for row in run("op", "show", "--mine", "--json").json["submissions"]] == [ids[0]]


def test_the_queue_tells_lessons_that_could_not_be_measured(room: Room, run: Run) -> None:
    id_ = room.at(State.MEASURING)
    jobs.enqueue(room.store, id_, [f"{id_}-01"])
    job = jobs.claim(room.store, "示例进程", "示例")
    assert job is not None
    assert jobs.fail(room.store, job.id, "示例进程", Reason("reason.not-built", {}))
    said = run("op", "show").out
    assert "失败 1 课" in said
    assert "100%" not in said


def test_one_submission_whole(room: Room, run: Run) -> None:
    id_ = room.triage(finding("black", 12.5), finding("hum", None, severity=Severity.WARNING, people=2), lessons=2,
                      papers=(finding("form-missing", None, waivable=False),))  # fmt: skip
    view = room.desk("op", "operator").submission(id_)
    run("op", "waive", id_, str(view.lessons[0].findings[1].id), "--reason", "示例豁免")
    said = run("op", "show", id_, "--log")
    for word in (
        "示例课",
        id_,
        "不合格 1 项",
        "待核 1 项",
        "12.50–13.50 s",
        "示例豁免",
        "不可豁免",
        "登记",
        "豁免",
    ):
        assert word in said.out, word
    told = run("op", "show", id_[-6:], "--log", "--json").json
    assert [lesson["ordinal"] for lesson in told["submission"]["lessons"]] == [1, 2]
    assert told["log"][0]["action"] == "register"
    alone = run("op", "show", id_, "--findings", lang="en").out
    assert default_profile().checks["form-missing"].en in alone
    assert "Lessons" not in alone


def test_hostile_names_reach_no_terminal(room: Room, run: Run) -> None:
    id_ = room.triage(finding(message="x[/y]\x1b]0;t\x07", params={"a": "\x1b[2J"}), title=HOSTILE, unit=HOSTILE)
    for arguments in (("show",), ("show", id_, "--log"), ("show", id_, "--findings"), ("show", "\x1b[31m"),
                      ("approve", id_, "--yes"), ("withdraw", id_, "--yes", "--reason", HOSTILE), ("show", id_, "--log")):  # fmt: skip
        said = run("op", *arguments)
        for bad in ("\x1b", "\u202e", "\x07"):
            assert bad not in said.out + said.err, arguments
        assert "Traceback" not in said.err
    assert "[/foo]" in run("op", "show").out.replace("\n", ""), "markup is only text"
    assert ":smile:" in run("op", "show", id_).out


def test_a_step_restates_what_it_does_and_asks(room: Room, run: Run) -> None:
    id_ = room.triage(finding("hum", None, severity=Severity.WARNING))
    said = run("op", "approve", id_)
    assert said.code == 2
    assert "--yes" in said.err
    assert "初检 → 专家评审" in said.out
    assert "待核 1 项" in said.out
    assert room.raw(id_, "state") == "triage"
    said = run("op", "approve", id_[-5:], "--yes")
    assert (said.code, room.raw(id_, "state")) == (0, "expert-review")
    assert "专家评审" in said.out.splitlines()[-1]


def test_a_person_in_a_terminal_is_asked(room: Room, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = room.triage()

    class Terminal:
        """Standard input of somebody who types."""

        def __init__(self, *lines: str) -> None:
            self.lines = list(lines)

        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return self.lines.pop(0) + "\n"

    monkeypatch.setattr(sys, "stdin", Terminal("示例理由", "n"))
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _prompt: sys.stdin.readline().strip())
    said = run("op", "return", id_)
    assert (said.code, room.raw(id_, "state")) == (130, "triage")
    monkeypatch.setattr(sys, "stdin", Terminal("示例理由", "y"))
    said = run("op", "return", id_)
    assert (said.code, room.raw(id_, "state")) == (0, "returned")
    assert "新版本" in said.out
    assert room.desk("op", "operator").log(id_)[-1].after["reason"] == "示例理由"


@pytest.mark.parametrize(
    ("action", "state", "person", "target"),
    [
        ("accept", State.WAITING_PAPERS, "op", "queued"), ("remeasure", State.TRIAGE, "op", "queued"),
        ("return", State.TRIAGE, "op", "returned"), ("withdraw", State.OFFICE_AUDIT, "op", "withdrawn"),
        ("publish", State.CATALOGUED, "office1", "published"),
    ],
)  # fmt: skip
def test_every_step_has_a_command(room: Room, run: Run, action: str, state: State, person: str, target: str) -> None:
    id_ = room.at(state)
    said = run(person, action, id_, "--yes", "--reason", "示例理由")
    assert (said.code, room.raw(id_, "state")) == (0, target), said.err


def test_what_is_not_allowed_ends_with_code_3_and_says_why(room: Room, run: Run) -> None:
    id_ = room.triage(finding())
    for person, arguments, word in (
        ("op", ("approve", id_, "--yes"), "还有 1 项不合格"), ("office1", ("approve", id_, "--yes"), "须由业务员处理"),
        ("op", ("publish", id_, "--yes"), "还在初检"), ("own", ("show", id_), "回避"), ("stranger", ("show",), "还没有角色"),
        ("e1", ("score", id_), "还在初检"), ("op", ("backup", "x.db"), "须由管理员处理"),
    ):  # fmt: skip
        said = run(person, *arguments)
        assert (said.code, said.out) == (3, ""), said
        assert word in said.err
    assert not Path("x.db").exists()


def test_wrong_calls_end_with_code_2(room: Room, run: Run) -> None:
    id_ = room.triage(finding())
    for arguments, word in (
        (("show", "01ZZZZ"), "没有报送件"), (("return", id_, "--yes"), "--reason"), (("waive", id_, "99", "--reason", "x"), "没有问题项"),
        (("waive", id_, "1", "--second", "--end"), "--second"), (("waive", id_, "1"), "--reason"), (("show", "--state", "x"), "state"),
    ):  # fmt: skip
        said = run("op", *arguments)
        assert said.code == 2, said
        assert word in said.err


def test_a_station_that_does_not_exist_is_told(tmp_path: Path, run: Run, room: Room) -> None:
    room.store.close()
    room.config.database.unlink()
    said = run("op", "show")
    assert (said.code, "还没有数据库" in said.err) == (2, True)


def test_waiving_by_number_or_key_with_a_second_person_and_back(room: Room, run: Run) -> None:
    found = finding(people=2)
    id_ = room.triage(found)
    said = run("op", "waive", id_, found.key[:8], "--reason", "示例理由")
    assert (said.code, "--second" in said.out, "不合格" in said.out) == (0, True, True)
    assert run("op", "waive", id_, found.key[:8], "--second").code == 3
    number = str(room.desk("op", "operator").submission(id_).lessons[0].findings[0].id)
    assert "技术结论：合格" in run("op2", "waive", id_, number, "--second").out
    assert "技术结论：不合格" in run("op", "waive", id_, number, "--end").out


def test_scoring_by_file(room: Room, run: Run, tmp_path: Path) -> None:
    id_ = room.at(State.EXPERT_REVIEW)
    form = tmp_path / "form.toml"
    text = run("e1", "score", id_, "--template").out
    assert tomllib.loads(text)["gate"]["direction"] == {"reason": ""}
    form.write_text(text.replace("# pass = true", "pass = true"), encoding="utf-8")
    assert "草稿已保存" in run("e1", "score", id_, "--form", str(form)).out
    assert run("e1", "score", id_, "--submit", "--yes").code == 2, "no scores yet"
    for line in room.rubric.lines:
        text = text.replace(f"# {line.id} =\n", f"{line.id} = {line.maximum:g}\n").replace(
            f"# {line.id} =", f"{line.id} = {line.maximum:g}"
        )
    text = text.replace("# pass = true", "pass = true").replace('notes = ""', 'notes = "一\\n\\"二\\""')
    form.write_text("\ufeff" + text, encoding="utf-8")
    said = run("e1", "score", id_, "--form", str(form))
    assert said.code == 0, said.err
    again = tomllib.loads(run("e1", "score", id_).out)
    assert (again["notes"], again["scores"]["accuracy"]) == ('一\n"二"', 15)
    assert run("e1", "score", id_, "--submit").code == 2, "nobody can attest"
    assert "总分 100" in run("e1", "score", id_, "--submit", "--yes").out
    assert run("e1", "score", id_, "--form", str(form)).code == 3
    assert "100" in run("e1", "show", id_).out
    assert [review["person"] for review in run("e2", "show", id_, "--json").json["submission"]["reviews"]] == []


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"gate = 5", b"scores = []", b"notes = 1", b"other = 1", b"[gate]\nx = 1", b"[scores]\nnothing = 1",
     b"[scores]\naccuracy = nan", b"[gate.direction]\npass = 1", b"[[", b"a = " + b"[" * 5000],
)  # fmt: skip
def test_a_wrong_form_is_told(room: Room, run: Run, tmp_path: Path, content: bytes) -> None:
    id_ = room.at(State.EXPERT_REVIEW)
    form = tmp_path / "form.toml"
    form.write_bytes(content)
    said = run("e1", "score", id_, "--form", str(form))
    assert said.code == 2
    assert said.err.strip()
    assert run("e1", "score", id_, "--form", str(tmp_path / "none.toml")).code == 2


def test_verify_tells_the_head_and_the_broken_rows(room: Room, run: Run) -> None:
    room.at(State.EXPERT_REVIEW)
    said = run("boss", "verify")
    assert (said.code, "完好" in said.out) == (0, True)
    head = run("boss", "verify", "--json").json["head"]
    assert head == audit.head(room.store)
    assert run("boss", "verify", "--head", head).code == 0
    raw = sqlite3.connect(room.config.database, isolation_level=None)
    raw.execute("DROP TRIGGER audit_no_update")
    raw.execute("UPDATE audit SET person = 'x' WHERE seq = 2")
    said = run("boss", "verify")
    assert (said.code, "第 2 条被改动" in said.out) == (1, True)
    told = run("boss", "verify", "--json")
    assert (told.code, told.json["sound"], told.json["problems"][0]["seq"]) == (1, False, 2)


def test_a_backup_is_whole_checked_and_never_overwrites(room: Room, run: Run, tmp_path: Path) -> None:
    id_ = room.at(State.OFFICE_AUDIT)
    target = tmp_path / "out" / "copy.db"
    assert run("boss", "backup", str(target)).code == 2, "no such folder"
    target.parent.mkdir()
    said = run("boss", "backup", str(target))
    assert said.code == 0, said.err
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"], "nothing else is left"
    copy = open_store(target)
    assert copy.rows("SELECT state FROM submissions WHERE id = ?", (id_,)) == [{"state": "office-audit"}]
    assert audit.head(copy) == audit.head(room.store)
    copy.close()
    before = target.read_bytes()
    said = run("boss", "backup", str(target))
    assert (said.code, "已存在" in said.err, target.read_bytes() == before) == (2, True, True)


def test_a_backup_of_a_broken_log_is_not_kept(room: Room, run: Run, tmp_path: Path) -> None:
    room.received()
    raw = sqlite3.connect(room.config.database, isolation_level=None)
    raw.execute("DROP TRIGGER audit_no_update")
    raw.execute("UPDATE audit SET person = 'x'")
    target = tmp_path / "copy.db"
    said = run("boss", "backup", str(target))
    assert (said.code, target.exists(), "audit.changed" in said.err) == (2, False, True)
    assert not list(tmp_path.glob(".*.part"))


def test_a_backup_waits_for_nobody_and_takes_no_half_change(room: Room, run: Run, tmp_path: Path) -> None:
    id_ = room.triage()
    other = room.another_store()
    with other.transaction():
        other.execute("UPDATE submissions SET title = '未提交' WHERE id = ?", (id_,))
        assert run("boss", "backup", str(tmp_path / "copy.db")).code == 0
    assert open_store(tmp_path / "copy.db").rows("SELECT title FROM submissions") == [{"title": "示例课"}]


@pytest.mark.parametrize("command", ["show", "waive", "accept", "approve", "publish", "return", "withdraw", "remeasure", "score",
                                     "verify", "backup"])  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_help_speaks_both_languages(run: Run, command: str, lang: str) -> None:
    assert command in COMMANDS
    said = run("op", command, "--help", lang=lang)
    assert said.code == 0
    assert "desk.option" not in said.out
    chinese = [sign for sign in said.out if "\u4e00" <= sign <= "\u9fff"]
    assert bool(chinese) == (lang == "zh")
