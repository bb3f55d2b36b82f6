"""Looking for words everywhere: what the indexes propose becomes hits, each with its place."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from station.checks._words import around
from station.folding import fold
from station.people import Closed
from station.store import Store, search, submissions
from station.store.search import Page

PAGES = 40
"""Pages that are read at a time."""
MOST_WORDS, MOST_SIGNS = 8, 60
"""Of a search text so much is looked at."""


@dataclass(frozen=True)
class Found:
    """A submission in which something was found."""

    id: str
    title: str
    version: int
    state: str


@dataclass(frozen=True)
class SearchHit:
    """A place where a word stands."""

    submission: Found
    field: str
    """A name in the table `search.field` of the text catalogue."""
    ordinal: int | None
    """Lesson; None: the submission."""
    start: float | None
    end: float | None
    """Seconds in the lesson; None where it has no place there."""
    person: str
    """Whose note it is; else empty."""
    excerpt: str
    """What stands around it, as it was written."""


def hits(store: Store, text: str, *, viewer: str, unsealed: bool, closed: Closed | None, limit: int) -> list[SearchHit]:
    """At most `limit` places of the words in `text`, in submissions that hold all of them; those written last come first.
    A word that stands more than once in one passage is told once. `viewer`, `unsealed`, `closed`: see
    `station.store.search.found`."""
    words = tuple(word[:MOST_SIGNS] for word in search.folded_words(text)[:MOST_WORDS])
    known: dict[str, Found] = {}
    made: dict[tuple[int, int], SearchHit] = {}
    below: dict[int, int] = {}
    more = bool(words)
    with store.snapshot():
        while more and len(made) < limit:
            pages = search.found(
                store, words, viewer=viewer, unsealed=unsealed, closed=closed, below=below, limit=PAGES
            )
            for page in pages:
                below[page.word] = page.id
                if page.submission_id not in known:
                    known[page.submission_id] = _submission(store, page.submission_id)
                for number, hit in _places(page, words[page.word], known[page.submission_id]):
                    made.setdefault((page.id, number), hit)
            more = bool(pages)
    return list(made.values())[:limit]


def _submission(store: Store, id_: str) -> Found:
    row = submissions.header(store, id_) or {}
    return Found(row["id"], row["title"], row["version"], row["state"])


def _places(page: Page, word: str, submission: Found) -> Iterator[tuple[int, SearchHit]]:
    """Every passage in which the word begins, by its number."""
    starts = [passage[3] for passage in page.passages]
    place = page.text.find(word)
    while place >= 0:
        number = bisect_right(starts, place) - 1
        field, start, end, origin, text = page.passages[number]
        excerpt = around(text, fold(text), place - origin, place - origin + len(word))
        yield number, SearchHit(submission, field, page.ordinal, start, end, page.person, excerpt)
        following = starts[number + 1] if number + 1 < len(starts) else len(page.text)
        place = page.text.find(word, max(following, place + 1))
