"""The store: one SQLite file. SQL stands in this package alone; the rest of the house calls its functions.

`open_store(path)` gives a `Store`: the connection and short transactions. One module a subject: drops, jobs,
submissions, outcomes, reviews, audit.
"""

from station.store.connection import Store, open_store

__all__ = ["Store", "open_store"]
