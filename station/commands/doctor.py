"""`station doctor`: what this machine and station are fit for."""

import json
import sys
from collections.abc import Iterable

import click
from rich.text import Text

from station.cli import Session, default_language
from station.commands._spoken import SpokenCommand, SpokenOption, console
from station.config import find_config
from station.doctor import Level, Line, look_around, worst
from station.errors import ExitCode, StationError
from station.text import say

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.BAD: "bold red"}


@click.command(cls=SpokenCommand)
@click.option("--json", "as_json", is_flag=True, cls=SpokenOption, help="config.json")
@click.pass_obj
def doctor(session: Session, as_json: bool) -> None:
    """Look around; exit code 1 where something does not work."""
    language = _language(session)
    terminal = sys.stdin.fileno() if not as_json and sys.stdin.isatty() and sys.stdout.isatty() else None
    found = look_around(find_config(session.config_path), encoding=sys.stdout.encoding, terminal=terminal)
    lines = list(found) if as_json else list(_told(found, language))
    level = worst(lines)
    if as_json:
        click.echo(json.dumps({"schema": 1, "level": level, "lines": [_row(line, language) for line in lines]}))
    else:
        click.echo()
        click.echo(say(f"doctor.sum.{level}", language, count=sum(line.level is level for line in lines)))
    if level is Level.BAD:
        raise SystemExit(ExitCode.FAULT)


def _language(session: Session) -> str:
    """The person's language also where the configuration is broken: that is what this command must be able to say."""
    try:
        return session.language
    except StationError:
        return session.language_option or default_language()


def _told(found: Iterable[Line], language: str) -> Iterable[Line]:
    """Print each line as it comes."""
    out = console()
    for line in found:
        text = Text()
        text.append(say(f"doctor.level.{line.level}", language), style=STYLES[line.level])
        text.append(f" {say(f'doctor.topic.{line.topic}', language)}  ", style="bold")
        text.append(say(line.message, language, **line.params))
        if line.advice:
            text.append(f"\n  → {say(line.advice, language, **line.params)}")
        out.print(text)
        yield line


def _row(line: Line, language: str) -> dict[str, str]:
    return {
        "topic": line.topic,
        "level": line.level,
        "message": line.message,
        "text": say(line.message, language, **line.params),
        "advice": say(line.advice, language, **line.params) if line.advice else "",
    }
