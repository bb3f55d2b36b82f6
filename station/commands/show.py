"""`station show`: the queue, or one submission."""

from dataclasses import asdict

import click

from station.cli import Session
from station.commands._drops import print_drops
from station.commands._spoken import SpokenCommand, console, option, plain, print_json, sitting
from station.commands._tables import print_findings, print_log, print_queue, print_submission
from station.workflow import State


@click.command(cls=SpokenCommand)
@click.argument("submission", required=False, metavar="[ID]")
@option("--json", "as_json", is_flag=True, text="json")
@option("--log", "with_log", is_flag=True, text="log")
@option("--findings", "findings_only", is_flag=True, text="findings")
@option("--text", default="", text="text")
@option("--state", "states", multiple=True, type=click.Choice([state.value for state in State]), text="state")
@option("--mine", is_flag=True, text="mine")
@option("--drops", is_flag=True, text="drops")
@click.pass_obj
def show(
    session: Session,
    submission: str | None,
    *,
    as_json: bool,
    with_log: bool,
    findings_only: bool,
    text: str,
    states: tuple[str, ...],
    mine: bool,
    drops: bool,
) -> None:
    """The queue without ID; one submission with it; what was not taken in."""
    with sitting(session) as desk:
        if drops:
            aside = desk.drops()
            if as_json:
                print_json({"drops": [asdict(drop) for drop in aside]})
            else:
                print_drops(session, console(), aside)
            return
        if submission is None:
            rows = desk.queue(text=text, states=[State(state) for state in states], mine=mine)
            if as_json:
                print_json({"submissions": [asdict(row) for row in rows]})
            else:
                print_queue(session, console(), rows)
            return
        view = desk.submission(submission)
        log = desk.log(view.id) if with_log else []
        if as_json:
            print_json({"submission": asdict(view)} | ({"log": [asdict(row) for row in log]} if with_log else {}))
            return
        out = console()
        if findings_only:
            print_findings(session, out, view, desk.profile)
        else:
            print_submission(session, out, view, desk.rubric, desk.profile)
        if with_log:
            out.print()
            out.print(plain(session.say("desk.show.log")), style="bold")
            print_log(session, out, log)
