"""The methods of ndarray that a Value has besides those at the heart of it.

`autograd.value` holds what networks are made of; here is the rest, so that code written for arrays
runs unchanged. What ndarray changes in place is a recorded write; what has no derivative answers
with plain arrays and numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class ArrayMethods:
    """What ndarray can, on Values."""

    __slots__ = ()

    # ------------------------------------------------------------------------------ in arithmetic

    def __floordiv__(self: Any, other: Any) -> Any:
        return np.floor_divide(self, other)

    def __rfloordiv__(self: Any, other: Any) -> Any:
        return np.floor_divide(other, self)

    def __divmod__(self: Any, other: Any) -> Any:
        return np.floor_divide(self, other), np.mod(self, other)

    def __rdivmod__(self: Any, other: Any) -> Any:
        return np.floor_divide(other, self), np.mod(other, self)

    def __and__(self: Any, other: Any) -> Any:
        return np.bitwise_and(self, other)

    def __or__(self: Any, other: Any) -> Any:
        return np.bitwise_or(self, other)

    def __xor__(self: Any, other: Any) -> Any:
        return np.bitwise_xor(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self: Any) -> Any:
        return np.invert(self)

    def __contains__(self: Any, item: Any) -> bool:
        return bool(np.any(self == item))

    # ---------------------------------------------------------------------------- with a gradient

    def copy(self: Any, order: str = "C") -> Any:
        """The same numbers as a result of their own; gradients pass through (`detach`: do not)."""
        return np.copy(self)

    def conj(self: Any) -> Any:
        return np.conjugate(self)

    def conjugate(self: Any) -> Any:
        return np.conjugate(self)

    @property
    def real(self: Any) -> Any:
        return np.real(self)

    @property
    def imag(self: Any) -> Any:
        return np.imag(self)

    def dot(self: Any, other: Any) -> Any:
        return np.dot(self, other)

    def choose(self: Any, choices: Any, mode: Any = "raise") -> Any:
        return np.choose(self, choices, mode=mode)

    def compress(self: Any, condition: Any, axis: int | None = None) -> Any:
        return np.compress(condition, self, axis)

    # ----------------------------------------------------------------------------------- in place

    def fill(self: Any, value: Any) -> None:
        """Write one number everywhere."""
        self[...] = value

    def sort(self: Any, axis: int = -1, kind: Any = None, *, stable: Any = None) -> None:
        """Sort along `axis`, in place as ndarray's; `autograd.sort` returns a sorted copy."""
        from autograd.ops.writes import sort_in_place

        sort_in_place(self, axis)

    def partition(self: Any, kth: Any, axis: int = -1) -> None:
        """Bring the k-th smallest to its place, in place as ndarray's."""
        from autograd.ops.writes import partition_in_place

        partition_in_place(self, kth, axis)

    def put(self: Any, indices: Any, values: Any, mode: Any = "raise") -> None:
        """Write at places of the flattened array."""
        np.put(self, indices, values, mode)

    # -------------------------------------------------------------------- with plain answers

    def argpartition(self: Any, kth: Any, axis: int | None = -1) -> Any:
        return np.argpartition(self, kth, axis)

    def searchsorted(self: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
        return np.searchsorted(self, v, side, sorter)

    def nonzero(self: Any) -> Any:
        return np.nonzero(self)

    def tolist(self: Any) -> Any:
        """The numbers as (nested lists of) Python's."""
        return self._seen().tolist()

    def tobytes(self: Any, order: Any = "C") -> bytes:
        return self._seen().tobytes(order)

    @property
    def nbytes(self: Any) -> int:
        return self._data.nbytes

    @property
    def itemsize(self: Any) -> int:
        return self._data.itemsize

    @property
    def strides(self: Any) -> tuple[int, ...]:
        return self._data.strides
