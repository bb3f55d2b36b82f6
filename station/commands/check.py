"""`station check FILE…`: measure and judge lessons without a store, so that an applicant can do it at home.

Exit code: 0 when no file has a fault, 1 when one has (a file that is no readable medium is a fault), 2 when not a single file
could be looked at or the call is wrong.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, console
from station.errors import ExitCode, UsageError
from station.findings import Verdict
from station.profile import Profile, default_profile, load_profile
from station.text import LANGUAGES, clean

F = TypeVar("F", bound=Callable[..., Any])


def _option(*names: str, text: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=SpokenOption, help=f"check.help.{text}", **settings)


@dataclass(frozen=True)
class Asked:
    """What every file is looked at with."""

    profile: Profile
    device: Any
    renditions: Path | None
    taken: set[Path]
    """Names of renditions that this call has written, and the lessons themselves: never written over."""


@click.command(cls=SpokenCommand)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@_option("--json", "json_wanted", is_flag=True, text="json")
@_option("--lang", type=click.Choice(LANGUAGES), text="lang")
@_option("--rendition", type=click.Path(path_type=Path), metavar="DIR", text="rendition")
@_option("--device", type=click.Choice(["auto", "cuda", "cpu"]), default="auto", text="device")
@_option("--profile", "profile_path", type=click.Path(path_type=Path), metavar="FILE", text="profile")
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
    quiet: bool,
) -> None:
    """Check lesson files."""
    from station.commands._lessons import Looked, as_json, lessons  # noqa: PLC0415 - FFmpeg and arrays load only now
    from station.commands._report import print_lesson, print_summary  # noqa: PLC0415
    from station.commands._watching import Watching  # noqa: PLC0415

    session.language_option = lang or session.language_option
    asked = _asked(session, files, device, profile_path, rendition)
    looked: list[Looked] = []
    out = console()
    with Watching(session, quiet=quiet or not sys.stderr.isatty()) as watching:
        for path in lessons(files):
            one = path if isinstance(path, Looked) else _look(path, asked, watching)
            looked.append(one)
            if not json_wanted:
                watching.pause()
                print_lesson(session, out, one, asked.profile)
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


def _asked(
    session: Session, files: Sequence[Path], device: str, profile_path: Path | None, renditions: Path | None
) -> Asked:
    from gpu.device import choose  # noqa: PLC0415 - arrays load only now
    from gpu.errors import DeviceError  # noqa: PLC0415

    if renditions is not None:
        try:
            renditions.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError("check.error.rendition-folder", path=str(renditions), detail=str(error)) from error
        if not os.access(renditions, os.W_OK):
            raise UsageError("check.error.rendition-folder", path=str(renditions), detail=os.strerror(13))
    named = profile_path or session.config.profile_path
    try:
        chosen = choose(device)
    except DeviceError as error:
        raise UsageError("check.error.device", detail=error.detail or error.where) from error
    profile = load_profile(named) if named else default_profile()
    return Asked(profile, chosen, renditions, {path.absolute() for path in files})


def _look(path: Path, asked: Asked, watching: Any) -> Any:
    """Look at one file. Whatever is wrong with it becomes a result, so that the next file gets its turn."""
    from gpu.errors import EncodeError, MediaError, NoPicture, UnreadableMedia  # noqa: PLC0415
    from station.commands._lessons import Looked, digest  # noqa: PLC0415
    from station.examine import examine  # noqa: PLC0415
    from station.judge import unreadable  # noqa: PLC0415

    def failed(kind: str, detail: str, **known: Any) -> Looked:
        told = clean(detail.replace(str(path), path.name))
        return Looked(path, error=f"check.error.{kind}", params={"file": str(path), "detail": told}, **known)

    target = _target(path, asked)
    watching.begin(path)
    try:
        sha256 = digest(path)
        settings = {"profile": asked.profile, "device": asked.device, "observe": watching.observe}
        try:
            done = examine(path, rendition=target, **settings)
        except NoPicture:
            done = examine(path, **settings)
    except PermissionError as error:
        return failed("no-permission", str(error))
    except OSError as error:
        return failed("changed", str(error))
    except UnreadableMedia as error:
        detail = error.detail or error.where
        return failed("unreadable", detail, sha256=sha256, judgement=unreadable(asked.profile, clean(detail)))
    except EncodeError as error:
        return failed("encode", error.detail or error.where, sha256=sha256)
    except MediaError as error:
        return failed("unreadable", error.detail or error.where, sha256=sha256)
    return Looked(path, done.judgement, done.measurements, sha256)


def _target(path: Path, asked: Asked) -> Path | None:
    """Where the rendition goes: `NAME.960x540.mp4`, numbered where two lessons have one name."""
    if asked.renditions is None:
        return None
    stem = path.stem.encode(errors="replace")[:200].decode(errors="ignore")
    for number in range(1, 10000):
        name = f"{stem}.960x540.mp4" if number == 1 else f"{stem}-{number}.960x540.mp4"
        if (target := (asked.renditions / name).absolute()) not in asked.taken:
            asked.taken.add(target)
            return target
    return None


def _write(text: str) -> None:
    """UTF-8, whatever the terminal's locale says."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()
