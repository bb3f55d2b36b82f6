"""Keeping NumPy's matrix library to one thread.

Matrices here are small and decoders fill the cores; OpenBLAS's other threads spin for about 20 ms after each product, which
cost a third of all CPU time (15.3 instead of 11.4 ms a frame). An environment variable would only count if it were set
before NumPy is loaded, which is not for this package to decide.
"""

import ctypes
from functools import cache
from pathlib import Path

import numpy as np

SETTERS = ("scipy_openblas_set_num_threads64_", "scipy_openblas_set_num_threads", "openblas_set_num_threads")


@cache
def hold_threads() -> bool:
    """Hold the OpenBLAS of NumPy's wheel to one thread; False where there is none to hold. Safe to call often."""
    for library in (Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"):
        try:
            loaded = ctypes.CDLL(str(library))
        except OSError:
            continue
        for name in SETTERS:
            if setter := getattr(loaded, name, None):
                setter(ctypes.c_int(1))
                return True
    return False
