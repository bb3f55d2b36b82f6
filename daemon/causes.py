"""Why a job did not end: of an error that was raised, of a worker that died."""

import signal
from pathlib import Path

from daemon.engine import Died
from station.store.drops import Reason
from station.store.names import shown

VMSTAT = Path("/proc/vmstat")
OUTSIDE = frozenset({-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP})
"""Exit codes of a worker that somebody ended from outside."""


def of_error(error: BaseException) -> Reason:
    """What was raised, in its own words."""
    return Reason("job.failed.error", {"detail": shown(f"{type(error).__name__}: {error}")[:300]})


def oom_kills() -> int:
    """How many processes the kernel has killed for want of memory since it booted; 0 where it does not say."""
    try:
        lines = VMSTAT.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def of_death(death: Died) -> Reason:
    """Why the worker died."""
    if death.memory:
        return Reason("job.failed.memory")
    if death.code == -signal.SIGXCPU:
        return Reason("job.failed.processor")
    if death.code is not None and death.code < 0:
        return Reason("job.failed.crash", {"signal": signal.Signals(-death.code).name})
    return Reason("job.failed.worker", {"code": str(death.code)})
