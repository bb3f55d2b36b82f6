"""The log of the whole station as one person may read it: by pages, with recusal and sealed reviews as everywhere."""

from dataclasses import dataclass
from datetime import UTC, datetime

from station.desk import reading, views
from station.desk.views import Page
from station.errors import UsageError
from station.people import Closed, Person
from station.store import Store, audit_pages

PAGE = 200
"""Rows of a page."""
MOST = 10_000


@dataclass(frozen=True)
class LogAsked:
    """What of the log is wanted; empty: everything."""

    submission: str = ""
    """Id, or an unambiguous beginning or ending of one."""
    person: str = ""
    """Account."""
    action: str = ""
    """As the log names it."""
    since: str = ""
    """ISO 8601; without a zone: the reader's own. A date alone is its beginning."""


def since_of(text: str) -> str:
    """A moment in UTC as the log writes it. Raises UsageError."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError) as error:
        raise UsageError("desk.no-moment", text=text) from error


def log_page(
    store: Store,
    person: Person,
    closed: Closed | None,
    asked: LogAsked,
    *,
    submission_id: str | None,
    after: int | None,
    limit: int,
) -> Page[views.LogRow]:
    """A page of the log, newest first; `submission_id` is the one that `asked` names. Raises UsageError (no moment, no such
    page)."""
    if not 1 <= limit <= MOST:
        raise UsageError("desk.no-such-place")
    since = since_of(asked.since) if asked.since else None
    with store.snapshot():
        rows = audit_pages.page(
            store, limit=limit + 1, after=after, submission_id=submission_id, person=asked.person or None,
            action=asked.action or None, since=since, closed=closed,
        )  # fmt: skip
        more, rows = len(rows) > limit, rows[:limit]
        opened = None
        if person.has("expert"):
            opened = audit_pages.submitted_by(store, person.account, {str(row["submission_id"]) for row in rows})
    told = tuple(
        views.LogRow(
            **vars(reading.audit_row(row, person, others=opened is None or row["submission_id"] in opened)),
            submission_id=row["submission_id"] or "", title=row["title"] or "",
        )
        for row in rows
    )  # fmt: skip
    return Page(told, (told[-1].seq,) if more else None)
