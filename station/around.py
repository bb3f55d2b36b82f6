"""What a lesson in the store is judged against besides the profile."""

from collections.abc import Mapping
from typing import Any

from station.config import Config
from station.context import Context
from station.store import submissions
from station.store.connection import Store


def dates_of(submission: Mapping[str, Any]) -> Context:
    """The dates of a submission (its row), for the checks on its papers."""
    return Context(received=str(submission["received_at"])[:10])


def context_for(store: Store, lesson_id: str, config: Config) -> Context:
    """The context of a lesson as it is known now. Raises UsageError where the list of watch terms can't be read."""
    from station.terms import read_terms  # noqa: PLC0415 - its table of sounds loads only where there is a list

    row = submissions.header_of_lesson(store, lesson_id)
    terms = config.beside(config.readers.watch_terms)
    return Context(watch_terms=read_terms(terms) if terms else None, received=row["received_at"][:10] if row else None)
