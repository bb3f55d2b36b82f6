"""The queue by pages: together they are the whole list, and what keeps its place is told once while others change."""

import random
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.desk import Desk
from station.errors import UsageError
from station.findings import Verdict
from station.people import Closed
from station.store import queue
from station.store.queue_order import ORDERS
from station.workflow import State
from tests.station.room import Room

UNITS, LECTURERS = ("示例甲大学", "示例乙大学", "示例丙大学"), ("示例教师甲", "示例教师乙、示例教师甲", "示例教师丙")
VERDICTS = (None, *(verdict.value for verdict in Verdict))


def enter(room: Room, dice: random.Random, number: int) -> str:
    """A submission with values that often are the same as another's."""
    id_ = room.received(
        f"课{dice.randrange(4)}", unit=UNITS[number % 3], recommender="示例厅", lessons=dice.randrange(3)
    )
    room.store.execute("UPDATE submissions SET lecturer = ?, received_at = ? WHERE id = ?",
                       (dice.choice(LECTURERS), f"2026-01-{dice.randrange(1, 4):02}T{number:06}", id_))  # fmt: skip
    change(room, dice, id_)
    return id_


def change(room: Room, dice: random.Random, id_: str) -> None:
    """Somebody did something with it."""
    room.store.execute(
        "UPDATE submissions SET state = ?, verdict = ?, faults = ?, warnings = ?, updated_at = ?, revision = revision + 1"
        " WHERE id = ?",
        (dice.choice(list(State)).value, dice.choice(VERDICTS), dice.randrange(3), dice.randrange(2),
         f"2026-02-{dice.randrange(1, 28):02}", id_),
    )  # fmt: skip


def filled(folder: str, dice: random.Random, count: int) -> tuple[Room, list[str]]:
    room = Room(Path(folder))
    ids = [enter(room, dice, number) for number in range(count)]
    for id_ in dice.sample(ids, count // 4):
        work = room.store.row("SELECT work_id FROM submissions WHERE id = ?", (id_,))
        room.store.execute("INSERT OR IGNORE INTO recusals(work_id, person, reason, at) VALUES(?, 'e', '示例', '')",
                           ((work or {})["work_id"],))  # fmt: skip
    return room, ids


def desks(room: Room) -> list[Desk]:
    expert = room.desk("e", "expert", "office", unit=UNITS[0])
    expert.person = type(expert.person)("e", expert.person.roles, UNITS[0], conflicts=("示例教师丙",))
    return [room.desk("op", "operator"), room.desk("of", "office"), expert, room.desk("x", "expert", unit=UNITS[1])]


asked = st.fixed_dictionaries({}, optional={
    "text": st.sampled_from(["课1", "示例 课", "没有"]), "states": st.lists(st.sampled_from(State), max_size=6),
    "verdicts": st.lists(st.sampled_from(Verdict), max_size=2), "unit": st.sampled_from(UNITS), "mine": st.booleans(),
})  # fmt: skip
sorts = st.sampled_from(sorted(ORDERS))


def key(row: Any, sort: str) -> tuple[Any, ...]:
    return tuple(getattr(row, column) for column in ORDERS[sort].columns)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 9999), st.lists(st.tuples(asked, sorts, st.integers(1, 9)), min_size=6, max_size=10))
def test_the_pages_together_are_the_list_in_its_order(
    seed: int, questions: list[tuple[dict[str, Any], str, int]]
) -> None:
    dice = random.Random(seed)
    with TemporaryDirectory() as folder:
        room, ids = filled(folder, dice, 25)
        for desk in desks(room):
            assert len(desk.queue()) < len(ids) or not desk.person.has("expert"), "some are closed to every expert here"
            for question, sort, limit in questions:
                whole = desk.queue(sort=sort, **question)
                assert whole == sorted(whole, key=lambda row: key(row, sort), reverse=ORDERS[sort].descending)
                assert {row.id for row in whole} == {row.id for row in desk.queue(**question)}
                pages = list(desk.queue_pages(sort=sort, limit=limit, **question))
                assert [row for page in pages for row in page.rows] == whole
                assert [len(page.rows) for page in pages[:-1]] == [limit] * (len(pages) - 1)
                assert desk.queue_counts(**question) == Counter(row.state for row in whole)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 9999), st.lists(st.tuples(asked, sorts, st.integers(1, 6)), min_size=4, max_size=6))
