"""Commands whose help stands in the text catalogue, and the plain way to print outside text."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.text import Text

from station.cli import Session
from station.desk import Desk, open_desk
from station.errors import UsageError
from station.profile import Profile
from station.text import clean, say
from station.usage import SpokenOption, SpokenUsage, default_language, spoken

__all__ = [
    "SpokenCommand",
    "SpokenOption",
    "confirm",
    "console",
    "name_of",
    "option",
    "plain",
    "print_json",
    "sitting",
    "spoken",
]

F = TypeVar("F", bound=Callable[..., Any])
SCHEMA = 1
"""Of printed JSON; a field may be added, none changes its meaning."""
WIDE = 160
"""Columns where nobody's terminal sets them (a pipe, a file)."""


class SpokenCommand(SpokenUsage):
    """Its help is the text `cli.help.<name>`."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The catalogue's text, whole."""
        return say(f"cli.help.{self.name}", default_language())

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The catalogue's text in the person's language."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(f"cli.help.{self.name}", spoken(ctx)))


def option(*names: str, text: str, **settings: Any) -> Callable[[F], F]:
    """A `click.option` whose help is the text `desk.option.<text>`."""
    return click.option(*names, cls=SpokenOption, help=f"desk.option.{text}", **settings)


@contextmanager
def sitting(session: Session, *, begin: bool = False) -> Iterator[Desk]:
    """The desk of whoever is at the keyboard, closed after; `begin` as in `station.desk.open_desk`."""
    desk = open_desk(session.config, begin=begin)
    try:
        yield desk
    finally:
        desk.store.close()


def console() -> Console:
    """Prints to standard output; nothing in a text is read as markup."""
    wide = None if sys.stdout.isatty() else WIDE
    return Console(markup=False, emoji=False, highlight=False, width=wide, soft_wrap=False)


def plain(value: object) -> Text:
    """Any value as a cell: outside text is cleaned, and never markup."""
    return Text(clean(str(value)))


def print_json(content: dict[str, Any]) -> None:
    """A result for a script, plain ASCII."""
    click.echo(json.dumps({"schema": SCHEMA, **content}, ensure_ascii=True, indent=1, default=str))


def name_of(session: Session, profile: Profile, check: str) -> str:
    """A check's title in the person's language; its id where the standard does not hold it any more."""
    spec = profile.checks.get(check)
    return check if spec is None else (spec.zh if session.language == "zh" else spec.en)


def confirm(session: Session, question: str, *, yes: bool) -> None:
    """Ask unless `yes`. Raises UsageError where nobody can answer; leaves with exit code 130 on a no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("desk.needs-yes")
    click.confirm(session.say(question), abort=True)
