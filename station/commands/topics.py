"""`station topics import | list | check | ballot | votes | rank | choose | undo | overdue | link`: a round's topics without a screen."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from station.cli import Session
from station.commands import _topics as shown
from station.commands._spoken import SpokenCommand, SpokenOption, confirm, print_json, sitting, spoken
from station.errors import ExitCode, UsageError
from station.text import say
from station.topics.ranking import Standing
from station.topics.types import ImportedForm, TopicState
from station.usage import SpokenUsage

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])


class TopicPart(SpokenUsage):
    """A part of `station topics`; its help is the text `topic.help.<name>`."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The catalogue's text in the person's language."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(f"topic.help.{self.name}", spoken(ctx)))


class TopicGroup(SpokenCommand, click.Group):
    """`station topics`; its parts are listed in the person's language, in the order of the procedure."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order they were written."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and helps of the parts."""
        language = spoken(ctx)
        with formatter.section(say("cli.commands", language)):
            formatter.write_dl([(name, say(f"topic.help.{name}", language)) for name in self.list_commands(ctx)])


def _option(*names: str, text: str, **settings: Any) -> Callable[[F], F]:
    return click.option(*names, cls=SpokenOption, help=f"topic.option.{text}", **settings)


def _json(command: F) -> F:
    return _option("--json", "as_json", is_flag=True, text="json")(command)


def _reason(command: F) -> F:
    return _option("--reason", default="", text="reason")(command)


def _day(given: datetime | None) -> date:
    return given.date() if given else datetime.now().astimezone().date()


@click.group("topics", cls=TopicGroup)
def topics() -> None:
    """Topics of the round."""


@topics.command("import", cls=TopicPart)
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="FILE…")
@_option("--received", type=DAY, text="received")
@_option("--replace", is_flag=True, text="replace")
@_json
@click.pass_obj
def import_(
    session: Session, paths: tuple[Path, ...], *, received: datetime | None, replace: bool, as_json: bool
) -> None:
    """Forms in files and folders. Exit code 1 where a file could not be read."""

    def tell(one: ImportedForm) -> None:
        if not as_json:
            shown.tell_form(session, one)

    with sitting(session, begin=True) as desk:
        done = desk.topics.import_forms(paths, _day(received), replace=replace, observe=tell)
    if as_json:
        print_json({"files": [asdict(one) for one in done]})
    else:
        shown.tell_sum(session, done)
    if any(one.refused for one in done):
        raise SystemExit(ExitCode.FAULT)


@topics.command("list", cls=TopicPart)
@click.argument("number", required=False, type=int, metavar="[NUMBER]")
@_option("--state", "states", multiple=True, type=click.Choice([state.value for state in TopicState]), text="state")
@_option("--text", default="", text="text")
@_json
@click.pass_obj
def list_(session: Session, number: int | None, *, states: tuple[str, ...], text: str, as_json: bool) -> None:
    """The topics, or one."""
    with sitting(session) as desk:
        if number is not None:
            view = desk.topics.topic(number)
            if as_json:
                print_json({"topic": asdict(view)})
            else:
                shown.print_topic(session, view)
            return
        rows = desk.topics.rows(states=[TopicState(state) for state in states], text=text)
        if as_json:
            print_json({"round": desk.topics.round.id, "topics": [asdict(row) for row in rows]})
        else:
            shown.print_round(session, desk.topics.round)
            shown.print_rows(session, rows)


@topics.command("check", cls=TopicPart)
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER…]")
@_option("--accept", is_flag=True, text="accept")
@_option("--reject", is_flag=True, text="reject")
@_option("--all", "everything", is_flag=True, text="all")
@_reason
@_json
@click.pass_obj
def check(
    session: Session,
    numbers: tuple[int, ...],
    *,
    accept: bool,
    reject: bool,
    everything: bool,
    reason: str,
    as_json: bool,
) -> None:
    """The first check: all the topics named, or none of them."""
    if accept == reject:
        raise UsageError("topic.error.one-way")
    if bool(numbers) == everything or (everything and reject):
        raise UsageError("topic.error.numbers")
    with sitting(session) as desk:
        chosen = desk.topics.unproblematic() if everything else list(numbers)
        desk.topics.check(chosen, accept=accept, reason=reason)
    if as_json:
        print_json({"numbers": chosen, "state": (TopicState.ACCEPTED if accept else TopicState.REJECTED).value})
    elif chosen:
        click.echo(session.say("topic.say.accepted" if accept else "topic.say.rejected", numbers=shown.numbers(chosen)))
    else:
        click.echo(session.say("topic.say.nothing"))


@topics.command("ballot", cls=TopicPart)
@click.argument("path", type=FILE, metavar="FILE")
@_json
@click.pass_obj
def ballot(session: Session, path: Path, *, as_json: bool) -> None:
    """The voting list."""
    with sitting(session) as desk:
        made = desk.topics.voting_list(path, session.language)
    if as_json:
        print_json({"path": str(made.path), "topics": made.topics})
    else:
        click.echo(session.say("topic.say.list", path=str(made.path), count=made.topics))


