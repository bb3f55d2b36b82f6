"""Who is at the keyboard: the operating-system account, mapped to roles in config.toml."""

import os
import pwd
from dataclasses import dataclass

from station.config import ROLES, Config


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


def account_name(environment: dict[str, str] | None = None) -> str:
    """The real account. SUDO_USER counts only where the process really runs through sudo to another account: the
    service account reads it, a person cannot set it for a process that runs as themselves."""
    env = dict(os.environ) if environment is None else environment
    own = pwd.getpwuid(os.getuid()).pw_name
    through = env.get("SUDO_USER", "")
    return through if through and through != own and env.get("SUDO_COMMAND") else own


def identify(config: Config, environment: dict[str, str] | None = None) -> Person:
    """The person and their roles. With an empty [people] table the station is one person's own: all roles."""
    env = dict(os.environ) if environment is None else environment
    account = account_name(env)
    row = config.people.get(account, {})
    roles = frozenset(row.get("roles", ())) if config.people else frozenset(ROLES)
    origin = env.get("SSH_CONNECTION", "").split(" ")[0] or env.get("SSH_TTY", "") or "local"
    return Person(account, roles, row.get("unit", ""), row.get("name", ""), origin)
