"""`station verify [BAG]`: whether the audit log is whole, or a publication bundle."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, option, sitting
from station.errors import ExitCode, UsageError, system_words


@click.command(cls=SpokenCommand)
@click.argument("bag", required=False, type=click.Path(path_type=Path), metavar="[BAG]")
@option("--json", "as_json", is_flag=True, text="json")
@option("--head", default=None, metavar="SEQ:HASH", text="head")
@click.pass_obj
def verify(session: Session, bag: Path | None, *, as_json: bool, head: str | None) -> None:
    """Walk the chain, or with BAG (a folder) check every file of a bag. Exit code 1 when anything was changed."""
    if bag is not None:
        if head is not None:
            raise UsageError("documents.error.head-of-bag")
        _verify_bag(session, bag, as_json=as_json)
        return
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


def _verify_bag(session: Session, bag: Path, *, as_json: bool) -> None:
    from station.documents.bags import is_bag, verify_bag  # noqa: PLC0415 - loads only where there is a bag

    if not is_bag(bag):
        raise UsageError("documents.error.no-bag", path=str(bag))
    try:
        report = verify_bag(bag)
    except OSError as error:
        raise UsageError("documents.error.unreadable", path=str(bag), detail=system_words(error)) from error
    if as_json:
        content = {"schema": 1, "sound": report.sound, **asdict(report)}
        click.echo(json.dumps(content, ensure_ascii=True, indent=1))
    elif report.sound:
        click.echo(session.say("documents.bag.sound", files=report.files, bytes=report.bytes))
    else:
        click.echo(session.say("documents.bag.unsound", count=len(report.problems)))
        for problem in report.problems:
            click.echo(f"  {session.say(problem.message, **problem.params)}")
    if not report.sound:
        sys.exit(ExitCode.FAULT)
