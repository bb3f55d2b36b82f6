"""Errors a person sees. Each has a message id, parameters and an exit code; the text lives in `station/text`.

StationError
├── UsageError       the call or the configuration is wrong                     exit 2
├── NotFound         no such submission, lesson, finding …                      exit 2
├── NotAllowed       the person's role, a recusal or the workflow forbids it     exit 3
├── Conflict         somebody else changed it meanwhile                          exit 4
├── Unavailable      database locked, read-only, newer; disk full; no terminal   exit 2
└── BadPaper         a form, quiz or letter can't be read
"""

import errno
from enum import IntEnum
from typing import Any

from station.text import Phrase, catalogue


class ExitCode(IntEnum):
    """What the command line says to scripts."""

    PASS = 0
    FAULT = 1
    COULD_NOT = 2
    NOT_ALLOWED = 3
    CONFLICT = 4


class StationError(Exception):
    """`message` is an id in the text catalogue; `params` fill its places."""

    exit_code = ExitCode.COULD_NOT

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message + (" " + ", ".join(f"{k}={v!r}" for k, v in params.items()) if params else ""))
        self.message = message
        self.params = params


class UsageError(StationError):
    """The call or the configuration is wrong."""


class NotFound(StationError):
    """What was named does not exist."""


class NotAllowed(StationError):
    """The person's role, a recusal or the workflow forbids it."""

    exit_code = ExitCode.NOT_ALLOWED


class Conflict(StationError):
    """Somebody else changed it meanwhile; look again, then act."""

    exit_code = ExitCode.CONFLICT


class Unavailable(StationError):
    """Something the work needs is not usable now."""


class BadPaper(StationError):
    """A form, quiz or letter can't be read."""


def system_words(error: Exception) -> Phrase | str:
    """Why the system refused: a phrase where the catalogue knows the error number, else the system's own words.

    For places of a text that is said at once; what is stored keeps plain strings.
    """
    if isinstance(error, OSError):
        message = f"system.{errno.errorcode.get(error.errno or 0, '')}"
        return Phrase(message) if message in catalogue("zh") else error.strerror or str(error)
    return str(error)
