"""`station papers ID FILE…`: papers that were missing or wrong, added to a submission before the experts have it."""

from pathlib import Path

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, sitting


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def papers(session: Session, submission: str, files: tuple[Path, ...]) -> None:
    """Add papers to the submission; each takes the place of what was held of its kind."""
    with sitting(session) as desk:
        view = desk.submission(submission)
        desk.add_papers(view.id, files, seen=view.revision)
        after = desk.submission(view.id)
    click.echo(session.say("desk.papers.added", id=after.id, title=after.title))
    click.echo(session.say("desk.step.verdict", verdict=session.say(f"desk.verdict.{after.verdict or 'none'}")))
