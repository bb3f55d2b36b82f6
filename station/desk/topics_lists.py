"""The lists of a round's topics, as one person may see them: recusal and roles as everywhere."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from station.config import Config
from station.desk import topics_reading as reading
from station.desk.views import Page
from station.errors import NotAllowed, NotFound, UsageError
from station.people import Person, closed_to
from station.profile import Profile
from station.rounds import Round, load_round
from station.store import Store, topics, votes
from station.store.queue_order import ORDERS, RECEIVED, Place
from station.topics.ranking import Ranking, rank
from station.topics.types import Link, OverdueTopic, TopicRow, TopicState, TopicView, VoteImport

Row = dict[str, Any]
ON_LIST = (TopicState.ACCEPTED, TopicState.CHOSEN, TopicState.PASSED_OVER)
"""States of the topics that stand, or stood, on the voting list."""

SEARCHED = ("number", "title", "applicant_unit", "recommending_unit", "lecturer")
"""Where a list of topics looks for words."""


class TopicLists:
    """One person's topics. `find` gives a submission's row where the person may open it."""

    def __init__(
        self, store: Store, person: Person, config: Config, profile: Profile, find: Callable[[str], Row]
    ) -> None:
        self.store = store
        self.profile = profile
        self.person = person
        self.config = config
        self.round: Round = load_round(config.round_path)
        self._find = find

    def rows(self, *, states: Sequence[TopicState] = (), text: str = "") -> list[TopicRow]:
        """The topics by number: those in `states` (all where empty) that hold every word of `text` in title, units or
        lecturer. Those of units closed to the person are left out."""
        words = text.casefold().split()
        found = topics.heads(self.store, self.round.id, states=states, hidden=sorted(self._hidden))
        return [reading.topic_row(row) for row in found if not words or all(word in _searched(row) for word in words)]

    def topic(self, number: int) -> TopicView:
        """One topic whole. Raises NotFound, NotAllowed (回避)."""
        return reading.topic_view(self._row(number))

    def stamp(self) -> tuple[Any, ...]:
        """A value that differs once a topic has changed."""
        self._require_role()
        return topics.stamp(self.store, self.round.id)

    def ranking(self) -> Ranking:
        """The voting list in the order of the vote."""
        self._require_role()
        return rank(topics.tally(self.store, self.round.id, states=ON_LIST), self.round.places)

    def imports(self) -> list[VoteImport]:
        """Every import of votes, those taken back too."""
        self._require_role()
        return [reading.vote_import(row) for row in votes.imports(self.store, self.round.id)]

    def overdue(self, today: date) -> list[OverdueTopic]:
        """Chosen topics whose courseware was not there on its due date: those that still wait, and those that came late.
        Nothing for who is an expert alone: what came in is open to them as far as they are assigned to it."""
        hidden = self._hidden
        if self.person.roles == {"expert"}:
            return []
        rows = [
            row for row in topics.chosen_with_arrivals(self.store, self.round.id)
            if not hidden & {row["applicant_key"], row["recommending_key"]}
        ]  # fmt: skip
        return [late for row in rows if (late := reading.overdue_topic(row, today)) is not None]

    def links(self) -> list[Link]:
        """What every work's newest submission counts as: made for a chosen topic, or existing courseware."""
        self._require_role()
        return [reading.link(row) for row in topics.links(self.store, closed_to(self.config, self.person))]

    def links_page(self, *, after: Place | None = None, limit: int = 200) -> Page[Link]:
        """`limit` (1 or more) of the `links`, newest first: the first, or those that come `after` the page before. Raises
        UsageError (no such place)."""
        self._require_role()
        columns = ORDERS[RECEIVED].columns
        if limit < 1 or (after is not None and len(after) != len(columns)):
            raise UsageError("desk.no-such-place")
        closed = closed_to(self.config, self.person)
        rows = topics.links(self.store, closed, after=after, limit=limit + 1)
        place = (rows[limit - 1]["received_at"], rows[limit - 1]["submission_id"]) if len(rows) > limit else None
        return Page(tuple(reading.link(row) for row in rows[:limit]), place)

    def _require_role(self) -> None:
        if not self.person.roles:
            raise NotAllowed("desk.no-role", account=self.person.account)

    @property
    def _hidden(self) -> frozenset[str]:
        """Keys of the units whose topics are closed to the person (回避)."""
        self._require_role()
        closed = closed_to(self.config, self.person)
        return frozenset(closed.units) if closed else frozenset()

    def _rows(self, states: Sequence[TopicState]) -> list[Row]:
        return topics.rows(self.store, self.round.id, states=states, hidden=sorted(self._hidden))

    def _row(self, number: int) -> Row:
        row = topics.by_number(self.store, self.round.id, number)
        if row is None:
            raise NotFound("topic.error.no-such-topic", number=number, round=self.round.id)
        if self._hidden & {row["applicant_key"], row["recommending_key"]}:
            raise NotAllowed("topic.guard.not-applicant", unit=self.person.unit)
        return row


def _searched(row: Row) -> str:
    return " ".join(str(row[name]) for name in SEARCHED).casefold()
