"""`station search`: where words stand in anything the person may see."""

from dataclasses import asdict

import click

from station.cli import Session
from station.commands._spoken import SpokenCommand, console, option, plain, print_json, sitting
from station.commands._tables import ID_SHOWN, clock, table
from station.desk.records import HITS
from station.desk.searching import SearchHit

MOST = 1000


@click.command(cls=SpokenCommand)
@click.argument("text", metavar="TEXT")
@option("--json", "as_json", is_flag=True, text="json")
@option("--limit", type=click.IntRange(1, MOST), default=HITS, show_default=True, text="limit")
@click.pass_obj
def search(session: Session, text: str, *, as_json: bool, limit: int) -> None:
    """Every word of TEXT must be in the submission; each place is told."""
    with sitting(session) as desk:
        hits = desk.search(text, limit=limit)
    if as_json:
        print_json({"text": text, "hits": [asdict(hit) for hit in hits], "cut": len(hits) == limit})
        return
    out = console()
    if not hits:
        out.print(plain(session.say("search.none")))
        return
    made = table(session, "id", "title", "field", "time", "excerpt")
    for hit in hits:
        made.add_row(
            plain(hit.submission.id[-ID_SHOWN:]), plain(hit.submission.title), plain(_field(session, hit)),
            plain(clock(hit.start)), plain(hit.excerpt),
        )  # fmt: skip
    out.print(made)
    out.print(plain(session.say("search.more" if len(hits) == limit else "search.count", count=len(hits))))


def _field(session: Session, hit: SearchHit) -> str:
    """Which field, of which lesson, by whom."""
    words = [session.say(f"search.field.{hit.field}"), hit.person]
    if hit.ordinal is not None:
        words.insert(0, session.say("search.lesson", ordinal=hit.ordinal))
    return " ".join(word for word in words if word)
