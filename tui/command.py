"""`station tui`: the command that opens the screens."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.people import identify
from station.text import LANGUAGES, say
from station.usage import SpokenOption, SpokenUsage, spoken

if TYPE_CHECKING:
    from station.cli import Session


class _Command(SpokenUsage):
    """Its help is the text `cli.help.tui`."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say("cli.help.tui", spoken(ctx)))


@click.command(cls=_Command)
@click.option("--lang", cls=SpokenOption, type=click.Choice(LANGUAGES), help="tui.option.lang")
@click.option("--readonly", cls=SpokenOption, is_flag=True, help="tui.option.readonly")
@click.option("--low-bandwidth", cls=SpokenOption, is_flag=True, help="tui.option.low-bandwidth")
@click.option(
    "--root", cls=SpokenOption, type=click.Path(path_type=Path, exists=True, file_okay=False), help="tui.option.root"
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
