"""Six people at once on one database: nothing is lost, nobody is told of a lock, and the log is whole."""

import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from station.store import audit
from tests.station.actions_together import PEOPLE, together
from tests.station.room import Room, finding

ACTIONS = 40
SECONDS = 60.0
UNTOUCHED = {"score", "sign-gate"}
"""Of an expert's own draft: no act on the submission."""
LOGGED = {"second": "second-waiver", "end": "end-waiver"}


@dataclass(frozen=True)
class Before:
    """As it stood when they began."""

    seq: int
    revisions: int


def revisions(room: Room) -> int:
    return int(room.store.rows("SELECT sum(revision) AS n FROM submissions")[0]["n"])


def busy(root: Path) -> tuple[Room, list[str]]:
    room = Room(root, experts=1)
    ids = [
        room.triage(finding("black", severity_start), title=f"示例课 {n}")
        for n, severity_start in enumerate((1.0, 2.0, 3.0, 4.0))
    ]
    for id_ in ids[2:]:
        desk = room.desk("op0", "operator")
        desk.waive(id_, desk.submission(id_).lessons[0].findings[0].id, "示例", seen=desk.submission(id_).revision)
        room.move(id_, "approve", desk)
    return room, ids


def check(room: Room, done: Counter[str], wrong: list[str], before: Before) -> None:
    """Every act that a person was told is done stands in the log, once; nothing else does."""
    assert wrong == []
    report = audit.verify(room.store)
    assert report.problems == ()
    rows = room.store.rows("SELECT action, count(*) AS n FROM audit WHERE seq > ? GROUP BY action", (before.seq,))
    logged = {row["action"]: row["n"] for row in rows}
    for action in ("approve", "return", "undo", "waive", "second", "end"):
        assert logged.get(LOGGED.get(action, action), 0) == done[action], action
    grown = revisions(room) - before.revisions
    assert grown == sum(n for action, n in logged.items() if action not in UNTOUCHED), "no update is lost"


def test_six_people_at_once(tmp_path: Path) -> None:
    room, ids = busy(tmp_path)
    before = Before(audit.verify(room.store).rows, revisions(room))
    done, refused, wrong = together(tmp_path, ids, lambda count: count < ACTIONS)
    assert sum(done.values()) + refused == ACTIONS * len(PEOPLE)
    check(room, done, wrong, before)


@pytest.mark.slow
def test_six_people_for_a_minute(tmp_path: Path) -> None:
    room, ids = busy(tmp_path)
    before = Before(audit.verify(room.store).rows, revisions(room))
    end = time.monotonic() + SECONDS
    done, refused, wrong = together(tmp_path, ids, lambda count: time.monotonic() < end)
    sys.stdout.write(f"{dict(done)}, {refused} refused\n")
    check(room, done, wrong, before)
    assert sum(done.values()) > 1000
