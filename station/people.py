"""Who is at the keyboard: the operating-system account, mapped to roles in config.toml; and who must stand aside."""

import os
import pwd
import re
import stat
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from station.config import ROLES, Config, read_config
from station.errors import NotAllowed, UsageError


@dataclass(frozen=True)
class Person:
    """One person of the review room."""

    account: str
    roles: frozenset[str]
    unit: str = ""
    name: str = ""
    origin: str = ""
    """Where from: the SSH client's address, or the terminal."""
    areas: tuple[str, ...] = ()
    """An expert's topic areas."""
    conflicts: tuple[str, ...] = ()
    """Declared: units and lecturers whose work an expert stands aside from, besides the own unit's."""

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


@dataclass(frozen=True)
class Closed:
    """What is closed to an expert (回避), as `station.store.queue` asks for it."""

    account: str
    units: tuple[str, ...]
    """Keys (`name_key`) of units whose submissions are closed."""
    lecturers: tuple[str, ...]
    """Keys of lecturers likewise."""
    assigned_only: bool
    """Whether everything is closed that the person is not assigned to."""


def closed_to(config: Config, person: Person) -> Closed | None:
    """What is closed to the person; None: nothing is, they are no expert. Somebody who is an expert alone opens what they are
    assigned to and nothing else; another role besides opens the rest."""
    if not person.has("expert"):
        return None
    declared = tuple(key for key in map(name_key, person.conflicts) if key)
    units = tuple(key for key in (name_key(person.unit), *declared) if key)
    return Closed(person.account, units, declared, config.assigned_only and person.roles == {"expert"})


@lru_cache(maxsize=65_536)
def lecturer_keys(lecturer: str) -> frozenset[str]:
    """The lecturers that one field names, as they are compared."""
    return frozenset(key for key in map(name_key, re.split(r"[、，,;；/\n]", lecturer)) if key)


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

    Raises NotAllowed where somebody came through sudo with a configuration that root has not written: roles are read
    from it, and files of the service account's may be a sender's.
    """
    env = dict(os.environ) if environment is None else environment
    account = account_name(env)
    if account != account_name({}) and not _by_root(config):
        raise NotAllowed("desk.config-foreign", path=str(config.path or "config.toml"))
    origin = env.get("SSH_CONNECTION", "").split(" ")[0] or env.get("SSH_TTY", "") or "local"
    return person_of(config, account, origin)


def person_of(config: Config, account: str, origin: str = "") -> Person:
    """Who an account is; without any [people], whoever it is has all roles."""
    row = config.people.get(account, {})
    roles = frozenset(row.get("roles", ())) if config.people else frozenset(ROLES)
    areas, conflicts = tuple(row.get("areas", ())), tuple(row.get("conflicts", ()))
    return Person(account, roles, row.get("unit", ""), row.get("name", ""), origin, areas, conflicts)


def _by_root(config: Config) -> bool:
    """Whether root has written what was read. The file is read again through one handle: between two looks at a path
    somebody could exchange what lies there; and a path through links of theirs would lead to a folder of theirs."""
    if config.path is None or config.path != config.path.resolve():
        return False
    with suppress(OSError, UsageError), config.path.open("rb") as file:
        facts = os.fstat(file.fileno())
        again, _ = read_config(Path(f"/proc/self/fd/{file.fileno()}"))
        return facts.st_uid == 0 and not facts.st_mode & stat.S_IWOTH and replace(again, path=config.path) == config
    return False
