"""`station template DIR`: the blank papers for the units. Needs no database."""

from datetime import UTC, datetime
from pathlib import Path

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption


@click.command(cls=SpokenCommand)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--force", is_flag=True, cls=SpokenOption, help="documents.help.force")
@click.pass_obj
def template(session: Session, folder: Path, *, force: bool) -> None:
    """Write them into DIR; where one of them stands there already, nothing is written without --force."""
    from station.documents.settings import load_settings  # noqa: PLC0415 - Office libraries load only here
    from station.documents.template import template_files  # noqa: PLC0415
    from station.documents.writing import refuse_existing, write_whole  # noqa: PLC0415
    from station.profile import default_profile, load_profile  # noqa: PLC0415
    from station.rounds import load_round  # noqa: PLC0415

    config = session.config
    settings, path = load_settings(config.beside(config.round.documents)), config.profile_path
    profile = load_profile(path) if path else default_profile()
    today = settings.day_of(datetime.now(UTC).isoformat())
    made = template_files(profile, load_round(config.round_path), settings, session.language, today)
    for name in made:
        refuse_existing(folder / name, force=force)
    for name, content in made.items():
        click.echo(session.say("documents.written", path=str(write_whole(folder / name, content, force=force))))
