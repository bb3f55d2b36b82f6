"""`station doctor`: what this machine and station are fit for, line by line, and what to do where they are not.

Every look is a function that yields `Line`s and raises nothing; a missing station is a line, not an error.
"""

from station.doctor.lines import Level, Line, worst
from station.doctor.look import look_around

__all__ = ["Level", "Line", "look_around", "worst"]
