"""What `station topics` prints. Every cell is cleaned text, never markup."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import click
from rich.table import Table

from station.cli import Session
from station.commands._long_tables import print_table
from station.commands._spoken import console, plain
from station.commands._tables import ID_SHOWN, NONE, moment
from station.papers.types import PaperProblem
from station.rounds import Round
from station.text import clean
from station.topics.ranking import Ranking, Standing
from station.topics.types import ImportedForm, Link, OverdueTopic, TopicRow, TopicState, TopicView, VoteImport

STYLES = {
    TopicState.CHOSEN: "green", TopicState.ACCEPTED: "cyan", TopicState.REJECTED: "red", TopicState.COLLECTED: "yellow",
    TopicState.PASSED_OVER: "",
}  # fmt: skip
SORTS = ("new", "replaced", "same", "differing")


def numbers(found: Sequence[int]) -> str:
    """Numbers of topics in one line, runs drawn together: `1-4, 7`."""
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _table(session: Session, *columns: str) -> Table:
    made = Table(show_edge=False, pad_edge=False, box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(plain(session.say(f"topic.column.{column}")), overflow="fold")
    return made


def _hours(hours: float | None) -> str:
    return NONE if hours is None else f"{hours:g}"


def _told(session: Session, problem: PaperProblem) -> str:
    return session.say(problem.message, **problem.params)


def tell_form(session: Session, one: ImportedForm) -> None:
    """What became of one file, and what is wrong with it."""
    if one.refused is not None:
        click.echo(session.say("topic.say.file-refused", file=one.file, reason=_told(session, one.refused)))
        return
    for sort in SORTS:
        if found := getattr(one, sort):
            click.echo(session.say(f"topic.say.file-{sort}", file=one.file, numbers=numbers(found)))
    for problem in one.problems:
        click.echo(f"  {_told(session, problem)}")


def tell_sum(session: Session, done: Sequence[ImportedForm]) -> None:
    """The import in one line."""
    click.echo(session.say(
        "topic.say.imported", files=len(done), new=sum(len(one.new) for one in done),
        replaced=sum(len(one.replaced) for one in done), same=sum(len(one.same) + len(one.differing) for one in done),
        refused=sum(one.refused is not None for one in done),
    ))  # fmt: skip


def print_round(session: Session, current: Round) -> None:
    """The round's numbers in one line."""
    click.echo(session.say(
        "topic.say.round", name=current.zh if session.language == "zh" else current.en, deadline=current.deadline.isoformat(),
        places=current.places, hours=f"{current.goal_hours:g}", earliest=current.earliest.isoformat(),
    ))  # fmt: skip


def print_rows(session: Session, rows: Sequence[TopicRow]) -> None:
    """The topics as a table."""
    if not rows:
        click.echo(session.say("topic.say.none"))
        return
    made = _table(session, "number", "state", "title", "applicant", "lecturer", "hours", "problems", "votes", "due")
    for row in rows:
        state = plain(session.say(f"topic.state.{row.state}"))
        state.stylize(STYLES[row.state])
        made.add_row(
            plain(row.number), state, plain(row.title), plain(row.applicant_unit), plain(row.lecturer), plain(_hours(row.hours)),
            plain(row.problems or ""), plain(row.votes), plain(row.due_on or ""),
        )  # fmt: skip
    out = console()
    print_table(out, made)
    out.print(plain(session.say("topic.say.count", count=len(rows))))


