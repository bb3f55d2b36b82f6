"""`station check FILE…`: measure, read and judge lessons without a store, so that an applicant can do it at home.

Several files are lessons of one course: each is judged in the light of the others too.
Exit code: 0 when no file has a fault, 1 when one has (a file that is no readable medium is a fault), 2 when not a single file
could be looked at or the call is wrong.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, console
from station.errors import ExitCode
from station.findings import Verdict
from station.text import LANGUAGES

F = TypeVar("F", bound=Callable[..., Any])


def _option(*names: str, text: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=SpokenOption, help=f"check.help.{text}", **settings)


@click.command(cls=SpokenCommand)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@_option("--json", "json_wanted", is_flag=True, text="json")
@_option("--lang", type=click.Choice(LANGUAGES), text="lang")
@_option("--rendition", type=click.Path(path_type=Path), metavar="DIR", text="rendition")
@_option("--device", type=click.Choice(["auto", "cuda", "cpu"]), default="auto", text="device")
@_option("--profile", "profile_path", type=click.Path(path_type=Path), metavar="FILE", text="profile")
@_option("--readers/--no-readers", default=True, text="readers")
@_option("--terms", type=click.Path(path_type=Path), metavar="FILE", text="terms")
@_option("--intro", type=click.Path(path_type=Path), metavar="FILE", text="intro")
@_option("--outro", type=click.Path(path_type=Path), metavar="FILE", text="outro")
@_option("--quiet", is_flag=True, text="quiet")
@click.pass_obj
def check(
    session: Session,
    files: Sequence[Path],
    *,
    json_wanted: bool,
    lang: str | None,
    rendition: Path | None,
    device: str,
    profile_path: Path | None,
    readers: bool,
    terms: Path | None,
    intro: Path | None,
    outro: Path | None,
    quiet: bool,
) -> None:
    """Check lesson files."""
    from station.commands._lessons import Looked, as_json, lessons  # noqa: PLC0415 - FFmpeg and arrays load only now
    from station.commands._looking import Wanted, asked, look, together  # noqa: PLC0415
    from station.commands._report import print_lesson, print_summary  # noqa: PLC0415
    from station.commands._watching import Watching  # noqa: PLC0415

    session.language_option = lang or session.language_option
    settings = asked(session, files, Wanted(device, profile_path, rendition, readers, terms, intro, outro))
    looked: list[Looked] = []
    out = console()
    with Watching(session, quiet=quiet or not sys.stderr.isatty()) as watching:
        paths = lessons(files)
        for path in paths:
            one = path if isinstance(path, Looked) else look(path, settings, watching)
            looked.append(one)
            if not json_wanted and len(paths) == 1:
                watching.pause()
                print_lesson(session, out, one, settings.profile)
    if len(looked) > 1:
        looked = together(looked, settings)
        for one in () if json_wanted else looked:
            print_lesson(session, out, one, settings.profile)
    if json_wanted:
        _write(as_json(looked, session.language))
    elif len(looked) > 1:
        print_summary(session, out, looked)
    sys.exit(exit_code(looked))


def exit_code(looked: Sequence[Any]) -> ExitCode:
    """2 when nothing could be looked at, 1 when a lesson fails or one of several could not be, else 0."""
    verdicts = [one.verdict for one in looked]
    if all(one.measurements is None for one in looked):
        return ExitCode.COULD_NOT
    return ExitCode.FAULT if Verdict.FAIL in verdicts or None in verdicts else ExitCode.PASS


def _write(text: str) -> None:
    """UTF-8, whatever the terminal's locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()
