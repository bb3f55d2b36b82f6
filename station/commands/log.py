"""`station log`: who did what on the whole station, newest first."""

from dataclasses import asdict

import click

from station.cli import Session
from station.commands._long_tables import print_table
from station.commands._spoken import SpokenCommand, console, option, plain, print_json, sitting
from station.commands._tables import ID_SHOWN, NONE, log_object, moment, table
from station.desk.station_log import MOST, PAGE, LogAsked
from station.desk.views import LogRow
from station.text import catalogue
from station.workflow import MACHINE


@click.command(cls=SpokenCommand)
@option("--submission", default="", metavar="ID", text="log-submission")
@option("--person", default="", metavar="ACCOUNT", text="log-person")
@option("--action", default="", metavar="NAME", text="log-action")
@option("--since", default="", metavar="TIME", text="log-since")
@option("--limit", type=click.IntRange(1, MOST), default=PAGE, show_default=True, text="rows")
@option("--after", type=click.IntRange(min=1), default=None, metavar="SEQ", text="log-after")
@option("--json", "as_json", is_flag=True, text="json")
@click.pass_obj
def log(
    session: Session,
    *,
    submission: str,
    person: str,
    action: str,
    since: str,
    limit: int,
    after: int | None,
    as_json: bool,
) -> None:
    """A page of the log; the next begins with --after and the number of the last row."""
    with sitting(session) as desk:
        page = desk.station_log(LogAsked(submission, person, action, since), after=after, limit=limit)
    if as_json:
        print_json({"log": [asdict(row) for row in page.rows], "after": page.after[0] if page.after else None})
        return
    made = table(session, "ordinal", "at", "person", "role", "origin", "action", "object", "change")
    for row in page.rows:
        made.add_row(*map(plain, _cells(session, row)))
    out = console()
    print_table(out, made)
    if page.after:
        out.print(plain(session.say("desk.log.more", seq=page.after[0])))


def _cells(session: Session, row: LogRow) -> list[object]:
    subject = " ".join(
        word for word in (row.submission_id[-ID_SHOWN:], row.title, log_object(session, row.object)) if word
    )
    return [
        row.seq, moment(row.at), NONE if row.role == MACHINE else row.person, _known(session, "role", row.role), row.origin,
        _known(session, "action", row.action), subject, _change(session, row),
    ]  # fmt: skip


def _change(session: Session, row: LogRow) -> str:
    """Before and after: the states in words, then the reason."""
    before, after = (_state(session, values.get("state")) for values in (row.before, row.after))
    reason = row.after.get("reason")
    words = [f"{before or NONE} -> {after}" if before != after else after]
    return "  ".join([*words, reason] if isinstance(reason, str) and reason else words).strip()


def _state(session: Session, state: object) -> str:
    """A submission's or a topic's."""
    for head in ("state", "topic.state"):
        if f"{head}.{state}" in catalogue(session.language):
            return session.say(f"{head}.{state}")
    return str(state or "")


def _known(session: Session, head: str, name: str) -> str:
    return session.say(f"{head}.{name}") if f"{head}.{name}" in catalogue(session.language) else name