@topics.command("votes", cls=TopicPart)
@click.argument("path", required=False, type=FILE, metavar="[FILE]")
@_option("--source", default="", text="source")
@_option("--take-back", "back", type=int, text="back")
@_reason
@_json
@click.pass_obj
def votes(session: Session, path: Path | None, *, source: str, back: int | None, reason: str, as_json: bool) -> None:
    """Count a file; without one the imports, or take one back."""
    if path is not None and back is not None:
        raise UsageError("topic.error.one-way")
    with sitting(session) as desk:
        if back is not None:
            desk.topics.take_back(back, reason)
            counted = None
        else:
            counted = desk.topics.count_votes(path, source=source) if path is not None else None
        imports = desk.topics.imports()
    if as_json:
        print_json({"counted": asdict(counted) if counted else None, "imports": [asdict(one) for one in imports]})
    elif counted is not None:
        kind = session.say(f"topic.kind.{counted.kind}")
        click.echo(session.say("topic.say.counted", id=counted.id, kind=kind, votes=counted.votes))
    elif back is not None:
        click.echo(session.say("topic.say.taken-back", id=back))
    else:
        shown.print_imports(session, imports)


@topics.command("rank", cls=TopicPart)
@_json
@click.pass_obj
def rank(session: Session, *, as_json: bool) -> None:
    """The order of the vote."""
    with sitting(session) as desk:
        ranking, rows = desk.topics.ranking(), {row.number: row for row in desk.topics.rows()}
    if as_json:
        print_json(
            {
                "places": ranking.places,
                "open_places": ranking.open_places,
                "ranking": [asdict(row) for row in ranking.rows],
            }
        )
    else:
        shown.print_ranking(session, ranking, rows)


@topics.command("choose", cls=TopicPart)
@_option("--pick", "picked", type=int, multiple=True, text="pick")
@_option("--on", type=DAY, text="on")
@_reason
@_option("--yes", is_flag=True, text="yes")
@_json
@click.pass_obj
def choose(
    session: Session, picked: tuple[int, ...], *, on: datetime | None, reason: str, yes: bool, as_json: bool
) -> None:
    """Choose the topics with most votes; ties at the border are decided with --pick and --reason."""
    with sitting(session) as desk:
        ranking = desk.topics.ranking()
        if not as_json:
            rows = {row.number: row for row in desk.topics.rows()}
            shown.print_ranking(session, ranking, rows, only={Standing.IN, Standing.TIED})
        confirm(session, "topic.say.confirm", yes=yes)
        chosen = desk.topics.choose(picked, _day(on), reason=reason, seen=ranking)
        due = desk.topics.topic(chosen[0]).due_on
    if as_json:
        print_json({"chosen": chosen, "due_on": due})
    else:
        click.echo(session.say("topic.say.chosen", count=len(chosen), due=str(due), numbers=shown.numbers(chosen)))


@topics.command("undo", cls=TopicPart)
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER…]")
@_option("--choice", is_flag=True, text="choice")
@_reason
@_json
@click.pass_obj
def undo(session: Session, numbers: tuple[int, ...], *, choice: bool, reason: str, as_json: bool) -> None:
    """Take the first check of the topics named back, or the whole choice."""
    if bool(numbers) == choice:
        raise UsageError("topic.error.one-undo")
    with sitting(session) as desk:
        if choice:
            count = desk.topics.unchoose(reason)
        else:
            desk.topics.uncheck(numbers, reason=reason)
            count = len(set(numbers))
    if as_json:
        print_json({"undone": "choice" if choice else "check", "count": count})
    elif choice:
        click.echo(session.say("topic.say.unchosen", count=count))
    else:
        click.echo(session.say("topic.say.unchecked", numbers=shown.numbers(sorted(set(numbers)))))


@topics.command("overdue", cls=TopicPart)
@_option("--today", type=DAY, text="today")
@_json
@click.pass_obj
def overdue(session: Session, *, today: datetime | None, as_json: bool) -> None:
    """Chosen topics whose courseware was not there in time."""
    with sitting(session) as desk:
        rows = desk.topics.overdue(_day(today))
    if as_json:
        print_json({"overdue": [asdict(row) for row in rows]})
    else:
        shown.print_overdue(session, rows)


@topics.command("link", cls=TopicPart)
@click.argument("submission", required=False, metavar="[ID]")
@_option("--topic", "number", type=int, text="topic")
@_option("--existing", is_flag=True, text="existing")
@_reason
@_json
@click.pass_obj
def link(
    session: Session, submission: str | None, *, number: int | None, existing: bool, reason: str, as_json: bool
) -> None:
    """What submissions were made for; with ID: say it by hand."""
    if (submission is not None) != ((number is not None) != existing) or (number is not None and existing):
        raise UsageError("topic.error.one-link")
    with sitting(session) as desk:
        if submission is not None:
            desk.topics.link(submission, number, reason)
        links, earliest = desk.topics.links(), desk.topics.round.earliest
    if as_json:
        print_json({"links": [asdict(one) for one in links]})
    elif submission is not None:
        kind = session.say("topic.kind.existing" if existing else "topic.kind.topic")
        click.echo(session.say("topic.say.linked", id=submission, kind=kind))
    else:
        shown.print_links(session, links, earliest)
