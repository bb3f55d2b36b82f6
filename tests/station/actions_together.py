"""Several processes at one database, each doing random things at its own desk; every answer and every refusal is counted."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from station.desk import Desk
from station.errors import Conflict, NotAllowed, NotFound, StationError, UsageError
from station.store import open_store
from tests.station.room import Room

PEOPLE = (
    ("op1", "operator"), ("op2", "operator"), ("office1", "office"), ("office2", "office"), ("expert1", "expert"),
    ("group1", "group"),
)  # fmt: skip
REFUSED = (Conflict, NotAllowed, NotFound, UsageError)
"""What a person may be told: somebody was faster, or it is not theirs to do."""
Going = Callable[[int], bool]
"""Whether to go on after so many actions."""


def _review(desk: Desk, room: Room, id_: str, dice: random.Random) -> None:
    own = [review for review in desk.submission(id_).reviews if review.person == desk.person.account]
    seen = own[0].revision if own else 0
    if dice.random() < 0.7:
        desk.save_draft(id_, **room.filled() | {"notes": f"示例 {dice.random()}"}, seen=seen)
    else:
        desk.submit_review(id_, seen=seen)


def _act(desk: Desk, room: Room, id_: str, dice: random.Random) -> str:
    view = desk.submission(id_)
    findings = [finding.id for lesson in view.lessons for finding in lesson.findings]
    action = dice.choice(("approve", "return", "undo", "waive", "second", "end", "review", "look", "search", "queue"))
    if action in {"approve", "return"}:
        desk.move(id_, action, seen=view.revision, reason="示例")
    elif action == "undo":
        desk.undo(id_, seen=view.revision)
    elif action == "waive":
        desk.waive(id_, dice.choice(findings), "示例", seen=view.revision)
    elif action == "second":
        desk.second_waiver(id_, dice.choice(findings), seen=view.revision)
    elif action == "end":
        desk.end_waiver(id_, dice.choice(findings), seen=view.revision)
    elif action == "review":
        _review(desk, room, id_, dice)
    elif action == "search":
        desk.search(dice.choice(("示", "示例", "示例意见")))
    elif action == "queue":
        desk.queue(mine=dice.random() < 0.5)
    return action


def _work(root: Path, number: int, ids: list[str], going: Going, told: Any) -> None:
    """One person's part; puts (action → count, refusals, what went wrong) into the queue."""
    room = Room(root)
    account, role = PEOPLE[number]
    desk = room.desk(account, role, store=open_store(room.config.database))
    dice = random.Random(number)
    done: Counter[str] = Counter()
    refused, wrong = 0, []
    while going(sum(done.values()) + refused):
        try:
            done[_act(desk, room, dice.choice(ids), dice)] += 1
        except REFUSED:
            refused += 1
        except StationError as error:
            wrong.append(error.message)
            refused += 1
        except Exception as error:  # noqa: BLE001 - told to the test
            wrong.append(repr(error))
            refused += 1
    told.put((dict(done), refused, wrong))


def together(root: Path, ids: list[str], going: Going) -> tuple[Counter[str], int, list[str]]:
    """All six at once until `going` says no: what was done, how often somebody was refused, and everything that may not be."""
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    workers = [context.Process(target=_work, args=(root, n, ids, going, told)) for n in range(len(PEOPLE))]
    for worker in workers:
        worker.start()
    parts = [told.get(timeout=300) for _ in workers]
    for worker in workers:
        worker.join()
    done: Counter[str] = Counter()
    for part, _, _ in parts:
        done.update(part)
    return done, sum(refused for _, refused, _ in parts), [text for _, _, wrong in parts for text in wrong]
