"""How a command line explains itself: help texts and usage errors in the person's language instead of click's English."""

import os
import re
from typing import Any

import click

from station.errors import ExitCode
from station.text import LANGUAGES, clean, say

_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
"""What click says of too many words; the only usage error that carries no field for what was wrong."""


def default_language() -> str:
    """$STATION_LANG where it names a language, else Chinese."""
    named = os.environ.get("STATION_LANG", "")
    return named if named in LANGUAGES else "zh"


def spoken(ctx: click.Context) -> str:
    """The language of help texts: --lang, else the environment's; the configuration is not read for it."""
    asked = getattr(ctx.obj, "language_option", None) or ctx.find_root().params.get("lang")
    return asked if asked in LANGUAGES else default_language()


class SpokenUsage(click.Command):
    """A command whose frame of help (usage line, headings, --help) is spoken; mix it in before any click class."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{say('cli.usage', spoken(ctx))} ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under their heading; a group's commands after them."""
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx))]
        if records:
            with formatter.section(say("cli.options", spoken(ctx))):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option as ever, with our words."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("cli.help-option", spoken(ctx))
        return option


class SpokenOption(click.Option):
    """Its `help` is a text id."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The record with the catalogue's text."""
        record = super().get_help_record(ctx)
        return (record[0], say(self.help, spoken(ctx))) if record and self.help else record


def tell(error: click.ClickException, language: str) -> ExitCode:
    """Say what is wrong with the words somebody typed, to standard error."""
    ctx = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return ExitCode.COULD_NOT
    if ctx is not None:
        language = spoken(ctx)
        click.echo(ctx.get_usage(), err=True)
    message, places = _what(error)
    click.echo(say(message, language, **places), err=True)
    if ctx is not None:
        click.echo(say("cli.try-help", language, command=ctx.command_path), err=True)
    return ExitCode.COULD_NOT


def _what(error: click.ClickException) -> tuple[str, dict[str, Any]]:
    """The text id and its places; click's own words where it has a case that we do not know."""
    detail = error.format_message()
    match error:
        case click.NoSuchOption():
            near = error.possibilities
            known = {"name": error.option_name, "near": ", ".join(near or ())}
            return ("usage.no-option-near" if near else "usage.no-option"), known
        case click.MissingParameter():
            return "usage.missing", {"name": _name(error)}
        case click.BadParameter():
            return _wrong_value(error)
        case click.BadOptionUsage():
            return "usage.option", {"name": error.option_name}
    extra = _EXTRA.search(detail)
    return ("usage.extra", {"words": extra[1]}) if extra else ("usage.other", {"detail": clean(detail)})


def _wrong_value(error: click.BadParameter) -> tuple[str, dict[str, Any]]:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return "usage.choice", {"name": _name(error), "choices": ", ".join(map(str, kind.choices))}
    if isinstance(kind, click.IntRange):
        return "usage.range", {"name": _name(error), "least": _end(kind.min), "most": _end(kind.max)}
    return "usage.value", {"name": _name(error), "detail": clean(error.message)}


def _name(error: click.BadParameter) -> str:
    """What the person would type for the option or argument."""
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param is not None else "")
    words = hint if isinstance(hint, str) else " / ".join(hint)
    return words.replace("'", "")


def _end(limit: float | None) -> str:
    return "…" if limit is None else f"{limit:g}"
