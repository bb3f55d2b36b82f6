"""Who is at the keyboard: the operating-system account, mapped to roles in config.toml; and who must stand aside."""

import os
import pwd
import unicodedata
from dataclasses import dataclass

from station.config import ROLES, Config
from station.errors import NotAllowed


@dataclass(frozen=True)
class Person:
    """One person of the review room."""

    account: str
    roles: frozenset[str]
    unit: str = ""
    name: str = ""
    origin: str = ""
    """Where from: the SSH client's address, or the terminal."""

    def has(self, role: str) -> bool:
        """Whether the person holds `role`."""
        return role in self.roles

    @property
    def shown(self) -> str:
        """What screens and documents print."""
        return self.name or self.account

    def belongs_to(self, *units: str) -> bool:
        """Whether the person's unit is one of `units` (回避). A person or a unit without a name matches nothing."""
        own = name_key(self.unit)
        return bool(own) and any(own == name_key(unit) for unit in units)


def name_key(name: str) -> str:
    """A unit's or a work's name as it is compared: compatibility forms, case and blanks do not tell two apart."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def account_name(environment: dict[str, str] | None = None) -> str:
    """The real account: who called sudo, where the process runs through sudo as another account, else the process's own.

    sudo sets SUDO_USER itself. Whoever forges it for a process of their own gains nothing on a shared station: there the
    database opens to the service account alone.
    """
    env = dict(os.environ) if environment is None else environment
    own = pwd.getpwuid(os.getuid()).pw_name
    through = env.get("SUDO_USER", "")
    return through if through and through != own and env.get("SUDO_COMMAND") else own


def identify(config: Config, environment: dict[str, str] | None = None) -> Person:
    """The person and their roles. With an empty [people] table the station is one person's own: all roles.

    Raises NotAllowed where somebody came through sudo with a configuration that is not the service account's: roles
    are read from it.
    """
    env = dict(os.environ) if environment is None else environment
    account = account_name(env)
    if account != account_name({}) and config.path and config.path.stat().st_uid not in {0, os.getuid()}:
        raise NotAllowed("desk.config-foreign", path=str(config.path))
    row = config.people.get(account, {})
    roles = frozenset(row.get("roles", ())) if config.people else frozenset(ROLES)
    origin = env.get("SSH_CONNECTION", "").split(" ")[0] or env.get("SSH_TTY", "") or "local"
    return Person(account, roles, row.get("unit", ""), row.get("name", ""), origin)
