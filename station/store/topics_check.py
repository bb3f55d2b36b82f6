"""What the tables of the topics must hold if the audit log is true: states, days, forms, votes, links."""

from typing import Any

from station.people import name_key
from station.store import topics, votes
from station.store.connection import Store

Told = tuple[str, dict[str, Any]]
TOPIC = ("state", "reason", "chosen_on", "due_on", "content", "file", "received_on")
_KEYS = (("title", "title"), ("applicant", "applicant_unit"), ("recommending", "recommending_unit"))


class TopicsCheck:
    """Takes what the log says of topics, then compares it with the tables."""

    def __init__(self) -> None:
        self._said: dict[str, dict[str, Any]] = {}

    def take(self, what: str, after: dict[str, Any]) -> None:
        """Remember what one row of the log says of `what`."""
        if what.startswith(("topics:", "votes:", "link:")):
            self._said.setdefault(what, {}).update(after)

    def problems(self, store: Store) -> list[Told]:
        """Everything that the log does not tell of, or tells otherwise."""
        held = _topics(store) | _imports(store) | _links(store)
        said = {what: after for what, after in self._said.items() if {"content", "digest", "topic"} & after.keys()}
        wrong = [what for what in held.keys() | said.keys() if not _agree(held.get(what), said.get(what))]
        return [("audit.topic-differs", {"what": what}) for what in sorted(wrong)] + _sums(store) + _derived(store)


def _agree(held: dict[str, Any] | None, said: dict[str, Any] | None) -> bool:
    """Whether all that the log says of a row stands in it. An older log says less of some rows."""
    if held is None or said is None:
        return held is said
    return all(held[name] == said[name] for name in held.keys() & said.keys())


def _topics(store: Store) -> dict[str, dict[str, Any]]:
    return {
        f"topics:{row['round']}:{row['number']}": {
            **{name: row[name] for name in TOPIC if name != "content"}, "content": topics.digest_of(row),
        }
        for row in store.rows("SELECT * FROM topics")
    }  # fmt: skip


def _imports(store: Store) -> dict[str, dict[str, Any]]:
    return {
        f"votes:{row['round']}:{row['id']}": votes.told(store, row["id"])
        for row in store.rows("SELECT id, round FROM vote_imports")
    }


def _links(store: Store) -> dict[str, dict[str, Any]]:
    return {
        f"link:{row['work_id']}": {
            "topic": row["topic_id"],
            "reason": row["reason"],
            "by": row["person"],
            "at": row["at"],
        }
        for row in store.rows("SELECT * FROM topic_links")
    }


def _sums(store: Store) -> list[Told]:
    """Topics whose sum is not that of the imports that count."""
    found = store.rows(
        "SELECT t.round, t.number FROM topics t WHERE t.votes <> (SELECT ifnull(sum(v.votes), 0) FROM votes v"
        " JOIN vote_imports i ON i.id = v.import_id WHERE v.topic_id = t.id AND i.ended_at IS NULL) ORDER BY t.number"
    )
    return [("audit.topic-differs", {"what": f"topics:{row['round']}:{row['number']}"}) for row in found]


def _derived(store: Store) -> list[Told]:
    """Topics whose id or keys do not follow from their number and form."""
    return [
        ("audit.topic-differs", {"what": f"topics:{row['round']}:{row['number']}"})
        for row in store.rows("SELECT * FROM topics ORDER BY round, number")
        if row["id"] != f"{row['round']}-{row['number']:04}"
        or any(row[f"{key}_key"] != name_key(row[column]) for key, column in _KEYS)
    ]
