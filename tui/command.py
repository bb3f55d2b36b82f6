"""`station tui`: the command that opens the screens."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from station.people import identify
from station.text import LANGUAGES

if TYPE_CHECKING:
    from station.cli import Session


@click.command()
@click.option("--lang", type=click.Choice(LANGUAGES), help="zh | en")
@click.option("--readonly", is_flag=True, help="只看不改 / look, change nothing")
@click.option("--low-bandwidth", is_flag=True, help="窄带 / fewer colours and redraws")
@click.option(
    "--root", type=click.Path(path_type=Path, exists=True, file_okay=False), help="站点目录 / the station's folder"
)
@click.pass_obj
def tui(session: "Session", lang: str | None, *, readonly: bool, low_bandwidth: bool, root: Path | None) -> None:
    """打开审核界面 / open the screens."""
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
