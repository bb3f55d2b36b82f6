"""An expert's review: the gate first, then the rubric; what it must hold to be submitted; the sealing."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station.errors import Conflict, NotAllowed, UsageError
from station.rubric import Rubric
from station.store import Store, gate_stops, reviews

LONGEST_NOTE = 2000
"""Signs of a note at a timecode."""


@dataclass(frozen=True)
class Draft:
    """What an expert has filled in so far."""

    gate: Mapping[str, Mapping[str, Any]]
    scores: Mapping[str, float]
    notes: str
    timed: Sequence[Mapping[str, Any]] | None = None
    """Notes at timecodes, {"lesson": ordinal, "at": seconds, "text": str}; None: as they are."""


@dataclass(frozen=True)
class Saved:
    """A draft as it was written."""

    before: dict[str, Any] | None
    """The review as it was; None: this is the first."""
    revision: int
    signed: dict[str, Any] | None = None
    """What the log keeps of the gate, where this draft has signed it."""


@dataclass(frozen=True)
class Form:
    """Whose review of what, by which rubric; lessons are its ordinals."""

    store: Store
    submission_id: str
    person: str
    rubric: Rubric
    lessons: frozenset[int]


def save(form: Form, draft: Draft, *, seen: int) -> Saved:
    """Write a draft. Scores are taken once the gate is signed; scores that come with a whole gate of nothing but yes sign it.
    Raises Conflict, UsageError, NotAllowed (the gate is signed, or stops the scoring)."""
    before = _own(form, seen)
    problem = form.rubric.gate_problem(draft.gate) or form.rubric.score_problem(draft.scores)
    timed = draft.timed if draft.timed is not None else (before["timed"] if before else [])
    problem = problem or _timed_problem(timed, form.lessons)
    if problem is not None:
        raise UsageError(problem[0], **problem[1])
    gate = _plain(draft.gate)
    fixed = before is not None and before["gate_signed_at"] is not None
    if before is not None and fixed:
        if gate and gate != before["gate"]:
            raise NotAllowed("desk.gate-signed")
        gate = before["gate"]
    signs = _may_score(form, before, gate, draft.scores, fixed=fixed)
    total = form.rubric.total(draft.scores) if len(draft.scores) == len(form.rubric.lines) else None
    notes_at = [{"lesson": n["lesson"], "at": float(n["at"]), "text": n["text"].strip()} for n in timed]
    revision = reviews.save(
        form.store, form.submission_id, form.person, gate=gate, scores=dict(draft.scores), notes=draft.notes,
        timed=notes_at, total=total, sign=signs,
    )  # fmt: skip
    return Saved(before, revision, {"gate": gate} if signs else None)


def sign(form: Form, *, seen: int) -> tuple[dict[str, Any], int]:
    """Fix the answers at the gate; a no stops the scoring for everybody. What the log keeps, and the review's revision.
    Raises Conflict, UsageError (what is still open)."""
    draft = _own(form, seen)
    if draft is None:
        raise UsageError("desk.no-draft")
    _finished(form.rubric.gate_unfinished(draft["gate"]))
    content: dict[str, Any] = {"gate": draft["gate"]}
    noes = _noes(draft["gate"])
    revision = reviews.sign_gate(form.store, form.submission_id, form.person)
    if noes:
        content["stop"] = gate_stops.add(form.store, form.submission_id, form.person, noes)
    return content, revision


def submit(form: Form, *, seen: int) -> tuple[dict[str, Any], int]:
    """Seal the draft; what the log keeps of it, and its last revision. Raises Conflict, UsageError."""
    draft = _own(form, seen)
    if draft is None:
        raise UsageError("desk.no-draft")
    _finished(form.rubric.unfinished(draft["gate"], draft["scores"]))
    if draft["gate_signed_at"] is None:
        if _noes(draft["gate"]):
            raise UsageError("desk.gate-first")
        reviews.sign_gate(form.store, form.submission_id, form.person)
    words = form.rubric.attestation.zh
    revision = reviews.seal(form.store, form.submission_id, form.person, attestation=words)
    content = {name: draft[name] for name in ("gate", "scores", "notes", "timed", "total")} | {"attestation": words}
    return content, revision


def _own(form: Form, seen: int) -> dict[str, Any] | None:
    own = reviews.own(form.store, form.submission_id, form.person)
    if (own["revision"] if own else 0) != seen:
        raise Conflict("desk.draft-changed")
    return own


def _may_score(
    form: Form, before: dict[str, Any] | None, gate: dict[str, Any], scores: Mapping[str, float], *, fixed: bool
) -> bool:
    """Whether the gate is signed by these scores. Raises UsageError, NotAllowed where they can't be given yet."""
    if dict(scores) == (before["scores"] if before else {}):
        return False
    if gate_stops.unresolved(form.store, form.submission_id):
        raise NotAllowed("guard.not-stopped")
    if fixed:
        return False
    if form.rubric.gate_unfinished(gate) is not None or _noes(gate):
        raise UsageError("desk.gate-first")
    return True


def _noes(gate: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {point: str(answer.get("reason", "")) for point, answer in gate.items() if answer.get("pass") is False}


def _plain(gate: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {id_: {"pass": answer.get("pass"), "reason": str(answer.get("reason", ""))} for id_, answer in gate.items()}


def _finished(problem: tuple[str, dict[str, Any]] | None) -> None:
    if problem is not None:
        raise UsageError(problem[0], **problem[1])


def _timed_problem(timed: Sequence[Mapping[str, Any]], lessons: frozenset[int]) -> tuple[str, dict[str, Any]] | None:
    for number, note in enumerate(timed, 1):
        if not isinstance(note, Mapping) or set(note) != {"lesson", "at", "text"}:
            return "desk.timed-form", {"number": number}
        at, text, lesson = note["at"], note["text"], note["lesson"]
        right = isinstance(at, int | float) and not isinstance(at, bool) and math.isfinite(at) and at >= 0
        if not right or not isinstance(text, str) or not text.strip() or len(text) > LONGEST_NOTE:
            return "desk.timed-form", {"number": number}
        if isinstance(lesson, bool) or lesson not in lessons:
            return "desk.timed-lesson", {"number": number, "lesson": str(lesson)}
    return None
