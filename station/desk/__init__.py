"""The desk: everything a person can see or do, with roles, recusal and the workflow enforced here, below any screen.

The screens and the command line call the same `Desk`; neither decides what is allowed.
"""

from station.desk.desk import Desk
from station.desk.opening import open_desk

__all__ = ["Desk", "open_desk"]
