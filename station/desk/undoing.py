"""Taking back the last step, and handing a submission over: what the log and the tables get. Nothing is deleted: a step that is
taken back stays in the log, and so does the taking back."""

import json
from dataclasses import dataclass
from typing import Any

from station.errors import NotAllowed
from station.store import Store, audit, outcomes, owners, submissions, waivers
from station.workflow import State, Undo, find_undo

Row = dict[str, Any]


@dataclass(frozen=True)
class LastStep:
    """What would be taken back."""

    seq: int
    """Of its row in the log."""
    action: str
    person: str
    before: Row
    after: Row
    undo: Undo | None
    """None: it can't be taken back."""


def last_step(store: Store, submission: Row) -> LastStep | None:
    """The last thing that anybody, the machine too, did to the submission; what was taken back and the taking back are passed
    over. None: nothing is left."""
    undone: set[int] = set()
    for row in audit.latest(store, submission["id"]):
        after = json.loads(row["after"])
        if row["action"] == "undo":
            undone.add(after["undid"])
        elif row["action"] != audit.ROWS_DIFFER and row["seq"] not in undone:
            return LastStep(
                row["seq"], row["action"], row["person"], json.loads(row["before"]), after, _way_back(submission, row)
            )
    return None


def _way_back(submission: Row, row: Row) -> Undo | None:
    """By the table of the workflow; a row that tells no states left the submission where it stands."""
    stands = State(submission["state"])
    before = json.loads(row["before"]).get("state", stands.value)
    return find_undo(row["action"], State(before), stands)


def take_back(store: Store, submission: Row, step: LastStep, person: str) -> Row:
    """Undo `step` in the open transaction; what the log keeps of it. Raises NotAllowed where what it touched is gone."""
    told: Row = {"undid": step.seq, "action": step.action}
    if step.action == "waive":
        return told | _waive_no_more(store, submission, step, person)
    if step.action == "end-waiver":
        return told | _waive_again(store, submission, step, person)
    if step.action == "hand-over":
        owners.give(store, submission["id"], step.before["owner"])
        submissions.touch(store, submission["id"])
        return told | {"owner": step.before["owner"]}
    assert step.undo is not None
    submissions.move(store, submission["id"], step.undo.back)
    return told | {"state": step.undo.back.value}


def _waive_no_more(store: Store, submission: Row, step: LastStep, person: str) -> Row:
    """End the waiver that stands for what the step waived: its own, or the one made anew when an end of it was taken back."""
    for finding in outcomes.finding_rows(store, submission["id"]):
        same = (finding["key"], finding["ordinal"]) == (step.after["key"], step.after["ordinal"])
        if same and finding["waiver_id"] is not None:
            waivers.end(store, finding["waiver_id"], person)
            waivers.settle(store, submission)
            return waivers.told(store, finding["waiver_id"])
    raise NotAllowed("guard.own-last-step.gone")


def _waive_again(store: Store, submission: Row, step: LastStep, person: str) -> Row:
    """A new waiver with the reason of the one that was ended. One that two people agreed to waits for the second again."""
    for finding in outcomes.finding_rows(store, submission["id"]):
        if (finding["key"], finding["ordinal"]) == (step.after["key"], step.after["ordinal"]):
            if finding["waiver_id"] is not None:
                break
            made = waivers.add(store, submission, finding, reason=step.after["reason"], person=person)
            waivers.settle(store, submission)
            return waivers.told(store, made)
    raise NotAllowed("guard.own-last-step.gone")


def hand_over(store: Store, submission: Row, to: str) -> tuple[Row, Row, int]:
    """Give the submission to another operator in the open transaction: before and after for the log, the new revision."""
    before = owners.owner(store, submission["id"])
    owners.give(store, submission["id"], to)
    return {"owner": before}, {"owner": to}, submissions.touch(store, submission["id"])
