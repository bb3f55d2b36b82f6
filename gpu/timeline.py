"""Timestamps made strictly increasing, and what had to be done for it told as events.

A picture's place is decided by the pictures just before it, so that a segment that pre-rolls repairs as the whole does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

Report = Callable[[int, str, float], None]
"""Takes the place (pts), the kind of event and its amount in seconds."""

JUMP_S = 1.0
"""A step back by more than this is a new clock, not a slip: what follows is shifted behind it."""
LATE = 1.75
"""A picture this many frame durations after its predecessor leaves a hole."""


@dataclass
class PictureClock:
    """Repairs the pictures' timestamps of one stream."""

    time_base: Fraction
    rate: Fraction | None
    """Frames per second of a constant-rate stream; None: no hole can be told."""
    report: Report
    last: int | None = None
    """The repaired timestamp of the picture before."""
    _shift: int = 0

    @property
    def step(self) -> int:
        """Duration of one frame in ticks, at least 1."""
        seconds = 1 / self.rate if self.rate else Fraction(1, 25)
        return max(1, round(seconds / self.time_base))

    def place(self, pts: int | None) -> int:
        """The next picture's timestamp, later than the one before."""
        last = self.last
        if pts is None:
            placed = 0 if last is None else last + self.step
            self.report(placed, "pts-missing", 0.0)
        else:
            placed = pts + self._shift
            if last is not None and placed <= last:
                placed = self._step_back(placed, last)
            elif last is not None and self.rate is not None and placed - last > LATE * self.step:
                self.report(placed, "pts-gap", float((placed - last - self.step) * self.time_base))
        self.last = placed
        return placed

    def _step_back(self, placed: int, last: int) -> int:
        back = float((last - placed) * self.time_base)
        if back > JUMP_S:
            self._shift += last + self.step - placed
            repaired = last + self.step
        else:
            repaired = last + 1
        self.report(repaired, "pts-backward", back)
        return repaired


@dataclass
class SoundClock:
    """Holds the sound's samples against its timestamps: how much silence a player would put in before the next ones."""

    rate: int
    report: Report
    start: Fraction | None = None
    """Seconds of the first sample."""
    position: int = 0
    """Samples since `start`, silence put in included."""
    _expected: Fraction | None = None

    SLIP_S = Fraction(1, 50)
    """Timestamps may be off by this much (containers round) before it is a gap or an overlap."""
    LONGEST_S = 3600
    """No gap is filled beyond this."""

    def place(self, time: Fraction | None, samples: int) -> int:
        """Samples of silence to put in before `samples` new ones that claim to start at `time` seconds."""
        if self.start is None:
            self.start = time if time is not None else Fraction(0)
        now = self.start + Fraction(self.position, self.rate)
        claimed = time if time is not None else self._expected
        fill = 0
        if self._expected is not None and claimed is not None:
            fill = self._gap(claimed, now)
        self._expected = (claimed if claimed is not None else now) + Fraction(samples, self.rate)
        self.position += fill + samples
        return fill

    def _gap(self, claimed: Fraction, now: Fraction) -> int:
        assert self._expected is not None
        jump = claimed - self._expected
        if abs(jump) <= self.SLIP_S:
            return 0
        if jump < -int(JUMP_S):
            self.report(self.position, "pts-backward", float(-jump))
            return 0
        if jump < 0:
            self.report(self.position, "pts-overlap", float(-jump))
            return 0
        self.report(self.position, "pts-gap", float(jump))
        missing = min(jump, claimed - now, Fraction(self.LONGEST_S))  # an overlap before may have used it up
        return max(0, int(missing * self.rate))
