"""The one registry of what a person can do on the screens: key bar, help, palette, jump mode and tests all read it.

Texts live in the catalogue under `tui.action.<id>` (`label`, `help`). `why_not` is a quick look for the key bar and a kind
word when a grey key is pressed; what is allowed is decided by `station.desk` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from station.topics.rules import find_act
from station.workflow import JUDGEMENTS, MACHINE, TRANSITIONS, State, find_judgement, find_transition

if TYPE_CHECKING:  # station.desk opens the way to SQLite: not before the first paint
    from station.desk.panel_views import BatchRow, PanelView
    from station.desk.views import FindingView, QueueRow, ReviewView, SubmissionView
    from station.people import Person
    from station.topics.types import TopicRow

SCOPES = (
    "queue",
    "topics",
    "submission",
    "still",
    "score",
    "log",
    "station-log",
    "system",
    "search",
    "panel",
    "approvals",
    "catalogue",
)
GROUPS = ("move", "look", "judge", "decide", "station")
ALL = frozenset(SCOPES)
Why = tuple[str, dict[str, Any]]
"""Text id and places."""


@dataclass(frozen=True)
class Moment:
    """What stands on the screen when a key is pressed."""

    scope: str
    person: Person
    ready: bool = True
    """Whether the desk is open."""
    readonly: bool = False
    row: QueueRow | BatchRow | PanelView | None = None
    submission: SubmissionView | None = None
    finding: FindingView | None = None
    review: ReviewView | None = None
    """The person's own."""
    pictures: bool = False
    """Whether the chosen finding has stills."""
    topic: TopicRow | None = None

    @property
    def state(self) -> State | None:
        """Of the submission that an action would touch."""
        subject = self.submission or self.row
        return subject.state if subject else None


Need = Callable[[Moment], "Why | None"]


@dataclass(frozen=True)
class Action:
    """One thing a person can do."""

    id: str
    keys: tuple[str, ...]
    scopes: frozenset[str]
    group: str
    priority: int
    """Lower stays longer in a narrow key bar; 0: not shown there (moving about)."""
    needs: tuple[Need, ...] = ()
    writes: bool = False
    step: str | None = None
    """The workflow's name of the transition or judgement, where it is one."""
    command: str | None = None
    """The same on the command line; places `{id}` and `{finding}`."""
    typing: bool = False
    """Whether it works while a text field has the focus."""
    topic_act: str | None = None
    """The name of the act on topics (`station.topics.rules`), where it is one."""

    @property
    def label(self) -> str:
        """Text id of the short name."""
        return f"tui.action.{self.id}.label"

    @property
    def help(self) -> str:
        """Text id of the sentence that says what it will do."""
        return f"tui.action.{self.id}.help"

    def who(self) -> tuple[str, ...]:
        """The roles that may do it, in any state; empty: everybody."""
        found = {role for t in TRANSITIONS if t.action == self.step for role in t.roles}
        found |= {role for j in JUDGEMENTS if j.action == self.step for role in j.roles}
        found |= {find_act(self.topic_act).role} if self.topic_act else set()
        return tuple(sorted(found - {MACHINE}))


def why_not(action: Action, moment: Moment) -> Why | None:
    """Why the action can't be done now, as far as the screen knows; None where it may be tried."""
    if not moment.ready and (action.needs or action.writes):
        return "tui.why.opening", {}
    if action.writes and moment.readonly:
        return "tui.why.readonly", {}
    for need in action.needs:
        if reason := need(moment):
            return reason
    if action.topic_act is not None:
        return _topic_rules(action.topic_act, moment)
    return None if action.step is None else _workflow(action.step, moment)


def _topic_rules(name: str, moment: Moment) -> Why | None:
    act = find_act(name)
    if not moment.person.has(act.role):
        return "tui.why.role", {"roles": act.role}
    if act.states is None:
        return None
    if moment.topic is None:
        return "tui.why.no-topic", {}
    return None if moment.topic.state in act.states else ("tui.why.topic-state", {})


def _workflow(action: str, moment: Moment) -> Why | None:
    state = moment.state
    if state is None:
        return "tui.why.no-row", {}
    step = find_transition(action, state) or find_judgement(action, state)
    if step is None or step.roles == (MACHINE,):
        return "tui.why.state", {"state": str(state)}
    if any(moment.person.has(role) for role in step.roles):
        return None
    return "tui.why.role", {"roles": ", ".join(step.roles)}


def _need_row(moment: Moment) -> Why | None:
    return None if moment.row or moment.submission else ("tui.why.no-row", {})


def _need_finding(moment: Moment) -> Why | None:
    return None if moment.finding else ("tui.why.no-finding", {})


def _need_topic(moment: Moment) -> Why | None:
    return None if moment.topic else ("tui.why.no-topic", {})


