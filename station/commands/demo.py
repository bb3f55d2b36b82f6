"""`station demo`: a sample drop, the real daemon, and the account of what it found."""

import os
import sys
import tempfile
from pathlib import Path

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption
from station.errors import ExitCode, Unavailable, system_words

SHORTEST, USUAL, LONGEST = 36, 60, 600
"""Seconds of a lesson."""


@click.command(cls=SpokenCommand)
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), cls=SpokenOption, help="demo.help-dir"
)
@click.option("--no-tui", is_flag=True, cls=SpokenOption, help="demo.help-no-tui")
@click.option("--keep", is_flag=True, cls=SpokenOption, help="demo.help-keep")
@click.option(
    "--seconds", type=click.IntRange(SHORTEST, LONGEST), default=USUAL, cls=SpokenOption, help="demo.help-seconds"
)
@click.pass_obj
def demo(session: Session, folder: Path | None, *, no_tui: bool, keep: bool, seconds: int) -> None:
    """Make, hand in, measure, compare; then the screens where there is a terminal."""
    from station.demo.show import Show  # noqa: PLC0415 - painting and encoding load only when they are wanted

    place = (folder or default_folder()).expanduser().absolute()
    try:
        show = Show(session, place)
        good = show.run(seconds, keep=keep)
    except OSError as error:
        raise Unavailable("demo.disk", path=str(place), detail=system_words(error)) from error
    if not no_tui and sys.stdin.isatty() and sys.stdout.isatty():
        show.open_screens()
    sys.exit(ExitCode.PASS if good else ExitCode.FAULT)


def default_folder() -> Path:
    """In the person's cache folder; in the system's temporary folder where there is no home to write to."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError:
        home = Path(tempfile.gettempdir())
    if not os.access(home, os.W_OK):
        home = Path(tempfile.gettempdir())
    return home / f"review-station-demo-{os.getuid()}"
