"""Why a drop does not go on now, or never will.

DropError
├── NotNow     wait and try again: disk full, no permission, the sender still writes
└── Refused    kept aside as it came, with the reason beside it
"""

import errno
from typing import Any

from station.store.drops import Reason
from station.store.names import shown

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class DropError(Exception):
    """Carries a reason: a text id and its places."""

    def __init__(self, message: str, **params: Any) -> None:
        self.reason = Reason(message, {k: shown(v) if isinstance(v, str) else v for k, v in params.items()})
        super().__init__(f"{message} {self.reason.params}")


class NotNow(DropError):
    """The drop waits; nothing of it has been lost or changed."""


class Refused(DropError):
    """The drop cannot become a submission."""

    digest: str | None = None
    """Of the drop's bytes, where they are known."""

    def of(self, digest: str) -> "Refused":
        """The same refusal with the digest of the drop."""
        self.digest = digest
        return self


def not_now(error: OSError, name: str) -> NotNow:
    """What the system said, as a reason to wait."""
    file = shown(str(error.filename)) if error.filename else name
    if error.errno in DISK_FULL:
        return NotNow("intake.wait.disk-full", file=file)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return NotNow("intake.wait.no-permission", file=file)
    if error.errno == errno.ENOENT:
        return NotNow("intake.wait.vanished", file=file)
    return NotNow("intake.wait.system", file=file, detail=error.strerror or str(error))
