"""Finding words in what was read on the screen and in what was said, each hit with its time.

Words are compared folded (half and full width, case, traditional characters, blanks); `*` and `?` are wildcards as in a watch list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from station.checks._words import SPEECH, Corpus, passages
from station.readings import Readings
from station.terms import compiled, find


@dataclass(frozen=True)
class Hit:
    """A place where a word stands."""

    word: str
    """As it was asked for."""
    source: str
    """`screen` or `speech`."""
    start: float
    end: float
    """Seconds of the page or the utterance, exclusive."""
    excerpt: str
    """What stands around it."""


def search(readings: Readings, words: Iterable[str]) -> list[Hit]:
    """Every place of every word, in order of time; a word that stands twice on one page or in one sentence is told once."""
    return sorted(dict.fromkeys(_hits(readings, words)), key=lambda hit: (hit.start, hit.source, hit.word))


def _hits(readings: Readings, words: Iterable[str]) -> Iterator[Hit]:
    terms = compiled(words)
    every = passages(readings)
    for speech in (False, True):
        corpus = Corpus([passage for passage in every if (passage.source == SPEECH) is speech])
        told: set[tuple[str, float, float]] = set()
        for hit in find(terms, corpus.text):
            place = corpus.place(hit.start)
            if (key := (hit.term, place.start, place.end)) in told:
                continue
            told.add(key)
            yield Hit(hit.term, place.source, place.start, place.end, corpus.excerpt(hit.start, hit.end))
