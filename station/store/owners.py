"""Which operator looks after a submission. One without an owner is everybody's."""

from station.store.connection import Store, storable, utc_now


def owner(store: Store, submission_id: str) -> str:
    """The owner's account; empty: nobody's."""
    row = store.row("SELECT person FROM owners WHERE submission_id = ?", (submission_id,))
    return row["person"] if row else ""


def give(store: Store, submission_id: str, person: str) -> None:
    """Make `person` the owner in the open transaction; empty: nobody."""
    if person:
        store.execute(
            "INSERT INTO owners(submission_id, person, since) VALUES(?, ?, ?) ON CONFLICT(submission_id) DO UPDATE SET "
            "person = excluded.person, since = excluded.since",
            (submission_id, storable(person), utc_now()),
        )
    else:
        store.execute("DELETE FROM owners WHERE submission_id = ?", (submission_id,))
