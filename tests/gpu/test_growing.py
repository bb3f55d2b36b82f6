"""Arrays that grow past their buffer are the same as arrays that never did, and take no more memory."""

import errno
import subprocess
import sys
import tempfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu.growing import Growing, scratch_folder

SHAPES = ((), (2,), (3, 4))


@given(
    pieces=st.lists(st.integers(0, 40), max_size=12),
    shape=st.sampled_from(SHAPES),
    dtype=st.sampled_from([np.uint8, np.bool_, np.float32, np.int64]),
    buffer=st.integers(1, 4096),
)
def test_what_comes_out_is_what_went_in(pieces, shape, dtype, buffer):
    source = np.random.default_rng(1)
    parts = [source.integers(0, 2, (count, *shape)).astype(dtype) for count in pieces]
    growing = Growing(shape, dtype, buffer)
    for index, part in enumerate(parts):
        assert len(growing) == sum(pieces[:index])
        growing.extend(part)
    whole = growing.finish()
    expected = np.concatenate(parts) if parts else np.zeros((0, *shape), dtype)
    assert whole.dtype == expected.dtype
    assert np.array_equal(whole, expected)


def test_memory_does_not_grow_with_the_rows():
    """60 MB go in; the process's own high-water mark moves by less than a quarter of that."""
    code = (
        "import re, numpy as np; from pathlib import Path; from gpu.growing import Growing\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+) kB', Path('/proc/self/status').read_text())[1])\n"
        "growing, row = Growing((18, 32), np.uint8), np.ones((100, 18, 32), np.uint8)\n"
        "before = peak()\n"
        "for _ in range(1040): growing.extend(row)\n"
        "assert growing.finish().shape == (104000, 18, 32)\n"
        "print(peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 15_000


def test_a_full_disk_is_told(monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    growing = Growing((), np.int64, 64)
    with pytest.raises(OSError, match="No space"):
        growing.extend(np.zeros(100, np.int64))


def test_the_user_chooses_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert scratch_folder() == str(tmp_path)
