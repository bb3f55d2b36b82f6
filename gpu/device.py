"""Which machine does the array work: chosen once, said aloud with the reason."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, Literal

import numpy as np

from gpu.errors import DeviceError

CPU_BATCH = 1
"""Frames a stack on the CPU: one stays in the cache (2.5 ms a frame against 3.5 for 64)."""
CUDA_BATCH = 32
"""Frames a stack on a GPU: few launches, 100 MB of 1080p."""

WANTED = ("auto", "cuda", "cpu")


@dataclass(frozen=True)
class Device:
    """A device and why it is the one."""

    name: Literal["cuda", "cpu"]
    reason: str
    """`asked for`, `no CUDA driver`, the GPU's name …"""
    xp: Any
    """The array module: numpy or cupy."""
    batch: int
    """Frames in one stack."""

    @property
    def label(self) -> str:
        """For people and records: `cpu: no CUDA driver`."""
        return f"{self.name}: {self.reason}"


def choose(wanted: str = "auto") -> Device:
    """The device for `auto`, `cuda` or `cpu`. `auto` never fails; `cuda` raises DeviceError where there is none."""
    if wanted not in WANTED:
        raise DeviceError(wanted, f"one of {', '.join(WANTED)} is needed")
    if wanted == "cpu":
        return cpu("asked for")
    module, reason = _cupy()
    if module is not None:
        return Device("cuda", reason, module, CUDA_BATCH)
    if wanted == "cuda":
        raise DeviceError("cuda", reason)
    return cpu(reason)


def cpu(reason: str) -> Device:
    """NumPy, and why."""
    return Device("cpu", reason, np, CPU_BATCH)


def _cupy() -> tuple[ModuleType | None, str]:
    """CuPy and the GPU's name where one answers, else None and what is missing."""
    try:
        cupy = import_module("cupy")
    except ImportError as missing:
        return None, "CuPy is not installed" if missing.name == "cupy" else f"CuPy does not load: {missing}"
    try:
        if cupy.cuda.runtime.getDeviceCount() < 1:
            return None, "no CUDA device"
        properties = cupy.cuda.runtime.getDeviceProperties(0)
        if int(cupy.arange(3).sum()) != 3:
            return None, "the CUDA device does not compute"
    except Exception as broken:  # noqa: BLE001 - a driver fails in many ways, and `auto` must never fail
        return None, _driver_words(broken)
    name = properties["name"]
    return cupy, name.decode(errors="replace") if isinstance(name, bytes) else str(name)


def _driver_words(error: Exception) -> str:
    words = str(error)
    if "InsufficientDriver" in words or "NoDevice" in words or "libcuda" in words:
        return "no CUDA driver"
    return f"CUDA does not answer: {words.splitlines()[0] if words else type(error).__name__}"
