"""The slowest page of every list that has pages, for every role, filter and order; and how soon the queue stands on a terminal."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from terminal import LARGE, Terminal

from station.desk import Desk
from station.findings import Verdict
from station.store.queue_order import ORDERS
from station.workflow import State
from tests.station.room import Room

Took = tuple[float, float]
"""Milliseconds of a core, and by the clock."""
OPENINGS = 7
FILTERS: dict[str, dict[str, Any]] = {
    "all": {}, "mine": {"mine": True}, "states": {"states": [State.TRIAGE, State.RETURNED]},
    "verdict": {"verdicts": [Verdict.FAIL]}, "unit": {"unit": "示例大学299"}, "words": {"text": "安全 大学"},
    "no such word": {"text": "没有"},
}  # fmt: skip


def people(room: Room) -> dict[str, Desk]:
    """Every role; the expert stands aside from a unit, a lecturer and declared works."""
    expert = room.desk("e", "expert", unit="示例大学7")
    expert.person = replace(expert.person, conflicts=("示例教师77", "示例大学8"))
    with room.store.transaction():
        room.store.execute(
            "INSERT OR IGNORE INTO recusals(work_id, person, reason, at) SELECT id, 'e', '示例', '' FROM works"
            " WHERE substr(id, -2) = '33'"
        )
    return {
        "operator": room.desk("op", "operator"), "expert": expert, "office": room.desk("of2", "office"),
        "group": room.desk("gr2", "group"), "all roles": room.desk("all", "operator", "office", "group", "admin"),
    }  # fmt: skip


def slowest_pages(room: Room) -> Iterator[tuple[str, Took, int]]:
    """By name: the slowest of all pages, each read once, and how many there are; then the counts."""
    for who, desk in people(room).items():
        for name, took in _pages(desk):
            yield f"{who}: {name}", max(took), len(took)


def _pages(desk: Desk) -> Iterator[tuple[str, list[Took]]]:
    for name, asked in FILTERS.items():
        orders = [_walk(partial(desk.queue_page, sort=sort, **asked)) for sort in ORDERS]
        yield f"{name}, pages in every order", [took for order in orders for took in order]
        yield f"{name}, counted", [_timed(partial(desk.queue_counts, **asked))[0]]
    yield "links by pages", list(_walk(desk.topics.links_page))


def _walk(read: Callable[..., Any]) -> Iterator[Took]:
    after: Any = None
    while True:
        took, page = _timed(partial(read, after=after))
        yield took
        if (after := page.after) is None:
            return


def _timed(work: Callable[[], Any]) -> tuple[Took, Any]:
    begin, core = time.perf_counter(), time.process_time()
    answer = work()
    return ((time.process_time() - core) * 1000, (time.perf_counter() - begin) * 1000), answer


def openings(config: Path, word: str) -> list[float]:
    """Seconds from the start of the process until `word` of the newest row stands on the terminal, each time, sorted."""
    seconds = []
    for _ in range(OPENINGS):
        begin = time.monotonic()
        terminal = Terminal(config, size=LARGE)
        try:
            terminal.see(word)
            seconds.append(time.monotonic() - begin)
        finally:
            terminal.close()
    sys.stdout.write(f"the queue stands on the terminal after {statistics.median(seconds):.2f} s, {max(seconds):.2f} s at worst of {OPENINGS}\n")  # fmt: skip
    return sorted(seconds)
