"""The operators on Values: what `x + y`, `x[i]`, `x += y` and `x < y` record or answer.

Arithmetic is a call of the operation of that name in `ops`. Writing into a Value is recorded too
(see `inplace`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd import ops  # still being read at this moment: its tables need Value
from autograd.methods import ArrayLike
from autograd.recording import PAUSED, thread

if TYPE_CHECKING:
    from autograd.value import Value


class Operators:
    """What stands between two Values, or around one."""

    __slots__ = ()
    _data: Any

    def __add__(self: Any, other: ArrayLike) -> Value:
        return ops.add(self, other)

    def __radd__(self: Any, other: ArrayLike) -> Value:
        return ops.add(other, self)

    def __sub__(self: Any, other: ArrayLike) -> Value:
        return ops.subtract(self, other)

    def __rsub__(self: Any, other: ArrayLike) -> Value:
        return ops.subtract(other, self)

    def __mul__(self: Any, other: ArrayLike) -> Value:
        return ops.multiply(self, other)

    def __rmul__(self: Any, other: ArrayLike) -> Value:
        return ops.multiply(other, self)

    def __truediv__(self: Any, other: ArrayLike) -> Value:
        return ops.divide(self, other)

    def __rtruediv__(self: Any, other: ArrayLike) -> Value:
        return ops.divide(other, self)

    def __mod__(self: Any, other: ArrayLike) -> Value:
        return ops.mod(self, other)

    def __rmod__(self: Any, other: ArrayLike) -> Value:
        return ops.mod(other, self)

    def __pow__(self: Any, other: ArrayLike) -> Value:
        return ops.power(self, other)

    def __rpow__(self: Any, other: ArrayLike) -> Value:
        return ops.power(other, self)

    def __matmul__(self: Any, other: ArrayLike) -> Value:
        return ops.matmul(self, other)

    def __rmatmul__(self: Any, other: ArrayLike) -> Value:
        return ops.matmul(other, self)

    def __neg__(self: Any) -> Value:
        return ops.negative(self)

    def __pos__(self: Any) -> Value:
        return ops.positive(self)

    def __abs__(self: Any) -> Value:
        return ops.absolute(self)

    def __getitem__(self: Any, index: Any) -> Value:
        return ops.getitem(self, index)

    def __setitem__(self: Any, index: Any, new: Any) -> None:
        """Write into this Value: it then stands for the result of that write.

        What was computed from it before keeps the old numbers. A leaf that is written becomes a
        result; inside `no_grad()` only its numbers change. Views (slices, transposes, reshapes)
        show the same numbers as what they are views of, as in NumPy: `x[0][1] = v` changes x.

        >>> x = Value([1.0, 2.0, 3.0])
        >>> y = x * 1.0
        >>> w = Value(5.0)
        >>> y[0] = w * w
        >>> y.sum().backward()
        >>> x.grad, w.grad
        (array([0., 1., 1.]), np.float64(10.0))
        """
        from autograd.inplace import write

        if thread.observer is not None:
            thread.observer.write(self, index, new)
        else:
            write(self, index, new)

    # As in NumPy, these change an array in place, so that all its names and views see it, and a
    # single number is exchanged for another.
    def __iadd__(self: Any, other: ArrayLike) -> Any:
        return self._take(ops.add, other)

    def __isub__(self: Any, other: ArrayLike) -> Any:
        return self._take(ops.subtract, other)

    def __imul__(self: Any, other: ArrayLike) -> Any:
        return self._take(ops.multiply, other)

    def __itruediv__(self: Any, other: ArrayLike) -> Any:
        return self._take(ops.divide, other)

    def __imod__(self: Any, other: ArrayLike) -> Any:
        return self._take(ops.mod, other)

    def __ipow__(self: Any, other: ArrayLike) -> Any:
        return self._take(ops.power, other)

    def __imatmul__(self: Any, other: ArrayLike) -> Any:
        return self._take(ops.matmul, other)

    def _take(self: Any, op: Any, other: ArrayLike) -> Any:
        from autograd.inplace import replace

        recorded = thread.scope is not PAUSED
        if (recorded and not self.ndim) or (not recorded and self.op is not None):
            return NotImplemented  # then Python gives the name to a new Value
        replace(self, op(self, other))
        return self

    # Comparisons answer with plain booleans: they have no derivative.
    def __eq__(self: Any, other: object) -> Any:
        if thread.observer is not None:
            return thread.observer.compare("equal", self, other)
        return self._data == _plain(other)

    def __ne__(self: Any, other: object) -> Any:
        if thread.observer is not None:
            return thread.observer.compare("not_equal", self, other)
        return self._data != _plain(other)

    def __lt__(self: Any, other: ArrayLike) -> Any:
        if thread.observer is not None:
            return thread.observer.compare("less", self, other)
        return self._data < _plain(other)

    def __le__(self: Any, other: ArrayLike) -> Any:
        if thread.observer is not None:
            return thread.observer.compare("less_equal", self, other)
        return self._data <= _plain(other)

    def __gt__(self: Any, other: ArrayLike) -> Any:
        if thread.observer is not None:
            return thread.observer.compare("greater", self, other)
        return self._data > _plain(other)

    def __ge__(self: Any, other: ArrayLike) -> Any:
        if thread.observer is not None:
            return thread.observer.compare("greater_equal", self, other)
        return self._data >= _plain(other)


def _plain(x: Any) -> Any:
    return x._data if isinstance(x, Operators) else x
