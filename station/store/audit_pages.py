"""The whole log by pages, newest first. Fast for 500 000 rows: the row's number is the place where a page begins, and every
filter has an index (`INDEXES`)."""

from typing import Any

from station.people import Closed
from station.store.connection import Store, storable, to_json
from station.store.queue import open_to

Row = dict[str, Any]
INDEXES = (
    "CREATE INDEX log_by_person ON audit(person)",
    "CREATE INDEX log_by_action ON audit(action)",
    "CREATE INDEX log_by_both ON audit(action, person)",
    "CREATE INDEX log_by_time ON audit(at)",
)


def page(
    store: Store,
    *,
    limit: int,
    after: int | None = None,
    submission_id: str | None = None,
    person: str | None = None,
    action: str | None = None,
    since: str | None = None,
    closed: Closed | None = None,
) -> list[Row]:
    """`limit` rows at most, newest first, each with its submission's `title` (None: it is on none): those with a number below
    `after`, on one submission, by an account, of an action, from a time on (ISO 8601, UTC).

    Of what is `closed` to an expert nothing is told; nor what others did on no submission (topics, votes), which may be
    about their own unit.
    """
    wheres, params = ["1"], Row(limit=limit)
    for name, value, condition in (
        ("after", after, "a.seq < :after"),
        ("submission_id", submission_id, "a.submission_id = :submission_id"),
        ("person", person, "a.person = :person"),
        ("action", action, "a.action = :action"),
    ):
        if value is not None:
            wheres.append(condition)
            params[name] = storable(value) if isinstance(value, str) else value
    if since is not None:  # a clock may have gone back, so numbers narrow the rows and the time itself decides
        first = store.row("SELECT min(+seq) AS first FROM audit WHERE at >= ?", (since,))
        params |= {"since": since, "first": (first or {}).get("first")}
        wheres.append("a.seq >= :first AND +a.at >= :since")
    if closed is not None:
        condition, named = _open(store, closed)
        wheres.append(condition)
        params |= named
    return store.rows(
        "SELECT a.*, (SELECT title FROM submissions WHERE id = a.submission_id) AS title FROM audit a"  # noqa: S608 - constants
        f" WHERE {' AND '.join(wheres)} ORDER BY a.seq DESC LIMIT :limit",
        params,
    )


def _open(store: Store, closed: Closed) -> tuple[str, Row]:
    """The condition for what an expert may see. Who opens only what they are assigned to has few submissions: their rows are
    looked up by these, not looked for in the whole log."""
    condition, params = open_to(closed)
    if not closed.assigned_only:
        seen = f"EXISTS (SELECT 1 FROM submissions s WHERE s.id = a.submission_id AND {condition})"  # noqa: S608 - constants
        return f"({seen} OR (a.submission_id IS NULL AND a.person = :closed_person))", params
    held = store.rows(f"SELECT s.id FROM submissions s WHERE {condition}", params)  # noqa: S608 - constants
    return "a.submission_id IN (SELECT value FROM json_each(:held))", {"held": to_json([row["id"] for row in held])}


def submitted_by(store: Store, person: str, submission_ids: set[str]) -> set[str]:
    """On which of the submissions a person has sealed a review."""
    found = store.rows(
        "SELECT submission_id FROM reviews WHERE person = ? AND state = 'submitted'"
        " AND submission_id IN (SELECT value FROM json_each(?))",
        (storable(person), to_json(sorted(submission_ids))),
    )
    return {row["submission_id"] for row in found}
