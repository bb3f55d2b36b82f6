"""Who may do what with topics, and when: one table. No other code changes a topic's state."""

from dataclasses import dataclass

from station.topics.types import TopicState

T = TopicState


@dataclass(frozen=True)
class TopicAct:
    """Something a person may do with topics."""

    action: str
    """As the audit log names it."""
    role: str
    states: frozenset[TopicState] | None = None
    """States of the topic it touches; None: it is about the whole round."""
    target: TopicState | None = None
    """The state it leads to."""
    guards: tuple[str, ...] = ()
    """Names of `station.desk.topics.GUARDS`."""
    reason: bool = False
    """Whether a reason must be given in any case."""


_APART = "one-role"
ACTS: tuple[TopicAct, ...] = (
    TopicAct("topic-import", "operator", guards=(_APART, "not-chosen-yet")),
    TopicAct("topic-accept", "operator", frozenset({T.COLLECTED, T.REJECTED}), T.ACCEPTED,
             (_APART, "not-applicant", "no-votes-yet", "not-chosen-yet", "nameable")),
    TopicAct("topic-reject", "operator", frozenset({T.COLLECTED, T.ACCEPTED}), T.REJECTED,
             (_APART, "not-applicant", "no-votes-yet", "not-chosen-yet"), reason=True),
    TopicAct("topic-uncheck", "operator", frozenset({T.ACCEPTED, T.REJECTED}), T.COLLECTED,
             (_APART, "not-applicant", "no-votes-yet", "not-chosen-yet")),
    TopicAct("topic-ballot", "office", guards=(_APART, "list-there", "all-checked")),
    TopicAct("topic-votes", "office", guards=(_APART, "list-there", "all-checked", "not-chosen-yet")),
    TopicAct("topic-votes-back", "office", guards=(_APART, "not-chosen-yet"), reason=True),
    TopicAct("topic-choose", "group", guards=(_APART, "not-chosen-yet", "votes-there")),
    TopicAct("topic-unchoose", "group", guards=(_APART, "chosen-there", "none-came"), reason=True),
    TopicAct("topic-link", "operator", reason=True),
)  # fmt: skip


def find_act(action: str) -> TopicAct:
    """By its name. Raises KeyError."""
    for act in ACTS:
        if act.action == action:
            return act
    raise KeyError(action)
