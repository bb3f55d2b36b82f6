"""`station report SUBMISSION|FILE… [-o DIR]`: a page, tables and marker lists, of a submission in the store or of files."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, console, plain, sitting
from station.errors import ExitCode, UsageError

NAME_LENGTH = 40


@click.command(cls=SpokenCommand)
@click.argument("names", nargs=-1, required=True, metavar="SUBMISSION|FILE…")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", cls=SpokenOption, help="report.help.output"
)
@click.option(
    "--profile",
    "profile_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    cls=SpokenOption,
    help="check.help.profile",
)
@click.option("--readers/--no-readers", default=True, cls=SpokenOption, help="check.help.readers")
@click.pass_obj
def report(
    session: Session, names: Sequence[str], *, output: Path | None, profile_path: Path | None, readers: bool
) -> None:
    """Write a report."""
    from station.report.write import write_report  # noqa: PLC0415 - FFmpeg, arrays and templates load only now

    with tempfile.TemporaryDirectory() as scratch:
        if any(Path(name).exists() for name in names):
            content = _of_files(session, [Path(name) for name in names], profile_path, Path(scratch), readers=readers)
        else:
            content = _of_submission(session, names)
        folder = output or Path(f"report-{_safe(content.title)}")
        try:
            written = write_report(content, folder, session.language)
        except OSError as error:
            raise UsageError("report.error.folder", path=str(folder), detail=error.strerror or str(error)) from error
    out = console()
    for path in written:
        out.print(plain(path))
    if content.verdict is None or content.verdict == "fail":
        sys.exit(ExitCode.FAULT)


def _of_submission(session: Session, names: Sequence[str]) -> Any:
    from station.report.gather import from_view  # noqa: PLC0415 - see above

    if len(names) != 1:
        raise UsageError("report.error.one")
    with sitting(session) as desk:
        return from_view(desk.submission(names[0]), desk.profile)


def _of_files(
    session: Session, paths: Sequence[Path], profile_path: Path | None, stills: Path, *, readers: bool
) -> Any:
    from station.commands._lessons import Looked, lessons  # noqa: PLC0415 - see above
    from station.commands._looking import Wanted, asked, look, together  # noqa: PLC0415
    from station.commands._watching import Watching  # noqa: PLC0415
    from station.report.gather import from_files  # noqa: PLC0415

    settings = asked(session, paths, Wanted(profile=profile_path, readers=readers))
    with Watching(session, quiet=not sys.stderr.isatty()) as watching:
        looked = [one if isinstance(one, Looked) else look(one, settings, watching) for one in lessons(paths)]
    return from_files(together(looked, settings), settings.profile, stills)


def _safe(title: str) -> str:
    """A name that any file system takes."""
    kept = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in title)
    return kept.encode("utf-8", "replace")[: NAME_LENGTH * 3].decode("utf-8", "ignore").strip("-.") or "lesson"
