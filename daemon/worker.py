"""Loaded by every worker process of the embedded engine as it starts (a Dask preload)."""

import os
import resource
import signal

NICENESS = 5
"""The screens of the people at work go before the measuring."""


def dask_setup(_worker: object) -> None:
    """No core files, less priority; Ctrl-C in the terminal is for the daemon, which ends its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if os.getpriority(os.PRIO_PROCESS, 0) < NICENESS:
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
