"""`station assign`, `station panel`, `station reopen`: the experts of a submission, the gate's stops, batches of decisions."""

import sys
from dataclasses import asdict

import click
from rich.console import Console

from station.cli import Session
from station.commands._spoken import SpokenCommand, console, option, plain, print_json, sitting
from station.commands._tables import ID_SHOWN, table
from station.desk import Desk
from station.desk.panel_views import BatchRow, Decided, PanelView
from station.errors import ExitCode, UsageError
from station.text import clean


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@click.argument("accounts", metavar="[ACCOUNT]...", nargs=-1)
@option("--auto", "automatic", is_flag=True, text="auto")
@option("--end", is_flag=True, text="relieve")
@option("--reason", default="", text="reason")
@option("--json", "as_json", is_flag=True, text="json")
@click.pass_obj
def assign(
    session: Session,
    submission: str,
    accounts: tuple[str, ...],
    *,
    automatic: bool,
    end: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Assign experts by name or automatically, relieve one; without either: who may be assigned."""
    if (automatic and (accounts or end)) or (end and not accounts):
        raise UsageError("panel.one-way")
    with sitting(session) as desk:
        id_ = desk.submission(submission).id
        if automatic:
            desk.assign_automatically(id_, seen=desk.panel(id_).revision)
        for account in accounts:
            if end:
                desk.unassign(id_, account, reason, seen=desk.panel(id_).revision)
            else:
                desk.assign(id_, account, seen=desk.panel(id_).revision)
        if automatic or accounts:
            _show(session, desk, id_, as_json=as_json)
        else:
            _candidates(session, desk, id_, as_json=as_json)


@click.command(cls=SpokenCommand)
@click.argument("submission", metavar="ID")
@click.argument("account", metavar="ACCOUNT")
@option("--reason", default="", text="reason")
@option("--json", "as_json", is_flag=True, text="json")
@click.pass_obj
def reopen(session: Session, submission: str, account: str, *, reason: str, as_json: bool) -> None:
    """Give a sealed review back to its expert; what was sealed is kept."""
    with sitting(session) as desk:
        id_ = desk.submission(submission).id
        desk.reopen_review(id_, account, reason, seen=desk.panel(id_).revision)
        _show(session, desk, id_, as_json=as_json)


@click.command(cls=SpokenCommand)
@click.argument("submissions", metavar="[ID]...", nargs=-1)
@option("--waiting", is_flag=True, text="waiting")
@option("--approve", "step", flag_value="approve", text="approve-all")
@option("--return", "step", flag_value="return", text="return-all")
@option("--discuss", is_flag=True, text="discuss")
@option("--recuse", is_flag=True, text="recuse")
@option("--sign", is_flag=True, text="sign")
@option("--second", type=click.Choice(["yes", "no"]), text="second-gate")
@option("--decide", type=click.Choice(["uphold", "lift"]), text="decide-gate")
@option("--stop", type=int, default=0, text="stop")
@option("--reason", default="", text="reason")
@option("--json", "as_json", is_flag=True, text="json")
@click.pass_obj
def panel(
    session: Session,
    submissions: tuple[str, ...],
    *,
    waiting: bool,
    step: str | None,
    discuss: bool,
    recuse: bool,
    sign: bool,
    second: str | None,
    decide: str | None,
    stop: int,
    reason: str,
    as_json: bool,
) -> None:
    """The panel of a submission, what waits for my decision, and the panel's acts."""
    acts = [bool(step), waiting, discuss, recuse, sign, second is not None, decide is not None]
    if sum(acts) > 1 or bool(submissions) == waiting or (not step and len(submissions) > 1):
        raise UsageError("panel.one-way")
    with sitting(session) as desk:
        if waiting:
            _waiting(session, desk.batch(), as_json=as_json)
            return
        if step:
            _decide_all(session, desk, submissions, step, reason, as_json=as_json)
            return
        id_ = desk.submission(submissions[0]).id
        seen = desk.panel(id_).revision
        if recuse:
            desk.recuse(id_, reason)
            click.echo(session.say("panel.recused"))
            return
        if discuss:
            desk.discuss(id_, reason, seen=seen)
        elif sign:
            own = next((r for r in desk.submission(id_).reviews if r.person == desk.person.account), None)
            desk.sign_gate(id_, seen=own.revision if own else 0)
        elif second is not None:
            desk.second_gate(id_, stop, agrees=second == "yes", reason=reason, seen=seen)
        elif decide is not None:
            desk.decide_gate(id_, stop, lift=decide == "lift", reason=reason, seen=seen)
        _show(session, desk, id_, as_json=as_json)


def _show(session: Session, desk: Desk, id_: str, *, as_json: bool) -> None:
    view = desk.panel(id_)
    if as_json:
        print_json({"panel": asdict(view)})
    else:
        _print_panel(session, console(), view)


def _print_panel(session: Session, out: Console, view: PanelView) -> None:
    out.print(plain(view.title), style="bold")
    out.print(plain(session.say("tui.panel.count", submitted=view.submitted, wanted=view.wanted)))
    if view.mean is not None:
        spread = "-" if view.spread is None else f"{view.spread:.1f}"
        told = session.say("tui.panel.result", mean=f"{view.mean:.1f}", spread=spread, limit=f"{view.limit:g}")
        out.print(plain(told))
    if not view.settled:
        out.print(plain(session.say("panel.unsettled")), style="yellow")
    made = table(session, "person", "review", "total", "bias", "applicant-own")
    for expert in view.experts:
        bias = "" if expert.bias is None else f"{expert.bias:+.1f} ({expert.reviews})"
        total = "" if expert.total is None else f"{expert.total:g}"
        state = session.say(f"tui.panel.review.{expert.review}")
        made.add_row(*map(plain, (f"{expert.name} ({expert.account})", state, total, bias, expert.unit)))
    out.print(made)
    for stop in view.stops:
        points = "; ".join(f"{point}: {reason}" for point, reason in stop.points.items())
        out.print(plain(session.say("tui.panel.stop", id=stop.id, person=stop.person, points=clean(points))))
        if stop.second_person is not None:
            verdict = session.say("tui.panel.agrees" if stop.second_agrees else "tui.panel.differs")
            told = session.say(
                "tui.panel.second", person=stop.second_person, verdict=verdict, reason=stop.second_reason
            )
            out.print(plain(told))
        if stop.decision is not None:
            decision = session.say(f"tui.panel.{stop.decision}")
            told = session.say(
                "tui.panel.decided", person=stop.decided_by, decision=decision, reason=stop.decided_reason
            )
            out.print(plain(told))
    for person, text, at in view.discussions:
        out.print(plain(session.say("tui.panel.discussed", person=person, at=at, text=text)))
    for kept in view.kept:
        out.print(plain(session.say("tui.panel.kept", person=kept.person, total=kept.total or 0, reason=kept.reason)))


def _candidates(session: Session, desk: Desk, id_: str, *, as_json: bool) -> None:
    found = desk.candidates(id_)
    if as_json:
        print_json({"candidates": [asdict(one) for one in found]})
        return
    made = table(session, "person", "applicant-own", "areas", "load", "reason")
    for one in found:
        why = session.say(one.why_not[0], **one.why_not[1]) if one.why_not else ""
        made.add_row(*map(plain, (f"{one.name} ({one.account})", one.unit, " ".join(one.areas), one.load, why)))
    console().print(made)


def _waiting(session: Session, rows: list[BatchRow], *, as_json: bool) -> None:
    if as_json:
        print_json({"waiting": [asdict(row) for row in rows]})
        return
    if not rows:
        click.echo(session.say("tui.approvals.empty"))
        return
    made = table(session, "id", "state", "title", "mean", "spread", "faults", "warnings", "waiver", "review")
    for row in rows:
        mean = "" if row.mean is None else f"{row.mean:.1f}"
        spread = "" if row.spread is None else f"{row.spread:.1f}"
        cells = (row.id[-ID_SHOWN:], session.say(f"state.{row.state}"), row.title, mean, spread, row.faults, row.warnings,
                 row.waivers, f"{row.submitted}/{row.wanted}")  # fmt: skip
        made.add_row(*map(plain, cells))
    console().print(made)


def _decide_all(
    session: Session, desk: Desk, submissions: tuple[str, ...], step: str, reason: str, *, as_json: bool
) -> None:
    views = [desk.submission(named) for named in submissions]
    done = desk.decide_all([(view.id, view.revision) for view in views], step, reason=reason)
    if as_json:
        print_json({"decided": [asdict(one) for one in done]})
    else:
        for one in done:
            click.echo(_decided(session, one))
    if any(one.state is None for one in done):
        sys.exit(ExitCode.NOT_ALLOWED)


def _decided(session: Session, one: Decided) -> str:
    if one.why_not is not None:
        return session.say("panel.not-decided", id=one.id, reason=session.say(one.why_not[0], **one.why_not[1]))
    return session.say("panel.now", id=one.id, state=session.say(f"state.{one.state}"))
