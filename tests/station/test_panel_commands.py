"""The experts' panel without a screen: assign, panel, reopen, and a form with notes at timecodes."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from station.cli import main
from tests.station.test_panel import Panel

CONFIG = """
[review]
experts = 2
[people]
op = {roles = ["operator"]}
office1 = {roles = ["office"]}
office2 = {roles = ["office"]}
office3 = {roles = ["office"]}
e1 = {roles = ["expert"], unit = "示例院校一"}
e2 = {roles = ["expert"], unit = "示例院校二"}
e3 = {roles = ["expert"], unit = "示例院校三"}
own = {roles = ["expert"], unit = "示例大学"}
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def room(tmp_path: Path) -> Panel:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    return Panel(tmp_path, experts=2)


@pytest.fixture
def run(room: Panel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("office1", "assign", id)`: code, output, errors."""

    def call(person: str, *arguments: str, lang: str = "zh") -> tuple[int, str, str]:
        monkeypatch.setattr("station.people.account_name", lambda _environment: person)
        config = str(room.root / "config.toml")
        monkeypatch.setattr(sys, "argv", ["station", "--config", config, "--lang", lang, *arguments])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def told(answer: tuple[int, str, str]) -> Any:
    assert answer[0] == 0, answer
    return json.loads(answer[1])


def form(room: Panel, path: Path, share: float, *, timed: str = "") -> str:
    lines = [f"[gate.{point.id}]\npass = true" for point in room.rubric.gate]
    lines += ["[scores]", *(f"{line.id} = {line.maximum * share}" for line in room.rubric.lines), timed]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_from_assignment_to_the_groups_desk_by_script(room: Panel, run: Run, tmp_path: Path) -> None:
    id_ = room.waiting()
    listed = told(run("office1", "assign", id_, "--json"))["candidates"]
    assert [(c["account"], c["why_not"] is None) for c in listed] == [
        ("e1", True),
        ("e2", True),
        ("e3", True),
        ("own", False),
    ]
    assert "须回避" in run("office1", "assign", id_)[1]
    assert run("own", "panel", id_)[0] == 3
    assert run("e1", "score", id_)[0] == 3, "not assigned"
    held = told(run("office1", "assign", id_, "--auto", "--json"))["panel"]["experts"]
    assert [one["account"] for one in held] == ["e1", "e2"]
    path = tmp_path / "form.toml"
    note = '[[timed]]\nlesson = 1\nat = 61.5\ntext = "示例批注"'
    for who, share in (("e1", 0.9), ("e2", 0.6)):
        assert run(who, "score", id_, "--form", form(room, path, share, timed=note))[0] == 0
        assert "at = 61.5" in run(who, "score", id_)[1]
        said = run(who, "score", id_, "--submit", "--yes")
        assert said[0] == 0, said
        assert room.rubric.attestation.zh in said[1]
    shown = told(run("e1", "show", id_, "--json"))["submission"]["reviews"]
    assert [one["timed"] for one in shown] == [[{"at": 61.5, "lesson": 1, "text": "示例批注"}]] * 2
    code, out, _ = run("office1", "panel", id_)
    assert (code, "均分 75.0" in out, "30.0" in out, "须增加专家" in out) == (0, True, True, True)
    assert told(run("office1", "panel", "--waiting", "--json"))["waiting"][0]["spread"] == 30.0
    code, out, _ = run("office1", "panel", id_, "--approve")
    assert (code, "超过" in out) == (3, True)
    assert run("office1", "panel", id_, "--discuss")[0] == 2, "a discussion without words"
    assert "讨论" in run("office1", "panel", id_, "--discuss", "--reason", "示例：维持")[1]
    assert (
        told(run("office1", "panel", id_, "--approve", "--reason", "同意", "--json"))["decided"][0]["state"]
        == "office-audit"
    )
    assert run("office1", "panel", id_, "--approve", "--reason", "同意")[0] == 3, "another person audits"
    code, out, _ = run("office2", "panel", id_, "--approve")
    assert (code, "--reason" in out) == (3, True), "an audit without words"
    assert "协调小组审定" in run("office2", "panel", id_, "--approve", "--reason", "示例：审核属实")[1]


def test_the_gate_and_reopening_by_script(room: Panel, run: Run, tmp_path: Path) -> None:
    id_ = room.waiting()
    told(run("office1", "assign", id_, "e1", "e2", "e3", "--json"))
    assert "e3" not in run("office1", "assign", id_, "e3", "--end", "--reason", "出差", "--json")[1]
    path = tmp_path / "form.toml"
    gate = "\n".join(
        f"[gate.{p.id}]\npass = {str(p.id != 'territory').lower()}\nreason = '示例'" for p in room.rubric.gate
    )
    path.write_text(gate, encoding="utf-8")
    assert run("e1", "score", id_, "--form", str(path))[0] == 0
    stop = told(run("e1", "panel", id_, "--sign", "--json"))["panel"]["stops"][0]["id"]
    assert run("e2", "score", id_, "--form", form(room, path, 0.9))[0] == 3, "stopped"
    number = ("--stop", str(stop), "--reason", "示例")
    assert run("office2", "panel", id_, "--decide", "lift", *number)[0] == 3
    assert "不属实" in run("office2", "panel", id_, "--second", "no", *number)[1]
    assert "解除" in run("office3", "panel", id_, "--decide", "lift", *number)[1]
    assert run("e2", "score", id_, "--form", form(room, path, 0.9), "--submit", "--yes")[0] == 0
    assert run("e2", "reopen", id_, "e2", "--reason", "x")[0] == 3
    assert run("office1", "reopen", id_, "e2")[0] == 2
    assert told(run("office1", "reopen", id_, "e2", "--reason", "示例", "--json"))["panel"]["kept"][0]["total"] == 90.0
    assert run("e2", "panel", id_, "--recuse", "--reason", "示例")[0] == 0
    assert run("e2", "show", id_)[0] == 3


@pytest.mark.parametrize("arguments", [(), ("--waiting", "ID"), ("ID", "--sign", "--recuse"), ("ID", "ID")])
def test_one_thing_at_a_time(room: Panel, run: Run, arguments: tuple[str, ...]) -> None:
    id_ = room.waiting()
    assert run("office1", "panel", *(id_ if word == "ID" else word for word in arguments))[0] == 2
    assert run("office1", "assign", id_, "e1", "--auto")[0] == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("command", ["assign", "panel", "reopen"])
def test_help_speaks_both_languages(run: Run, command: str, lang: str) -> None:
    code, out, _ = run("op", command, "--help", lang=lang)
    assert (code, "desk.option" in out) == (0, False)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in out) == (lang == "zh")


def test_an_expert_of_the_units_reaches_it_by_no_command(room: Panel, run: Run, tmp_path: Path) -> None:
    id_ = room.waiting()
    room.store.execute(
        "INSERT INTO assignments(submission_id, person, how, by_person, at) VALUES(?, 'own', 'hand', 'x', '')", (id_,)
    )
    commands = (
        ("show", id_), ("show", id_, "--log", "--json"), ("show", id_[-6:], "--findings"), ("score", id_), ("panel", id_),
        ("assign", id_), ("report", id_, "-o", str(tmp_path / "report")), ("why", f"{id_}:1", "black"), ("approve", id_, "--yes"),
    )  # fmt: skip
    for arguments in commands:
        code, out, err = run("own", *arguments)
        assert (code, out) == (3, ""), arguments
        assert "回避" in err, arguments
    for arguments in (("show",), ("show", "--mine"), ("search", "示例课"), ("panel", "--waiting")):
        assert "示例课" not in run("own", *arguments)[1].replace("“示例课”", ""), arguments