def _need_pictures(moment: Moment) -> Why | None:
    return None if moment.pictures else ("tui.why.no-picture", {})


def _need_waivable(moment: Moment) -> Why | None:
    finding = moment.finding
    if finding is None or finding.waivable:
        return None
    return "tui.why.not-waivable", {}


def _need_unwaived(moment: Moment) -> Why | None:
    finding = moment.finding
    return ("tui.why.waived", {}) if finding and finding.waiver else None


def _need_waiver(moment: Moment) -> Why | None:
    finding = moment.finding
    return None if finding is None or finding.waiver else ("tui.why.no-waiver", {})


def _need_second(moment: Moment) -> Why | None:
    waiver = moment.finding.waiver if moment.finding else None
    if waiver is None:
        return None
    if waiver.complete:
        return "tui.why.waiver-complete", {}
    return ("tui.why.same-person", {}) if waiver.person == moment.person.account else None


def _need_reviewing(moment: Moment) -> Why | None:
    state = moment.state
    return ("tui.why.state", {"state": str(state)}) if state in _BEFORE_EXPERTS else None


def _need_exporter(moment: Moment) -> Why | None:
    return None if moment.person.roles & {"operator", "office"} else ("documents.guard.role", {})


def _need_gate(moment: Moment) -> Why | None:
    return ("tui.why.gate-signed", {}) if moment.review and moment.review.gate_signed else None


def _need_draft(moment: Moment) -> Why | None:
    return ("tui.why.submitted", {}) if moment.review and moment.review.state == "submitted" else None


_BEFORE_EXPERTS = frozenset(
    {State.RECEIVED, State.WAITING_PAPERS, State.QUEUED, State.MEASURING, State.TRIAGE, State.WITHDRAWN}
)
_QUEUE, _SUBMISSION = frozenset({"queue"}), frozenset({"submission"})
_BOTH = _QUEUE | _SUBMISSION
_FINDINGS = _SUBMISSION | {"still"}
_PANEL, _APPROVALS, _SCORE = frozenset({"panel"}), frozenset({"approvals"}), frozenset({"score"})
_TOPICS = frozenset({"topics"})
_LISTS = frozenset(
    {"queue", "topics", "submission", "log", "station-log", "system", "search", "panel", "approvals", "catalogue"}
)

