"""The command line: one group whose commands load lazily by name, so that `station --help` starts in an instant.

A command of an upper room (`watch`, `tui`) is named here by a string; nothing is imported upward.
"""

import difflib
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

import click

from station.config import Config, find_config, load_config
from station.errors import ExitCode, StationError, UsageError
from station.text import LANGUAGES, say
from station.usage import SpokenOption, SpokenUsage, default_language, spoken, tell

__all__ = ["COMMANDS", "LazyGroup", "Session", "default_language", "main", "root"]

COMMANDS: dict[str, str] = {
    "demo": "station.commands.demo:demo",
    "check": "station.commands.check:check",
    "watch": "daemon.command:watch",
    "tui": "tui.command:tui",
    "why": "station.commands.why:why",
    "report": "station.commands.report:report",
    "rejudge": "station.commands.rejudge:rejudge",
    "show": "station.commands.show:show",
    "topics": "station.commands.topics:topics",
    "log": "station.commands.log:log",
    "search": "station.commands.search:search",
    "waive": "station.commands.review:waive",
    "papers": "station.commands.papers:papers",
    "accept": "station.commands.review:accept",
    "approve": "station.commands.review:approve",
    "publish": "station.commands.review:publish",
    "return": "station.commands.review:send_back",
    "withdraw": "station.commands.review:withdraw",
    "remeasure": "station.commands.review:remeasure",
    "score": "station.commands.score:score",
    "assign": "station.commands.panel:assign",
    "panel": "station.commands.panel:panel",
    "reopen": "station.commands.panel:reopen",
    "undo": "station.commands.records:undo",
    "hand-over": "station.commands.records:hand_over",
    "letter": "station.commands.documents:letter",
    "opinion": "station.commands.documents:opinion",
    "catalogue": "station.commands.documents:catalogue",
    "bundle": "station.commands.documents:bundle",
    "ledger": "station.commands.documents:ledger",
    "excellent": "station.commands.documents:excellent",
    "template": "station.commands.template:template",
    "stats": "station.commands.stats:stats",
    "verify": "station.commands.verify:verify",
    "backup": "station.commands.backup:backup",
    "doctor": "station.commands.doctor:doctor",
    "config": "station.commands.config:config",
    "bench": "station.commands.bench:bench",
}


@dataclass
class Session:
    """What every command gets: the options before the command, and the configuration, read once on first use."""

    config_path: Path | None
    language_option: str | None

    @cached_property
    def config(self) -> Config:
        """The configuration. Raises UsageError."""
        return load_config(find_config(self.config_path))

    @property
    def language(self) -> str:
        """--lang, else $STATION_LANG, else the configured one."""
        return self.language_option or self.config.station.language

    def say(self, message: str, **params: object) -> str:
        """A text in the person's language."""
        return say(message, self.language, **params)


class LazyGroup(SpokenUsage, click.Group):
    """Looks a command up by name and imports its module only then."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, name = target.split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; an unknown name is answered in the person's language, with the nearest known one."""
        if args and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if near:
                raise UsageError("error.no-command-near", name=args[0], near=near[0])
            raise UsageError("error.no-command", name=args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands from the text catalogue, without importing one of them."""
        language = spoken(ctx)
        with formatter.section(say("cli.commands", language)):
            formatter.write_dl([(name, say(f"cli.help.{name}", language)) for name in COMMANDS])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_path", type=click.Path(path_type=Path), cls=SpokenOption, help="cli.option.config")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    envvar="STATION_LANG",
    is_eager=True,
    cls=SpokenOption,
    help="cli.option.lang",
)
@click.version_option(package_name="review-station", prog_name="station", cls=SpokenOption, help="cli.option.version")
@click.pass_context
def root(ctx: click.Context, config_path: Path | None, lang: str | None) -> None:
    """评审站 / Review Station."""
    ctx.obj = Session(config_path, lang)


def main() -> None:
    """Run the command line; turn our errors into a message and an exit code."""
    try:
        root.main(standalone_mode=False, prog_name="station")
    except click.exceptions.Abort:
        click.echo(say("cli.aborted", _spoken_language()), err=True)
        sys.exit(130)
    except click.ClickException as error:
        sys.exit(tell(error, _spoken_language()))
    except StationError as error:
        click.echo(say(error.message, _spoken_language(), **error.params), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.COULD_NOT)


def _spoken_language() -> str:
    arguments = sys.argv[1:]
    for index, word in enumerate(arguments):
        if word == "--lang" and index + 1 < len(arguments) and arguments[index + 1] in LANGUAGES:
            return arguments[index + 1]
        if word.startswith("--lang=") and word[7:] in LANGUAGES:
            return word[7:]
    return default_language()
