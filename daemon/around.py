"""What a lesson in the store is judged against, as the dispatcher asks for it."""

from dataclasses import dataclass

from station.config import Config
from station.context import Context
from station.store.connection import Store


@dataclass(frozen=True)
class Around:
    """Makes the context of a lesson (id) in a store."""

    config: Config

    def __call__(self, store: Store, lesson_id: str) -> Context:
        """The context as it is known now. Raises Unavailable."""
        return Context()
