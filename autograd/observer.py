"""Watching: who takes over the recording of a thread, as a trace for `jit` does, is an Observer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.recorder import _leaf
from autograd.recording import thread
from autograd.value import Value

if TYPE_CHECKING:
    from autograd.primitive import Primitive


class Observer:
    """Someone who takes over the recording of a thread: a trace, a search for NaNs."""

    #: Whether the reverse pass shows it every message, by `check(sender, position, message)`.
    checks_messages = False

    def record(self, op: Primitive, args: tuple, params: dict | None) -> Any:
        """Instead of `record(op, args, params)`."""
        raise NotImplementedError

    def assign(self, leaf: Value, new: Any) -> None:
        """Instead of `leaf.data = new`."""
        leaf.data = new

    def entered(self, module: Any) -> None:
        """A module of `nn` is being called."""

    def differentiates(self) -> None:
        """A transform, such as `grad`, is about to run a function of its own."""

    def reads(self, value: Value) -> None:
        """Python looks at the numbers, or the gradient, of `value`."""

    def made(self, leaf: Value, source: Any) -> None:
        """A leaf was made by hand, from `source`."""

    def draws(self, what: str) -> None:
        """Python asks for random numbers, or sets their seed."""

    def replaced(self, leaf: Value) -> None:
        """Python is about to write `leaf.data = ...`, or `leaf.grad`."""

    def detach(self, value: Value) -> Value:
        """Instead of `value.detach()`."""
        value._freeze()
        return _leaf(value._data)

    def write(self, x: Value, index: Any, new: Any) -> None:
        """Instead of `x[index] = new`."""
        from autograd.inplace import write

        write(x, index, new)

    def compare(self, name: str, x: Value, y: Any) -> Any:
        """Instead of comparing numbers; `name` is NumPy's."""
        return getattr(np, name)(x._data, y._data if isinstance(y, Value) else y)


def assign(leaf: Value, new: Any) -> None:
    """Replace the numbers of a leaf, outside the graph: how running statistics are kept.

    Unlike `leaf.data = new`, a compiled function (`jit`) repeats it at every call.

    Args:
        leaf: a Value made by hand.
        new: numbers of its shape; cast to its dtype. A Value counts as its numbers.

    Raises:
        GradientError: `leaf` is the result of an operation.
        ShapeError: `new` has another shape.

    >>> mean = Value(np.zeros(2), requires_grad=False)
    >>> autograd.assign(mean, [1.0, 2.0])
    >>> mean.data
    array([1., 2.])
    """
    if thread.observer is not None:
        thread.observer.assign(leaf, new)
    else:
        leaf.data = new
