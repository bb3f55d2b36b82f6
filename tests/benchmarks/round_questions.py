"""The lists that the procedure's screens and commands ask for: topics, votes, links, panels, approvals, the catalogue, logs."""

from collections.abc import Callable
from datetime import date
from typing import Any

from station.desk.exporting import ExportDesk
from station.topics.types import TopicState
from tests.station.room import Room

Asked = dict[str, Callable[[], Any]]


def round_questions(room: Room, last: str) -> Asked:
    """By name; `last`: id of a submission. The expert is assigned to some of what waits for reviews."""
    operator, office, group = room.desk("op", "operator"), room.desk("of2", "office"), room.desk("gr2", "group")
    expert = room.desk("e7", "expert", unit="示例大学7")
    topics, exports = operator.topics, ExportDesk.of(office)
    asked: Asked = {
        "topics": topics.rows,
        "topics, an expert's": expert.topics.rows,
        "topics that hold 安全 大学": lambda: topics.rows(text="安全 大学"),
        "one topic": lambda: topics.topic(7777),
        "topics changed?": topics.stamp,
        "votes: the imports": topics.imports,
        "votes: the ranked list": topics.ranking,
        "topics overdue": lambda: topics.overdue(date(2026, 6, 1)),
        "links": topics.links,
        "links, an expert's": expert.topics.links,
        "panel of one submission": lambda: office.panel(last),
        "who may be assigned": lambda: office.candidates(last),
        "approvals, the office's": office.batch,
        "approvals, the group's": group.batch,
        "approvals, one who acted in all": room.desk("all", "office", "group").batch,
        "catalogue": exports.look,
        "catalogue, as one who acted": ExportDesk.of(room.desk("op", "operator")).look,
        "jobs, an expert's": expert.jobs,
        "can it be approved?": lambda: operator.consequence(last, "approve"),
    }
    asked |= {f"topics {state}": lambda state=state: topics.rows(states=[state]) for state in TopicState}
    return asked
