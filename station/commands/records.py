"""`station undo | hand-over`: taking back one's last step, and giving a submission to another operator."""

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, option, sitting
from station.errors import NotAllowed
from station.text import clean


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@click.pass_obj
def undo(session: Session, submission: str) -> None:
    """Take back one's own last step on the submission; the log keeps both."""
    with sitting(session) as desk:
        view = desk.submission(submission)
        if (why_not := desk.why_not(view.id, "undo")) is not None:
            raise NotAllowed(why_not[0], **why_not[1])
        desk.undo(view.id, seen=view.revision)
        state = desk.submission(view.id).state
    click.echo(session.say("desk.undone", state=session.say(f"state.{state}")))


@click.command("hand-over", cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@option("--to", "to", required=True, metavar="ACCOUNT", text="to")
@click.pass_obj
def hand_over(session: Session, submission: str, *, to: str) -> None:
    """Give the submission to another operator."""
    with sitting(session) as desk:
        view = desk.submission(submission)
        desk.hand_over(view.id, to, seen=view.revision)
    click.echo(session.say("desk.handed-over", account=clean(to)))
