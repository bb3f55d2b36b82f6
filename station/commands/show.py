"""`station show`: the queue, or one submission."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from station.cli import Session
from station.commands._drops import print_drops
from station.commands._spoken import SpokenCommand, console, option, plain, print_json, sitting
from station.commands._tables import moment as local
from station.commands._tables import print_findings, print_log, print_queue, print_submission
from station.desk import Desk
from station.desk.queueing import Asked
from station.desk.views import QueueRow
from station.findings import Verdict
from station.store.queue_order import ORDERS, RECEIVED
from station.workflow import State


@click.command(cls=SpokenCommand)
@click.argument("submission", required=False, metavar="[ID]")
@option("--json", "as_json", is_flag=True, text="json")
@option("--log", "with_log", is_flag=True, text="log")
@option("--findings", "findings_only", is_flag=True, text="findings")
@option("--text", default="", text="text")
@option("--state", "states", multiple=True, type=click.Choice([state.value for state in State]), text="state")
@option(
    "--verdict", "verdicts", multiple=True, type=click.Choice([verdict.value for verdict in Verdict]), text="verdict"
)
@option("--unit", default="", text="unit")
@option("--sort", default=RECEIVED, type=click.Choice(list(ORDERS)), text="sort")
@option("--limit", type=click.IntRange(min=1), default=None, metavar="N", text="rows")
@option("--mine", is_flag=True, text="mine")
@option("--as-of", "moment", default=None, metavar="TIME", text="as-of")
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
    verdicts: tuple[str, ...],
    unit: str,
    sort: str,
    limit: int | None,
    mine: bool,
    drops: bool,
    moment: str | None,
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
            asked = Asked(
                text=text, states=[State(state) for state in states], verdicts=[Verdict(verdict) for verdict in verdicts],
                unit=unit, mine=mine,
            )  # fmt: skip
            rows: Sequence[QueueRow] = (
                desk.queue(sort=sort, **asked)
                if limit is None
                else desk.queue_page(sort=sort, limit=limit, **asked).rows
            )
            if as_json:
                print_json({"submissions": [asdict(row) for row in rows]})
            else:
                print_queue(session, console(), rows)
            return
        if moment is not None:
            _show_moment(session, desk, submission, moment, as_json=as_json, with_log=with_log)
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


def _show_moment(session: Session, desk: Desk, named: str, moment: str, *, as_json: bool, with_log: bool) -> None:
    """One submission as it stood, and what can't be known any more."""
    then = desk.as_of(named, moment)
    if as_json:
        print_json({"as_of": asdict(then)})
        return
    out = console()
    out.print(plain(session.say("desk.as-of.heading", at=local(then.at), seq=then.seq)), style="bold")
    print_submission(session, out, then.view, desk.rubric, desk.profile)
    for message, params in then.missing:
        shown = {name: local(value) if name == "at" else value for name, value in params.items()}
        out.print(plain(session.say(message, **shown)))
    if with_log:
        print_log(session, out, then.log)
