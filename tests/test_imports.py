"""Borders at run time: what each door of the house loads, seen in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "av", "cupy", "textual", "watchdog", "distributed", "dask", "sqlite_utils", "PIL", "openpyxl", "docx", "numpy", "pypdf",
    "pydub", "rich",
)  # fmt: skip
"""Loaded only when somebody needs them."""
HELP = """
import sys
from station.cli import root
root.main(["--lang", "en", "--help"], standalone_mode=False)
"""


def loaded(code: str, folder: Path) -> set[str]:
    """Top-level names of all modules that are loaded once `code` has run, from anywhere but the repository."""
    probe = "\nimport sys\nprint()\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code + probe], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_importing_the_domain_is_light(tmp_path: Path) -> None:
    assert loaded("import station", tmp_path) & set(HEAVY) == set()


def test_help_is_light(tmp_path: Path) -> None:
    assert loaded(HELP, tmp_path) & set(HEAVY) == set()


def test_configuration_is_not_read_at_import(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[nonsense", encoding="utf-8")
    loaded("import station.cli, station.desk, station.judge, gpu.measure, daemon.command, tui.command", tmp_path)


@pytest.mark.parametrize(
    ("module", "foreign"),
    [
        ("gpu.measure", {"station", "tui", "daemon", "textual", "watchdog", "distributed", "sqlite_utils"}),
        ("station.examine", {"tui", "daemon", "textual", "watchdog", "distributed"}),
        ("station.desk", {"tui", "daemon", "textual", "watchdog", "distributed", "av", "cupy"}),
        ("station.papers.read", {"tui", "daemon", "textual", "watchdog", "distributed", "av", "cupy", "sqlite_utils"}),
        ("daemon.command", {"tui", "textual"}),
        ("tui.main", {"daemon", "watchdog", "distributed", "av", "cupy"}),
    ],
)
def test_a_room_loads_nothing_of_the_rooms_above_or_beside_it(tmp_path: Path, module: str, foreign: set[str]) -> None:
    assert loaded(f"import {module}", tmp_path) & foreign == set()
