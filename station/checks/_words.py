"""Words of a lesson: what is read on the screen and what is said, as passages that can be searched."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from station.folding import Folded, fold
from station.readings import Page, Pages, Readings, TextLine, Transcript, Unread

SCREEN, SPEECH = "screen", "speech"
WRAP_SHIFT, WRAP_HEIGHTS = 0.05, 0.9
"""A line goes on in the next one where their left edges differ by no more than this share of the width, and the gap between them
is at most so many line heights."""
BREATH_S = 1.0
"""A sentence may go on after a pause of this length."""
MARGIN = 12
"""Characters shown around what was found."""


@dataclass(frozen=True)
class Passage:
    """A line on the screen or an utterance."""

    start: float
    end: float
    """Seconds."""
    source: str
    """SCREEN or SPEECH."""
    text: str
    sure: float
    """0–1, the recogniser's own confidence."""
    joined: bool = False
    """It goes on from the passage before: a wrapped line, a sentence after a breath."""


def passages(readings: Readings) -> list[Passage]:
    """All that was read and understood; empty where neither reader gave anything."""
    read = readings.text.pages if isinstance(readings.text, Pages) else ()
    said = readings.transcript if isinstance(readings.transcript, Transcript) else None
    return [*(passage for page in read for passage in _lines(page)), *(_utterances(said) if said else ())]


def unread(readings: Readings) -> Unread | None:
    """Why there is neither text nor transcript; None where there is one of them."""
    if isinstance(readings.text, Unread) and isinstance(readings.transcript, Unread):
        return readings.text
    return None


def _lines(page: Page) -> Iterator[Passage]:
    before: TextLine | None = None
    for line in page.lines:
        joined = before is not None and _wraps(before, line)
        yield Passage(page.start, page.end, SCREEN, line.text, line.score, joined)
        before = line


def _wraps(one: TextLine, other: TextLine) -> bool:
    """Whether the other line is the next of the same paragraph."""
    height = one.box[2] - one.box[0]
    gap = other.box[0] - one.box[2]
    return abs(one.box[1] - other.box[1]) <= WRAP_SHIFT and -height / 2 <= gap <= WRAP_HEIGHTS * height


def _utterances(transcript: Transcript) -> Iterator[Passage]:
    made = [Passage(u.start, u.end, SPEECH, u.text, u.confidence) for u in transcript.utterances]
    yield from made[:1]
    for one, other in pairwise(made):
        joined = other.start - one.end <= BREATH_S
        yield Passage(other.start, other.end, SPEECH, other.text, other.sure, joined)


class Corpus:
    """Many passages as one folded text, so that each pattern runs over it once."""

    def __init__(self, found: list[Passage]) -> None:
        self._passages = found
        self._folded: list[Folded] = [fold(passage.text) for passage in found]
        self.starts: list[int] = []
        """Where in `text` each passage begins."""
        parts: list[str] = []
        length = 0
        for passage, folded in zip(found, self._folded, strict=True):
            gap = "" if passage.joined else "\n"
            length += len(gap)
            self.starts.append(length)
            parts += [gap, folded.text]
            length += len(folded.text)
        self.text = "".join(parts)
        """Folded; a line end before every passage that does not go on from the one before."""

    def place(self, index: int) -> Passage:
        """The passage that the character at `index` belongs to."""
        return self._passages[bisect_right(self.starts, index) - 1]

    def excerpt(self, first: int, last: int) -> str:
        """What stands around characters `[first, last)`, as it was written in the first one's passage."""
        number = bisect_right(self.starts, first) - 1
        origin = self.starts[number]
        return around(self._passages[number].text, self._folded[number], first - origin, last - origin)


def around(text: str, folded: Folded, first: int, last: int) -> str:
    """What stands in `text` around characters `[first, last)` of its folded form; what lies beyond its end is left out."""
    start, end = folded.original(first, max(min(last, len(folded.text)), first + 1))
    left, right = max(0, start - MARGIN), min(len(text), end + MARGIN)
    return f"{'…' if left else ''}{text[left:right]}{'…' if right < len(text) else ''}"
