"""Arrays as memory: which numbers an array shows, and memory that is used again and again."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np

_KEPT = 1 << 23  # bytes of memory that is kept for the next call


def memory_of(x: np.ndarray) -> tuple[Any, ...]:
    """Equal for two views of the same numbers.

    >>> from autograd.arrays import memory_of
    >>> x = np.arange(6.0)
    >>> memory_of(x[:3]) == memory_of(x[:3]), memory_of(x[:3]) == memory_of(x[1:4])
    (True, False)
    """
    return x.__array_interface__["data"][0], x.shape, x.strides, x.dtype.str


class _Scratch(threading.local):
    """Arrays to work in, kept from call to call: fresh memory costs as much as the work in it."""

    def __init__(self) -> None:
        self.kept: dict[str, np.ndarray] = {}

    def __call__(self, use: str, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        size = math.prod(shape) * np.dtype(dtype).itemsize
        memory = self.kept.get(use)
        if memory is None or memory.nbytes < size:
            memory = np.empty(size, np.uint8)
            if size <= _KEPT:
                self.kept[use] = memory
        return memory[:size].view(dtype).reshape(shape)


#: `scratch(use, shape, dtype)`: memory of this thread alone, until it asks for the same use again.
scratch = _Scratch()
