"""`station accept | approve | publish | return | withdraw | remeasure | waive`: every decision without a screen."""

import sys

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, confirm, name_of, option, sitting
from station.commands._tables import located
from station.desk import Desk
from station.desk.views import Consequence, FindingView, SubmissionView
from station.errors import NotAllowed, NotFound, UsageError
from station.text import clean
from station.workflow import OVER, find_transition


def _step_command(action: str) -> click.Command:
    @click.command(action, cls=SpokenCommand)
    @click.argument("submission", metavar="ID")
    @option("--reason", default="", text="reason")
    @option("--yes", is_flag=True, text="yes")
    @click.pass_obj
    def command(session: Session, submission: str, *, reason: str, yes: bool) -> None:
        with sitting(session) as desk:
            _step(session, desk, action, submission, reason=reason, yes=yes)

    return command


accept = _step_command("accept")
approve = _step_command("approve")
publish = _step_command("publish")
send_back = _step_command("return")
withdraw = _step_command("withdraw")
remeasure = _step_command("remeasure")


def _step(session: Session, desk: Desk, action: str, submission: str, *, reason: str, yes: bool) -> None:
    view = desk.submission(submission)
    consequence = desk.consequence(view.id, action)
    if consequence.why_not is not None:
        message, params = consequence.why_not
        raise NotAllowed(message, **params)
    _restate(session, view, consequence)
    if consequence.needs_reason and not reason.strip():
        if yes or not sys.stdin.isatty():
            raise UsageError("desk.reason-needed")
        reason = click.prompt(session.say("desk.step.reason"))
    confirm(session, "desk.step.confirm", yes=yes)
    desk.move(view.id, action, seen=view.revision, reason=reason)
    state = desk.submission(view.id).state
    click.echo(session.say(
        "desk.step.done", action=session.say(f"action.{action}"), id=view.id, state=session.say(f"state.{state}")
    ))  # fmt: skip


def _restate(session: Session, view: SubmissionView, consequence: Consequence) -> None:
    action = session.say(f"action.{consequence.action}")
    click.echo(session.say("desk.step.about", title=view.title, id=view.id, action=action))
    step = find_transition(consequence.action, view.state)
    if step is not None:
        source, target = session.say(f"state.{step.source}"), session.say(f"state.{step.target}")
        click.echo(session.say("desk.step.target", source=source, target=target))
    click.echo(session.say(
        "desk.step.counts", faults=consequence.standing_faults, warnings=consequence.standing_warnings,
        waived=consequence.waived,
    ))  # fmt: skip
    if consequence.target in OVER:
        click.echo(session.say("desk.step.over"))


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@click.argument("finding", metavar="FINDING")
@option("--reason", default="", text="reason")
@option("--second", is_flag=True, text="second")
@option("--end", is_flag=True, text="end")
@click.pass_obj
def waive(session: Session, submission: str, finding: str, *, reason: str, second: bool, end: bool) -> None:
    """Waive a finding, agree as second person, or end a waiver. FINDING: its number, or the beginning of its key."""
    if second and end:
        raise UsageError("desk.one-of-two")
    with sitting(session) as desk:
        view = desk.submission(submission)
        chosen = _finding(view, finding)
        if second:
            desk.second_waiver(view.id, chosen.id, seen=view.revision)
            done = "second"
        elif end:
            desk.end_waiver(view.id, chosen.id, seen=view.revision)
            done = "ended"
        else:
            desk.waive(view.id, chosen.id, reason, seen=view.revision)
            done = "waived" if chosen.people < 2 else "waived-half"
        after = desk.submission(view.id)
    click.echo(session.say(f"desk.step.{done}", check=name_of(session, desk.profile, chosen.check)))
    click.echo(session.say("desk.step.verdict", verdict=session.say(f"desk.verdict.{after.verdict or 'none'}")))


def _finding(view: SubmissionView, named: str) -> FindingView:
    found = [finding for _, finding in located(view)]
    exact = [finding for finding in found if str(finding.id) == named]
    chosen = exact or [finding for finding in found if len(named) >= 4 and finding.key.startswith(named.lower())]
    if len(chosen) != 1:
        raise NotFound("desk.no-such-finding", id=clean(named))
    return chosen[0]