def print_topic(session: Session, view: TopicView) -> None:
    """One topic whole, with what is wrong with its form."""
    out = console()
    out.print(plain(f"{view.number}  {view.title}"), style="bold")
    base = NONE if view.national_base is None else session.say(f"topic.ballot.{'yes' if view.national_base else 'no'}")
    rows = [
        ("column.state", session.say(f"topic.state.{view.state}")), ("column.applicant", view.applicant_unit),
        ("ballot.base", base), ("column.recommending", view.recommending_unit),
        ("column.contact", f"{view.contact} {view.telephone}"),
        ("column.lecturer", f"{view.lecturer} {view.lecturer_title} {view.lecturer_unit}"),
        ("column.hours", _hours(view.hours)), ("ballot.summary", view.summary), ("column.votes", str(view.votes)),
        ("column.due", str(view.due_on or NONE)), ("column.arrived", str(view.received_on)), ("column.file", view.file),
    ]  # fmt: skip
    for name, text in rows:
        out.print(plain(f"{session.say(f'topic.{name}')}: {text}"))
    if view.reason:
        out.print(plain(f"{session.say('desk.column.reason')}: {view.reason}"))
    for problem in view.listed:
        out.print(plain(_told(session, problem)), style="yellow")


def print_imports(session: Session, imports: Sequence[VoteImport]) -> None:
    """Every import of votes."""
    if not imports:
        click.echo(session.say("topic.say.no-imports"))
        return
    made = _table(session, "import", "file", "source", "kind", "votes", "counted")
    for one in imports:
        counted = f"{one.counted_by} {moment(one.counted_at)}"
        if one.ended_by:
            counted = session.say("topic.say.back-row", person=one.ended_by, reason=one.reason)
        kind = session.say(f"topic.kind.{one.kind}")
        made.add_row(*map(plain, (one.id, one.file, one.source, kind, one.votes, counted)))
    print_table(console(), made)


def print_ranking(
    session: Session, ranking: Ranking, rows: Mapping[int, TopicRow], only: Collection[Standing] = tuple(Standing)
) -> None:
    """The order of the vote; a topic that is closed to the person (回避) stands there by its number alone."""
    made = _table(session, "rank", "number", "votes", "standing", "title", "applicant")
    for ranked in ranking.rows:
        row = rows.get(ranked.number)
        standing = plain(session.say(f"topic.standing.{ranked.standing}"))
        standing.stylize({Standing.IN: "green", Standing.TIED: "yellow"}.get(ranked.standing, ""))
        if ranked.standing in only:
            made.add_row(
                plain(ranked.rank), plain(ranked.number), plain(ranked.votes), standing, plain(row.title if row else NONE),
                plain(row.applicant_unit if row else NONE),
            )  # fmt: skip
    out = console()
    print_table(out, made)
    sure, tied = len(ranking.standing(Standing.IN)), len(ranking.standing(Standing.TIED))
    out.print(
        plain(session.say("topic.say.places", places=ranking.places, sure=sure, tied=tied, open=ranking.open_places))
    )


def print_overdue(session: Session, rows: Sequence[OverdueTopic]) -> None:
    """Who is late, and whom to call."""
    if not rows:
        click.echo(session.say("topic.say.none-overdue"))
        return
    made = _table(session, "number", "title", "applicant", "due", "days", "arrived", "contact")
    for row in rows:
        came = str(row.received_on) if row.received_on else session.say("topic.say.not-come")
        contact = f"{row.contact} {row.telephone}"
        made.add_row(*map(plain, (row.number, row.title, row.applicant_unit, row.due_on, row.days, came, contact)))
    print_table(console(), made)


def print_links(session: Session, links: Sequence[Link], earliest: date) -> None:
    """What submissions were made for."""
    if not links:
        click.echo(session.say("topic.say.no-links"))
        return
    made = _table(session, "submission", "title", "kind", "number", "due", "by")
    for one in links:
        kind = session.say(f"topic.kind.{one.kind}")
        if one.kind == "existing":
            kind += session.say("topic.say.existing-from", earliest=earliest.isoformat())
        by = session.say("topic.say.by-name") if one.kind == "topic" else ""
        if one.by_hand:
            by = session.say("topic.say.by-hand", person=one.by_hand, reason=clean(one.reason))
        made.add_row(
            *map(plain, (one.submission_id[-ID_SHOWN:], one.title, kind, one.number or "", one.due_on or "", by))
        )
    print_table(console(), made)
