"""`station backup`: a checked copy of the database while it is in use."""

from pathlib import Path

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, sitting


@click.command(cls=SpokenCommand)
@click.argument("target", type=click.Path(path_type=Path))
@click.pass_obj
def backup(session: Session, target: Path) -> None:
    """Copy to TARGET, which must not exist; it appears only once it has passed its check."""
    with sitting(session) as desk:
        report = desk.backup(target)
    click.echo(session.say(
        "desk.backup-done", path=str(target), bytes=report.bytes, rows=report.audit_rows, head=report.head
    ))  # fmt: skip
