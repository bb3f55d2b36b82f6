"""`station verify BAG`: whether a publication bundle, or any other BagIt bag, is whole."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from station.cli import Session
from station.errors import ExitCode, UsageError, system_words


def verify_folder(session: Session, bag: Path, *, as_json: bool) -> None:
    """Check every file of the bag. Exit code 1 when anything was changed. Raises UsageError for a folder that is no bag."""
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
