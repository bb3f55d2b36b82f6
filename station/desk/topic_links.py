"""What follows from a submission's topic: whether it came in time is judged anew where somebody says the topic by hand."""

from typing import Any

from station.papers import codec
from station.profile import Profile
from station.store import Store, outcomes, submissions
from station.workflow import State


def judge_again(store: Store, profile: Profile, row: dict[str, Any]) -> None:
    """Judge the papers of a submission (its row) in triage once more, in the open transaction. Before, the daemon will;
    later they stay as people have seen them. Where a check breaks down on them, they stay too."""
    if row["state"] != State.TRIAGE:
        return
    from station.around import dates_of  # noqa: PLC0415 - arrays load only where something is judged
    from station.judge import judge_papers  # noqa: PLC0415

    seconds = [lesson["duration"] for lesson in submissions.lessons(store, row["id"]) if lesson["duration"]]
    try:
        judgement = judge_papers(codec.from_json(row["papers"]), seconds, profile, dates_of(store, row))
    except Exception:  # noqa: BLE001 - strangers' papers; the daemon told of it when they came
        return
    outcomes.record_papers(store, row["id"], judgement)
