"""The methods of ndarray, on Values: `autograd.value` holds what makes one a node of a graph.

Each is a call of the operation of the same name, so that code written for arrays runs unchanged.
What ndarray changes in place is a recorded write; what has no derivative answers with plain arrays
and numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd import ops  # still being read at this moment: its tables need Value

if TYPE_CHECKING:
    from autograd.value import Value

ArrayLike = Any
Axis = int | tuple[int, ...] | None


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

    # ------------------------------------------------------------------------------- of networks

    def exp(self: Any) -> Value:
        return ops.exp(self)

    def log(self: Any) -> Value:
        return ops.log(self)

    def sqrt(self: Any) -> Value:
        return ops.sqrt(self)

    def square(self: Any) -> Value:
        return ops.square(self)

    def abs(self: Any) -> Value:
        return ops.absolute(self)

    def tanh(self: Any) -> Value:
        return ops.tanh(self)

    def sigmoid(self: Any) -> Value:
        return ops.sigmoid(self)

    def relu(self: Any) -> Value:
        return ops.relu(self)

    def softmax(self: Any, axis: int = -1) -> Value:
        return ops.softmax(self, axis=axis)

    def log_softmax(self: Any, axis: int = -1) -> Value:
        return ops.log_softmax(self, axis=axis)

    def clip(self: Any, min: ArrayLike | None = None, max: ArrayLike | None = None) -> Value:
        return ops.clip(self, min, max)

    def sum(
        self: Any, axis: Axis = None, keepdims: bool = False, *more: Any, **others: Any
    ) -> Value:
        if more or others:
            return self._by_numpy(np.sum, (axis, keepdims, *more), ("axis", "keepdims"), others)
        return ops.sum(self, axis=axis, keepdims=keepdims)

    def mean(
        self: Any, axis: Axis = None, keepdims: bool = False, *more: Any, **others: Any
    ) -> Value:
        if more or others:
            return self._by_numpy(np.mean, (axis, keepdims, *more), ("axis", "keepdims"), others)
        return ops.mean(self, axis=axis, keepdims=keepdims)

    def var(
        self: Any,
        axis: Axis = None,
        ddof: int = 0,
        keepdims: bool = False,
        *more: Any,
        **others: Any,
    ) -> Value:
        if more or others:
            named = ("axis", "ddof", "keepdims")
            return self._by_numpy(np.var, (axis, ddof, keepdims, *more), named, others)
        return ops.var(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def std(
        self: Any,
        axis: Axis = None,
        ddof: int = 0,
        keepdims: bool = False,
        *more: Any,
        **others: Any,
    ) -> Value:
        if more or others:
            named = ("axis", "ddof", "keepdims")
            return self._by_numpy(np.std, (axis, ddof, keepdims, *more), named, others)
        return ops.std(self, axis=axis, ddof=ddof, keepdims=keepdims)

    def prod(
        self: Any, axis: Axis = None, keepdims: bool = False, *more: Any, **others: Any
    ) -> Value:
        if more or others:
            return self._by_numpy(np.prod, (axis, keepdims, *more), ("axis", "keepdims"), others)
        return ops.prod(self, axis=axis, keepdims=keepdims)

    def _by_numpy(self: Any, function: Any, given: tuple, named: tuple, others: dict) -> Any:
        """A reduction with arguments that only NumPy's has (`where`), or in NumPy's order."""
        if len(given) > len(named):
            return function(self, *given, **others)
        return function(self, **dict(zip(named, given, strict=True)), **others)

    def cumsum(self: Any, axis: int | None = None) -> Value:
        return ops.cumsum(self, axis)

    def cumprod(self: Any, axis: int | None = None) -> Value:
        return ops.cumprod(self, axis)

    def max(
        self: Any, axis: Axis = None, keepdims: bool = False, *more: Any, **others: Any
    ) -> Value:
        if more or others:
            return self._by_numpy(np.max, (axis, keepdims, *more), ("axis", "keepdims"), others)
        return ops.max(self, axis=axis, keepdims=keepdims)

    def min(
        self: Any, axis: Axis = None, keepdims: bool = False, *more: Any, **others: Any
    ) -> Value:
        if more or others:
            return self._by_numpy(np.min, (axis, keepdims, *more), ("axis", "keepdims"), others)
        return ops.min(self, axis=axis, keepdims=keepdims)

    def argmax(self: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return self._seen().argmax(axis, keepdims=keepdims)

    def argmin(self: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
        return self._seen().argmin(axis, keepdims=keepdims)

    def argsort(self: Any, axis: int | None = -1) -> Any:
        return self._seen().argsort(axis)

    def any(self: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        return self._seen().any(axis, keepdims=keepdims)

    def all(self: Any, axis: Axis = None, keepdims: bool = False) -> Any:
        return self._seen().all(axis, keepdims=keepdims)

    def round(self: Any, decimals: int = 0) -> Value:
        return ops.round(self, decimals)

    def take(
        self: Any,
        indices: ArrayLike,
        axis: int | None = None,
        mode: Literal["raise", "wrap", "clip"] = "raise",
    ) -> Value:
        return ops.take(self, indices, axis, mode)

    def repeat(self: Any, repeats: ArrayLike, axis: int | None = None) -> Value:
        return ops.repeat(self, repeats, axis)

    def diagonal(self: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Value:
        return ops.diagonal(self, offset, axis1, axis2)

    def trace(self: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Value:
        return ops.trace(self, offset, axis1, axis2)

    def swapaxes(self: Any, axis1: int, axis2: int) -> Value:
        return ops.swapaxes(self, axis1, axis2)

    def flatten(self: Any, order: Literal["C", "F"] = "C") -> Value:
        """The numbers as one line, of their own: `ravel` is a view of them."""
        return ops.positive(ops.ravel(self, order))

    def reshape(self: Any, *shape: Any, order: Literal["C", "F"] = "C") -> Value:
        flat = shape[0] if len(shape) == 1 else shape
        if order != "C":
            return np.reshape(self, flat, order)  # type: ignore[return-value]
        return ops.reshape(self, shape=flat)

    def ravel(self: Any, order: Literal["C", "F"] = "C") -> Value:
        return ops.ravel(self, order)

    def transpose(self: Any, *axes: Any) -> Value:
        flat = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return ops.transpose(self, axes=flat or None)

    @property
    def T(self: Any) -> Value:
        """All axes in reverse order."""
        return ops.transpose(self)

    @property
    def mT(self: Any) -> Value:
        """The last two axes exchanged: the transpose of each matrix."""
        return ops.matrix_transpose(self)

    def squeeze(self: Any, axis: Axis = None) -> Value:
        return ops.squeeze(self, axis=axis)

    def astype(self: Any, dtype: Any) -> Value:
        return ops.astype(self, dtype=dtype)

    # ---------------------------------------------------------------------- as NumPy's functions

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
