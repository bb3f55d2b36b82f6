"""Telling systemd how the service is (sd_notify): a datagram to $NOTIFY_SOCKET, nothing where there is none."""

import os
import socket
from contextlib import suppress


def notify(**states: str) -> None:
    """Send e.g. READY="1", STATUS="…", STOPPING="1", WATCHDOG="1". Never fails: without systemd nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    if address.startswith("@"):  # the abstract name space
        address = "\0" + address[1:]
    lines = "\n".join(f"{name}={value}" for name, value in states.items())
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.sendto(lines.encode("utf-8", "replace"), address)


def watched() -> bool:
    """Whether systemd wants to hear from this process regularly."""
    return os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()) and "WATCHDOG_USEC" in os.environ
