"""The machine: device, encoders, libraries, memory, clock, fonts."""

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gpu.abilities import try_encoders, versions
from gpu.device import choose
from gpu.errors import DeviceError
from station.config import EngineSection
from station.demo.slides import font_file
from station.devices import device_phrase
from station.doctor.lines import Line, bad, ok, warn
from station.errors import StationError

EARLIEST = datetime(2022, 2, 11, tzinfo=UTC)
"""The notice's own date: a clock before it has lost its battery."""
MEMORY = Path("/proc/meminfo")


def look_at_versions() -> Iterator[Line]:
    """This program, Python, and the libraries that decode."""
    try:
        own = version("review-station")
    except PackageNotFoundError:
        own = "?"
    yield ok("program", "program", version=own, python=platform.python_version(), system=platform.platform(terse=True))
    libraries = ", ".join(f"{name} {number}" for name, number in versions().items())
    yield ok("libraries", "libraries", libraries=libraries)


def look_at_device(engine: EngineSection) -> Iterator[Line]:
    """What measures, and why."""
    try:
        device = choose(engine.device)
    except DeviceError as error:
        yield bad("device", "device-missing", "device-missing", wanted=engine.device, reason=error.detail)
        return
    if device.name == "cpu" and engine.device == "auto":
        yield warn("device", "device", "device", label=device_phrase(device.label))
    else:
        yield ok("device", "device", label=device_phrase(device.label))


def look_at_encoders() -> Iterator[Line]:
    """Encoders of the rendition, each really opened."""
    states = {state.name: state for state in try_encoders()}
    for state in states.values():
        if state.opens:
            yield ok("encoder", "encoder", name=state.name)
        elif state.name == "h264_nvenc" and states["libx264"].opens:
            yield ok("encoder", "encoder-instead", name=state.name, reason=state.reason, other="libx264")
        else:
            yield bad("encoder", "encoder-fails", "encoder-fails", name=state.name, reason=state.reason)


def look_at_memory(engine: EngineSection, meminfo: Path = MEMORY) -> Iterator[Line]:
    """Whether the workers' memory is there."""
    workers = engine.workers or os.cpu_count() or 1
    needed = workers * engine.memory_gib
    total = _total_gib(meminfo)
    params = {"cores": os.cpu_count() or 1, "workers": workers, "needed": f"{needed:.0f}"}
    if total is None:
        yield ok("memory", "memory-unknown", **params)
    elif needed > total and not engine.scheduler:
        yield warn("memory", "memory", "memory", total=f"{total:.1f}", **params)
    else:
        yield ok("memory", "memory", total=f"{total:.1f}", **params)


def _total_gib(meminfo: Path) -> float | None:
    try:
        lines = meminfo.read_text(encoding="ascii", errors="replace").splitlines()
        return next(int(line.split()[1]) / 2**20 for line in lines if line.startswith("MemTotal:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def look_at_clock(now: datetime, newest: datetime | None = None) -> Iterator[Line]:
    """Whether the clock can be right. `newest`: when this station last wrote something, as far as known."""
    shown = now.astimezone().isoformat(sep=" ", timespec="seconds")
    if now < EARLIEST:
        yield bad("clock", "clock-early", "clock", now=shown)
    elif newest is not None and newest > now + timedelta(minutes=1):
        before = newest.astimezone().isoformat(sep=" ", timespec="seconds")
        yield bad("clock", "clock-back", "clock", now=shown, newest=before)
    else:
        yield ok("clock", "clock", now=shown)


def look_at_fonts() -> Iterator[Line]:
    """The Chinese typeface of the demo's slides."""
    try:
        yield ok("fonts", "fonts", path=str(font_file()))
    except StationError:
        yield warn("fonts", "fonts-missing", "fonts")
