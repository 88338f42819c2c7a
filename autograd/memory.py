"""Freed memory is kept for the next array: why eager code needs no buffers of its own.

Every operation makes a new array, and most are dropped soon. The C library of Linux gives the
memory of a large array back to the system as soon as it is freed, so the next array starts with
pages that the system must find and clear again: on a million numbers that costs several times the
arithmetic. Two settings of its `malloc` keep up to `KEPT` bytes at hand instead. They hold for the
whole process; who sets them in the environment (`MALLOC_TRIM_THRESHOLD_=131072`, or
`GLIBC_TUNABLES`) keeps their own. Other systems' allocators keep memory by themselves.
"""

from __future__ import annotations

import ctypes
import os
import sys

#: How much freed memory at the end of the heap is kept, in bytes.
KEPT = 256 << 20
#: Arrays of up to so many bytes come from the heap; larger ones are the system's (glibc's maximum).
LARGEST = 32 << 20

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
_OWN = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> bool:
    """Ask the C library to keep freed memory; whether it can.

    >>> keep_freed_memory() in (True, False)
    True
    """
    if not sys.platform.startswith("linux") or any(name in os.environ for name in _OWN):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # absent from musl
    if mallopt is None:
        return False
    return bool(mallopt(_MMAP_THRESHOLD, LARGEST) and mallopt(_TRIM_THRESHOLD, KEPT))
