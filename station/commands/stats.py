"""`station stats`: what is found, waived and fixed, by unit, clause and detector; how long each stage takes."""

from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.console import Console

from station.cli import Session
from station.commands._spoken import SpokenCommand, console, name_of, option, plain, print_json, sitting
from station.commands._tables import table
from station.desk.statistics import Frequency
from station.profile import Profile

SHOWN = 20
"""Lines of one table; --json tells all."""


@click.command(cls=SpokenCommand)
@option("--json", "as_json", is_flag=True, text="json")
@click.pass_obj
def stats(session: Session, *, as_json: bool) -> None:
    """Frequencies, detectors that ask for tuning, times per stage."""
    with sitting(session) as desk:
        told, profile = desk.statistics(), desk.profile
    if as_json:
        print_json(asdict(told))
        return
    out = console()
    for kind, rows in (("unit", told.units), ("clause", told.clauses), ("check", told.detectors)):
        _print(session, out, kind, rows, profile)
    limits = session.config.statistics
    for detector in told.tuning:
        share = f"{detector.waived_share:.0%}"
        name = name_of(session, profile, detector.name)
        out.print(plain(session.say("stats.tuning", name=name, share=share, limit=f"{limits.tuning_share:.0%}")))
    made = table(session, "state", "count", "median", "longest")
    for stage in told.stages:
        hours = [plain(f"{hours:.1f}") for hours in (stage.median_hours, stage.longest_hours)]
        made.add_row(plain(session.say(f"state.{stage.state}")), plain(stage.count), *hours)
    out.print(made)


def _print(session: Session, out: Console, kind: str, rows: Sequence[Frequency], profile: Profile) -> None:
    made = table(session, kind, "found", "waived", "fixed")
    for row in rows[:SHOWN]:
        name = name_of(session, profile, row.name) if kind == "check" else row.name or session.say("stats.unnamed")
        made.add_row(plain(name), plain(row.found), plain(f"{row.waived} ({row.waived_share:.0%})"), plain(row.fixed))
    out.print(made)
    if len(rows) > SHOWN:
        out.print(plain(session.say("stats.more", count=len(rows) - SHOWN)))
    out.print()
