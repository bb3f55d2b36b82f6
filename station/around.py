"""What a lesson in the store is judged against besides the profile."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.config import Config
from station.context import Context, Copy
from station.errors import UsageError
from station.store import submissions, topics
from station.store.connection import Store

if TYPE_CHECKING:
    from station.prints import Print


def dates_of(store: Store, submission: Mapping[str, Any]) -> Context:
    """The dates of a submission (its row), for the checks on its papers: when its first version came in, since a corrected
    one is not late for that, when the topic that it was made for was chosen, and when it was due."""
    work = submission["work_id"]
    topic = topics.linked(store, work)
    came = topics.first_came(store, work) or submission["received_at"]
    chosen, due = (topic["chosen_on"], topic["due_on"]) if topic else (None, None)
    return Context(received=str(came)[:10], chosen=chosen, due=due)


def context_before(store: Store, lesson_id: str, config: Config) -> Context:
    """What is known before the lesson is measured: templates, terms, dates. Raises as `context_for`."""
    from station.terms import read_terms  # noqa: PLC0415 - its table of sounds loads only where there is a list

    row = submissions.header_of_lesson(store, lesson_id)
    terms = config.beside(config.readers.watch_terms)
    return Context(
        intro=template(config.template_path("intro")),
        outro=template(config.template_path("outro")),
        watch_terms=read_terms(terms) if terms else None,
        received=row["received_at"][:10] if row else None,
    )


def context_for(store: Store, lesson_id: str, config: Config, *, copies: tuple[Copy, ...] | None = None) -> Context:
    """The context of a measured lesson as it is known now; `copies`, where they are known, spare the search through the
    archive. Not inside a transaction. Raises UsageError where the list of watch terms or a template can't be read."""
    from station.store import traces  # noqa: PLC0415 - arrays load only where a lesson is judged

    known = context_before(store, lesson_id, config)
    trace = traces.enter(store, lesson_id)
    if trace is None:
        return known
    found = traces.search(store, lesson_id, trace) if copies is None else copies
    return replace(known, own=trace.ends, siblings=traces.siblings(store, lesson_id), copies=found)


def template(path: Path | None) -> "Print | None":
    """The print of a template clip; None: none is configured. Raises UsageError where it can't be read."""
    if path is None:
        return None
    try:
        stat = path.stat()
        return _printed(path, stat.st_mtime_ns, stat.st_size)
    except OSError as error:
        raise UsageError("check.error.template", path=str(path), detail=str(error)) from error


@lru_cache(maxsize=4)
def _printed(path: Path, _changed: int, _size: int) -> "Print":
    """Measured once for every state of the file."""
    from gpu.errors import MediaError  # noqa: PLC0415 - the decoder loads only where a template is configured
    from station.prints import template_print  # noqa: PLC0415

    try:
        return template_print(path)
    except MediaError as error:
        raise UsageError("check.error.template", path=str(path), detail=error.detail or str(error)) from error
