"""The desk: everything a person can see or do, with roles, recusal and the workflow enforced here, below any screen.

The screens and the command line call the same `Desk`; neither decides what is allowed. Loaded on first use, so that a
screen may name the values of `station.desk.views` without waiting for SQLite.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from station.desk.desk import Desk
    from station.desk.opening import open_desk

__all__ = ["Desk", "open_desk"]


def __getattr__(name: str) -> Any:
    if name == "Desk":
        from station.desk.desk import Desk  # noqa: PLC0415 - see above

        return Desk
    if name == "open_desk":
        from station.desk.opening import open_desk  # noqa: PLC0415 - see above

        return open_desk
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
