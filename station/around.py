"""What a lesson in the store is judged against besides the profile."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from station.config import Config
from station.context import Context
from station.errors import UsageError
from station.store import submissions
from station.store.connection import Store

if TYPE_CHECKING:
    from station.prints import Print


def dates_of(submission: Mapping[str, Any]) -> Context:
    """The dates of a submission (its row), for the checks on its papers."""
    return Context(received=str(submission["received_at"])[:10])


def context_for(store: Store, lesson_id: str, config: Config) -> Context:
    """The context of a lesson as it is known now. Raises UsageError where the list of watch terms or a template can't be read."""
    from station.store import traces  # noqa: PLC0415 - arrays load only where a lesson is judged
    from station.terms import read_terms  # noqa: PLC0415 - its table of sounds loads only where there is a list

    row = submissions.header_of_lesson(store, lesson_id)
    terms = config.beside(config.readers.watch_terms)
    around = traces.surroundings(store, lesson_id)
    return Context(
        intro=_template(config.beside(config.templates.intro)),
        outro=_template(config.beside(config.templates.outro)),
        own=around.own if around else None,
        siblings=around.siblings if around else (),
        copies=around.copies if around else None,
        watch_terms=read_terms(terms) if terms else None,
        received=row["received_at"][:10] if row else None,
    )


def _template(path: Path | None) -> "Print | None":
    """The print of a template clip; None: none is configured. Raises UsageError where it can't be read."""
    from gpu.errors import MediaError  # noqa: PLC0415
    from station.prints import template_print  # noqa: PLC0415

    if path is None:
        return None
    try:
        return template_print(path)
    except (MediaError, OSError) as error:
        detail = str(getattr(error, "detail", "") or error)
        raise UsageError("check.error.template", path=str(path), detail=detail) from error
