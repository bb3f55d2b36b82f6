"""The daemon's own steps through the workflow."""

from typing import Any

from station.errors import Conflict, NotFound
from station.store import Store, audit, submissions
from station.workflow import MACHINE, State, find_transition


def machine_move(store: Store, submission_id: str, action: str, reason: dict[str, Any] | None = None) -> State:
    """Take the step `action` as the machine, in the open transaction or in its own; the new state.

    `reason` (JSON-able) goes into the log. Raises NotFound, and Conflict where the table has no such step of the machine
    in the present state: a person has moved the submission meanwhile.
    """
    with store.transaction():
        row = submissions.header(store, submission_id)
        if row is None:
            raise NotFound("desk.no-such-submission", id=submission_id)
        state = State(row["state"])
        step = find_transition(action, state)
        if step is None or step.role != MACHINE:
            raise Conflict("desk.machine-step", id=submission_id, action=action, state=state.value)
        audit.compare(store, submission_id)
        submissions.move(store, submission_id, step.target)
        audit.append(
            store, person=MACHINE, role=MACHINE, origin="", action=action, submission_id=submission_id,
            object="submission", before={"state": state.value},
            after={"state": step.target.value} | ({"reason": reason} if reason else {}),
        )  # fmt: skip
        return step.target
