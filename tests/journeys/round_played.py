"""The station of the played round: its configuration, its people's keyboards, its daemon; and readers of what it writes."""

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from station.cli import main
from station.store import open_store
from tests.journeys.round_plan import AREAS, BY_KEY, DEADLINE, PEOPLE, PLACES, TODAY, Work
from tests.station.keyboard import Said
from tests.terminal import STATION

ONCE_SECONDS = 300
RETURN_DAYS, TIMES, PROPOSED, GOAL = 20, 6, 3, 10.0
LIMITS = {
    "resolution": "{ width = 320, height = 180 }",
    "video-bitrate": "{ lowest_mbps = 0.1, highest_mbps = 50.0, window_s = 10.0 }",
    "audio-bitrate": "{ nominal_kbps = 256.0, fault_share = 0.6, note_share = 0.1 }",
    "lesson-length": "{ lesson_minutes = 0.0835, warning_share = 0.05, fault_share = 0.2 }",
}
"""What this round's standard asks for otherwise than the notice: lessons of 5 s in 320×180."""
CONFIG = """\
[station]
root = "root"
[round]
file = "round.toml"
documents = "documents.toml"
[watch]
settle_seconds = 0.2
rescan_seconds = 1.0
[engine]
workers = 2
memory_gib = 1.0
device = "cpu"
[readers]
text = false
faces = false
voice = false
[review]
experts = 3
spread_limit = 15.0
[statistics]
tuning_cases = 1
"""
ROUND = f"""\
id = "示例轮次"
year = {TODAY.year}
zh = "示例年度公需科目选题征集和课件遴选"
en = "Sample round"
profile = "profile.toml"
rubric = ""
goal_hours = {GOAL}
[topics]
deadline = {DEADLINE.isoformat()}
chosen = {PLACES}
areas = {json.dumps(AREAS, ensure_ascii=False)}
[courseware]
months = 1
earliest = 2021-01-01
[templates]
intro = ""
outro = ""
"""


@dataclass
class Played:
    """The round so far. A person types by `says`, `does` (it must succeed) or `told` (what it says as JSON)."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    ids: dict[str, str] = field(default_factory=dict)
    """Work → its newest submission; `w02-1` → an earlier version's."""
    panels: dict[str, list[str]] = field(default_factory=dict)
    """Work → its experts in the order in which they were assigned."""
    scores: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    """(Work, expert) → points by line, as they were given last."""
    sealed: dict[str, list[str]] = field(default_factory=dict)
    """Work → its experts in the order in which they sealed."""
    notes: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        people = [
            f"[people.{account}]\n" + "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items())
            for account, facts in PEOPLE.items()
        ]  # fmt: skip
        self._write("config.toml", CONFIG + "\n".join(people) + "\n")
        self._write("round.toml", ROUND)
        self._write("profile.toml", standard())
        self._write("documents.toml", documents())
        self.inbox.mkdir(parents=True)
        self.out.mkdir()

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def out(self) -> Path:
        """Where documents go."""
        return self.folder / "out"

    def says(self, person: str, *arguments: object, lang: str = "zh") -> Said:
        """What the program says to a person who types these words."""
        typed = ["station", "--config", str(self.folder / "config.toml"), "--lang", lang, *map(str, arguments)]
        self.capsys.readouterr()
        with self.monkeypatch.context() as patch:
            patch.setattr("station.people.account_name", lambda _environment: person)
            patch.setattr(sys, "argv", typed)
            code = 0
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return Said(code, *self.capsys.readouterr())

    def does(self, person: str, *arguments: object, lang: str = "zh") -> str:
        """As `says`, of what must succeed: what was printed."""
        said = self.says(person, *arguments, lang=lang)
        assert said.code == 0, (person, arguments, said.out[-800:], said.err)
        return said.out

    def refused(self, person: str, *arguments: object, code: int = 3) -> str:
        """As `says`, of what must be refused: why."""
        said = self.says(person, *arguments)
        assert said.code == code, (person, arguments, said.code, said.out[-800:], said.err)
        why = said.err or said.out
        assert why.strip()
        return why

    def told(self, person: str, *arguments: object) -> Any:
        """The answer as JSON."""
        return json.loads(self.does(person, *arguments, "--json"))

    def process(self, account: str, *arguments: object) -> Said:
        """What a process of its own says to a real account that came through sudo; to the own one where `account` is empty."""
        through = {"SUDO_USER": account, "SUDO_COMMAND": "station"} if account else {}
        done = subprocess.run(
            [*STATION, "--config", str(self.folder / "config.toml"), "--lang", "zh", *map(str, arguments)],
            capture_output=True, text=True, timeout=ONCE_SECONDS, check=False, env=os.environ | through,
        )  # fmt: skip
        return Said(done.returncode, done.stdout, done.stderr)

    def watch(self) -> None:
        """The real daemon empties the inbox."""
        done = subprocess.run(
            [*STATION, "--config", str(self.folder / "config.toml"), "watch", "--once"],
            capture_output=True, text=True, timeout=ONCE_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        assert "Traceback" not in done.stderr, done.stderr[-3000:]
        assert list(self.inbox.iterdir()) == []

    def view(self, key: str, person: str = "op1") -> Any:
        """A submission as `station show` tells it: a work's newest, or `w02-1`."""
        return self.told(person, "show", self.ids[key])["submission"]

    def rows(self, sql: str, *params: object) -> list[dict[str, Any]]:
        """A question to the store."""
        store = open_store(self.root / "station.db")
        try:
            return store.rows(sql, params)
        finally:
            store.close()

    def file(self, person: str, *arguments: object, to: str) -> Path:
        """A document that somebody has written."""
        path = self.out / to
        assert str(path) in self.does(person, *arguments, "--out", path)
        return path


def standard() -> str:
    """This round's standard: the notice's, with `LIMITS`."""
    text = files("station.profiles").joinpath("cacee-2022.toml").read_text(encoding="utf-8")
    for check, limits in LIMITS.items():
        text, count = re.subn(
            rf'(\[\[check\]\]\nid = "{check}"\n(?:(?!\[\[).*\n)*?limits = )\{{.*\}}', lambda m: m[1] + limits, text  # noqa: B023 - used at once
        )  # fmt: skip
        assert count == 1, check
    return text


def documents() -> str:
    """This round's data of the documents: the shipped ones, with other numbers."""
    text = files("station.profiles").joinpath("documents-2022.toml").read_text(encoding="utf-8")
    for old, new in (("return_days = 30", f"return_days = {RETURN_DAYS}"), ("count = 10", f"count = {PROPOSED}")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def work_of(key: str) -> Work:
    """By its key, or that of one of its versions."""
    return BY_KEY[key.partition("-")[0]]


def text_of(path: Path) -> str:
    """All words of a .docx: paragraphs, then the tables' cells, a line each."""
    document = docx.Document(str(path))
    cells = [cell for table in tables_of(path) for row in table for cell in row]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def tables_of(path: Path) -> list[list[list[str]]]:
    """The tables of a .docx."""
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(path)).tables]


def sheets_of(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The sheets of an .xlsx, row by row."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
