"""The vote's order: the topics with most votes, and those that tie at the border, which a person decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from station.errors import UsageError


class Standing(StrEnum):
    """What the votes alone say of a topic."""

    IN = "in"
    TIED = "tied"
    """It has as many votes as others, and there are not places for all of them."""
    OUT = "out"


@dataclass(frozen=True)
class Ranked:
    """One topic in the order of the vote."""

    number: int
    votes: int
    rank: int
    """From 1; equal votes share a rank, and the next rank counts them all (1, 2, 2, 4)."""
    standing: Standing


@dataclass(frozen=True)
class Ranking:
    """The whole order."""

    rows: tuple[Ranked, ...]
    places: int

    def standing(self, standing: Standing) -> tuple[int, ...]:
        """Numbers of the topics that stand so, in order."""
        return tuple(row.number for row in self.rows if row.standing is standing)

    @property
    def open_places(self) -> int:
        """Places left for those that tie."""
        return min(self.places, len(self.rows)) - len(self.standing(Standing.IN))


def rank(votes: Sequence[tuple[int, int]], places: int) -> Ranking:
    """Order (number, votes), most votes first, equal ones by number."""
    ordered = sorted(votes, key=lambda pair: (-pair[1], pair[0]))
    border = ordered[places - 1][1] if 0 < places <= len(ordered) else None
    over = border is not None and len(ordered) > places and ordered[places][1] == border
    rows: list[Ranked] = []
    for place, (number, amount) in enumerate(ordered, 1):
        shared = rows[-1].rank if rows and rows[-1].votes == amount else place
        standing = Standing.IN if place <= places else Standing.OUT
        rows.append(Ranked(number, amount, shared, Standing.TIED if over and amount == border else standing))
    return Ranking(tuple(rows), places)


def decide(ranking: Ranking, picked: Collection[int]) -> tuple[int, ...]:
    """The chosen topics, once a person has `picked` which of the tied ones get the open places. Raises UsageError."""
    tied, picks = ranking.standing(Standing.TIED), set(picked)
    if strange := sorted(picks - set(tied)):
        raise UsageError("topic.choice.not-tied", numbers=_numbers(strange), tied=_numbers(tied))
    if len(picks) != ranking.open_places:
        raise UsageError(
            "topic.choice.picks", places=ranking.open_places, tied=_numbers(tied), picked=len(picks), of=len(tied)
        )
    return tuple(row.number for row in ranking.rows if row.standing is Standing.IN or row.number in picks)


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "-"