def test_what_keeps_its_place_is_told_once_while_others_come_and_change(
    seed: int, questions: list[tuple[dict[str, Any], str, int]]
) -> None:
    dice = random.Random(seed)
    with TemporaryDirectory() as folder:
        room, ids = filled(folder, dice, 20)
        other = Room(Path(folder))
        for desk in desks(room):
            for question, sort, limit in questions:
                before, told = {row.id: key(row, sort) for row in desk.queue(sort=sort, **question)}, []
                still = dict(before)
                for page in desk.queue_pages(sort=sort, limit=limit, **question):
                    told += [row.id for row in page.rows]
                    change(other, dice, dice.choice(ids))
                    if dice.random() < 0.2:
                        ids.append(enter(other, dice, len(ids)))
                    now = {row.id: key(row, sort) for row in desk.queue(sort=sort, **question)}
                    still = {id_: place for id_, place in still.items() if now.get(id_) == place}
                times = Counter(told)
                assert {id_: times[id_] for id_ in still} == dict.fromkeys(still, 1)
                if sort == "received":
                    assert max(times.values(), default=1) == 1, "nothing moves in this order, so nothing is told twice"


@pytest.mark.parametrize("sort", ORDERS)
def test_every_page_of_every_order_is_read_from_its_index_without_sorting(tmp_path: Path, sort: str) -> None:
    room = Room(tmp_path)
    room.received()
    after = next(room.desk("op", "operator").queue_pages(sort=sort)).rows[0]
    closed = Closed("e", ("甲",), ("乙",), True)
    for place in (None, key(after, sort)):
        for wanted in ({}, {"text": "课"}, {"closed": closed}):
            sql, params = queue.query(sort=sort, after=place, limit=9, **wanted)
            plan = [row["detail"] for row in room.store.rows(f"EXPLAIN QUERY PLAN {sql}", params)]
            assert not [step for step in plan if "TEMP B-TREE" in step or re_scan(step)], plan
            assert any(step.startswith(("SCAN s USING", "SEARCH s USING")) for step in plan), plan


def re_scan(step: str) -> bool:
    """Whether a step walks a whole table that is not the queue's own or a short list of parameters."""
    return step.startswith("SCAN") and not step.startswith(("SCAN s ", "SCAN json_each"))


def test_an_order_or_a_place_that_is_none_is_refused(tmp_path: Path) -> None:
    desk = Room(tmp_path).desk("op", "operator")
    with pytest.raises(UsageError, match=r"desk\.no-such-order"):
        desk.queue(sort="nobody")
    for wrong in ({"after": ("x",)}, {"limit": 0}):
        with pytest.raises(UsageError, match=r"desk\.no-such-place"):
            desk.queue_page(**wrong)
    assert desk.queue_page().after is None


def test_the_first_rows_come_alone_and_then_all(tmp_path: Path) -> None:
    room = Room(tmp_path)
    ids = [room.received(f"课{n}") for n in range(7)]
    desk = room.desk("op", "operator")
    first = desk.look(first=3)
    assert [row.id for row in first.rows] == ids[:-4:-1]
    assert (first.whole, sum(first.counts.values())) == (False, 7)
    whole = desk.look(first, first=3)
    assert (whole.whole, list(whole.rows), whole.counts) == (True, desk.queue(), first.counts)
    assert desk.look(whole) is whole
    assert desk.look(first=7).whole


def test_links_by_pages_are_all_links_once(tmp_path: Path) -> None:
    room = Room(tmp_path)
    for number in range(23):
        enter(room, random.Random(number), number)
    for desk in desks(room):
        whole, pages, after = desk.topics.links(), [], None
        while not pages or after is not None:
            page = desk.topics.links_page(after=after, limit=4)
            pages.append(page.rows)
            after = page.after
        assert [link for rows in pages for link in rows] == whole
        assert len(pages) == max(1, -(-len(whole) // 4))
    with pytest.raises(UsageError, match=r"desk\.no-such-place"):
        desk.topics.links_page(after=("x",))
