"""`station watch`: the daemon, from the command line or under systemd."""

import sys
from dataclasses import replace

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, spoken
from station.text import say


class WatchCommand(SpokenCommand):
    """Tells its exit codes too."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The exit codes in the person's language."""
        formatter.write_paragraph()
        formatter.write_text(say("daemon.help.exit", spoken(ctx)))


@click.command(cls=WatchCommand)
@click.option("--once", is_flag=True, cls=SpokenOption, help="daemon.help.once")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", cls=SpokenOption, help="daemon.help.workers")
@click.pass_obj
def watch(session: Session, once: bool, workers: int | None) -> None:
    """Watch the inbox, take drops in, measure them."""
    from daemon.service import Service  # noqa: PLC0415 - the engine loads only when it is wanted, not for --help

    config = replace(session.config, station=replace(session.config.station, language=session.language))
    sys.exit(Service(config, once=once, workers=workers).run())
