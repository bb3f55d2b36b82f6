"""The part of the desk that lists the submissions: whole, by pages in any order, counted, and for a screen that looks again and again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict, Unpack

from station.desk import live, reading
from station.desk.live import QueueLook
from station.desk.sitting import Sitting
from station.desk.views import Page, QueueRow
from station.errors import UsageError
from station.findings import Verdict
from station.people import name_key
from station.store.queue_order import ORDERS, RECEIVED, Place
from station.workflow import MACHINE, TRANSITIONS, State

PAGE = 200
"""Rows of a page, where nobody asks for another number."""
_DRIVING = frozenset({"approve", "accept", "publish"})
"""The actions that carry a submission on: who can take one has it on their desk."""
_OPERATORS = {t.source.value for t in TRANSITIONS if t.action in _DRIVING and t.role == "operator"}
"""Where a submission waits for its operator."""


class Asked(TypedDict, total=False):
    """What a list of submissions may be asked for."""

    text: str
    """Title, units, lecturer or id hold every word of it."""
    states: Sequence[State]
    """All where empty."""
    verdicts: Sequence[Verdict]
    """All where empty."""
    unit: str
    """The applicant unit's whole name; empty: any."""
    mine: bool
    """Only what waits for this person."""


_NOTHING = QueueLook((), {}, (), (), {})


class QueueDesk(Sitting):
    """What one person sees of all submissions. Recused ones are left out everywhere, and of the counts too."""

    def queue(self, *, sort: str = RECEIVED, **asked: Unpack[Asked]) -> list[QueueRow]:
        """All submissions that are asked for, in the order `sort` (`station.store.queue_order`), newest first
        where none is named. Raises UsageError (no such order)."""
        wanted = self._wanted(**asked)
        return [] if wanted is None else reading.queue_rows(self.store, sort=_known(sort), **wanted)

    def queue_page(
        self, *, sort: str = RECEIVED, after: Place | None = None, limit: int = PAGE, **asked: Unpack[Asked]
    ) -> Page[QueueRow]:
        """`limit` rows (1 or more) of what `queue` holds: its first, or those that come `after` the page before.

        The pages together hold every row once that keeps its place while they are read; by time of receiving every row
        keeps its place, and what comes in meanwhile stands before the first page. Raises UsageError (no such order or place).
        """
        wanted, order = self._wanted(**asked), ORDERS[_known(sort)]
        if limit < 1 or (after is not None and len(after) != len(order.columns)):
            raise UsageError("desk.no-such-place")
        if wanted is None:
            return Page((), None)
        rows = reading.queue_rows(self.store, sort=sort, after=after, limit=limit + 1, **wanted)
        last = rows[limit - 1] if len(rows) > limit else None
        place = None if last is None else tuple(getattr(last, column) for column in order.columns)
        return Page(tuple(rows[:limit]), place)

    def queue_pages(
        self, *, sort: str = RECEIVED, limit: int = PAGE, **asked: Unpack[Asked]
    ) -> Iterator[Page[QueueRow]]:
        """Every page (`queue_page`) one after the other, each read when it is asked for."""
        page = self.queue_page(sort=sort, limit=limit, **asked)
        yield page
        while page.after is not None:
            page = self.queue_page(sort=sort, after=page.after, limit=limit, **asked)
            yield page

    def queue_counts(self, **asked: Unpack[Asked]) -> Mapping[State, int]:
        """How many submissions of those asked for stand in each state; states without any are left out."""
        wanted = self._wanted(**asked)
        return {} if wanted is None else live.counts(self.store, wanted)

    def look(self, before: QueueLook | None = None, *, mine: bool = False, first: int | None = None) -> QueueLook:
        """The `queue` for a screen that looks again: the very value `before` where nothing has changed since, and
        otherwise only what has changed is read. Without `before` the `first` rows may be enough for now."""
        wanted = self._wanted(mine=mine)
        return _NOTHING if wanted is None else live.look(self.store, before, wanted, first)

    def _wanted(self, **asked: Unpack[Asked]) -> dict[str, Any] | None:
        """What `station.store.queue` is asked for; None: nothing can be there."""
        self._require_role()
        states = asked.get("states", ())
        wanted: dict[str, Any] = {
            "text": asked.get("text", ""),
            "states": [state.value for state in states],
            "verdicts": [verdict.value for verdict in asked.get("verdicts", ())],
            "applicant": name_key(asked.get("unit", "")),
            "closed": self._closed,
        }
        if asked.get("mine"):
            own = self._states_of_mine()
            wanted["states"] = [state.value for state in (states or State) if state in own]
            if not wanted["states"]:
                return None
            if self.person.has("expert"):
                wanted |= {"unreviewed_by": self.person.account, "assigned": self.config.assigned_only}
            elif self.person.has("office"):
                wanted["scores"] = self.config.review.experts
            if self.person.has("operator"):
                wanted |= {"operator": self.person.account, "operator_states": sorted(_OPERATORS)}
        return wanted

    def _states_of_mine(self) -> set[State]:
        mine = {t.source for t in TRANSITIONS if t.action in _DRIVING and t.role != MACHINE and self.person.has(t.role)}
        return mine | ({State.EXPERT_REVIEW} if self.person.has("expert") else set())


def _known(sort: str) -> str:
    if sort not in ORDERS:
        raise UsageError("desk.no-such-order", sort=sort, known=", ".join(ORDERS))
    return sort
