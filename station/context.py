"""Context: what a lesson is judged against besides the profile: templates, the other lessons, term lists, dates. Values only.

`None` means that nobody looked or nothing is configured; an empty tuple means that somebody looked and there was nothing.
"""

from dataclasses import dataclass

from station.prints import Ends, Print


@dataclass(frozen=True)
class Copy:
    """A stretch of this lesson that another lesson in the store has too."""

    lesson: str
    """Id of the other lesson."""
    title: str
    """What a person knows it by: course and lesson."""
    start: float
    end: float
    """Seconds in this lesson."""
    other_start: float
    other_end: float
    """Seconds in the other one."""
    by: str
    """`picture`, `sound` or `both`."""
    similarity: float
    """0–1."""


@dataclass(frozen=True)
class Context:
    """Everything around one lesson."""

    intro: Print | None = None
    """The unified intro's template."""
    outro: Print | None = None
    own: Ends | None = None
    """This lesson's head and tail; None: they are taken from its measurements."""
    siblings: tuple[Ends, ...] = ()
    """Heads and tails of the other lessons of the submission and of the batch."""
    copies: tuple[Copy, ...] | None = None
    """None: the lesson was not compared with the others."""
    watch_terms: tuple[str, ...] | None = None
    """The operator's own list, as written: `*` and `?` are wildcards."""
    received: str | None = None
    """When the submission came in, ISO 8601 date."""
    chosen: str | None = None
    """When its topic was chosen, ISO 8601 date; None where it belongs to no topic."""
    due: str | None = None
    """When its courseware was due, as the round said on that day: ISO 8601 date; None as `chosen`."""
