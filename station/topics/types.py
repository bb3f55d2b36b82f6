"""Values of the topics as desks and screens show them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from station.papers.types import PaperProblem


class TopicState(StrEnum):
    """Where a topic stands."""

    COLLECTED = "collected"
    """Its form came in; nobody has looked at it yet."""
    ACCEPTED = "accepted"
    """Passed the first check: it stands on the voting list."""
    REJECTED = "rejected"
    CHOSEN = "chosen"
    PASSED_OVER = "passed-over"
    """Had too few votes."""


@dataclass(frozen=True)
class TopicRow:
    """One topic in a list."""

    id: str
    number: int
    """Serial number in its round, from 1: what ballots name."""
    title: str
    applicant_unit: str
    recommending_unit: str
    lecturer: str
    hours: float | None
    """课时 of 45 minutes; None where the form does not say."""
    state: TopicState
    votes: int
    problems: int
    """How many things are wrong with its form."""
    reason: str
    """Of the first check or of the choice; empty where none was needed."""
    chosen_on: date | None
    due_on: date | None
    """Last day for the courseware; None unless chosen."""
    updated_at: str
    revision: int


@dataclass(frozen=True)
class TopicView(TopicRow):
    """One topic whole."""

    summary: str
    lecturer_unit: str
    lecturer_title: str
    national_base: bool | None
    area: str
    filled_on: date | None
    contact: str
    telephone: str
    file: str
    received_on: date
    listed: tuple[PaperProblem, ...]
    """What is wrong with its form."""


@dataclass(frozen=True)
class ImportedForm:
    """What became of one file of an import."""

    file: str
    new: tuple[int, ...] = ()
    """Numbers of topics that it brought."""
    replaced: tuple[int, ...] = ()
    """Numbers of known topics whose content it corrected."""
    same: tuple[int, ...] = ()
    """Numbers of topics that were there already, word for word."""
    differing: tuple[int, ...] = ()
    """Numbers of topics that were there already and read otherwise: left as they were."""
    problems: tuple[PaperProblem, ...] = ()
    refused: PaperProblem | None = None
    """Why nothing was taken from the file; None: it could be read."""


@dataclass(frozen=True)
class VoteImport:
    """Votes that came in with one file."""

    id: int
    file: str
    source: str
    kind: str
    """`tally` (topic, votes) or `ballots` (one row a ballot)."""
    votes: int
    counted_by: str
    counted_at: str
    ended_by: str | None
    """Who took it back; None: it counts."""
    reason: str


@dataclass(frozen=True)
class OverdueTopic:
    """A chosen topic whose courseware did not come in time."""

    number: int
    title: str
    applicant_unit: str
    contact: str
    telephone: str
    due_on: date
    days: int
    """Days late: until it came, or until today."""
    submission_id: str | None
    """The first submission that came for it; None: nothing has come yet."""
    received_on: date | None


@dataclass(frozen=True)
class Link:
    """What a submission counts as."""

    submission_id: str
    kind: str
    """`topic`: made for a chosen topic; `existing`: recommended existing courseware."""
    number: int | None
    title: str
    due_on: date | None
    by_hand: str | None
    """Who linked it by hand; None: found by unit and title."""
    reason: str


@dataclass(frozen=True)
class VotingList:
    """What the vote is held on."""

    path: Path
    topics: int
