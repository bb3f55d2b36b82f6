"""`station config show | check`: what is configured, where each value comes from, and what is wrong in the file."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import click
from rich.table import Table

from station.cli import Session, default_language
from station.commands._spoken import SpokenCommand, SpokenOption, console, plain, spoken
from station.config import SECTIONS, Config, find_config, read_config
from station.errors import ExitCode
from station.text import say
from station.usage import SpokenUsage


class ConfigCommand(SpokenUsage):
    """A part of `station config`; its help is the text `config.help-<name>`."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The catalogue's text in the person's language."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(f"config.help-{self.name}", spoken(ctx)))


class ConfigGroup(SpokenCommand, click.Group):
    """`station config`; its parts are listed in the person's language."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and helps of the parts."""
        language = spoken(ctx)
        with formatter.section(say("cli.commands", language)):
            formatter.write_dl([(name, say(f"config.help-{name}", language)) for name in self.list_commands(ctx)])


@click.group(cls=ConfigGroup)
def config() -> None:
    """Configuration."""


@config.command("show", cls=ConfigCommand)
@click.option("--json", "as_json", is_flag=True, cls=SpokenOption, help="config.json")
@click.pass_obj
def show(session: Session, as_json: bool) -> None:
    """The merged configuration and where each value comes from."""
    merged = session.config
    rows = list(_rows(merged))
    if as_json:
        values = {key: {"value": value, "origin": origin} for key, value, origin in rows}
        path = str(merged.path) if merged.path else None
        click.echo(json.dumps({"schema": 1, "path": path, "values": values}))
        return
    out = console()
    message = ("config.read-from", {"path": str(merged.path)}) if merged.path else ("config.no-file", {})
    out.print(plain(session.say(message[0], **message[1])))
    table = Table(show_edge=False, pad_edge=False, box=None, padding=(0, 2, 0, 0))
    for name in ("key", "value", "origin"):
        table.add_column(plain(session.say(f"config.column-{name}")), overflow="fold")
    for key, value, origin in rows:
        shown = plain(json.dumps(value, ensure_ascii=False))
        table.add_row(
            plain(key), shown, plain(session.say(f"config.from-{origin}")), style="bold" if origin == "file" else ""
        )
    out.print(table)


def _rows(merged: Config) -> Iterator[tuple[str, Any, str]]:
    """(key, value, `file` or `default`) of every key, people last."""
    for name, kind in SECTIONS.items():
        section = getattr(merged, name)
        for field in fields(kind):
            key = f"{name}.{field.name}"
            yield key, getattr(section, field.name), "file" if key in merged.given else "default"
    for account, row in merged.people.items():
        yield f"people.{account}", dict(row), "file"


@config.command("check", cls=ConfigCommand)
@click.pass_obj
def check(session: Session) -> None:
    """Every problem of the file; exit code 1 where there is one."""
    language = session.language_option or default_language()
    path = find_config(session.config_path)
    _, problems = read_config(path)
    if path is None:
        click.echo(say("config.no-file", language))
    elif not problems:
        click.echo(say("config.fine", language, path=str(path)))
    else:
        click.echo(say("error.config-wrong", language, path=str(path), problems=problems))
        raise SystemExit(ExitCode.FAULT)
