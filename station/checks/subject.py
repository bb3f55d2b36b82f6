"""What a check looks at: one lesson's measurements, the submission's papers, and what both imply, computed once."""

from dataclasses import dataclass, field
from functools import cached_property

from gpu.measurements import Measurements
from station.checks._substrate import Substrate, build_substrate
from station.context import Context
from station.papers.types import Papers
from station.readings import Readings


@dataclass(frozen=True)
class Subject:
    """One lesson under judgement; `papers` is None where none came along (`station check FILE`)."""

    measurements: Measurements
    papers: Papers | None = None
    ordinal: int | None = None
    """Which lesson of the submission, from 1."""
    readings: Readings = field(default_factory=Readings)
    """What readers made out; every part `Unread` where none ran."""
    context: Context = field(default_factory=Context)
    """What it is judged against besides the profile."""

    @cached_property
    def substrate(self) -> Substrate:
        """Content class and liveness per tile; every picture check stands on it."""
        return build_substrate(self.measurements)
