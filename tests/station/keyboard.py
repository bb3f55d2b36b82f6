"""The command line as a person of a room types it, outside a terminal."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from station.cli import main
from tests.station.room import Room

PEOPLE = """
[review]
experts = 2
[readers]
text = false
faces = false
voice = false
[people]
op = {roles = ["operator"]}
e1 = {roles = ["expert"]}
own = {roles = ["expert"], unit = "示例大学"}
boss = {roles = ["admin"]}
"""


@dataclass
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


def keyboard(room: Room, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("op", "approve", id)`."""
    (room.root / "config.toml").write_text(PEOPLE, encoding="utf-8")

    def call(person: str, *arguments: object, lang: str = "en") -> Said:
        monkeypatch.setattr("station.people.account_name", lambda _environment: person)
        typed = ["station", "--config", str(room.root / "config.toml"), "--lang", lang, *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", typed)
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Said(code, *capsys.readouterr())

    return call
