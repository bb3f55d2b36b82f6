"""What the matrix runs, as values: recipes of clips, what is planted in them, and what each row must reach."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from gpu.measurements import Measurements
from station.checks import registry
from station.checks.subject import Subject
from station.judge import Judgement, judge
from station.profile import default_profile

LOUD = ("fault", "warning")
"""Severities that a reviewer has to look at."""


class Missing(Exception):
    """A recipe can't be made here; the argument says why. Its case is skipped and told."""


class Recipe(Protocol):
    """A frozen dataclass that writes one file. Its fields and its class's source are the key of the cache: the same recipe is
    made once."""

    suffix: str

    def write(self, path: Path) -> None:
        """Write the clip to `path`. Raises Missing where something it needs is not there."""


@dataclass(frozen=True)
class Planted:
    """One planted fault: seconds from the first picture, end exclusive."""

    start: float
    end: float
    note: str = ""
    """What and how grave, for the list of misses."""


@dataclass(frozen=True)
class Seen:
    """One thing that a check told. A finding about the whole lesson has no place."""

    start: float | None
    end: float | None
    severity: str = ""
    what: str = ""


@dataclass(frozen=True)
class Case:
    """One clip in one row. A case without `planted` is a clean twin: everything seen in it is false, and its length counts as clean."""

    name: str
    """`style/coder/plant`, unique in its row."""
    recipe: Recipe
    planted: tuple[Planted, ...] = ()
    either: tuple[Planted, ...] = ()
    """Places where a finding is neither right nor wrong."""
    subject: Callable[[Path, Measurements], Subject] | None = None
    """Makes the subject where it needs readings or context; only the measurements else."""


@dataclass(frozen=True)
class Target:
    """What a row must reach; None: nothing asked."""

    recall: float | None = None
    precision: float | None = None
    f1: float | None = None
    false_per_hour: float | None = None
    """Events in clean twins for each hour of them."""
    edge_frames: float | None = None
    """The worst start or end of a found fault may be off by so many frames."""
    error: float | None = None
    """The worst `Score.errors` may be so large."""


@dataclass
class Score:
    """What came out of a row. Pure rows fill one themselves."""

    planted: int = 0
    found: int = 0
    true_events: int = 0
    """Events that lie on something planted."""
    false_events: int = 0
    """Events that do not, in planted clips and clean ones."""
    clean_events: int = 0
    """Those of them in clean twins."""
    clean_seconds: float = 0.0
    edges: list[float] = field(default_factory=list)
    """Start and end errors of found faults, frames, signed: late is positive."""
    errors: list[float] = field(default_factory=list)
    """For rows that measure a number: how far each lies from the truth, in `Row.unit`."""
    missed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    cases: int = 0

    def add(self, other: "Score") -> None:
        """Join the score of another case to this one."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True)
class Material:
    """A case, made and measured."""

    case: Case
    path: Path
    measurements: Measurements

    @cached_property
    def subject(self) -> Subject:
        """What the checks look at."""
        make = self.case.subject
        return make(self.path, self.measurements) if make else Subject(self.measurements)

    @cached_property
    def judgement(self) -> Judgement:
        """Every check of the default profile over it."""
        return judge(self.subject, default_profile())

    def told(self, *checks: str, severities: Sequence[str] = LOUD) -> list[Seen]:
        """Findings of some checks alone (quicker than `judgement`)."""
        specs = default_profile().checks
        return [
            Seen(finding.start, finding.end, finding.severity.value, f"{check} {finding.severity.value}")
            for check in checks
            for finding in registry()[check](self.subject, specs[check]).findings
            if finding.severity.value in severities
        ]


@dataclass(frozen=True)
class Row:
    """One line of the table: a check (or one side of it), its cases and its target."""

    id: str
    """As in `make matrix ROWS=…`; usually the check's id."""
    target: Target
    cases: Callable[[], Sequence[Case]] = tuple
    """Called when the row runs."""
    check: str = ""
    """The check whose findings count; empty: `id`."""
    counts: tuple[str, ...] = LOUD
    """Severities that count, as found and as false."""
    look: Callable[[Material], Sequence[Seen]] | None = None
    """What is seen in a material, where it is not the findings of `check`."""
    pure: Callable[[Path], Score] | None = None
    """A row without clips: computes its score in a scratch folder; or raises Missing."""
    measure: Callable[[Material], Score] | None = None
    """Scores one material by itself, where events are not what counts (numbers, identities)."""
    reach: float = 0.0
    """Seconds by which a finding may miss a planted fault and still be meant for it."""
    instants: bool = False
    """Events are moments: each seen one may be matched to one planted, by start, within `reach`."""
    unit: str = ""
    """Of `Score.errors`."""
    edge_s: float = 0.0
    """Seconds that count as a frame for edges; 0: the clip's own. For sounds, which know no frames."""

    def seen(self, material: Material) -> Sequence[Seen]:
        """What the row's check tells about a material."""
        if self.look is not None:
            return self.look(material)
        return material.told(self.check or self.id, severities=self.counts)
