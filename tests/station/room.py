"""A review room for tests: a real database in a folder, submissions as the daemon would enter them, people at desks."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from station.config import Config, ReviewSection
from station.desk import Desk
from station.desk.machine import machine_move
from station.findings import Finding, Outcome, OutcomeKind, Severity
from station.judge import Judgement
from station.papers.types import Papers
from station.people import Person
from station.profile import Profile
from station.rubric import Rubric, default_rubric
from station.store import Store, open_store, outcomes
from station.store.submissions import NewLesson, NewSubmission, new_id, register
from station.workflow import State

UNIT, RECOMMENDER = "示例大学", "示例省人社厅"
PROFILE = Profile("test", "测试", "test", {}, {})


def finding(check: str = "black", start: float | None = 1.0, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "clause": "2.2.4", "severity": Severity.FAULT, "waivable": True, "message": f"finding.{check}",
        "params": {"seconds": 1.0}, "end": None if start is None else start + 1, "value": 0.5, "limit": 0.1, "unit": "s",
        "tiles": (0, 0, 2, 3),
    }  # fmt: skip
    return Finding(check=check, start=start, **{**values, **changes})


def judgement(*findings: Finding, ok: tuple[str, ...] = ("rendition",)) -> Judgement:
    checks: dict[str, list[Finding]] = {}
    for found in findings:
        checks.setdefault(found.check, []).append(found)
    ends = [Outcome(check, "2.2.4", OutcomeKind.FINDINGS, tuple(found)) for check, found in checks.items()]
    ends += [Outcome(check, "2.8.1", OutcomeKind.OK, facts={"n": 1}) for check in ok if check not in checks]
    return Judgement(tuple(ends))


@dataclass
class Room:
    """One station."""

    root: Path
    experts: int = 2
    separate_roles: bool = True
    config: Config = field(init=False)
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        review = ReviewSection(experts=self.experts, separate_roles=self.separate_roles)
        self.config = Config(path=self.root / "config.toml", review=review)
        self.store = open_store(self.config.database)

    @property
    def rubric(self) -> Rubric:
        return default_rubric()

    def another_store(self) -> Store:
        """A second connection, as another process has one."""
        return open_store(self.config.database)

    def desk(self, account: str, *roles: str, unit: str = "", store: Store | None = None) -> Desk:
        person = Person(account, frozenset(roles), unit, origin="test")
        return Desk(store or self.store, person, self.config, PROFILE, default_rubric())

    def received(
        self, title: str = "示例课", *, unit: str = UNIT, recommender: str = RECOMMENDER, lessons: int = 1, **more: Any
    ) -> str:
        id_ = more.pop("submission_id", None) or new_id()
        made = tuple(
            NewLesson(n, f"第 {n} 讲", f"submissions/{id_}/source/{n}.mp4", f"{n:064x}", 1000 + n)
            for n in range(1, lessons + 1)
        )
        new = NewSubmission(title, unit, recommender, "示例教师", 2.0, f"submissions/{id_}/source", Papers(), made)
        return register(self.store, new, drop_id="drop", submission_id=id_)

    def judged(self, id_: str, ordinal: int, *findings: Finding, **changes: Any) -> None:
        evidence = {found.key: {"at": f"{found.key}.jpg"} for found in findings}
        values: dict[str, Any] = {
            "measurements": f"submissions/{id_}/lessons/{ordinal}/measurements.npz", "duration": 2700.0,
            "rendition": f"submissions/{id_}/lessons/{ordinal}/rendition.mp4", "facts": {"device": "cpu"},
            "judgement": judgement(*findings), "evidence": evidence,
            "overview": f"submissions/{id_}/lessons/{ordinal}/overview.json",
        }  # fmt: skip
        outcomes.record_lesson(self.store, f"{id_}-{ordinal:02}", **{**values, **changes})

    def triage(self, *findings: Finding, lessons: int = 1, papers: tuple[Finding, ...] = (), **more: Any) -> str:
        """A measured submission with these findings in lesson 1."""
        id_ = self.received(lessons=lessons, **more)
        machine_move(self.store, id_, "accept")
        machine_move(self.store, id_, "start")
        for ordinal in range(1, lessons + 1):
            self.judged(id_, ordinal, *(findings if ordinal == 1 else ()))
        outcomes.record_papers(self.store, id_, judgement(*papers, ok=("form-missing",)))
        machine_move(self.store, id_, "measured")
        return id_

    def score(self, id_: str, account: str, *, gate: bool = True, share: float = 0.9) -> None:
        """A whole, submitted review; with a no at the gate nothing but the signed gate."""
        desk = self.desk(account, "expert")
        if not gate:
            desk.sign_gate(id_, seen=desk.save_draft(id_, **self.filled(gate=False) | {"scores": {}}, seen=0))
            return
        revision = desk.save_draft(id_, **self.filled(share=share), seen=0)
        desk.submit_review(id_, seen=revision)

    def filled(self, *, gate: bool = True, share: float = 0.9) -> dict[str, Any]:
        return {
            "gate": {point.id: {"pass": gate, "reason": "" if gate else "示例理由"} for point in self.rubric.gate},
            "scores": {line.id: line.maximum * share for line in self.rubric.lines},
            "notes": "示例意见",
        }

    def move(self, id_: str, action: str, desk: Desk, reason: str = "示例理由") -> State:
        desk.move(id_, action, seen=desk.submission(id_).revision, reason=reason)
        return desk.submission(id_).state

    def at(self, state: State) -> str:
        """A clean submission brought to `state` by the people whose steps these are."""
        if state is State.RECEIVED:
            return self.received()
        if state in {State.WAITING_PAPERS, State.QUEUED, State.MEASURING}:
            id_ = self.received()
            machine_move(self.store, id_, "await-papers" if state is State.WAITING_PAPERS else "accept")
            if state is State.MEASURING:
                machine_move(self.store, id_, "start")
            return id_
        id_ = self.triage()
        if state in {State.RETURNED, State.WITHDRAWN}:
            self.move(id_, "return" if state is State.RETURNED else "withdraw", self.desk("op", "operator"), "示例理由")
        for target in ON_THE_WAY[: ON_THE_WAY.index(state) + 1] if state in ON_THE_WAY else ():
            if target is State.OFFICE_AUDIT:
                for number in range(self.experts):
                    self.score(id_, f"expert{number}")
            account, role, action = STEPS[target]
            self.move(id_, action, self.desk(account, role))
        return id_

    def raw(self, id_: str, name: str) -> Any:
        row = self.store.row("SELECT * FROM submissions WHERE id = ?", (id_,))
        return row[name] if row else None


ON_THE_WAY = (State.EXPERT_REVIEW, State.OFFICE_AUDIT, State.GROUP_DECISION, State.CATALOGUED, State.PUBLISHED)
STEPS = {
    State.EXPERT_REVIEW: ("op", "operator", "approve"),
    State.OFFICE_AUDIT: ("office1", "office", "approve"),
    State.GROUP_DECISION: ("office2", "office", "approve"),
    State.CATALOGUED: ("group1", "group", "approve"),
    State.PUBLISHED: ("office2", "office", "publish"),
}


def loads(text: str) -> Any:
    return json.loads(text)
