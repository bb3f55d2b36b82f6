"""`station verify`: whether the audit log is whole."""

import json
import sys
from dataclasses import asdict

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, option, sitting
from station.errors import ExitCode


@click.command(cls=SpokenCommand)
@option("--json", "as_json", is_flag=True, text="json")
@option("--head", default=None, metavar="SEQ:HASH", text="head")
@click.pass_obj
def verify(session: Session, *, as_json: bool, head: str | None) -> None:
    """Walk the chain. Exit code 1 when anything in it, or anything it tells of, was changed."""
    with sitting(session) as desk:
        report = desk.verify(expected=head)
    if as_json:
        content = {"schema": 1, "sound": report.sound, **asdict(report)}
        click.echo(json.dumps(content, ensure_ascii=True, indent=1))
    elif report.sound:
        click.echo(session.say("audit.sound", rows=report.rows, head=report.head))
    else:
        click.echo(session.say("audit.broken", count=len(report.problems)))
        for problem in report.problems:
            click.echo(f"  {session.say(problem.message, **problem.params)}")
    if not report.sound:
        sys.exit(ExitCode.FAULT)
