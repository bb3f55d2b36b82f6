"""`station tui`: the command that opens the screens."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.people import identify
from station.text import LANGUAGES, say

if TYPE_CHECKING:
    from station.cli import Session


def _language(ctx: click.Context) -> str:
    """Of help texts: the language asked for before the command, else the configured one of the environment."""
    from station.cli import Session, default_language  # noqa: PLC0415 - the command line names this module, not the other way

    session = ctx.find_object(Session)
    return (session.language_option if session else None) or default_language()


class _Command(click.Command):
    """Its help is the text `cli.help.tui`."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say("cli.help.tui", _language(ctx)))


class _Option(click.Option):
    """Its `help` is a text id."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return (record[0], say(self.help, _language(ctx))) if record and self.help else record


@click.command(cls=_Command)
@click.option("--lang", cls=_Option, type=click.Choice(LANGUAGES), help="tui.option.lang")
@click.option("--readonly", cls=_Option, is_flag=True, help="tui.option.readonly")
@click.option("--low-bandwidth", cls=_Option, is_flag=True, help="tui.option.low-bandwidth")
@click.option(
    "--root", cls=_Option, type=click.Path(path_type=Path, exists=True, file_okay=False), help="tui.option.root"
)
@click.pass_obj
def tui(session: "Session", lang: str | None, *, readonly: bool, low_bandwidth: bool, root: Path | None) -> None:
    """Open the screens."""
    from tui.main import run  # noqa: PLC0415 - `station --help` stays light

    config = session.config
    if root is not None:
        config = replace(config, station=replace(config.station, root=str(root.absolute())))
    run(
        config,
        identify(config),
        language=lang or session.language,
        readonly=readonly,
        low_bandwidth=low_bandwidth,
    )
