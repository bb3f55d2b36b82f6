"""The command line as a whole: light to start, the same in both languages, clear about what it does not know."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from station import usage
from station.cli import COMMANDS, root
from station.errors import ExitCode
from station.text import LANGUAGES, catalogue, say


def python(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """This interpreter in another process, far from any config.toml."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("STATION_")} | environment
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=settings, capture_output=True, text=True, timeout=60, check=False
    )


def station(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return python("-c", "from station.cli import main; main()", *arguments, folder=folder, **environment)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_in_both_languages(tmp_path: Path, language: str) -> None:
    for told in (
        station("--lang", language, "--help", folder=tmp_path),
        station("-h", folder=tmp_path, STATION_LANG=language),
    ):
        assert told.returncode == 0
        for name in COMMANDS:
            assert name in told.stdout
        assert say("cli.commands", language) in told.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_command_is_answered_with_the_nearest(tmp_path: Path, language: str) -> None:
    told = station("--lang", language, "docter", folder=tmp_path)
    assert told.returncode == ExitCode.COULD_NOT
    assert told.stderr.strip() == say("error.no-command-near", language, name="docter", near="doctor")
    assert station("--lang", language, "zzzzzz", folder=tmp_path).stderr.strip() == say(
        "error.no-command", language, name="zzzzzz"
    )


def test_an_unknown_command_with_escape_sequences_is_shown_safely(tmp_path: Path) -> None:
    told = station("\x1b[31mx", folder=tmp_path)
    assert "\x1b" not in told.stderr


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("words", "message", "places"),
    [
        (["approve"], "missing", {"name": "ID"}),
        (["show", "--jsn"], "no-option-near", {"name": "--jsn", "near": "--json"}),
        (["show", "--qqqq"], "no-option", {"name": "--qqqq"}),
        (["show", "a", "b"], "extra", {"words": "b"}),
        (["demo", "--seconds", "3"], "range", {"name": "--seconds", "least": "36", "most": "600"}),
        (["check", "--device", "x", "y"], "choice", {"name": "--device", "choices": "auto, cuda, cpu"}),
        (["score", "x", "--form"], "option", {"name": "--form"}),
        (["tui", "--lang", "fr"], "choice", {"name": "--lang", "choices": "zh, en"}),
    ],
)
def test_wrong_words_are_answered_in_the_persons_language(
    language: str, words: list[str], message: str, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(click.ClickException) as caught:
        root.main(["--lang", language, *words], standalone_mode=False, prog_name="station")
    assert usage.tell(caught.value, language) is ExitCode.COULD_NOT
    told = capsys.readouterr().err
    assert say(f"usage.{message}", language, **places) in told.splitlines()
    assert ("Usage" in told) == (language == "en" and message != "option")


def test_the_frame_of_every_help_is_spoken() -> None:
    for name in COMMANDS:
        told = CliRunner().invoke(root, ["--lang", "zh", name, "--help"])
        assert told.exit_code == 0, name
        assert told.output.startswith(say("cli.usage", "zh")), name
        assert say("cli.help-option", "zh") in told.output, name
        assert "Options" not in told.output, name


def test_a_wrong_configuration_ends_with_two_and_all_problems(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[staton]\n[watch]\nevents = 3\n", encoding="utf-8")
    told = station("--lang", "en", "config", "show", folder=tmp_path)
    assert told.returncode == ExitCode.COULD_NOT
    assert len(told.stderr.splitlines()) == 3
    assert "Traceback" not in told.stderr


def test_version(tmp_path: Path) -> None:
    assert station("--version", folder=tmp_path).stdout.startswith("station")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_with_its_help(name: str) -> None:
    for language in LANGUAGES:
        assert f"cli.help.{name}" in catalogue(language), f"cli.help.{name} is missing in {language}"
    module, attribute = COMMANDS[name].split(":")
    command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)
    assert command.name == name
