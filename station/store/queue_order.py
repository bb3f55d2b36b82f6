"""The orders of the queue, each with an index of its own, and where in one of them a page begins (keyset: a page costs what is on it,
wherever it lies)."""

from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]
"""The values of an order's columns of one row: what comes after it is the next page."""


@dataclass(frozen=True)
class Order:
    """One order of the submissions. The id comes last, so that no two rows stand at one place."""

    columns: tuple[str, ...]
    descending: bool = True

    @property
    def sql(self) -> str:
        """The clause."""
        way = "DESC" if self.descending else "ASC"
        return "ORDER BY " + ", ".join(f"s.{column} {way}" for column in self.columns)

    def after(self, place: Place) -> tuple[str, dict[str, Any]]:
        """The condition for what comes after a place, and its parameters."""
        names = [f"after{number}" for number in range(len(self.columns))]
        sign = "<" if self.descending else ">"
        columns, places = ", ".join(f"s.{column}" for column in self.columns), ", ".join(f":{name}" for name in names)
        return f"({columns}) {sign} ({places})", dict(zip(names, place, strict=True))


RECEIVED = "received"
ORDERS = {
    RECEIVED: Order(("received_at", "id")),
    "changed": Order(("updated_at", "id")),
    "faults": Order(("faults", "warnings", "id")),
    "title": Order(("title", "id"), descending=False),
    "unit": Order(("applicant_unit", "title", "id"), descending=False),
}
"""By name: newest first, last changed first, most standing faults and warnings first, by title, by applicant unit; names by the
numbers of their signs (Unicode)."""

INDEXES = (
    "DROP INDEX submissions_by_change",
    "CREATE INDEX submissions_by_change ON submissions(updated_at, id, revision)",
    "CREATE INDEX submissions_by_faults ON submissions(faults, warnings, id)",
    "CREATE INDEX submissions_by_title ON submissions(title, id)",
    "CREATE INDEX submissions_by_unit ON submissions(applicant_unit, title, id)",
    "CREATE INDEX submissions_by_applicant ON submissions(applicant_key, received_at, id)",
    "CREATE INDEX drops_aside ON drops(id) WHERE state <> 'registered'",
)
"""One for every order, for the filter by unit (`submissions_by_time` is the first migration's), and for the drops
that are no submission."""
