"""An expert's review: the draft, what it must hold to be submitted, the sealing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from station.errors import Conflict, UsageError
from station.rubric import Rubric
from station.store import Store, reviews


@dataclass(frozen=True)
class Draft:
    """What an expert has filled in so far."""

    gate: Mapping[str, Mapping[str, Any]]
    scores: Mapping[str, float]
    notes: str


def save(
    store: Store, submission_id: str, person: str, rubric: Rubric, draft: Draft, *, seen: int
) -> tuple[dict[str, Any] | None, int]:
    """Write a draft; the review as it was (None: this is the first) and its new revision. Raises Conflict, UsageError."""
    before = _own(store, submission_id, person, seen)
    problem = rubric.gate_problem(draft.gate) or rubric.score_problem(draft.scores)
    if problem is not None:
        raise UsageError(problem[0], **problem[1])
    total = rubric.total(draft.scores) if len(draft.scores) == len(rubric.lines) else None
    gate = {
        id_: {"pass": answer.get("pass"), "reason": str(answer.get("reason", ""))} for id_, answer in draft.gate.items()
    }
    revision = reviews.save(
        store, submission_id, person, gate=gate, scores=dict(draft.scores), notes=draft.notes, total=total
    )
    return before, revision


def submit(store: Store, submission_id: str, person: str, rubric: Rubric, *, seen: int) -> tuple[dict[str, Any], int]:
    """Seal the draft; what the log keeps of it, and its last revision. Raises Conflict, UsageError."""
    draft = _own(store, submission_id, person, seen)
    if draft is None:
        raise UsageError("desk.no-draft")
    problem = rubric.unfinished(draft["gate"], draft["scores"])
    if problem is not None:
        raise UsageError(problem[0], **problem[1])
    content = {name: draft[name] for name in ("gate", "scores", "notes", "total")}
    return content, reviews.seal(store, submission_id, person)


def _own(store: Store, submission_id: str, person: str, seen: int) -> dict[str, Any] | None:
    own = reviews.own(store, submission_id, person)
    if (own["revision"] if own else 0) != seen:
        raise Conflict("desk.draft-changed")
    return own
