"""The order of the vote: whatever the votes, the places are filled by those with most, and ties are a person's to decide."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from station.errors import UsageError
from station.topics.ranking import Ranking, Standing, decide, rank

votes = st.lists(st.integers(0, 6), max_size=40).map(lambda amounts: list(enumerate(amounts, 1)))
places = st.integers(1, 45)
IN, TIED, OUT = Standing.IN, Standing.TIED, Standing.OUT


def amounts(ranking: Ranking, standing: Standing) -> list[int]:
    return [row.votes for row in ranking.rows if row.standing is standing]


@given(votes, places)
def test_more_votes_never_stand_behind_fewer(pairs: list[tuple[int, int]], room: int) -> None:
    ranking = rank(pairs, room)
    assert sorted((row.number, row.votes) for row in ranking.rows) == pairs
    inside, tied, outside = (amounts(ranking, standing) for standing in (IN, TIED, OUT))
    assert len(set(tied)) <= 1
    assert all(a > b for a in inside for b in tied)
    assert all(a > b for a in tied for b in outside)
    assert not inside or not outside or min(inside) > max(outside)


@given(votes, places)
def test_the_places_come_out_even(pairs: list[tuple[int, int]], room: int) -> None:
    ranking = rank(pairs, room)
    inside, tied = len(amounts(ranking, IN)), len(amounts(ranking, TIED))
    assert inside + ranking.open_places == min(room, len(pairs))
    assert (ranking.open_places == 0) if not tied else (1 <= ranking.open_places < tied)


@given(votes, places, st.randoms())
def test_the_order_of_entry_does_not_matter(pairs: list[tuple[int, int]], room: int, random) -> None:
    mixed = list(pairs)
    random.shuffle(mixed)
    assert rank(mixed, room) == rank(pairs, room)


@given(votes, places)
def test_ranks_count_as_in_a_competition(pairs: list[tuple[int, int]], room: int) -> None:
    for row in rank(pairs, room).rows:
        assert row.rank == 1 + sum(other > row.votes for _, other in pairs)


@given(votes, places, st.data())
def test_a_right_pick_fills_every_place_and_passes_nobody_with_more_votes(
    pairs: list[tuple[int, int]], room: int, data: st.DataObject
) -> None:
    ranking = rank(pairs, room)
    tied = ranking.standing(TIED)
    picked = data.draw(st.permutations(tied)) if tied else []
    chosen = set(decide(ranking, picked[: ranking.open_places]))
    assert len(chosen) == min(room, len(pairs))
    given_ = dict(pairs)
    assert all(given_[a] >= given_[b] for a in chosen for b in given_.keys() - chosen)


@given(votes, places, st.data())
def test_a_wrong_pick_is_refused(pairs: list[tuple[int, int]], room: int, data: st.DataObject) -> None:
    ranking = rank(pairs, room)
    tied = set(ranking.standing(TIED))
    picked = data.draw(st.sets(st.integers(1, 45), max_size=6))
    assume(len(picked) != ranking.open_places or not picked <= tied)
    with pytest.raises(UsageError):
        decide(ranking, picked)


def test_the_border_of_the_notice() -> None:
    pairs = [(number, 100 - number) for number in range(1, 29)] + [(29, 40), (30, 40), (31, 40), (32, 1)]
    ranking = rank(pairs, 30)
    assert (len(ranking.standing(IN)), ranking.standing(TIED), ranking.standing(OUT)) == (28, (29, 30, 31), (32,))
    assert ranking.open_places == 2
    assert decide(ranking, [31, 29])[-2:] == (29, 31)
