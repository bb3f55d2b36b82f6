"""The table of `station show --drops`."""

from collections.abc import Sequence

from rich.console import Console

from station.cli import Session
from station.commands._long_tables import print_table
from station.commands._spoken import plain
from station.commands._tables import moment, table, told
from station.desk.views import DropView

COLOURS = {"refused": "red", "duplicate": "yellow", "waiting": "yellow"}


def print_drops(session: Session, out: Console, drops: Sequence[DropView]) -> None:
    """What was dropped and is no submission, each with its reason and where its files lie."""
    if not drops:
        out.print(plain(session.say("desk.drop.none")))
        return
    made = table(session, "state", "at", "file", "reason", "kept")
    for drop in drops:
        state = plain(session.say(f"desk.drop.{drop.state}"))
        state.stylize(COLOURS.get(drop.state, ""))
        reason = told(session, *drop.reason) if drop.reason else ""
        made.add_row(state, plain(moment(drop.at)), plain(drop.name), plain(reason), plain(drop.kept))
    print_table(out, made)
