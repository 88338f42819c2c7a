"""Functions of functions: `grad` and `value_and_grad` make the derivative of ordinary code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from autograd import ops
from autograd.backprop import gradients, seed_for
from autograd.errors import NotDifferentiableError
from autograd.primitive import constant
from autograd.recording import enable_grad, thread
from autograd.value import Value


def grad(fn: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """The function that computes the gradient of `fn`, a function with one number as its result.

    Args:
        fn: takes numbers or arrays, as positional arguments.
        argnums: which arguments to differentiate by; a tuple gives a tuple of gradients.

    Returns:
        A function with the arguments of `fn`; its result has the shape of the argument. It can be
        differentiated again.

    Raises:
        GradientError: `fn` returns more than one number.
        NotDifferentiableError: an argument is an integer.

    >>> grad(lambda x: x**3)(2.0)
    np.float64(12.0)
    >>> grad(grad(lambda x: x**3))(2.0)
    np.float64(12.0)
    """
    both = value_and_grad(fn, argnums)

    @wraps(fn)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(
    fn: Callable[..., Any], argnums: int | tuple[int, ...] = 0
) -> Callable[..., tuple[Any, Any]]:
    """Like `grad`, but its function returns the value of `fn` as well.

    >>> value_and_grad(lambda x, y: (x * y).sum())(np.array([1.0, 2.0]), 3.0)
    (np.float64(9.0), array([3., 3.]))
    """
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)

    @wraps(fn)
    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        nested = thread.transforms > 0 or any(isinstance(a, Value) for a in args)
        arguments = list(args)
        for i in wanted:
            if not -len(args) <= i < len(args):
                raise ValueError(f"grad: argnums names argument {i}, but there are {len(args)}")
            arguments[i] = _fresh(args[i], i)
        thread.transforms += 1
        try:
            with enable_grad():
                out = fn(*arguments, **kwargs)
        finally:
            thread.transforms -= 1
        if not isinstance(out, Value):
            out = Value(constant(out, "grad: the result of the function"), requires_grad=False)
        grads: dict[Value, Any] = {}
        if out.requires_grad or out.size != 1:  # else it does not depend on the arguments
            seed = seed_for(out, None, "grad")
            grads = gradients(
                out, Value(seed, requires_grad=False) if nested else seed, create_graph=nested
            )
        found = tuple(_gradient(grads, arguments[i], nested) for i in wanted)
        return _result(out, nested), found if isinstance(argnums, tuple) else found[0]

    return both


def _fresh(x: Any, position: int) -> Value:
    """The argument as a node of its own, still linked to the graph outside if it is in one."""
    if isinstance(x, Value) and x.requires_grad:
        return ops.positive(x)
    value = Value(constant(x, f"grad: argument {position}") if not isinstance(x, Value) else x)
    if not value.requires_grad:
        raise NotDifferentiableError(
            f"grad: argument {position} is {x!r:.60}, and integers have no gradient; pass floats"
        )
    return value


def _result(out: Value, nested: bool) -> Any:
    return out if nested else out._data


def _gradient(grads: dict[Value, Any], argument: Value, nested: bool) -> Any:
    """What reached the argument: zeros where nothing did."""
    found = grads.get(argument)
    if found is None:
        zeros = np.zeros_like(argument._data)
        found = Value(zeros, requires_grad=False) if nested else zeros[()]
    return found
