"""From rows of topics to the values that desks show, and from forms to what the store takes."""

from datetime import date
from typing import Any

from station.papers.types import Form, PaperProblem
from station.store import topics
from station.store.connection import to_json
from station.store.topics import NewTopic
from station.topics.types import Link, OverdueTopic, TopicRow, TopicState, TopicView, VoteImport

Row = dict[str, Any]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _head(row: Row) -> dict[str, Any]:
    names = (
        "id", "number", "title", "applicant_unit", "recommending_unit", "lecturer", "hours", "votes", "reason", "updated_at",
        "revision",
    )  # fmt: skip
    return {name: row[name] for name in names} | {
        "state": TopicState(row["state"]), "problems": len(topics.problems(row)), "chosen_on": _day(row["chosen_on"]),
        "due_on": _day(row["due_on"]),
    }  # fmt: skip


def topic_row(row: Row) -> TopicRow:
    """One topic in a list (`station.store.topics.heads`)."""
    return TopicRow(
        row["id"], row["number"], row["title"], row["applicant_unit"], row["recommending_unit"], row["lecturer"], row["hours"],
        TopicState(row["state"]), row["votes"], row["problems"], row["reason"], _day(row["chosen_on"]), _day(row["due_on"]),
        row["updated_at"], row["revision"],
    )  # fmt: skip


def topic_view(row: Row) -> TopicView:
    """One topic whole."""
    names = ("summary", "lecturer_unit", "lecturer_title", "area", "contact", "telephone", "file")
    return TopicView(
        **_head(row), **{name: row[name] for name in names},
        national_base=None if row["national_base"] is None else bool(row["national_base"]),
        filled_on=_day(row["filled_on"]), received_on=date.fromisoformat(row["received_on"]),
        listed=tuple(PaperProblem(problem["message"], problem["params"]) for problem in topics.problems(row)),
    )  # fmt: skip


def vote_import(row: Row) -> VoteImport:
    """Votes that came in with one file."""
    names = ("id", "file", "source", "kind", "votes", "counted_by", "counted_at", "ended_by", "reason")
    return VoteImport(**{name: row[name] for name in names})


def overdue_topic(row: Row, today: date) -> OverdueTopic | None:
    """A chosen topic (`station.store.topics.chosen_with_arrivals`) whose courseware was not there in time; None: it was,
    or there still is time."""
    due, came = date.fromisoformat(row["due_on"]), _day(row["arrived_at"])
    days = ((came or today) - due).days
    if days <= 0:
        return None
    names = ("number", "title", "applicant_unit", "contact", "telephone", "submission_id")
    return OverdueTopic(**{name: row[name] for name in names}, due_on=due, days=days, received_on=came)


def link(row: Row) -> Link:
    """What a submission counts as (`station.store.topics.links`)."""
    kind = "existing" if row["number"] is None else "topic"
    return Link(
        row["submission_id"], kind, row["number"], row["title"], _day(row["due_on"]), row["by_hand"], row["link_reason"] or ""
    )  # fmt: skip


def new_topic(form: Form, number: int, problems: tuple[PaperProblem, ...], received: date) -> NewTopic:
    """Topic `number` (from 1) of a form, as the store takes it."""
    topic = form.topics[number - 1]
    content = {
        "title": topic.title, "summary": topic.summary, "hours": topic.hours, "lecturer": topic.lecturer,
        "lecturer_unit": topic.lecturer_unit, "lecturer_title": topic.lecturer_title, "applicant_unit": topic.applicant_unit,
        "national_base": None if topic.national_base is None else int(topic.national_base), "area": topic.area,
        "recommending_unit": form.recommending_unit, "contact": form.contact, "telephone": form.telephone,
        "filled_on": form.filled_on.isoformat() if form.filled_on else None,
        "problems": to_json([{"message": problem.message, "params": problem.params} for problem in problems]),
    }  # fmt: skip
    return NewTopic(topics.safe_content(content), form.file, received.isoformat())
