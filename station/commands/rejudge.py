"""`station rejudge`: the whole archive under a changed profile, without a video; what would change is shown before it is written."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, confirm, console, plain, sitting
from station.errors import ExitCode, NotAllowed
from station.people import closed_to
from station.workflow import State

SCHEMA = 1
"""Of the JSON; a field may be added, none changes its meaning."""


@click.command(cls=SpokenCommand)
@click.option(
    "--profile",
    "profile_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    cls=SpokenOption,
    help="rejudge.help.profile",
)
@click.option("--write", is_flag=True, cls=SpokenOption, help="rejudge.help.write")
@click.option("--yes", is_flag=True, cls=SpokenOption, help="rejudge.help.yes")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([s.value for s in State]),
    cls=SpokenOption,
    help="rejudge.help.state",
)
@click.option("--workers", type=click.IntRange(0, 256), default=0, cls=SpokenOption, help="rejudge.help.workers")
@click.option("--json", "json_wanted", is_flag=True, cls=SpokenOption, help="rejudge.help.json")
@click.pass_obj
def rejudge(
    session: Session,
    *,
    profile_path: Path | None,
    write: bool,
    yes: bool,
    states: tuple[str, ...],
    workers: int,
    json_wanted: bool,
) -> None:
    """Judge the archive again."""
    from station.commands._rejudge import Told, print_changes, print_written  # noqa: PLC0415 - arrays load only now
    from station.profile import load_profile  # noqa: PLC0415
    from station.rejudge import Archive  # noqa: PLC0415

    with sitting(session) as desk, tempfile.TemporaryFile() as spool, Told(session, quiet=json_wanted) as told:
        if not desk.person.roles - {"expert"} or (write and not desk.person.has("admin")):
            raise NotAllowed("desk.needs-admin")
        named = profile_path or session.config.profile_path
        profile = load_profile(named) if named else desk.profile
        path = str(named.absolute()) if named else ""
        chosen = frozenset(State(state) for state in states)
        closed = closed_to(session.config, desk.person)
        archive = Archive(desk.store, session.config, profile, path, workers, chosen, told.observe, closed)
        changes = [change for change in archive.run(spool) if change.differs or change.failed]
        told.end()
        out = console()
        if not json_wanted:
            print_changes(session, out, changes, profile)
        written: tuple[int, tuple[str, ...]] | None = None
        if write and (not changes or _agreed(session, yes=yes, json_wanted=json_wanted)):
            written = archive.write(spool, desk.person, {"profile": profile.id, "file": path})
        if json_wanted:
            _print_json(changes, profile.id, written)
        elif written is not None:
            print_written(session, out, *written)
        elif changes:
            out.print(plain(session.say("rejudge.not-written")), style="bold")
        if profile_path is not None and written is not None and profile_path.absolute() != session.config.profile_path:
            click.echo(session.say("rejudge.other-profile", path=str(profile_path)), err=True)
    if written is not None and written[1]:
        raise SystemExit(ExitCode.FAULT)


def _agreed(session: Session, *, yes: bool, json_wanted: bool) -> bool:
    """Leaves the command on a no."""
    confirm(session, "rejudge.confirm", yes=yes or json_wanted)
    return True


def _print_json(changes: list[Any], profile: str, written: tuple[int, tuple[str, ...]] | None) -> None:
    table = {
        "schema": SCHEMA,
        "profile": profile,
        "changes": [asdict(change) for change in changes],
        "written": None if written is None else written[0],
        "changed_meanwhile": [] if written is None else list(written[1]),
    }
    click.echo(json.dumps(table, ensure_ascii=True, indent=1, default=str))
