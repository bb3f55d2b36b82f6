"""Watch terms (2.2.3): words of the operator's own list, on the screen or spoken. What stands there is for a person to judge;
what only sounds like a term is a note."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from station.checks import check
from station.checks._common import at_seconds, concluded, finding, not_measurable
from station.checks._words import SPEECH, Corpus, Passage, passages, unread
from station.checks.subject import Subject
from station.findings import Finding, Outcome, Severity
from station.profile import CheckSpec
from station.readings import Unread
from station.terms import Hit, compiled, find


@dataclass(frozen=True)
class _Place:
    passage: Passage
    excerpt: str


@check("watch-term")
def watch_term(subject: Subject, spec: CheckSpec) -> Outcome:
    """Where terms of the list stand in on-screen text and transcript; hits of one term close to each other are one finding."""
    if not subject.context.watch_terms:
        return not_measurable(spec, "no-watch-terms")
    if (lacking := unread(subject.readings)) is not None:
        return not_measurable(spec, lacking.reason, **lacking.params)
    places: dict[tuple[str, str, bool], list[_Place]] = defaultdict(list)
    for hit, place in _hits(subject.context.watch_terms, passages(subject.readings)):
        places[hit.term, place.passage.source, hit.exact].append(place)
    found = [
        _told(subject, spec, key, together)
        for key, all_places in places.items()
        for together in _stretches(all_places, spec.limits["join_s"])
    ]
    found.sort(key=lambda made: (made.start or 0.0, made.part))
    return concluded(spec, found, terms=len(subject.context.watch_terms), **_sources(subject))


def _sources(subject: Subject) -> dict[str, str | float | None]:
    """Which of the two was searched: 1 or 0 each."""
    readings = subject.readings
    return {
        "screen": int(not isinstance(readings.text, Unread)),
        "speech": int(not isinstance(readings.transcript, Unread)),
    }


def _hits(written: Iterable[str], found: list[Passage]) -> Iterator[tuple[Hit, _Place]]:
    terms = compiled(written)
    for speech in (False, True):
        corpus = Corpus([passage for passage in found if (passage.source == SPEECH) is speech])
        for hit in find(terms, corpus.text, by_sound=speech):
            yield hit, _Place(corpus.place(hit.start), corpus.excerpt(hit.start, hit.end))


def _stretches(places: list[_Place], join: float) -> Iterator[list[_Place]]:
    """Places in order of time, split where `join` seconds lie between two."""
    together: list[_Place] = []
    end = 0.0
    for place in sorted(places, key=lambda one: one.passage.start):
        if together and place.passage.start - end > join:
            yield together
            together = []
        end = max(end, place.passage.end) if together else place.passage.end
        together.append(place)
    if together:
        yield together


def _told(subject: Subject, spec: CheckSpec, key: tuple[str, str, bool], together: list[_Place]) -> Finding:
    term, source, exact = key
    made = finding(
        spec,
        Severity.WARNING if exact else Severity.NOTE,
        f"finding.watch-term.{source if exact else 'sound'}",
        {"term": term, "text": together[0].excerpt, "count": len(together)},
        value=len(together),
        part=f"{source}{'' if exact else ' sound'} {term}",
    )
    start = together[0].passage.start
    return at_seconds(made, subject.measurements, start, max(place.passage.end for place in together))
