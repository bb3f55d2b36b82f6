"""Sitting down: from a configuration to the desk of whoever is at the keyboard."""

from station.config import Config
from station.desk.desk import Desk
from station.people import Person, identify
from station.profile import default_profile, load_profile
from station.rounds import load_round
from station.rubric import load_rubric
from station.store import open_store


def open_desk(config: Config, person: Person | None = None, *, begin: bool = False) -> Desk:
    """The desk of `person` (default: the account at the keyboard) on the configured station; close `desk.store` after.
    With `begin` an operator's first act makes the database of a new station.

    Raises Unavailable (no database yet, locked, newer …), UsageError (profile, round, rubric), NotAllowed (a foreign configuration).
    """
    who = person or identify(config)
    profile = load_profile(config.profile_path) if config.profile_path else default_profile()
    rubric = load_rubric(load_round(config.round_path).rubric)
    return Desk(open_store(config.database, create=begin and who.has("operator")), who, config, profile, rubric)
