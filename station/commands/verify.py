"""`station verify [BAG]`: whether the audit log is whole, or a publication bundle."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from station.cli import Session
from station.commands._bags import verify_folder
from station.commands._spoken import SpokenCommand, option, sitting
from station.errors import ExitCode, Unavailable, UsageError, system_words


@click.command(cls=SpokenCommand)
@click.argument("bag", required=False, type=click.Path(path_type=Path), metavar="[BAG]")
@option("--json", "as_json", is_flag=True, text="json")
@option("--head", default=None, metavar="SEQ:HASH", text="head")
@option("--expect", default=None, type=click.Path(path_type=Path), text="expect")
@option("--head-out", default=None, type=click.Path(path_type=Path), text="head-out")
@click.pass_obj
def verify(
    session: Session, bag: Path | None, *, as_json: bool, head: str | None, expect: Path | None, head_out: Path | None
) -> None:
    """Walk the chain, or with BAG (a folder) check every file of a bag. Exit code 1 when anything was changed."""
    if bag is not None:
        if head is not None or expect is not None or head_out is not None:
            raise UsageError("documents.error.head-of-bag")
        verify_folder(session, bag, as_json=as_json)
        return
    if head is not None and expect is not None:
        raise UsageError("audit.one-head")
    expected = _written(expect) if expect is not None else head
    with sitting(session) as desk:
        report = desk.verify(expected=expected)
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
    if head_out is not None:
        _write(head_out, report.head)
        click.echo(session.say("audit.head-written", path=str(head_out)), err=as_json)


def _written(path: Path) -> str:
    """The head in a file. Raises UsageError."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise UsageError("audit.head-unreadable", path=str(path), detail=system_words(error)) from error


def _write(path: Path, head: str) -> None:
    """Raises Unavailable."""
    try:
        path.write_text(head + "\n", encoding="ascii")
    except OSError as error:
        raise Unavailable("audit.head-unwritable", path=str(path), detail=system_words(error)) from error
