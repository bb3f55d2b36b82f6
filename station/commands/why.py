"""`station why LESSON CHECK [TIME]`: the numbers behind one outcome, of a lesson in the store or of a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, SpokenOption, console, sitting
from station.errors import NotFound

F = TypeVar("F", bound=Callable[..., Any])
SCHEMA = 1
"""Of the JSON; a field may be added, none changes its meaning."""


def _option(*names: str, text: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=SpokenOption, help=f"why.help.{text}", **settings)


@click.command(cls=SpokenCommand)
@click.argument("lesson")
@click.argument("check")
@click.argument("time", required=False)
@_option("--around", type=click.FloatRange(0.02, 3600), default=2.0, metavar="SECONDS", text="around")
@_option("--profile", "profile_path", type=click.Path(path_type=Path), metavar="FILE", text="profile")
@_option("--json", "json_wanted", is_flag=True, text="json")
@click.pass_obj
def why(
    session: Session,
    lesson: str,
    check: str,
    *,
    time: str | None,
    around: float,
    profile_path: Path | None,
    json_wanted: bool,
) -> None:
    """Print the numbers behind one outcome."""
    from station.commands._why import as_json, print_case  # noqa: PLC0415 - arrays load only now
    from station.why import build_case  # noqa: PLC0415

    if Path(lesson).is_file():
        subject, outcome, profile = _of_file(session, Path(lesson), check, profile_path)
    else:
        subject, outcome, profile = _of_store(session, lesson, check, profile_path)
    case = build_case(subject, profile, outcome, time, around)
    if json_wanted:
        table = {"schema": SCHEMA, "lesson": lesson, **as_json(case, session.language)}
        click.echo(json.dumps(table, ensure_ascii=True, indent=1, allow_nan=False))
    else:
        print_case(session, console(), case)


def _of_file(session: Session, path: Path, check: str, profile_path: Path | None) -> Any:
    """Measure and judge a file; readers run only where the check stands on what they read."""
    from station.commands._looking import Wanted, asked, look  # noqa: PLC0415
    from station.commands._watching import Watching  # noqa: PLC0415
    from station.why import find_check, outcome_of, reads, subject_of_file  # noqa: PLC0415

    settings = asked(session, [path], Wanted(profile=profile_path, readers=reads(check)))
    name = find_check(settings.profile, check)
    with Watching(session, quiet=False) as watching:
        one = look(path, settings, watching)
    if one.error is not None or one.measurements is None or one.judgement is None:
        raise NotFound(one.error or "check.error.unreadable", **(one.params or {"file": str(path), "detail": ""}))
    subject = subject_of_file(one.measurements, one.readings, settings.context)
    return subject, outcome_of(one.judgement, name), settings.profile


def _of_store(session: Session, lesson: str, check: str, profile_path: Path | None) -> Any:
    """What is kept of a lesson, and what was said of it; another profile says it anew."""
    from station.kept import subject_of  # noqa: PLC0415
    from station.profile import load_profile  # noqa: PLC0415
    from station.why import find_check, judged_now, place, stored_outcome  # noqa: PLC0415

    name, ordinal = place(lesson)
    with sitting(session) as desk:
        profile = load_profile(profile_path) if profile_path else desk.profile
        found = find_check(profile, check)
        view = desk.submission(name)
        ordinal = ordinal or (view.lessons[0].ordinal if len(view.lessons) == 1 else None)
        chosen = next((one for one in view.lessons if one.ordinal == ordinal), None)
        if chosen is None:
            known = ", ".join(f"{view.id}:{one.ordinal}" for one in view.lessons)
            raise NotFound("why.error.which", name=lesson, known=known)
        kept = desk.kept(view.id, chosen.ordinal)
    try:
        subject = subject_of(kept)
    except (OSError, ValueError) as error:
        raise NotFound("why.error.kept", name=lesson, detail=str(error)) from error
    outcome = judged_now(subject, profile, found) if profile_path else stored_outcome(chosen, found)
    return subject, outcome or judged_now(subject, profile, found), profile
