"""Which device is chosen, and why."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from gpu.device import choose
from gpu.errors import DeviceError


def fake_cupy(count=1, fails: Exception | None = None):
    def devices():
        if fails:
            raise fails
        return count

    runtime = SimpleNamespace(getDeviceCount=devices, getDeviceProperties=lambda _: {"name": b"Example GPU"})
    return SimpleNamespace(cuda=SimpleNamespace(runtime=runtime), arange=np.arange)


def test_cpu_asked_for():
    device = choose("cpu")
    assert (device.name, device.xp, device.label) == ("cpu", np, "cpu: asked for")
    assert 1 <= device.batch <= 8


def test_auto_says_why_it_is_the_cpu(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert choose().label == "cpu: CuPy is not installed"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("cudaErrorInsufficientDriver: CUDA driver version is insufficient"), "no CUDA driver"),
        (RuntimeError("cudaErrorNoDevice: no CUDA-capable device"), "no CUDA driver"),
        (ImportError("libcuda.so.1: cannot open shared object file"), "no CUDA driver"),
        (RuntimeError("out of luck\nand more"), "CUDA does not answer: out of luck"),
        (OSError(), "CUDA does not answer: OSError"),
    ],
)
def test_auto_never_fails(monkeypatch, error, reason):
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy(fails=error))
    assert choose("auto").label == f"cpu: {reason}"


def test_auto_without_a_device(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy(count=0))
    assert choose().label == "cpu: no CUDA device"


def test_auto_with_a_gpu(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", fake_cupy())
    device = choose()
    assert device.label == "cuda: Example GPU"
    assert 32 <= device.batch <= 64


def test_cuda_by_name_fails_with_the_reason(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(DeviceError, match="CuPy is not installed"):
        choose("cuda")
    with pytest.raises(DeviceError, match="auto, cuda, cpu"):
        choose("tpu")
