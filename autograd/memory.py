"""Freed memory is kept for the next array: why eager code needs no buffers of its own.

Every operation makes a new array, and most are dropped soon. The C library of Linux gives the
memory of a large array back to the system as soon as it is freed, so the next array starts with
pages that the system must find and clear again: on a million numbers that costs several times the
arithmetic. Two settings of its `malloc` keep up to `KEPT` bytes at hand instead. They hold for the
whole process; who sets them in the environment (`MALLOC_TRIM_THRESHOLD_=131072`, or
`GLIBC_TUNABLES`) keeps their own. Other systems' allocators keep memory by themselves.

A graph is freed the moment its loss is, for it holds no cycles. Python's collector of cycles does
not know that and walks through a growing graph again and again, as often as 700 objects are new: on
a million nodes that takes longer than recording them. From the import on it waits for `PATIENCE`,
unless the program has set a patience of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Iterator

#: How much freed memory at the end of the heap is kept, in bytes.
KEPT = 256 << 20
#: Arrays of up to so many bytes come from the heap; larger ones are the system's (glibc's maximum).
LARGEST = 32 << 20

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
_OWN = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES")


#: How many objects are new, net, before the collector of cycles looks at the young, the older, all.
PATIENCE = (10_000, 20, 50)
_PYTHONS_OWN = ((700, 10), (2000, 10))


def make_collector_patient() -> bool:
    """Let the collector of cycles look less often; whether it does now.

    >>> make_collector_patient()
    True
    """
    if gc.get_threshold()[:2] in _PYTHONS_OWN:
        gc.set_threshold(*PATIENCE)
    return gc.get_threshold() == PATIENCE


@contextlib.contextmanager
def without_collector() -> Iterator[None]:
    """Many new objects, none of them garbage: the collector need not look through them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


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