ACTIONS: tuple[Action, ...] = (
    # moving about
    Action("up", ("up", "k"), _LISTS, "move", 0),
    Action("down", ("down", "j"), _LISTS, "move", 0),
    Action("page-up", ("pageup",), _LISTS, "move", 0),
    Action("page-down", ("pagedown",), _LISTS, "move", 0),
    Action("top", ("home",), _LISTS, "move", 0),
    Action("bottom", ("end",), _LISTS, "move", 0),
    Action("previous-lesson", ("left",), _SUBMISSION, "move", 0, (_need_row,)),
    Action("next-lesson", ("right",), _SUBMISSION, "move", 7, (_need_row,)),
    Action("previous-finding", ("[",), _FINDINGS, "move", 0, (_need_row,)),
    Action("next-finding", ("]",), _FINDINGS, "move", 5, (_need_row,)),
    Action("jump", ("g",), _BOTH, "move", 14, (_need_row,)),
    # looking
    Action("open", ("enter",), _QUEUE | {"search"}, "look", 1, command="station show {id}"),
    Action("filter", ("/",), _QUEUE | {"search", "station-log"}, "look", 3),
    Action("search", ("F", "ctrl+f"), _QUEUE, "look", 9, command="station search …"),
    Action("state-filter", ("f",), _QUEUE | _TOPICS, "look", 6),
    Action("mine", ("m",), _QUEUE, "look", 8),
    Action("sort", ("o",), _QUEUE, "look", 13, command="station show --sort …"),
    Action("pause", ("p",), _QUEUE, "look", 13),
    Action("still", ("enter", "f"), _SUBMISSION, "look", 4, (_need_finding, _need_pictures)),
    Action("outcomes", ("o",), _SUBMISSION, "look", 6, (_need_row,)),
    Action("before", ("1",), _FINDINGS, "look", 0, (_need_finding,)),
    Action("at", ("2",), _FINDINGS, "look", 12, (_need_finding,)),
    Action("after", ("3",), _FINDINGS, "look", 0, (_need_finding,)),
    Action("zoom-in", ("+", "="), frozenset({"still"}), "look", 1),
    Action("zoom-out", ("-",), frozenset({"still"}), "look", 2),
    Action("whole", ("0",), frozenset({"still"}), "look", 3),
    Action("pan-left", ("left",), frozenset({"still"}), "move", 0),
    Action("pan-right", ("right",), frozenset({"still"}), "move", 0),
    Action("pan-up", ("up",), frozenset({"still"}), "move", 0),
    Action("pan-down", ("down",), frozenset({"still"}), "move", 0),
    Action("drops", ("d",), frozenset({"system"}), "look", 1, command="station show --drops"),
    Action("log", ("l",), _BOTH, "look", 11, (_need_row,), command="station show {id} --log"),
    Action("station-log", ("L",), _QUEUE, "look", 12, command="station log"),
    Action("submission-log", ("enter",), frozenset({"station-log"}), "look", 1, command="station log --submission …"),
    # judging
    Action("waive", ("w",), _SUBMISSION, "judge", 2, (_need_finding, _need_waivable, _need_unwaived), True, "waive",
           command="station waive {id} {finding} --reason …"),
    Action("second-waiver", ("W",), _SUBMISSION, "judge", 13, (_need_finding, _need_waivable, _need_waiver, _need_second), True,
           "second-waiver", command="station waive {id} {finding} --second"),
    Action("end-waiver", ("u",), _SUBMISSION, "judge", 10, (_need_finding, _need_waiver), True, "end-waiver",
           command="station waive {id} {finding} --end"),
    Action("score", ("s",), _BOTH, "judge", 7, (_need_row, _need_reviewing), command="station score {id}"),
    Action("submit-review", ("f8",), frozenset({"score"}), "judge", 1, (_need_draft,), True, "submit-review",
           command="station score {id} --submit", typing=True),
    Action("sign-gate", ("f6",), _SCORE, "judge", 2, (_need_draft, _need_gate), True, "sign-gate", typing=True),
    Action("timed-note", ("f9",), _SCORE, "judge", 3, (_need_draft,), True, typing=True),
    Action("recuse", ("f7",), _SCORE, "judge", 4, (_need_draft,), True, "recuse", "station panel {id} --recuse --reason …",
           typing=True),
    # the experts' panel
    Action("panel", ("e",), _BOTH | _APPROVALS, "look", 9, (_need_row,), command="station panel {id}"),
    Action("approvals", ("b",), _QUEUE, "look", 10, command="station panel --waiting"),
    Action("assign", ("a",), _PANEL, "judge", 1, (_need_row,), True, "assign", "station assign {id} …"),
    Action("assign-automatically", ("A",), _PANEL, "judge", 2, (_need_row,), True, "assign", "station assign {id} --auto"),
    Action("unassign", ("u",), _PANEL, "judge", 3, (_need_row,), True, "unassign", "station assign {id} … --end --reason …"),
    Action("reopen-review", ("o",), _PANEL, "judge", 4, (_need_row,), True, "reopen-review", "station reopen {id} … --reason …"),
    Action("discuss", ("d",), _PANEL, "judge", 5, (_need_row,), True, "discuss", "station panel {id} --discuss …"),
    Action("second-gate", ("y",), _PANEL, "judge", 6, (_need_row,), True, "second-gate", "station panel {id} --second yes …"),
    Action("second-gate-no", ("n",), _PANEL, "judge", 7, (_need_row,), True, "second-gate", "station panel {id} --second no …"),
    Action("decide-gate", ("h",), _PANEL, "judge", 8, (_need_row,), True, "decide-gate", "station panel {id} --decide uphold …"),
    Action("lift-gate", ("v",), _PANEL, "judge", 9, (_need_row,), True, "decide-gate", "station panel {id} --decide lift …"),
    Action("mark", ("space",), _APPROVALS, "look", 2, (_need_row,)),
    Action("look", ("enter",), _APPROVALS, "look", 5, (_need_row,), command="station show {id}"),
    Action("batch-approve", ("a",), _APPROVALS, "decide", 1, (_need_row,), True, "approve", "station panel --approve …"),
    Action("batch-return", ("r",), _APPROVALS, "decide", 3, (_need_row,), True, "return", "station panel --return … --reason …"),
    Action("topic-accept", ("a",), _TOPICS, "judge", 2, (_need_topic,), True, topic_act="topic-accept",
           command="station topics check {id} --accept"),
    Action("topic-reject", ("r",), _TOPICS, "judge", 3, (_need_topic,), True, topic_act="topic-reject",
           command="station topics check {id} --reject --reason …"),
    Action("topic-uncheck", ("u",), _TOPICS, "judge", 9, (_need_topic,), True, topic_act="topic-uncheck",
           command="station topics undo {id}"),
    Action("topic-accept-all", ("A",), _TOPICS, "judge", 8, (), True, command="station topics check --all --accept"),
    Action("topic-mark", ("space",), _TOPICS, "judge", 7, (_need_topic,)),
    # deciding
    Action("topic-choose", ("c",), _TOPICS, "decide", 5, (), True, topic_act="topic-choose",
           command="station topics choose --pick …"),
    Action("topic-unchoose", ("U",), _TOPICS, "decide", 10, (), True, topic_act="topic-unchoose",
           command="station topics undo --choice --reason …"),
    Action("approve", ("a",), _BOTH, "decide", 3, (_need_row,), True, "approve", "station approve {id}"),
    Action("return", ("r",), _BOTH, "decide", 4, (_need_row,), True, "return", "station return {id} --reason …"),
    Action("withdraw", ("X",), _BOTH, "decide", 16, (_need_row,), True, "withdraw", "station withdraw {id} --reason …"),
    Action("add-papers", ("p",), _SUBMISSION, "decide", 11, (_need_row,), True, "add-papers", "station papers {id} …"),
    Action("remeasure", ("M",), _BOTH, "decide", 15, (_need_row,), True, "remeasure", "station remeasure {id}"),
    Action("accept", ("A",), _BOTH, "decide", 14, (_need_row,), True, "accept"),
    Action("publish", ("P",), _BOTH, "decide", 16, (_need_row,), True, "publish"),
    Action("undo", ("U",), _BOTH, "decide", 12, (_need_row,), True, "undo", "station undo {id}"),
    Action("hand-over", ("H",), _BOTH, "decide", 17, (_need_row,), True, "hand-over", "station hand-over {id} --to …"),
    # documents
    Action("letter", ("L",), _SUBMISSION, "station", 19, (_need_row, _need_exporter), True, command="station letter {id} --out …"),
    Action("opinion", ("O",), _SUBMISSION, "station", 20, (_need_row, _need_exporter), True, command="station opinion {id} --out …"),
    Action("catalogue", ("c",), _BOTH, "look", 15, command="station catalogue --out …"),
    Action("export-catalogue", ("x",), frozenset({"catalogue"}), "station", 1, (_need_exporter,), True,
           command="station catalogue --out …"),
    Action("export-bundle", ("b",), frozenset({"catalogue"}), "station", 2, (_need_exporter,), True, command="station bundle --out …"),
    Action("export-ledger", ("h",), frozenset({"catalogue"}), "station", 2, (_need_exporter,), True, command="station ledger --out …"),
    Action("export-excellent", ("e",), frozenset({"catalogue"}), "station", 2, (_need_exporter,), True,
           command="station excellent --numbers … --out …"),
    Action("export-head", ("x",), frozenset({"station-log"}), "station", 1, (), True, command="station verify --head-out …"),
    # the station
    Action("back", ("escape",), ALL - {"queue"}, "station", 2, typing=True),
    Action("help", ("?", "f1"), ALL, "station", 4),
    Action("palette", ("ctrl+p", ":"), ALL, "station", 9, typing=True),
    Action("language", ("f2",), ALL, "station", 10, typing=True),
    Action("system", ("f4",), ALL - {"system", "still"}, "station", 11, typing=True, command="station doctor"),
    Action("topics", ("f3",), ALL - {"topics", "still"}, "station", 12, typing=True, command="station topics list"),
    Action("topic-order", ("o",), _TOPICS, "look", 9, command="station topics rank"),
    Action("topic-import", ("i",), _TOPICS, "station", 8, (), True, topic_act="topic-import", command="station topics import …"),
    Action("topic-ballot", ("e",), _TOPICS, "station", 9, (), True, topic_act="topic-ballot", command="station topics ballot …"),
    Action("topic-votes", ("v",), _TOPICS, "station", 9, (), True, topic_act="topic-votes", command="station topics votes …"),
    Action("topic-import-replace", ("I",), _TOPICS, "station", 12, (), True, topic_act="topic-import",
           command="station topics import … --replace"),
    Action("topic-votes-back", ("V",), _TOPICS, "station", 12, (), True, topic_act="topic-votes-back",
           command="station topics votes --take-back … --reason …"),
    Action("topic-link", ("l",), _TOPICS, "station", 12, (_need_topic,), True, topic_act="topic-link",
           command="station topics link … --topic {id} --reason …"),
    Action("topic-unlink", ("L",), _TOPICS, "station", 12, (), True, topic_act="topic-link",
           command="station topics link … --existing --reason …"),
    Action("reload", ("f5",), ALL - {"score", "still"}, "station", 17),
    Action("copy-command", ("y",), _BOTH, "station", 18, (_need_row,)),
    Action("quit", ("q",), _QUEUE, "station", 5),
    Action("leave", ("ctrl+q",), ALL, "station", 0, typing=True),
)  # fmt: skip


def in_scope(scope: str) -> tuple[Action, ...]:
    """The actions of one screen, in the registry's order."""
    return tuple(action for action in ACTIONS if scope in action.scopes)


def find_action(name: str) -> Action:
    """By id. Raises KeyError."""
    for action in ACTIONS:
        if action.id == name:
            return action
    raise KeyError(name)
